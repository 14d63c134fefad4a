"""GeoNetwork's JSON of both versions; values read in the documents."""

import json
from typing import Any

import pytest

from dcat.model import Record
from dcat.portal import Level, Portal, Protocol
from harvester.parsers import geonetwork
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from tests.reference import reference

PORTAL = Portal(
    id="mel",
    title="MEL",
    level=Level.EPCI,
    territories=("epci:200093201",),
    url="https://data.lillemetropole.fr",
    protocol=Protocol.GEONETWORK,
)
URL = "https://data.lillemetropole.fr/geonetwork/srv/api/search/records/_search"


def read(content: Any) -> tuple[ParsedPage, dict[str, Record]]:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    page = geonetwork.parse(Fetched(url=URL, body=body), PORTAL)
    return page, {found.source_key: found.record for found in page.records if found.record}


def document(name: str) -> bytes:
    return reference("fixtures", "portals", name).read_bytes()


@pytest.mark.parametrize(
    ("name", "count", "declared"),
    [
        ("geonetwork/gn4-search-page-1.json", 3, 1920),
        ("geonetwork/gn4-search-page-2.json", 3, 1920),
        ("geonetwork/gn4-search-page-3.json", 2, 1920),
        ("geonetwork/mel-roubaix-dataset-search.json", 1, 1),
        ("geonetwork/gn3-q-page-1.json", 3, None),
        ("geonetwork/gn3-q-page-2.json", 3, None),
        ("ogc-records/gn-es_flow.json", 1, 1),
    ],
)
def test_every_document_is_read(name: str, count: int, declared: int | None) -> None:
    page, records = read(document(name))
    assert (len(records), page.declared) == (count, declared)
    assert all(record.dataset.title for record in records.values())


def test_the_last_hit_tells_where_to_go_on() -> None:
    page = Fetched(url=URL, body=document("geonetwork/gn4-search-page-1.json"))
    assert geonetwork.last_sort(page) == [1303134664000]
    assert geonetwork.last_sort(Fetched(url=URL, body=b'{"hits": {"hits": []}}')) == []


def test_a_dataset_of_the_metropole() -> None:
    record = read(document("geonetwork/mel-roubaix-dataset-search.json"))[1]["ed34db28-5dd4-480f-bf29-dc08f0086131"]
    dataset = record.dataset
    assert record.page == f"https://data.lillemetropole.fr/geonetwork/srv/api/records/{record.source_key}"
    assert (record.modified, record.origin) == ("2024-12-16T12:17:05.473894Z", None)
    assert record.popularity is not None
    assert record.popularity.views == 8
    (title,) = dataset.title
    assert title.language == "fr"
    assert title.value.startswith("Construisons ensemble les projets de nouvelles lignes de transport !")
    assert dataset.publisher is not None
    assert dataset.publisher.name[0].value == "Métropole Européenne de Lille"
    assert dataset.licence is not None
    assert dataset.licence.label[0].value == "Licence Ouverte Etalab 2.0"
    dates = (dataset.created[:10], dataset.issued[:10], dataset.modified[:10])
    assert dates == ("2022-08-04", "2024-05-29", "2023-03-06")
    assert dataset.frequency is not None
    assert dataset.frequency.label[0].value == "asNeeded"
    assert dataset.spatial[0].bbox is not None
    assert dataset.spatial[0].bbox.west == 2.789133
    assert dataset.temporal == ()
    (distribution,) = dataset.distributions
    (service,) = distribution.access_services
    assert service.endpoint_urls[0].endswith("nouvelles_lignes_de_transport_pro2/items")
    assert distribution.format is not None
    assert distribution.format.label[0].value == "OGC API Features"


def test_a_text_in_many_languages() -> None:
    (record,) = read(document("ogc-records/gn-es_flow.json"))[1].values()
    assert [(text.value, text.language) for text in record.dataset.title][:2] == [
        ("multilingual", "en"),
        ("multilingue", "fr"),
    ]


def test_a_harvested_record_of_v3_points_at_its_catalogue() -> None:
    record = read(document("geonetwork/gn3-q-page-1.json"))[1]["b30b7550-31d2-11df-80a3-0030485c9eb6"]
    dataset, origin = record.dataset, record.origin
    assert origin is not None
    assert (origin.domain, origin.remote_id) == ("catalogue.datara.gouv.fr", record.source_key)
    assert origin.uri == "https://catalogue.datara.gouv.fr/geonetwork/srv/b30b7550-31d2-11df-80a3-0030485c9eb6"
    assert dataset.title[0].value == "AC2 - Sites classés - Auvergne-Rhône-Alpes"
    assert (dataset.issued, dataset.modified) == ("2010-03-17T00:00:00", "2024-01-29T14:48:19")
    assert dataset.publisher is not None
    assert dataset.publisher.name[0].value.startswith("Direction Régionale de l’Environnement")
    assert [text.value for text in dataset.rights] == ["open data / donnée libre"]
    assert len(dataset.keywords) == 12
    assert "Sites protégés" in [text.value for theme in dataset.themes for text in theme.label]
    wms, wfs, download = dataset.distributions
    assert wms.access_services[0].endpoint_urls == ("https://carto.datara.gouv.fr/cgi-bin/mapserv",)
    assert wfs.title[0].value == "l_sitclas_s_r84"
    assert download.format is not None
    assert download.format.label[0].value == "ZIP"


def test_one_value_and_a_list_of_it_are_the_same() -> None:
    alone: dict[str, Any] = {
        "geonet:info": {"uuid": "u-1"},
        "title": "Arbres",
        "keyword": "arbre",
        "link": "n||https://x.fr/a.csv|WWW:DOWNLOAD|text/csv|1",
        "geoBox": "1|43|2|44",
        "topicCat": "environment",
    }
    listed = {name: value if name == "geonet:info" else [value] for name, value in alone.items()}
    assert read({"metadata": alone})[1] == read({"metadata": [listed]})[1]
    (record,) = read({"metadata": alone})[1].values()
    assert record.dataset.distributions[0].download_urls == ("https://x.fr/a.csv",)


def test_a_page_of_v3_without_records_is_a_page() -> None:
    page, records = read({"@from": "101", "@to": "100", "summary": {"@count": "100"}})
    assert (page.declared, records) == (100, {})


def test_a_lower_bound_is_no_total() -> None:
    assert read({"hits": {"total": {"value": 10000, "relation": "gte"}, "hits": []}})[0].declared is None


@pytest.mark.parametrize("content", [b"<html></html>", {"message": "Not found", "code": "resource_not_found"}, b"[]"])
def test_what_is_no_page_says_why(content: Any) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(content)
    assert refused.value.findings[-1].rule == "page-not-parseable"
