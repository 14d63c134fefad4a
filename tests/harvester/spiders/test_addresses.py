"""Which addresses may be asked, whoever names them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from scrapy import Request
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.error import DNSLookupError, UserError
from twisted.internet.interfaces import IReactorPluggableNameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]  # it has no types

from dcat.portal import Protocol
from harvester.politeness.addresses import RefusedAddress, is_public
from harvester.runs.outcome import Status
from harvester.spiders.safety import PublicResolver, SafeAddresses
from harvester.spiders.settings import settings_for
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.conftest import Place
from tests.harvester.spiders.source import Answer, Source, serving


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1"),
        *("::ffff:10.0.0.1", "192.0.2.1", "198.18.0.1", "100.64.0.1", "240.0.0.1", "::127.0.0.1", "::ffff:0:7f00:1"),
        *("64:ff9b::10.0.0.1", "64:ff9b:1::8.8.8.8", "2002:7f00:1::1", "2001:0:4136:e378::1", "2001:db8::1"),
        *("fec0::1", "3fff::1", "5f00::1", "100::1"),
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["185.75.143.24", "8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


class Names:
    """A name server: what each look-up of a name finds, the last one for ever."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int = 0) -> None:  # noqa: ARG002, N802 - Twisted's
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]:
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
        receiver.resolutionComplete()


@implementer(IReactorPluggableNameResolver)
class Reactor(MemoryReactorClock):
    """A reactor that connects to nothing and remembers where it would have."""

    def __init__(self, resolver: PublicResolver) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Twisted's
        self.nameResolver: Any = resolver

    def connected(self, host: str = "portail.example.fr", port: int = 80) -> list[str]:
        """The addresses that a connection to a host tries."""
        factory: Any = Factory()
        HostnameEndpoint(self, host, port).connect(factory).addErrback(_not_connected)
        self.advance(10)
        return [client[0] for client in self.tcpClients]


def _not_connected(failure: Failure) -> None:
    failure.trap(DNSLookupError, UserError)  # type: ignore[no-untyped-call]  # Twisted's


def connected(*addresses: str, host: str = "portail.example.fr", admitted: bool = False) -> list[str]:
    resolver = PublicResolver(Names(addresses))
    if admitted:
        resolver.admit(host, 80)
    return Reactor(resolver).connected(host)


PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "64:ff9b::7f00:1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_connection_is_made_to_a_private_address(address: str) -> None:
    assert connected(address) == []
    assert connected(address, admitted=True) == [address]


def test_of_the_addresses_of_a_name_the_public_ones_are_tried() -> None:
    assert connected("10.0.0.1", "2a01:e0a::1", "fe80::1", "185.75.143.24") == ["2a01:e0a::1", "185.75.143.24"]


def test_an_address_written_as_such_is_checked_when_the_connection_is_made() -> None:
    assert connected("127.0.0.1", host="127.0.0.1") == []


def test_an_internationalised_name_is_admitted_in_either_spelling() -> None:
    resolver = PublicResolver(Names(("10.0.0.1",)))
    resolver.admit("xn--donnes-eva.example.fr", 80)
    assert Reactor(resolver).connected("donn\u00e9es.example.fr") == ["10.0.0.1"]


def test_a_name_is_admitted_for_its_port_alone() -> None:
    resolver = PublicResolver(Names(("10.0.0.1",)))
    resolver.admit("portail.example.fr", 80)
    assert Reactor(resolver).connected(port=8080) == []


def checked(resolver: PublicResolver, url: str = "http://portail.example.fr/") -> None:
    """What is done before a request is made."""
    addresses = SafeAddresses(resolver, (), allow_private=False)
    asyncio.run(addresses.process_request(Request(url)))


def test_a_name_that_turns_private_after_the_check_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.spiders.safety.REMEMBERED_SECONDS", 0.0)
    resolver = PublicResolver(Names(("185.75.143.24",), ("127.0.0.1",)))
    checked(resolver)
    assert Reactor(resolver).connected() == []


def test_within_minutes_a_name_keeps_the_addresses_that_were_checked() -> None:
    resolver = PublicResolver(Names(("185.75.143.24",), ("185.75.143.99",)))
    checked(resolver)
    assert Reactor(resolver).connected() == ["185.75.143.24"]


def test_a_name_that_leads_to_private_addresses_alone_is_refused_in_words() -> None:
    with pytest.raises(RefusedAddress, match=r"portail.example.fr leads to 10.0.0.1, fd00::1, a private address"):
        checked(PublicResolver(Names(("10.0.0.1", "fd00::1"))))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://user:secret@portail.example.fr/", "a user name or a password"),
        ("http://user@portail.example.fr/", "a user name or a password"),
        ("http://portail.example.fr:22/", "port 22 is another protocol's"),
        ("http://portail.example.fr:25/", "port 25 is another protocol's"),
        ("ftp://portail.example.fr/", "only http and https"),
    ],
)
def test_addresses_that_are_none_of_ours(url: str, why: str) -> None:
    with pytest.raises(RefusedAddress, match=why) as met:
        checked(PublicResolver(Names(("185.75.143.24",))), url)
    assert "secret" not in str(met.value)


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


# --- a proxy ----------------------------------------------------------------------------------------------------------

PUBLIC = "http://185.75.143.24/a.ttl"


def test_a_proxy_that_was_set_is_asked_in_the_portals_place(place: Place, other: Source) -> None:
    other.serve(PUBLIC, turtle([1]))
    harvested = place.harvest(Protocol.DCAT, PUBLIC, allowed_hosts=(), proxy=other.url)
    assert len(harvested.records) == 1
    assert other.requests("") == ["http://185.75.143.24/robots.txt", PUBLIC]


def test_behind_a_proxy_private_addresses_are_refused_all_the_same(place: Place, other: Source) -> None:
    harvested = place.harvest(Protocol.DCAT, "http://10.0.0.1/a.ttl", allowed_hosts=(), proxy=other.url)
    assert "address-refused" in harvested.rules
    assert other.asked == []


def test_a_proxy_that_the_environment_names_is_not_asked(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    monkeypatch.setenv("http_proxy", "http://10.0.0.1:3128")
    settings = settings_for(place.job(place.portal(Protocol.DCAT)))
    assert settings.getbool("HTTPPROXY_ENABLED") is False
