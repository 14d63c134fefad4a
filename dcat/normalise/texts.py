"""Texts: no illegal characters, no markup, no stray blanks, bounded lengths."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from dcat.markup import ILLEGAL, has_html, plain_line, plain_text
from dcat.model import Dataset, Distribution, Text, Texts
from dcat.normalise.notes import Notes, same

S = TypeVar("S", bound=msgspec.Struct)

ILLEGAL_ENCODED = (
    (b"\\", re.compile(rb"\\(?:u00[01]|[bf])")),
    (b"\x7f", re.compile(rb"\x7f")),
    (b"\xc2", re.compile(rb"\xc2[\x80-\x9f]")),
    (b"\xe2", re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")),
    (b"\xef", re.compile(rb"\xef(?:\xbb\xbf|\xbf[\xbe\xbf])")),
)
"""``ILLEGAL`` in JSON bytes, each kind with the byte that it begins with: one look at the encoded dataset spares a look
at each of its strings, and a byte that is nowhere is told at once."""

TITLE_LENGTH = 1_000
SHORT = 60
DESCRIPTION_LENGTH = 180_000


def clean_characters(dataset: Dataset, notes: Notes) -> Dataset:
    """Illegal characters leave every string of the dataset."""
    encoded = notes.encoded(dataset)
    suspect = encoded is None or any(first in encoded and found.search(encoded) for first, found in ILLEGAL_ENCODED)
    return _clean_fields(dataset, notes) if suspect else dataset


def clean_texts(dataset: Dataset, notes: Notes) -> Dataset:
    """Titles and keywords on one line, descriptions as plain text; empty texts leave; a missing title is noted."""
    title = _texts(dataset.title, plain_line, TITLE_LENGTH, "dct:title", notes)
    description = _texts(dataset.description, plain_text, DESCRIPTION_LENGTH, "dct:description", notes)
    keywords = tuple(dict.fromkeys(_texts(dataset.keywords, plain_line, TITLE_LENGTH, "dcat:keyword", notes)))
    distributions = tuple(_clean_distribution(distribution, notes) for distribution in dataset.distributions)
    if not title:
        notes.add("title-missing", "dct:title")
    if not distributions:
        notes.add("distribution-missing", "dcat:distribution")
    new = (title, description, keywords, distributions)
    if new == (dataset.title, dataset.description, dataset.keywords, dataset.distributions):
        return dataset
    return replace(dataset, title=title, description=description, keywords=keywords, distributions=distributions)


def _clean_distribution(distribution: Distribution, notes: Notes) -> Distribution:
    title = _texts(distribution.title, plain_line, TITLE_LENGTH, "dct:title", notes)
    description = _texts(distribution.description, plain_text, DESCRIPTION_LENGTH, "dct:description", notes)
    if title is distribution.title and description is distribution.description:
        return distribution
    return replace(distribution, title=title, description=description)


def _texts(texts: Texts, plain: Callable[[str], str], limit: int, place: str, notes: Notes) -> Texts:
    """The very same tuple where nothing changes."""
    cleaned = [text if _stays(text, plain) else _text(text, plain, limit, place, notes) for text in texts]
    kept = tuple([text for text in cleaned if text.value])
    return texts if same(kept, texts) else kept


def _text(text: Text, plain: Callable[[str], str], limit: int, place: str, notes: Notes) -> Text:
    value = text.value
    if len(value) > limit:
        notes.add("value-truncated", place, f"{len(value)} > {limit}")
        value = value[:limit]
    if has_html(value):
        notes.add("html-cleaned", place, value)
    value, language = plain(value), _tag(text.language)
    return text if value == text.value and language == text.language else Text(value, language)


def _stays(text: Text, plain: Callable[[str], str]) -> bool:
    """Whether a short text is as it should be; False for longer ones, which must be looked at."""
    return len(text.value) <= SHORT and _often_stays(text, plain)


@lru_cache(maxsize=8_192)
def _often_stays(text: Text, plain: Callable[[str], str]) -> bool:
    """Keywords and titles such as ``Export CSV`` come back for ever."""
    tag_stays = _tag(text.language) == text.language
    return tag_stays and not has_html(text.value) and plain(text.value) == text.value


@lru_cache(maxsize=256)
def _tag(language: str) -> str:
    return language.replace("_", "-").lower()


def _cleaned(value: object, notes: Notes) -> object:
    """A value of the model, strings without illegal characters at any depth."""
    if isinstance(value, str):
        return _clean_string(value, notes)
    if isinstance(value, tuple):
        return tuple(_cleaned(item, notes) for item in value)
    if isinstance(value, msgspec.Struct):
        return _clean_fields(value, notes)
    return value


def _clean_fields(value: S, notes: Notes) -> S:
    return replace(value, **{name: _cleaned(getattr(value, name), notes) for name in value.__struct_fields__})


def _clean_string(value: str, notes: Notes) -> str:
    found = ILLEGAL.search(value)
    if not found:
        return value
    notes.add("page-control-character", "", f"U+{ord(found[0]):04X}")
    return ILLEGAL.sub("", value)
