"""Rows of a JSON page → records, each behind its own edge: what breaks on one costs it alone."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from dcat.findings import Finding
from dcat.identity import record_id
from dcat.model import Dataset, Origin, Popularity, Record
from dcat.portal import Portal
from harvester.parsers.document import Encoded, value_of
from harvester.parsers.fields import Fields, Notes
from harvester.parsers.identity import is_placeholder, made_key, short_key
from harvester.parsers.page import ParsedRecord


class Described(Struct, frozen=True):
    """What a row says, without the identity: as in ``Record``."""

    dataset: Dataset
    page: str = ""
    modified: str = ""
    origin: Origin | None = None
    popularity: Popularity | None = None
    archived: bool = False


def opened(value: object) -> Mapping[str, Any]:
    """The members of a row. ``{"dataset": {…}}`` of Opendatasoft's v2.0 is the inner object."""
    if not isinstance(value, dict):
        raise TypeError(f"not an object: {value!r:.80}")
    inner = value.get("dataset")
    return inner if isinstance(inner, dict) and "title" not in value else value


class Shape(Struct, frozen=True):
    """How the rows of a protocol are read. ``keys``: the fields that identify, best first; ``landing`` and ``title``:
    those that make a key where none does; ``describe`` reads the rest. ``unused`` are the paths known and of no use
    (``resources[].position``); what is neither read nor among them is a finding. None: nobody looks. ``open`` gives
    the members of a row, and raises where it is none; ``key`` knows better than the fields, or gives ``""``.
    """

    keys: tuple[str, ...]
    describe: Callable[[Fields, Portal], Described]
    landing: Callable[[Fields], str]
    title: Callable[[Fields], str]
    unused: frozenset[str] | None = None
    open: Callable[[object], Mapping[str, Any]] = opened
    key: Callable[[Fields], str] = lambda _: ""


def read_rows(rows: Iterable[Encoded], portal: Portal, shape: Shape) -> Iterator[ParsedRecord]:
    """The records, read one at a time as they are asked for."""
    told: set[str] = set()
    for position, row in enumerate(rows):
        yield _read(row, position, portal, shape, told)


def _read(row: Encoded, position: int, portal: Portal, shape: Shape, told: set[str]) -> ParsedRecord:
    notes, key = Notes(), ""
    try:
        odd: list[Finding] = []
        value = shape.open(value_of(row, odd))
        for found in odd:
            notes.add(found.rule, f"[{position}]", found.value)
        key = _key(Fields(value, notes), shape)
        described = shape.describe(Fields(value, notes), portal)
        _audit(notes, shape, told)
    except Exception as error:  # noqa: BLE001 - the edge of one record: whatever breaks on it costs it alone
        notes.add("record-not-parseable", f"[{position}]", f"{type(error).__name__}: {error}")
        return ParsedRecord(key, None, notes.found(key))
    return ParsedRecord(key, _record(key, portal, described), notes.found(key))


def _audit(notes: Notes, shape: Shape, told: set[str]) -> None:
    """A field that this program does not know is told once a page, with its first record."""
    if shape.unused is None:
        return
    for path, value in notes.unread(_by_place(shape.unused)):
        if path not in told:
            told.add(path)
            notes.add("field-unread", path, value)


@cache
def _by_place(paths: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """``resources[].position`` → ``{"resources[]": {"position"}}``."""
    found: dict[str, set[str]] = {}
    for path in paths:
        place, _, name = path.rpartition(".")
        found.setdefault(place, set()).add(name)
    return {place: frozenset(names) for place, names in found.items()}


def _record(key: str, portal: Portal, described: Described) -> Record:
    return Record(
        id=record_id(portal.id, key),
        portal=portal.id,
        source_key=key,
        dataset=described.dataset,
        page=described.page,
        modified=described.modified,
        origin=described.origin,
        popularity=described.popularity,
        archived=described.archived,
    )


def _key(fields: Fields, shape: Shape) -> str:
    if known := shape.key(fields):
        return short_key(known)
    for name in shape.keys:
        text = fields.text(name).strip()
        if text and not is_placeholder(text):
            return short_key(text)
        if text:
            fields.note("identifier-placeholder", name, text)
    title = shape.title(fields)
    fields.note("identifier-missing", shape.keys[0], title)
    return made_key(shape.landing(fields), title)
