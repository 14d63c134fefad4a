"""The bare reading that harvests are measured by: whatever a server gives, it gives a number."""

import pytest

from benchmarks import bare
from dcat.portal import Protocol
from harvester.archive import Page


@pytest.mark.parametrize(
    ("protocol", "body", "count"),
    [
        (Protocol.DCAT, b"@prefix d: <http://www.w3.org/ns/dcat#> . <a> a d:Dataset . <b> a d:Dataset, , .", 2),
        (Protocol.CKAN, b'{"success": true, "result": {}}', 2),
        (Protocol.CKAN, b'{"success": true, ', 0),
        (Protocol.CSW, b"<a><b/><b/></a>", 2),
        (Protocol.CSW, b"<a><b/><b/>", 2),
        (
            Protocol.SCHEMA_ORG,
            b"<!DOCTYPE html>\n<html lang=fr><head><meta charset=utf-8></head><body></body></html>",
            2,
        ),
        (Protocol.SCHEMA_ORG, b"", 0),
        (Protocol.SCHEMA_ORG, b"\x1f\x8b\x08", 0),
    ],
)
def test_a_page_of_any_server_is_read(protocol: Protocol, body: bytes, count: int) -> None:
    assert bare.read(Page(1, "https://data.exemple.fr/a", 200, {}, body), protocol) == count
