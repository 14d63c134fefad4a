"""What two records are to each other: a table of cases by what they say."""

from typing import Any

import pytest
from msgspec.structs import replace

from dcat.model import Origin, Place, Record, Text
from search.dedupe.blocks import blocks_of
from search.dedupe.clues import Clues
from search.dedupe.facts import facts_of
from search.dedupe.tree import judge
from search.dedupe.verdict import Relation, Verdict
from search.dedupe.waterfall import told
from search.document import copy_of
from tests.search.examples import PORTALS, record

CLUES = Clues(PORTALS)
BUS = Text("bus")
UUID = "0b5c3d1e-1111-4222-8333-944445555666"
PAGE = "https://data.rennesmetropole.fr/explore/dataset/arrets/"
WORDS = "Position des arrêts desservis chaque jour par les lignes du réseau métropolitain, relevée sur place par agents"
LONG = (
    f"{WORDS}, puis contrôlée chaque trimestre avant publication ; les quais accessibles aux fauteuils y sont signalés."
)
OTHER = "Montants votés par chapitre et par article, en dépenses et en recettes, pour la section d'investissement."


def said(portal: str, key: str, title: str, text: str = WORDS, archived: bool = False, **more: Any) -> Record:
    made = record(portal, key, title, description=(Text(text, "fr"),), **more)
    return replace(made, archived=archived)


def here(title: str, text: str = WORDS, key: str = "aaa", **more: Any) -> Record:
    return said("rennes-metropole", key, title, text, **more)


def there(title: str, text: str = WORDS, key: str = "bbb", **more: Any) -> Record:
    return said("data-gouv-fr", key, title, text, **more)


def verdict(one: Record, other: Record, *more: Record) -> Verdict:
    copies = {made.id: copy_of(made, PORTALS[made.portal], CLUES.of(made)) for made in (one, other, *more)}
    facts = {identity: facts_of(copy) for identity, copy in copies.items()}
    found = judge(facts[one.id], facts[other.id], blocks_of(facts.values()))
    return told(found, copies[found.one], copies[found.other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here("Arrêts de bus"), there("Arrêts de bus")),
        (here("Arrêts de bus"), there("Les arrêts de bus (données ouvertes)")),
        (here("Arrêts de bus", publisher="Rennes"), there("Rennes - Arrêts de bus", publisher="Bretagne")),
        (here("Arrêts de bus"), there("Arrêts de bus", f"**{WORDS}**\n[ici](https://x.fr/a)")),  # Markdown
        (here("Arrêts de bus", LONG, publisher="Rennes"), there("Arrêts de bus", LONG[:200], publisher="Rennes")),
        # cut with dots, whoever did it
        (
            here("Arrêts de bus", LONG, publisher="Rennes", modified="2024-05-01", keywords=(BUS,)),
            there("Arrêts de bus", f"{LONG[:85]}...", publisher="Bretagne", modified="2024-05-01", keywords=(BUS,)),
        ),
        (
            here("Arrêts de bus", key="aaa"),
            here("Arrêts de bus", key="bbb", archived=True),
        ),  # read again under a new name
        (here("Sites", identifiers=(UUID,)), here("Sites", OTHER, key="bbb", identifiers=(UUID,))),
        (
            here("Sites", identifiers=(UUID,)),
            there("Sites (données ouvertes)", identifiers=(UUID,)),
        ),  # what says nothing makes no extract
        (
            here("Sites", f"{WORDS}, en 2022.", identifiers=(UUID,)),
            there("Sites", f"{WORDS}, en 2024.", identifiers=(UUID,)),
        ),  # an identifier says that it was moved on
        (
            here("Sites", f"{WORDS}, en 2022.", identifiers=(UUID,), archived=True),
            here("Sites", f"{WORDS}, en 2024.", key="bbb", identifiers=(UUID,)),
        ),  # so does the older record of its own portal, no longer alive
        (
            here("Sites", f"{WORDS}, de 2019 à 2022.", publisher="R"),
            there("Sites", f"{WORDS}, de 2019 à 2022, revus en 2024.", publisher="R"),
        ),  # one only says more
    ],
)
def test_one_dataset(one: Record, other: Record) -> None:
    assert verdict(one, other).relation is Relation.SAME


@pytest.mark.parametrize(
    ("one", "other", "relation", "veto"),
    [
        (here("Budget"), there("Budget", OTHER), Relation.DIFFERENT, "homonym"),
        (
            here("Budget primitif", OTHER, publisher="Rennes", seat="commune:35238"),
            there("Budget primitif", OTHER, publisher="Roubaix", seat="commune:59512"),
            Relation.DIFFERENT,
            "homonym",
        ),
        (here("Budget 2022", publisher="R"), here("Budget 2023", key="bbb", publisher="R"), Relation.SERIES, "year"),
        (
            here("Zones humides dans l'Orne", publisher="DREAL"),
            here("Zones humides dans l'Eure", key="bbb", publisher="DREAL"),
            Relation.SERIES,
            "place",
        ),
        (here("Lot 1", publisher="R"), there("Lot 2", publisher="R"), Relation.SERIES, "number"),
        (
            here("Budget 2023", identifiers=(UUID,)),
            here("Budget 2024", key="bbb", identifiers=(UUID,)),
            Relation.VERSION,
            "year",
        ),
        (
            here("Mines et carrières, assiette", identifiers=(UUID,)),
            here("Zones de protection de servitudes", key="bbb", identifiers=(UUID,)),
            Relation.VERSION,
            "twins",
        ),
        (
            here("Sites", f"{WORDS}, en 2022.", identifiers=(UUID,)),
            here("Sites", f"{WORDS}, en 2024.", key="bbb", identifiers=(UUID,)),
            Relation.VERSION,
            "twins",
        ),  # two editions side by side under a number that was used again
        (here("Parcs éoliens"), there("Éoliennes en mer", OTHER), Relation.DIFFERENT, ""),
        (
            here("Arrêts de bus", f"{WORDS}. Situation au 31 décembre 2022.", publisher="R"),
            there("Arrêts de bus", f"{WORDS}. Situation au 1 janvier 2024.", publisher="R"),
            Relation.VERSION,
            "dated text",
        ),
        (
            here("Arrêts de bus", f"{WORDS}. Situation au 31 décembre 2015.", publisher="R"),
            there("Arrêts de bus", f"{WORDS}, avec l'historique depuis 1943. Situation en 2023.", publisher="R"),
            Relation.VERSION,
            "dated text",
        ),  # alike, not the same
        (here("Arrêts", OTHER, page=PAGE), there("Quais", f"{WORDS} Voir {PAGE}"), Relation.RELATED, ""),
        (here("Arrêts de bus", publisher="R"), here("Arrêts de bus", key="bbb", publisher="R"), Relation.RELATED, ""),
    ],
)
def test_two_datasets(one: Record, other: Record, relation: Relation, veto: str) -> None:
    found = verdict(one, other)
    assert (found.relation, found.veto) == (relation, veto)


def test_an_extract_is_a_part_of_the_whole() -> None:
    whole, extract = there("Consommation annuelle"), here("Consommation annuelle - Rennes")
    found = verdict(whole, extract)
    assert (found.relation, found.whole) == (Relation.PART, whole.id)


def test_an_extract_is_told_on_the_portal_of_the_whole_too() -> None:
    whole = here("Arrêts de bus", publisher="R")
    extract = here("Extrait de Lourdes : arrêts de bus", key="bbb", publisher="R")
    found = verdict(whole, extract)
    assert (found.relation, found.whole) == (Relation.PART, whole.id)
    assert (
        verdict(whole, here("Arrêts de bus (Lourdes)", OTHER, key="bbb", publisher="R")).relation is not Relation.PART
    )
    assert verdict(whole, here("Arrêts de bus (Lourdes)", key="bbb", publisher="Autre")).relation is not Relation.PART
    assert verdict(whole, here("Arrêts de bus accessibles", key="bbb", publisher="R")).relation is not Relation.PART


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("Zonage", "Zonage - version 2", Relation.VERSION),
        ("Zonage v1", "Zonage (v2)", Relation.VERSION),
        ("Zonage", "Zonage 2", Relation.SERIES),
        ("Zonage 2023 v1", "Zonage 2024 v2", Relation.SERIES),
    ],
)
def test_titles_that_differ_by_a_version_alone_are_versions(one: str, other: str, relation: Relation) -> None:
    found = verdict(here(one, publisher="R"), here(other, key="bbb", publisher="R"))
    assert found.relation is relation


def test_the_same_portal_may_have_two_that_say_the_same() -> None:
    """A portal that holds two living records apart is believed, unless what is unique in the world says otherwise."""
    twins = here("Arrêts de bus", publisher="R"), here("Arrêts de bus", key="bbb", publisher="R")
    assert verdict(*twins).relation is not Relation.SAME


def test_a_portal_may_hold_what_was_published_there_and_what_it_harvested() -> None:
    origin = Origin(domain="data.ailleurs.fr", remote_id="arrets")
    harvested = here("Arrêts de bus", key="bbb", publisher="R", origin=origin)
    assert verdict(here("Arrêts de bus", publisher="R"), harvested).relation is Relation.SAME
    both = here("Arrêts de bus", publisher="R", origin=Origin(domain="data.ailleurs.fr", remote_id="quais")), harvested
    assert verdict(*both).relation is not Relation.SAME, "two records of another portal, which holds them apart"


def test_a_portal_has_not_held_apart_what_it_harvested_from_two_portals() -> None:
    town = here("Arrêts de bus", origin=Origin(domain="data.ville.fr", remote_id="arrets"))
    region = here("Arrêts de bus", key="bbb", origin=Origin(domain="data.region.fr", remote_id="arrets-ville"))
    assert verdict(town, region).relation is Relation.SAME
    other = here("Arrêts de bus", OTHER, key="bbb", origin=Origin(domain="data.region.fr", remote_id="arrets-ville"))
    assert verdict(town, other).relation is not Relation.SAME, "they say other things"
    same_host = here("Arrêts de bus", key="bbb", origin=Origin(domain="www.data.ville.fr", remote_id="arrets-2"))
    assert verdict(town, same_host).relation is not Relation.SAME, "one portal, which holds them apart"


def test_a_portal_has_not_held_apart_what_a_text_says_was_harvested() -> None:
    ours = here("Arrêts de bus", publisher="R")
    told = f"{WORDS}\n\nMoissonné : https://www.data.gouv.fr/datasets/arrets-de-bus"
    assert verdict(ours, here("Arrêts de bus", told, key="bbb", publisher="R")).relation is Relation.SAME
    also = here("Arrêts de bus", told.replace("de-bus", "de-tram"), publisher="R")
    both = verdict(also, here("Arrêts de bus", told, key="bbb", publisher="R"))
    assert both.relation is not Relation.SAME, "two of another portal, which holds them apart"


LE_HAVRE = (Place(territory="commune:76351"),)
TOWN, METROPOLIS = ("Ville du Havre", "commune:76351"), ("Le Havre Seine Métropole", "epci:200084952")


def of(body: tuple[str, str], key: str, text: str = LONG, **more: Any) -> Record:
    """On data.gouv.fr, about Le Havre unless said otherwise."""
    more.setdefault("spatial", LE_HAVRE)
    return there("Réseau cyclable", text, key=key, publisher=body[0], seat=body[1], **more)


def test_a_portal_may_hold_what_a_town_and_its_metropolis_both_tell_of_the_town() -> None:
    """Ten datasets of Le Havre were so on data.gouv.fr on 2026-01-16 (65f192af60c6a10394d57bdb and others)."""
    assert verdict(of(TOWN, "aaa"), of(METROPOLIS, "bbb")).relation is Relation.SAME
    wider = (Place(territory="epci:200084952"),)
    assert verdict(of(TOWN, "aaa"), of(METROPOLIS, "bbb", spatial=wider)).relation is not Relation.SAME, "of all of it"
    assert verdict(of(TOWN, "aaa"), of(METROPOLIS, "bbb", OTHER)).relation is not Relation.SAME, "they say other things"
    fire_brigade = ("Sapeurs-pompiers", "")
    assert verdict(of(TOWN, "aaa"), of(fire_brigade, "bbb")).relation is not Relation.SAME, "nobody passes it on"


def test_a_copy_that_came_back_points_to_where_it_began() -> None:
    """Its identifier is its portal's own; on the way it was given another page."""
    back = Origin(domain="www.data.gouv.fr", remote_id="520512e3fce8acb184b8ffa6")
    start = there("Arrêts de bus", key="520512e3fce8acb184b8ffa6", publisher="Rennes")
    assert (
        verdict(start, there("Arrêts de bus", key="bbb", publisher="Bretagne", origin=back)).relation is Relation.SAME
    )
    other = there("Arrêts de tramway", key="bbb", publisher="Bretagne", origin=back)
    assert verdict(start, other).relation is not Relation.SAME


def test_names_of_wider_bodies_in_front_of_a_title_say_nothing() -> None:
    betton = (Place(territory="commune:35024"),)
    first = here("Rennes Métropole - Aires de jeux", publisher="Ille-et-Vilaine", spatial=betton)
    second = there("Région Bretagne : Aires de jeux (données ouvertes)", publisher="data.gouv.fr", spatial=betton)
    assert verdict(first, second).relation is Relation.SAME
    bruz = there(
        "Région Bretagne : Aires de jeux", publisher="data.gouv.fr", spatial=(Place(territory="commune:35047"),)
    )
    assert verdict(first, bruz).relation is not Relation.SAME, "another town's"
    district = there("Aires de jeux des quartiers", publisher="data.gouv.fr", spatial=betton)
    assert verdict(first, district).relation is not Relation.SAME, "quartiers is no name of a body"


def test_titles_of_one_publisher_that_are_nearly_the_same_meet_and_are_linked() -> None:
    one = here("Bornes de recharge de véhicules électriques", OTHER, publisher="R")
    other = there("Bornes de recharge de véhicule électrique et hybride", LONG, publisher="R")
    facts = [facts_of(copy_of(made, PORTALS[made.portal], CLUES.of(made))) for made in (one, other)]
    assert list(blocks_of(facts).pairs()), "they share a key"
    revised = "Bornes de recharge de véhicules électriques hybrides"
    assert verdict(one, there(revised, LONG, publisher="R")).relation is Relation.RELATED
    assert verdict(one, there(revised, LONG, publisher="Autre")).relation is Relation.DIFFERENT


def test_one_title_of_bodies_that_govern_one_place_is_linked() -> None:
    town = here("Bureaux de vote", publisher="Ville de Rennes", seat="commune:35238")
    other = there("Bureaux de vote", OTHER, publisher="Rennes en accès libre", seat="commune:35238")
    assert verdict(town, other).relation is Relation.RELATED


DATED: dict[str, Any] = {"modified": "2024-05-01", "keywords": (BUS,)}


def test_a_text_that_was_cut_may_have_its_portals_name_in_front() -> None:
    ours = here("Arrêts de bus", LONG, publisher="R", **DATED)
    cut = f"GéoBretagne (Bretagne)\n\n{LONG[:100]}..."
    theirs = there("Arrêts de bus", cut, publisher="Bretagne", **DATED)
    assert verdict(ours, theirs).relation is Relation.SAME
    whole = there("Arrêts de bus", cut.rstrip("."), publisher="Bretagne", **DATED)
    assert verdict(ours, whole).relation is not Relation.SAME, "it is another text that has much of this one"


def test_a_text_that_is_mostly_in_the_other_is_no_other_text() -> None:
    """Of one title, under two publishers: what a few words of a long text are copied from is no homonym."""
    ours = here("Sites", f"{LONG} {OTHER}", publisher="R")
    assert verdict(ours, there("Sites", f"Bretagne {WORDS[:70]}", publisher="Bretagne")).veto == ""
    assert (
        verdict(ours, there("Sites", "Relevé annuel des ventes de carburant par station", publisher="B")).veto
        == "homonym"
    )


APPENDIX = (
    "__Origine__\nLes limites d'une zone réglementée sont représentées sur les documents graphiques du plan.\n"
    "__Organisations partenaires__\nDDT Creuse\n__Liens annexes__\n * Vue XML des métadonnées\n"
)
"""As data.gouv.fr's gateway put it behind what it took, often another layer's (58aec39d88ee385be7fbd8a9)."""


def test_what_a_gateway_put_behind_a_text_is_no_part_of_it() -> None:
    short = "Établissements de catégorie 1 et 2 du département de la Creuse, catégorie 3 en cours de numérisation."
    ours = here("Etablissements recevant du public", short, publisher="DDT Creuse")
    gateway: dict[str, Any] = {"text": f"{short}\n{APPENDIX}", "archived": True}
    assert (
        verdict(ours, there("Etablissements recevant du public", publisher="DDT Creuse", **gateway)).relation
        is Relation.SAME
    )
    elsewhere = there("Etablissements recevant du public", publisher="DDT Gard", **gateway)
    assert verdict(ours, elsewhere).relation is not Relation.SAME, "whose text it is, only the appendix could tell"
    other = there("Etablissements recevant du public", f"{OTHER}\n{APPENDIX}", publisher="DDT Creuse")
    assert verdict(ours, other).relation is not Relation.SAME


def test_a_text_of_which_only_the_beginning_was_taken_needs_a_title_that_says_much() -> None:
    """SNCF's *Lignes par gare sur le réseau Transilien* (536998c0a3a729239d20503c, 538355f9a3a72906c7ec5c5b)."""
    title, begun = "Arrêts de bus du réseau métropolitain", " ".join(WORDS.split()[:11])
    mine: dict[str, Any] = {"publisher": "Rennes", **DATED}
    ours = here(title, LONG, **mine)
    assert verdict(ours, there(title, begun, publisher="Bretagne", **DATED)).relation is Relation.SAME
    short = here("Arrêts", LONG, **mine), there("Arrêts", begun, publisher="Bretagne", **DATED)
    assert verdict(*short).relation is not Relation.SAME
    much_more = f"{LONG} {' '.join(f'Colonne{number}.' for number in range(60))}"
    found = verdict(here(title, much_more, **mine), there(title, begun, publisher="Bretagne", **DATED))
    assert found.relation is not Relation.SAME, "a word in six: the longer one may be about anything"


def test_whoever_passes_on_what_is_about_a_place_may_have_reworded_half_of_it() -> None:
    betton = (Place(territory="commune:35024"),)
    more = " Le fichier suit un schéma national ; sa licence et ses contacts se trouvent sur la page du catalogue."
    ours = here("Arrêts de bus", LONG, publisher="Betton", seat="commune:35024", spatial=betton, **DATED)
    theirs = {"publisher": "Bretagne", "seat": "region:53", "spatial": betton, **DATED}
    assert verdict(ours, there("Arrêts de bus", LONG + more, **theirs)).relation is Relation.SAME
    assert verdict(ours, there("Arrêts de bus", LONG[:60] + more, **theirs)).relation is not Relation.SAME
    unknown = there("Arrêts de bus", LONG + more, publisher="Transports", spatial=betton, **DATED)
    assert verdict(ours, unknown).relation is not Relation.SAME, "it may be about the same place by itself"


def test_a_generic_title_needs_more_than_a_likeness() -> None:
    cut = f"{WORDS} {OTHER}"[:170]
    pair = here("Budget", WORDS, publisher="Rennes"), there("Budget", cut, publisher="Autre")
    others = [said("roubaix", str(n), "Budget", OTHER, publisher=f"Commune {n}") for n in range(3)]
    alone, among = verdict(*pair), verdict(*pair, *others)
    assert "generic title" in {clue.clue for clue in among.clues}
    assert among.score == pytest.approx(alone.score - 3)


@pytest.mark.parametrize(
    ("title", "place", "publisher", "seat"),
    [
        ("Budget de Betton", "commune:35024", "Bretagne", ""),  # the title names the place
        ("Budget", "commune:35024", "Bretagne", "region:53"),  # a region passes on what is about a town
        ("Budget", "", "Mairie de Rennes", "commune:35238"),  # two names of who governs one town
    ],
)
def test_a_title_is_not_generic_where_one_place_is_meant(title: str, place: str, publisher: str, seat: str) -> None:
    spatial = (Place(territory=place),) if place else ()
    ours = here(title, LONG, publisher="Rennes", seat="commune:35238", spatial=spatial)
    theirs = there(title, LONG, publisher=publisher, seat=seat, spatial=spatial)
    others = [said("roubaix", str(n), title, OTHER, publisher=f"Commune {n}") for n in range(3)]
    assert "generic title" not in {clue.clue for clue in verdict(ours, theirs, *others).clues}


def test_a_verdict_says_why_in_both_languages_and_what_either_says() -> None:
    found = verdict(here("Arrêts de bus", publisher="Rennes"), there("Arrêts de bus", publisher="Bretagne"))
    clues = {clue.clue: clue for clue in found.clues}
    assert found.score == round(sum(clue.weight for clue in found.clues), 2)
    assert clues["title"].weight > 0 > clues["other publisher"].weight
    assert {clues["other publisher"].one, clues["other publisher"].other} == {"Rennes", "Bretagne"}
    assert all(clue.text_fr and clue.text_en for clue in found.clues)


def test_a_veto_is_told_last() -> None:
    found = verdict(here("Budget 2022", publisher="R"), here("Budget 2023", key="bbb", publisher="R"))
    assert (found.clues[-1].clue, found.clues[-1].weight) == ("year", 0)
    assert {found.clues[-1].one, found.clues[-1].other} == {"Budget 2022", "Budget 2023"}
