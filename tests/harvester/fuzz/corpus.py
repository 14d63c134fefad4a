"""What the fuzz begins with: pages of our own in every form, and documents of the reference folder if it is there."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from dcat.portal import Protocol
from harvester.parsers import PARSERS
from tests.harvester.poison.described import AFTER, BEFORE, Described
from tests.harvester.poison.forms import FORMS
from tests.reference import FIXTURES

LARGEST = 60_000
"""Bytes: larger documents cost more time than they find. Lists of JSON are shortened, others are left out."""

LONGEST_LIST = 3

FOLDERS: Mapping[str, str] = {"iso19139": "csw", "iso19115-3": "csw", "iso-to-dcat": "csw"}
"""Folders whose documents come through another protocol."""

SUFFIXES = frozenset((".json", ".xml", ".rdf", ".ttl", ".nt", ".jsonld", ".html"))


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
    """The pages of a protocol: ours in each of its forms, then the documents in order of name."""
    forms = ((name, form) for name, form in FORMS.items() if form.protocol is protocol)
    ours = (
        Seed(protocol, f"{name}.{form.extension}", form.write((BEFORE, Described(), AFTER))) for name, form in forms
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
