"""Records of real documents as the parsers give them, before anything is normalised."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from dcat.model import Record
from dcat.portal import Level, Portal, Protocol
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, UnreadablePage

FOLDERS: Mapping[str, str] = {"iso19139": "csw", "iso19115-3": "csw", "iso-to-dcat": "csw"}
"""Folders whose documents come through another protocol than the one they are called after."""

ALONE = (Protocol.ARCGIS_HUB, Protocol.OGC_RECORDS)
"""Protocols whose single feature is no page: it is put into a collection."""


def records_of(files: Iterable[Path], root: Path) -> Iterator[Record]:
    """Every record of the files. The folder below ``root`` tells the protocol; other files are DCAT in any syntax. What
    is no page of a catalogue, or cannot be read, is said on stderr and passed over."""
    for path in files:
        protocol = _protocol(path, root)
        if protocol is None:
            continue
        try:
            yield from _records(path, protocol)
        except UnreadablePage as error:
            print(f"{path.name}: {error}", file=sys.stderr)


def portal_of(protocol: Protocol) -> Portal:
    """A portal of the nation, which decides no homonym."""
    return Portal(
        id="portail",
        title="Portail",
        level=Level.NATIONAL,
        territories=("national",),
        url="https://data.exemple.fr",
        protocol=protocol,
    )


def _protocol(path: Path, root: Path) -> Protocol | None:
    if not path.is_relative_to(root):
        return Protocol.DCAT
    folder = path.relative_to(root).parts[0]
    name = FOLDERS.get(folder, folder)
    return next((protocol for protocol in PARSERS if protocol == name), None)


def _records(path: Path, protocol: Protocol) -> Iterator[Record]:
    body = path.read_bytes()
    if protocol in ALONE and b'"features"' not in body and b'"Feature"' in body[:200]:
        body = b'{"type": "FeatureCollection", "features": [' + body + b"]}"
    page = PARSERS[protocol](Fetched(f"https://data.exemple.fr/{path.name}", body), portal_of(protocol))
    yield from (parsed.record for parsed in page.records if parsed.record)
