"""Bytes of a page → what a run stages of it.

A function of the bytes, the portal and the day alone: no archive, no crawler, no clock. So it gives the same wherever
it is done, in this process or another (its results travel as msgspec), and whenever it is done again.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Protocol as Typed
from urllib.parse import unquote, urlsplit

from msgspec.structs import replace

from dcat.codec import digest, encode
from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.model import Dataset, Record, text_in
from dcat.normalise import normalise as dcat_normalise
from dcat.portal import Portal
from dcat.publish import lacking
from dcat.text import fold
from dcat.validate import validate as dcat_validate
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, Parser, UnreadablePage
from harvester.persons.privacy import OPEN, Privacy
from harvester.reading.staged import TRUNCATED, Fate, Met, PageHeader, PagePart, PageReading, StagedRecord

# A page of up to so many records is one part; a catalogue in one document is several, so that memory stays bounded.
BATCH = 1000

# A declared total beyond this is no total (and no database number).
ABSURD_TOTAL = 10**12

LONGEST_LICENCE = 1_000  # characters of what a catalogue says of its own

# Findings that say that a value was changed on its way in (others only judge what came).
REPAIRS = frozenset(
    {
        "page-control-character",
        "page-statement-skipped",
        "iri-invalid",
        "iri-relative",
        "iri-curie",
        "language-tag-invalid",
        "date-invalid",
        "email-invalid",
        "html-cleaned",
        "value-ill-typed",
        "value-truncated",
        "url-scheme-repaired",
    }
)


CONTACT_MISSING = "contact-point-missing"


class Normalise(Typed):
    """``dcat.normalise``'s signature; None where the record must not be kept."""

    def __call__(
        self, record: Record, portal: Portal, *, today: date | None = None
    ) -> tuple[Record | None, tuple[Finding, ...]]: ...


Validate = Callable[[Record], tuple[Finding, ...]]
"""The signature of ``judge``."""


def read_page(
    fetched: Fetched,
    portal: Portal,
    parser: Parser,
    today: date,
    *,
    normalise: Normalise | None = None,
    validate: Validate | None = None,
    privacy: Privacy = OPEN,
    skip: int = 0,
    most: int | None = None,
) -> PageReading:
    """``today`` is the day on which the run began; ``skip``: how many records are known already, ``most``: how many to
    take after these. Raises ``UnreadablePage`` where nothing can be read, and nothing else."""
    try:
        parsed = parser(fetched, portal)
    except UnreadablePage as error:
        raise UnreadablePage(*map(privacy.finding, _told_of(fetched, error.findings))) from error
    except Exception as error:  # the edge of one page: a parser that breaks on it costs it alone
        broke = _broke("page-not-parseable", error, place=fetched.url)
        raise UnreadablePage(*map(privacy.finding, _told_of(fetched, (broke,)))) from error
    header = _header(parsed, _told_of(fetched, parsed.findings), privacy)
    normalise = normalise or partial(dcat_normalise, personal=privacy.personal)
    staging = _Staging(portal, today, normalise, validate or judge, privacy, cut=header.truncated)
    return PageReading(header, _parts(_Records(parsed.records, fetched.url), staging, skip, most))


def _told_of(fetched: Fetched, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What is told of a page; that its body was cut is told once, whatever its parser notices."""
    if not fetched.cut:
        return findings
    cut = finding(TRUNCATED, place=fetched.url, value=f"{fetched.size} bytes came")
    return (cut, *(one for one in findings if one.rule != TRUNCATED))


def _header(parsed: ParsedPage, findings: tuple[Finding, ...], privacy: Privacy) -> PageHeader:
    declared = parsed.declared if parsed.declared is not None and 0 <= parsed.declared <= ABSURD_TOTAL else None
    met = Met(findings)
    findings = tuple(map(privacy.finding, met.kept))
    return PageHeader(declared, parsed.next, parsed.window, findings, met.more, parsed.licence[:LONGEST_LICENCE])


class _Records:
    """The records of a page, to its end or to where it breaks: ``why`` then says why."""

    def __init__(self, records: Iterable[ParsedRecord], url: str) -> None:
        self._records = records
        self._url = url
        self.why: tuple[Finding, ...] = ()

    def __iter__(self) -> Iterator[ParsedRecord]:
        try:
            yield from self._records
        except UnreadablePage as error:
            self.why = error.findings
        except Exception as error:  # noqa: BLE001 - the edge of one page: a parser that breaks costs the rest of the page
            self.why = (_broke("page-not-parseable", error, place=self._url),)


def _parts(records: _Records, staging: "_Staging", skip: int, most: int | None) -> Iterator[PagePart]:
    remaining, rest = itertools.islice(records, skip, None), most
    while True:
        size = BATCH if rest is None else min(BATCH, rest)
        part = staging.part(itertools.islice(remaining, size))
        rest = None if rest is None else rest - part.received
        if part.received < size or rest == 0:
            why = [one for one in records.why if not (staging.cut and one.rule == TRUNCATED)]  # told of the page
            yield replace(part, findings=(*part.findings, *staging.shown(why)), broken=bool(records.why), last=True)
            return
        yield part


class _Staging:
    """Makes parsed records what a run stages: left out, normalised, validated, encoded."""

    def __init__(
        self,
        portal: Portal,
        today: date,
        normalise: Normalise,
        validate: Validate,
        privacy: Privacy,
        *,
        cut: bool = False,
    ) -> None:
        self.portal = portal
        self.cut = cut
        self.today = today
        self.normalise = normalise
        self.validate = validate
        self.privacy = privacy
        self._excluded = frozenset(portal.exclude)

    def part(self, items: Iterable[ParsedRecord]) -> PagePart:
        """A part of a page."""
        records: list[StagedRecord] = []
        met = Met()
        received = 0
        for item in items:
            received += 1
            met.add(item.findings)
            if item.source_key:
                records.append(self._staged(item, met))
        shown = self.shown(met.kept)
        return PagePart(tuple(records), received, received - len(records), shown, met.more, last=False)

    def shown(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """What may be told."""
        return tuple(map(self.privacy.finding, findings))

    def _staged(self, item: ParsedRecord, met: Met) -> StagedRecord:
        key = item.source_key
        if item.record is None:
            return self._left_out(key, Fate.REJECTED)
        if self._is_excluded(item.record):
            met.add((finding("record-excluded", record=key),))
            return self._left_out(key, Fate.EXCLUDED)
        try:
            record, found = self.normalise(item.record, self.portal, today=self.today)
            record = self.privacy.record(record) if record is not None else None
            payload = encode(record) if record is not None else b""
            judged = self._judged(item.record, record) if record is not None else ()
        except Exception as error:  # noqa: BLE001 - the edge of one record: whatever breaks on it costs it alone
            met.add((_broke("record-not-parseable", error, record=key),))
            return self._left_out(key, Fate.REJECTED)
        met.add(found)
        if record is None:
            return self._left_out(key, Fate.REJECTED)
        if says_nothing(record.dataset):
            met.add((finding("record-empty", record=key),))
            return self._left_out(key, Fate.REJECTED)
        met.add(judged)
        repaired = any(one.rule in REPAIRS for one in (*item.findings, *found))
        about, size = title_key(record.dataset), 0 if self.cut else len(payload)
        return StagedRecord(record.id, key, Fate.KEPT, digest(payload), payload, size, repaired, about, self.cut)

    def _judged(self, came: Record, record: Record) -> tuple[Finding, ...]:
        """What the record lacks; a contact that we leave out is none that its publisher forgot."""
        found = self.validate(record)
        if came.dataset.contact_points and not record.dataset.contact_points:
            found = tuple(one for one in found if one.rule != CONTACT_MISSING)
        return found

    def _left_out(self, key: str, fate: Fate) -> StagedRecord:
        return StagedRecord(record_id(self.portal.id, key), key, fate)

    def _is_excluded(self, record: Record) -> bool:
        """``exclude:`` names a record by key, identifier, IRI, page, or the last part of the page's address (its
        slug)."""
        if not self._excluded:
            return False
        slug = unquote(urlsplit(record.page).path.rstrip("/").rpartition("/")[2])
        names = {record.source_key, record.page, slug, record.dataset.iri, *record.dataset.identifiers}
        return not self._excluded.isdisjoint(names)


def judge(record: Record) -> tuple[Finding, ...]:
    """What a record lacks or has wrong by the specifications, and what keeps it out of our feed."""
    key, without = record.source_key, lacking(record.dataset)
    return (*dcat_validate(record), *(finding("dataset-withheld", key, "dcat:dataset", name) for name in without))


def title_key(dataset: Dataset) -> str:
    """The same for the same title of the same publisher, however written; ``""`` without a title."""
    title = fold(text_in(dataset.title))
    publisher = fold(text_in(dataset.publisher.name)) if dataset.publisher else ""
    return digest(f"{title}\n{publisher}".encode())[:16] if title else ""


def says_nothing(dataset: Dataset) -> bool:
    """A record without title, description and resource: nothing to search, to show or to open."""
    return not (dataset.title or dataset.description or dataset.distributions or dataset.landing_pages)


def _broke(rule: str, error: Exception, *, record: str = "", place: str = "") -> Finding:
    return finding(rule, record, place, f"{type(error).__name__}: {error}")
