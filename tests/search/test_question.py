"""Reading a question. Expected codes are the Code officiel géographique's, read there and not from the program."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.question import Clue, Question, read_question
from search.question.near import NearIndex
from search.question.reading import UnknownTerritoryError

PLACES = {
    # homonyms: the largest, unless something tells them apart
    "parkings mérignac": "commune:33281",
    "avrillé équipements sportifs": "commune:49015",
    "avrillé vendée budget": "commune:85010",
    "valence tarn et garonne écoles": "commune:82186",
    "écoles saint-denis réunion": "commune:97411",
    "marchés saint-denis 93": "commune:93066",
    "budget saint-denis 93200": "commune:93066",
    "mairie de vienne": "commune:38544",
    "médiathèques dans la vienne": "departement:86",
    # numbers
    "piscines 35000": "commune:35238",
    "collèges 93": "departement:93",
    "collèges dans le 92": "departement:92",
    "routes 2A": "departement:2A",
    "médiathèques 31770": "commune:31149",
    "zone 30 rennes": "commune:35238",
    # arrondissements
    "arbres paris 13e": "commune:75113",
    "crèches 75012": "commune:75112",
    "écoles lyon 3": "commune:69383",
    "piscine 8ème arrondissement de Marseille": "commune:13208",
    # common words that are communes
    "wifi gratuit nice": "commune:06088",
    "food markets in Tours": "commune:37261",
    "jours de marché à Sens": "commune:89387",
    "sens de circulation rennes": "commune:35238",
    "lignes de bus orange vaucluse": "commune:84087",
    "centres de loisirs à Fontaine": "commune:38169",
    "écoles et bus": "",
    "logement cher paris": "commune:75056",
    "plan de la ville": "",
    # départements with common names
    "collèges du nord": "departement:59",
    "fibre dans la creuse": "departement:23",
    "routes de la manche": "departement:50",
    # spelling
    "bibliotheques villeurbane": "commune:69266",
    "velos marsielle": "commune:13055",
    "defibrillateurs la rochele": "commune:17300",
    "villeneuve dascq aires de jeux": "commune:59009",
    "st malo agglomération déchets": "epci:243500782",
    "SAINT-ÉTIENNE bus": "commune:42218",
    # the body named, not its territory's namesake
    "déchets grand lyon": "epci:200046977",
    "métropole de lyon rsa": "epci:200046977",
    "lyon piscines": "commune:69123",
    "écoles de la ville de lyon": "commune:69123",
    "délibérations conseil métropolitain de lyon": "epci:200046977",
    "budget du département de la Loire": "departement:42",
    "déchetterie agglo la rochelle": "epci:241700434",
    # brands, acronyms, former and foreign names
    "tcl horaires": "epci:200046977",
    "disponibilité vélo star": "epci:243500139",
    "bus star rennes": "commune:35238",
    "bicloo": "epci:244400404",
    "déchèteries mel": "epci:200093201",
    "lycées paca": "region:93",
    "air rhône alpes": "region:84",
    "lomme mairie": "commune:59350",
    "écoles annecy-le-vieux": "commune:74010",
    "high schools brittany": "region:53",
    "beaches dunkirk": "commune:59183",
    # overseas
    "déchets fort de france": "commune:97209",
    "sirene mayotte": "region:06",
    # names inside other names
    "seine saint denis musées": "departement:93",
    "arbres rue de Nantes à Rennes": "commune:35238",
    "maisons france services cantal": "departement:15",
    # the whole country
    "accidents de la route france": "national",
    "french house prices": "national",
    "défibrillateurs": "",
}


@pytest.mark.parametrize(("text", "code"), PLACES.items())
def test_place(text: str, code: str) -> None:
    assert [territory.code for territory in read_question(text).territories] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("pistes cyclables rennes et nantes", ["commune:35238", "commune:44109"]),
        ("comparer prénoms paris lyon toulouse", ["commune:75056", "commune:69123", "commune:31555"]),
        ("déchets angers loire metropole et nantes metropole", ["epci:244900015", "epci:244400404"]),
        ("rennes et Ille-et-Vilaine routes", ["commune:35238", "departement:35"]),
    ],
)
def test_several_places(text: str, codes: list[str]) -> None:
    question = read_question(text)

    assert [mention.best.code for mention in question.mentions] == codes
    assert not question.ambiguous


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("saint denis population", {"commune:93066", "commune:97411"}),
        ("valence budget", {"commune:26362", "commune:82186"}),
        ("vienne piscine", {"commune:38544", "departement:86"}),
    ],
)
def test_ambiguous_place(text: str, codes: set[str]) -> None:
    question = read_question(text)

    assert question.ambiguous
    assert {territory.code for territory in question.territories} == codes
    probabilities = [territory.probability for territory in question.territories]
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1


def test_container_is_told_apart_and_dropped() -> None:
    question = read_question("valence tarn et garonne écoles")

    assert [mention.matched for mention in question.mentions] == ["valence"]
    assert [mention.best.code for mention in question.containers] == ["departement:82"]


def test_spans_are_of_the_question_as_typed() -> None:
    question = read_question("Écoles à  Saint-Malo, 2023")
    territory = question.territories[0]

    assert question.original[slice(*territory.span)] == territory.matched == "Saint-Malo"
    assert question.without_places() == "Écoles , 2023"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bus rennes", Clue.NAME),
        ("bus 35000", Clue.POSTAL_CODE),
        ("bus villeurbane", Clue.TYPING_ERROR),
        ("lycées paca", Clue.ALIAS),
        ("collèges 93", Clue.NUMBER),
        ("arbres paris 13e", Clue.ARRONDISSEMENT),
        ("french house prices", Clue.NATIONAL_WORD),
    ],
)
def test_how_a_place_was_recognised(text: str, kind: Clue) -> None:
    assert read_question(text).territories[0].kind is kind


@pytest.mark.parametrize("territory", ["commune:35238", "fr:commune:35238", "35000", "Rennes"])
def test_territory_asked_for_goes_first(territory: str) -> None:
    question = read_question("bus nantes", territory=territory)

    assert [read.code for read in question.territories] == ["commune:35238"]
    assert question.territories[0].kind is Clue.PARAMETER


def test_unknown_territory_is_said() -> None:
    with pytest.raises(UnknownTerritoryError, match="commune:99999"):
        read_question("bus", territory="commune:99999")


@pytest.mark.parametrize(
    ("text", "competence"),
    [
        ("horaires bus", "transports-urbains"),
        ("car scolaire", "transport-scolaire"),
        ("parking vélo", "velo-stationnement"),
        ("parking", "stationnement"),
        ("velos en libre service", "velo-libre-service"),
        ("eau potable prix", "eau-potable"),
        ("qualité de l'eau du robinet", "qualite-eau-potable"),
        ("qualite de leau du robinet", "qualite-eau-potable"),
        ("subventions aux associations", "subventions"),
        ("open data air quality", "qualite-air"),
        ("catalogue open data", "catalogue-donnees"),
        ("horaires d'ouverture des piscines", "equipements-sportifs"),
        ("street lights", "eclairage-public"),
        ("bibliotèques", "bibliotheques"),
        ("arbres d'alignement", "arbres"),
        ("fire hydrants", "points-eau-incendie"),
        ("tcl", "transports-urbains"),
    ],
)
def test_competence(text: str, competence: str) -> None:
    assert read_question(text).competences[0].id == competence


@pytest.mark.parametrize("text", ["bonjour", "xqzwkj", "", "?!", "2023"])
def test_no_competence_where_no_word_says_one(text: str) -> None:
    assert read_question(text).competences == ()


def test_theme_limits_the_competences() -> None:
    read = read_question("qualité", theme="HEAL").competences

    assert {competence.id for competence in read} <= {"qualite-eau-potable"}


def test_period_formats_and_words() -> None:
    question = read_question("prénoms rennes 2019-2023 en csv ou geojson")

    assert question.period == (2019, 2023)
    assert question.formats == ("CSV", "GEOJSON")
    assert question.words == ("prenoms",)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("trees in paris", "en"),
        ("arbres à paris", "fr"),
        ("street lights angers", "en"),
        ("écoles lille", "fr"),
        ("xqzwkj", "fr"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert read_question(text).language == language


def test_language_asked_for_goes_first() -> None:
    assert read_question("arbres à paris", language="en").language == "en"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("toulouze", True),
        ("toulous", True),
        ("toulousse", True),
        ("tuolouse", True),
        ("touluose", True),
        ("tolosse", False),
    ],
)
def test_one_typing_error_is_found(typed: str, known: bool) -> None:
    assert (NearIndex(["toulouse"]).near(typed) == {"toulouse"}) is known


@pytest.mark.parametrize("text", ["hourly weather observations", "broadband coverage", "sewage works"])
def test_an_english_word_is_no_typing_error_of_a_place(text: str) -> None:
    assert read_question(text).territories == ()


@given(st.text("abcd", min_size=6, max_size=9), st.data())
def test_every_single_edit_is_found(word: str, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcde"))
    edits = {
        "deletion": word[:position] + word[position + 1 :],
        "insertion": word[:position] + letter + word[position:],
        "substitution": word[:position] + letter + word[position + 1 :],
        "swap": word[:position] + word[position + 1] + word[position] + word[position + 2 :],
    }

    assert word in NearIndex([word]).near(data.draw(st.sampled_from(sorted(edits.values()))))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    question = read_question(text)

    assert isinstance(question, Question)
    assert read_question(text) == question
    for territory in question.territories:
        assert text[slice(*territory.span)] == territory.matched


@pytest.mark.parametrize(
    "text",
    [
        "saint-denis " * 900,
        "rennes et nantes " * 600,
        "\x00\u202e😀" * 3_000,
        "مدينة " * 1_500,
        "' OR 1=1; --" * 800,
        "x" * 10_000,
    ],
    ids=["names", "places", "control and emoji", "right to left", "SQL", "one word"],
)
def test_long_texts_are_read_quickly(text: str) -> None:
    read_question("villeurbane")  # the tables are read once
    start = time.perf_counter()
    read_question(text[:10_000])

    assert time.perf_counter() - start < 2


@pytest.mark.parametrize(
    ("text", "competence"),
    [
        ("où se garer à nice", "stationnement"),
        ("stationner à Lyon le dimanche", "stationnement"),
        ("fréquentation des gares", "trains-gares-nationales"),
    ],
)
def test_parking_is_no_station(text: str, competence: str) -> None:
    assert read_question(text).competences[0].id == competence
