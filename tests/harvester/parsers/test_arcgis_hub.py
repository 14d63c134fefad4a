"""ArcGIS Hub: one key however an item is addressed, feeds with terms of their own, items of the search API."""

from typing import Any

import pytest

from dcat.model import BoundingBox, Concept, Place, Popularity, Record, Text
from dcat.normalise import normalise
from dcat.portal import Protocol
from harvester.parsers import dcat
from harvester.parsers.arcgis_hub import item_key
from harvester.parsers.page import Fetched, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, page_of, record_of, rules_of
from tests.reference import reference

HEX = "f6565516d1354383b25793e630cf3f2b"
HUB = "https://data-exemple.hub.arcgis.com"
EU = "http://publications.europa.eu/resource/authority/"


@pytest.mark.parametrize(
    "addresses",
    [
        (f"{HEX}_5",),
        (f"{HUB}/datasets/{HEX}_5",),
        (f"{HUB}/maps/{HEX.upper()}_5",),
        (f"https://www.arcgis.com/home/item.html?id={HEX}&sublayer=5",),
        (f"https://opendata.arcgis.com/datasets/{HEX}_5.geojson",),
        (f"{HUB}/datasets/ville::stationnement-velos", f"{HUB}/api/download/v1/items/{HEX}/csv?layers=5"),
        (
            f"https://www.arcgis.com/home/item.html?id={HEX}",
            "https://s.arcgis.com/arcgis/rest/services/v/FeatureServer/5",
        ),
    ],
    ids=["id", "landing page", "capitals", "item", "download", "slug", "service"],
)
def test_a_layer_has_one_key_however_it_is_addressed(addresses: tuple[str, ...]) -> None:
    assert item_key(*addresses) == f"{HEX}_5"


@pytest.mark.parametrize(
    "address",
    [f"https://www.arcgis.com/home/item.html?id={HEX}", f"{HUB}/documents/{HEX}_1231", f"{HUB}/documents/{HEX}"],
)
def test_a_document_has_no_layer(address: str) -> None:
    assert item_key(address) == HEX


@pytest.mark.parametrize("address", ["", f"{HUB}/datasets/ville::arbres", f"{HEX}0", "0" * 64, "a-b-c"])
def test_what_names_no_item_has_no_key(address: str) -> None:
    assert item_key(address) == ""


def dcat_us(**members: Any) -> dict[str, Any]:
    """A dataset as the default template of the DCAT-US feed writes it."""
    return {
        "@type": "dcat:Dataset",
        "identifier": f"https://www.arcgis.com/home/item.html?id={HEX}&sublayer=5",
        "landingPage": f"{HUB}/datasets/{HEX}_5",
        "title": "Arbres",
        "theme": ["geospatial"],
        **members,
    }


def dcat_ap(**members: Any) -> dict[str, Any]:
    """The same, as the default template of the DCAT-AP feed writes it, its slips included."""
    return {
        "@type": "dcat:Dataset",
        "@id": f"{HUB}/datasets/{HEX}_5",
        "dct:title": "Arbres",
        "dct:description": "<p>Des arbres</p>",
        "dcat:contactPoint": {"@id": "https://x.maps.arcgis.com/u?f=json", "@type": "Contact", "vcard:fn": "sig"},
        "dct:publisher": "Ville d'Exemple",
        "dcat:theme": "geospatial",
        "dct:accessRights": "public",
        "dct:identifier": f"{HUB}/datasets/{HEX}_5",
        "dcat:keyword": ["arbre", "nature"],
        "dct:provenance": None,
        "dct:issued": "2021-04-19T13:30:24.055-04:00",
        "dct:language": {"@id": "lang:FRE"},
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessUrl": f"{HUB}/datasets/{HEX}_5",
                "dct:format": {"@id": "ftype:HTML"},
                "dct:title": "ArcGIS Hub Dataset",
            },
            {
                "@type": "dcat:Distribution",
                "dcat:accessUrl": f"{HUB}/datasets/{HEX}_5.csv",
                "dct:format": {"@id": "ftype/CSV"},
            },
            {"@type": "dcat:Distribution", "title": None, "format": "WMS", "accessURL": "https://a.fr/wms?service=WMS"},
        ],
        **members,
    }


def one(content: dict[str, Any]) -> Record:
    return record_of(Protocol.ARCGIS_HUB, {"dataset": [content]})


def test_both_feeds_give_one_dataset_one_key() -> None:
    us = one(dcat_us())
    ap = record_of(Protocol.ARCGIS_HUB, {"@context": {}, "dcat:dataset": [dcat_ap()]})
    assert us.source_key == ap.source_key == f"{HEX}_5"
    assert us.id == ap.id
    assert us.dataset.title == ap.dataset.title == (Text("Arbres"),)
    assert us.dataset.other_identifiers == (f"{HEX}_5",)


def test_the_terms_of_the_dcat_ap_feed() -> None:
    dataset = one(dcat_ap()).dataset
    assert dataset.publisher is not None
    assert dataset.publisher.name == (Text("Ville d'Exemple"),)
    assert dataset.contact_points[0].name == (Text("sig"),)
    assert dataset.keywords == (Text("arbre"), Text("nature"))
    assert dataset.languages == (Concept(iri=f"{EU}language/FRE"),)
    assert dataset.issued == "2021-04-19T13:30:24.055-04:00"
    page, csv, wms = dataset.distributions
    assert page.access_urls == (f"{HUB}/datasets/{HEX}_5",)
    assert (page.format, page.download_urls) == (Concept(iri=f"{EU}file-type/HTML"), ())
    assert csv.download_urls == csv.access_urls == (f"{HUB}/datasets/{HEX}_5.csv",)
    assert wms.access_services[0].endpoint_urls == ("https://a.fr/wms",)


def test_an_undeclared_prefix_is_read_as_what_it_means_and_not_as_a_path() -> None:
    record = one(dcat_ap())
    normalised, findings = normalise(record, PORTAL)
    assert [format_.code for one in normalised.dataset.distributions if (format_ := one.format)] == [
        "HTML",
        "CSV",
        "WMS_SRVC",
    ]
    assert normalised.dataset.languages[0].code == "FRA"
    assert not {"iri-relative", "format-unknown", "language-unknown"} & {found.rule for found in findings}


def test_a_value_of_its_own_template_in_dcat_ap_3() -> None:
    spatial = {
        "@type": "dct:Location",
        "dcat:bbox": {"@type": "gsp:wktLiteral", "@value": "POLYGON((1 2,3 2,3 4,1 2))"},
    }
    dataset = one(
        dcat_ap(**{"dct:spatial": spatial, "dct:modified": {"@value": "2024-01-02", "@type": "xsd:date"}})
    ).dataset
    assert dataset.spatial[0].bbox == BoundingBox(1, 2, 3, 4)
    assert dataset.modified == "2024-01-02"


def test_the_theme_of_every_dataset_is_none() -> None:
    assert one(dcat_us()).dataset.themes == ()
    assert one(dcat_us(theme=["geospatial", "Environnement"])).dataset.themes == (
        Concept(label=(Text("Environnement"),)),
    )


def test_a_place_left_open_in_a_template_is_told() -> None:
    (parsed,) = page_of(Protocol.ARCGIS_HUB, {"dataset": [dcat_us(spatial="{{extent:computeSpatialProperty}}")]})[1]
    assert parsed.record is not None
    assert parsed.record.dataset.spatial == ()
    assert rules_of(parsed) == ["value-ill-typed"]


def test_what_is_no_item_keeps_its_identifier() -> None:
    old = one({"identifier": f"{HUB}/datasets/ville::arbres", "title": "Arbres"})
    assert (old.source_key, old.dataset.other_identifiers) == (f"{HUB}/datasets/ville::arbres", ())


ITEM = {
    "type": "Feature",
    "id": HEX,
    "geometry": None,
    "properties": {
        "id": HEX,
        "title": "Arbres",
        "description": "Des arbres",
        "url": "https://s.arcgis.com/x/arcgis/rest/services/Arbres/FeatureServer/0",
        "type": "Feature Service",
        "tags": ["arbre"],
        "created": 1611934478000,
        "modified": 1627417519723,
        "extent": {"type": "envelope", "coordinates": [[6.5, 46.3], [6.6, 46.4]]},
        "licenseInfo": "<p>Licence Ouverte 2.0</p>",
        "license": "none",
        "source": "Métropole d'Exemple",
        "orgName": "SIG d'Exemple",
        "owner": "sig_exemple",
        "access": "public",
        "culture": "fr-fr",
        "numViews": 512,
    },
}


def test_a_page_of_the_search_api() -> None:
    links = [{"rel": "self", "href": "x"}, {"rel": "next", "href": "items?limit=1&startindex=2"}]
    page, (parsed,) = page_of(
        Protocol.ARCGIS_HUB, {"type": "FeatureCollection", "numberMatched": 7, "features": [ITEM], "links": links}
    )
    assert (page.declared, page.next) == (7, "https://data.exemple.fr/items?limit=1&startindex=2")
    record = parsed.record
    assert record is not None
    assert record.source_key == f"{HEX}_0"
    assert record.popularity == Popularity(views=512)
    dataset = record.dataset
    assert dataset.publisher is not None
    assert dataset.publisher.name == (Text("Métropole d'Exemple"),)
    assert [agent.name for agent in dataset.creators] == [(Text("SIG d'Exemple"),)]
    assert dataset.spatial == (Place(bbox=BoundingBox(6.5, 46.3, 6.6, 46.4)),)
    assert dataset.licence == Concept(label=(Text("Licence Ouverte 2.0"),))
    assert dataset.distributions[0].access_services[0].endpoint_urls == (ITEM["properties"]["url"],)  # type: ignore[index]
    normalised = normalise(record, PORTAL)[0].dataset
    assert (normalised.issued, normalised.modified) == ("2021-01-29T15:34:38Z", "2021-07-27T20:25:19Z")


@pytest.mark.parametrize("links", [5, "next", {"rel": "next"}, [5], [{"rel": "next", "href": 5}]])
def test_links_of_any_type_lead_nowhere(links: object) -> None:
    assert page_of(Protocol.ARCGIS_HUB, {"features": [], "links": links})[0].next == ""


@pytest.mark.parametrize("bad", [None, 12, "x", [], {"properties": 5}, {"properties": {"extent": [[1]], "tags": 5}}])
def test_an_item_of_any_type_is_a_record_or_a_reason(bad: object) -> None:
    records = page_of(Protocol.ARCGIS_HUB, {"features": [ITEM, bad]})[1]
    assert len(records) == 2
    assert records[0].record is not None


def test_an_error_of_the_hub_is_no_feed() -> None:
    with pytest.raises(UnreadablePage, match="statusCode"):
        page_of(Protocol.ARCGIS_HUB, {"statusCode": 404, "message": "Feed not found"})


def test_the_context_of_a_real_feed_is_shipped_and_never_fetched() -> None:
    """Its address did not answer (datagouv/data.gouv.fr#1151); as JSON-LD, the feed is read all the same."""
    body = reference("fixtures", "portals", "arcgis-hub", "evian-dcat-us.json").read_bytes()
    page = dcat.parse(Fetched("https://x.hub.arcgis.com/feed.json", body), PORTAL)
    records = list(page.records)
    assert len(records) == 8
    assert "page-context-unknown" not in {found.rule for found in page.findings}
    assert all(one.record is not None and one.record.dataset.title for one in records)
