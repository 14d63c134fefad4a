"""Findings as they are handed out: what each means, what to do, and links to the record, our dataset and the rule."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from api.services import Services
from dcat.findings import rule_of
from dcat.model import Record, text_in
from harvester.archive.movements import Moved
from harvester.review import Cited


class Place(Struct, frozen=True):
    """What links to our own pages are made of: the base address, and record id → dataset id."""

    base: str
    datasets: Mapping[str, str]

    def dataset(self, record: Record | None) -> str:
        """Our page of the record's dataset; ``""`` where it has none."""
        identity = self.datasets.get(record.id) if record else None
        return f"{self.base}/datasets/{identity}" if identity else ""


class FindingView(Struct, frozen=True):
    """A finding in the reader's language. Addresses are ``""`` where nothing is known there."""

    rule: str
    severity: str
    record: str
    record_title: str
    record_url: str
    dataset_url: str
    place: str
    value: str
    label: str
    remedy: str
    rule_url: str


class MovedView(Struct, frozen=True):
    """A record that a run moved. ``record_id`` is ours, ``record`` the portal's own key."""

    kind: str
    record: str
    record_id: str
    title: str
    record_url: str
    dataset_url: str


def finding_views(services: Services, cited: Sequence[Cited], base: str, lang: str) -> list[FindingView]:
    """One more query, however many findings."""
    place = _place(services, (one.record for one in cited), base)
    return [_view(one, place, lang) for one in cited]


def moved_views(services: Services, moved: Sequence[Moved], base: str, lang: str) -> list[MovedView]:
    """One more query, however many records."""
    place = _place(services, (one.record for one in moved), base)
    return [
        MovedView(
            kind=one.kind,
            record=one.record.source_key,
            record_id=one.record.id,
            title=text_in(one.record.dataset.title, lang),
            record_url=record_link(one.record.source_key, one.record),
            dataset_url=place.dataset(one.record),
        )
        for one in moved
    ]


def _place(services: Services, records: Iterable[Record | None], base: str) -> Place:
    return Place(base, services.catalogue.datasets_of({record.id for record in records if record is not None}))


def _view(cited: Cited, place: Place, lang: str) -> FindingView:
    found, rule = cited.finding, rule_of(cited.finding.rule)
    return FindingView(
        rule=found.rule,
        severity=rule.severity,
        record=found.record,
        record_title=text_in(cited.record.dataset.title, lang) if cited.record else "",
        record_url=record_link(found.record, cited.record),
        dataset_url=place.dataset(cited.record),
        place=found.place,
        value=found.value,
        label=rule.label(lang),
        remedy=rule.remedy(lang),
        rule_url=f"{place.base}/rules/{found.rule}",
    )


def record_link(key: str, record: Record | None) -> str:
    """The record on its portal: its page, else what identifies it where that is an address; ``""`` where nothing is."""
    known = (record.page, record.dataset.iri) if record else ()
    return next((link for link in (*known, key) if link.startswith(("http://", "https://"))), "")


CSV_COLUMNS = (
    *("rule", "severity", "record", "record_url", "place", "value"),
    *("label_fr", "label_en", "remedy_fr", "remedy_en", "rule_url", "record_title", "dataset_url"),
)


def findings_csv(services: Services, batches: Iterable[Sequence[Cited]], base: str) -> Iterator[str]:
    """The findings as CSV, some lines at a time, the heading first."""
    yield _csv([CSV_COLUMNS])
    for batch in batches:
        yield _csv(_cells(view) for view in finding_views(services, batch, base, "fr"))


def _cells(view: FindingView) -> tuple[str, ...]:
    rule = rule_of(view.rule)
    words = (rule.label_fr, rule.label_en, rule.remedy_fr, rule.remedy_en)
    found = (view.rule, view.severity, view.record, view.record_url, view.place, view.value)
    return (*found, *words, view.rule_url, view.record_title, view.dataset_url)


def _csv(lines: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in line] for line in lines)
    return text.getvalue()


def _harmless(cell: str) -> str:
    """Spreadsheets run what begins like a formula; these cells come from strangers."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
