"""Walks over GeoNetwork's JSON and OGC API – Records."""

import json
from collections.abc import Callable

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer
from tests.reference import reference

Query = dict[str, str]
SEARCH = "geonetwork/srv/api/search/records/_search"
Q = "geonetwork/srv/fre/q"


def hits(numbers: range, total: int, *, sort: bool = True) -> bytes:
    """A page of v4."""
    rows = [
        {
            "_source": {"uuid": f"u-{n}", "resourceTitleObject": {"default": f"Jeu {n}"}, "resourceType": ["dataset"]},
            **({"sort": [n, f"u-{n}"]} if sort else {}),
        }
        for n in numbers
    ]
    return json.dumps({"hits": {"total": {"value": total, "relation": "eq"}, "hits": rows}}).encode()


def rows(numbers: range, count: int) -> bytes:
    """A page of v3: one record alone is no list."""
    found = [{"geonet:info": {"uuid": f"u-{n}"}, "title": f"Jeu {n}", "type": "dataset"} for n in numbers]
    return json.dumps({"summary": {"@count": str(count)}, "metadata": found[0] if len(found) == 1 else found}).encode()


def harvest(place: Place, path: str, answer: Callable[[Query], "bytes | Answer"]) -> Harvested:
    place.serve(path, answer)
    return place.harvest(Protocol.GEONETWORK, f"{place.base}/geonetwork")


def test_search_after_leads_on(place: Place) -> None:
    asked: list[dict[str, object]] = []

    def answer(query: Query) -> bytes:
        asked.append(json.loads(query["body"]))
        first = asked[-1].get("search_after", [0])[0] + 1  # type: ignore[index]
        return hits(range(first, min(first + 100, 251)), 250)

    harvested = harvest(place, SEARCH, answer)
    assert len(harvested.records) == 250
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert [search.get("search_after") for search in asked] == [None, [100, "u-100"], [200, "u-200"]]
    assert asked[0]["from"] == 0
    assert asked[0]["track_total_hits"] is True


def test_without_sort_values_the_walk_counts_rows(place: Place) -> None:
    def answer(query: Query) -> bytes:
        first = json.loads(query["body"])["from"] + 1
        return hits(range(first, min(first + 100, 131)), 130, sort=False)

    assert len(harvest(place, SEARCH, answer).records) == 130


def test_version_3_answers_where_version_4_is_absent(place: Place) -> None:
    def answer(query: Query) -> bytes:
        first, last = int(query["from"]), int(query["to"])
        return rows(range(first, min(last, 101) + 1), 101)

    harvested = harvest(place, Q, answer)
    assert len(harvested.records) == 101
    assert harvested.report.complete
    assert [path.partition("?")[0] for path in place.asked()] == [SEARCH, Q, Q]


def test_a_catalogue_behind_a_firewall_is_blocked(place: Place) -> None:
    assert harvest(place, SEARCH, lambda _: Answer(status=403)).report.status is Status.BLOCKED


def test_a_real_answer_of_version_4(place: Place) -> None:
    body = reference("fixtures", "portals", "geonetwork", "mel-roubaix-dataset-search.json").read_bytes()
    harvested = harvest(place, SEARCH, lambda _: body)
    assert (harvested.report.status, list(harvested.records)) == (Status.OK, ["ed34db28-5dd4-480f-bf29-dc08f0086131"])


def test_the_links_of_ogc_records_are_followed(place: Place) -> None:
    def answer(query: Query) -> bytes:
        offset = int(query.get("offset", "0"))
        features = [
            {"type": "Feature", "id": f"f-{n}", "properties": {"title": f"Jeu {n}", "type": "dataset"}}
            for n in range(offset, min(offset + 2, 3))
        ]
        links = [{"rel": "next", "type": "application/geo+json", "href": "items?f=json&offset=2"}] if not offset else []
        return json.dumps({"features": features, "numberMatched": 3, "links": links}).encode()

    place.serve("collections/metadata:main/items", answer)
    harvested = place.harvest(Protocol.OGC_RECORDS, place.base)
    assert sorted(harvested.records) == ["f-0", "f-1", "f-2"]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
