"""One trial: a body is parsed, its records normalised, written and read back; nothing may raise, nothing may last."""

import traceback
from time import perf_counter

from msgspec import Struct

from dcat.identity import record_id
from dcat.model import Dataset
from dcat.normalise import normalise
from dcat.portal import Protocol
from dcat.rdf import read_bytes, serialise
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL

SLOWEST = 20.0
"""Seconds for one body of less than a megabyte, on the slowest machine: what takes longer does not end."""

WRITTEN = 3
"""Records of a body that are written and read back."""


class Fault(Struct, frozen=True):
    """What should not have happened: ``kind`` is the same for every body that shows the same fault."""

    kind: str
    detail: str


def fault_of(protocol: Protocol, url: str, body: bytes, content_type: str = "") -> Fault | None:
    """What is wrong with the program's answer to a body, if anything is."""
    started = perf_counter()
    try:
        _try(protocol, Fetched(url, body, headers={"content-type": content_type} if content_type else {}))
    except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
        return Fault(_kind(error), "".join(traceback.format_exception(error)))
    lasted = perf_counter() - started
    return Fault("slow", f"{lasted:.1f} s for {len(body)} bytes") if lasted > SLOWEST else None


def _try(protocol: Protocol, fetched: Fetched) -> None:
    kept: list[Dataset] = []
    try:
        for parsed in PARSERS[protocol](fetched, PORTAL).records:
            _check(parsed)
            if parsed.record is not None:
                record, _ = normalise(parsed.record, PORTAL)
                assert normalise(record, PORTAL)[0] == record, "normalising twice is not normalising once"
                kept[WRITTEN:] = []
                kept.append(record.dataset)
    except UnreadablePage as error:
        if not error.findings:
            raise AssertionError("an unreadable page without a reason") from error
    if kept:
        body = b"".join(serialise(kept, "nt"))
        list(read_bytes(body, url="https://nous.exemple.fr/catalog.nt").datasets)


def _check(parsed: ParsedRecord) -> None:
    if parsed.record is None:
        assert parsed.findings, "a record left out without a reason"
        return
    assert parsed.source_key, "a record without a key"
    assert parsed.record.source_key == parsed.source_key, "a record under another key"
    assert parsed.record.id == record_id(PORTAL.id, parsed.source_key), "a record under another id"


def _kind(error: BaseException) -> str:
    """The error and where it was raised."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    said = str(error).partition("\n")[0] if isinstance(error, AssertionError) else ""
    return f"{type(error).__name__} {last.filename.rpartition('/')[2]}:{last.name} {said}".strip()
