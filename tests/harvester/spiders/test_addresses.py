"""Which addresses may be asked, whoever names them; what robots.txt forbids; how fast."""

from collections.abc import Iterator
from itertools import pairwise
from typing import cast

import pytest
from scrapy.resolver import dnscache
from twisted.internet.base import ReactorBase

from dcat.portal import Protocol
from harvester.addresses import is_public
from harvester.outcome import Status
from harvester.spiders.safety import PublicResolver, RefusedAddress
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer, Source, serving


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "192.0.2.1", "198.18.0.1", "100.64.0.1"),
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["185.75.143.24", "8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def looked_up(monkeypatch: pytest.MonkeyPatch, address: str, *, admitted: bool = False) -> object:
    """What the resolver makes of a name that leads to an address."""
    resolver = PublicResolver(cast("ReactorBase", None))
    monkeypatch.setitem(dnscache, "portail.example.fr", address)
    if admitted:
        resolver.admit("portail.example.fr")
    met: list[object] = []
    resolver.getHostByName("portail.example.fr").addCallbacks(met.append, lambda failure: met.append(failure.value))
    return met[0]


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254"])
def test_a_name_that_leads_to_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    met = looked_up(monkeypatch, address)
    assert isinstance(met, RefusedAddress)
    assert str(met) == f"portail.example.fr resolves to the private address {address}"


def test_a_name_that_leads_to_a_public_address_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_up(monkeypatch, "8.8.8.8") == "8.8.8.8"


def test_an_admitted_name_leads_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked_up(monkeypatch, "10.1.2.3", admitted=True) == "10.1.2.3"


# --- whole harvests ---------------------------------------------------------------------------------------------------


@pytest.fixture
def other() -> Iterator[Source]:
    """Another server, which no harvest was allowed to ask."""
    with serving() as made:
        yield made


ELSEWHERE = [
    "http://127.0.0.1:{port}/b.ttl",
    "http://localhost:{port}/b.ttl",
    "http://127.1:{port}/b.ttl",
    "http://2130706433:{port}/b.ttl",
    "http://[::1]:{port}/b.ttl",
    "http://[::ffff:127.0.0.1]:{port}/b.ttl",
    "http://10.0.0.1/b.ttl",
    "http://169.254.169.254/latest/meta-data/",
]


def port_of(source: Source) -> str:
    return source.host.partition(":")[2]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_redirect_to_a_private_address_is_refused_and_never_asked(place: Place, other: Source, address: str) -> None:
    other.serve("/b.ttl", turtle([1]))
    place.serve("a.ttl", Answer(status=302, headers={"Location": address.format(port=port_of(other))}))
    harvested = place.harvest(Protocol.DCAT, f"{place.base}/a.ttl")
    assert harvested.report.status is Status.FAILED
    assert "private address" in harvested.found("address-refused").value
    assert other.asked == []


@pytest.mark.parametrize("address", ELSEWHERE[:2])
def test_a_portal_at_a_private_address_is_refused_and_never_asked(place: Place, other: Source, address: str) -> None:
    other.serve("/b.ttl", turtle([1]))
    harvested = place.harvest(Protocol.DCAT, address.format(port=port_of(other)))
    assert harvested.report.status is Status.FAILED
    assert "address-refused" in harvested.rules
    assert other.asked == []


@pytest.mark.parametrize("address", ELSEWHERE[:2])
def test_a_private_portal_is_harvested_where_it_was_allowed(place: Place, other: Source, address: str) -> None:
    other.serve("/b.ttl", turtle([1]))
    endpoint = address.format(port=port_of(other))
    assert len(place.harvest(Protocol.DCAT, endpoint, allow_private=True).records) == 1
    assert place.harvest(Protocol.DCAT, endpoint).rules >= {"address-refused"}


def test_a_feed_that_names_a_private_next_page_is_asked_at_the_source(place: Place, other: Source) -> None:
    place.serve("a.ttl", turtle([1], f"{other.url}/{place.name}/b.ttl"))
    place.serve("b.ttl", turtle([2]))
    harvested = place.harvest(Protocol.DCAT, f"{place.base}/a.ttl")
    assert (len(harvested.records), other.asked) == (2, [])


# --- robots.txt -------------------------------------------------------------------------------------------------------


def with_robots(place: Place, own: Source, robots: bytes | Answer) -> Harvested:
    """A harvest of three pages on a server of its own, which has a robots.txt."""
    own.serve("/robots.txt", robots)
    own.serve("/a.ttl", turtle([1], "b.ttl"))
    own.serve("/b.ttl", turtle([2], "c.ttl"))
    own.serve("/c.ttl", turtle([3]))
    return place.harvest(Protocol.DCAT, f"{own.url}/a.ttl", allowed_hosts=(own.host,))


@pytest.mark.parametrize("agent", ["*", "Aiguillage-tests"])
def test_robots_that_forbid_block_the_harvest(place: Place, other: Source, agent: str) -> None:
    harvested = with_robots(place, other, f"User-agent: {agent}\nDisallow: /".encode())
    assert harvested.report.status is Status.BLOCKED
    assert harvested.found("robots-refused").place == f"{other.url}/a.ttl"
    assert [path for path, _ in other.asked] == ["/robots.txt"]


def test_robots_that_forbid_a_later_page_keep_the_first(place: Place, other: Source) -> None:
    harvested = with_robots(place, other, b"User-agent: *\nDisallow: /b.ttl")
    assert (harvested.report.status, len(harvested.records)) == (Status.BLOCKED, 1)
    assert harvested.found("robots-refused").place == f"{other.url}/b.ttl"


@pytest.mark.parametrize(
    "robots", [b"User-agent: AnotherBot\nDisallow: /", b"<html>404</html>", Answer(status=404), Answer(reset=True)]
)
def test_robots_that_do_not_forbid(place: Place, other: Source, robots: bytes | Answer) -> None:
    assert len(with_robots(place, other, robots).records) == 3


def test_robots_that_lead_to_a_private_address_are_not_read_there(place: Place, other: Source) -> None:
    secret = f"{place.source.url}/{place.name}/secret"
    harvested = with_robots(place, other, Answer(status=302, headers={"Location": secret}))
    assert (len(harvested.records), place.asked()) == (3, [])


def test_crawl_delay_is_kept(place: Place, other: Source) -> None:
    with_robots(place, other, b"User-agent: *\nCrawl-delay: 0.15")
    moments = [moment for _, moment in other.asked]
    assert len(moments) == 4
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(moments))
