"""OGC API – Records; values read in the example of the standard."""

import json
from typing import Any

import pytest

from dcat.model import Record
from dcat.portal import Level, Portal, Protocol
from harvester.parsers import ogc_records
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from tests.reference import reference

URL = "https://catalogue.exemple.fr/collections/metadata:main/items"
PORTAL = Portal(
    id="exemple",
    title="Exemple",
    level=Level.REGION,
    territories=("region:53",),
    url="https://catalogue.exemple.fr",
    protocol=Protocol.OGC_RECORDS,
)
OZONE = "urn:x-wmo:md:int.wmo.wis::https://geo.woudc.org/def/data/ozone/total-column-ozone/totalozone"


def read(content: Any) -> tuple[ParsedPage, list[Record]]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    page = ogc_records.parse(Fetched(url=URL, body=body), PORTAL)
    return page, [found.record for found in page.records if found.record]


def test_the_example_of_the_standard() -> None:
    _, (record,) = read(reference("fixtures", "portals", "ogc-records", "record.json").read_bytes())
    dataset = record.dataset
    assert (record.source_key, dataset.identifiers) == (OZONE, (OZONE,))
    assert [(text.value, text.language) for text in dataset.title] == [("Total Ozone - daily observations", "en-ca")]
    assert (dataset.created, dataset.modified) == ("2021-02-08T00:00:00Z", "2021-02-08T00:00:00Z")
    assert [(period.start, period.end) for period in dataset.temporal] == [("1924-08-17T00:00:00Z", "")]
    assert dataset.publisher is not None
    assert dataset.publisher.name[0].value == "World Ozone and Ultraviolet Radiation Data Centre"
    assert dataset.licence is not None
    assert dataset.licence.iri == "https://woudc.org/about/data-policy.php"
    assert [language.label[0].value for language in dataset.languages] == ["en-CA", "fr-CA"]
    assert len(dataset.keywords) == 7
    assert len(dataset.themes) == 13
    wms, wfs, folder, archive = dataset.distributions
    assert wms.access_services[0].endpoint_urls == ("https://geo.woudc.org/ows",)
    assert wfs.access_services[0].conforms_to[0].iri == "http://www.opengeospatial.org/standards/wfs"
    assert folder.download_urls == ()
    assert archive.download_urls == ("https://woudc.org/archive/Summaries/dataset-snapshots/totalozone.zip",)
    assert dataset.landing_pages == ("https://woudc.org/data/explore.php?dataset=totalozone",)


def test_the_next_page_in_json_is_preferred_and_made_absolute() -> None:
    links = [
        {"rel": "next", "type": "text/html", "href": "?f=html&offset=10"},
        {"rel": "next", "type": "application/geo+json", "href": "?f=json&offset=10"},
        {"rel": "self", "href": "?"},
    ]
    page, _ = read({"type": "FeatureCollection", "numberMatched": 347, "features": [], "links": links})
    assert (page.declared, page.next) == (347, f"{URL}?f=json&offset=10")


def test_a_canonical_address_elsewhere_is_the_origin() -> None:
    feature = {
        "type": "Feature",
        "id": "f-1",
        "properties": {"title": "Arbres", "type": "dataset"},
        "links": [
            {"rel": "canonical", "href": "https://autre.exemple.org/records/f-1"},
            {"rel": "alternate", "type": "text/html", "href": "https://catalogue.exemple.fr/records/f-1"},
        ],
    }
    _, (record,) = read({"features": [feature]})
    assert record.origin is not None
    assert (record.origin.domain, record.origin.remote_id) == ("autre.exemple.org", "f-1")
    assert record.page == "https://catalogue.exemple.fr/records/f-1"
    assert record.dataset.type is None


def test_a_description_of_the_standard_is_no_page() -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(reference("fixtures", "portals", "ogc-records", "records.json").read_bytes())
    assert refused.value.findings[-1].rule == "page-not-parseable"


def test_a_refusal_says_what_the_server_says() -> None:
    with pytest.raises(UnreadablePage) as refused:
        read({"code": "InvalidParameterValue", "description": "Invalid collection"})
    assert refused.value.findings[-1].value == "Invalid collection"


@pytest.mark.parametrize("links", [3, True, {"rel": "next"}, [3, None, {"rel": "next"}]])
def test_links_that_are_none_lead_nowhere(links: object) -> None:
    content = {"type": "FeatureCollection", "features": [], "numberMatched": 0, "links": links}
    assert read(content)[0].next == ""
