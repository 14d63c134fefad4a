"""The sample federation, as its server speaks: each record is found again under the key that its truth names."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest

from dcat.model import text_in
from dcat.portal import Protocol
from harvester.parsers import PARSERS
from harvester.parsers.hosts import bare
from harvester.parsers.page import Fetched, ParsedRecord
from harvester.registry import Registry
from harvester.sample.identifiers import source_key
from harvester.sample.network import SamplePortal
from harvester.sample.population import Population
from harvester.sample.server import create_app

SERVER = "http://127.0.0.1:9"
PATHS = {
    Protocol.ODS: "/api/explore/v2.1/catalog/exports/json",
    Protocol.CKAN: "/api/3/action/package_search?rows=1000",
    Protocol.UDATA: "/api/1/datasets/?page_size=1000",
    Protocol.DCAT: "/catalog.ttl?page_size=1000",
}


@pytest.fixture(scope="module")
def population() -> Population:
    return Population(tuple(Registry.load()), 600, seed=11, poison=0.2)


@pytest.fixture(scope="module")
def federation(population: Population) -> dict[str, tuple[SamplePortal, list[ParsedRecord]]]:
    """Every portal that speaks one of the four protocols, with its records parsed."""

    async def ask() -> dict[str, Fetched]:
        app = create_app(population)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SERVER) as client:
            return {name: await fetched(client, f"{SERVER}/{name}{PATHS[portal.protocol]}") for name, portal in spoken}

    spoken = [(name, portal) for name, portal in population.portals.items() if portal.protocol in PATHS]
    answers = asyncio.run(ask())
    return {
        name: (portal, list(PARSERS[portal.protocol](answers[name], portal.portal).records)) for name, portal in spoken
    }


async def fetched(client: httpx.AsyncClient, url: str) -> Fetched:
    response = await client.get(url)
    return Fetched(url, response.content, response.status_code, dict(response.headers))


def pairs(
    population: Population, federation: dict[str, tuple[SamplePortal, list[ParsedRecord]]]
) -> Iterator[tuple[SamplePortal, int, ParsedRecord]]:
    for name, (portal, records) in federation.items():
        by_key = {record.source_key: record for record in records}
        for position in range(population.size(name)):
            yield portal, position, by_key[source_key(portal, population.record(name, position).source_id)]


def test_all_four_protocols_are_spoken(federation: dict[str, tuple[SamplePortal, list[ParsedRecord]]]) -> None:
    assert {portal.protocol for portal, records in federation.values() if records} == set(PATHS)


def test_every_record_is_found_under_its_key_with_its_title(
    population: Population, federation: dict[str, tuple[SamplePortal, list[ParsedRecord]]]
) -> None:
    for portal, position, parsed in pairs(population, federation):
        written = population.record(portal.portal.id, position)
        assert parsed.record is not None, parsed.findings
        if not written.poison:
            assert text_in(parsed.record.dataset.title) == written.title


def test_a_copy_made_by_a_harvester_that_tells_it_names_its_origin(
    population: Population, federation: dict[str, tuple[SamplePortal, list[ParsedRecord]]]
) -> None:
    told = 0
    for portal, position, parsed in pairs(population, federation):
        written = population.record(portal.portal.id, position).origin
        assert parsed.record is not None
        if written is None:
            assert parsed.record.origin is None
        elif portal.protocol in (Protocol.UDATA, Protocol.CKAN):
            assert parsed.record.origin is not None
            assert bare(parsed.record.origin.domain) == bare(written.domain)
            told += 1
    assert told
