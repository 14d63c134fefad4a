"""Where questions go. Each expectation is read from the competence table and the rules (a) to (g) of the matrix."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dcat.competence import Holding, competences
from dcat.portal import Portal
from dcat.territory import gazetteer
from search.answer import AnswerType, RoutingAnswer
from search.question import read_question
from search.route import Choice, Option, Router, confidence, needs_place
from tests.search.registry import GOLD, portal, portals

ROOT = Path(__file__).parents[2]

FIRST_ROUTES = {
    # the lowest level that holds the competence
    "horaires bus rennes": "rennes-metropole",
    "collèges ille et vilaine": "ille-et-vilaine",
    "lycées bretagne": "data-bretagne",
    "chomage toulouse": "data-gouv-fr",
    # (a) a mutualised EPCI publishes for its communes, unless they publish themselves
    "écoles villeurbanne": "grandlyon",
    "écoles roubaix": "roubaix",
    "eau potable roubaix": "mel",
    "prénoms agen": "agen",
    # (b) shared: the closest first
    "conseillers numériques isère": "data-gouv-fr",
    # (c) Île-de-France transport is never the commune's
    "bus paris": "data-ile-de-france",
    # (d) an arrondissement is its city
    "arbres paris 13e": "paris",
    "crèches lyon 3e": "grandlyon",
    # (e) the départements of Alsace
    "collèges bas rhin": "data-gouv-fr",
    # (f) the EPCI's column follows its legal form; Lyon and Paris have their own
    "collèges lyon": "grandlyon",
    "rsa métropole de lyon": "grandlyon",
    "lycées lyon": "data-auvergne-rhone-alpes",
    "collèges paris": "paris",
    "collèges bordeaux": "gironde",
    # (g) no portal at the level: the next one up
    "saint-malo stationnement": "ille-et-vilaine",
    "avignon stationnement": "datasud",
    "routes départementales rhône": "data-auvergne-rhone-alpes",
    "lycées normandie": "data-gouv-fr",
    # each body's own acts
    "budget région pays de la loire": "data-pays-de-la-loire",
    "délibérations hérault": "herault",
    "subventions sicoval": "haute-garonne",
    # no competence read: the territory's own portal
    "rennes": "rennes-metropole",
    "93": "seine-saint-denis",
    # no place
    "défibrillateurs": "data-gouv-fr",
    "menus cantine": "data-gouv-fr",
}


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(portals())


def ask(router: Router, text: str, *, language: str = "fr") -> RoutingAnswer:
    return router.route(read_question(text), language=language)


def first(answer: RoutingAnswer) -> str:
    return answer.routes[0].portal


@pytest.mark.parametrize(("text", "expected"), FIRST_ROUTES.items())
def test_first_route(router: Router, text: str, expected: str) -> None:
    assert first(ask(router, text)) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bus rennes", AnswerType.SINGLE),
        ("accidents france", AnswerType.NATIONAL),
        ("défibrillateurs", AnswerType.NATIONAL),
        ("menus cantine", AnswerType.AMBIGUOUS),
        ("subventions", AnswerType.AMBIGUOUS),
        ("valence budget", AnswerType.AMBIGUOUS),
        ("pistes cyclables rennes et nantes", AnswerType.MULTI),
        ("bus lille roubaix tourcoing", AnswerType.SINGLE),
        ("bonjour", AnswerType.NATIONAL),
        ("", AnswerType.NATIONAL),
    ],
)
def test_answer_type(router: Router, text: str, kind: AnswerType) -> None:
    assert ask(router, text).answer_type is kind


def test_one_route_for_each_of_several_places(router: Router) -> None:
    routes = [route.portal for route in ask(router, "vélos libre service bordeaux vs strasbourg").routes]

    assert routes == ["bordeaux-metropole", "strasbourg"]


def test_places_of_one_epci_have_one_route(router: Router) -> None:
    answer = ask(router, "bus lille roubaix tourcoing")

    assert len(answer.territories) == 3
    assert first(answer) == "mel"
    assert "roubaix" not in [route.portal for route in answer.routes[:2]]


def test_readings_of_an_ambiguous_place_are_the_routes(router: Router) -> None:
    answer = ask(router, "parcs saint-denis")

    assert {route.portal for route in answer.routes} == {"seine-saint-denis", "data-la-reunion"}
    assert answer.hint


def test_transport_of_ile_de_france_goes_to_the_region_first(router: Router) -> None:
    assert first(ask(router, "tram villejuif")) == "data-ile-de-france"


def test_alsace_answers_for_both_departements() -> None:
    alsace = portal("alsace", "departement", "departement:67", "departement:68")
    router = Router({**portals(), "alsace": alsace})

    assert first(ask(router, "collèges bas rhin")) == "alsace"
    assert first(ask(router, "collèges haut rhin")) == "alsace"


def test_an_epci_that_shares_nothing_does_not_inherit() -> None:
    alone = portal("alone", "epci", "epci:243500139", mutualised=False)
    router = Router({"alone": alone, "nation": portal("nation", "national", "national")})
    answer = ask(router, "prénoms rennes")

    assert first(answer) == "nation"


@pytest.mark.parametrize("change", ["enabled", "authority"])
def test_portals_that_are_no_authority_are_left_out(change: str) -> None:
    registered = dict(portals())
    rennes = registered["rennes-metropole"]
    registered["rennes-metropole"] = Portal(
        id=rennes.id,
        title=rennes.title,
        level=rennes.level,
        territories=rennes.territories,
        url=rennes.url,
        mutualised=True,
        enabled=change != "enabled",
        authority=change != "authority",
    )

    assert "rennes-metropole" not in [route.portal for route in ask(Router(registered), "bus rennes").routes]


def test_no_portal_at_all_gives_no_route() -> None:
    answer = ask(Router({}), "bus rennes")

    assert answer.routes == ()
    assert [territory.code for territory in answer.territories] == ["commune:35238"]


class Harvested:
    """Portals harvested so far, and how many pertinent datasets they have."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.counts = counts

    def datasets(self, portal: str, competence: str, territory: str) -> int | None:
        assert (competence, territory) == ("transports-urbains", "commune:35238")
        return self.counts.get(portal)


def test_never_harvested_is_unknown_not_empty(router: Router) -> None:
    route = router.route(read_question("bus rennes"), coverage=Harvested({})).routes[0]

    assert (route.portal, route.datasets, route.coverage) == ("rennes-metropole", None, "unknown")


def test_a_portal_without_pertinent_datasets_is_skipped_and_said(router: Router) -> None:
    coverage = Harvested({"rennes-metropole": 0, "data-bretagne": 3})
    answer = router.route(read_question("bus rennes"), coverage=coverage)

    assert (first(answer), answer.routes[0].datasets, answer.routes[0].coverage) == ("data-bretagne", 3, "known")
    assert ("rennes-metropole", "skipped-no-data") in [
        (skipped.portal, skipped.code) for skipped in answer.routes[0].skipped
    ]


def test_where_all_are_empty_the_competent_one_stays_first() -> None:
    registered = {"rennes-metropole": portals()["rennes-metropole"]}
    answer = Router(registered).route(read_question("bus rennes"), coverage=Harvested({"rennes-metropole": 0}))

    assert (first(answer), answer.routes[0].datasets) == ("rennes-metropole", 0)


def query_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["q"][0]


@pytest.mark.parametrize(
    ("text", "portal_id", "query"),
    [
        ("horaires bus rennes", "rennes-metropole", "horaires bus"),
        ("horaires bus rennes", "data-gouv-fr", "horaires bus rennes"),
        ("piscines à Villeurbanne", "grandlyon", "piscines à Villeurbanne"),
        ("écoles d'Agen", "agen", "écoles"),
        ("collèges dans l'Hérault", "herault", "collèges"),
        ("eau potable roubaix", "roubaix", "eau potable"),
        ("french road accidents", "data-gouv-fr", "road accidents"),
        ("pistes cyclables à Rennes & Nantes", "rennes-metropole", "pistes cyclables"),
        ("rennes", "rennes-metropole", "rennes"),
        ("velib temps réel", "paris", "velib temps réel"),
    ],
)
def test_the_link_drops_the_place_that_the_portal_is_about(
    router: Router, text: str, portal_id: str, query: str
) -> None:
    links = {route.portal: route.search_url for route in ask(router, text).routes}

    assert query_of(links[portal_id]) == query


def test_the_link_is_percent_encoded(router: Router) -> None:
    link = ask(router, "écoles & crèches #1 Lille").routes[0].search_url

    assert link.isascii()
    assert link.count("&") == link.count("#") == 0


def test_json_has_every_key_and_the_best_first(router: Router) -> None:
    answer = json.loads(json.dumps(ask(router, "xqzwkj").as_json()))

    assert answer["territories"] == answer["competences"] == []
    assert set(answer) >= {"query", "language", "answer_type", "territories", "competences", "routes"}
    assert set(answer["routes"][0]) >= {
        "portal", "title", "level", "territory", "url", "search_url", "confidence", "datasets", "coverage", "reasons",
        "skipped",
    }  # fmt: skip
    assert answer["routes"][0]["datasets"] is None
    assert answer["routes"][0]["skipped"] == []


def test_a_visit_that_promises_little_is_not_offered(router: Router) -> None:
    """Each further portal promises half of the one before: beyond the fifth it is less than the visit costs."""
    answer = router.route(read_question("bus rennes"), limit=50)
    told = [route.confidence for route in answer.routes]

    assert told[0] > 0.9
    assert all(one >= 0.05 for one in told)
    assert len(router.route(read_question("xqzwkj"), limit=50).routes) >= 1


def test_limit(router: Router) -> None:
    assert len(router.route(read_question("bus rennes"), limit=2).routes) == 2


@given(st.sampled_from(list(Holding)), st.integers(0, 4), st.integers(0, 3))
def test_more_authority_or_closeness_never_lowers_the_confidence(held: Holding, distance: int, rank: int) -> None:
    question = read_question("bus rennes")
    buses = competences()["transports-urbains"]
    rennes = gazetteer().chain("commune:35238")[0]

    def told(holding: Holding, distance: int, rank: int) -> float:
        option = Option(portal("any", "national", "national"), rennes, distance, holding, "level-any")
        return confidence(question, buses, Choice(question.territories[0], (option,) * (rank + 1)), rank)

    assert 0 <= told(held, distance, rank) <= told(Holding.AUTHORITY, distance, rank) <= 1
    assert told(held, distance + 1, rank) <= told(held, distance, rank)
    assert told(held, distance, rank + 1) <= told(held, distance, rank)


@pytest.mark.parametrize(
    ("competence", "needed"), [("cantines-menus", True), ("subventions", True), ("irve", False), ("chomage", False)]
)
def test_what_needs_a_place(competence: str, needed: bool) -> None:
    found = competences().get(competence) or competences()["emploi-chomage"]

    assert needs_place(found) is needed


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_an_answer_and_always_the_same(text: str) -> None:
    router = Router(portals())
    answer = ask(router, text)

    assert answer.routes
    assert answer == ask(router, text)
    json.dumps(answer.as_json())
    told = [route.confidence for route in answer.routes]
    assert answer.answer_type is AnswerType.MULTI or told == sorted(told, reverse=True)


def benchmark(queries: str) -> dict[str, float]:
    command = [sys.executable, str(ROOT / "benchmarks" / "routing.py"), "--json"]
    files = ["--queries", str(GOLD / queries), "--portals", str(GOLD / "portals.csv")]
    done = subprocess.run(
        [*command, *files], capture_output=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize(
    ("queries", "floor"), [("queries-dev.csv", 0.97), ("queries-own.csv", 0.95), ("queries-fresh.csv", 0.97)]
)
def test_judged_questions(queries: str, floor: float) -> None:
    figures = benchmark(queries)

    assert figures["acc@1"] >= floor
    assert figures["wrong@1"] <= 0.0155
    assert figures["territory_exact"] >= 0.96
    assert figures["competence_top1"] >= 0.96
    assert figures["why_complete"] == 1
    assert figures["ece"] <= 0.05


def sncf() -> dict[str, Portal]:
    """The registered portals, with one that a national body runs for itself."""
    own = portal("aaa-sncf", "national", "national")
    return {**portals(), own.id: replace(own, title="SNCF Open Data")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jeux de données de l'INSEE", "data-gouv-fr"),
        ("enedis consommation électrique", "data-gouv-fr"),
        ("agence de l'eau Loire-Bretagne nitrates", "data-gouv-fr"),
        # with a place, subsidiarity decides
        ("abris vélos sncf rennes", "rennes-metropole"),
        ("SDIS 35 interventions", "ille-et-vilaine"),
        ("chambre d'agriculture de Bretagne", "data-bretagne"),
        ("arbres publiés par la ville de Rennes", "rennes-metropole"),
    ],
)
def test_a_national_body_is_asked_for_at_the_national_portal(router: Router, text: str, expected: str) -> None:
    assert first(ask(router, text)) == expected


@pytest.mark.parametrize(("language", "words"), [("fr", "organisme national"), ("en", "national body")])
def test_the_reason_names_the_body(router: Router, language: str, words: str) -> None:
    reasons = ask(router, "enedis consommation électrique", language=language).routes[0].reasons

    assert words in reasons[0].text
    assert (reasons[0].code, reasons[0].matched) == ("place-publisher", "enedis")


def test_a_body_that_has_a_portal_is_asked_for_there() -> None:
    answer = Router(sncf()).route(read_question("gares sncf"))

    assert first(answer) == "aaa-sncf"
    assert "portal-publisher" in [reason.code for reason in answer.routes[0].reasons]


@pytest.mark.parametrize("text", ["accidents france", "décès insee", "défibrillateurs"])
def test_another_bodys_portal_is_no_portal_for_all(text: str) -> None:
    assert first(Router(sncf()).route(read_question(text))) == "data-gouv-fr"


def test_the_answer_tells_the_publishers(router: Router) -> None:
    (read,) = ask(router, "forêts publiées par l'ONF").publishers

    assert (read.kind, read.label, read.value, read.matched, read.announced) == ("publisher", "ONF", "ONF", "ONF", True)
    assert read.span == (22, 25)
