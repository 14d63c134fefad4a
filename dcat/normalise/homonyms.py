"""Which of several territories of one name is meant."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

from dcat.portal import Level
from dcat.territory import NATIONAL, NamedPlace, Territory, gazetteer

DOMINANT = 10
"""How many times more inhabitants than any homonym make a name unmistakable."""


class Resolution(Struct, frozen=True):
    """A territory with how sure it is (0 to 1) and why; no code where nothing is sure enough."""

    code: str = ""
    confidence: float = 0.0
    evidence: str = ""


NOTHING = Resolution()

Wanted = Callable[[Territory], bool]


def choose(named: Iterable[NamedPlace], within: Sequence[str], wanted: Wanted = bool) -> Resolution:
    """The one territory meant among those of a name.

    ``within`` are the territories of the portal, which decide between homonyms: first they themselves, then what lies
    in them. Current official names and aliases go before names of former communes.
    """
    named = tuple(named)
    for current in (True, False):
        places = _territories(named, current)
        found = _decide([place for place in places if wanted(place)], tuple(within))
        if found.code:
            return found if current else Resolution(found.code, found.confidence - 0.05, f"{found.evidence}-former")
    return NOTHING


def _territories(named: Iterable[NamedPlace], current: bool) -> list[Territory]:
    codes = dict.fromkeys(place.code for place in named if (place.kind in {"official", "alias"}) is current)
    return [place for place in map(gazetteer().get, codes) if place]


def _decide(places: list[Territory], within: tuple[str, ...]) -> Resolution:
    if not places:
        return NOTHING
    own = [place for place in places if place.code in within]
    if own:
        return Resolution(own[0].code, 0.97, "portal-territory")
    local = [place for place in places if is_within(place.code, within)]
    if len(local) == 1:
        return Resolution(local[0].code, 0.95, "name-in-portal" if len(places) > 1 else "name")
    return _dominant(local or places)


def _dominant(places: list[Territory]) -> Resolution:
    """The only one, or one that no homonym comes near; of one place at two levels (La Réunion) the first."""
    first, *others = sorted(places, key=lambda place: -place.population)
    rivals = [place for place in others if place.population * DOMINANT > first.population]
    if not rivals:
        return Resolution(first.code, 0.85 if others else 0.9, "name-dominant" if others else "name")
    if all(rival.population == first.population and rival.level is not first.level for rival in rivals):
        return Resolution(places[0].code, 0.85, "name")
    return NOTHING


@lru_cache(maxsize=4_096)
def is_within(code: str, within: tuple[str, ...]) -> bool:
    """Whether a territory lies in one of others, the nation being no restriction worth the name."""
    return any(outer != NATIONAL and gazetteer().covers(outer, code) for outer in within)


def at_level(level: Level | None) -> Wanted:
    """A test of a territory's level; None takes all."""
    return lambda place: level is None or place.level is level
