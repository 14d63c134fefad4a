"""Publishers and places → territories. Codes read in the Code officiel géographique and the list of EPCI."""

import csv
import gzip

import msgspec
import pytest

from dcat.extent import extents
from dcat.model import Agent, BoundingBox, Place, Text
from dcat.normalise.bodies import is_local_state, publisher_territory, territory_of_name
from dcat.normalise.places import place_territory
from dcat.portal import Level, Portal
from dcat.text import fold
from tests.dcat.normalise.examples import NATION, PORTAL, normalised, texts
from tests.reference import reference

RENNES, FRANCE = ("epci:243500139",), ("national",)


@pytest.mark.parametrize(
    ("name", "within", "code"),
    [
        ("Ville de Rennes", RENNES, "commune:35238"),
        ("Ville de Noyal-Châtillon-sur-Seiche", RENNES, "commune:35206"),
        ("Ville de Vezin le Coquet", RENNES, "commune:35353"),
        ("Rennes Métropole", RENNES, "epci:243500139"),
        ("Rennes Métropole en accès libre", FRANCE, "epci:243500139"),
        ("Les Champs Libres", RENNES, ""),
        ("Audiar - Rennes Métropole", RENNES, ""),
        ("INSEE", RENNES, "national"),
        ("Mairie du Havre", FRANCE, "commune:76351"),
        ("Ville de La Rochelle", FRANCE, "commune:17300"),
        ("COMMUNE D'OUDON", FRANCE, "commune:44115"),
        ("MAIRIE DE SIMACOURBE", FRANCE, "commune:64524"),
        ("COMMUNE DE LA FORET FOUESNANT", FRANCE, "commune:29057"),
        ("Mairie des Avirons - Service Marchés Publics", FRANCE, "commune:97401"),
        ("Mairie de Saint-Denis (La Réunion)", FRANCE, "commune:97411"),
        ("Ville de Saint-Denis (93)", FRANCE, "commune:93066"),
        ("Ville de Saint-Denis", FRANCE, ""),  # two cities of more than 100,000 inhabitants
        ("Ville de Saint-Denis", ("epci:200057867",), "commune:93066"),
        ("Commune de Francheville", FRANCE, "commune:69089"),  # ten times any homonym
        ("Orange", FRANCE, ""),  # also a company
        ("Orange", ("departement:84",), "commune:84087"),
        ("Département d'Ille-et-Vilaine", FRANCE, "departement:35"),
        ("Le Conseil Départemental de la Mayenne", FRANCE, "departement:53"),
        ("Conseil départemental du Puy-de-Dôme", FRANCE, "departement:63"),
        ("Seine-Saint-Denis - Le Département", FRANCE, "departement:93"),
        ("Région Bretagne", FRANCE, "region:53"),
        ("Région Occitanie / Pyrénées Méditerranée", FRANCE, "region:76"),
        ("Conseil régional des Hauts-de-France", FRANCE, "region:32"),
        ("Communauté d'Agglomération Plaine Vallée", FRANCE, "epci:200056380"),
        ("Communauté de Communes Vallée de l'Ubaye Serre Ponçon", FRANCE, "epci:200072304"),
        ("Métropole Européenne de Lille ", FRANCE, "epci:200093201"),
        ("Lorient Agglomération", FRANCE, "epci:200042174"),
        ("EPT Plaine Commune", FRANCE, "epci:200057867"),
        ("Ministère de la Culture", FRANCE, "national"),
        ("Syndicat Départemental d'Energie du Tarn", FRANCE, ""),
        ("Parc naturel régional du Vercors", FRANCE, ""),
        ("CREDIT AGRICOLE ILLE ET VILAINE", FRANCE, ""),
        ("", FRANCE, ""),
        ("()", FRANCE, ""),
    ],
)
def test_name_of_a_body(name: str, within: tuple[str, ...], code: str) -> None:
    assert territory_of_name(name, within).code == code


@pytest.mark.parametrize(
    "name",
    [
        "Direction Départementale des Territoires de l'Ariège",
        "DDT de la Marne (DDT51)",
        "DREAL Grand Est",
        "Préfecture du Nord",
        "SDIS des Pyrénées-Atlantiques",
    ],
)
def test_a_service_of_the_state_governs_no_territory(name: str) -> None:
    assert is_local_state(fold(name))
    agent = Agent(name=texts(name), identifier="22350001800013")
    assert publisher_territory(agent, (), NATION).code == ""


def test_siret_goes_before_the_name() -> None:
    found = publisher_territory(Agent(name=texts("Le Grand Lyon"), identifier="20004697700019"), (), NATION)
    assert (found.code, found.evidence) == ("epci:200046977", "siren")
    assert publisher_territory(Agent(identifier="213 503 287 00012"), (), NATION).code == "commune:35328"


def test_siren_in_front_of_the_datasets_id() -> None:
    found = publisher_territory(Agent(name=texts("Service des données")), ("244400404_stations-velos",), NATION)
    assert (found.code, found.evidence) == ("epci:244400404", "identifier")
    assert publisher_territory(Agent(), ("fr-213503287-jdd-0a1b",), NATION).code == "commune:35328"


def test_the_portal_file_goes_before_everything() -> None:
    portal = msgspec.structs.replace(PORTAL, publishers={"Les Champs Libres": "epci:243500139"})
    found = publisher_territory(Agent(name=texts("LES CHAMPS LIBRES")), (), portal)
    assert (found.code, found.confidence) == ("epci:243500139", 1.0)


@pytest.mark.parametrize(
    ("iri", "name", "within", "code"),
    [
        ("", "fr:commune:35238", FRANCE, "commune:35238"),
        ("fr:epci:243500139", "", FRANCE, "epci:243500139"),
        ("", "fr/departement/35@1860-07-01", FRANCE, "departement:35"),
        ("", "fr:departement:2A", FRANCE, "departement:2A"),
        ("", "country:fr", FRANCE, "national"),
        ("", "fr_40_53", FRANCE, "region:53"),
        ("http://id.insee.fr/geo/departement/35", "", FRANCE, "departement:35"),
        ("http://publications.europa.eu/resource/authority/country/FRA", "", FRANCE, "national"),
        ("", "France", FRANCE, "national"),
        ("", "Rennes", RENNES, "commune:35238"),
        ("", "Bretagne", FRANCE, "region:53"),  # not the villages of that name
        ("", "Ille-et-Vilaine", FRANCE, "departement:35"),
        ("", "Brest Métropole", FRANCE, "epci:242900314"),
        ("", "Le Havre", FRANCE, "commune:76351"),
        ("", "France, Bretagne, Ille-et-Vilaine, Rennes", FRANCE, "commune:35238"),
        ("", "Monde", FRANCE, ""),
        ("", "Union Européenne", FRANCE, ""),
        ("", "Schweiz", FRANCE, ""),
        ("https://sws.geonames.org/2802361/", "", FRANCE, ""),
        ("fr:commune:99999", "", FRANCE, ""),
    ],
)
def test_place(iri: str, name: str, within: tuple[str, ...], code: str) -> None:
    assert place_territory(iri, (name,) if name else (), within).code == code


def test_a_relative_iri_is_the_name_of_a_place() -> None:
    dataset = normalised(spatial=(Place(iri="Rennes"),))
    place = Place(label=(Text("Rennes"),), territory="commune:35238", confidence=0.95, evidence="name")
    assert dataset.spatial == (place,)


def test_the_level_of_the_portal_is_no_territory_of_its_publishers() -> None:
    portal = Portal(id="x", title="x", level=Level.EPCI, territories=RENNES, url="https://x.fr")
    dataset = normalised(portal, publisher=Agent(name=texts("Les Champs Libres")))
    assert dataset.publisher == Agent(name=texts("Les Champs Libres"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Grand Belfort Communauté d'Agglomération", "epci:200069052"),
        ("Saint-Nazaire agglo - La CARENE", "epci:244400644"),
        ("Fleury-sur-Orne", "commune:14271"),  # three words: nobody else's name
        ("Villeurbanne", "commune:69266"),  # a town, and no other body
        ("HERMES", ""),  # a village of 2,466 inhabitants; also a company
        ("Saint-Gobain", ""),
    ],
)
def test_names_that_no_portal_confirms(name: str, code: str) -> None:
    assert territory_of_name(name, FRANCE).code == code


def test_what_a_dataset_covers_decides_between_homonyms() -> None:
    """Noé is a commune of Haute-Garonne and of Yonne; Bussy-la-Pesle one of Côte-d'Or and of Nièvre."""
    publisher = Agent(name=texts("Mairie de Noé"))
    assert normalised(NATION, publisher=publisher).publisher == publisher
    resolved = normalised(NATION, publisher=publisher, spatial=(Place(label=texts("fr:departement:31")),)).publisher
    assert resolved is not None
    assert (resolved.territory, resolved.confidence, resolved.evidence) == ("commune:31399", 0.85, "name-and-coverage")


@pytest.mark.parametrize(
    ("box", "code", "evidence"),
    [
        ((-5.14, 47.69, -3.38, 48.76), "departement:29", "box"),
        ((-5.14, 47.27, -1.01, 48.91), "region:53", "box"),
        ((-5.14, 41.33, 9.56, 51.09), "national", "box"),
        ((55.21, -21.39, 55.84, -20.87), "region:04", "box"),
        ((-4.17, 47.94, -4.02, 48.03), "departement:29", "within-box"),  # Quimper
        ((-180.0, -90.0, 180.0, 90.0), "", ""),
        ((-25.0, 34.0, 40.0, 72.0), "", ""),  # Europe
        ((2.0, 49.8, 2.2, 49.9), "departement:80", "within-box"),
        ((0.0, 0.0, 0.0, 0.0), "", ""),
    ],
)
def test_box_of_a_region_or_departement(box: tuple[float, float, float, float], code: str, evidence: str) -> None:
    (place,) = normalised(NATION, spatial=(Place(bbox=BoundingBox(*box)),)).spatial
    assert (place.territory, place.evidence) == (code, evidence)
    assert bool(code) == (place.confidence > 0)


@pytest.mark.parametrize(
    ("iri", "code"),
    [
        ("http://data.europa.eu/nuts/code/FRH03", "departement:35"),
        ("http://data.europa.eu/nuts/code/FRY40", "region:04"),
        ("http://data.europa.eu/nuts/code/FRJ23", "departement:31"),
        ("http://data.europa.eu/nuts/code/FR", "national"),
        ("http://inspire.ec.europa.eu/metadata-codelist/SpatialScope/national", "national"),
        ("http://inspire.ec.europa.eu/metadata-codelist/SpatialScope/local", ""),
        ("http://data.europa.eu/nuts/code/DE1", ""),
    ],
)
def test_place_by_nuts_and_inspire(iri: str, code: str) -> None:
    assert place_territory(iri, (), FRANCE).code == code


@pytest.mark.reference
def test_extents_cover_every_region_and_departement_of_the_reference() -> None:
    """Rounded outwards, by less than a twentieth of a degree."""
    table = extents()
    with gzip.open(reference("reference", "territory", "zones.csv.gz"), "rt", encoding="utf-8") as zones:
        rows = [row for row in csv.DictReader(zones) if row["level"] == "region" and row["bbox_west"]]
    assert len(rows) == 18
    for row in rows:
        extent = table[row["zone_id"].removeprefix("fr:")]
        assert 0 <= float(row["bbox_west"]) - extent.west < 0.05
        assert 0 <= extent.north - float(row["bbox_north"]) < 0.05
