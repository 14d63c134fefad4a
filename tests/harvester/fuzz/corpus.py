"""What the fuzz begins with: documents of the reference folder, and small ones of our own for where it is absent."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from dcat.portal import Protocol
from harvester.parsers import PARSERS
from tests.harvester.spiders.catalogues import ods_page, packages, turtle, udata_page
from tests.reference import FIXTURES

LARGEST = 60_000
"""Bytes: larger documents cost more time than they find. Lists of JSON are shortened, others are left out."""

LONGEST_LIST = 3

FOLDERS: Mapping[str, str] = {"iso19139": "csw", "iso19115-3": "csw", "iso-to-dcat": "csw"}
"""Folders whose documents come through another protocol."""

SUFFIXES = frozenset((".json", ".xml", ".rdf", ".ttl", ".nt", ".jsonld", ".html"))

ISO_PAGE = """<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"
 xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<csw:SearchResults numberOfRecordsMatched="2" numberOfRecordsReturned="2" nextRecord="0">
<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>
<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>b</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>
</csw:SearchResults></csw:GetRecordsResponse>"""
HITS = {
    "hits": {"total": {"value": 1}, "hits": [{"_source": {"uuid": "a", "resourceTitleObject": {"default": "Arbres"}}}]}
}
FEATURES = {
    "type": "FeatureCollection",
    "numberMatched": 1,
    "features": [
        {"type": "Feature", "id": "a", "properties": {"title": "Arbres", "themes": [{"concepts": [{"id": "x"}]}]}}
    ],
    "links": [{"rel": "next", "href": "items?offset=1"}],
}
OURS: Mapping[Protocol, bytes] = {
    Protocol.DCAT: turtle([1, 2], "?page=2", 4),
    Protocol.CKAN: packages([1, 2], 2),
    Protocol.ODS: ods_page([1, 2], 2),
    Protocol.UDATA: udata_page([1, 2], 2),
    Protocol.CSW: ISO_PAGE.encode(),
    Protocol.GEONETWORK: json.dumps(HITS).encode(),
    Protocol.OGC_RECORDS: json.dumps(FEATURES).encode(),
}


class Seed(Struct, frozen=True):
    """One document, and the address that it would have: its extension tells the syntax of RDF."""

    protocol: Protocol
    name: str
    body: bytes

    @property
    def url(self) -> str:
        return f"https://data.exemple.fr/{self.name}"


@cache
def seeds(protocol: Protocol) -> tuple[Seed, ...]:
    """The documents of a protocol, in order of name."""
    ours = (
        [Seed(protocol, f"ours.{'ttl' if protocol is Protocol.DCAT else 'x'}", OURS[protocol])]
        if protocol in OURS
        else []
    )
    return (*ours, *(seed for seed in _fixtures() if seed.protocol is protocol))


@cache
def _fixtures() -> tuple[Seed, ...]:
    return tuple(_read(sorted(FIXTURES.rglob("*"))) if FIXTURES.exists() else ())


def _read(paths: list[Path]) -> Iterator[Seed]:
    spoken = {str(protocol): protocol for protocol in PARSERS}
    for path in paths:
        folder = path.relative_to(FIXTURES).parts[0]
        protocol = spoken.get(FOLDERS.get(folder, folder))
        if protocol and path.suffix in SUFFIXES and path.is_file():
            body = _shortened(path.read_bytes())
            if len(body) <= LARGEST:
                yield Seed(protocol, path.relative_to(FIXTURES).as_posix(), body)


def _shortened(body: bytes) -> bytes:
    try:
        return json.dumps(_short(json.loads(body)), ensure_ascii=False).encode() if len(body) > LARGEST else body
    except ValueError:
        return body


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value[:LONGEST_LIST]]
    return {name: _short(item) for name, item in value.items()} if isinstance(value, dict) else value
