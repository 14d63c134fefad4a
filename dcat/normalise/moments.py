"""Dates and periods → ISO 8601. What is no date leaves the field, and stays in the finding."""

from datetime import date, timedelta

from msgspec.structs import replace

from dcat.dates import parse_date
from dcat.model import Dataset, Distribution, Period
from dcat.normalise.notes import Notes

CLOCK_DIFFERENCE = timedelta(days=1)
"""A source's clock may be in another time zone."""


def read_dates(dataset: Dataset, notes: Notes) -> Dataset:
    """Creation, publication, modification, and the period covered; the same of every distribution."""
    created = _date(dataset.created, "dct:created", notes)
    issued = _date(dataset.issued, "dct:issued", notes)
    modified = past_date(dataset.modified, "dct:modified", notes)
    temporal = tuple(filter(None, (_period(period, notes) for period in dataset.temporal)))
    distributions = tuple(_distribution(distribution, notes) for distribution in dataset.distributions)
    new = (created, issued, modified, temporal, distributions)
    if new == (dataset.created, dataset.issued, dataset.modified, dataset.temporal, dataset.distributions):
        return dataset
    return replace(
        dataset, created=created, issued=issued, modified=modified, temporal=temporal, distributions=distributions
    )


def past_date(text: str, place: str, notes: Notes) -> str:
    """As ``_date``; a day after tomorrow is refused, where today is known."""
    value = _date(text, place, notes)
    parsed = parse_date(value) if value and notes.today else None
    if parsed and notes.today and _is_future(parsed.day, notes.today):
        notes.add("date-in-future", place, text)
        return ""
    return value


def _is_future(day: date, today: date) -> bool:
    return day > today + CLOCK_DIFFERENCE


def _date(text: str, place: str, notes: Notes) -> str:
    if not text:
        return ""
    parsed = parse_date(text)
    if parsed is None:
        if text.strip():
            notes.add("date-invalid", place, text)
        return ""
    return parsed.text


def _period(period: Period, notes: Notes) -> Period | None:
    """None where nothing is left to say."""
    start, end = _date(period.start, "dcat:startDate", notes), _date(period.end, "dcat:endDate", notes)
    if not (start or end or period.iri or period.extra):
        return None
    return period if (start, end) == (period.start, period.end) else replace(period, start=start, end=end)


def _distribution(distribution: Distribution, notes: Notes) -> Distribution:
    if not distribution.issued and not distribution.modified:
        return distribution
    issued = _date(distribution.issued, "dct:issued", notes)
    modified = past_date(distribution.modified, "dct:modified", notes)
    if (issued, modified) == (distribution.issued, distribution.modified):
        return distribution
    return replace(distribution, issued=issued, modified=modified)
