"""Publishers named in a question. Names of the index are those of accounts that publish on data.gouv.fr."""

import csv
import time
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dcat.text import fold
from search.question import read_question
from search.question.bodies import bodies, key_of
from search.question.publishers import PublisherNames

INSEE = "Institut national de la statistique et des études économiques (Insee)"
FORESTS = "Office National des Forêts"
BRITTANY_FARMS = "CHAMBRE D'AGRICULTURE DE REGION BRETAGNE"
SEA_35 = "Direction Départementale des Territoires et de la Mer d'Ille-et-Vilaine"
HOUSING_38 = "DDT de l'Isère"
COUNTS = {
    INSEE: 123,
    FORESTS: 9,
    "ADEME": 81,
    "La Poste": 17,
    "Île-de-France Mobilités": 127,
    BRITTANY_FARMS: 1,
    "CHAMBRE D'AGRICULTURE DU CANTAL": 1,
    SEA_35: 232,
    HOUSING_38: 356,
    "Conseil Départemental du Nord": 1,
    "Ville de Rennes": 12,
    "Rennes Métropole en accès libre": 624,
    "SAINT-MALO AGGLOMERATION": 40,
    "Orange": 40,
    "Mobility": 22,
    "INOUID smart Mobility": 7,
    "INDELEC MOBILITY": 5,
    "STAR": 48,
    "Tesla": 3,
    "Infogreffe ": 62,
    "OpenStreetMap": 27,
    "Ministère de la Culture et de la Communication": 30,
    "Université Grenoble Alpes": 2,
    "Transition écologique des entreprises": 20,
    "Bibliothèques": 20,
}
NAMES = PublisherNames(COUNTS)


@pytest.mark.parametrize(
    ("text", "label", "matched", "names"),
    [
        ("jeux de données de l'INSEE", "Insee", "INSEE", (INSEE,)),
        ("ONF forêts publiques", "ONF", "ONF", (FORESTS,)),
        ("carte de l'office national des forêts", "ONF", "office national des forêts", (FORESTS,)),
        ("données Ademe DPE", "Ademe", "Ademe", ("ADEME",)),
        ("météo france stations", "Météo-France", "météo france", ()),
        ("IGN bd topo", "IGN", "IGN", ()),
        ("agence de l'eau Rhin-Meuse nitrates", "Agence de l'eau Rhin-Meuse", "agence de l'eau Rhin-Meuse", ()),
        ("ministère de la culture musées", "Ministère de la Culture", "ministère de la culture",
         ("Ministère de la Culture et de la Communication",)),
        # a body of which each place has one, with the place
        ("SDIS 35 interventions", "SDIS 35", "SDIS 35", ()),
        ("chambre d'agriculture de Bretagne", "Chambre d'agriculture de Bretagne", "chambre d'agriculture de Bretagne",
         (BRITTANY_FARMS,)),
        ("zones inondables ddtm 35", "DDT(M) 35", "ddtm 35", (SEA_35,)),
        ("zones inondables ddt 35", "DDT(M) 35", "ddt 35", (SEA_35,)),
        ("DDT de l'Isère cartes de bruit", "DDT(M) de l'Isère", "DDT de l'Isère", (HOUSING_38,)),
        # names that the index alone knows, unlike any word
        ("magasins openstreetmap", "OpenStreetMap", "openstreetmap", ("OpenStreetMap",)),
        ("thèses université grenoble alpes", "Université Grenoble Alpes", "université grenoble alpes",
         ("Université Grenoble Alpes",)),
        # one typing error
        ("meteo fance", "Météo-France", "meteo fance", ()),
        ("publié par l'offce national des forêts", "ONF", "offce national des forêts", (FORESTS,)),
        # common words, where something says that a body is meant
        ("données de la poste", "La Poste", "la poste", ("La Poste",)),
        ("essais cliniques HAS", "HAS", "HAS", ()),
    ],
)  # fmt: skip
def test_a_publisher_is_read(text: str, label: str, matched: str, names: tuple[str, ...]) -> None:
    (read,) = read_question(text, publishers=NAMES).publishers

    assert (read.label, read.matched, read.names) == (label, matched, names)
    assert text[slice(*read.span)] == matched


@pytest.mark.parametrize(
    ("text", "names", "without"),
    [
        ("arbres publiés par la ville de Rennes", ("Ville de Rennes",), "arbres"),
        ("éditeur : Département du Nord", ("Conseil Départemental du Nord",), ""),
        ("éditeur: orange", ("Orange",), ""),
        ("datasets published by Île-de-France Mobilités", ("Île-de-France Mobilités",), "datasets"),
        ("carte de couverture mise en ligne par Orange", ("Orange",), "carte de couverture"),
        ("forêts : données produites par l'ONF en 2023", (FORESTS,), "forêts : données en 2023"),
        (
            "jeux de données mis à disposition par l'université grenoble alpes",
            ("Université Grenoble Alpes",),
            "jeux de données",
        ),
        ("mis à disposition par l'ONF", (FORESTS,), ""),
        ("tout ce que publie l'université grenoble alpes", ("Université Grenoble Alpes",), "tout ce"),
        ("arbres publiés par Rennes Métropole", ("Rennes Métropole en accès libre",), "arbres"),
        ("bornes diffusées par Tesle", (), "bornes diffusées par Tesle"),
        ("bornes diffusées par la chambre d'agricultre du Cantal", ("CHAMBRE D'AGRICULTURE DU CANTAL",), "bornes"),
    ],
)
def test_an_announced_publisher_may_be_anybody(text: str, names: tuple[str, ...], without: str) -> None:
    question = read_question(text, publishers=NAMES)

    assert tuple(name for read in question.publishers for name in read.names) == names
    assert all(read.announced for read in question.publishers)
    assert question.without_names(places=False) == without


@pytest.mark.parametrize(
    "text",
    [
        "ville d'Orange budget",
        "couverture mobile orange",
        "bureaux de la poste à Rennes",
        "eau potable",
        "disponibilité vélo star",
        "urban mobility",
        "recharge tesla",
        "bibliothèques",
        "transition écologique des entreprises",
        "mairie de rennes",
        "ville de rennes arbres",
        "déchets saint malo agglomération",
        "région bretagne lycées",
        "département du nord collèges",
        "île-de-france mobilités bus",
        "producteur bio rennes",
        "produits bio par département",
        "10 ans de données",
        "festivals à die",
        "codes insee des communes",
        "numéro insee des communes",
        "organisme de formation",
        "déchets produits par la ville de rennes",
        "vélos mis à disposition par la ville de rennes",
        "vote par procuration",
        "chambre d'agriculture",
        "etat",
        "",
    ],
)
def test_words_that_are_somebodys_name_are_no_publisher(text: str) -> None:
    assert read_question(text, publishers=NAMES).publishers == ()


def test_a_place_stays_a_place() -> None:
    question = read_question("arbres publiés par la ville de Rennes", publishers=NAMES)
    assert [read.code for read in question.territories] == ["commune:35238"]

    question = read_question("SDIS 35 interventions", publishers=NAMES)
    assert [read.code for read in question.territories] == ["departement:35"]


def test_a_name_in_a_bodys_name_is_no_place() -> None:
    question = read_question("agence de l'eau Loire-Bretagne nitrates", publishers=NAMES)
    assert [read.code for read in question.territories] == ["national"]


def test_an_announced_publisher_is_no_subject() -> None:
    plain = read_question("arbres rennes").competences[0].id
    assert read_question("arbres publiés par la mairie de rennes", publishers=NAMES).competences[0].id == plain
    assert read_question("tout ce que publie la mairie de Roubaix", publishers=NAMES).competences == ()


def test_an_announced_place_is_a_publisher_though_the_index_has_nothing_of_it() -> None:
    question = read_question("budget publié par la ville de Lille", publishers=NAMES)

    (read,) = question.publishers
    assert (read.label, read.value, read.names, read.announced) == ("ville de Lille", "ville de Lille", (), True)
    assert question.without_names() == "budget"

    question = read_question("budget publié par le département de la Sarthe", publishers=NAMES)
    assert [read.label for read in question.publishers] == ["département de la Sarthe"]
    assert question.without_names() == "budget"


def test_a_place_named_twice_is_one_place() -> None:
    question = read_question("arbres Paris publiés par la ville de Paris", publishers=NAMES)
    assert [read.code for read in question.territories] == ["commune:75056"]


def test_every_national_body_that_catalogues_name_is_known_to_questions() -> None:
    """``dcat/tables/state-bodies.csv``: those that are a body, and no portal."""
    rows = csv.DictReader(files("dcat.tables").joinpath("state-bodies.csv").read_text(encoding="utf-8").splitlines())
    words = next(row["words"] for row in rows if row["kind"] == "national").split("|")
    portals = {"bodacc", "finess", "data gouv fr", "géoportail de l'urbanisme", "transport data gouv fr",
               "point d'accès national transport data gouv fr"}  # fmt: skip
    unknown = {word for word in words if key_of(fold(word).split()) not in bodies()}
    assert unknown == portals


def test_many_publishers_cost_no_time() -> None:
    many = PublisherNames(
        {f"Association {number} des {word}": 3 for number in range(5_000) for word in ("amis", "vélos")}
    )
    text = "horaires des bus publiés par l'association 4999 des amis à rennes"
    first = read_question(text, publishers=many)
    assert first.publishers[0].names == ("Association 4999 des amis",)

    start = time.process_time()
    for _ in range(20):
        read_question(text, publishers=many)
    assert (time.process_time() - start) / 20 < 0.02


WORDS = st.sampled_from(
    ["publié", "par", "la", "de", ":", "éditeur", "insee", "rennes", "sdis", "35", "poste", "ville", "que", "publie",
     "orange", "données", "chambre", "d'agriculture", "bretagne", "by", "published", "office", "ONF", "météo", "france"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60))
@example("+V3")
def test_any_words_are_read_and_spans_are_of_the_question(text: str) -> None:
    question = read_question(text, publishers=NAMES)

    for read in question.publishers:
        assert text[slice(*read.span)] == read.matched
        assert 0 <= read.cut[0] <= read.span[0] < read.span[1] == read.cut[1] <= len(text)
    assert len(question.without_names()) <= len(text)
    assert read_question(text, publishers=NAMES) == question
