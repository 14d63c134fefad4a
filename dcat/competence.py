"""Which level of government holds what: the matrix of ``tables/competences.csv``, read by the law's own exceptions."""

import csv
from collections.abc import Mapping
from enum import IntEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dcat.portal import Level
from dcat.territory import Territory

COLUMN_PREFIX = "level_"
EPCI_COLUMNS = {
    "CC": "cc",
    "CA": "ca",
    "CU": "cu",
    "METRO": "metropole",
    "MET69": "metropole_lyon",
    # The territorial bodies of Grand Paris hold what an agglomeration holds (CGCT L5219-5).
    "EPT": "ca",
}
PARIS = ("commune:75056", "departement:75")
SINGLE_COLLECTIVITIES = ("region:02", "region:03", "region:06", "region:94")
"""Martinique, Guyane, Mayotte and Corse have one assembly for région and département."""

ILE_DE_FRANCE = "region:11"
ILE_DE_FRANCE_MOBILITES = (
    "transports-urbains",
    "transports-temps-reel",
    "ter-trains-regionaux",
    "cars-interurbains",
    "transport-scolaire",
    "transport-eleves-handicapes",
)
"""Île-de-France Mobilités is the transport authority of the whole région (code des transports L1241-1)."""


class Holding(IntEnum):
    """How far a level holds a competence."""

    NONE = 0
    SHARED = 1
    AUTHORITY = 2


class Competence(Struct, frozen=True):
    """One row of the matrix.

    ``holdings`` has a column for each of commune, cc, ca, cu, metropole, metropole_lyon, departement, region, national
    and paris. ``keywords_*`` are what datasets on it are called, ``asked_*`` more words that people ask for it with,
    too common in other datasets to tell one by. ``theme`` is an EU data theme. ``national_base`` names the consolidated
    national register, ``""`` where there is none. ``own_account``: each body is the authority for its own acts
    (budgets, deliberations…).
    """

    id: str
    label_fr: str
    label_en: str
    theme: str
    keywords_fr: tuple[str, ...]
    keywords_en: tuple[str, ...]
    holdings: Mapping[str, Holding]
    national_operator: str = ""
    scdl_schema: str = ""
    legal_basis: str = ""
    notes: str = ""
    national_base: str = ""
    own_account: bool = False
    asked_fr: tuple[str, ...] = ()
    asked_en: tuple[str, ...] = ()

    def label(self, language: str) -> str:
        """The label, in ``fr`` or ``en``."""
        return self.label_en if language == "en" else self.label_fr


@cache
def competences() -> Mapping[str, Competence]:
    """Every competence by its id, in the order of the table."""
    text = files("dcat").joinpath("tables", "competences.csv").read_text(encoding="utf-8")
    return {row["competence_id"]: _competence(row) for row in csv.DictReader(text.splitlines())}


@cache
def own_holdings() -> Mapping[tuple[str, str], Holding]:
    """Competence and territory → how far that one holds it, unlike others of its level."""
    text = files("dcat").joinpath("tables", "own-holdings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {(row["competence_id"], row["territory"]): Holding[row["holding"].upper()] for row in rows}


def holding(competence: Competence, territory: Territory) -> Holding:
    """How far the government of ``territory`` holds ``competence``.

    What the law gave to one territory alone goes first (``tables/own-holdings.csv``: the waterways of Bretagne). An
    arrondissement of Paris, Lyon or Marseille is read as its city, an EPCI by its legal form, and a body that stands
    for two levels at once (Paris, Lyon, Corse and the single collectivities overseas) by the stronger of both.
    """
    own = own_holdings().get((competence.id, territory.code))
    if own is not None:
        return own
    held = max(competence.holdings[column] for column in columns(territory))
    if competence.id in ILE_DE_FRANCE_MOBILITES and ILE_DE_FRANCE in (territory.code, territory.region):
        return Holding.AUTHORITY if territory.code == ILE_DE_FRANCE else min(held, Holding.SHARED)
    return held


def columns(territory: Territory) -> tuple[str, ...]:
    """The columns of the matrix that speak of this territory."""
    if territory.code in PARIS or territory.parent in PARIS:
        return ("paris",)
    if territory.code in SINGLE_COLLECTIVITIES:
        return ("region", "departement")
    if territory.level is Level.EPCI:
        return (EPCI_COLUMNS[territory.type],)
    return (str(territory.level),)


def _competence(row: dict[str, str]) -> Competence:
    holdings = {
        column.removeprefix(COLUMN_PREFIX): Holding[value.upper()]
        for column, value in row.items()
        if column.startswith(COLUMN_PREFIX)
    }
    return Competence(
        id=row["competence_id"],
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        theme=row["eu_theme"],
        keywords_fr=tuple(row["keywords_fr"].split("|")),
        keywords_en=tuple(row["keywords_en"].split("|")),
        holdings=holdings,
        national_operator=row["national_operator"],
        scdl_schema=row["scdl_schema"],
        legal_basis=row["legal_basis"],
        notes=row["notes"],
        national_base=row["national_base"],
        own_account=row["own_account"] == "yes",
        asked_fr=_listed(row["asked_fr"]),
        asked_en=_listed(row["asked_en"]),
    )


def _listed(value: str) -> tuple[str, ...]:
    return tuple(value.split("|")) if value else ()
