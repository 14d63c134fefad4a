"""Nothing fetched is trusted: which addresses may be asked at all (design §7.7).

An address is checked twice: as written, for every request and every redirect, and as resolved, when the connection is
made, so that a name that leads to a private network is refused whatever it looks like.
"""

import ipaddress
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred

ALLOWED_HOSTS = "AIGUILLAGE_ALLOWED_HOSTS"
ALLOW_PRIVATE = "AIGUILLAGE_ALLOW_PRIVATE"
"""Names of two settings of the crawler: ``host:port`` pairs admitted exactly, and whether private networks are."""


class RefusedAddress(Exception):
    """The address is not one that a harvest may ask."""


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global and not found.is_multicast


class SafeAddresses:
    """Downloader middleware: http and https alone, no private address as written, no other port of our own loopback."""

    def __init__(self, allowed: Sequence[str], *, allow_private: bool) -> None:
        self._allowed = frozenset(allowed)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        return cls(settings.getlist(ALLOWED_HOSTS), allow_private=settings.getbool(ALLOW_PRIVATE))

    def process_request(self, request: Request) -> None:
        """Raises ``RefusedAddress``."""
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise RefusedAddress(f"{parts.scheme}: only http and https are harvested")
        if self._allow_private or f"{parts.hostname}:{parts.port}" in self._allowed:
            return
        if _is_literal(parts.hostname) and not is_public(parts.hostname):
            raise RefusedAddress(f"{parts.hostname} is a private address")


class PublicResolver(CachingThreadedResolver):
    """Resolves names, and refuses those that lead to a private network."""

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float, *, allow_private: bool) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        return cls(
            reactor,
            settings.getint("DNSCACHE_SIZE"),
            settings.getfloat("DNS_TIMEOUT"),
            allow_private=settings.getbool(ALLOW_PRIVATE),
        )

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """An address written as such was checked by ``SafeAddresses``; it passes here."""
        resolved = super().getHostByName(name, timeout)
        if self._allow_private or _is_literal(name):
            return resolved
        return resolved.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if not is_public(address):
            raise RefusedAddress(f"{name} resolves to the private address {address}")
        return address


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True
