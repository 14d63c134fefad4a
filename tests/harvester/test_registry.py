"""The portals as files: the built-in ones against the gold list, a folder of one's own, mistakes."""

import csv
from pathlib import Path

import pytest

from dcat.portal import Level, Notify, Occasion, Portal, Protocol
from harvester.errors import PortalFileError, UnknownPortal
from harvester.registry import SPOKEN, Registry, portal_yaml
from harvester.software import search_paths, search_url

GOLD = Path(__file__).parents[1] / "gold" / "portals.csv"

RENNES = """\
id: rennes-metropole
title: Rennes Métropole
level: epci
territories: ["epci:243500139"]
url: https://data.rennesmetropole.fr
"""


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def mistakes(folder: Path) -> tuple[tuple[str, str], ...]:
    with pytest.raises(PortalFileError) as refused:
        Registry.load(folder)
    return refused.value.problems


def test_the_built_in_portals_are_those_of_the_gold_list() -> None:
    with GOLD.open(encoding="utf-8", newline="") as lines:
        gold = {
            row["portal_id"]: (
                row["title"],
                row["url"],
                row["level"],
                tuple(row["territories"].split("|")),
                row["software"],
            )
            for row in csv.DictReader(lines)
        }
    found = {
        portal.id: (portal.title, portal.url, portal.level.value, portal.territories, portal.software)
        for portal in Registry.load()
    }
    assert len(found) == 45
    assert found == gold


def test_no_built_in_portal_claims_to_have_been_verified() -> None:
    portals = Registry.load()
    assert not any(portal.verified or portal.sample for portal in portals)
    assert all(portal.endpoint for portal in portals if portal.protocol is not Protocol.UNKNOWN)


@pytest.mark.parametrize(
    ("portal", "protocol", "endpoint"),
    [
        ("nantes-metropole", "ods", "https://data.nantesmetropole.fr/api/explore/v2.1"),
        ("grenoble-metropole", "ckan", "https://data.metropolegrenoble.fr/api/3/action"),
        ("nice-cote-azur", "ckan", "https://opendata.nicecotedazur.org/data/api/3/action"),
        ("data-gouv-fr", "udata", "https://www.data.gouv.fr/api/1"),
        ("grandlyon", "csw", "https://download.data.grandlyon.com/catalogue/srv/fre/csw"),
        ("montpellier", "data-json", "https://data.montpellier3m.fr/data.json"),
        ("nord", "unknown", ""),
    ],
)
def test_protocols_and_endpoints(portal: str, protocol: str, endpoint: str) -> None:
    found = Registry.load().get(portal)
    assert (found.protocol, found.endpoint) == (protocol, endpoint)


def test_a_portal_without_a_spider_is_listed_and_not_harvestable() -> None:
    registry = Registry.load()
    harvestable = {portal.id for portal in registry.harvestable()}
    assert {"rennes-metropole", "data-gouv-fr", "datasud", "grandlyon", "mel", "geobretagne"} <= harvestable
    assert {"montpellier", "data-hauts-de-france"} <= harvestable
    assert not {"nord", "agen"} & harvestable
    assert all(portal.protocol in SPOKEN for portal in registry.harvestable())
    assert [portal.id for portal in registry] == sorted(registry.portals)


def test_an_unknown_name_brings_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownPortal) as refused:
        Registry.load().get("renne-metropole")
    assert refused.value.suggestions[0] == "rennes-metropole"
    assert "Vouliez-vous dire : rennes-metropole" in refused.value.message("fr")
    assert "Did you mean: rennes-metropole" in refused.value.message("en")
    with pytest.raises(UnknownPortal) as alone:
        Registry.load(tmp_path, builtin=False).get("rennes")
    assert alone.value.suggestions == ()


def test_a_file_with_five_fields_gets_every_default(tmp_path: Path) -> None:
    write(tmp_path, "rennes.yml", RENNES)
    portal = Registry.load(tmp_path, builtin=False).get("rennes-metropole")
    url = "https://data.rennesmetropole.fr"
    expected = Portal("rennes-metropole", "Rennes Métropole", Level.EPCI, ("epci:243500139",), url, mutualised=True)
    assert portal == expected


EXAMPLE = """\
protocol: ods
endpoint: https://data.rennesmetropole.fr/api/explore/v2.1
search_url: "https://data.rennesmetropole.fr/explore/?q={query}"
mutualised: false
publishers: {"Ville de Rennes": "fr:commune:35238"}
themes: {"Mobilité, Transport": TRAN}
hosts: [RennesMetropole.opendatasoft.com]
exclude: ["slug-of-a-dataset"]
verified: false
schedule: "0 3 * * *"
politeness: {delay: 1, concurrency: 4}
expect: {datasets: {min: 100, max: 3000}}
language: fr
atom: ["https://data.rennesmetropole.fr/atom/service.xml"]
sample: true
"""


def test_the_example_of_the_documentation_is_read_as_written(tmp_path: Path) -> None:
    write(tmp_path, "rennes.yml", RENNES + EXAMPLE)
    portal = Registry.load(tmp_path).get("rennes-metropole")
    assert portal.publishers == {"Ville de Rennes": "commune:35238"}
    assert portal.themes == {"Mobilité, Transport": "TRAN"}
    assert portal.hosts == ("rennesmetropole.opendatasoft.com",)
    assert portal.atom == ("https://data.rennesmetropole.fr/atom/service.xml",)
    assert portal.search_page("arbres à Rennes") == "https://data.rennesmetropole.fr/explore/?q=arbres+%C3%A0+Rennes"
    assert (portal.mutualised, portal.sample, portal.politeness.delay, portal.expect.min) == (False, True, 1.0, 100)


def test_a_folder_adds_replaces_and_disables(tmp_path: Path) -> None:
    write(tmp_path, "rennes.yml", RENNES.replace("Rennes Métropole", "Rennes autrement"))
    write(tmp_path, "nord.yaml", "id: nord\nenabled: false\n")
    write(tmp_path, "mine.yml", RENNES.replace("rennes-metropole", "mine") + "enabled: true\n")
    write(tmp_path, "notes.txt", "not a portal")
    registry = Registry.load(tmp_path)
    assert registry.get("rennes-metropole").title == "Rennes autrement"
    assert "nord" not in registry.portals
    assert "mine" in registry.portals
    assert len(registry) == 45


@pytest.mark.parametrize("portal", list(Registry.load()), ids=lambda portal: portal.id)
def test_a_portal_written_as_a_file_reads_back(portal: Portal, tmp_path: Path) -> None:
    write(tmp_path, "portal.yml", portal_yaml(portal))
    assert list(Registry.load(tmp_path, builtin=False)) == [portal]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("level: ville", ["rennes.yml:3", "level", "ville", "commune, epci, departement, region, national"]),
        ("territories: []", ["rennes.yml:4", "territories"]),
        ('territories: ["commune:99999"]', ["rennes.yml:4", "territories.0", "commune:99999", "epci:243500139"]),
        ('territories: "epci:243500139"', ["rennes.yml:4", "territories", "[a, b]"]),
        ("url: data.rennesmetropole.fr", ["rennes.yml:5", "url", "http(s)"]),
        ("url: ftp://data.rennesmetropole.fr", ["rennes.yml:5", "url", "http(s)"]),
        ("protocol: soap", ["rennes.yml:6", "protocol", "soap", "dcat, ods, ckan, udata", "unknown"]),
        ("search_url: https://data.example.fr/search", ["search_url", "{query}"]),
        ("mutualised: oui", ["mutualised", "oui", "true, false"]),
        ('publishers: {"Ville": "commune:1"}', ["publishers.Ville", "commune:1"]),
        ("themes: {a: TRANSPORT}", ["themes.a", "TRANSPORT", "TRAN"]),
        ("hosts: [https://x.example]", ["hosts.0", "https://x.example"]),
        ("schedule: every day", ["schedule", "0 3 * * *"]),
        ('schedule: "0 25 * * *"', ["schedule", "0 25 * * *"]),
        ("politeness: {delay: -1}", ["politeness.delay", "-1", "0"]),
        ("politeness: {concurrency: 1000}", ["politeness.concurrency", "16"]),
        ("expect: {datasets: {min: few}}", ["expect.datasets.min", "few"]),
        ("language: français", ["language", "français"]),
        ("id: Rennes", ["rennes.yml:1", "id", "Rennes"]),
        ("id: 35", ["rennes.yml:1", "id"]),
        ("colour: blue", ["rennes.yml:6", "colour", "search_url"]),
        ("title:", ["rennes.yml:2", "title"]),
    ],
)
def test_a_mistake_names_file_line_field_and_what_is_allowed(tmp_path: Path, line: str, words: list[str]) -> None:
    field = line.partition(":")[0]
    kept = [line if given.startswith(f"{field}:") else given for given in RENNES.splitlines()]
    write(tmp_path, "rennes.yml", "\n".join(kept if line in kept else [*kept, line]))
    problems = mistakes(tmp_path)
    assert len(problems) == 1
    for sentence in problems[0]:
        assert all(word in sentence for word in words), sentence
    assert problems[0][0] != problems[0][1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("id: a\ntitle: [never closed", "bad.yml:2"),
        ("id: a\n\ttitle: tab", "bad.yml:2"),
        ("- a list\n- of words", "bad.yml"),
        ("", "bad.yml"),
        ("id: a\nid: b\n", "bad.yml:2"),
        ("!!python/object:os.system {}", "bad.yml"),
    ],
)
def test_bad_yaml_names_file_and_line(tmp_path: Path, text: str, place: str) -> None:
    write(tmp_path, "bad.yml", text)
    assert [place in french and place in english for french, english in mistakes(tmp_path)] == [True]


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", "id: a\nlevel: ville\n")
    write(tmp_path, "b.yml", "[")
    (tmp_path / "c.yml").write_bytes(b"id: caf\xe9")
    write(tmp_path, "d.yml", RENNES)
    write(tmp_path, "e.yml", RENNES)
    told = "\n".join(english for _, english in mistakes(tmp_path))
    assert all(f"{name}.yml" in told for name in "abcde")
    assert "title" in told


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in mistakes(tmp_path / "nowhere")[0][0]


def test_search_pages_follow_from_the_software_unless_a_file_says_otherwise() -> None:
    registry = Registry.load()
    assert registry.get("angers").search_page("bus") == "https://data.angers.fr/explore/?q=bus"
    assert registry.get("datasud").search_page("bus") == "https://trouver.datasud.fr/dataset?q=bus"
    assert registry.get("data-gouv-fr").search_page("bus") == "https://www.data.gouv.fr/search?q=bus"
    assert registry.get("nord").search_page("bus") == "https://opendata.lenord.fr"
    assert search_url("GeoNetwork + custom", "https://data.grandlyon.com") == ""
    assert all(path.startswith("/") and path.count("{query}") == 1 for path in search_paths().values())


@pytest.mark.parametrize(
    ("protocol", "politeness", "delay"),
    [("ods", "", 0.5), ("schema-org", "", 1.0), ("schema-org", "politeness: {delay: 3}\n", 3.0)],
)
def test_a_portal_that_is_read_page_by_page_is_asked_once_a_second(
    tmp_path: Path, protocol: str, politeness: str, delay: float
) -> None:
    write(tmp_path, "rennes.yml", f"{RENNES}protocol: {protocol}\n{politeness}")
    portal = Registry.load(tmp_path, builtin=False).get("rennes-metropole")
    assert portal.politeness.delay == delay
    write(tmp_path, "rennes.yml", portal_yaml(portal))
    assert Registry.load(tmp_path, builtin=False).get("rennes-metropole") == portal


def test_who_is_told_of_a_portal(tmp_path: Path) -> None:
    """Without quotes, ``on`` is true to YAML 1.1."""
    told = "notify: {email: [sig@rennes.example], webhook: ['https://hook.example/x'], on: [failed, held]}\n"
    write(tmp_path, "rennes.yml", RENNES + told)
    portal = Registry.load(tmp_path).get("rennes-metropole")
    assert portal.notify == Notify(
        ("sig@rennes.example",), ("https://hook.example/x",), (Occasion.FAILED, Occasion.HELD)
    )
    write(tmp_path, "rennes.yml", portal_yaml(portal))
    assert Registry.load(tmp_path).get("rennes-metropole") == portal


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("{email: [sig]}", "nom@domaine.fr"),
        ("{webhook: [hook]}", "http(s)"),
        ("{on: [always]}", "failed, held, fall"),
        ("{sms: [0612345678]}", "notify.sms"),
        ("me", "table"),
    ],
)
def test_a_mistake_in_who_is_told(tmp_path: Path, told: str, words: str) -> None:
    write(tmp_path, "rennes.yml", f"{RENNES}notify: {told}\n")
    ((french, _),) = mistakes(tmp_path)
    assert words in french
    assert "notify" in french
