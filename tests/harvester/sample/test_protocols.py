"""Each protocol behaves as its real portals do: limits, caps, totals, quotas, markers."""

from collections.abc import Iterator
from typing import Any

import httpx
import pyoxigraph
import pytest
import rdflib
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dcat.portal import Portal, Protocol
from harvester.sample.population import Population
from harvester.sample.record import SampleRecord
from harvester.sample.server import create_app
from harvester.sample.speakers import ods

from .conftest import SERVER, Ask, Crowded, asking, every_record, first_page

ODS = "/rennes-metropole/api/explore/v2.1/catalog"
CKAN = "/datasud/api/3/action"
UDATA = "/data-gouv-fr/api/1"
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
DCT = rdflib.Namespace("http://purl.org/dc/terms/")
FORMATS = {
    "ttl": pyoxigraph.RdfFormat.TURTLE,
    "rdf": pyoxigraph.RdfFormat.RDF_XML,
    "jsonld": pyoxigraph.RdfFormat.JSON_LD,
    "nt": pyoxigraph.RdfFormat.N_TRIPLES,
}


@pytest.fixture(scope="module")
def crowd(population: Population) -> Ask:
    return asking(create_app(Crowded(population, 12_345)))


def copies(population: Population, portal: str) -> Iterator[SampleRecord]:
    return (record for record in every_record(population) if record.portal == portal and record.origin)


# -- Opendatasoft ------------------------------------------------------------------------------------------------------


def test_ods_gives_ten_by_default_a_hundred_at_most_and_counts(crowd: Ask) -> None:
    assert len(crowd(f"{ODS}/datasets").json()["results"]) == 10
    page = crowd(f"{ODS}/datasets?limit=100&offset=200").json()
    assert page["total_count"] == 12_345
    assert len(page["results"]) == 100
    assert len(crowd(f"{ODS}/datasets?limit=-1").json()["results"]) == 100


@pytest.mark.parametrize("query", ["limit=101", "limit=-2", "limit=100&offset=9900", "offset=-1", "limit=dix"])
def test_ods_refuses_what_is_beyond_its_limits(crowd: Ask, query: str) -> None:
    answer = crowd(f"{ODS}/datasets?{query}")
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "message"}


def test_ods_serves_the_last_row_below_its_window(crowd: Ask) -> None:
    assert len(crowd(f"{ODS}/datasets?limit=99&offset=9900").json()["results"]) == 99


def test_ods_export_has_no_window(crowd: Ask) -> None:
    rows = crowd(f"{ODS}/exports/json").json()
    assert len(rows) == 12_345
    assert len(crowd(f"{ODS}/exports/json?limit=7&offset=12340").json()) == 5


def test_ods_tells_its_quota_and_refuses_beyond(population: Population, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ods, "DAILY_CALLS", 2)
    ask = asking(create_app(population))
    first = ask(f"{ODS}/datasets")
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("2", "1")
    assert first.headers["X-RateLimit-Reset"].endswith("00:00:00+00:00")
    ask(f"{ODS}/datasets")
    refused = ask(f"{ODS}/datasets")
    assert refused.status_code == 429
    assert refused.json()["call_limit"] == 2
    other = ask("/paris/api/explore/v2.1/catalog/datasets")
    assert other.status_code == 200


def test_ods_marks_what_is_federated_and_nulls_what_is_its_own(population: Population, ask: Ask) -> None:
    portal = "data-pays-de-la-loire"
    marked: dict[str, dict[str, Any]] = {}
    for offset in range(0, population.size(portal), 100):
        page = ask(f"/{portal}/api/explore/v2.1/catalog/datasets?limit=100&offset={offset}").json()
        marked |= {item["dataset_id"]: item["metas"]["default"] for item in page["results"]}
    federated = [metas for metas in marked.values() if metas["federated"]]
    assert federated
    for metas in federated:
        assert metas["source_domain_address"] in {sample.host for sample in population.portals.values()}
        assert metas["source_dataset"] in metas["references"]
    own = [metas for metas in marked.values() if not metas["references"]]
    assert all(metas["source_domain_address"] is None and metas["source_dataset"] is None for metas in own)
    assert all(metas["description"].startswith("<p>") for metas in marked.values())


def test_ods_filters_by_date_sorts_and_refuses_other_clauses(population: Population, ask: Ask) -> None:
    everything = ask(f"{ODS}/datasets?limit=100&order_by=modified desc").json()
    dates = [item["metas"]["default"]["modified"] for item in everything["results"]]
    assert dates == sorted(dates, reverse=True)
    since = ask(f"{ODS}/datasets?limit=100&where=modified >= date'2025-01-01'").json()
    assert 0 < since["total_count"] < everything["total_count"]
    assert ask(f"{ODS}/datasets?where=publisher like 'x'").json()["error_code"] == "ODSQLError"
    assert ask(f"{ODS}/datasets/inconnu").status_code == 404


# -- CKAN --------------------------------------------------------------------------------------------------------------


def test_ckan_clamps_rows_without_a_word(crowd: Ask) -> None:
    result = crowd(f"{CKAN}/package_search?rows=5000&start=0").json()
    assert result["success"] is True
    assert result["result"]["count"] == 12_345
    assert len(result["result"]["results"]) == 1_000
    assert len(crowd(f"{CKAN}/package_search").json()["result"]["results"]) == 10
    assert len(crowd(f"{CKAN}/package_search?rows=1000&start=12000").json()["result"]["results"]) == 345
    assert crowd(f"{CKAN}/package_search?rows=10&start=20000").json()["result"]["results"] == []
    assert len(crowd(f"{CKAN}/package_list").json()["result"]) == 1_000


def test_ckan_sorts(ask: Ask) -> None:
    for sort, field in {"id asc": "id", "metadata_modified asc": "metadata_modified"}.items():
        found = ask(f"{CKAN}/package_search", params={"rows": 80, "sort": sort}).json()["result"]["results"]
        values = [package[field] for package in found]
        assert values == sorted(values)
    assert ask(f"{CKAN}/package_search?sort=x").json()["success"] is False


def test_ckan_errors_are_json_with_success_false(ask: Ask) -> None:
    missing = ask(f"{CKAN}/package_show?id=inconnu")
    assert (missing.status_code, missing.json()["success"]) == (404, False)
    assert ask(f"{CKAN}/package_search?rows=dix").json()["success"] is False
    assert ask(f"{CKAN}/package_search?fq=organization:x").status_code == 400
    assert ask(f"{CKAN}/organization_purge").status_code == 400
    assert ask("/datasud/catalog.ttl").status_code == 404


def test_ckan_takes_post_and_the_usual_exclusions(population: Population, ask: Ask) -> None:
    answer = ask(f"{CKAN}/package_search", "POST", json={"rows": 5, "fq": "-type:harvest -type:showcase"})
    assert answer.json()["result"]["count"] == population.size("datasud")
    assert len(answer.json()["result"]["results"]) == 5


def test_ckan_copies_say_in_extras_where_they_come_from(population: Population, ask: Ask) -> None:
    copy = next(copies(population, "datasud"))
    package = ask(f"{CKAN}/package_show?id={copy.source_id}").json()["result"]
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert copy.origin
    assert extras["harvest_source_url"] == f"https://{copy.origin.domain}"
    assert extras["guid"] == copy.origin.remote_id
    assert package["url"] == copy.origin.remote_url
    assert package["name"].startswith("sync-")
    assert package["name"].endswith(copy.origin.domain.replace(".", ""))


# -- udata -------------------------------------------------------------------------------------------------------------


def test_udata_pages_to_the_end_by_next_page(population: Population, ask: Ask) -> None:
    address, seen = f"{SERVER}{UDATA}/datasets/?page_size=250", []
    while address:
        assert address.startswith(f"{SERVER}/data-gouv-fr/")
        page = ask(address).json()
        assert page["total"] == population.size("data-gouv-fr")
        seen += [item["id"] for item in page["data"]]
        address = page["next_page"]
    assert len(seen) == len(set(seen)) == population.size("data-gouv-fr")
    assert ask(f"{UDATA}/datasets/?page=999").status_code == 404


def test_udata_sorts_and_keeps_the_sort_in_the_next_address(ask: Ask) -> None:
    page = ask(f"{UDATA}/datasets/?page_size=50&sort=created").json()
    created = [item["created_at_internal"] for item in page["data"]]
    assert created == sorted(created)
    assert "sort=created" in page["next_page"]
    titles = [item["title"] for item in ask(f"{UDATA}/datasets/?page_size=50&sort=-title").json()["data"]]
    assert titles == sorted(titles, reverse=True)
    assert ask(f"{UDATA}/datasets/?sort=x").status_code == 400


def test_udata_harvest_block_points_to_the_origin_and_is_absent_at_home(population: Population, ask: Ask) -> None:
    copy = next(record for record in copies(population, "data-gouv-fr") if record.origin)
    item = ask(f"{UDATA}/datasets/{copy.source_id}/").json()
    assert copy.origin
    assert item["harvest"]["domain"] == copy.origin.domain
    assert item["harvest"]["remote_url"] == copy.origin.remote_url
    assert item["page"] == copy.page
    assert {"views", "followers", "reuses", "resources_downloads"} <= set(item["metrics"])
    native = next(r for r in every_record(population) if r.portal == "data-gouv-fr" and not r.origin)
    assert ask(f"{UDATA}/datasets/{native.slug}/").json()["harvest"] is None


def test_udata_gives_only_the_fields_asked_for(ask: Ask) -> None:
    page = ask(f"{UDATA}/datasets/?page_size=2", headers={"X-Fields": "data{id,title,harvest},next_page"}).json()
    assert set(page["data"][0]) == {"id", "title", "harvest"}


# -- DCAT --------------------------------------------------------------------------------------------------------------


def pages_of(ask: Ask, address: str) -> Iterator[tuple[str, httpx.Response]]:
    """The pages of a feed, following either Hydra property."""
    visited = set()
    while address and address not in visited:
        visited.add(address)
        answer = ask(address)
        yield address, answer
        graph = rdflib.Graph().parse(data=answer.content, format=answer.headers["content-type"].partition(";")[0])
        following = [*graph.objects(None, HYDRA.next), *graph.objects(None, HYDRA.nextPage)]
        address = str(following[0]) if following else ""


def dcat_portals(population: Population) -> list[str]:
    return [name for name, sample in population.portals.items() if sample.protocol is Protocol.DCAT]


def test_dcat_feeds_of_every_syntax_parse_and_hold_their_datasets(population: Population, ask: Ask) -> None:
    for portal in dcat_portals(population):
        sample = population.portals[portal]
        body = ask(f"/{portal}{sample.endpoint}").content
        triples = list(pyoxigraph.parse(body, FORMATS[sample.syntax]))
        datasets = {t.subject for t in triples if t.object == pyoxigraph.NamedNode(str(DCAT.Dataset))}
        assert len(datasets) == min(100, population.size(portal))
        first = population.record(portal, 0)
        titles = [t.object.value for t in triples
                  if t.predicate == pyoxigraph.NamedNode(str(DCT.title)) and t.subject.value == first.iri]  # fmt: skip
        assert titles == [first.title]


@pytest.mark.parametrize("hydra", ["paged", "partial"])
def test_dcat_feeds_of_both_hydra_generations_lead_to_the_last_page(
    population: Population, hydra: str, registry: tuple[Portal, ...]
) -> None:
    portal = next(name for name in dcat_portals(population) if population.portals[name].hydra == hydra)
    sample = population.portals[portal]
    ask = asking(create_app(Crowded(population, 250)))
    seen: set[str] = set()
    pages = 0
    for address, answer in pages_of(ask, f"{SERVER}/{portal}{sample.endpoint}"):
        assert address.startswith(f"{SERVER}/{portal}/")
        graph = rdflib.Graph().parse(data=answer.content, format=answer.headers["content-type"].partition(";")[0])
        assert int(str(next(graph.objects(None, HYDRA.totalItems)))) == 250
        seen |= {str(node) for node in graph.subjects(rdflib.RDF.type, DCAT.Dataset)}
        pages += 1
    assert (pages, len(seen)) == (3, 250)
    assert ask(f"/{portal}{sample.endpoint}?page=4").status_code == 404


def test_an_unchanged_dcat_page_answers_304(ask: Ask, population: Population) -> None:
    portal = dcat_portals(population)[0]
    address = f"/{portal}{population.portals[portal].endpoint}"
    etag = ask(address).headers["etag"]
    assert ask(address, headers={"If-None-Match": etag}).status_code == 304


def test_poison_reaches_the_bytes_as_real_feeds_have_it(registry: tuple[Portal, ...]) -> None:
    spoiled = Population(registry, 600, seed=5, poison=1)
    ask = asking(create_app(spoiled))
    bodies = b"".join(ask(f"/{name}{spoiled.portals[name].endpoint}").content for name in dcat_portals(spoiled))
    assert "@français".encode() in bodies or 'xml:lang="français"'.encode() in bodies
    assert b" https://exemple.invalid/notice/" in bodies
    assert b"__blank__" not in bodies
    assert b"x-tag" not in bodies


# -- the server --------------------------------------------------------------------------------------------------------


def test_the_same_seed_serves_the_same_bytes(registry: tuple[Portal, ...]) -> None:
    first, again = (asking(create_app(Population(registry, 200, 9))) for _ in range(2))
    for sample in Population(registry, 1, 9).portals.values():
        asked = first_page(sample.protocol, f"/{sample.id}{sample.endpoint}", sample.dialect)
        bodies = [ask(asked.address, asked.method, content=asked.body).content for ask in (first, again)]
        assert bodies[0] == bodies[1]


def test_browsers_find_a_front_page_a_search_and_pages_of_datasets(population: Population, ask: Ask) -> None:
    assert "User-agent: *" in ask("/robots.txt").text
    assert "User-agent: *" in ask("/paris/robots.txt").text
    record = population.record("paris", 0)
    assert "Paris Data" in ask("/paris/").text
    assert record.slug in ask("/paris/explore/", params={"q": record.title}).text
    assert ask(f"/paris/explore/dataset/{record.source_id}/").status_code == 200
    assert ask("/paris/explore/dataset/inconnu/").status_code == 404


def test_the_national_portal_speaks_every_protocol_on_the_same_records(population: Population, ask: Ask) -> None:
    total = population.size("data-gouv-fr")
    root = "/data-gouv-fr/as"
    assert ask(f"{root}/ods/api/explore/v2.1/catalog/datasets").json()["total_count"] == total
    assert ask(f"{root}/ckan/api/3/action/package_search").json()["result"]["count"] == total
    assert ask(f"{root}/udata/api/1/datasets/").json()["next_page"].startswith(f"{SERVER}{root}/udata/api/1/datasets/")
    pages = pages_of(ask, f"{SERVER}{root}/dcat/catalog.nt")
    assert sum(answer.text.count(f"> <{rdflib.RDF.type}> <{DCAT.Dataset}>") for _, answer in pages) == total


def test_a_middleware_sees_every_request_first(population: Population) -> None:
    class Refuse:
        def __init__(self, app: ASGIApp) -> None:
            self.app = app

        async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
            await PlainTextResponse("non", 503)(scope, receive, send)

    refused: Any = asking(create_app(population, [Middleware(Refuse)]))(f"{ODS}/datasets")
    assert refused.status_code == 503
