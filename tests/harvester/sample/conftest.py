"""A small federation, and a way to ask its server without a network."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest
from msgspec import Struct
from msgspec.structs import replace
from starlette.applications import Starlette

from dcat.portal import Portal, Protocol
from harvester.registry import Registry
from harvester.sample.network import SamplePortal
from harvester.sample.population import Population
from harvester.sample.record import Catalogue, SampleRecord, TruthRow
from harvester.sample.server import create_app

SERVER = "http://127.0.0.1:9"
DATASETS = 1_200

Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def registry() -> tuple[Portal, ...]:
    return tuple(Registry.load())


@pytest.fixture(scope="session")
def population(registry: tuple[Portal, ...]) -> Population:
    """Without poison, so that every page is well-formed."""
    return Population(registry, DATASETS, seed=7, poison=0)


@pytest.fixture(scope="session")
def truth(population: Population) -> tuple[TruthRow, ...]:
    return tuple(population.truth())


@pytest.fixture(scope="session")
def ask(population: Population) -> Ask:
    return asking(create_app(population))


def asking(app: Starlette) -> Ask:
    """A function that sends one request to an application."""

    def ask(path: str, method: str = "GET", **options: object) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SERVER) as client:
                return await client.request(method, path, **options)  # type: ignore[arg-type]

        return asyncio.run(send())

    return ask


FIRST_PAGES = {
    Protocol.DCAT: "?page_size=1000",
    Protocol.ODS: "/catalog/datasets?limit=100",
    Protocol.CKAN: "/package_search?rows=1000",
    Protocol.UDATA: "/datasets/?page_size=1000",
    Protocol.CSW: "service=CSW&request=GetRecords&version=2.0.2&elementSetName=full&maxRecords=100",
    Protocol.OGC_RECORDS: "?limit=1000",
    Protocol.OAI_PMH: "?verb=ListRecords&metadataPrefix=iso19139",
}
"""What follows the endpoint in the address of a page that is as large as it may be."""


class Question(Struct, frozen=True):
    """A request for a page."""

    address: str
    method: str = "GET"
    body: bytes | None = None


def first_page(protocol: Protocol, endpoint: str, dialect: str) -> Question:
    """How a portal is asked for a first page, as large as it may be."""
    if protocol is Protocol.GEONETWORK and dialect == "v3":
        return Question(f"{endpoint}/srv/fre/q?_content_type=json&from=1&to=100")
    if protocol is Protocol.GEONETWORK:
        return Question(f"{endpoint}/srv/api/search/records/_search", "POST", b'{"size": 10000}')
    if protocol is Protocol.CSW:
        return Question(f"{endpoint}{'&' if '?' in endpoint else '?'}{FIRST_PAGES[protocol]}")
    return Question(endpoint + FIRST_PAGES.get(protocol, ""))


def every_record(catalogue: Catalogue) -> Iterator[SampleRecord]:
    for portal in catalogue.portals:
        for position in range(catalogue.size(portal)):
            yield catalogue.record(portal, position)


class Crowded:
    """A catalogue whose portals all hold the same record many times, for the limits of the protocols."""

    def __init__(self, population: Population, size: int) -> None:
        self.portals: dict[str, SamplePortal] = population.portals
        self._population = population
        self._size = size

    def size(self, portal: str) -> int:  # noqa: ARG002 - all alike
        return self._size

    def record(self, portal: str, position: int) -> SampleRecord:
        record = self._population.record(portal, 0)
        names = {name: f"{getattr(record, name)}{position:06d}" for name in ("source_id", "slug", "iri", "page")}
        return replace(record, number=position, **names)

    def find(self, portal: str, source_id: str) -> SampleRecord | None:  # noqa: ARG002 - nothing is looked up
        return None

    def truth(self) -> Iterator[TruthRow]:
        return iter(())
