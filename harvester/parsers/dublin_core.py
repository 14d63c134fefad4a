"""``csw:Record`` and its shorter forms: Dublin Core as catalogues of maps write it."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from dcat.iri import clean_iri, is_http
from dcat.licence import find_licence
from dcat.model import Agent, BoundingBox, Concept, DataService, Dataset, Distribution, Place, Text, Texts
from dcat.namespaces import DCT
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.fields import Notes
from harvester.parsers.identity import is_placeholder
from harvester.parsers.iso import IsoRecord
from harvester.parsers.iso.constraints import POINTERS
from harvester.parsers.iso.statements import iri_or_text, render
from harvester.parsers.iso.tree import Element, language_tag
from harvester.parsers.links import Link, data_service, distribution

_SIDES = re.compile(r"\b(north|south|east|west)\s+(-?\d+(?:\.\d+)?)", re.IGNORECASE)
_SIREN = re.compile(r"\d{9}(?:\d{5})?")
# The order of coordinates is latitude first where pycsw writes the box, longitude first where GeoNetwork does.
_LATITUDE_FIRST = ("urn:x-ogc:def:crs:EPSG", "http://www.opengis.net/def/crs/EPSG/0/4326")
_THUMBNAIL = re.compile(r"thumbnail|^image/", re.IGNORECASE)


class _Said:
    """The elements of a record by local name; their namespaces are ``dc`` or ``dct`` as the server likes."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.language = ""
        self.language = language_tag(self.first("language"))

    def all(self, *names: str) -> tuple[str, ...]:
        found = chain.from_iterable(self.root.iterchildren(f"{{*}}{name}") for name in names)
        return tuple(dict.fromkeys(filter(None, ((one.text or "").strip() for one in found))))

    def first(self, *names: str) -> str:
        return next(iter(self.all(*names)), "")

    def texts(self, *names: str) -> Texts:
        return tuple(Text(word, self.language) for word in self.all(*names))


def read_dublin_core(root: Element, notes: Notes) -> IsoRecord:
    """As ``read_iso``: the identifier is the record's; a service stands behind the one distribution."""
    said = _Said(root)
    identifiers = [one for one in said.all("identifier") if not is_placeholder(one)]
    links = list(_links(root, notes))
    dataset = _dataset(said, identifiers, links)
    service = None
    if said.first("type") == "service":
        service = _service(dataset, links)
    return IsoRecord(
        key=identifiers[0] if identifiers else "",
        dataset=dataset,
        service=service,
        modified=said.first("modified", "date"),
    )


def _dataset(said: _Said, identifiers: Sequence[str], links: Sequence[Link]) -> Dataset:
    kind = said.first("type")
    licence, rights = _rights(said)
    formats = concepts(said.all("format"))
    pages = [link.url for link in links if link.is_page()]
    return Dataset(
        iri=next(filter(is_http, identifiers), ""),
        identifiers=tuple(identifiers[1:]),
        other_identifiers=tuple(identifiers[:1]),
        title=said.texts("title")[:1],
        description=said.texts("abstract", "description")[:1],
        publisher=next(map(_agent, said.all("publisher", "creator")), None),
        creators=tuple(map(_agent, said.all("creator"))),
        keywords=said.texts("subject"),
        type=concept(kind) if kind not in ("dataset", "series") else None,
        spatial=tuple(_places(said)),
        created=said.first("created"),
        issued=said.first("issued", "dateSubmitted"),
        modified=said.first("modified"),
        frequency=concept(said.first("accrualPeriodicity")),
        languages=concepts(said.all("language")),
        licence=licence,
        rights=rights,
        access_rights=concept(said.first("accessRights")),
        documentation=tuple(dict.fromkeys(pages)),
        provenance=tuple(text for text in said.texts("provenance", "source") if not is_http(text.value)),
        is_series=kind == "series",
        distributions=tuple(dict.fromkeys(_distributions(links, formats))),
        extra=render((DCT.isPartOf, iri_or_text(whole)) for whole in said.all("isPartOf")),
    )


def _agent(name: str) -> Agent:
    """Some portals write the SIREN in place of a name."""
    return Agent(name=(Text(name),), identifier=name if _SIREN.fullmatch(name) else "")


def _rights(said: _Said) -> tuple[Concept | None, Texts]:
    """The first statement that names a licence, or an element that is one; all others are rights."""
    stated = said.first("license")
    texts = [text for text in said.texts("rights") if text.value not in POINTERS]
    named = next((text for text in texts if not stated and find_licence(text.value)), None)
    licence = concept(stated) if stated else concept(named.value) if named else None
    return licence, tuple(text for text in texts if text is not named)


def _links(root: Element, notes: Notes) -> Iterator[Link]:
    for element in chain.from_iterable(root.iterchildren(f"{{*}}{name}") for name in ("URI", "references", "relation")):
        protocol, name = element.get("protocol") or element.get("scheme") or "", element.get("name") or ""
        text = (element.text or "").strip()
        if _THUMBNAIL.search(protocol) or _THUMBNAIL.search(name) or not text:
            continue
        url, rule = clean_iri(text)
        if not is_http(url):
            if element.tag.endswith("URI") or protocol:
                notes.add("distribution-without-url", "dc:URI", text)
            continue
        if rule:
            notes.add(rule, "dc:URI", text)
        description = (element.get("description") or "").strip()
        yield Link(
            url=url,
            protocol=protocol.strip(),
            name=(Text(name.strip()),) if name.strip() else (),
            description=(Text(description),) if description else (),
        )


def _distributions(links: Sequence[Link], formats: tuple[Concept, ...]) -> Iterator[Distribution]:
    return (distribution(link, formats) for link in links if not link.is_page())


def _service(dataset: Dataset, links: Sequence[Link]) -> DataService:
    services = [data_service(link) for link in links if link.service()]
    return DataService(
        title=dataset.title,
        description=dataset.description,
        endpoint_urls=tuple(dict.fromkeys(url for one in services for url in one.endpoint_urls)),
        publisher=dataset.publisher,
    )


def _places(said: _Said) -> Iterator[Place]:
    for element in said.root.iterchildren("{*}BoundingBox", "{*}WGS84BoundingBox"):
        corners = [(corner.text or "").split() for corner in element.iterchildren("{*}LowerCorner", "{*}UpperCorner")]
        numbers = [_number(word) for corner in corners for word in corner[:2]]
        if len(numbers) == 4:
            first, second = numbers[0::2], numbers[1::2]
            swap = element.get("crs", "").startswith(_LATITUDE_FIRST)
            box = _box(second, first) if swap else _box(first, second)
            if box:
                yield Place(bbox=box)
    for coverage in said.all("coverage", "spatial"):
        yield from _coverage(coverage)


def _coverage(text: str) -> Iterator[Place]:
    """``North 45.917, South 45.55, East 4.681, West 5.067. GRAND LYON``, or words alone."""
    sides = {name.lower(): _number(value) for name, value in _SIDES.findall(text)}
    box = None
    if len(sides) == 4:
        box = _box([sides["west"], sides["east"]], [sides["south"], sides["north"]])
    label = _SIDES.sub("", text).strip(" .,;()") if box else text
    if box or label:
        yield Place(bbox=box, label=(Text(label),) if label else ())


def _number(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float("nan")


def _box(longitudes: Sequence[float], latitudes: Sequence[float]) -> BoundingBox | None:
    """GeoNetwork writes east before west in its corners: the smaller is west."""
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    return (
        BoundingBox(west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None
    )
