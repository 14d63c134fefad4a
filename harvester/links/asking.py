"""One address asked: HEAD, then GET of a few bytes, by the rules of politeness and safety of harvests (design §7.7)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

import httpx

from harvester.archive.links import Check
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.manners import DELAY, PATIENCE, Manners
from harvester.politeness.public_client import MOST_REDIRECTS, Resolve, addresses_of, public_client

TIMEOUT = 10.0
LONGEST_REST = 3600.0
"""Seconds: to wait for a sign of life; to leave a host alone that asks for patience without saying how long."""

FEW_BYTES = {"Range": "bytes=0-1023"}


class _Unasked(Exception):
    """An address that its host does not let us ask, or not now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkAsker:
    """Asks one address after the other; a host that wants to be left alone is."""

    def __init__(self, client: httpx.Client, agent: str, delay: float) -> None:
        self._client = client
        self._manners = Manners(client, agent, delay)

    @classmethod
    @contextmanager
    def opened(
        cls,
        agent: str,
        *,
        allowed_hosts: tuple[str, ...] = (),
        allow_private: bool = False,
        delay: float = DELAY,
        timeout: float = TIMEOUT,
        resolve: Resolve = addresses_of,
    ) -> Iterator[Self]:
        """For the time of the block."""
        with public_client(agent, allowed_hosts, timeout, allow_private=allow_private, resolve=resolve) as client:
            yield cls(client, agent, delay)

    def check(self, url: str) -> Check:
        """Never raises for what the address is or does. A private address was not asked: nobody can say."""
        try:
            return self._check(url)
        except _Unasked as error:
            return Check(url, None, reason=error.reason)
        except RefusedAddress:
            return Check(url, None, reason="refused-address")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, ValueError):
            return Check(url, False, reason="invalid-address")
        except httpx.TimeoutException:
            return Check(url, False, reason="timeout")
        except httpx.TooManyRedirects:
            return Check(url, False, reason="redirects")
        except httpx.HTTPError:
            return Check(url, False, reason="unreachable")

    def _check(self, url: str) -> Check:
        status = self._status("HEAD", url)
        if not _decides(status):
            status = self._status("GET", url)
        answers = None if status in PATIENCE else 200 <= status < 300
        return Check(url, answers, status, "patience" if answers is None else "")

    def _status(self, method: str, url: str) -> int:
        """At the end of the redirects, each of which is asked by the rules of its own host. Raises ``_Unasked``, and
        what httpx raises."""
        for _ in range(MOST_REDIRECTS + 1):
            status, url = self._step(method, url)
            if not url:
                return status
        raise httpx.TooManyRedirects(f"more than {MOST_REDIRECTS}")

    def _step(self, method: str, url: str) -> tuple[int, str]:
        """What one address answers, and where it leads."""
        host = urlsplit(url).netloc
        if self._manners.rests(host):
            raise _Unasked("resting")
        if not self._manners.allows(url):
            raise _Unasked("robots")
        self._manners.wait(host)
        headers = FEW_BYTES if method == "GET" else {}
        with self._client.stream(method, url, headers=headers, follow_redirects=False) as response:
            if response.status_code in PATIENCE:
                self._manners.rest(host, _rest(response.headers.get("Retry-After", "")))
            return response.status_code, str(response.next_request.url) if response.next_request else ""


def _decides(status: int) -> bool:
    """Servers that do not know HEAD answer it with all sorts of errors."""
    return 200 <= status < 300 or status in PATIENCE


def _rest(value: str) -> float:
    """The seconds of a ``Retry-After`` (RFC 9110 §10.2.3)."""
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return LONGEST_REST
