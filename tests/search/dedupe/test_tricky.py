"""Pairs that look like something else than they are; what they are was decided on paper."""

from typing import Any

import pytest
from msgspec.structs import replace

from dcat.model import Agent, Origin, Place, Record, Text
from search.dedupe.clues import Clues
from search.dedupe.clusters import partition
from search.dedupe.facts import facts_of
from search.document import copy_of
from tests.search.examples import PORTALS, record

CLUES = Clues(PORTALS)
UUID = "0b5c3d1e-1111-4222-8333-944445555666"
FILE = "https://files.example.fr/bus/arrets.csv"
TEXT = "Relevé sur place par les agents du service, contrôlé chaque trimestre puis publié avec la liste de ses champs."
CUT = f"{TEXT[:75]}..."
DATED: dict[str, Any] = {"modified": "2024-05-01", "keywords": (Text("arbre"),)}
ALIKE = "Arbres d'alignement et platanes"
ENGLISH = "Surveyed on the spot by the staff, checked every quarter and then published together with a list of fields."
LILLE = (Place(territory="commune:59350"),)
BETTON, BRUZ = (Place(territory="commune:35024"),), (Place(territory="commune:35047"),)
RHONE = (Place(territory="departement:69"),)
BRETAGNE, RENNES = (Place(territory="region:53"),), (Place(territory="epci:243500139"),)
BOX = (Place(territory="departement:69", confidence=0.5, evidence="within-box"),)


def here(title: str, text: str = TEXT, key: str = "aaa", portal: str = "rennes-metropole", **more: Any) -> Record:
    more.setdefault("publisher", "Rennes Métropole")
    more.setdefault("seat", "epci:243500139")
    return record(portal, key, title, description=(Text(text, "fr"),), **more)


def there(title: str, text: str = TEXT, key: str = "bbb", **more: Any) -> Record:
    return here(title, text, key, "data-gouv-fr", **more)


def numbered(made: Record, identifier: str) -> Record:
    """With the number of its publisher."""
    publisher = replace(made.dataset.publisher or Agent(), identifier=identifier)
    return replace(made, dataset=replace(made.dataset, publisher=publisher))


def translated(made: Record, title: str) -> Record:
    dataset = replace(made.dataset, title=(Text(title, "en"),), description=(Text(ENGLISH, "en"),))
    return replace(made, dataset=dataset)


def together(*records: Record) -> bool:
    """Whether they are one cluster: they must also meet."""
    facts = [facts_of(copy_of(one, PORTALS[one.portal], CLUES.of(one))) for one in records]
    return len(partition(facts)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # the words
        (here("L’École d’été « numérique »"), there('L\'ecole d\'ete "numerique"')),
        (here("Budget primitif - Rennes"), there("Rennes : budget primitif")),
        (here("Effectifs 2023/2024"), there("Effectifs 2023-2024")),
        (here("Délibération n°12"), there("Délibération n° 12")),
        (numbered(here("Arbres"), "243500139"), numbered(there("Arbres"), "24350013900189")),  # SIREN, SIRET
        # what a republisher adds, under a name of its own and a text that it cut
        (here("Arbres", **DATED), there("Arbres (données ouvertes)", CUT, publisher="data.gouv.fr", seat="", **DATED)),
        (here("Arbres", **DATED), there("Rennes Métropole - Arbres", CUT, publisher="data.gouv.fr", seat="", **DATED)),
        (here("Arbres", identifiers=(UUID,)), there("Rennes Métropole - Arbres", identifiers=(UUID,))),  # no extract
        (here("[Rennes] Arbres", publisher="Rennes"), there("Rennes - [Rennes] Arbres", publisher="Bretagne", seat="")),
        # a place that was read wrongly: a métropole says nothing of another département
        (here("Aires de jeux", spatial=(Place(territory="epci:243500139"),)), there("Aires de jeux", spatial=RHONE)),
        (here("Jeux", urls=(FILE,), spatial=BOX), there("Jeux", urls=(FILE,), spatial=RENNES, publisher="Bretagne")),
        # the addresses
        (here("Arbres d'alignement", urls=(FILE,)), there(ALIKE, urls=(f"{FILE}?utm_source=lettre&utm_medium=mail",))),
        (here("Arbres d'alignement", urls=(f"{FILE}?lang=fr",)), there(ALIKE, urls=(f"{FILE}?xtor=RSS-1&lang=fr",))),
        (here("Arbres d'alignement", urls=(FILE,)), there(ALIKE, urls=("http://www.files.example.fr:80/bus/arrets%2Ecsv/",))),
        # the identifiers
        (here("Arbres d'alignement", identifiers=(UUID,)), there(ALIKE, identifiers=(f"urn:uuid:{UUID.upper()}",))),
        (here("Arbres d'alignement", identifiers=(UUID,)), there(ALIKE, identifiers=(f"{{{UUID}}}",))),
        (
            here("Arbres d'alignement", key="tco@rennesmetropole", portal="data-bretagne"),
            there(ALIKE, origin=Origin(domain="data.bretagne.bzh", remote_id="TCO@rennesmetropole")),
        ),
        (here(ALIKE, identifiers=(UUID,)), there(f"{ALIKE} (ville)", identifiers=(UUID,))),  # not Ville, in the Oise
        (here("Arrêts de bus", identifiers=(UUID,)), translated(there("", identifiers=(UUID,)), "Bus stops")),
    ],
)  # fmt: skip
def test_one_dataset(one: Record, other: Record) -> None:
    assert together(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here("Effectifs 2023-2024"), there("Effectifs 2024")),
        (here("Budget deux mille vingt-trois"), there("Budget deux mille vingt-quatre")),
        (here("Trafic de janvier"), there("Trafic de février")),
        (here("Lot II"), there("Lot III")),
        (here("Référentiel des voies v1"), there("Référentiel des voies v2")),
        (here("Référentiel des voies"), there("Référentiel des voies v2")),
        (here("Zones humides du département 35"), there("Zones humides du département 56")),
        (here("Zones humides (Ille-et-Vilaine)"), there("Zones humides (Morbihan)")),
        (here("PPRN de Betton", spatial=BETTON), here("PPRN de Bruz", spatial=BRUZ, key="b")),
        (here("PPRN", spatial=BETTON, publisher="DDTM"), there("PPRN", spatial=BRUZ, publisher="DDTM", seat="")),
        (here("Jeux", urls=(FILE,), spatial=BOX, publisher="D", seat=""), there("Jeux", urls=(FILE,), spatial=RENNES)),
        (here("Arbres"), there("Arbres de la région Bretagne", spatial=BRETAGNE)),  # the aggregate of a region
        (here("Lignes du nord"), there("Lignes du sud")),
        (here("Aires de jeux de la métropole"), there("Jeux des aires de jeux de la métropole")),
        # two files behind one path
        (here("Arbres", urls=(f"{FILE}?id=1",)), there("Bancs publics", ENGLISH, urls=(f"{FILE}?id=2",))),
    ],
)  # fmt: skip
def test_two_datasets(one: Record, other: Record) -> None:
    assert not together(one, other)


def test_one_place_told_twice_on_a_portal_is_one_through_what_both_copy() -> None:
    """A portal got one dataset two ways, under two names of its publisher; alone, the two are believed to be two."""
    source = here("Aides", spatial=LILLE, portal="mel", publisher="MEL", seat="")
    first = there("Aides", spatial=LILLE, publisher="Métropole de Lille", seat="")
    second = there("Aides (données ouvertes)", spatial=LILLE, key="ccc", publisher="Hauts-de-France", seat="")
    assert together(source, first, second)
    assert not together(first, second)
