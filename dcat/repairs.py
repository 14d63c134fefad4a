"""Where a finding is repaired: the form field of each portal software, from ``dcat/tables/repairs.csv``.

Menus differ from version to version; a row says where they are in the software as its maker documents it.
"""

import csv
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Repair(Struct, frozen=True):
    """Where to click in one software, in French and English."""

    software: str
    fr: str
    en: str

    def text(self, language: str) -> str:
        """The way through the menus, in ``fr`` or ``en``."""
        return self.en if language == "en" else self.fr


def repairs_of(field: str, software: str = "") -> tuple[Repair, ...]:
    """In every software that is known, or in the one named (*GeoNetwork + GeoNetwork-UI* is GeoNetwork); ``()`` where
    nothing is."""
    found = _table().get(field, ())
    return tuple(repair for repair in found if not software or _is(repair.software, software))


def _is(known: str, software: str) -> bool:
    return software.casefold().startswith(known.casefold())


@cache
def _table() -> dict[str, tuple[Repair, ...]]:
    text = files("dcat").joinpath("tables", "repairs.csv").read_text(encoding="utf-8")
    found: dict[str, tuple[Repair, ...]] = {}
    for row in csv.DictReader(text.splitlines()):
        field = row.pop("field")
        found[field] = (*found.get(field, ()), Repair(**row))
    return found
