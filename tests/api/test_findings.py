"""Findings and moved records as they are handed out, over HTTP and as CSV."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.answers.findings import findings_csv, record_link
from api.keeper.indexing import follow
from api.services import Services
from api.settings import read_settings
from dcat.findings import finding, rules
from dcat.identity import record_id
from dcat.model import Dataset, Record, Text
from harvester.archive import Archive
from harvester.parsers.page import ParsedRecord
from harvester.review import every_finding
from tests.harvester.sources import NOON, catalogue, harvest, make_record, parsed
from tests.installation import served

BASE = "https://aiguillage.example"
LATER = NOON + timedelta(days=1)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=tmp_path, public_url=BASE))
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> Iterator[httpx.Client]:
    """Two runs: one record was renamed, one left, one came; licences were repaired but one."""
    unknown = {key: finding("licence-unknown", key, "dct:license", "Licence maison") for key in "abc"}
    harvest(services.archive, [parsed(key, "Arbres", unknown[key]) for key in "abc"] + catalogue(*"defgh"))
    met = [parsed("a", "Arbres", unknown["a"]), parsed("b", "Bancs"), *catalogue(*"defgh", "z")]
    harvest(services.archive, met, declared=8, now=LATER)
    follow(services)
    with served(services) as client:
        yield client


def read(client: httpx.Client, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_finding_says_what_it_means_and_where_to_go(client: httpx.Client, services: Services) -> None:
    (found,) = read(client, "/api/runs/2/findings")["results"]
    identity = services.catalogue.datasets_of([make_record("a").id])[make_record("a").id]
    assert found == {
        "rule": "licence-unknown",
        "severity": "warning",
        "record": "a",
        "record_title": "Arbres",
        "record_url": "https://data.example.fr/explore/dataset/a/",
        "dataset_url": f"{BASE}/datasets/{identity}",
        "place": "dct:license",
        "value": "Licence maison",
        "label": rules()["licence-unknown"].label_fr,
        "remedy": rules()["licence-unknown"].remedy_fr,
        "rule_url": f"{BASE}/rules/licence-unknown",
    }
    assert client.get(found["dataset_url"].removeprefix(BASE)).status_code == 200


def test_the_report_tells_the_difference(client: httpx.Client) -> None:
    difference = read(client, "/api/runs/2")["difference"]
    assert difference["run"] == 1
    assert difference["records"] == {"added": 1, "updated": 1, "deleted": 1, "back": 0}
    (licences,) = [change for change in difference["findings"] if change["rule"] == "licence-unknown"]
    assert (licences["before"], licences["count"], licences["gone"]) == (3, 1, 2)
    assert read(client, "/api/runs")["results"][0]["difference"] is None


def test_what_moved_is_listed_with_titles_and_links(client: httpx.Client) -> None:
    found = read(client, "/api/runs/2/changes")
    assert [(one["kind"], one["record"], one["title"]) for one in found["results"]] == [
        ("added", "z", "Arbres"),
        ("deleted", "c", "Arbres"),
        ("updated", "b", "Bancs"),
    ]
    assert [bool(one["dataset_url"]) for one in found["results"]] == [True, False, True]
    assert found["results"][1]["record_url"] == "https://data.example.fr/explore/dataset/c/"
    assert [one["record"] for one in read(client, "/api/runs/2/changes?kind=updated")["results"]] == ["b"]
    paged = read(client, "/api/runs/2/changes?page_size=2")
    assert (paged["total"], len(paged["results"])) == (3, 2)
    assert paged["next"].endswith("page_size=2&page=2")
    assert client.get("/api/runs/2/changes?kind=lost").status_code == 400
    assert client.get("/api/runs/99/changes").status_code == 404


def test_the_csv_tells_what_to_do_in_both_languages(services: Services) -> None:
    met = [
        parsed("jeu-1", "Arbres", finding("licence-unknown", "jeu-1", "dct:license", "Licence, maison\n2")),
        parsed("=cmd|'/c calc'!A1", "Arbres", finding("title-missing", "=cmd|'/c calc'!A1")),
    ]
    harvest(services.archive, met)
    lines = "".join(findings_csv(services, every_finding(services.archive, 1), BASE))
    first, second = csv.DictReader(io.StringIO(lines))
    wanted = ("rule", "severity", "record", "record_url", "place", "value")
    assert list(first)[:11] == [*wanted, "label_fr", "label_en", "remedy_fr", "remedy_en", "rule_url"]
    assert (first["record"], first["value"]) == ("jeu-1", "Licence, maison\n2")
    assert first["record_url"] == "https://data.example.fr/explore/dataset/jeu-1/"
    assert first["label_fr"] == rules()["licence-unknown"].label_fr
    assert first["remedy_en"] == rules()["licence-unknown"].remedy_en
    assert first["rule_url"] == f"{BASE}/rules/licence-unknown"
    assert second["record"] == "'=cmd|'/c calc'!A1"


def test_a_rule_that_was_renamed_since_is_still_handed_out(services: Services) -> None:
    harvest(services.archive, [parsed("a", "Arbres", finding("title-missing", "a"))])
    with services.archive.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE findings SET rule = 'old-rule'")
    with served(services) as client:
        assert read(client, "/api/runs/1/findings")["results"][0]["label"] == "old-rule"
        assert "old-rule,warning,a" in client.get("/api/runs/1/findings?format=csv").text


@pytest.mark.parametrize(
    ("key", "page", "iri", "link"),
    [
        ("a", "https://p.example/a", "https://i.example/a", "https://p.example/a"),
        ("a", "", "https://i.example/a", "https://i.example/a"),
        ("https://k.example/a", "", "urn:a", "https://k.example/a"),
        ("a", "javascript:alert(1)", "", ""),
    ],
)
def test_a_record_is_linked_by_the_best_address_known(key: str, page: str, iri: str, link: str) -> None:
    assert record_link(key, Record(f"p:{key}", "p", key, Dataset(iri=iri), page=page)) == link


def test_a_record_that_was_never_taken_is_linked_by_its_key_alone() -> None:
    assert record_link("https://k.example/a", None) == "https://k.example/a"
    assert record_link("a", None) == ""


def long_run(archive: Archive, count: int) -> None:
    """A run of so many findings of as many rules as it takes, each about a record of its own."""
    many = [rule for rule in rules() for _ in range(count // len(rules()) + 1)][:count]
    records: list[ParsedRecord] = []
    for number, rule in enumerate(many):
        key = f"jeu-{number}"
        dataset = Dataset(title=(Text(f"Arbres {number}", "fr"),), description=(Text(f"{number} " * 500, "fr"),))
        record = Record(record_id("rennes", key), "rennes", key, dataset)
        records.append(ParsedRecord(key, record, (finding(rule, key),)))
    harvest(archive, records, page_size=1000)


def peak_of_csv(services: Services, run: int) -> int:
    """The most bytes held while a run's findings are written."""
    tracemalloc.start()
    for _ in findings_csv(services, every_finding(services.archive, run), BASE):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_findings_of_a_csv(services: Services) -> None:
    for count in (1_000, 8_000):
        long_run(services.archive, count)
    _, small, large = (peak_of_csv(services, run) for run in (1, 1, 2))
    assert large < 1.5 * small
