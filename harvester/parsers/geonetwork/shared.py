"""What both versions share. Where a list is due, one value alone is a list of one: v3 writes it so, v4 at times."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from dcat.iri import clean_iri, is_http
from dcat.model import Concept, Distribution, Origin, Popularity, Text, Texts
from dcat.portal import Portal
from harvester.parsers.fields import Fields
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.iso.constraints import LIMITATIONS, names_licence
from harvester.parsers.iso.statements import CODELIST
from harvester.parsers.links import INFORMATION, Link, distribution

_BASE = re.compile(r"^(.*?)/srv/")
HARVESTED = ("true", "y")


def listed(row: Fields, name: str) -> list[Any]:
    """The values of a member, whether it is a list, one value alone or absent."""
    value = row.value(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def words(row: Fields, *names: str) -> tuple[str, ...]:
    """The texts of the first of the members that has some, each once."""
    for name in names:
        found = [value.strip() for value in listed(row, name) if isinstance(value, str) and value.strip()]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def word(row: Fields, *names: str) -> str:
    """The first of them."""
    return next(iter(words(row, *names)), "")


def record_page(portal: Portal, key: str) -> str:
    """The catalogue's page of a record: the catalogue is what stands before ``/srv/`` in the endpoint."""
    found = _BASE.match(portal.endpoint)
    base = found[1] if found else f"{portal.url.rstrip('/')}/geonetwork"
    return f"{base}/srv/api/records/{quote(key, safe='')}" if key else ""


def origin(row: Fields, key: str, identifiers: Sequence[str], catalogue: str, portal: Portal) -> Origin | None:
    """Where a harvested record came from: GeoNetwork keeps its identifier and names the catalogue by an identifier of
    its own; the host is told by the resource's address where that is one elsewhere."""
    if word(row, "isHarvested").lower() not in HARVESTED:
        return None
    own = own_hosts(portal)
    there = next((one for one in identifiers if is_http(one) and host_of(one) not in own), "")
    return Origin(
        domain=host_of(there), remote_id=key, uri=there, chain=(f"urn:uuid:{catalogue}",) if catalogue else ()
    )


def popularity(row: Fields) -> Popularity | None:
    """``popularity`` counts the times that a record was looked at; a number or its digits."""
    value = str(row.value("popularity"))
    return Popularity(views=int(value[:12])) if value.isdecimal() else None


def link_url(row: Fields, address: str) -> str:
    """The address of a link, noted where it had to be repaired; ``""`` where it is none."""
    url, rule = clean_iri(address.strip()) if address.strip() else ("", None)
    if rule:
        row.note(rule, "link", address)
    return url if is_http(url) else ""


def distributions(links: Iterable[Link], formats: tuple[Concept, ...]) -> tuple[Distribution, ...]:
    """Links to data and services, each once."""
    return tuple(dict.fromkeys(distribution(link, formats) for link in links if not link.is_page()))


def landing_pages(links: Iterable[Link]) -> tuple[str, ...]:
    """Links whose function is information."""
    return tuple(dict.fromkeys(link.url for link in links if link.function == INFORMATION))


def documentation(links: Iterable[Link]) -> tuple[str, ...]:
    """The other links to pages."""
    return tuple(dict.fromkeys(link.url for link in links if link.is_page() and link.function != INFORMATION))


def topic(code: str, label: Texts) -> Concept:
    """A topic category of ISO 19115."""
    return Concept(iri=f"{CODELIST}TopicCategory/{code}" if code.isalpha() else "", label=label)


def constraints(stated: Sequence[Concept]) -> tuple[Concept | None, Concept | None, Texts]:
    """Licence, access rights and rights, among statements that the index has mixed: the licence is one that we know."""
    access = next((one for one in stated if LIMITATIONS in one.iri), None)
    licence = next((one for one in stated if one is not access and names_licence(one)), None)
    return licence, access, tuple(dict.fromkeys(_texts(one for one in stated if one not in (licence, access))))


def _texts(stated: Iterable[Concept]) -> Iterator[Text]:
    """The words of statements; an address that we do not know is its own words."""
    for one in stated:
        yield from one.label or (Text(one.iri),)
