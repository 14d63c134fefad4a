"""Decisions on the command line and over HTTP, on a harvested installation."""

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from httpx import Client

from api.keeper.indexing import follow
from api.services import Services
from api.settings import read_settings
from search.catalogue import DatasetView
from search.query import SearchRequest
from tests.api.commands import Command
from tests.installation import served

TOKEN = "un-jeton"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def services(sample: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=sample, admin_token=TOKEN))
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> Iterator[Client]:
    with served(services) as made:
        yield made


def shared(services: Services) -> DatasetView:
    """A dataset that several portals describe."""
    some = next(services.catalogue.shared_records(1))
    (view,) = services.catalogue.views(set(services.catalogue.datasets_of(some).values())).values()
    return view


def lonely(services: Services) -> tuple[str, str]:
    """Two datasets of one record each, by their ids."""
    found = services.catalogue.search(SearchRequest(page_size=100)).results
    one, other, *_ = (result.id for result in found if len(result.copies) == 1)
    return one, other


def together(services: Services, one: str, other: str) -> bool:
    datasets = services.catalogue.datasets_of([one, other])
    return datasets[one] == datasets[other]


def test_two_copies_are_parted_and_joined_again(command: Command, services: Services) -> None:
    view = shared(services)
    one, other = sorted(copy.record for copy in view.copies[:2])
    code, out, _ = command("decide", "different", one, other, "--reason", "autre jeu")
    assert (code, out) == (0, f"{one} et {other} sont des jeux de données différents\n")
    assert not together(services, one, other)
    said = command.json("decide", "undo", other, one, "--reason", "finalement non")
    assert (said["relation"], said["applied"], said["reason"]) == ("undo", True, "finalement non")
    assert together(services, one, other)
    assert [line["relation"] for line in command.json("decisions", "list")] == ["undo", "different"]


def test_what_is_decided_is_searched_at_once_and_survives_a_rebuild(command: Command, services: Services) -> None:
    one, other = lonely(services)
    before = services.catalogue.count()
    assert command("decide", "same", one, other, "--reason", "le même")[0] == 0
    assert services.catalogue.count() == before - 1
    told = command.json("dedupe", "--rebuild")
    assert (told["datasets"], told["decisions"], told["waiting"]) == (before - 1, 1, 0)


def test_records_are_named_by_record_dataset_page_and_iri(services: Services) -> None:
    view = shared(services)
    record = services.archive.record(view.document.record)
    assert record is not None
    for name in (view.document.id, view.document.record, view.document.url):
        assert services.catalogue.arbiter.named(name) == [record.id]
    iris = [one for one in services.archive.records() if one.dataset.iri.startswith("http")]
    assert services.catalogue.arbiter.named(iris[0].dataset.iri)


@pytest.mark.parametrize(("name", "said"), [("https://nulle.part/x", "Aucune fiche connue"), ("", "Aucune fiche")])
def test_an_unknown_name_is_told(command: Command, services: Services, name: str, said: str) -> None:
    code, _, err = command("decide", "same", name, shared(services).document.record, "--reason", "x")
    assert code == 2
    assert said in err


def test_the_same_record_twice_and_no_reason_are_told(command: Command, services: Services) -> None:
    record = shared(services).document.record
    assert "la même fiche" in command("decide", "same", record, record, "--reason", "x")[2]
    assert "Dites pourquoi" in command("decide", "same", record, lonely(services)[0], "--reason", " ")[2]
    assert command("decide", "cousin", record, record, "--reason", "x")[0] == 2


def test_there_may_be_nothing_to_undo(command: Command, services: Services) -> None:
    code, _, err = command("decide", "undo", *lonely(services), "--reason", "x")
    assert (code, "rien à défaire" in err) == (2, True)


def test_decisions_travel_as_lines(command: Command, services: Services, tmp_path: Path) -> None:
    one, other = lonely(services)
    command("decide", "part-of", one, other, "--reason", "extrait")
    file = tmp_path / "decisions.jsonl"
    assert command("decisions", "export", str(file))[0] == 0
    (line,) = file.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["relation"], kept["reason"], set(kept)) == (
        "part-of",
        "extrait",
        {"relation", "one", "other", "reason", "who", "when"},
    )
    assert "Lignes lues : 1 ; décisions nouvelles : 0" in command("decisions", "import", str(file))[2]
    unknown = {**kept, "one": "mel:" + "0" * 16, "relation": "same"}
    file.write_text(f"{json.dumps(unknown)}\n\n", encoding="utf-8")
    assert "Lignes lues : 1 ; décisions nouvelles : 1" in command("decisions", "import", str(file))[2]
    file.write_text(f'{json.dumps(kept)}\n{{"relation": "cousin"}}\n', encoding="utf-8")
    code, _, err = command("decisions", "import", str(file))
    assert (code, "Ligne 2 illisible" in err) == (2, True)


def body(services: Services, **changed: str) -> dict[str, str]:
    one, other = lonely(services)
    return {"relation": "same", "one": one, "other": other, "reason": "vu", **changed}


def test_a_decision_over_http_is_followed_by_the_keeper(client: Client, services: Services) -> None:
    asked = body(services, who="Camille")
    answer = client.post("/api/decisions", json=asked, headers=BEARER)
    assert (answer.status_code, answer.json()["applied"], answer.json()["who"]) == (200, False, "Camille")
    follow(services)  # what a keeper does every second
    assert together(services, answer.json()["one"], answer.json()["other"])
    kept = client.get("/api/decisions", headers=BEARER).json()
    assert (kept["total"], kept["results"][0]["applied"]) == (1, True)


def test_only_administrators_decide(client: Client, services: Services) -> None:
    assert client.post("/api/decisions", json=body(services)).status_code == 401
    assert client.get("/api/decisions").status_code == 401
    assert services.catalogue.arbiter.undecided() == 0


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"one": "https://nulle.part/x"}, 404), ({"relation": "cousin"}, 400), ({"reason": ""}, 400)],
)
def test_a_wrong_decision_is_refused(client: Client, services: Services, changed: dict[str, str], status: int) -> None:
    answer = client.post("/api/decisions", json=body(services, **changed), headers=BEARER)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert services.catalogue.arbiter.undecided() == 0


def test_why_two_copies_are_one_is_told_in_text_and_json(command: Command, services: Services) -> None:
    one, other = (copy.record for copy in shared(services).copies[:2])
    code, out, _ = command("explain", one, other)
    assert code == 0
    assert "Un même jeu de données" in out
    assert one in out
    told = command.json("explain", one, other)
    assert (told["together"], told["one"]["dataset"]) == (True, told["other"]["dataset"])
    assert told["steps"][-1]["total"] == told["score"]


def test_the_page_tells_why_and_how_to_decide_otherwise(client: Client, services: Services) -> None:
    one, other = (copy.record for copy in shared(services).copies[:2])
    page = client.get("/explain", params={"a": one, "b": other})
    assert page.status_code == 200
    for said in ("Un même jeu de données", "aiguillage decide different", "/api/decisions"):
        assert said in page.text
    english = client.get("/explain", params={"a": one, "b": other, "lang": "en"}).text
    assert "One dataset" in english
    assert client.get("/api/explain", params={"a": one, "b": other}).json()["together"] is True


def test_a_wrong_name_is_told_on_the_page_and_the_form_stays(client: Client) -> None:
    page = client.get("/explain", params={"a": "https://nulle.part/x", "b": "rien"})
    assert (page.status_code, "Aucune fiche connue sous" in page.text, 'name="a"' in page.text) == (404, True, True)
    assert client.get("/explain").status_code == 200


def test_a_reason_is_shown_and_who_decided_is_not(client: Client, services: Services, command: Command) -> None:
    one, other = (copy.record for copy in shared(services).copies[:2])
    asked = {"relation": "different", "one": one, "other": other, "reason": "autre millésime", "who": "Camille"}
    assert client.post("/api/decisions", json=asked, headers=BEARER).status_code == 200
    follow(services)
    page = client.get("/explain", params={"a": one, "b": other}).text
    assert "autre millésime" in page
    assert "quelqu&#39;un en a décidé ainsi" in page or "quelqu'un en a décidé ainsi" in page
    assert "Camille" not in page + client.get("/api/explain", params={"a": one, "b": other}).text
    assert command.json("decisions", "list")[0]["who"] == "Camille"


def test_the_queue_is_the_same_on_the_page_in_json_and_on_the_command_line(client: Client, command: Command) -> None:
    told = client.get("/api/review", params={"page_size": 100}).json()
    assert told["total"] == len(told["results"]) == len(command.json("review", "--most", "1000")["results"])
    page = client.get("/review").text
    for doubt in told["results"][:3]:
        assert f"a={doubt['one']['record']}" in page


def test_a_link_pasted_in_the_search_box_leads_to_its_dataset(client: Client, services: Services) -> None:
    view = shared(services)
    for asked in [view.document.id, *(copy.record for copy in view.copies), *(copy.url for copy in view.copies)]:
        answer = client.get("/search", params={"q": asked, "lang": "fr"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/datasets/{view.document.id}?lang=fr")
    page = client.get(f"/datasets/{view.document.id}").text
    assert all(f"b={copy.record}" in page for copy in view.copies[1:]), "each other copy can be asked about"


def test_an_unknown_link_in_the_search_box_is_told(client: Client) -> None:
    page = client.get("/search", params={"q": "https://nulle.part/jeu/1"})
    assert (page.status_code, "Aucun jeu de données connu sous" in page.text) == (404, True)
    assert client.get("/search", params={"q": "horaires de bus"}).status_code == 200


def test_a_part_is_linked_on_the_page_in_json_and_in_the_feed(
    client: Client, services: Services, command: Command
) -> None:
    part, whole = lonely(services)
    assert command("decide", "part-of", part, whole, "--reason", "extrait")[0] == 0
    about = client.get(f"/api/datasets/{part}").json()["related"]
    assert ("part-of", whole) in [(one["relation"], one["dataset"]) for one in about]
    assert ("has-part", part) in [
        (one["relation"], one["dataset"]) for one in client.get(f"/api/datasets/{whole}").json()["related"]
    ]
    page = client.get(f"/datasets/{part}").text
    assert f'Partie de <a href="/datasets/{whole}?lang=fr">' in page
    asked = re.search(r'href="(/explain\?a=[^"]+)">pourquoi \?<', page)
    assert asked is not None
    assert "extrait" in client.get(unescape(asked[1])).text
    assert f'Part of <a href="/datasets/{whole}?lang=en">' in client.get(f"/datasets/{part}?lang=en").text
    triples = client.get(f"/datasets/{part}.nt").text
    assert f"<http://purl.org/dc/terms/isPartOf> <http://127.0.0.1:8000/datasets/{whole}> ." in triples
    command("decide", "undo", part, whole, "--reason", "non")
    assert "isPartOf> <http://127.0.0.1:8000/datasets/" not in client.get(f"/datasets/{part}.nt").text


def test_who_is_forgotten_is_forgotten_in_decisions_too(command: Command, services: Services, client: Client) -> None:
    asked = body(services, who="Camille Dupontel", reason="dit Camille Dupontel au téléphone")
    assert client.post("/api/decisions", json=asked, headers=BEARER).status_code == 200
    assert command("forget", "Camille Dupontel")[0] == 0
    (kept,) = command.json("decisions", "list")
    assert (kept["who"], kept["reason"], kept["relation"]) == ("", "dit … au téléphone", "same")
