"""Families of words in questions: brands, districts, adjectives, short names, everyday words for a competence.

Expected codes are those of the Code officiel géographique; that a brand is a body's, or a district a city's, is public
knowledge. None of the words was taken from one judged question alone.
"""

import pytest

from search.question import Clue, read_question
from search.question.gentiles import gentiles
from search.question.services import services

PLACES = {
    # brands of local services
    "taneo plan du réseau": "epci:245804406",
    "corolis beauvais horaires": "commune:60057",
    "eau de paris facture": "commune:75056",
    "odivea prix de l'eau": "epci:242100410",
    "gironde numérique déploiement": "departement:33",
    "révéo bornes": "region:76",
    # districts of large cities, in their arrondissement where they lie in one
    "écoles gerland lyon": "commune:69123",
    "crèches batignolles": "commune:75117",
    "marchés wazemmes": "commune:59350",
    "arbres chartrons": "commune:33063",
    "stationnement part-dieu": "commune:69383",
    "commerces neudorf strasbourg": "commune:67482",
    # landmarks, and what is none
    "fréquentation musée du louvre": "commune:75101",
    "puy du fou visiteurs": "commune:85082",
    "musée du louvr": "commune:75101",
    "musée du bordaux": "",
    "meteo mont blanc": "departement:74",
    "inondations valence d'agen": "commune:82186",
    "gare de lyon arrêts de bus": "commune:75112",
    # nicknames
    "piscines capitale des gaules": "commune:69123",
    "plages île de beauté": "region:94",
    "piscine schilick": "commune:67447",
    "plages saint-trop": "commune:83119",
    # the names on the other side of bilingual road signs
    "arbres roazhon": "commune:35238",
    "écoles an oriant": "commune:56121",
    "plages miarritze": "commune:64122",
    "musées rijsel": "commune:59350",
    # Roman numbers
    "arbres paris XIIIe": "commune:75113",
    "crèches paris XIe arrondissement": "commune:75111",
    "écoles IVe arrondissement de Marseille": "commune:13204",
    "commerces paris XXe": "commune:75120",
    # old provinces and coasts
    "vignobles anjou": "departement:49",
    "châteaux touraine": "departement:37",
    "french riviera beaches": "departement:06",
    # adjectives
    "lycées normands": "region:28",
    "musées parisiens": "commune:75056",
    "collèges vendéens": "departement:85",
    "forêts landaises": "departement:40",
    "piscines rennaises": "commune:35238",
    "écoles réunionnaises": "region:04",
    # the beginning of a name that no other has
    "remontées mécaniques chamonix": "commune:74056",
    "budget plougastel": "commune:29189",
    # the acronym and the city of one body
    "MEL lille eau potable": "epci:200093201",
    "déchets ALM angers": "epci:244900015",
    "eau potable roubaix MEL": "commune:59512",
    # operators and places
    "antennes orange": "",
    "fibre orange": "",
    "écoles orange": "commune:84087",
    "antennes 5g à orange": "commune:84087",
}


@pytest.mark.parametrize(("text", "code"), PLACES.items())
def test_place(text: str, code: str) -> None:
    assert [territory.code for territory in read_question(text).territories] == ([code] if code else [])


def test_two_large_cities_side_by_side_are_two_places() -> None:
    question = read_question("crèches tours nantes")

    assert [mention.best.code for mention in question.mentions] == ["commune:37261", "commune:44109"]


def test_an_adjective_gives_way_to_a_place() -> None:
    question = read_question("spécialités bretonnes à Toulouse")

    assert [territory.code for territory in question.territories] == ["commune:31555"]


def test_an_adjective_is_told_as_such() -> None:
    assert read_question("communes bretonnes").territories[0].kind is Clue.ADJECTIVE


def test_adjectives_have_four_forms() -> None:
    forms = gentiles()

    assert forms["bretonnes"] == forms["breton"] == "region:53"
    assert forms["provencaux"] == "region:93"
    assert forms["manceaux"] == forms["mancelles"] == "commune:72181"
    assert "nantaiss" not in forms


@pytest.mark.parametrize(
    ("text", "competence"),
    [
        # what a brand stands for, unless other words say it better
        ("tisséo", "transports-urbains"),
        ("breizhgo", "cars-interurbains"),
        ("ter breizhgo retards", "ter-trains-regionaux"),
        ("transilien fréquentation des gares", "ter-trains-regionaux"),
        ("fréquentation des gares", "trains-gares-nationales"),
        ("tisséo temps réel", "transports-temps-reel"),
        ("vélib disponibilité", "velo-libre-service"),
        ("sourcéo", "eau-potable"),
        ("mégalis", "fibre-haut-debit"),
        ("star parkings relais", "stationnement"),
        # everyday words
        ("prix de l'essence", "prix-carburants"),
        ("station service la moins chère", "prix-carburants"),
        ("petrol prices", "prix-carburants"),
        ("essences d'arbres", "arbres"),
        ("facture d'eau", "eau-potable"),
        ("transports", "transports-urbains"),
        ("cours d'eau", "reseau-hydrographique"),
        ("bike routes", "velo-amenagements"),
        ("avalanches", "risques"),
        ("tremblements de terre", "risques"),
        ("éoliennes", "energie-consommation"),
        ("alpages", "agriculture"),
        ("combien d'habitants", "population"),
        ("pharmacies de garde", "professionnels-sante"),
        ("jours de marché", "commerces-marches"),
        ("carte d'identité", "services-publics-annuaire"),
        # numbers of roads, what something costs, how finely figures are cut, who does what
        ("travaux sur l'A7", "routes-nationales-autoroutes"),
        ("travaux RN20", "routes-nationales-autoroutes"),
        ("travaux D906", "routes-departementales"),
        ("travaux rue Pasteur", "travaux-circulation"),
        ("combien coûte l'eau", "eau-potable"),
        ("résultats des municipales par bureau de vote", "elections"),
        ("bureaux de vote", "bureaux-vote"),
        ("qui s'occupe des canaux", "voies-navigables"),
        ("aides pour rénover sa maison", "habitat-logement"),
        ("rénovation énergétique", "habitat-logement"),
        # forms of one word that differ in meaning
        ("arrêts de tram", "transports-urbains"),
        ("arrêtés municipaux", "deliberations"),
        ("vente de médicaments", "sante-publique"),
        ("vitesse du vent", "meteo"),
        ("plui", "plu"),
        ("pluie", "meteo"),
        ("policiers municipaux", "police-municipale"),
    ],
)
def test_competence(text: str, competence: str) -> None:
    assert read_question(text).competences[0].id == competence


@pytest.mark.parametrize(
    ("text", "competence"),
    [("routes savoie", "routes-departementales"), ("routes rennes", "voirie"), ("élèves lycées bretagne", "lycees")],
)
def test_the_place_decides_between_competences_of_one_word(text: str, competence: str) -> None:
    assert read_question(text).competences[0].id == competence


def test_every_sort_of_brand_stands_for_a_word_that_is_read() -> None:
    for service in services().values():
        if service.word:
            assert read_question(service.word).competences[0].id == service.competence
