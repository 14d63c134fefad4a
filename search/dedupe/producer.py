"""Who produces what a copy describes, who only gathers it: what the publisher's name says beside the portal's.

A portal that gathers names itself where it should name the producer. That says nothing while another copy names another
body: somebody who publishes under its own name where it is not at home does so on purpose.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from dcat.model import text_in
from dcat.normalise.bodies import is_local_state, level_of
from dcat.portal import Level, Portal
from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.dedupe.texts import SMALL_WORDS
from search.document import Copy

GOVERNMENTS = frozenset(
    ("region", "departement", "ville", "commune", "mairie", "metropole", "communaute", "agglomeration")
)
NEIGHBOURS, REGION, SHARED_REGION, NATION = 1, 2, 3, 4
"""How much a body gathers that names itself on its own portal: as a département or on one that neighbours share, as a
region, on one that a region's bodies share, or the nation's."""


def gathering_of(
    copies: Sequence[Copy], portals: Mapping[str, Portal], republished: Collection[str] = ()
) -> dict[str, int]:
    """Record → how much the body that it names gathers, as the worst of its copies tells; a copy that names nobody as
    the best of the others. What is ``republished`` names whom it likes, the portal that it was taken from at best: only
    who is named elsewhere too counts."""
    worst: dict[str, int] = defaultdict(int)
    titles = {fold(portals[copy.portal].title): copy.portal for copy in copies if copy.portal in portals}
    republished = {*republished, *(copy.record for copy in copies if _names_another(copy, titles))}
    named = [copy for copy in copies if copy.publisher]
    for copy in named:
        worst[body_of(copy)] = max(worst[body_of(copy)], _gathers(copy, portals.get(copy.portal)))
    attested = {body_of(copy): worst[body_of(copy)] for copy in named if copy.record not in republished}
    best, last = min(attested.values(), default=0), max(attested.values(), default=0)
    return {copy.record: attested.get(body_of(copy), last) if copy.publisher else best for copy in copies}


def _names_another(copy: Copy, titles: Mapping[str, str]) -> bool:
    """It names the portal that another copy stands on."""
    return titles.get(fold(copy.publisher), copy.portal) != copy.portal


def body_of(copy: Copy) -> str:
    """What tells one publisher from another: a local one's territory, else its name, also where that is a brand."""
    name, place = fold(copy.publisher), gazetteer().get(copy.publisher_territory)
    if place is None or place.code == NATIONAL or frozenset(name.split()).isdisjoint(fold(place.name).split()):
        return name
    return place.code


def names_itself(copy: Copy, portal: Portal | None) -> bool:
    """A body of the State that publishes on a portal of the State is not the portal."""
    if portal is None or not copy.publisher:
        return False
    local = copy.publisher_territory in portal.territories and copy.publisher_territory != NATIONAL
    name, title = f" {fold(copy.publisher)} ", f" {fold(portal.title)} "
    return local or name in title or title in name


def is_own(copy: Copy, portal: Portal | None) -> bool:
    """Whether the publisher may have published it itself: on its own portal, on one that several bodies share where it
    governs, or as the State on a portal of the State."""
    if portal is None or not copy.publisher:
        return False
    if names_itself(copy, portal):
        return True
    if portal.mutualised or portal.level is not Level.NATIONAL:
        return _is_at_home(copy, portal)
    return copy.publisher_territory == NATIONAL or is_local_state(fold(copy.publisher))


def is_in_title(copy: Copy) -> bool:
    """Whether the title names the publisher by more than its place: ``Parking Vélos Île-de-France Mobilités``."""
    name, title = fold(copy.publisher), fold(text_in(copy.title))
    place = gazetteer().get(copy.publisher_territory)
    governed = fold(place.name).split() if place else ()
    telling = frozenset(name.split()) - frozenset(governed) - GOVERNMENTS - SMALL_WORDS
    return bool(telling) and f" {name} " in f" {title} "


def is_about(copy: Copy, code: str) -> bool:
    """Whether the title names a territory."""
    place = gazetteer().get(code)
    return place is not None and f" {fold(place.name)} " in f" {fold(text_in(copy.title))} "


def _is_at_home(copy: Copy, portal: Portal) -> bool:
    """The portal's territory holds the publisher's, or the publisher governs nowhere."""
    seat = copy.publisher_territory
    return not seat or any(code == seat or gazetteer().covers(code, seat) for code in portal.territories)


def _gathers(copy: Copy, portal: Portal | None) -> int:
    if portal is None or not names_itself(copy, portal) or is_in_title(copy):
        return 0
    if portal.mutualised:
        return {Level.NATIONAL: NATION, Level.REGION: SHARED_REGION}.get(portal.level, NEIGHBOURS)
    level = level_of(fold(copy.publisher))
    return {Level.REGION: REGION, Level.DEPARTEMENT: NEIGHBOURS}.get(level, 0) if level else 0
