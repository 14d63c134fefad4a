"""The gazetteer against public facts and against the reference tables of INSEE and DGCL."""

import csv
import gzip
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.portal import Level
from dcat.territory import KINDS, TABLE, Territory, aliases, gazetteer
from dcat.text import fold
from tests.reference import reference

ALIAS_KINDS = {
    *("acronym", "usual", "former", "spelling", "exonym", "portal", "district", "landmark"),
    *("network", "coach", "rail", "bike-share", "charging", "water", "pool", "waste", "broadband", "air", "service"),
}

MERGERS = ("31", "32", "33", "34", "35", "41", "50", "70")
"""INSEE's kinds of movement that end in another commune or under another code."""


def place(code: str) -> Territory:
    found = gazetteer().get(code)
    assert found, code
    return found


def codes(name: str) -> list[str]:
    return [named.code for named in gazetteer().by_name(name)]


def chain(code: str) -> list[str]:
    return [wider.code for wider in gazetteer().chain(code)]


def test_a_commune() -> None:
    assert place("fr:commune:35238") == Territory(
        code="commune:35238",
        level=Level.COMMUNE,
        name="Rennes",
        population=230890,
        siren="213502388",
        epci="epci:243500139",
        departement="departement:35",
        region="region:53",
        postal_codes=("35000", "35200", "35700"),
    )


def test_an_epci_and_its_members() -> None:
    metropole = place("epci:243500139")
    assert (metropole.name, metropole.type, metropole.level) == ("Rennes Métropole", "METRO", Level.EPCI)
    assert (metropole.departement, metropole.region) == ("departement:35", "region:53")
    members = gazetteer().members("epci:243500139")
    assert len(members) == 43
    assert {"commune:35238", "commune:35001"} <= set(members)
    assert metropole.population == sum(place(member).population for member in members)
    assert gazetteer().members("commune:35238") == ()


@pytest.mark.parametrize(
    ("old", "current"),
    [
        ("commune:59355", "commune:59350"),  # Lomme, associated with Lille
        ("commune:69232", "commune:69123"),  # Saint-Rambert-l'Île-Barbe, Lyon since 1963
        ("commune:01340", "commune:01015"),  # Saint-Bois, delegated commune of Arboys en Bugey
        ("commune:50173", "commune:50129"),  # Équeurdreville-Hainneville, Cherbourg-en-Cotentin since 2016
        ("commune:78002", "commune:95002"),  # Ableiges, of Seine-et-Oise before 1968
        ("departement:975", "region:975"),
        ("departement:69M", "epci:200046977"),
        ("departement:6AE", "departement:67"),
        ("region:42", "region:44"),
    ],
)
def test_an_old_code_gives_the_current_territory(old: str, current: str) -> None:
    assert place(old).code == current


@pytest.mark.parametrize("code", ["", "commune:", "commune:99999", "rennes", "fr:", "national:1", "epci:35238"])
def test_an_unknown_code_gives_nothing(code: str) -> None:
    assert gazetteer().get(code) is None
    assert gazetteer().chain(code) == ()
    assert not gazetteer().covers("national", code)
    assert not gazetteer().covers(code, "commune:35238")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("commune:35238", ["commune:35238", "epci:243500139", "departement:35", "region:53", "national"]),
        # Saint-Denis: Plaine Commune, then the Métropole du Grand Paris.
        (
            "commune:93066",
            ["commune:93066", "epci:200057867", "epci:200054781", "departement:93", "region:11", "national"],
        ),
        ("epci:200057867", ["epci:200057867", "epci:200054781", "departement:93", "region:11", "national"]),
        # Paris has no territorial body between the city and the metropolis.
        (
            "commune:75111",
            ["commune:75111", "commune:75056", "epci:200054781", "departement:75", "region:11", "national"],
        ),
        # The Métropole de Lyon replaces the département.
        ("commune:69383", ["commune:69383", "commune:69123", "epci:200046977", "region:84", "national"]),
        ("epci:200046977", ["epci:200046977", "region:84", "national"]),
        ("commune:69264", ["commune:69264", "epci:200040590", "departement:69", "region:84", "national"]),
        # An island commune without EPCI, and overseas.
        ("commune:85113", ["commune:85113", "departement:85", "region:52", "national"]),
        ("commune:97502", ["commune:97502", "region:975", "national"]),
        ("commune:97411", ["commune:97411", "epci:249740119", "departement:974", "region:04", "national"]),
        # The metropolis has no département with more than half of its inhabitants.
        ("epci:200054781", ["epci:200054781", "region:11", "national"]),
        ("departement:67", ["departement:67", "region:44", "national"]),
        ("national", ["national"]),
    ],
)
def test_chain_goes_from_the_closest_to_the_widest(code: str, expected: list[str]) -> None:
    assert chain(code) == expected


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("epci:243500139", "commune:35001", True),
        ("commune:35238", "commune:35001", False),
        ("commune:35001", "epci:243500139", False),
        ("region:53", "epci:243500139", True),
        ("national", "commune:97411", True),
        ("commune:69123", "commune:69383", True),
        ("departement:69", "commune:69123", False),
        ("commune:75056", "departement:75", True),
        ("departement:75", "commune:75056", True),
        ("epci:200054781", "epci:200057867", True),
        ("commune:59350", "commune:59355", True),
        ("fr:commune:35238", "fr:commune:35238", True),
    ],
)
def test_covers(outer: str, inner: str, expected: bool) -> None:
    assert gazetteer().covers(outer, inner) is expected


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("213502388", "commune:35238"),
        ("243 500 139 00185", "epci:243500139"),
        ("22350001800013", "departement:35"),
        ("233500016", "region:53"),
        ("217500016", "commune:75056"),
        ("200094332", "departement:67"),
        ("200076958", "region:94"),
        ("200035459", "epci:200096956"),  # CA d'Agen, merged into Agglomération d'Agen in 2022
    ],
)
def test_a_body_is_found_by_siren_or_siret(number: str, code: str) -> None:
    found = gazetteer().by_siren(number)
    assert found
    assert found.code == code


def test_an_unknown_siren_gives_nothing() -> None:
    assert gazetteer().by_siren("") is None
    assert gazetteer().by_siren("000000000") is None


def test_postal_codes() -> None:
    assert [found.code for found in gazetteer().by_postal_code("75011")] == ["commune:75111", "commune:75056"]
    assert gazetteer().by_postal_code("35000")[0].code == "commune:35238"
    shared = [found.population for found in gazetteer().by_postal_code("35250")]
    assert len(shared) > 1
    assert shared == sorted(shared, reverse=True)
    assert gazetteer().by_postal_code("00000") == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("RENNES", "commune:35238"),
        ("Saint-Étienne", "commune:42218"),
        ("St Etienne", "commune:42218"),
        ("L’Haÿ-les-Roses", "commune:94038"),
        ("Ville de Rennes", "commune:35238"),
        ("Ville du Havre", "commune:76351"),
        ("Mairie de La Rochelle", "commune:17300"),
        ("Commune des Ulis", "commune:91692"),
        ("Lomme", "commune:59350"),
        ("Cherbourg-Octeville", "commune:50129"),
        ("Paris 11e", "commune:75111"),
        ("paris 11", "commune:75111"),
        ("11ème arrondissement de Paris", "commune:75111"),
        ("Lyon 3e arrondissement", "commune:69383"),
        ("Marseille 1er", "commune:13201"),
        ("CC Faucigny - Glières", "epci:200000172"),
        ("communauté de communes Faucigny Glières", "epci:200000172"),
        ("Faucigny Glières", "epci:200000172"),
        ("Communauté d'agglomération du Pays Basque", "epci:200067106"),
        ("Pays Basque", "epci:200067106"),
        ("agglo d'Agen", "epci:200096956"),
        ("communauté urbaine d'Arras", "epci:200033579"),
        ("Plaine Commune", "epci:200057867"),
        ("Grand Lyon", "epci:200046977"),
        ("MEL", "epci:200093201"),
        ("métropole rennaise", "epci:243500139"),
        ("Conseil départemental de l'Ain", "departement:01"),
        ("Département du Nord", "departement:59"),
        ("CD35", "departement:35"),
        ("le 93", "departement:93"),
        ("neuf trois", "departement:93"),
        ("Côtes-du-Nord", "departement:22"),
        ("Région Bretagne", "region:53"),
        ("Conseil régional d'Île-de-France", "region:11"),
        ("Brittany", "region:53"),
        ("Nord-Pas-de-Calais", "region:32"),
        ("PACA", "region:93"),
        ("Polynésie française", "region:987"),
        ("Marseilles", "commune:13055"),
        ("Dunkirk", "commune:59183"),
        ("réseau STAR", "epci:243500139"),
        ("Tisséo", "epci:243100518"),
        ("Vélo'v", "epci:200046977"),
        ("Vélib'", "commune:75056"),
        ("RATP", "region:11"),
        ("France", "national"),
    ],
)
def test_the_first_place_of_a_name(name: str, code: str) -> None:
    assert codes(name)[:1] == [code]


def test_a_former_name_says_what_bore_it() -> None:
    lomme = gazetteer().by_name("Lomme")[0]
    assert (lomme.kind, lomme.former_code, lomme.code) == ("associated", "59355", "commune:59350")
    assert gazetteer().by_name("tcl")[0].detail == "network"


def test_homonyms_come_most_populated_first() -> None:
    assert codes("Saint-Denis")[:2] == ["commune:97411", "commune:93066"]
    assert codes("Valence")[0] == "commune:26362"
    assert codes("Alsace") == ["departement:67", "departement:68", "region:44"]


def test_a_place_called_city_or_commune_is_not_something_else() -> None:
    assert codes("Ville-d'Avray")[0] == "commune:92077"
    assert codes("Ville d'Île-de-France") == []
    assert codes("") == []
    assert codes("Ville de") == []


def test_the_name_of_a_city_never_means_its_epci() -> None:
    for name in ("Arras", "La Rochelle", "Lyon", "Strasbourg", "Dunkerque"):
        assert not [code for code in codes(name) if code.startswith("epci:")]


@given(st.text(st.characters()))
def test_no_name_or_code_raises(text: str) -> None:
    gazetteer().by_name(text)
    gazetteer().get(text)
    gazetteer().by_siren(text)
    gazetteer().by_postal_code(text)


def test_names_are_folded_known_and_lead_to_current_territories() -> None:
    kinds: Counter[str] = Counter()
    for named in gazetteer().names():
        assert gazetteer().get(named.code), named
        kinds[named.kind] += 1
    assert set(kinds) == set(KINDS.values())
    assert all(fold(name) == name for name in list(gazetteer()._names)[::50])
    for territory in list(gazetteer().territories())[::20]:
        assert territory.code in codes(territory.name)


def test_every_alias_leads_to_a_current_territory_once() -> None:
    seen = Counter((alias.code, fold(alias.alias)) for alias in aliases())
    assert [pair for pair, count in seen.items() if count > 1] == []
    for alias in aliases():
        assert place(alias.code).code == alias.code, alias
        assert place(alias.code).name == alias.official_name
        assert alias.kind in ALIAS_KINDS, alias
        assert fold(alias.alias)
        assert alias.code in codes(alias.alias)


def test_codes_lead_inside_the_table_and_numbers_are_sound() -> None:
    for territory in gazetteer().territories():
        for code in (territory.epci, territory.ept, territory.departement, territory.region, territory.parent):
            assert not code or gazetteer().get(code), territory
        assert not territory.siren or luhn(territory.siren), territory
    for old in gazetteer()._codes:
        assert gazetteer().get(old), old


def luhn(siren: str) -> bool:
    digits = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(siren))]
    return len(siren) == 9 and sum(digit // 10 + digit % 10 for digit in digits) % 10 == 0


def test_the_header_says_what_the_table_is() -> None:
    assert gazetteer().header["territories"] == "Code officiel géographique, 1 January 2026"
    assert TABLE == "territories-2026.tsv.gz"


def table(name: str) -> list[Any]:
    return list(json.loads(gzip.decompress(reference("reference", "territory", f"{name}.json.gz").read_bytes())))


def rows(name: str) -> list[dict[str, str]]:
    text = gzip.decompress(reference("reference", "territory", f"{name}.csv.gz").read_bytes()).decode()
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.reference
def test_every_zone_of_the_reference_is_there() -> None:
    zones = {row["zone_id"].removeprefix("fr:"): row for row in rows("zones")}
    counts = Counter(row["level"] for row in zones.values())
    assert (counts["commune"], counts["epci"], counts["arrondissement-municipal"]) == (34969, 1266, 45)
    found: Counter[str] = Counter(territory.level for territory in gazetteer().territories())
    # Eight overseas collectivities are zones of both levels there, régions only here.
    assert found == {"commune": 34969 + 45, "epci": 1266, "departement": 101, "region": 26, "national": 1}
    for code, row in zones.items():
        territory = place(code.replace("arrondissement:", "commune:"))
        assert territory.name == row["name"]
        assert not row["siren"] or territory.siren == row["siren"]
        if row["level"] != "epci":
            assert territory.population == int(row["population"] or 0), code
        if row["level"] == "commune" and row["epci"]:
            assert territory.epci == row["epci"].removeprefix("fr:")


@pytest.mark.reference
@pytest.mark.parametrize("name", ["epci", "ept"])
def test_members_of_groups_are_those_of_the_reference(name: str) -> None:
    for group in table(name):
        found = place(f"epci:{group['code']}")
        assert (found.name, found.type) == (group["nom"], group["type"])
        # Ours is the sum of the members', of the census of one year later.
        assert found.population == pytest.approx(group["populationMunicipale"], rel=0.1)
        assert set(gazetteer().members(found.code)) == {f"commune:{member['code']}" for member in group["membres"]}


@pytest.mark.reference
def test_every_commune_that_was_merged_leads_to_where_it_went() -> None:
    """The last movement of INSEE that took a commune into another one, for each commune that is no more."""
    current = {item["code"] for item in table("communes") if item["type"] == "commune-actuelle"}
    last: dict[str, dict[str, str]] = {}
    for row in rows("mouvements-communes"):
        if row["MOD"] in MERGERS and row["TYPECOM_AP"] == "COM" and row["COM_AV"] not in current:
            last[row["COM_AV"]] = max(last.get(row["COM_AV"], row), row, key=lambda row: row["DATE_EFF"])
    assert len(last) > 4000
    found = {before: place(f"commune:{before}").code for before in last}
    expected = {before: place(f"commune:{row['COM_AP']}").code for before, row in last.items()}
    differing = {before: found[before] for before in last if found[before] != expected[before]}
    # Both were in a commune that has since been divided, and are now in another one.
    assert differing == {"60455": "commune:60694", "55273": "commune:55386"}


@pytest.mark.reference
def test_communes_merged_since_2019_resolve() -> None:
    current = {item["code"] for item in table("communes") if item["type"] == "commune-actuelle"}
    recent = [row for row in rows("mouvements-communes") if row["DATE_EFF"] >= "2019-01-02" and row["MOD"] == "32"]
    merged = {
        row["COM_AV"]: row["COM_AP"] for row in recent if row["COM_AV"] not in current and row["TYPECOM_AP"] == "COM"
    }
    assert merged
    for before, after in merged.items():
        assert place(f"commune:{before}").code == place(f"commune:{after}").code
    for row in recent:
        if row["TYPECOM_AP"] == "COM":
            assert place(f"commune:{row['COM_AP']}").code in codes(row["LIBELLE_AV"]), row
