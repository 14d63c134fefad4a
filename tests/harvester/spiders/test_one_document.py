"""Walks over catalogues that come in one document: data.json and the feeds of ArcGIS Hub."""

import json

import pytest

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from harvester.spiders.arcgis_hub import FEEDS
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer

HEX = "f6565516d1354383b25793e630cf3f2b"
AP, US, OLD, SEARCH = (path.partition("?")[0].lstrip("/") for path in FEEDS)


def catalogue(*keys: str) -> bytes:
    return json.dumps({"dataset": [{"identifier": key, "title": f"Jeu {key}"} for key in keys]}).encode()


def harvest(place: Place, endpoint: str = "", **settings: object) -> Harvested:
    return place.harvest(Protocol.ARCGIS_HUB, f"{place.base}{endpoint}", **settings)


def test_a_data_json_is_read_in_one_request(place: Place) -> None:
    place.serve("data.json", catalogue("a", "b"))
    harvested = place.harvest(Protocol.DATA_JSON, f"{place.base}/data.json")
    assert sorted(harvested.records) == ["a", "b"]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert place.asked() == ["data.json"]


def test_one_dataset_that_is_none_costs_itself_alone(place: Place) -> None:
    place.serve(
        "data.json", b'{"dataset": [{"identifier": "a", "title": "x"}, null, {"identifier": "b", "title": "y"}]}'
    )
    harvested = place.harvest(Protocol.DATA_JSON, f"{place.base}/data.json")
    assert sorted(harvested.records) == ["a", "b"]
    assert (harvested.report.counts.received, harvested.report.counts.rejected) == (3, 1)


@pytest.mark.parametrize(
    "body",
    [b"<html>Connexion</html>", b'{"dataset": [{"identifier": "a", "tit', b'{"error": "no"}'],
    ids=["html", "cut", "error"],
)
def test_a_document_that_is_no_catalogue_deletes_nothing(place: Place, body: bytes) -> None:
    place.serve("data.json", catalogue("a"), body)
    place.harvest(Protocol.DATA_JSON, f"{place.base}/data.json")
    harvested = place.harvest(Protocol.DATA_JSON, f"{place.base}/data.json")
    assert harvested.report.status is Status.FAILED
    assert list(harvested.records) == ["a"]


@pytest.mark.parametrize(
    ("wait", "times", "value"), [("0", 4, "HTTP 429"), ("3600", 1, "HTTP 429, Retry-After 3600 s")]
)
def test_a_site_that_says_too_much_is_asked_for_no_other_feed(place: Place, wait: str, times: int, value: str) -> None:
    """A feed that is there but must wait is not one that is not there."""
    place.serve(AP, catalogue("a"), Answer(b"slow down", status=429, headers={"Retry-After": wait}))
    place.serve(US, catalogue("b"))
    harvest(place)
    harvested = harvest(place)
    assert place.asked() == [AP] * (1 + times)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("quota-exhausted").value == value
    assert list(harvested.records) == ["a"]


def test_the_dcat_ap_feed_is_preferred(place: Place) -> None:
    place.serve(AP, catalogue("ap"))
    place.serve(US, catalogue("us"))
    assert list(harvest(place).records) == ["ap"]
    assert place.asked() == [AP]


@pytest.mark.parametrize(
    "refusal", [Answer(status=404), Answer(status=403), Answer(b"<html/>"), Answer(b'{"statusCode": 500}')]
)
def test_a_feed_that_is_turned_off_leads_to_the_next(place: Place, refusal: Answer) -> None:
    place.serve(AP, refusal)
    place.serve(US, catalogue("us"))
    harvested = harvest(place)
    assert list(harvested.records) == ["us"]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert place.asked() == [AP, US]


def test_an_old_site_has_its_data_json_alone(place: Place) -> None:
    place.serve(OLD, catalogue("old"))
    assert list(harvest(place).records) == ["old"]
    assert place.asked() == [AP, US, OLD]


def test_the_feed_of_the_endpoint_comes_first(place: Place) -> None:
    place.serve(US, catalogue("us"))
    place.serve(AP, catalogue("ap"))
    assert list(harvest(place, f"/{US}").records) == ["us"]


def test_a_site_whose_every_feed_is_turned_off_is_read_by_its_search(place: Place) -> None:
    def item(number: int) -> dict[str, object]:
        return {"type": "Feature", "id": f"{number:032x}", "properties": {"title": f"Jeu {number}"}}

    def pages(query: dict[str, str]) -> bytes:
        start = int(query.get("startindex", "1"))
        links = [{"rel": "next", "href": "items?limit=100&startindex=2"}] if start == 1 else []
        return json.dumps({"numberMatched": 2, "features": [item(start)], "links": links}).encode()

    place.serve(SEARCH, pages)
    harvested = harvest(place)
    assert sorted(harvested.records) == [f"{1:032x}", f"{2:032x}"]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)


def test_a_site_that_refuses_everything_is_blocked(place: Place) -> None:
    for path in (AP, US, OLD, SEARCH):
        place.serve(path, Answer(status=403))
    assert harvest(place).report.status is Status.BLOCKED


def test_addresses_that_change_their_form_double_nothing(place: Place) -> None:
    """Clermont: ``…_0`` one day, ``…::slug`` the next (datagouv/data.gouv.fr#680)."""

    def feed(identifier: str, download: str) -> bytes:
        distribution = [{"accessURL": f"{place.base}/{download}"}]
        dataset = {"identifier": identifier, "title": "Arbres", "distribution": distribution}
        return json.dumps({"dataset": [dataset]}).encode()

    before = feed(f"https://x.hub.arcgis.com/datasets/{HEX}_0", f"datasets/{HEX}_0.csv")
    after = feed("https://x.hub.arcgis.com/datasets/clermont::arbres", f"api/download/v1/items/{HEX}/csv?layers=0")
    place.serve(AP, before, after)
    harvest(place)
    harvested = harvest(place)
    assert list(harvested.records) == [f"{HEX}_0"]
    counts = harvested.report.counts
    assert (counts.added, counts.updated, counts.deleted, counts.held) == (0, 1, 0, 0)
