"""Portals as they really behave (protocols.md §a–e): what each of their ways costs a walk, and what is told of it."""

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from harvester.spiders import SPIDERS
from tests.harvester.poison.described import AFTER, BEFORE, Described
from tests.harvester.poison.forms import FORMS
from tests.harvester.spiders.catalogues import ods_dataset, ods_page, packages, turtle, udata_page
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer
from tests.harvester.spiders.test_geonetwork import SEARCH, hits

Query = dict[str, str]

# --- a. DCAT ----------------------------------------------------------------------------------------------------------


def feed(place: Place, *pages: bytes, name: str = "catalog.ttl") -> Harvested:
    for number, body in enumerate(pages, 1):
        place.serve(f"{name}?page={number}", body)
    place.serve(name, pages[0])
    return place.harvest(Protocol.DCAT, f"{place.base}/{name}")


def test_ldp_next_page_is_followed(place: Place) -> None:
    following = f"<{place.base}/b.ttl>"
    first = turtle([1]) + f"<> <http://www.w3.org/ns/ldp#nextPage> {following} .".encode()
    place.serve("a.ttl", first)
    place.serve("b.ttl", turtle([2]))
    assert len(place.harvest(Protocol.DCAT, f"{place.base}/a.ttl").records) == 2


@pytest.mark.parametrize("kind", ["PagedCollection", "PartialCollectionView", "Collection"])
@pytest.mark.parametrize("prop", ["next", "nextPage"])
def test_either_hydra_property_with_either_class(place: Place, kind: str, prop: str) -> None:
    view = f"<> a hydra:{kind} ; hydra:{prop} <{place.base}/b.ttl> ; hydra:totalItems 2 .\n"
    place.serve("a.ttl", turtle([1]) + view.encode())
    place.serve("b.ttl", turtle([2]))
    harvested = place.harvest(Protocol.DCAT, f"{place.base}/a.ttl")
    assert (len(harvested.records), harvested.report.counts.declared) == (2, 2)


def test_rows_that_shift_while_we_read_delete_nothing_and_come_with_the_next_run(place: Place) -> None:
    """A dataset that is touched goes to the top: one is seen twice, another not at all."""
    second = f"{place.base}/b.ttl"
    place.serve("a.ttl", turtle([1, 2, 3], second, total=6))
    place.serve("b.ttl", turtle([4, 5, 6], total=6))
    assert place.harvest(Protocol.DCAT, f"{place.base}/a.ttl").report.status is Status.OK
    place.serve("b.ttl", turtle([3, 4, 5], total=6))
    shifted = place.harvest(Protocol.DCAT, f"{place.base}/a.ttl")
    assert (shifted.report.status, shifted.report.complete) == (Status.PARTIAL, False)
    assert shifted.rules >= {"record-duplicate", "total-mismatch"}
    assert len(shifted.records) == 6
    place.serve("b.ttl", turtle([4, 5, 6], total=6))
    assert place.harvest(Protocol.DCAT, f"{place.base}/a.ttl").report.complete


def test_a_dataset_that_the_catalogue_does_not_list_is_one_and_a_listed_one_that_is_absent_is_none(
    place: Place,
) -> None:
    base = "https://data.example.fr"
    listed = f"<{base}/> a dcat:Catalog ; dcat:dataset <{base}/1>, <{base}/9> .\n"
    harvested = feed(place, turtle([1, 2]) + listed.encode())
    assert set(harvested.records) == {"https://data.example.fr/1", "https://data.example.fr/2"}


def test_a_private_address_is_no_identity(place: Place) -> None:
    """GeoNetwork behind a proxy that was not told its address (datagouv/data.gouv.fr#913)."""
    body = turtle([1]).replace(b"https://data.example.fr/1>", b"http://localhost:8080/geonetwork/1>")
    harvested = feed(place, body)
    assert list(harvested.records) == ["1"]
    assert harvested.found("iri-private-host").value == "http://localhost:8080/geonetwork/1"


def test_an_iri_of_two_joined_by_a_blank_is_the_first(place: Place) -> None:
    """Two identifiers in a GeoNetwork record (opendatateam/udata#2662)."""
    body = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
    <dcat:Dataset rdf:about="https://data.example.fr/1 https://autre.example.fr/1"><dct:title>Jeu</dct:title>
    </dcat:Dataset></rdf:RDF>"""
    harvested = feed(place, body, name="catalog.rdf")
    assert list(harvested.records) == ["https://data.example.fr/1"]
    assert "iri-invalid" in harvested.rules


def test_the_content_type_of_a_feed_may_lie(place: Place) -> None:
    place.serve("flux", Answer(turtle([1, 2]), headers={"Content-Type": "text/html; charset=iso-8859-1"}))
    assert len(place.harvest(Protocol.DCAT, f"{place.base}/flux").records) == 2


def test_https_and_lower_case_authority_iris_have_their_codes(place: Place) -> None:
    stated = (
        "<https://data.example.fr/1> dct:accrualPeriodicity"
        " <https://publications.europa.eu/resource/authority/frequency/annual> ;"
        " dct:language <https://publications.europa.eu/resource/authority/language/fra> ;"
        " dcat:theme <https://publications.europa.eu/resource/authority/data-theme/tran> .\n"
    )
    (record,) = feed(place, turtle([1]) + stated.encode()).records.values()
    dataset = record.dataset
    assert dataset.frequency is not None
    codes = (dataset.frequency.code, dataset.languages[0].code, dataset.themes[0].code)
    assert codes == ("ANNUAL", "FRA", "TRAN")


def test_a_compact_name_is_expanded_where_its_prefix_is_known(place: Place) -> None:
    stated = "<https://data.example.fr/1> dct:conformsTo <inspire:x> ; dct:type <dcat:Dataset> .\n"
    harvested = feed(place, turtle([1]) + stated.encode())
    assert harvested.found("iri-curie").value == "dcat:Dataset"


@pytest.mark.parametrize("name", ["dcat-ttl", "ckan", "ods", "udata", "geonetwork-4", "ogc-records", "csw-dc"])
def test_nobody_is_asked_with_head(place: Place, name: str) -> None:
    """Some servers refuse it."""
    form, path = (
        FORMS[name],
        {"ckan": "package_search", "ods": "catalog/datasets", "udata": "datasets/"}.get(name, "a.ttl"),
    )
    place.serve(path, form.write((BEFORE, Described(), AFTER)))
    endpoint = place.base if name in ("ckan", "ods", "udata") else f"{place.base}/a.ttl"
    place.harvest(form.protocol, endpoint)
    assert place.asked()
    assert place.source.heads == []


# --- b. Opendatasoft --------------------------------------------------------------------------------------------------


def rows_of(numbers: Callable[[int], Sequence[int]], total: int) -> Callable[[Query], bytes]:
    return lambda query: ods_page(numbers(int(query["offset"])), total)


def test_ods_is_asked_in_a_stable_order(place: Place) -> None:
    place.serve("catalog/datasets", rows_of(lambda at: range(at, min(at + 100, 150)), 150))
    place.harvest(Protocol.ODS)
    assert all("order_by=dataset_id" in path for path in place.asked())


def test_an_ods_that_cannot_sort_is_asked_without(place: Place) -> None:
    refused = Answer(b'{"error_code": "ODSQLError", "message": "order_by"}', status=400)
    pages = rows_of(lambda at: range(at, min(at + 100, 150)), 150)
    place.serve("catalog/datasets", lambda query: refused if "order_by" in query else pages(query))
    harvested = place.harvest(Protocol.ODS)
    assert (harvested.report.status, len(harvested.records)) == (Status.OK, 150)
    assert ["order_by" in path for path in place.asked()] == [True, False, False]


def test_an_order_that_is_not_stable_is_partial_and_deletes_nothing(place: Place) -> None:
    place.serve("catalog/datasets", rows_of(lambda at: range(at, min(at + 100, 150)), 150))
    place.harvest(Protocol.ODS)
    place.serve("catalog/datasets", rows_of(lambda at: range(50, 100) if at else range(100), 150))
    harvested = place.harvest(Protocol.ODS)
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.rules >= {"record-duplicate", "total-mismatch"}
    assert len(harvested.records) == 150


def test_a_slug_that_was_renamed_is_the_same_record(place: Place) -> None:
    """``dataset_uid`` stays: the nation's harvester doubled such datasets."""
    place.serve("catalog/datasets", ods_page([1, 2], 2))
    place.harvest(Protocol.ODS)
    renamed = {**ods_dataset(1), "dataset_id": "autre-nom"}
    page = json.dumps({"total_count": 2, "results": [renamed, ods_dataset(2)]}).encode()
    place.serve("catalog/datasets", page)
    harvested = place.harvest(Protocol.ODS)
    counts = harvested.report.counts
    assert (counts.added, counts.updated, counts.deleted) == (0, 1, 0)
    assert harvested.records["da_000001"].page.endswith("/explore/dataset/autre-nom/")


def test_a_dataset_without_records_and_files_is_told(place: Place) -> None:
    empty = {**ods_dataset(1), "has_records": False, "attachments": [], "alternative_exports": []}
    place.serve("catalog/datasets", json.dumps({"total_count": 1, "results": [empty]}).encode())
    harvested = place.harvest(Protocol.ODS)
    assert "distribution-missing" in harvested.rules
    assert len(harvested.records) == 1


@pytest.mark.parametrize(
    ("metas", "domain"),
    [
        ({"federated": True, "source_domain_address": "data.rte.fr", "source_dataset": "a"}, "data.rte.fr"),
        ({"federated": False, "source_domain_address": None, "source_dataset": None}, ""),
    ],
)
def test_the_keys_tell_a_federated_dataset_not_the_sign_in_its_id(
    place: Place, metas: dict[str, Any], domain: str
) -> None:
    row = {**ods_dataset(1), "dataset_id": "a@rte", "metas": {"default": {"title": "Jeu", **metas}}}
    place.serve("catalog/datasets", json.dumps({"total_count": 1, "results": [row]}).encode())
    (record,) = place.harvest(Protocol.ODS).records.values()
    assert (record.origin.domain if record.origin else "") == domain


# --- c. CKAN ----------------------------------------------------------------------------------------------------------


def test_a_very_old_ckan_is_asked_by_post(place: Place) -> None:
    posted: list[dict[str, Any]] = []

    def answer(query: Query) -> bytes | Answer:
        if not query["body"]:
            return Answer(b"Bad request - JSON Error: Error decoding JSON data.", status=400)
        posted.append(json.loads(query["body"]))
        start = int(posted[-1]["start"])
        return packages(range(start, min(start + 10, 25)), 25)

    place.serve("package_search", answer)
    harvested = place.harvest(Protocol.CKAN)
    assert (harvested.report.status, len(harvested.records)) == (Status.OK, 25)
    assert [asked["start"] for asked in posted] == ["0", "10", "20"]
    assert posted[0]["sort"] == "id asc"


def test_a_package_that_leaves_while_we_read_hides_another_until_the_next_run(place: Place) -> None:
    """The rows after it move up by one: the total says that one is missing."""
    place.serve(
        "package_search", lambda query: packages(range(int(query["start"]), min(int(query["start"]) + 10, 20)), 20)
    )
    assert place.harvest(Protocol.CKAN).report.complete

    def shifting(query: Query) -> bytes:
        start = int(query["start"])
        return packages(range(start + 1, 20), 19) if start else packages(range(10), 20)

    place.serve("package_search", shifting)
    harvested = place.harvest(Protocol.CKAN)
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert "total-mismatch" in harvested.rules
    assert len(harvested.records) == 20


def test_ckan_leaves_out_what_is_no_dataset(place: Place) -> None:
    place.serve("package_search", packages([1], 1))
    place.harvest(Protocol.CKAN)
    assert "fq=-type%3Aharvest+-type%3Ashowcase" in place.asked()[0]


def test_html_in_place_of_json_fails_and_deletes_nothing(place: Place) -> None:
    place.serve("package_search", packages([1, 2], 2))
    place.harvest(Protocol.CKAN)
    place.serve(
        "package_search", Answer(b"<!DOCTYPE html><html>Maintenance</html>", headers={"Content-Type": "text/html"})
    )
    harvested = place.harvest(Protocol.CKAN)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("page-not-parseable").value
    assert len(harvested.records) == 2


def test_private_and_dates_in_words_of_a_dkan(place: Place) -> None:
    """DKAN says ``private: true`` of public data, and dates as people read them."""
    row = {"id": "a", "title": "Jeu", "private": True, "metadata_modified": "jeu, 19/12/2019 - 03:00", "resources": []}
    place.serve("package_search", json.dumps({"success": True, "result": {"count": 1, "results": [row]}}).encode())
    (record,) = place.harvest(Protocol.CKAN).records.values()
    assert record.modified == "2019-12-19T03:00:00"
    assert not record.archived


# --- d. udata ---------------------------------------------------------------------------------------------------------


def test_the_list_of_udata_has_no_window(place: Place) -> None:
    """The list route is asked, not the search, which ends at 10,000."""
    place.serve("datasets/", udata_page([1], 1))
    place.harvest(Protocol.UDATA)
    assert [path.partition("?")[0] for path in place.asked()] == ["datasets/"]
    assert "sort=created" in place.asked()[0]


@pytest.mark.parametrize("member", ["archived", "deleted"])
def test_what_udata_has_archived_is_kept_as_such(place: Place, member: str) -> None:
    page = json.loads(udata_page([1, 2], 2))
    page["data"][0][member] = "2024-01-01T00:00:00"
    place.serve("datasets/", json.dumps(page).encode())
    archived = [record.archived for record in place.harvest(Protocol.UDATA).records.values()]
    assert sorted(archived) == [False, True]


# --- increments -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", [Protocol.CSW, Protocol.ODS, Protocol.OAI_PMH])
def test_a_date_without_an_hour_hides_nothing_of_its_day(place: Place, protocol: Protocol) -> None:
    overlap = SPIDERS[protocol].overlap(place.portal(protocol, place.base))
    assert overlap is not None
    assert overlap >= timedelta(days=1)


# --- e. GeoNetwork, OGC API – Records ---------------------------------------------------------------------------------


def test_search_after_leads_beyond_ten_thousand(place: Place) -> None:
    """No row is skipped at a page's edge either (core-geonetwork#9183)."""
    total = 10_120

    def answer(query: Query) -> bytes:
        first = json.loads(query["body"]).get("search_after", [0])[0] + 1
        return hits(range(first, min(first + 100, total + 1)), total)

    place.serve(SEARCH, answer)
    harvested = place.harvest(Protocol.GEONETWORK, f"{place.base}/geonetwork")
    assert (harvested.report.status, harvested.report.counts.accepted) == (Status.OK, total)


def test_without_sort_values_the_window_ends_the_walk(place: Place) -> None:
    def answer(query: Query) -> bytes:
        first = json.loads(query["body"])["from"] + 1
        return hits(range(first, first + 100), 10_120, sort=False)

    place.serve(SEARCH, answer)
    harvested = place.harvest(Protocol.GEONETWORK, f"{place.base}/geonetwork")
    assert harvested.report.status is Status.PARTIAL
    assert "page-window-exceeded" in harvested.rules
    assert harvested.report.counts.accepted == 10_000


def test_the_next_page_of_ogc_records_is_never_built(place: Place) -> None:
    """A server that gives no link to the rest is partial, whatever it counts."""
    page = {
        "type": "FeatureCollection",
        "numberMatched": 2,
        "features": [{"type": "Feature", "id": "a", "properties": {"title": "Jeu", "type": "dataset"}}],
    }
    place.serve("collections/all/items", json.dumps(page).encode())
    harvested = place.harvest(Protocol.OGC_RECORDS, f"{place.base}/collections/all/items")
    assert len(place.asked()) == 1
    assert harvested.report.status is Status.PARTIAL
    assert "total-mismatch" in harvested.rules
