"""Facet values as people read them."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from dcat.authority import table
from dcat.licence import licences
from dcat.portal import Level, Portal
from dcat.rights import access_rights
from dcat.territory import gazetteer
from dcat.text import fold
from search.query import SearchRequest

MOST_VALUES = 50
SHOWN_AS = {"carrier": "portal"}  # field of the index → parameter and facet

Labels = Callable[[str, str], str]  # (value, language) → label

LEVELS: Mapping[str, tuple[str, str]] = {
    Level.COMMUNE: ("Commune", "Municipality"),
    Level.EPCI: ("Intercommunalité", "Intermunicipal body"),
    Level.DEPARTEMENT: ("Département", "Département"),
    Level.REGION: ("Région", "Région"),
    Level.NATIONAL: ("National", "National"),
}


class FacetValue(Struct, frozen=True):
    value: str
    label: str
    count: int
    selected: bool


def facet_values(
    counts: Mapping[str, Sequence[tuple[str, int]]], request: SearchRequest, portals: Mapping[str, Portal]
) -> dict[str, tuple[FacetValue, ...]]:
    """Facet → its values, most frequent first; a selected value is always there, even with nothing behind it."""

    def labelled(facet: str) -> Callable[[str], str]:
        if facet == "portal":
            return lambda value: portals[value].title if value in portals else value
        return lambda value: _label(facet, value, request.lang)

    return {
        facet: _values(
            _merged(found) if facet == "publisher" else dict(found), getattr(request, facet), labelled(facet)
        )
        for facet, found in ((SHOWN_AS.get(field, field), found) for field, found in counts.items())
    }


@lru_cache(maxsize=4_096)
def _label(facet: str, value: str, language: str) -> str:
    return LABELS[facet](value, language)


def _values(counts: Mapping[str, int], selected: Sequence[str], label: Callable[[str], str]) -> tuple[FacetValue, ...]:
    if not selected:
        return tuple(FacetValue(value, label(value), count, False) for value, count in [*counts.items()][:MOST_VALUES])
    chosen = {fold(value): value for value in selected}
    known = {fold(value) for value in counts}
    shown = [*counts.items()][:MOST_VALUES]
    shown += [item for item in [*counts.items()][MOST_VALUES:] if fold(item[0]) in chosen]
    shown += [(value, 0) for folded, value in chosen.items() if folded not in known]
    return tuple(FacetValue(value, label(value), count, fold(value) in chosen) for value, count in shown)


def _merged(counts: Sequence[tuple[str, int]]) -> dict[str, int]:
    """One name for each way of writing a publisher: the commonest."""
    if len({fold(name) for name, _ in counts}) == len(counts):
        return dict(counts)
    names: dict[str, str] = {}
    totals: Counter[str] = Counter()
    for name, count in counts:
        totals[names.setdefault(fold(name), name)] += count
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _authority(name: str) -> Labels:
    def label(value: str, language: str) -> str:
        concept = table(name).get(value)
        return concept.label(language) if concept else value

    return label


def _licence(value: str, language: str) -> str:
    found = licences().get(value)
    return found.label(language) if found else value


def _territory(value: str, _language: str) -> str:
    found = gazetteer().get(value)
    return found.name if found else value


def _access(value: str, language: str) -> str:
    found = access_rights().get(value)
    return found.label(language) if found else value


def _level(value: str, language: str) -> str:
    french, english = LEVELS.get(value, (value, value))
    return english if language == "en" else french


LABELS: Mapping[str, Labels] = {
    "theme": _authority("data-theme"),
    "publisher": lambda value, _: value,
    "format": _authority("file-type"),
    "licence": _licence,
    "access": _access,
    "language": _authority("language"),
    "level": _level,
    "territory": _territory,
}
