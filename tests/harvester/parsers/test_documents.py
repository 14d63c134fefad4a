"""Every document of real portals that describes datasets, against what it says."""

import pytest

from dcat.portal import Protocol
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from tests.harvester.expected import (
    PROTOCOLS,
    ExpectedDocument,
    expected_documents,
    in_order,
    portal_of,
    said_by,
)
from tests.harvester.spiders.envelopes import alone
from tests.reference import reference

DOCUMENTS = [
    pytest.param(protocol, name, expected, id=name)
    for protocol in PROTOCOLS
    for name, expected in expected_documents(protocol).items()
]
NO_CATALOGUE = (
    "ods/economie-gouv-catalog_facets.json",
    "ods/enw-v21-export-formats.json",
    "ods/explore-v21-openapi.json",
    "udata/es-search-result.json",
    "udata/datagouvfr-test_datasets_catalog.csv",
)
WITHOUT_RECORDS = ("oai-pmh/pycsw-Identify.xml", "oai-pmh/sickle-ListMetadataFormats.xml")
"""Answers that lead to the records."""


def parsed(protocol: str, name: str, expected: ExpectedDocument) -> tuple[ParsedPage, dict[str, ParsedRecord]]:
    url = expected.url or f"{expected.portal}/{name.rpartition('/')[2]}"
    body = alone(protocol, reference("fixtures", "portals", name).read_bytes())
    page = PARSERS[Protocol(protocol)](Fetched(url=url, body=body), portal_of(expected, protocol))
    return page, {record.source_key: record for record in page.records}


@pytest.mark.parametrize(("protocol", "name", "expected"), DOCUMENTS)
def test_a_document_is_read_as_it_says(protocol: str, name: str, expected: ExpectedDocument) -> None:
    page, records = parsed(protocol, name, expected)
    assert (len(records), page.declared, page.next) == (expected.count, expected.declared, expected.next)
    for wanted in expected.records:
        record = records[wanted.key].record
        assert record is not None
        assert said_by(record, wanted) == in_order(wanted)


@pytest.mark.parametrize(("protocol", "name", "expected"), DOCUMENTS)
def test_a_record_keeps_its_portal_and_its_key(protocol: str, name: str, expected: ExpectedDocument) -> None:
    for key, parsed_record in parsed(protocol, name, expected)[1].items():
        record = parsed_record.record
        assert record is not None
        assert (record.portal, record.source_key) == ("portail", key)
        assert all(found.record == key for found in parsed_record.findings)


@pytest.mark.parametrize("name", NO_CATALOGUE)
def test_another_document_of_the_same_api_is_refused_with_a_reason(name: str) -> None:
    protocol = name.partition("/")[0]
    expected = next(iter(expected_documents(protocol).values()))
    body = reference("fixtures", "portals", name).read_bytes()
    with pytest.raises(UnreadablePage) as refused:
        PARSERS[Protocol(protocol)](Fetched(url="https://x.fr/", body=body), portal_of(expected, protocol))
    assert refused.value.findings[-1].rule == "page-not-parseable"
    assert refused.value.findings[-1].value


@pytest.mark.parametrize("name", WITHOUT_RECORDS)
def test_an_answer_that_leads_to_the_records_has_none(name: str) -> None:
    protocol = name.partition("/")[0]
    expected = next(iter(expected_documents(protocol).values()))
    _, records = parsed(protocol, name, expected)
    assert records == {}


def test_every_fixture_of_these_protocols_is_expected_or_refused() -> None:
    folder = reference("fixtures", "portals")
    known = {name for protocol in PROTOCOLS for name in expected_documents(protocol)}
    known |= {*NO_CATALOGUE, *WITHOUT_RECORDS}
    known.add("udata/datagouvfr-test_organizations_catalog.csv")
    found = {str(file.relative_to(folder)) for protocol in PROTOCOLS for file in (folder / protocol).rglob("*.*")}
    assert found == known
