"""``DataDownload`` of schema.org, and the ``FileObject`` of Croissant, which is one."""

import re
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urljoin

from dcat.iri import is_http, is_relative
from dcat.model import Checksum, Distribution
from harvester.parsers.concepts import concept, licence
from harvester.parsers.fields import Fields
from harvester.parsers.links import Link, data_service

ALGORITHMS = ("sha256", "sha512", "sha1", "md5")
UNITS = {"": 1, "b": 1, "o": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}

_SIZE = re.compile(r"([\d\s\u00a0\u202f]*\d(?:[.,]\d+)?)\s*(?:([kmgt])?i?(?:b|o|bytes?|octets?)?)", re.IGNORECASE)


def distributions(row: Fields, page: str) -> Iterator[Distribution]:
    """A text is the address of a file. What has no address of its own (a set of files, a file in an archive) is left
    to the archive that it is in."""
    if not row.holds_objects("distribution"):
        for address in row.texts("distribution"):
            yield Distribution(access_urls=(address,), download_urls=(address,))
        return
    for node in row.members("distribution"):
        inside = bool(node.value("containedIn"))
        file = _address(node.text("contentUrl"), page)
        if not (inside and is_relative(node.text("contentUrl"))):
            yield _distribution(node, file, _address(node.text("url", "embedUrl"), page))


def _address(address: str, page: str) -> str:
    """In full: relative to the page."""
    with suppress(ValueError):
        return urljoin(page, address.strip()) if address.strip() else ""
    return address.strip()


def _distribution(node: Fields, file: str, page: str) -> Distribution:
    form = next(iter(node.texts("encodingFormat", "fileFormat")), "").strip()
    access, name = page or file, node.text("@id").strip()
    link = Link(url=access, protocol=form)
    return Distribution(
        iri=name if is_http(name) else "",
        title=node.words("name"),
        description=node.words("description"),
        access_urls=(access,) if access else (),
        download_urls=(file,) if file else (),
        format=concept(form),
        media_type=concept(form) if "/" in form and not is_http(form) else None,
        licence=licence(node),
        access_services=(data_service(link),) if access and not file and link.service() else (),
        byte_size=_bytes(node.text("contentSize")),
        checksum=_checksum(node),
        issued=node.text("datePublished", "uploadDate"),
        modified=node.text("dateModified"),
    )


def _bytes(text: str) -> int | None:
    """``12323``, ``12 kB``, ``1,2 Mo``."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return None
    number = float(re.sub(r"\s", "", found[1]).replace(",", "."))
    size = number * UNITS[(found[2] or "").lower()]
    return int(size) if size < 1 << 53 else None


def _checksum(node: Fields) -> Checksum | None:
    """The strongest that is told: as a term of its own, or as ``spdx:checksum``."""
    found = {name: node.text(name).strip() for name in ALGORITHMS}
    for one in node.members("checksum") if node.holds_objects("checksum") else ():
        algorithm = one.text("checksumAlgorithm", "algorithm").rpartition("_")[2].lower()
        found[algorithm] = found.get(algorithm) or one.text("checksumValue").strip()
    return next((Checksum(name, found[name]) for name in ALGORITHMS if found.get(name)), None)
