"""EPCI by the words of their names, whatever stands around them: ``Grand Belfort Communauté d'Agglomération``."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from dcat.portal import Level
from dcat.territory import NamedPlace, gazetteer

LEGAL = frozenset(
    (
        *("communaute", "communes", "agglomeration", "agglo", "urbaine", "metropole", "eurometropole", "territoire"),
        *("cc", "ca", "cu", "ept", "etablissement", "public", "territorial"),
    )
)
"""Words of a legal form: a name that has one of them is read as an EPCI's."""

SMALL = frozenset("de des du d l la le les et en sur sous aux au a".split())  # noqa: SIM905 - reads better


def names_community(folded: str) -> bool:
    """Whether a legal form of EPCI stands in the name."""
    return not LEGAL.isdisjoint(folded.split())


def communities_of_words(folded: str) -> tuple[NamedPlace, ...]:
    """The EPCI whose names have the same telling words, in any order."""
    words = _telling(folded)
    return _by_words().get(words, ()) if words else ()


@cache
def _by_words() -> Mapping[frozenset[str], tuple[NamedPlace, ...]]:
    found: dict[frozenset[str], dict[str, NamedPlace]] = defaultdict(dict)
    for named in gazetteer().names():
        if named.code.startswith(f"{Level.EPCI}:") and (words := _telling(named.name_folded)):
            found[words].setdefault(named.code, named)
    return {words: tuple(places.values()) for words, places in found.items()}


def _telling(folded: str) -> frozenset[str]:
    return frozenset(folded.split()) - LEGAL - SMALL
