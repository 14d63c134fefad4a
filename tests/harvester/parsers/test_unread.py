"""Every field of a record is read, known to be of no use, or told."""

import json
from collections.abc import Callable

import pytest

from dcat.findings import Finding
from dcat.portal import Level, Portal
from harvester.parsers import ckan, ods, udata
from harvester.parsers.page import Fetched, Parser
from tests.reference import reference

PORTAL = Portal(id="x", title="x", level=Level.NATIONAL, territories=("national",), url="https://data.example.fr")


def told(parse: Parser, body: bytes) -> list[Finding]:
    page = parse(Fetched("https://data.example.fr/api", body), PORTAL)
    return [found for record in page.records for found in record.findings if found.rule == "field-unread"]


def ods_row(**more: object) -> dict[str, object]:
    return {"dataset_id": "a", "metas": {"default": {"title": "Eau", "records_count": 3}}, "fields": [{"n": 1}], **more}


def ods_page(*rows: dict[str, object]) -> bytes:
    return json.dumps({"total_count": len(rows), "results": rows}).encode()


def ckan_page(*rows: dict[str, object]) -> bytes:
    return json.dumps({"success": True, "result": {"count": len(rows), "results": rows}}).encode()


def udata_page(*rows: dict[str, object]) -> bytes:
    return json.dumps({"data": rows, "total": len(rows)}).encode()


CASES: list[tuple[Parser, Callable[..., bytes], dict[str, object], str]] = [
    (ods.parse, ods_page, ods_row(lineage="levé"), "lineage"),
    (ckan.parse, ckan_page, {"id": "a", "title": "Eau", "extras": [{"key": "canton", "value": "Sud"}]}, "canton"),
    (
        ckan.parse,
        ckan_page,
        {"id": "a", "title": "Eau", "resources": [{"url": "u", "tide": "low"}]},
        "resources[].tide",
    ),
    (udata.parse, udata_page, {"id": "a", "title": "Eau", "harvest": {"domain": "d.fr", "x": 1}}, "harvest.x"),
]


@pytest.mark.parametrize(("parse", "page", "row", "place"), CASES, ids=[case[3] for case in CASES])
def test_an_unknown_field_is_told_once_a_page_with_its_first_record(
    parse: Parser, page: Callable[..., bytes], row: dict[str, object], place: str
) -> None:
    key = "id" if "id" in row else "dataset_id"
    (found,) = told(parse, page(row, {**row, key: "b"}))
    assert (found.record, found.place) == ("a", place)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("parse", "document"),
    [
        (ods.parse, "ods/economie-gouv-catalog_datasets.json"),
        (ods.parse, "ods/enw-v21-list-datasets.json"),
        (ods.parse, "ods/rte-federated-on-data-opendatasoft.json"),
        (udata.parse, "udata/datagouvfr-datasets-a.json"),
    ],
)
def test_every_field_of_a_live_portal_is_known(parse: Parser, document: str) -> None:
    assert told(parse, reference("fixtures", "portals", *document.split("/")).read_bytes()) == []


@pytest.mark.reference
def test_what_no_ckan_field_of_dcat_says_is_told() -> None:
    document = reference("fixtures", "portals", "ckan", "dkan-hautsdefrance-package-show.json")
    assert {found.place for found in told(ckan.parse, document.read_bytes())} == {
        "dataset-reference-date",
        "responsible-party",
    }
