"""Who publishes a dataset, where its copies do not agree: the source's word, weighed by who holds the competence."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from dcat.competence import Holding, competences, holding
from dcat.model import text_in
from dcat.portal import Level, Portal
from dcat.territory import NATIONAL, gazetteer
from search.dedupe.producer import NATION, gathering_of, is_about, is_own, names_itself
from search.document import Copy
from search.question.subjects import read_subjects
from search.question.tokens import tokenise

CLEAR = 0.5  # a competence less probable than this is not taken as read
FARTHEST = 9  # a territory of no known level
RANKS: Mapping[str, int] = {level: level.rank for level in Level}


class Publisher(Struct, frozen=True):
    """``seat`` is the territory that the publisher governs, ``""`` where no copy tells. ``competence`` is an id of
    ``dcat.competence``, ``""`` where the copies agree on the publisher or no competence was read. ``pointed`` counts
    for each record the copies that name it as their origin; ``named`` are the territories of the publishers that the
    sources name, by record: what a republisher writes is no testimony. ``gathering`` tells by record how much the body
    that it names gathers (``search.dedupe.producer``); ``own`` are the copies in their publisher's own hand.
    """

    seat: str
    competence: str
    pointed: Mapping[str, int]
    named: Mapping[str, str]
    gathering: Mapping[str, int] = {}
    own: frozenset[str] = frozenset()

    def held_by(self, territory: str) -> bool:
        """Whether a territory's government holds the competence, alone or with others; no where none was read."""
        place = gazetteer().get(territory)
        if not self.competence or place is None:
            return False
        return holding(competences()[self.competence], place) is not Holding.NONE


def publisher_of(copies: Sequence[Copy], portals: Mapping[str, Portal]) -> Publisher:
    """Order never matters."""
    origins = origins_of(copies)
    pointed = {copy.record: 0 for copy in copies}
    for named in origins.values():
        for record in named:
            pointed[record] += 1
    telling = _telling(copies, origins)
    competence = _competence_of(copies) if len({copy.publisher_territory for copy in telling}) > 1 else ""
    acts = bool(competence) and competences()[competence].own_account
    told = telling if acts else _believed(telling, portals)
    known = Publisher(
        seat="",
        competence=competence,
        pointed=pointed,
        named={copy.record: copy.publisher_territory for copy in told},
        gathering={**gathering_of(copies, portals, origins), **(_of_the_nation(copies) if acts else {})},
        own=_own(copies, origins, portals),
    )
    return replace(known, seat=_most_credible(told, known) if told else _of_origin(copies, pointed, portals))


def origins_of(copies: Sequence[Copy]) -> Mapping[str, frozenset[str]]:
    """Record → the other records among these that it names as its origin; one that names none is not there."""
    owners: dict[str, set[str]] = defaultdict(set)
    for copy in copies:
        for key in copy.identity.get("own", ()):
            owners[key].add(copy.record)
    found = {
        copy.record: frozenset(
            owner for key in copy.identity.get("origin", ()) for owner in owners.get(key, ()) if owner != copy.record
        )
        for copy in copies
    }
    return {record: origins for record, origins in found.items() if origins}


def rank(code: str) -> int:
    """0 for a commune to 4 for the nation."""
    return RANKS.get(code.partition(":")[0], FARTHEST)


def _telling(copies: Sequence[Copy], origins: Collection[str]) -> list[Copy]:
    """The copies that say where their publisher governs: those that name no other as their origin, where any does."""
    telling = [copy for copy in copies if copy.publisher_territory]
    return [copy for copy in telling if copy.record not in origins] or telling


def _believed(telling: Sequence[Copy], portals: Mapping[str, Portal]) -> list[Copy]:
    """Who aggregates often writes itself as the publisher: that counts only while no other names a narrower one, nor a
    body of the State on a portal of the State."""
    narrowest = min((rank(copy.publisher_territory) for copy in telling), default=0)
    own = {copy.record for copy in telling if names_itself(copy, portals.get(copy.portal))}
    believed = [c for c in telling if c.record not in own or rank(c.publisher_territory) == narrowest]
    state = any(_is_of_the_state(copy, portals.get(copy.portal)) for copy in believed if copy.record not in own)
    return [copy for copy in believed if copy.record not in own] if state else believed


def _own(copies: Sequence[Copy], origins: Collection[str], portals: Mapping[str, Portal]) -> frozenset[str]:
    original = (copy for copy in copies if copy.record not in origins)
    return frozenset(copy.record for copy in original if is_own(copy, portals.get(copy.portal)))


def _of_the_nation(copies: Sequence[Copy]) -> dict[str, int]:
    """Acts of their own that bodies of the State gather."""
    return {copy.record: NATION for copy in copies if copy.publisher_territory == NATIONAL}


def _is_of_the_state(copy: Copy, portal: Portal | None) -> bool:
    return portal is not None and copy.publisher_territory == NATIONAL and NATIONAL in portal.territories


def _most_credible(told: Sequence[Copy], known: Publisher) -> str:
    """The publisher that holds the competence; then the one that gathers least; then the town that the title names;
    then the one of the copy that others name as their origin; then the one told most surely; then the narrowest."""
    said: dict[str, list[Copy]] = defaultdict(list)
    for copy in told:
        said[copy.publisher_territory].append(copy)

    def doubt(code: str) -> tuple[float, ...]:
        copies = said[code]
        gathers = max(known.gathering[copy.record] for copy in copies)
        pointed = sum(known.pointed[copy.record] for copy in copies)
        sure = round(sum(copy.publisher_confidence or 1.0 for copy in copies))
        named = rank(code) <= Level.EPCI.rank and any(is_about(copy, code) for copy in told)
        return (not known.held_by(code), gathers, not named, -pointed, -sure, rank(code))

    return min(sorted(said), key=doubt)


def _of_origin(copies: Sequence[Copy], pointed: Mapping[str, int], portals: Mapping[str, Portal]) -> str:
    """Where nobody tells: the territory of the portal whose copy the others name."""
    named = [copy for copy in copies if pointed[copy.record]]
    origin = min(named, key=lambda copy: (-pointed[copy.record], copy.record), default=None)
    portal = portals.get(origin.portal) if origin else None
    return portal.territories[0] if portal and portal.territories else ""


def _competence_of(copies: Sequence[Copy]) -> str:
    """The competence that the title names, read from the first record so that order never matters."""
    return _competence_in(text_in(min(copies, key=lambda copy: copy.record).title))


@lru_cache(maxsize=10_000)
def _competence_in(title: str) -> str:
    best, probability = next(iter(read_subjects([token.word for token in tokenise(title)])), (None, 0.0))
    return best.competence if best and probability >= CLEAR else ""
