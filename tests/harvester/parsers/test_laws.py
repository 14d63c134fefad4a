"""What holds for every parser, whatever it is given."""

import json
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat.identity import record_id
from dcat.portal import Protocol
from harvester.parsers import PARSERS
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.identity import is_placeholder
from harvester.parsers.page import Fetched, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, URL

PROTOCOLS = sorted(PARSERS)
NAMES = st.sampled_from(
    (
        *(
            "id",
            "title",
            "dataset",
            "dataset_id",
            "dataset_uid",
            "datasetid",
            "metas",
            "default",
            "name",
            "extras",
            "key",
        ),
        *("value", "resources", "url", "harvest", "organization", "results", "result", "data", "datasets", "count"),
        *("spatial", "bbox", "theme", "publisher", "temporal_coverage", "license", "tags", "success", "total_count"),
        *(
            "@type",
            "@id",
            "@value",
            "@language",
            "@list",
            "@graph",
            "identifier",
            "distribution",
            "dct:title",
            "keyword",
        ),
        *(
            "features",
            "properties",
            "extent",
            "links",
            "geo",
            "box",
            "spatialCoverage",
            "temporal",
            "sameAs",
            "mainEntity",
        ),
    )
)
TYPES = st.sampled_from(("Dataset", "schema:Dataset", "DataDownload", "Place"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | TYPES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(protocol: Protocol, body: bytes) -> None:
    """All of a page; nothing but ``UnreadablePage`` may come of it."""
    with suppress(UnreadablePage):
        for parsed in PARSERS[protocol](Fetched(URL, body), PORTAL).records:
            if parsed.record is None:
                assert parsed.findings
            else:
                assert parsed.record.source_key == parsed.source_key != ""
                assert parsed.record.id == record_id(PORTAL.id, parsed.source_key)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@QUICK
@given(body=st.binary(max_size=200))
def test_any_bytes_give_a_page_or_a_reason(protocol: Protocol, body: bytes) -> None:
    read(protocol, body)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@QUICK
@given(content=JSON)
def test_any_json_gives_a_page_or_a_reason(protocol: Protocol, content: object) -> None:
    read(protocol, json.dumps(content).encode())


@pytest.mark.parametrize("protocol", [Protocol.ODS, Protocol.CKAN, Protocol.UDATA])
@QUICK
@given(row=st.dictionaries(NAMES, JSON))
def test_any_row_gives_one_record_or_one_reason(protocol: Protocol, row: dict[str, object]) -> None:
    body = msgspec.json.encode([row])
    assert len(list(PARSERS[protocol](Fetched(URL, body), PORTAL).records)) == 1
    read(protocol, body)


@pytest.mark.parametrize("protocol", [Protocol.DATA_JSON, Protocol.ARCGIS_HUB])
@QUICK
@given(row=st.dictionaries(NAMES, JSON))
def test_any_dataset_of_a_catalogue_gives_one_record_or_one_reason(protocol: Protocol, row: dict[str, object]) -> None:
    body = msgspec.json.encode({"dataset": [row]})
    assert len(list(PARSERS[protocol](Fetched(URL, body), PORTAL).records)) == 1
    read(protocol, body)


@QUICK
@given(content=JSON, said=st.dictionaries(NAMES, JSON))
def test_any_script_of_a_page_gives_records_or_reasons(content: object, said: dict[str, object]) -> None:
    for value in (content, {**said, "@type": "Dataset", "name": "Arbres", "description": "x"}):
        body = b'<html><script type="application/ld+json">' + json.dumps(value).encode() + b"</script></html>"
        read(Protocol.SCHEMA_ORG, body)


OAI = (
    b"<OAI-PMH><ListRecords><record><header><identifier>a</identifier></header><metadata><dc><title>A &amp; b</title>"
    b"<identifier>https://a.fr/1</identifier></dc></metadata></record><resumptionToken>t</resumptionToken></ListRecords>"
    b"</OAI-PMH>"
)
MAP = b"<urlset><url><loc>https://a.fr/1</loc><lastmod>2024</lastmod></url></urlset>"


@pytest.mark.parametrize(("protocol", "whole"), [(Protocol.OAI_PMH, OAI), (Protocol.SCHEMA_ORG, MAP)])
@QUICK
@given(data=st.data())
def test_any_wound_leaves_a_page_or_a_reason(protocol: Protocol, whole: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    read(protocol, whole[:start] + data.draw(st.binary(max_size=12)) + whole[end:])


@QUICK
@given(st.one_of(JSON, st.text(), st.builds(json.dumps, JSON)))
def test_any_value_is_a_geometry_or_none(value: object) -> None:
    assert isinstance(geometry_of(value), str)
    box_of(value)


@pytest.mark.parametrize("text", ["TODO", "A REMPLIR", "à compléter", "n/a", "-", "0", "000", "", "None", "XXX"])
def test_placeholders(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["1", "10", "arbres", "todo-list", "213502388", "test-a", "da_abc123"])
def test_identifiers(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_parser_knows_nothing_of_the_crawler(protocol: Protocol) -> None:
    module = Path(str(__import__(PARSERS[protocol].__module__, fromlist=["parse"]).__file__))
    assert not any("scrapy" in file.read_text(encoding="utf-8") for file in module.parent.glob("*.py"))
