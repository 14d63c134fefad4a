"""Territories of France: codes, names, and what lies inside what.

The table ``tables/territories-2026.tsv.gz`` is built by ``scripts/build_territories.py``; ``docs/territories.md`` says
from what. Names in use that no official list has (acronyms, brands, exonyms) are the rows of ``territory-aliases.csv``.

A territory is ``level:code``. Old and collective codes (former, delegated and associated communes, merged EPCI, the
département number of an overseas collectivity) resolve to the territory that took over.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, cached_property
from importlib.resources import files

from msgspec import Struct

from dcat.portal import Level
from dcat.text import fold

TABLE = "territories-2026.tsv.gz"
ALIASES = "territory-aliases.csv"
NATIONAL = "national"
CITY_DEPARTMENTS = {"commune:75056": "departement:75", "departement:75": "commune:75056"}
"""Ville de Paris is at once commune and département (CGCT L2512-1)."""

KINDS = {"O": "official", "D": "delegated", "S": "associated", "F": "former", "A": "alias"}

POPULATION, SIREN, EPCI, EPT, PARENT, POSTAL_CODES = 2, 3, 4, 5, 8, 9
"""Columns of a row of the table, after its code."""

LEVEL_WORDS = (
    (Level.COMMUNE, ("ville", "commune", "mairie", "city", "town")),
    (Level.EPCI, ("agglomeration", "agglo")),
)
"""How a body's name opens in front of its territory's; what follows is looked up at that level only."""

PREPOSITIONS = {"de": ("",), "d": ("",), "of": ("",), "du": ("le ", ""), "des": ("les ", "")}
"""What a preposition may have swallowed: ``ville du Havre`` is Le Havre."""


class Territory(Struct, frozen=True):
    """One territory of the current Code officiel géographique.

    ``type``: for an EPCI its legal form (CC, CA, CU, METRO, MET69, EPT), for a commune ``arrondissement`` or ``""``.
    ``epci``, ``ept``, ``departement``, ``region`` and ``parent`` are codes or ``""``. ``departement`` is geography: a
    commune of the Métropole de Lyon has ``departement:69`` here although the département du Rhône has no say there (see
    ``Gazetteer.chain``). An EPCI has the département or région where more than half of its inhabitants live, else none.
    ``population`` is the municipal one, 0 where nobody lives or counts.
    """

    code: str
    level: Level
    name: str
    type: str = ""
    population: int = 0
    siren: str = ""
    epci: str = ""
    ept: str = ""
    departement: str = ""
    region: str = ""
    parent: str = ""
    postal_codes: tuple[str, ...] = ()


class NamedPlace(Struct, frozen=True):
    """A name by which a territory is known.

    ``kind``: official, former, delegated, associated or alias. ``former_code`` is the INSEE or SIREN number of what
    bore the name before (``59355`` for Lomme). ``detail`` says which sort of alias: acronym, usual, spelling, exonym…
    """

    name_folded: str
    code: str
    kind: str
    former_code: str = ""
    detail: str = ""


class Alias(Struct, frozen=True):
    """One row of ``territory-aliases.csv``."""

    code: str
    official_name: str
    alias: str
    kind: str


MOST_READ = 4_000
"""Territories held as structures; beyond so many they are read again."""


class Gazetteer:
    """Look-ups over the table. Rows are read when asked for, so that starting costs little."""

    def __init__(self, table: str) -> None:
        header, rows, codes, names = table.split("\n\n")
        self.header = _pairs(header.replace("# ", ""), ": ")
        self._rows = _pairs(rows)
        self._codes = _pairs(codes)
        self._names = _pairs(names)
        self._read: dict[str, Territory] = {}

    def get(self, code: str) -> Territory | None:
        """The territory of ``level:code`` (a leading ``fr:`` is stripped); an old code gives the current territory."""
        code = code.removeprefix("fr:")
        found = self._read.get(code)
        if found is None:
            code = self._codes.get(code, code)
            row = self._rows.get(code)
            if row is None:
                return None
            if len(self._read) >= MOST_READ:
                self._read.clear()
            found = self._read[code] = _territory(code, row)
        return found

    def chain(self, code: str) -> tuple[Territory, ...]:
        """The territory, then each wider one that governs it: city, EPT, EPCI, département, région, national.

        The département du Rhône is left out inside the Métropole de Lyon, which replaces it there (CGCT L3611-1). Empty
        for an unknown code.
        """
        start = self.get(code)
        if start is None:
            return ()
        replaced = start.type == "MET69" or start.epci in self._replacing_departments
        wider = (start.parent, start.ept, start.epci, "" if replaced else start.departement, start.region, NATIONAL)
        codes = dict.fromkeys((start.code, *(place for place in wider if place)))
        return tuple(place for place in map(self.get, codes) if place)

    def covers(self, outer: str, inner: str) -> bool:
        """Whether the government of ``outer`` has a say over the whole of ``inner``; unknown codes: no."""
        place = self.get(outer)
        if place is None:
            return False
        codes = {wider.code for wider in self.chain(inner)}
        return place.code in codes or CITY_DEPARTMENTS.get(place.code) in codes

    def related(self, one: str, other: str) -> bool:
        """Whether they are one territory, or one holds the other."""
        return one == other or self.covers(one, other) or self.covers(other, one)

    def by_siren(self, number: str) -> Territory | None:
        """The territory governed by the body of this SIREN or SIRET (spaces allowed)."""
        return self.get(self._sirens.get("".join(number.split())[:9], ""))

    def by_name(self, name: str) -> tuple[NamedPlace, ...]:
        """Every place called so, official names first, then the most populated; ``Ville de X`` only finds communes."""
        folded = fold(name)
        return self._named(folded) or tuple(self._after_level_word(folded))

    def by_postal_code(self, code: str) -> tuple[Territory, ...]:
        """Communes and municipal arrondissements of a postal code: arrondissements first, then the most populated."""
        return tuple(place for place in map(self.get, self._postal_codes.get(code.strip(), ())) if place)

    def members(self, epci: str) -> tuple[str, ...]:
        """Codes of the communes of an EPCI or EPT, in order; empty for anything else."""
        place = self.get(epci)
        return tuple(self._members.get(place.code, ())) if place else ()

    def central_city(self, epci: str) -> str:
        """The code of the most populated commune of an EPCI or EPT, whose name it mostly goes by; else empty."""
        cities = [city for city in map(self.get, self.members(epci)) if city]
        return max(cities, key=lambda city: city.population).code if cities else ""

    def names(self) -> Iterator[NamedPlace]:
        """Every name of every territory, folded; table first, then the aliases that it does not have."""
        for folded in self._names:
            yield from self._named(folded)
        for folded in self._aliases:
            if folded not in self._names:
                yield from self._named(folded)

    def folded_names(self) -> Iterator[str]:
        """The names alone, once each: what ``names`` has, for the tenth of its cost."""
        yield from self._names
        yield from self._aliases.keys() - self._names.keys()

    def territories(self, level: Level | None = None) -> Iterator[Territory]:
        """Every current territory, or those of a level, in the order of the table (communes, EPCI, départements,
        régions, national)."""
        opening = f"{level}:" if level else ""
        for code in self._rows:
            place = self.get(code) if code.startswith(opening) else None
            if place:
                yield place

    def _named(self, folded: str) -> tuple[NamedPlace, ...]:
        places = [_named_place(folded, entry) for entry in self._names.get(folded, "").split()]
        known = {place.code for place in places}
        return (*places, *(place for place in self._aliases.get(folded, ()) if place.code not in known))

    def _after_level_word(self, folded: str) -> Iterator[NamedPlace]:
        opening, _, rest = folded.partition(" ")
        for level, words in LEVEL_WORDS:
            if opening in words:
                places = next(filter(None, map(self._named, _without_preposition(rest))), ())
                yield from (place for place in places if place.code.startswith(f"{level}:"))

    @cached_property
    def _aliases(self) -> dict[str, list[NamedPlace]]:
        found: dict[str, list[NamedPlace]] = defaultdict(list)
        for alias in aliases():
            folded = fold(alias.alias)
            found[folded].append(NamedPlace(folded, alias.code, "alias", detail=alias.kind))
        return dict(found)

    @cached_property
    def _replacing_departments(self) -> frozenset[str]:
        return frozenset(code for code, row in self._rows.items() if "\tMET69\t" in row)

    @cached_property
    def _sirens(self) -> dict[str, str]:
        merged = {code.removeprefix("epci:"): code for code in self._codes if code.startswith("epci:")}
        # Backwards, so that the closest level wins where one body governs two (Ville de Paris).
        current = ((row.split("\t", SIREN + 1)[SIREN], code) for code, row in reversed(self._rows.items()))
        return merged | {siren: code for siren, code in current if siren}

    @cached_property
    def _postal_codes(self) -> dict[str, list[str]]:
        found: dict[str, list[tuple[bool, int, str]]] = defaultdict(list)
        for code, row in self._rows.items():
            columns = row.split("\t")
            for postal_code in columns[POSTAL_CODES].split():
                found[postal_code].append((not columns[PARENT], -int(columns[POPULATION]), code))
        return {postal_code: [code for *_, code in sorted(places)] for postal_code, places in found.items()}

    @cached_property
    def _members(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for code, row in self._rows.items():
            columns = row.split("\t")
            if code.startswith("commune:") and not columns[PARENT]:
                for group in filter(None, columns[EPCI : EPT + 1]):
                    found[f"epci:{group}"].append(code)
        return dict(found)


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of the committed table, read once."""
    return Gazetteer(gzip.decompress(files("dcat").joinpath("tables", TABLE).read_bytes()).decode())


@cache
def aliases() -> tuple[Alias, ...]:
    """The alias table; one alias may have several rows, one a territory."""
    text = files("dcat").joinpath("tables", ALIASES).read_text(encoding="utf-8")
    return tuple(
        Alias(row["zone_id"].removeprefix("fr:"), row["official_name"], row["alias"], row["kind"])
        for row in csv.DictReader(text.splitlines())
    )


def _pairs(section: str, separator: str = "\t") -> dict[str, str]:
    """First column → the rest of the line."""
    lines = (line.partition(separator) for line in section.split("\n"))
    return {key: rest for key, _, rest in lines}


def _territory(code: str, row: str) -> Territory:
    """A territory of a row; relations are kept there without their level."""
    name, kind, population, siren, epci, ept, departement, region, parent, postal_codes = row.split("\t")
    return Territory(
        code=code,
        level=Level(code.partition(":")[0]),
        name=name,
        type=kind,
        population=int(population),
        siren=siren,
        epci=epci and f"epci:{epci}",
        ept=ept and f"epci:{ept}",
        departement=departement and f"departement:{departement}",
        region=region and f"region:{region}",
        parent=parent and f"commune:{parent}",
        postal_codes=tuple(postal_codes.split()),
    )


def _without_preposition(folded: str) -> Iterator[str]:
    """``du havre`` → ``le havre``, ``havre``."""
    preposition, _, rest = folded.partition(" ")
    yield from (article + rest for article in PREPOSITIONS.get(preposition, ()))
    yield folded


def _named_place(folded: str, entry: str) -> NamedPlace:
    """An entry is a letter of ``KINDS``, a code, and ``<`` with the former number where there is one."""
    code, _, former = entry[1:].partition("<")
    return NamedPlace(folded, code, KINDS[entry[0]], former)
