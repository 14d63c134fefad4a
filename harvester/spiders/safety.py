"""Nothing fetched is trusted: which addresses may be asked at all (design §7.7).

An address is checked twice: as written, for every request and every redirect, and as resolved, when the connection is
made, so that a name that leads to a private network is refused whatever it looks like.
"""

import ipaddress
import logging
from collections.abc import Sequence
from importlib import import_module
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from harvester.addresses import is_public

ALLOWED_HOSTS = "AIGUILLAGE_ALLOWED_HOSTS"
ALLOW_PRIVATE = "AIGUILLAGE_ALLOW_PRIVATE"
"""Names of two settings of the crawler: ``host:port`` pairs admitted exactly, and whether private networks are."""

logger = logging.getLogger(__name__)


class RefusedAddress(Exception):
    """The address is not one that a harvest may ask."""


class PublicResolver(CachingThreadedResolver):
    """Resolves names, and refuses those that lead to a private network, but for those admitted."""

    def __init__(self, reactor: ReactorBase, cache_size: int = 10_000, timeout: float = 30.0) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._admitted: set[str] = set()

    def admit(self, name: str) -> None:
        """Let a name lead anywhere, from now on."""
        self._admitted.add(name)

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """Fails with ``RefusedAddress``. An address written as such was checked by ``SafeAddresses``."""
        resolved = super().getHostByName(name, timeout)
        if name in self._admitted or _is_literal(name):
            return resolved
        return resolved.addCallback(_checked, name)


class SafeAddresses:
    """Downloader middleware: http and https alone, no private address, no other port of our own loopback.

    Names are looked up here, before Twisted does: it would tell a refusal as an unknown host. It then finds the same
    address in the resolver's cache.
    """

    def __init__(self, resolver: PublicResolver, allowed: Sequence[str], *, allow_private: bool) -> None:
        self._resolver = resolver
        self._allowed = frozenset(allowed)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        # The one that was chosen; an import at the top of this file would choose another.
        resolver = getattr(import_module("twisted.internet.reactor"), "resolver", None)
        if not isinstance(resolver, PublicResolver):
            raise TypeError("harvests need the PublicResolver on the reactor")
        settings = crawler.settings
        return cls(resolver, settings.getlist(ALLOWED_HOSTS), allow_private=settings.getbool(ALLOW_PRIVATE))

    async def process_request(self, request: Request) -> None:
        """Raises ``RefusedAddress``. A name that is unknown is the connection's matter."""
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https") or not host:
            raise RefusedAddress(f"{parts.scheme}: only http and https are harvested")
        if self._allow_private or f"{host}:{parts.port}" in self._allowed:
            self._resolver.admit(host)
        elif _is_literal(host) and not is_public(host):
            raise RefusedAddress(f"{host} is a private address")
        elif not _is_literal(host):
            await self._look_up(host)

    async def _look_up(self, host: str) -> None:
        try:
            address = await maybe_deferred_to_future(self._resolver.getHostByName(host))
        except (DNSLookupError, TimeoutError) as error:
            logger.debug("%s: %s", host, error)
        else:
            _checked(address, host)  # once more: another job may have had the name admitted


def _checked(address: str, name: str) -> str:
    if not is_public(address):
        raise RefusedAddress(f"{name} resolves to the private address {address}")
    return address


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
