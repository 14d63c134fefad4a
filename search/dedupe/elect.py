"""Which copy speaks for a dataset: who holds the competence, then who is close; ill health overrides; the date last."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from dcat.competence import competences
from dcat.portal import Portal
from dcat.territory import gazetteer
from dcat.text import fold
from search.dedupe.health import SYMPTOMS, ailments_of
from search.dedupe.publisher import FARTHEST, RANKS, Publisher, publisher_of, rank
from search.document import Copy


class Election(Struct, frozen=True):
    """``copies`` has the elected one first, ``reasons`` its (French, English) sentences, the decisive one first."""

    copies: tuple[Copy, ...]
    reasons: tuple[tuple[str, str], ...]


class _Case(Struct, frozen=True):
    """One cluster as the criteria see it."""

    portals: Mapping[str, Portal]
    publisher: Publisher
    holders: frozenset[str]  # portals


def _case(copies: Sequence[Copy], portals: Mapping[str, Portal]) -> _Case:
    return _Case(portals, publisher_of(copies, portals), frozenset(copy.portal for copy in copies))


class Criterion(Struct, frozen=True):
    """``rank`` is smaller for the better copy; the sentences take the words of ``_words``."""

    rank: Callable[[Copy, _Case], float]
    text_fr: str
    text_en: str


def authority(copy: Copy, case: _Case) -> float:
    portal = case.portals.get(copy.portal)
    return 0 if portal and portal.authority else 1


def replaced(copy: Copy, case: _Case) -> float:
    """A portal that was closed behind another of its owner's that holds a copy too."""
    portal = case.portals.get(copy.portal)
    if portal is None or portal.enabled:
        return 0
    others = (case.portals[record] for record in case.holders if record in case.portals)
    return any(other.enabled and fold(other.title) == fold(portal.title) for other in others)


def competence(copy: Copy, case: _Case) -> float:
    """Whether the publisher that the copy names holds the competence; a copy without testimony is given the seat's."""
    publisher = case.publisher
    return not publisher.held_by(publisher.named.get(copy.record, publisher.seat))


def gathering(copy: Copy, case: _Case) -> float:
    """A portal that gathers under its own name behind one that names a producer."""
    return case.publisher.gathering[copy.record]


def hand(copy: Copy, case: _Case) -> float:
    """What the publisher itself may have published before what others republish."""
    seat, portal = case.publisher.seat, case.portals.get(copy.portal)
    if copy.record not in case.publisher.own or portal is None:
        return 1
    return bool(seat) and copy.publisher_territory != seat and seat not in portal.territories


def leaving(copy: Copy, case: _Case) -> float:
    """Of what the publisher itself published, what it archived: it moved on."""
    return copy.archived and not hand(copy, case)


def closeness(copy: Copy, case: _Case) -> float:
    """Levels between the publisher's territory and the closest of the portal's territories that holds it."""
    portal = case.portals.get(copy.portal)
    if not case.publisher.seat or portal is None:
        return FARTHEST
    return min((_distance(code, case.publisher.seat) for code in portal.territories), default=FARTHEST)


def silence(copy: Copy, _: _Case) -> float:
    return not copy.publisher


def origin(copy: Copy, case: _Case) -> float:
    return -case.publisher.pointed[copy.record]


def level(copy: Copy, case: _Case) -> float:
    """The narrowest first; of one level, one that many bodies share is the farther one."""
    portal = case.portals.get(copy.portal)
    return RANKS[portal.level] + 0.5 * portal.mutualised if portal else FARTHEST


CRITERIA = (
    Criterion(
        authority,
        "Le portail {portal} fait autorité, d'autres ne font que republier.",
        "The portal {portal} has authority; others only republish.",
    ),
    Criterion(
        replaced,
        "Le portail {portal} a remplacé celui d'où viennent d'autres copies.",
        "The portal {portal} replaced the one that other copies come from.",
    ),
    Criterion(
        competence,
        "L'éditeur que nomme cette copie est compétent : {competence_fr} ({seat}).",
        "The publisher that this copy names is competent: {competence_en} ({seat}).",
    ),
    Criterion(
        gathering,
        "Cette copie nomme son producteur ; d'autres ne nomment que le portail qui les porte.",
        "This copy names its producer; others only name the portal that carries them.",
    ),
    Criterion(
        hand,
        "Le portail {portal} est celui où l'éditeur publie lui-même ; d'autres republient.",
        "The portal {portal} is where the publisher itself publishes; others republish.",
    ),
    Criterion(
        leaving,
        "L'éditeur tient encore cette copie ; il en a archivé d'autres.",
        "The publisher still keeps this copy; it archived others.",
    ),
    Criterion(
        closeness,
        "Le portail {portal} est le plus proche du territoire de l'éditeur ({seat}).",
        "The portal {portal} is the closest to the publisher's territory ({seat}).",
    ),
    Criterion(
        silence,
        "Cette copie nomme son éditeur ; d'autres ne nomment personne.",
        "This copy names its publisher; others name nobody.",
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
SET_ASIDE = (
    "La copie du portail {portal} ferait autorité, mais {ailment} : une autre est montrée à sa place.",
    "The copy of the portal {portal} would have authority, but {ailment}: another is shown instead.",
)


def elect(copies: Sequence[Copy], portals: Mapping[str, Portal]) -> Election:
    """Order never matters: equal copies are told apart by their record id."""
    if len(copies) == 1:
        return Election(tuple(copies), (ONLY,))
    case = _case(copies, portals)
    ordered = _ranked(copies, case)
    sound = _soundest(ordered, case)
    passed, rest = ordered[:sound], [*ordered[:sound], *ordered[sound + 1 :]]
    told = tuple(_set_aside(copy, ordered, case) for copy in passed)
    return Election((ordered[sound], *rest), (*told, *_reasons(ordered[sound:], case)))


def ranked(copies: Sequence[Copy], portals: Mapping[str, Portal]) -> list[Copy]:
    """By authority alone, whatever their health."""
    return _ranked(copies, _case(copies, portals))


def _ranked(copies: Sequence[Copy], case: _Case) -> list[Copy]:
    ordered = sorted(copies, key=lambda copy: copy.record)
    ordered.sort(key=lambda copy: copy.modified, reverse=True)
    return sorted(ordered, key=lambda copy: tuple(criterion.rank(copy, case) for criterion in CRITERIA))


def _soundest(ordered: Sequence[Copy], case: _Case) -> int:
    """The first copy that nothing is wrong with, of those that may speak; the first where each has something."""
    may_speak = [copy for copy in ordered if authority(copy, case) == authority(ordered[0], case)]
    return next((number for number, copy in enumerate(may_speak) if not ailments_of(copy, ordered)), 0)


def _set_aside(copy: Copy, copies: Sequence[Copy], case: _Case) -> tuple[str, str]:
    symptom = SYMPTOMS[ailments_of(copy, copies)[0]]
    title = _words(copy, case)["portal"]
    french, english = SET_ASIDE
    return (
        french.format(portal=title, ailment=symptom.text_fr),
        english.format(portal=title, ailment=symptom.text_en),
    )


def _distance(portal_territory: str, seat: str) -> int:
    if not gazetteer().covers(portal_territory, seat):
        return FARTHEST
    return max(0, rank(portal_territory) - rank(seat))


def _reasons(ordered: Sequence[Copy], case: _Case) -> tuple[tuple[str, str], ...]:
    """Why the first one, of these: each criterion that some other fell by, in their order."""
    elected, rivals = ordered[0], list(ordered[1:])
    words = _words(elected, case)
    found = []
    for criterion in CRITERIA:
        best = criterion.rank(elected, case)
        equal = [copy for copy in rivals if criterion.rank(copy, case) == best]
        if len(equal) < len(rivals):
            found.append((criterion.text_fr.format(**words), criterion.text_en.format(**words)))
        rivals = equal
    return (*found, NEWEST) if rivals else tuple(found)


def _words(copy: Copy, case: _Case) -> dict[str, str]:
    publisher, portal = case.publisher, case.portals.get(copy.portal)
    seat = gazetteer().get(publisher.seat)
    held = competences().get(publisher.competence)
    return {
        "portal": portal.title if portal else copy.portal,
        "seat": seat.name if seat else publisher.seat,
        "number": str(publisher.pointed[copy.record]),
        "competence_fr": held.label_fr if held else "",
        "competence_en": held.label_en if held else "",
    }
