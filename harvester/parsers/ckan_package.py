"""What a package says about itself: at its top level (schemas of ckanext-scheming), in its extras, or in both."""

from collections.abc import Iterator
from html import unescape
from typing import Any

import msgspec

from dcat.model import Texts
from harvester.parsers.fields import Fields

# Extras that harvesting alone leaves behind.
HARVEST_MARKS = ("harvest_source_id", "harvest_source_url", "harvest_source_title", "harvest_object_id", "guid")


class Package:
    """``row`` is the package; ``meta`` reads a name at its top level, else in its extras."""

    def __init__(self, row: Fields) -> None:
        self.row = row
        self.meta = row.over(dict(_extras(row)))
        self.harvested = any(self.meta.text(mark) for mark in HARVEST_MARKS)


def translated(fields: Fields, *names: str) -> Texts:
    """``title_translated`` of ckanext-fluent where it is filled, else ``title``."""
    return fields.words(*(f"{name}_translated" for name in names), *names)


def _extras(row: Fields) -> Iterator[tuple[str, Any]]:
    """``[{"key": …, "value": …}]``; an object in old versions. The first of two with one key stands."""
    if row.kind("extras") is dict:
        yield from row.member("extras").pairs()
        return
    seen: set[str] = set()
    for extra in row.members("extras"):
        key = extra.text("key").strip()
        if key and key not in seen:
            seen.add(key)
            yield key, _decoded(extra.value("value"))


def _decoded(value: Any) -> Any:
    """Lists and objects are written as JSON texts in extras; DKAN escapes them for HTML besides."""
    if not isinstance(value, str) or not value.lstrip().startswith(("[", "{")):
        return value
    try:
        found = msgspec.json.decode(unescape(value))
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        return value
    return found if isinstance(found, (list, dict)) else value
