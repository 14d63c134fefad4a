"""How much of one description is kept: real catalogues hold a dataset of 8,327 distributions, one of 34,866 keywords,
and texts of megabytes where a name was due. Titles, keywords and descriptions have their limits in ``texts``.

Everything after this step may take time in proportion to what it is given, and still end.
"""

from typing import TypeVar

import msgspec
from msgspec.structs import replace

from dcat.model import Dataset, Record, Text
from dcat.normalise.notes import Notes

S = TypeVar("S", bound=msgspec.Struct)

SHORT = 4_096
HALF = SHORT // 2
LONG = {
    **dict.fromkeys(("rights", "provenance", "version_notes"), 180_000),
    **dict.fromkeys(("geometry", "centroid", "extra"), 1 << 20),
}
"""Characters of a text: ``SHORT`` but for these."""

ELSEWHERE = ("title", "description", "keywords")
"""Fields whose texts ``texts`` cuts, each to a length of its own; their lists are cut here."""

MANY = 1_000
LISTS = {"distributions": 10_000}
"""Items of a list: ``MANY`` but for these."""

WHOLE = frozenset(
    (
        *("iri", "identifier", "identifiers", "other_identifiers", "email", "homepage", "url", "access_urls", "value"),
        *("download_urls", "landing_pages", "documentation", "sources", "is_version_of", "applicable_legislation"),
        *("endpoint_urls", "endpoint_descriptions", "serves", "geometry", "centroid", "page"),
        *("domain", "remote_id", "remote_url", "uri", "chain"),
    )
)
"""What means something else once it is cut: too long, it is left out."""


def bound(dataset: Dataset, notes: Notes) -> Dataset:
    """No list and no text longer than its limit, at any depth."""
    return _fields(dataset, notes) if _is_suspect(notes.encoded(dataset)) else dataset


def bound_beside(record: Record, notes: Notes) -> Record:
    """What stands beside the dataset: the page of the record, its date, where it was copied from."""
    page, modified = _text(record.page, "page", notes), _text(record.modified, "modified", notes)
    origin = _fields(record.origin, notes) if record.origin else None
    if page is record.page and modified is record.modified and origin is record.origin:
        return record
    return replace(record, page=page, modified=modified, origin=origin)


def _is_suspect(encoded: bytes | None) -> bool:
    """Whether anything may be too long: one look at the encoded dataset, which is short nearly always."""
    if encoded is None or encoded.count(b",") >= MANY:
        return True
    return len(encoded) > SHORT and _has_long_text(encoded.replace(b'\\"', b".."))


def _has_long_text(encoded: bytes) -> bool:
    """Whatever is longer than ``SHORT`` fills one of the halves from end to end, and few records fill any."""
    halves = range(0, len(encoded) - HALF + 1, HALF)
    if all(encoded.find(b'"', start, start + HALF) >= 0 for start in halves):
        return False
    return max(map(len, encoded.split(b'"'))) > SHORT


def _fields(value: S, notes: Notes) -> S:
    changes = {}
    for name in value.__struct_fields__:
        old = getattr(value, name)
        new = _bounded(old, name, notes)
        if new is not old:
            changes[name] = new
    return replace(value, **changes) if changes else value


def _bounded(value: object, field: str, notes: Notes) -> object:
    if isinstance(value, str):
        return _text(value, field, notes)
    if isinstance(value, tuple):
        return _list(value, field, notes)
    if isinstance(value, Text):
        text = value.value if field in ELSEWHERE else _text(value.value, field, notes)
        language = _text(value.language, "language", notes)
        return value if text is value.value and language is value.language else Text(text, language)
    return _fields(value, notes) if isinstance(value, msgspec.Struct) else value


def _text(text: str, field: str, notes: Notes) -> str:
    limit = LONG.get(field, SHORT)
    if len(text) <= limit:
        return text
    notes.add("value-truncated", f"dcat:{field}", f"{len(text)} > {limit}")
    if field == "extra":
        return text[: text.rfind("\n", 0, limit) + 1].rstrip("\n")
    return "" if field in WHOLE else text[:limit]


def _list(values: tuple[object, ...], field: str, notes: Notes) -> tuple[object, ...]:
    limit = LISTS.get(field, MANY)
    kept = values
    if len(values) > limit:
        notes.add("value-truncated", f"dcat:{field}", f"{len(values)} > {limit}")
        kept = values[:limit]
    new = tuple(_bounded(item, field, notes) for item in kept)
    if len(new) == len(values) and all(one is other for one, other in zip(new, values, strict=True)):
        return values
    return tuple(item for item in new if item != "")
