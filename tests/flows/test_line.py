"""From portal bytes to HTTP answers: the sample federation, harvested by the real spiders, asked over every route."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import BaseModel

from api.schemas import datasets, decisions, explain, health, portals, publishers, resolve, routing, runs, search
from api.schemas.problem import ProblemBody
from dcat.authority import table
from dcat.territory import gazetteer
from harvester.registry import Registry
from tests.installation import Installation

Json = dict[str, Any]

FACETS = {"theme", "publisher", "portal", "format", "licence", "access", "language", "level", "territory"}


@pytest.fixture(scope="session")
def everything(client: httpx.Client) -> list[Json]:
    """Every dataset as a search result, page after page."""
    return list(pages(client, "/api/search?page_size=100&sort=title"))


def pages(client: httpx.Client, path: str) -> Iterator[Json]:
    following: str | None = path
    while following:
        answer = client.get(following).json()
        yield from answer["results"]
        following = answer["next"]


def get(client: httpx.Client, path: str, **parameters: Any) -> Json:
    """A 200 of JSON."""
    answer = client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def refused(client: httpx.Client, path: str, **parameters: Any) -> Json:
    """A problem (RFC 9457); the caller looks at its status."""
    answer = client.get(path, params=parameters)
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    ProblemBody.model_validate(answer.json(), strict=True)
    found: Json = answer.json()
    assert found["status"] == answer.status_code
    return found


def test_every_portal_was_harvested(installation: Installation) -> None:
    assert len(installation.ended) == 45
    assert {event.report["status"] for event in installation.ended if event.report} == {"ok"}


SHAPES = (datasets, decisions, explain, health, portals, publishers, resolve, routing, runs, search)


def shape_of(name: str) -> type[BaseModel]:
    """The schema of this name, wherever it stands."""
    (found,) = {getattr(module, name) for module in SHAPES if hasattr(module, name)}
    return cast("type[BaseModel]", found)


def operations(client: httpx.Client) -> list[tuple[str, type[BaseModel]]]:
    """Every GET of JSON, with a question that it can answer, and the schema that it declares."""
    dataset = get(client, "/api/search", page_size=1)["results"][0]["id"]
    shared = next(one for one in get(client, "/api/search", page_size=100)["results"] if len(one["copies"]) > 1)
    publisher = get(client, f"/api/datasets/{dataset}")["publisher_id"]
    asked = {
        "/api/search": "?q=bus+rennes",
        "/api/route": "?q=bus+rennes",
        "/api/resolve": f"?identifier={dataset}",
        "/api/explain": "?a={}&b={}".format(*(copy["record"] for copy in shared["copies"])),
    }
    document = get(client, "/openapi.json")
    found = []
    for path, methods in document["paths"].items():
        asking = methods.get("get", {})
        content = asking.get("responses", {}).get("200", {}).get("content", {})
        if "application/json" in content and "security" not in asking:
            model = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
            address = path.format(identity=dataset, portal="mel", publisher=publisher, run=1) + asked.get(path, "")
            found.append((address, shape_of(model)))
    return found


def test_every_answer_is_what_openapi_declares(client: httpx.Client) -> None:
    found = operations(client)
    assert len(found) == 17
    for address, model in found:
        model.model_validate_json(client.get(address).content, strict=True)


# Search


def test_a_search_carries_the_route_results_and_facets(client: httpx.Client) -> None:
    found = get(client, "/api/search", q="horaires bus rennes")
    assert found["route"]["routes"][0]["portal"] == "rennes-metropole"
    assert found["route"]["territories"][0]["code"] == "commune:35238"
    assert set(found["facets"]) == FACETS
    assert found["total"] >= len(found["results"]) > 0
    assert "bus" in found["results"][0]["title"].lower()
    assert found["results"][0]["copies"]
    assert {"title", "description"} & {reason["step"] for reason in found["results"][0]["why"]}


def test_pages_hold_every_dataset_once(
    client: httpx.Client, everything: list[Json], installation: Installation
) -> None:
    ids = [result["id"] for result in everything]
    assert len(ids) == len(set(ids)) == installation.services.catalogue.count()


def test_every_record_is_a_copy_of_one_dataset(everything: list[Json], installation: Installation) -> None:
    records = sorted(copy["record"] for result in everything for copy in result["copies"])
    assert records == sorted(record.id for record in installation.services.archive.records())


def test_a_page_beyond_the_end_is_empty(client: httpx.Client) -> None:
    found = get(client, "/api/search", page=1_000_000, page_size=100)
    assert (found["results"], found["next"]) == ([], None)
    assert found["total"] > 0


@pytest.mark.parametrize(
    "name", ["theme", "publisher", "portal", "format", "licence", "level", "language", "territory"]
)
def test_a_facet_says_what_its_filter_gives(client: httpx.Client, name: str) -> None:
    value = get(client, "/api/search")["facets"][name][0]
    assert value["label"]
    assert value["selected"] is False
    found = get(client, "/api/search", **{name: value["value"]}, page_size=1)
    if name == "territory":  # the filter also takes what lies inside
        assert found["total"] >= value["count"]
    else:
        assert found["total"] == value["count"]
    selected = [item for item in found["facets"][name] if item["selected"]]
    assert [item["value"] for item in selected] == [value["value"]]


def test_results_have_what_the_filters_ask(client: httpx.Client) -> None:
    for result in get(client, "/api/search", theme="tran", format="CSV", level="epci")["results"]:
        assert "TRAN" in result["themes"]
        assert "CSV" in result["formats"]
        assert result["level"] == "epci"


def test_values_of_one_filter_add_up_and_filters_narrow(client: httpx.Client) -> None:
    totals = {level: get(client, "/api/search", level=level)["total"] for level in ("epci", "commune")}
    both = client.get("/api/search?level=epci&level=commune").json()
    assert both["total"] == sum(totals.values())
    narrower = client.get("/api/search?level=epci&level=commune&theme=TRAN").json()
    assert 0 < narrower["total"] < both["total"]


def test_a_territory_filter_takes_what_lies_inside(client: httpx.Client, everything: list[Json]) -> None:
    brittany = get(client, "/api/search", territory="region:53", page_size=100)
    assert {result["territory"] for result in brittany["results"]} >= {"region:53", "epci:243500139"}
    by_name = get(client, "/api/search", territory="Bretagne")
    by_prefix = get(client, "/api/search", territory="fr:region:53")
    assert brittany["total"] == by_name["total"] == by_prefix["total"] < len(everything)


def test_modified_since_keeps_what_changed_since(client: httpx.Client, everything: list[Json]) -> None:
    day = "2024-06-01"
    found = get(client, "/api/search", modified_since=day, sort="modified", page_size=100)
    assert found["total"] == sum(result["modified"][:10] >= day for result in everything) > 0
    dates = [result["modified"][:10] for result in found["results"]]
    assert dates == sorted(dates, reverse=True)
    assert dates[-1] >= day


def test_titles_are_sorted_as_people_read_them(everything: list[Json]) -> None:
    first, last = everything[0]["title"].lower(), everything[-1]["title"].lower()
    assert (first[0], last[0]) < ("c", "s") or first < last


def test_a_place_raises_its_own_datasets(client: httpx.Client, everything: list[Json]) -> None:
    """Of the bodies that publish their bicycle stations, the one that is named comes first."""
    wanted = {result["territory"] for result in everything if "stations de vélos" in result["title"].lower()}
    named = [place for code in wanted if (place := gazetteer().get(code)) and place.level == "epci"]
    assert len(named) > 1
    for place in named:
        first = get(client, "/api/search", q=f"stations de vélos {place.name}")["results"][0]
        assert first["territory"] == place.code, (place.name, first["title"])


def test_the_answer_speaks_the_language_asked(client: httpx.Client) -> None:
    french, english = (get(client, "/api/search", q="bus rennes", lang=lang) for lang in ("fr", "en"))
    assert (french["route"]["language"], english["route"]["language"]) == ("fr", "en")
    assert french["results"][0]["why"][0]["text"] != english["results"][0]["why"][0]["text"]


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ({"territory": "commune:99999"}, "departement:35"),
        ({"territory": "pays des merveilles"}, "code postal"),
        ({"theme": "BOATS"}, "TRAN"),
        ({"level": "canton"}, "commune, departement, epci, national, region"),
        ({"portal": "atlantis"}, "rennes-metropole"),
        ({"language": "klingon"}, "FRA"),
        ({"access": "maybe"}, "PUBLIC"),
        ({"modified_since": "hier"}, "2025-12-31"),
        ({"page": 0}, "page"),
        ({"page_size": 101}, "100"),
        ({"sort": "luck"}, "relevance"),
        ({"lang": "de"}, "fr"),
        ({"q": "a" * 10_001}, "10000"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_told_what_is_allowed(client: httpx.Client, parameters: Json, told: str) -> None:
    problem = refused(client, "/api/search", **parameters)
    assert (problem["status"], problem["code"]) == (400, "bad-request")
    assert told in problem["detail"]
    assert next(iter(parameters)) in problem["detail"].replace("Territoire", "territory")


@pytest.mark.parametrize(
    "q", ["", " ", "?!", "a" * 10_000, "bus " * 2_500, "\u0000", "🚌", '"(AND OR NOT)*~^:', "le la les"]
)
def test_any_text_is_answered(client: httpx.Client, q: str) -> None:
    for path in ("/api/search", "/api/route", "/search"):
        assert client.get(path, params={"q": q, "territory": "rennes"}).status_code == 200


# Routing


def test_a_route_says_everything_that_is_promised(client: httpx.Client) -> None:
    answer = get(client, "/api/route", q="horaires bus rennes")
    assert (answer["query"], answer["language"], answer["answer_type"]) == ("horaires bus rennes", "fr", "single")
    first = answer["routes"][0]
    assert first["search_url"] == "https://data.rennesmetropole.fr/explore/?q=horaires+bus"
    assert (first["level"], first["territory"]) == ("epci", "epci:243500139")
    assert first["coverage"] == "known"
    assert isinstance(first["datasets"], int)
    steps = [reason["step"] for reason in first["reasons"]]
    assert {"place", "competence", "level"} <= set(steps)
    assert all(reason["text"] for reason in first["reasons"])


def test_nothing_read_gives_empty_arrays(client: httpx.Client) -> None:
    answer = get(client, "/api/route", q="xyzzy")
    assert (answer["territories"], answer["competences"]) == ([], [])
    assert answer["routes"]


def test_the_limit_is_kept(client: httpx.Client) -> None:
    assert len(get(client, "/api/route", q="bus rennes", limit=1)["routes"]) == 1


def test_many_questions_are_answered_as_one_by_one(client: httpx.Client) -> None:
    questions = [
        {"q": "horaires bus rennes"},
        {"q": "budget", "territory": "departement:38"},
        {"q": "", "theme": "TRAN"},
    ]
    answer = client.post("/api/route", json={"questions": questions, "lang": "en"})
    routing.RouteBatchAnswer.model_validate_json(answer.content, strict=True)
    singly = [get(client, "/api/route", lang="en", **question) for question in questions]
    assert answer.json() == {"results": singly}


@pytest.mark.parametrize("questions", [[], [{"q": "bus"}] * 101, [{"q": "bus", "territory": "commune:99999"}]], ids=len)
def test_a_wrong_batch_is_refused(client: httpx.Client, questions: list[Json]) -> None:
    answer = client.post("/api/route", json={"questions": questions})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "q", ["horaires bus rennes", "https://evil.example/", "//evil.example", "budget agen", "", "\r\nX: y"]
)
def test_go_leads_only_to_registered_portals(client: httpx.Client, q: str) -> None:
    answer = client.get("/go", params={"q": q})
    assert answer.status_code == 303
    hosts = {urlsplit(portal.url).netloc for portal in Registry.load()}
    hosts |= {urlsplit(portal.search_page("x")).netloc for portal in Registry.load()}
    assert urlsplit(answer.headers["location"]).netloc in hosts


def test_go_takes_the_question_along(client: httpx.Client) -> None:
    location = client.get("/go", params={"q": "horaires bus rennes"}).headers["location"]
    assert parse_qs(urlsplit(location).query) == {"q": ["horaires bus"]}


# Datasets and links


def published_twice(everything: list[Json]) -> Json:
    return next(result for result in everything if len({copy["portal"] for copy in result["copies"]}) > 1)


def test_a_dataset_is_found_by_any_of_its_names(
    client: httpx.Client, everything: list[Json], installation: Installation
) -> None:
    result = published_twice(everything)
    record = installation.services.archive.record(result["copies"][0]["record"])
    assert record is not None
    names: list[Json] = [{"identifier": result["id"]}, {"identifier": record.dataset.iri}]
    names += [{"identifier": copy["record"]} for copy in result["copies"]]
    names += [{"url": copy["url"]} for copy in result["copies"]]
    for name in (name for name in names if all(name.values())):
        found = get(client, "/api/resolve", **name)
        assert found["dataset"] == result["id"], name
        assert found["authoritative"] == result["copies"][0]
        assert found["copies"] == [found["authoritative"], *found["others"]] == result["copies"]
        assert found["why"]


def test_an_unknown_link_is_not_found(client: httpx.Client) -> None:
    assert refused(client, "/api/resolve", url="https://example.org/x")["status"] == 404
    assert refused(client, "/api/resolve")["status"] == 400
    assert refused(client, "/api/resolve", url="https://a.example/", identifier="b")["status"] == 400


def test_one_dataset(client: httpx.Client, everything: list[Json]) -> None:
    result = published_twice(everything)
    found = get(client, f"/api/datasets/{result['id']}")
    for name in ("id", "title", "portal", "level", "territory", "themes", "licence", "formats", "modified", "url"):
        assert found[name] == result[name]
    assert [{key: copy[key] for key in ("record", "portal", "url")} for copy in found["copies"]] == result["copies"]
    assert [copy["elected"] for copy in found["copies"]] == [True] + [False] * (len(found["copies"]) - 1)
    assert found["description"]["distributions"]
    assert get(client, f"/api/datasets/{result['id']}", lang="en")["why"] != found["why"]


def test_an_unknown_dataset_is_not_found(client: httpx.Client) -> None:
    assert refused(client, "/api/datasets/0000000000000000")["status"] == 404
    page = client.get("/datasets/0000000000000000", headers={"Accept": "text/html", "Accept-Language": "en"})
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "No dataset has the id" in page.text


# Portals and runs


def test_every_portal_is_listed_with_what_is_known_of_it(client: httpx.Client, installation: Installation) -> None:
    portals = list(pages(client, "/api/portals?page_size=20"))
    assert [portal["id"] for portal in portals] == sorted(portal.id for portal in Registry.load())
    assert {portal["id"]: portal["records"] for portal in portals} == installation.services.archive.counts_by_portal()
    mel = get(client, "/api/portals/mel")
    assert {name: mel[name] for name in portals[0]} == next(portal for portal in portals if portal["id"] == "mel")
    assert mel.keys() - portals[0].keys() == {"republishers", "loops"}
    problem = refused(client, "/api/portals/rennes-metropol")
    assert problem["status"] == 404
    assert "rennes-metropole" in problem["detail"]


def test_every_run_adds_up(client: httpx.Client) -> None:
    runs = list(pages(client, "/api/runs?page_size=20"))
    assert [run["run"] for run in runs] == list(range(45, 0, -1))
    for run in runs:
        counts = run["counts"]
        assert counts["received"] == counts["accepted"] + counts["rejected"] + counts["merged"]
        assert counts["accepted"] == counts["added"] + counts["updated"] + counts["unchanged"]
        assert counts["repaired"] <= counts["accepted"]
        assert run == get(client, f"/api/runs/{run['run']}")
    assert [run["portal"] for run in get(client, "/api/runs", portal="mel")["results"]] == ["mel"]
    assert refused(client, "/api/runs", portal="nowhere")["status"] == 404


@pytest.mark.parametrize(("run", "status"), [("999", 404), ("0", 400), (str(2**63), 400), ("x", 400)])
def test_a_run_that_does_not_exist(client: httpx.Client, run: str, status: int) -> None:
    for path in ("", "/findings", "/findings?format=csv", "/changes"):
        assert client.get(f"/api/runs/{run}{path}").status_code == status


def test_findings_in_json_and_csv(client: httpx.Client) -> None:
    run = next(run for run in pages(client, "/api/runs") if run["findings"])
    found = list(pages(client, f"/api/runs/{run['run']}/findings"))
    assert len(found) == sum(finding["count"] for finding in run["findings"])
    assert all(finding["label"] and finding["remedy"] for finding in found)
    rule = found[0]["rule"]
    only = get(client, f"/api/runs/{run['run']}/findings", rule=rule, lang="en")
    assert {finding["rule"] for finding in only["results"]} == {rule}
    assert only["results"][0]["remedy"] != found[0]["remedy"]
    answer = client.get(f"/api/runs/{run['run']}/findings?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["rule"] for row in rows] == [finding["rule"] for finding in found]
    assert rows[0]["remedy_fr"] == found[0]["remedy"]


# Operations, pages


def test_health(client: httpx.Client) -> None:
    assert get(client, "/health/live")["status"] == "ok"
    assert get(client, "/health/ready") == {"status": "ok", "checks": {"archive": "ok", "index": "ok"}}


@pytest.mark.parametrize(("lang", "word"), [("fr", "Le portail compétent"), ("en", "The competent portal")])
def test_pages_speak_both_languages(client: httpx.Client, everything: list[Json], lang: str, word: str) -> None:
    dataset = published_twice(everything)["id"]
    addresses = ("/?", "/search?q=bus+rennes&", f"/datasets/{dataset}?", "/portals?", "/nowhere?")
    shown = [client.get(f"{address}lang={lang}", headers={"Accept": "text/html"}) for address in addresses]
    assert [page.status_code for page in shown] == [200, 200, 200, 200, 404]
    for page in shown:
        assert f'<html lang="{lang}">' in page.text
        assert set(re.findall("<script[^>]*>", page.text)) <= {
            '<script type="application/ld+json">',  # data: does not run
            '<script src="/static/suggest.js" defer>',
        }
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert word in shown[1].text
    assert all(("Données d&#39;exemple" in page.text) is (lang == "fr") for page in shown[:4])


def test_any_origin_may_read_and_none_may_write(client: httpx.Client) -> None:
    answer = client.get("/api/route", params={"q": "bus"}, headers={"Origin": "https://other.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    preflight = {"Origin": "https://other.example", "Access-Control-Request-Method": "DELETE"}
    assert client.options("/api/route", headers=preflight).status_code == 400


def test_codes_of_facets_have_labels(client: httpx.Client) -> None:
    for value in get(client, "/api/search")["facets"]["theme"]:
        assert value["label"] == table("data-theme")[value["value"]].label_fr
