"""Initials of intercommunal bodies that no list has: *DLVA* is Durance-Luberon-Verdon Agglomération.

Most bodies sign with the initials of their name, often after those of their legal form: *CAPSO*, *CCVH*. Only initials
of four letters or more that spell no word, no name and no keyword are taken.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from dcat.portal import Level
from dcat.territory import Territory, gazetteer
from dcat.text import fold
from search.question.bodies import first_words
from search.question.lexicon import STOP_WORDS, common_words
from search.question.subjects import vocabulary

SHORTEST = 4
LEGAL_FORMS = frozenset(("cc", "ca", "cu"))
MOST_BEARERS = 3
"""Initials that more bodies share tell nothing."""


@cache
def body_initials() -> Mapping[str, tuple[str, ...]]:
    """Folded initials → codes of the EPCI that they may stand for."""
    found: dict[str, set[str]] = defaultdict(set)
    for territory in gazetteer().territories(Level.EPCI):
        for initials in _initials(territory):
            found[initials].add(territory.code)
    return {
        initials: tuple(sorted(codes))
        for initials, codes in found.items()
        if len(codes) <= MOST_BEARERS and not _is_known(initials)
    }


def _initials(territory: Territory) -> Iterator[str]:
    """With and without the legal form: *accm*; *ccvh* and *vh* of *CC Vallée de l'Hérault*, the latter too short."""
    first, *others = fold(territory.name.partition("(")[0]).split()
    form = first if first in LEGAL_FORMS else ""
    words = others if form else (first, *others)
    letters = "".join(word[0] for word in words if word not in STOP_WORDS)
    for initials in dict.fromkeys((letters, form + letters)):
        if len(initials) >= SHORTEST:
            yield initials


def _is_known(initials: str) -> bool:
    said = initials in common_words() or initials in vocabulary().words or initials in first_words()
    return said or initials in STOP_WORDS or bool(gazetteer().by_name(initials))
