"""Nothing fetched is trusted: which addresses may be asked at all (design §7.7).

An address is checked twice: as written, for every request and every redirect, and when the connection is made. The
resolver gives Twisted no other addresses than public ones, so that the address that is connected to is one that was
checked, whatever a name led to a moment before.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from importlib import import_module
from time import monotonic
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from twisted.internet.address import IPv4Address as Place4
from twisted.internet.address import IPv6Address as Place6
from twisted.internet.interfaces import IAddress, IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # it has no types

from harvester.politeness.addresses import RefusedAddress, host_and_port, is_literal, is_public

ALLOWED_HOSTS = "AIGUILLAGE_ALLOWED_HOSTS"
ALLOW_PRIVATE = "AIGUILLAGE_ALLOW_PRIVATE"
PROXY = "AIGUILLAGE_PROXY"
"""Settings of the crawler: ``host:port`` pairs admitted exactly, whether private networks are, the proxy to ask."""

DNS_SECONDS = 30.0
REMEMBERED_SECONDS = 300.0
"""How long a name keeps the addresses that it was found to have."""

Place = Place4 | Place6
"""An address and a port, as Twisted writes them."""

Receiver = Any
Resolution = Any
Resolver = Any
"""Zope's interfaces of the same names: their methods declare no ``self``, so that no type checker can follow them."""


@implementer(IHostnameResolver)
class PublicResolver:
    """Resolves names for the whole process, IPv4 and IPv6, and hands out public addresses only, but for the hosts and
    ports that were admitted."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._admitted: set[tuple[str, int]] = set()
        self._known: dict[str, tuple[float, tuple[Place, ...]]] = {}

    def admit(self, host: str, port: int) -> None:
        """Let a host lead anywhere on this port, from now on."""
        self._admitted.add((_plain(host), port))

    async def addresses(self, host: str) -> tuple[str, ...]:
        """Every address of a host, public or not. Raises ``TimeoutError``."""
        found: asyncio.Future[tuple[Place, ...]] = asyncio.get_running_loop().create_future()
        self._look_up(host, lambda places: None if found.done() else found.set_result(places))
        async with asyncio.timeout(DNS_SECONDS):
            return tuple(place.host for place in await found)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Receiver,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: ARG002, N803 - Twisted's name
    ) -> Resolution:
        """Asked by Twisted just before it connects, also for addresses written as such."""
        admitted = (_plain(hostName), portNumber) in self._admitted
        kinds = tuple(addressTypes or (Place4, Place6))

        def give(places: tuple[Place, ...]) -> None:
            for place in places:
                if isinstance(place, kinds) and (admitted or is_public(place.host)):
                    resolutionReceiver.addressResolved(type(place)("TCP", place.host, portNumber))
            resolutionReceiver.resolutionComplete()

        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)
        self._look_up(hostName, give)
        return resolution

    def _look_up(self, host: str, give: Callable[[tuple[Place, ...]], None]) -> None:
        until, known = self._known.get(host, (0.0, ()))
        if monotonic() < until:
            give(known)
            return

        def remember(places: tuple[Place, ...]) -> None:
            if places:
                self._known[host] = (monotonic() + REMEMBERED_SECONDS, places)
            give(places)

        self._resolver.resolveHostName(_Gathering(remember), host)


@implementer(IResolutionReceiver)
class _Gathering:
    """Hears what a resolver finds, one address after the other, and hands it over whole."""

    def __init__(self, done: Callable[[tuple[Place, ...]], None]) -> None:
        self._done = done
        self._places: dict[Place, None] = {}

    def resolutionBegan(self, resolutionInProgress: Resolution) -> None:  # noqa: N802, N803 - Twisted's names
        """Nothing to do."""

    def addressResolved(self, address: Place) -> None:  # noqa: N802 - Twisted's name
        self._places[address] = None

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        self._done(tuple(self._places))


@implementer(IHostResolution)
class _Resolution:
    """Twisted's handle on a look-up; it is short, so that it cannot be called off."""

    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Nothing to do: the answer is dropped by whoever asked."""


class SafeAddresses:
    """Downloader middleware: http and https alone, no credentials, no port of another protocol, no private address, no
    other port of our own loopback.

    Names are looked up here, before Twisted does: it would tell a refusal as an unknown host. Behind a proxy this is
    the only look: the proxy resolves the name once more, and names that only it knows pass.
    """

    def __init__(
        self, resolver: PublicResolver, allowed: Sequence[str], *, allow_private: bool, proxy: str = ""
    ) -> None:
        self._resolver = resolver
        self._allowed = frozenset(re.sub(r"[\[\]]", "", pair) for pair in allowed)
        self._allow_private = allow_private
        self._proxy = proxy
        if proxy:
            self._admit_proxy(urlsplit(proxy))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # The one that was chosen; an import at the top of this file would choose another.
        resolver = getattr(import_module("twisted.internet.reactor"), "nameResolver", None)
        if not isinstance(resolver, PublicResolver):
            raise TypeError("harvests need the PublicResolver on the reactor")
        settings = crawler.settings
        return cls(
            resolver,
            settings.getlist(ALLOWED_HOSTS),
            allow_private=settings.getbool(ALLOW_PRIVATE),
            proxy=settings.get(PROXY) or "",
        )

    async def process_request(self, request: Request) -> None:
        """Raises ``RefusedAddress``. A name that is unknown is the connection's matter."""
        host, port = host_and_port(request.url)
        if self._proxy:
            request.meta["proxy"] = self._proxy
        if self._allow_private or f"{host}:{port}" in self._allowed:
            self._resolver.admit(host, port)
            return
        addresses = await self._addresses(host)
        if addresses and not any(is_public(address) for address in addresses):
            private = host if host in addresses else f"{host} leads to {', '.join(addresses)},"
            raise RefusedAddress(f"{private} a private address")

    def _admit_proxy(self, proxy: SplitResult) -> None:
        """It may stand in our own network. Scrapy connects to it by itself for https, and then tells no port."""
        for port in (proxy.port or 80, 0):
            self._resolver.admit(proxy.hostname or "", port)

    async def _addresses(self, host: str) -> tuple[str, ...]:
        if is_literal(host):
            return (host,)
        try:
            return await self._resolver.addresses(host)
        except TimeoutError:
            return ()


def _plain(host: str) -> str:
    """One spelling of a host: Twisted asks for the letters of an internationalised name, addresses hold its ASCII."""
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return host.lower()
