"""Geographic catalogues of the sample behave as their software does: CSW, GeoNetwork, OGC API – Records, Atom."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree  # type: ignore[import-untyped]

from harvester.sample.population import Population
from harvester.sample.record import SampleRecord
from harvester.sample.server import create_app
from harvester.sample.speakers.atom import geographic

from .conftest import SERVER, Ask, Crowded, asking

AS = "/data-gouv-fr/as"
CSW = f"{AS}/csw/csw"
GET_RECORDS = f"{CSW}?service=CSW&request=GetRecords&elementSetName=full&maxRecords=50"
SEARCH = f"{AS}/geonetwork/geonetwork/srv/api/search/records/_search"
Q = f"{AS}/geonetwork-v3/geonetwork/srv/fre/q?_content_type=json&fast=index"
ITEMS = f"{AS}/ogc-records/collections/metadata:main/items"
V2, V3 = "http://www.opengis.net/cat/csw/2.0.2", "http://www.opengis.net/cat/csw/3.0"
GMD, MDB = "http://www.isotc211.org/2005/gmd", "http://standards.iso.org/iso/19115/-3/mdb/2.0"


@pytest.fixture(scope="module")
def crowd(population: Population) -> Ask:
    return asking(create_app(Crowded(population, 12_345)))


@pytest.fixture(scope="module")
def records(population: Population) -> list[SampleRecord]:
    return [population.record("data-gouv-fr", at) for at in range(population.size("data-gouv-fr"))]


# -- CSW ---------------------------------------------------------------------------------------------------------------


def results(body: bytes, namespace: str = V2) -> Any:
    found = etree.fromstring(body).find(f"{{{namespace}}}SearchResults")
    assert found is not None, body[:500]
    return found


def get_records(filters: str = "", sort: str = "", start: int = 1, size: int = 50) -> bytes:
    constraint = (
        f'<csw:Constraint version="1.1.0"><ogc:Filter>{filters}</ogc:Filter></csw:Constraint>' if filters else ""
    )
    return f"""<csw:GetRecords xmlns:csw="{V2}" xmlns:ogc="http://www.opengis.net/ogc"
      xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0" service="CSW" version="2.0.2" resultType="results"
      outputSchema="{GMD}" startPosition="{start}" maxRecords="{size}"><csw:Query typeNames="gmd:MD_Metadata">
      <csw:ElementSetName>full</csw:ElementSetName>{constraint}{sort}</csw:Query></csw:GetRecords>""".encode()


def since(moment: str) -> str:
    return (
        "<ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>apiso:modified</ogc:PropertyName>"
        f"<ogc:Literal>{moment}</ogc:Literal></ogc:PropertyIsGreaterThanOrEqualTo>"
    )


def test_csw_pages_by_next_record_and_ends_with_0(ask: Ask, records: list[SampleRecord]) -> None:
    seen, start = [], 1
    while start:
        page = results(ask(CSW, "POST", content=get_records(start=start)).content)
        assert int(page.get("numberOfRecordsMatched")) == len(records)
        assert int(page.get("numberOfRecordsReturned")) == len(page)
        seen += [one.findtext("{*}fileIdentifier/{*}CharacterString") for one in page]
        start = int(page.get("nextRecord"))
    assert seen == [record.source_id for record in records]


def test_csw_clamps_a_page_to_a_hundred(crowd: Ask) -> None:
    page = results(crowd(f"{GET_RECORDS.replace('=50', '=500')}&outputSchema={V2}").content)
    assert (len(page), page.get("nextRecord"), page.get("numberOfRecordsMatched")) == (100, "101", "12345")


def test_csw_filters_by_the_date_of_a_change_and_by_kind(ask: Ask, records: list[SampleRecord]) -> None:
    moment = sorted(record.processed for record in records)[-5]
    kinds = "".join(
        f"<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:type</ogc:PropertyName><ogc:Literal>{kind}</ogc:Literal>"
        "</ogc:PropertyIsEqualTo>"
        for kind in ("dataset", "service")
    )
    changed = {record.source_id for record in records if record.processed >= moment}
    page = results(
        ask(CSW, "POST", content=get_records(f"<ogc:And><ogc:Or>{kinds}</ogc:Or>{since(moment)}</ogc:And>")).content
    )
    assert {one.findtext("{*}fileIdentifier/{*}CharacterString") for one in page} == changed
    assert page.get("numberOfRecordsMatched") == str(len(changed))
    constraint = quote(f"apiso:modified >= '{moment}'")
    page = results(ask(f"{GET_RECORDS}&constraint={constraint}").content)
    assert len(page) == len(changed)


def test_csw_sorts(ask: Ask, records: list[SampleRecord]) -> None:
    sort = (
        "<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>apiso:modified</ogc:PropertyName>"
        "<ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>"
    )
    page = results(ask(CSW, "POST", content=get_records(sort=sort, size=20)).content)
    stamps = [one.findtext("{*}dateStamp/{*}DateTime") for one in page]
    assert stamps == sorted(stamps, reverse=True)
    assert stamps[0].startswith(max(record.processed for record in records)[:23])


@pytest.mark.parametrize(("schema", "root"), [(GMD, GMD), (MDB, MDB), (V2, V2)])
def test_csw_gives_three_schemas(ask: Ask, schema: str, root: str) -> None:
    page = results(ask(f"{GET_RECORDS}&outputSchema={schema}").content)
    assert {etree.QName(one).namespace for one in page} == {root}


def test_csw_records_are_as_large_as_real_ones(ask: Ask) -> None:
    for schema, least in ((GMD, 20_000), (MDB, 30_000)):
        body = ask(f"{GET_RECORDS}&outputSchema={schema}").content
        assert len(body) / 50 > least


def test_csw_3_has_its_own_namespaces_and_refuses_with_400(ask: Ask) -> None:
    assert len(results(ask(f"{GET_RECORDS}&version=3.0.0").content, V3)) == 50
    refused = ask(f"{GET_RECORDS}&version=3.0.0&outputSchema=urn:x")
    assert (refused.status_code, b"http://www.opengis.net/ows/2.0" in refused.content) == (400, True)


@pytest.mark.parametrize(
    ("query", "code", "locator"),
    [
        ("outputSchema=urn:x", "InvalidParameterValue", "outputSchema"),
        ("startPosition=0", "InvalidParameterValue", "startposition"),
        ("startPosition=99999", "InvalidParameterValue", "startPosition"),
        ("sortBy=apiso:colour:A", "InvalidParameterValue", "SortBy"),
        ("constraint=colour = 'red'", "InvalidParameterValue", "Constraint"),
        ("request=Harvest", "OperationNotSupported", "request"),
    ],
)
def test_csw_refuses_with_200_and_a_report(ask: Ask, query: str, code: str, locator: str) -> None:
    address = f"{CSW}?{query}" if query.startswith("request") else f"{GET_RECORDS}&{query}"
    answer = ask(address)
    found = etree.fromstring(answer.content)[0]
    assert (answer.status_code, found.get("exceptionCode"), found.get("locator")) == (200, code, locator)


def test_csw_knows_hits_ids_and_its_capabilities(ask: Ask, records: list[SampleRecord]) -> None:
    page = results(ask(f"{GET_RECORDS}&resultType=hits").content)
    assert (len(page), page.get("numberOfRecordsMatched")) == (0, str(len(records)))
    wanted = records[3].source_id
    one = etree.fromstring(ask(f"{CSW}?request=GetRecordById&id={wanted},inconnu").content)
    assert [found.findtext("{*}fileIdentifier/{*}CharacterString") for found in one] == [wanted]
    assert f"{SERVER}{CSW}".encode() in ask(f"{CSW}?request=GetCapabilities").content
    assert b"ExceptionReport" in ask(CSW, "POST", content=b"<a").content


def test_atom_lists_geographic_datasets_and_their_files(ask: Ask, records: list[SampleRecord]) -> None:
    feed = etree.fromstring(ask(f"{AS}/csw/atom/service.xml").content)
    codes = [one.text for one in feed.iter("{*}spatial_dataset_identifier_code")]
    assert codes == [record.iri for record in records if geographic(record)]
    entry = feed.find("{*}entry")
    links = {link.get("rel"): link.get("href") for link in entry.iterfind("{*}link")}
    files = etree.fromstring(ask(links["alternate"]).content)
    first = next(record for record in records if geographic(record))
    assert [one.findtext("{*}id") for one in files.iterfind("{*}entry")] == [file.url for file in first.files]
    described = etree.fromstring(ask(links["describedby"]).content)
    assert described[0].findtext("{*}fileIdentifier/{*}CharacterString") == first.source_id
    other = next(record for record in records if not geographic(record))
    assert ask(f"{AS}/csw/atom/dataset/{other.source_id}.xml").status_code == 404


# -- GeoNetwork --------------------------------------------------------------------------------------------------------


def hits(answer: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json()["hits"]["hits"]
    return found


def walk(ask: Ask, sort: list[Any]) -> Iterator[str]:
    after = None
    while True:
        body = {"size": 70, "sort": sort, **({"search_after": after} if after else {})}
        page = hits(ask(SEARCH, "POST", json=body))
        if not page:
            return
        yield from (hit["_source"]["uuid"] for hit in page)
        after = page[-1]["sort"]


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_geonetwork_4_walks_on_after_a_hit(ask: Ask, records: list[SampleRecord], direction: str) -> None:
    seen = list(walk(ask, [{"changeDate": direction}, {"uuid": {"order": "asc", "unmapped_type": "keyword"}}]))
    ordered = sorted(records, key=lambda record: record.processed, reverse=direction == "desc")
    assert sorted(seen) == sorted(record.source_id for record in records)
    assert seen[:3] == [record.source_id for record in ordered[:3]]


def test_geonetwork_4_has_the_window_and_the_bounded_totals_of_elasticsearch(crowd: Ask) -> None:
    assert len(hits(crowd(SEARCH, "POST", json={}))) == 10
    total = crowd(SEARCH, "POST", json={"size": 1}).json()["hits"]["total"]
    assert total == {"value": 10_000, "relation": "gte"}
    total = crowd(SEARCH, "POST", json={"size": 1, "track_total_hits": True}).json()["hits"]["total"]
    assert total == {"value": 12_345, "relation": "eq"}
    refused = crowd(SEARCH, "POST", json={"from": 9_990, "size": 100})
    assert (refused.status_code, "Result window" in refused.text) == (400, True)
    assert "sort" not in hits(crowd(SEARCH, "POST", json={"size": 1}))[0]


def test_geonetwork_4_filters_by_change_date(ask: Ask, records: list[SampleRecord]) -> None:
    moment = sorted(record.processed for record in records)[-5]
    changed = {record.source_id for record in records if record.processed >= moment}
    ranged = {"bool": {"filter": [{"range": {"changeDate": {"gte": moment}}}]}}
    stringed = {"query_string": {"query": f'+isTemplate:n +changeDate:["{moment}" TO *]'}}
    for query in (ranged, stringed):
        found = hits(ask(SEARCH, "POST", json={"size": 50, "query": query}))
        assert {hit["_id"] for hit in found} == changed


@pytest.mark.parametrize("body", [b"{", b'{"sort": ["colour"]}', b'{"sort": ["uuid"], "search_after": [1, 2]}'])
def test_geonetwork_4_refuses_what_it_does_not_understand(ask: Ask, body: bytes) -> None:
    refused = ask(SEARCH, "POST", content=body)
    assert (refused.status_code, "reason" in refused.json()["error"]) == (400, True)


def test_geonetwork_4_says_which_records_are_harvested(ask: Ask, records: list[SampleRecord]) -> None:
    by_id = {record.source_id: record for record in records}
    for hit in hits(ask(SEARCH, "POST", json={"size": 200})):
        source = hit["_source"]
        assert (source["isHarvested"] == "true") == bool(by_id[hit["_id"]].origin)
        assert bool(source["harvesterUuid"]) == bool(by_id[hit["_id"]].origin)


def test_geonetwork_3_pages_from_1_and_collapses_lists_of_one(ask: Ask, records: list[SampleRecord]) -> None:
    page = ask(f"{Q}&from=1&to=3").json()
    assert (page["@from"], page["@to"], page["summary"]["@count"]) == ("1", "3", str(len(records)))
    assert [one["geonet:info"]["uuid"] for one in page["metadata"]] == [one.source_id for one in records[:3]]
    assert ask(f"{Q}&from=2&to=2").json()["metadata"]["geonet:info"]["uuid"] == records[1].source_id
    assert "metadata" not in ask(f"{Q}&from={len(records) + 1}&to={len(records) + 20}").json()
    single = next(one for one in records if len({file.format for file in one.files}) == 1)
    at = records.index(single) + 1
    assert isinstance(ask(f"{Q}&from={at}&to={at}").json()["metadata"]["format"], str)


def test_geonetwork_3_gives_a_hundred_at_most_sorts_and_has_no_search_of_4(ask: Ask) -> None:
    found = ask(f"{Q}&from=1&to=500&sortBy=changeDate&sortOrder=reverse").json()["metadata"]
    dates = [one["geonet:info"]["changeDate"] for one in found]
    assert (len(dates), dates) == (100, sorted(dates))
    newest = ask(f"{Q}&from=1&to=20&sortBy=changeDate").json()["metadata"]
    assert newest[0]["geonet:info"]["changeDate"] > dates[-1]
    assert ask(f"{Q}&sortBy=colour").status_code == 400
    assert ask(f"{AS}/geonetwork-v3/geonetwork/srv/api/search/records/_search", "POST").status_code == 404
    assert ask(Q.replace("json", "xml")).headers["content-type"].startswith("application/xml")


# -- OGC API – Records -------------------------------------------------------------------------------------------------


def test_records_are_walked_by_links(ask: Ask, records: list[SampleRecord]) -> None:
    address, seen = f"{ITEMS}?f=json&limit=90", []
    while address:
        page = ask(address).json()
        assert page["numberMatched"] == len(records)
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["id"] for feature in page["features"]]
        following = [one["href"] for one in page["links"] if one["rel"] == "next" and "json" in one["type"]]
        address = following[0] if following else ""
    assert seen == [record.source_id for record in records]


def test_records_have_limits_filters_and_orders(ask: Ask, crowd: Ask, records: list[SampleRecord]) -> None:
    assert len(ask(ITEMS).json()["features"]) == 10
    assert len(crowd(f"{ITEMS}?limit=5000").json()["features"]) == 1_000
    assert [ask(f"{ITEMS}?{query}").status_code for query in ("limit=0", "limit=x", "sortby=colour")] == [400] * 3
    moment = sorted(record.processed for record in records)[-5]
    changed = {record.source_id for record in records if record.processed >= moment}
    found = ask(ITEMS, params={"datetime": f"{moment}/..", "limit": 50}).json()
    assert {feature["id"] for feature in found["features"]} == changed
    dates = [one["properties"]["recordUpdated"] for one in ask(f"{ITEMS}?sortby=-recordUpdated").json()["features"]]
    assert dates == sorted(dates, reverse=True)


def test_one_record_and_the_collection(ask: Ask, records: list[SampleRecord]) -> None:
    assert ask(f"{ITEMS}/{records[0].source_id}").json()["properties"]["title"] == records[0].title
    assert ask(f"{ITEMS}/inconnu").status_code == 404
    collection = ask(f"{AS}/ogc-records/collections").json()["collections"][0]
    assert ask(collection["links"][0]["href"]).status_code == 200
