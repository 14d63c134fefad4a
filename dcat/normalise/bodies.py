"""Publishers → the territory that they govern: what authority rests on.

Evidence, strongest first: the portal's own map, the SIREN or SIRET, the name, the name with the places that the dataset
covers (which decide between homonyms), a SIREN in front of the dataset's id. A body that governs no territory (a
company, a syndicate, a deconcentrated service of the State) has none.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec.structs import replace

from dcat.model import Agent, Dataset
from dcat.normalise.communities import communities_of_words, names_community
from dcat.normalise.homonyms import NOTHING, Resolution, Wanted, at_level, choose, is_within
from dcat.normalise.notes import Notes
from dcat.normalise.words import rows
from dcat.portal import Level, Portal
from dcat.territory import NATIONAL, NamedPlace, Territory, gazetteer
from dcat.text import fold

SIREN = re.compile(r"(?<![0-9A-Za-z])(\d{3} ?\d{3} ?\d{3})(?: ?\d{5})?(?![0-9A-Za-z])")
SIREN_PREFIX = re.compile(r"(?:^|/|:)(?:fr-)?(\d{9})(?:\d{5})?[_-]")
CENTRAL_STATE = ("11", "12")
"""How the SIREN of the State's central administrations begin."""

OF = r"(?: de la| de l| de| du| des| d)?"
EPCI = (
    "communaute de communes|communaute d agglomeration|communaute urbaine|communaute agglomeration|communaute|cc|ca|cu|"
    "eurometropole|metropole|agglomeration|agglo|etablissement public territorial|ept|territoire"
)
OPENINGS = (
    (rf"(?:la )?(?:ville|mairie|commune|municipalite){OF}", Level.COMMUNE),
    (rf"(?:le )?(?:conseil departemental|conseil general|departement){OF}", Level.DEPARTEMENT),
    (rf"(?:la |le )?(?:conseil regional|region|collectivite territoriale|collectivite){OF}", Level.REGION),
    (rf"(?:la )?(?:{EPCI}){OF}", Level.EPCI),
)
OPENING = tuple((re.compile(rf"{pattern} (?=\w)"), level) for pattern, level in OPENINGS)
"""How the folded name of a body opens, and what it then governs."""

CLOSINGS = (
    (re.compile(r" (?:le |conseil )?(?:departement|departemental)$"), Level.DEPARTEMENT),
    (re.compile(r" (?:la region|conseil regional)$"), Level.REGION),
    (re.compile(rf" (?:{EPCI})$"), Level.EPCI),
    (re.compile(r" (?:mairie|ville)$"), Level.COMMUNE),
)
NOISE = re.compile(
    r"^(?:(?:plateforme|portail|site) )?(?:open ?data|donnees ouvertes)(?: de la| de l| de| du| des| d)? "
    r"|^(?:plateforme|portail) |^sig (?:de |du |d )?"
    r"| en acces libre$| open ?data$| donnees ouvertes$| officiel$| france$"
)
PARENTHESIS = re.compile(r"(?<!\s)\s*\(([^()]*)\)\s*$")
MANY_PLACES = 20
TELLING_WORDS = 3
TOWN = 10_000
"""Inhabitants from which a name of one word is taken for the town's; half of them for two words."""

OTHER_BODIES = frozenset(
    (
        "orange",
        "sens",
        "apt",
        "cognac",
        "saint gobain",
        "saint maclou",
        "la roche",
        "vals",
        "plan",
        "la motte",
        "le port",
    )
)
"""Names of communes that other bodies have, or that are words."""
HEAD = re.compile(r"(?<!\s)\s+[-–—|:/]\s+|(?<!\s)\s*/\s*")


def resolve_publisher(dataset: Dataset, notes: Notes) -> Dataset:
    """The publisher's territory, where it is sure."""
    agent = dataset.publisher
    if agent is None or agent.territory:
        return dataset
    covered = tuple(dict.fromkeys(place.territory for place in dataset.spatial if place.territory))
    found = publisher_territory(agent, (notes.record.source_key, *dataset.identifiers), notes.portal, covered)
    if not found.code:
        return dataset
    known = replace(agent, territory=found.code, confidence=round(found.confidence, 2), evidence=found.evidence)
    return replace(dataset, publisher=known)


def publisher_territory(
    agent: Agent, identifiers: tuple[str, ...], portal: Portal, covered: tuple[str, ...] = ()
) -> Resolution:
    """The territory that an agent governs, with confidence and evidence. ``identifiers`` are those of its dataset,
    ``covered`` the territories that it covers."""
    names = tuple(text.value for text in agent.name)
    prefix = next((found[1] for found in map(SIREN_PREFIX.search, identifiers) if found), "")
    own = tuple(portal.publishers.items())
    found = _resolve(names, f"{agent.identifier} {agent.iri}", prefix, portal.territories, own)
    return found if found.code or not covered else _in_places(names, covered)


@lru_cache(maxsize=4_096)
def _in_places(names: tuple[str, ...], covered: tuple[str, ...]) -> Resolution:
    """A name that alone is not sure enough, in the places that the dataset covers."""
    if len(covered) > MANY_PLACES or any(is_local_state(fold(name)) for name in names):
        return NOTHING
    found = next(filter(lambda one: one.code, (territory_of_name(name, covered) for name in names)), NOTHING)
    return Resolution(found.code, 0.85, "name-and-coverage") if found.code else NOTHING


@lru_cache(maxsize=4_096)
def _resolve(
    names: tuple[str, ...],
    identity: str,
    prefix: str,
    within: tuple[str, ...],
    known: tuple[tuple[str, str], ...],
) -> Resolution:
    folded = {fold(name) for name in names}
    for words, code in known:
        if words in names or fold(words) in folded:
            place = gazetteer().get(code)
            return Resolution(place.code if place else code, 1.0, "portal-file")
    if any(is_local_state(name) for name in folded):
        return NOTHING
    by_number = _of_siren(identity)
    if by_number.code:
        return by_number
    for name in names:
        found = territory_of_name(name, within)
        if found.code:
            return found
    return _of_prefix(prefix)


def _of_siren(identity: str) -> Resolution:
    for match in SIREN.finditer(identity):
        siren = match[1].replace(" ", "")
        place = gazetteer().by_siren(siren)
        if place:
            return Resolution(place.code, 0.98, "siren")
        if siren.startswith(CENTRAL_STATE):
            return Resolution(NATIONAL, 0.8, "siren")
    return NOTHING


def _of_prefix(prefix: str) -> Resolution:
    place = gazetteer().by_siren(prefix) if prefix else None
    return Resolution(place.code, 0.85, "identifier") if place else NOTHING


@lru_cache(maxsize=4_096)
def territory_of_name(name: str, within: tuple[str, ...] = ()) -> Resolution:
    """The territory that a body of this name governs.

    ``Ville de Saint-Denis (93)``, ``MAIRIE DE SIMACOURBE``, ``Seine-Saint-Denis - Le Département``. A bare name is read
    as a commune only inside the portal's territories: Orange is also a company.
    """
    bare, hint = _without_parenthesis(name)
    if is_national(fold(bare)):
        return Resolution(NATIONAL, 0.9, "state-body")
    for spelling, level in _readings(bare):
        found = _of_words(spelling, level, within, hint)
        if found.code:
            return found
    return _of_community(bare, within, hint)


def _of_community(name: str, within: tuple[str, ...], hint: Wanted) -> Resolution:
    """An EPCI by its telling words, or by a part of a name that opens as one's: ``Saint-Nazaire agglo - La CARENE``."""
    if not names_community(fold(name)):
        return NOTHING
    head, *others = HEAD.split(name.strip())
    parts = dict.fromkeys(map(fold, (name, head, *others) if names_community(fold(head)) else (name,)))
    named = (place for part in parts for place in communities_of_words(part))
    found = choose(named, within, lambda place: place.level is Level.EPCI and hint(place))
    return Resolution(found.code, min(found.confidence, 0.85), "name-words") if found.code else NOTHING


def _readings(name: str) -> Iterator[tuple[str, Level | None]]:
    """Folded spellings to look up: the whole, without noise, then what stands before a dash if it names a level."""
    whole = fold(name)
    plain = NOISE.sub("", whole).strip() or whole
    for spelling in dict.fromkeys((whole, plain)):
        yield spelling, level_of(spelling)
    head = fold(HEAD.split(name.strip(), maxsplit=1)[0])
    if head != whole and level_of(head):
        yield head, level_of(head)


@lru_cache(maxsize=4_096)
def level_of(folded: str) -> Level | None:
    """The level that the words around a name tell."""
    for pattern, level in (*OPENING, *CLOSINGS):
        if pattern.match(folded) if pattern.pattern[0] != " " else pattern.search(folded):
            return level
    return None


def _of_words(spelling: str, level: Level | None, within: tuple[str, ...], hint: Wanted) -> Resolution:
    wanted = at_level(level)
    for named in _lookups(spelling, level):
        found = choose(named, within, lambda place: wanted(place) and hint(place))
        sure = found if level or not found.code else _bare(spelling, found, within)
        if sure.code:
            return sure
    return NOTHING


def _lookups(spelling: str, level: Level | None) -> Iterator[tuple[NamedPlace, ...]]:
    """The gazetteer's answers for a name as it is, then for what its level's words leave of it."""
    yield gazetteer().by_name(spelling)
    for pattern, meant in OPENING:
        opened = pattern.match(spelling)
        if opened and meant is level:
            rest = spelling[opened.end() :]
            yield from (gazetteer().by_name(form) for form in (rest, f"le {rest}", f"la {rest}", f"les {rest}"))
    for pattern, meant in CLOSINGS:
        if meant is level and meant is not Level.EPCI:
            yield gazetteer().by_name(pattern.sub("", spelling))


def _bare(spelling: str, found: Resolution, within: tuple[str, ...]) -> Resolution:
    """A bare name governs a wider territory, lies in the portal's, or can be nobody else's: then it is less sure."""
    in_portal = found.evidence.startswith(("portal-territory", "name-in-portal"))
    if in_portal or found.code in within or not found.code.startswith("commune:") or is_within(found.code, within):
        return found
    if found.evidence.endswith("-former") or not _is_telling(spelling, found.code):
        return NOTHING
    return Resolution(found.code, 0.8, "bare-name")


def _is_telling(spelling: str, code: str) -> bool:
    """A name that nobody else would have: of three words (``Fleury-sur-Orne``), or of a town of some size."""
    place = gazetteer().get(code)
    population = place.population if place else 0
    length = len(spelling.split())
    return spelling not in OTHER_BODIES and (length >= TELLING_WORDS or population >= TOWN // length)


def _without_parenthesis(name: str) -> tuple[str, Wanted]:
    """``Saint-Denis (93)`` → the name, and a test that what is in the parenthesis confirms."""
    found = PARENTHESIS.search(name)
    if not found or found.start() == 0:
        return name, bool
    inside = found[1].strip()
    codes = {place.code for place in gazetteer().by_postal_code(inside)} if len(inside) == 5 else set()
    area = gazetteer().get(f"departement:{inside.upper()}")
    areas = [area.code] if area else [named.code for named in gazetteer().by_name(inside)]
    bare = name[: found.start()]
    if codes:
        return bare, lambda place: place.code in codes
    if areas:
        return bare, lambda place: _in_any(place, areas)
    return bare, bool


def _in_any(place: Territory, areas: list[str]) -> bool:
    return any(gazetteer().covers(area, place.code) for area in areas)


def is_national(folded: str) -> bool:
    """A ministry or a national operator."""
    exact, openings = _state_words("national"), _state_words("national-opening")
    return folded in exact or _opens(folded, openings)


@lru_cache(maxsize=4_096)
def is_local_state(folded: str) -> bool:
    """A deconcentrated service of the State, which is not the authority of the place in its name."""
    return _opens(folded, _state_words("local-state-opening"))


def _opens(folded: str, openings: frozenset[str]) -> bool:
    words = folded.removeprefix("le ").removeprefix("la ").removeprefix("les ").removeprefix("l ").split()
    return any(" ".join(words[:length]) in openings for length in range(1, 8))


@cache
def _state_words(kind: str) -> frozenset[str]:
    return frozenset(_all_state_words()[kind])


@cache
def _all_state_words() -> Mapping[str, list[str]]:
    return {row["kind"]: [fold(word) for word in row["words"].split("|")] for row in rows("state-bodies")}
