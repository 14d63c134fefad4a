"""A client for questions outside of harvests: it connects to public addresses alone (design §7.7)."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import httpx

from harvester.politeness.addresses import RefusedAddress, is_public

MOST_REDIRECTS = 5
LONGEST_ANSWER = 40.0
"""Seconds for a whole answer."""

Resolve = Callable[[str, int], list[str]]
"""Host and port → IP addresses."""


class PublicTransport(httpx.BaseTransport):
    """Connects to public addresses alone. The address is looked up here and the connection goes to that very address,
    so that a name cannot lead elsewhere the second time; redirects come through here as well."""

    def __init__(self, allowed: frozenset[str], *, allow_private: bool, resolve: Resolve) -> None:
        # A connection is kept for one request: two hosts at one address would else share it.
        self._inner = httpx.HTTPTransport(limits=httpx.Limits(max_keepalive_connections=0))
        self._allowed = allowed
        self._allow_private = allow_private
        self._resolve = resolve

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Raises ``RefusedAddress``, and what httpx raises."""
        url = request.url
        if url.scheme not in ("http", "https"):
            raise RefusedAddress(f"{url.scheme}: only http and https are harvested")
        if self._allow_private or f"{url.host}:{url.port}" in self._allowed:
            return self._inner.handle_request(request)
        # A copy: redirects are relative to the name that was asked for. Certificates are checked against it too.
        pinned = httpx.Request(
            request.method,
            url.copy_with(host=self._public(url)),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},
        )
        return self._inner.handle_request(pinned)

    def close(self) -> None:
        """Give the sockets back."""
        self._inner.close()

    def _public(self, url: httpx.URL) -> str:
        try:
            addresses = self._resolve(url.host, url.port or (443 if url.scheme == "https" else 80))
        except OSError as error:
            raise httpx.ConnectError(f"{url.host}: {error.strerror or error}") from error
        for address in addresses:
            if not is_public(address):
                raise RefusedAddress(f"{url.host} resolves to the private address {address}")
        return addresses[0]


def body_of(response: httpx.Response, most: int) -> tuple[bytes, bool]:
    """The body of an answer, unpacked, and whether a limit cut it: ``most`` bytes, ``LONGEST_ANSWER``."""
    body = bytearray()
    until = monotonic() + LONGEST_ANSWER
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most or monotonic() > until:
            return bytes(body[:most]), True
    return bytes(body), False


def addresses_of(host: str, port: int) -> list[str]:
    """Those of the system's resolver, IPv4 first. Raises ``OSError``."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for _, _, _, _, address in sorted(found, key=lambda entry: entry[0] != socket.AF_INET)]


@contextmanager
def public_client(
    agent: str,
    allowed_hosts: tuple[str, ...],
    timeout: float,
    *,
    allow_private: bool = False,
    resolve: Resolve = addresses_of,
) -> Iterator[httpx.Client]:
    """For the time of the block. ``allowed_hosts``: ``host:port`` pairs that may be private; ``timeout``: seconds to
    wait for a sign of life."""
    transport = PublicTransport(frozenset(allowed_hosts), allow_private=allow_private, resolve=resolve)
    headers = {"User-Agent": agent, "Accept": "*/*"}
    with httpx.Client(
        transport=transport, headers=headers, timeout=timeout, follow_redirects=True, max_redirects=MOST_REDIRECTS
    ) as client:
        yield client
