"""Which copy speaks for a dataset: authority first, then origin, then closeness, the date last."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from dcat.portal import Level, Portal
from dcat.territory import gazetteer
from search.document import Copy

RANKS: Mapping[str, int] = {level: level.rank for level in Level}
FARTHEST = 9  # a portal whose territory does not hold the publisher's


class Election(Struct, frozen=True):
    """``copies`` has the elected one first, ``reasons`` its (French, English) sentences, the decisive one first."""

    copies: tuple[Copy, ...]
    reasons: tuple[tuple[str, str], ...]


class _Case(Struct, frozen=True):
    """One cluster as the criteria see it. ``seat`` is the publisher's territory, ``""`` where unknown."""

    portals: Mapping[str, Portal]
    pointed: Mapping[str, int]
    seat: str


class Criterion(Struct, frozen=True):
    """``rank`` is smaller for the better copy; the sentences take ``portal``, ``seat`` and ``number``."""

    rank: Callable[[Copy, _Case], float]
    text_fr: str
    text_en: str


def authority(copy: Copy, case: _Case) -> float:
    portal = case.portals.get(copy.portal)
    return 0 if portal and portal.authority else 1


def closeness(copy: Copy, case: _Case) -> float:
    """Levels between the publisher's territory and the closest of the portal's territories that holds it."""
    portal = case.portals.get(copy.portal)
    if not case.seat or portal is None:
        return FARTHEST
    return min((_distance(code, case.seat) for code in portal.territories), default=FARTHEST)


def origin(copy: Copy, case: _Case) -> float:
    return -case.pointed[copy.record]


def level(copy: Copy, case: _Case) -> float:
    portal = case.portals.get(copy.portal)
    return RANKS[portal.level] if portal else FARTHEST


CRITERIA = (
    Criterion(
        authority,
        "Le portail {portal} fait autorité, les autres ne font que republier.",
        "The portal {portal} has authority; the others only republish.",
    ),
    Criterion(
        closeness,
        "Le portail {portal} est le plus proche du territoire de l'éditeur ({seat}).",
        "The portal {portal} is the closest to the publisher's territory ({seat}).",
    ),
    Criterion(
        origin,
        "Nombre d'autres copies qui désignent celle-ci comme leur origine : {number}.",
        "Number of other copies that name this one as their origin: {number}.",
    ),
    Criterion(
        level,
        "Le portail {portal} est de l'échelon le plus proche des usagers.",
        "The portal {portal} is of the level closest to users.",
    ),
)
NEWEST = ("C'est la copie modifiée le plus récemment.", "It is the copy changed last.")
ONLY = ("C'est la seule copie connue.", "It is the only known copy.")


def elect(copies: Sequence[Copy], portals: Mapping[str, Portal]) -> Election:
    """Order never matters: equal copies are told apart by their record id."""
    pointed = pointers(copies)
    case = _Case(portals, pointed, _seat(copies, pointed, portals))
    ordered = sorted(copies, key=lambda copy: copy.record)
    ordered.sort(key=lambda copy: copy.modified, reverse=True)
    ordered.sort(key=lambda copy: tuple(criterion.rank(copy, case) for criterion in CRITERIA))
    return Election(tuple(ordered), _reasons(ordered, case))


def pointers(copies: Sequence[Copy]) -> Mapping[str, int]:
    """Record → how many other copies name it as their origin."""
    pointed: Counter[str] = Counter()
    for target in copies:
        own = set(target.identity.get("own", ()))
        others = (copy for copy in copies if copy.record != target.record)
        pointed[target.record] = sum(1 for copy in others if own.intersection(copy.identity.get("origin", ())))
    return pointed


def _sources(copies: Sequence[Copy]) -> list[Copy]:
    """The copies that name no other as their origin: who republishes often writes itself as the publisher."""
    owned = Counter(key for copy in copies for key in set(copy.identity.get("own", ())))
    return [copy for copy in copies if not any(owned[key] for key in copy.identity.get("origin", ()))]


def _seat(copies: Sequence[Copy], pointed: Mapping[str, int], portals: Mapping[str, Portal]) -> str:
    """The publisher's territory: what the origin says, else what most copies say, else the narrowest; where no copy
    tells, the territory of the origin's portal.
    """
    told = [copy for copy in _sources(copies) if copy.publisher_territory]
    told = told or [copy for copy in copies if copy.publisher_territory]
    votes = Counter(copy.publisher_territory for copy in copies if copy.publisher_territory)
    if told:
        best = min(told, key=lambda copy: _vote(copy.publisher_territory, pointed[copy.record], votes))
        return best.publisher_territory
    origins = sorted(
        (copy for copy in copies if pointed[copy.record]), key=lambda copy: (-pointed[copy.record], copy.record)
    )
    portal = portals.get(origins[0].portal) if origins else None
    return portal.territories[0] if portal and portal.territories else ""


def _vote(code: str, pointed: int, votes: Mapping[str, int]) -> tuple[int, int, int, str]:
    return (-pointed, -votes[code], _rank(code), code)


def _distance(portal_territory: str, seat: str) -> int:
    if not gazetteer().covers(portal_territory, seat):
        return FARTHEST
    return max(0, _rank(portal_territory) - _rank(seat))


def _rank(code: str) -> int:
    return RANKS.get(code.partition(":")[0], FARTHEST)


def _reasons(ordered: Sequence[Copy], case: _Case) -> tuple[tuple[str, str], ...]:
    if len(ordered) == 1:
        return (ONLY,)
    elected, others = ordered[0], ordered[1:]
    words = _words(elected, case)
    found = [
        (criterion.text_fr.format(**words), criterion.text_en.format(**words))
        for criterion in CRITERIA
        if all(criterion.rank(elected, case) < criterion.rank(other, case) for other in others)
    ]
    return tuple(found) or (NEWEST,)


def _words(copy: Copy, case: _Case) -> dict[str, str]:
    portal, seat = case.portals.get(copy.portal), gazetteer().get(case.seat)
    return {
        "portal": portal.title if portal else copy.portal,
        "seat": seat.name if seat else case.seat,
        "number": str(case.pointed[copy.record]),
    }
