"""The matrix and its reading rules: expected holdings are those of the law, not of the program."""

import csv

import pytest

from dcat.competence import Competence, Holding, competences, holding, own_holdings
from dcat.territory import Territory, gazetteer
from tests.reference import reference

NONE, SHARED, AUTHORITY = Holding.NONE, Holding.SHARED, Holding.AUTHORITY


def place(code: str) -> Territory:
    found = gazetteer().get(code)
    assert found, code
    return found


@pytest.mark.parametrize(
    ("competence", "territory", "expected"),
    [
        # A commune's own matter stays its own; its métropole may share it.
        ("etat-civil-prenoms", "commune:35238", AUTHORITY),
        ("etat-civil-prenoms", "epci:243500139", NONE),
        # Water belongs to the métropole, not to Roubaix.
        ("eau-potable", "epci:200093201", AUTHORITY),
        ("eau-potable", "commune:59512", SHARED),
        # Waste: every EPCI, whatever its form (CC Faucigny-Glières, CA Pays Basque, CU d'Arras, Est Ensemble).
        ("dechets-collecte", "epci:200000172", AUTHORITY),
        ("dechets-collecte", "epci:200067106", AUTHORITY),
        ("dechets-collecte", "epci:200033579", AUTHORITY),
        ("dechets-collecte", "epci:200057875", AUTHORITY),
        ("dechets-collecte", "commune:35238", NONE),
        # A community of communes only shares urban transport, an agglomeration holds it.
        ("transports-urbains", "epci:200000172", SHARED),
        ("transports-urbains", "epci:200067106", AUTHORITY),
        # Lyon: the métropole is the département on its territory.
        ("colleges", "epci:200046977", AUTHORITY),
        ("rsa-insertion", "epci:200046977", AUTHORITY),
        # Another métropole may take them over by convention (NOTRe art. 90); an agglomeration may not.
        ("colleges", "epci:243500139", SHARED),
        ("colleges", "epci:200067106", NONE),
        ("colleges", "departement:69", AUTHORITY),
        ("colleges", "departement:67", AUTHORITY),
        # Paris is commune and département at once.
        ("colleges", "commune:75056", AUTHORITY),
        ("rsa-insertion", "departement:75", AUTHORITY),
        ("arbres", "departement:75", AUTHORITY),
        ("arbres", "commune:75111", AUTHORITY),
        ("arbres", "commune:69383", AUTHORITY),
        # Région.
        ("lycees", "region:53", AUTHORITY),
        ("lycees", "departement:35", NONE),
        ("ter-trains-regionaux", "region:93", AUTHORITY),
        # One assembly for both levels.
        ("colleges", "region:94", AUTHORITY),
        ("lycees", "region:94", AUTHORITY),
        ("colleges", "region:04", NONE),
        # Transport in Île-de-France is Île-de-France Mobilités'.
        ("transports-urbains", "region:11", AUTHORITY),
        ("transports-urbains", "region:53", SHARED),
        ("transports-urbains", "commune:75056", SHARED),
        ("transports-urbains", "epci:200054781", SHARED),
        ("transports-urbains", "commune:93066", NONE),
        ("transport-scolaire", "epci:200059889", SHARED),
        # The State.
        ("accidents-route", "national", AUTHORITY),
        ("accidents-route", "commune:35238", NONE),
        # What the law gave to one territory alone: the waterways of Bretagne, national roads in Alsace and overseas.
        ("voies-navigables", "region:53", AUTHORITY),
        ("voies-navigables", "region:52", SHARED),
        ("routes-nationales-autoroutes", "departement:67", AUTHORITY),
        ("routes-nationales-autoroutes", "departement:57", SHARED),
        ("routes-nationales-autoroutes", "region:04", AUTHORITY),
        # An overseas collectivity is read as a région.
        ("lycees", "region:988", AUTHORITY),
    ],
)
def test_holdings(competence: str, territory: str, expected: Holding) -> None:
    assert holding(competences()[competence], place(territory)) is expected


def test_own_holdings_are_of_known_competences_and_territories() -> None:
    assert all(competence in competences() and gazetteer().get(code) for competence, code in own_holdings())


def test_every_competence_answers_for_every_kind_of_territory() -> None:
    codes = ["commune:35238", "commune:75101", "epci:200000172", "epci:200067106", "epci:200033579", "epci:243500139"]
    codes += ["epci:200046977", "epci:200057875", "departement:35", "region:53", "region:988", "national"]
    answers = [holding(competence, place(code)) for competence in competences().values() for code in codes]
    assert set(answers) == {NONE, SHARED, AUTHORITY}


def test_no_competence_without_holder() -> None:
    assert [
        item.id for item in competences().values() if AUTHORITY not in item.holdings.values() and not shared(item)
    ] == []


def shared(competence: Competence) -> bool:
    return SHARED in competence.holdings.values()


def test_a_row_is_read_whole() -> None:
    buses = competences()["transports-urbains"]
    assert buses.label("fr") == "Transports en commun urbains (bus, métro, tram)"
    assert buses.label("en") == "Urban public transport"
    assert buses.theme == "TRAN"
    assert "horaires bus" in buses.keywords_fr
    assert "timetable" in buses.keywords_en
    assert buses.national_base
    assert not buses.own_account
    assert competences()["budgets"].own_account


@pytest.mark.reference
def test_no_competence_of_the_reference_is_lost() -> None:
    with reference("reference", "competences.csv").open(encoding="utf-8") as rows:
        ids = [row["competence_id"] for row in csv.DictReader(rows)]
    assert set(ids) <= set(competences())
    assert len(ids) == 139
