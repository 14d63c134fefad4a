"""One document, lists with tokens, pages of a site: ArcGIS Hub, data.json, OAI-PMH and schema.org as the sample has
them."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree, html  # type: ignore[import-untyped]
from msgspec import json

from harvester.sample.population import Population
from harvester.sample.record import SampleRecord
from harvester.sample.server import create_app

from .conftest import SERVER, Ask, Crowded, asking

AS = "/data-gouv-fr/as"
OAI = f"{AS}/oai-pmh/oai"
SITE = f"{AS}/schema-org"
NS = "{http://www.openarchives.org/OAI/2.0/}"


@pytest.fixture(scope="module")
def records(population: Population) -> list[SampleRecord]:
    return [population.record("data-gouv-fr", at) for at in range(population.size("data-gouv-fr"))]


def portal_of(population: Population, dialect: str) -> str:
    return next(name for name, sample in population.portals.items() if sample.dialect == dialect)


# -- data.json and ArcGIS Hub ------------------------------------------------------------------------------------------


def test_data_json_is_the_whole_catalogue_as_a_file(ask: Ask, records: list[SampleRecord]) -> None:
    answer = ask(f"{AS}/data-json/data.json")
    datasets = answer.json()["dataset"]
    assert [one["identifier"] for one in datasets] == [record.source_id for record in records]
    assert all(one["accessLevel"] == "public" and "" not in one.values() for one in datasets)
    for header in ("ETag", "Last-Modified"):
        condition = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}[header]
        assert ask(f"{AS}/data-json/data.json", headers={condition: answer.headers[header]}).status_code == 304
    assert ask(f"{AS}/data-json/data.json", headers={"If-None-Match": '"x"'}).status_code == 200


def test_both_hub_feeds_name_the_same_layers(population: Population, ask: Ask) -> None:
    portal = portal_of(population, "dcat-us")
    us = ask(f"/{portal}/api/feed/dcat-us/1.1.json").json()["dataset"]
    ap = ask(f"/{portal}/api/feed/dcat-ap/2.1.1.json").json()["dcat:dataset"]
    wanted = [population.record(portal, at).source_id for at in range(population.size(portal))]
    named = [re.search(r"id=([0-9a-f]{32})&sublayer=(\d)", one["identifier"]) for one in us]
    assert [f"{found[1]}_{found[2]}" for found in named if found] == wanted
    assert [one["@id"] for one in ap] == [one["identifier"] for one in us]
    assert all(one["license"].startswith("<div") and one["spatial"].count(",") == 3 for one in us)
    formats = [file["dct:format"] for one in ap for file in one["dcat:distribution"]]
    assert all(one["@id"].startswith("ftype/") for one in formats)
    assert ask(f"/{portal}/data.json").status_code == 404


# -- OAI-PMH -----------------------------------------------------------------------------------------------------------


def oai(ask: Ask, **arguments: str) -> Any:
    answer = ask(OAI, params=arguments)
    assert answer.status_code == 200
    return etree.fromstring(answer.content)


def listed(ask: Ask, verb: str = "ListRecords", **arguments: str) -> Iterator[Any]:
    """Every page of a list."""
    page = oai(ask, verb=verb, **arguments)
    while True:
        found = page.find(f"{NS}{verb}")
        yield found
        token = found.findtext(f"{NS}resumptionToken")
        if not token:
            return
        page = oai(ask, verb=verb, resumptionToken=token)


def test_oai_lists_everything_from_token_to_token(ask: Ask, records: list[SampleRecord]) -> None:
    pages = list(listed(ask, metadataPrefix="iso19139"))
    alive = [
        header.findtext(f"{NS}identifier")
        for page in pages
        for header in page.iter(f"{NS}header")
        if header.get("status") != "deleted"
    ]
    gone = [header for page in pages for header in page.iter(f"{NS}header") if header.get("status") == "deleted"]
    assert alive == [record.source_id for record in records]
    assert gone
    sizes = {page.find(f"{NS}resumptionToken").get("completeListSize") for page in pages}
    assert sizes == {str(len(alive) + len(gone))}
    assert [page.find(f"{NS}resumptionToken").get("cursor") for page in pages] == [
        str(50 * n) for n in range(len(pages))
    ]
    assert not pages[-1].findtext(f"{NS}resumptionToken")


def test_oai_lists_what_changed_between_two_moments(ask: Ask, records: list[SampleRecord]) -> None:
    moments = sorted(record.processed for record in records)
    since, until = moments[-20][:19], moments[-5][:19]
    found = {
        header.findtext(f"{NS}identifier")
        for page in listed(
            ask, "ListIdentifiers", metadataPrefix="oai_dc", **{"from": f"{since}Z", "until": f"{until}Z"}
        )
        for header in page.iter(f"{NS}header")
        if header.get("status") != "deleted"
    }
    assert found == {record.source_id for record in records if since <= record.processed[:19] <= until}
    day = next(listed(ask, metadataPrefix="oai_dc", **{"from": moments[-3][:10]}))
    assert len(day.findall(f"{NS}record")) >= 3


def test_oai_identifies_itself_and_its_formats(ask: Ask) -> None:
    said = oai(ask, verb="Identify").find(f"{NS}Identify")
    assert said.findtext(f"{NS}baseURL") == f"{SERVER}{OAI}"
    assert said.findtext(f"{NS}granularity") == "YYYY-MM-DDThh:mm:ssZ"
    assert said.findtext(f"{NS}deletedRecord") == "persistent"
    prefixes = [one.text for one in oai(ask, verb="ListMetadataFormats").iter(f"{NS}metadataPrefix")]
    assert prefixes == ["iso19139", "oai_dc"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"verb": "ListRecords", "metadataPrefix": "iso19139", "from": "2030-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "yesterday"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "99999|oai_dc||"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "50|oai_dc||", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "GetRecord", "identifier": "x", "metadataPrefix": "oai_dc"}, "idDoesNotExist"),
        ({"verb": "Sing"}, "badVerb"),
    ],
)
def test_oai_errors_come_with_200(ask: Ask, arguments: dict[str, str], code: str) -> None:
    assert oai(ask, **arguments).find(f"{NS}error").get("code") == code


def test_oai_takes_post_and_gives_one_record(ask: Ask, records: list[SampleRecord]) -> None:
    asked = f"verb=GetRecord&identifier={records[2].source_id}&metadataPrefix=oai_dc"
    found = etree.fromstring(ask(OAI, "POST", content=asked.encode()).content)
    assert found.findtext(".//{http://purl.org/dc/elements/1.1/}title") == records[2].title


# -- schema.org --------------------------------------------------------------------------------------------------------


def test_a_site_is_found_by_its_sitemaps(population: Population, records: list[SampleRecord]) -> None:
    ask = asking(create_app(population, largest=100))
    index = etree.fromstring(ask(f"{SITE}/sitemap.xml").content)
    parts = [one.text for one in index.iter("{*}loc")]
    assert len(parts) == -(-len(records) // 100)
    sitemaps = [etree.fromstring(ask(part).content) for part in parts]
    pages = [one.text for sitemap in sitemaps for one in sitemap.iter("{*}loc")]
    assert pages == [f"{SERVER}{SITE}/dataset/{record.slug}" for record in records]
    changed = [one.text for sitemap in sitemaps for one in sitemap.iter("{*}lastmod")]
    assert changed == [record.processed for record in records]
    assert ask(f"{SITE}/sitemap-{len(parts) + 1}.xml").status_code == 404
    assert ask(parts[0], headers={"If-None-Match": ask(parts[0]).headers["ETag"]}).status_code == 304


def test_a_page_holds_its_dataset_in_json_ld(ask: Ask, records: list[SampleRecord]) -> None:
    page = html.fromstring(ask(f"{SITE}/dataset/{records[5].slug}").content)
    found = [json.decode(one.text) for one in page.iter("script") if one.get("type") == "application/ld+json"]
    (dataset,) = [one for one in found if one["@type"] == "Dataset"]
    assert (dataset["@id"], dataset["name"]) == (records[5].iri, records[5].title)
    assert [one["contentUrl"] for one in dataset["distribution"]] == [file.url for file in records[5].files]
    assert ask(f"{SITE}/dataset/inconnu").status_code == 404


def test_a_site_of_many_pages_has_many_sitemaps(population: Population) -> None:
    index = asking(create_app(Crowded(population, 12_345)))(f"{SITE}/sitemap.xml")
    assert index.text.count("<loc>") == 13
