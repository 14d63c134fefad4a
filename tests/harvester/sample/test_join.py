"""The harvester's own parsers give the records that the truth file speaks of, under the keys that join it."""

from collections.abc import Iterator, Mapping

import pytest

from dcat.model import Record, text_in
from dcat.portal import Portal, Protocol
from harvester.parsers import (
    arcgis_hub,
    ckan,
    csw,
    data_json,
    dcat,
    geonetwork,
    oai_pmh,
    ods,
    ogc_records,
    schema_org,
    udata,
)
from harvester.parsers.page import Fetched, Parser
from harvester.sample.identifiers import source_key
from harvester.sample.network import SamplePortal
from harvester.sample.population import Population
from harvester.sample.portal_files import sampled
from harvester.sample.server import create_app

from .conftest import SERVER, Question, asking, every_record, first_page

PARSERS: Mapping[Protocol, Parser] = {
    Protocol.DCAT: dcat.parse,
    Protocol.ODS: ods.parse,
    Protocol.CKAN: ckan.parse,
    Protocol.UDATA: udata.parse,
    Protocol.CSW: csw.parse,
    Protocol.GEONETWORK: geonetwork.parse,
    Protocol.OGC_RECORDS: ogc_records.parse,
    Protocol.ARCGIS_HUB: arcgis_hub.parse,
    Protocol.DATA_JSON: data_json.parse,
    Protocol.OAI_PMH: oai_pmh.parse,
    Protocol.SCHEMA_ORG: schema_org.parse,
}
TELLS_ORIGIN = (Protocol.ODS, Protocol.CKAN, Protocol.UDATA)


@pytest.fixture(scope="module")
def spoiled(registry: tuple[Portal, ...]) -> Population:
    """One record in five is poisoned."""
    return Population(registry, 400, seed=13, poison=0.2)


def parsed(population: Population) -> Iterator[tuple[str, Record]]:
    ask = asking(create_app(population))
    for sample in population.portals.values():
        portal = sampled(sample, SERVER)
        for asked in questions(population, sample):
            answer = ask(asked.address, asked.method, content=asked.body)
            headers = {key.lower(): answer.headers[key] for key in answer.headers}
            fetched = Fetched(str(answer.url), answer.content, 200, headers)
            for found in PARSERS[sample.protocol](fetched, portal).records:
                assert found.record is not None, found.findings
                yield sample.id, found.record


def questions(population: Population, sample: SamplePortal) -> Iterator[Question]:
    """What a portal is asked for all of its records."""
    if sample.protocol is Protocol.SCHEMA_ORG:
        slugs = (population.record(sample.id, at).slug for at in range(population.size(sample.id)))
        yield from (Question(f"/{sample.id}/dataset/{slug}") for slug in slugs)
    else:
        yield first_page(sample.protocol, f"/{sample.id}{sample.endpoint}", sample.dialect)


def test_every_row_of_the_truth_meets_the_record_of_its_key_poisoned_or_not(spoiled: Population) -> None:
    records = {(portal, record.source_key): record for portal, record in parsed(spoiled)}
    assert set(records) == {(row.portal, row.source_id) for row in spoiled.truth()}
    for wanted in every_record(spoiled):
        record = records[wanted.portal, source_key(spoiled.portals[wanted.portal], wanted.source_id)]
        assert text_in(record.dataset.title) == wanted.title
        assert record.page.rstrip("/") == wanted.page.rstrip("/")


def test_copies_of_opendatasoft_ckan_and_udata_carry_their_origin(spoiled: Population) -> None:
    records = {(portal, record.source_key): record for portal, record in parsed(spoiled)}
    for portal, sample in spoiled.portals.items():
        if sample.protocol not in TELLS_ORIGIN:
            continue
        for position in range(spoiled.size(portal)):
            wanted = spoiled.record(portal, position)
            origin = records[portal, source_key(sample, wanted.source_id)].origin
            if wanted.origin is None:
                assert origin is None, wanted
            elif sample.protocol is Protocol.UDATA or "/explore/dataset/" in wanted.origin.uri:
                assert origin
                assert wanted.origin.domain.removeprefix("www.") in (origin.domain, origin.domain.removeprefix("www."))
