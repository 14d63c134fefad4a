"""One address asked: HEAD, then GET of a few bytes, by the rules of politeness and safety of harvests (design §7.7)."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

import httpx
from protego import Protego

from harvester.archive.links import Check
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.public_client import MOST_REDIRECTS, Resolve, addresses_of, public_client
from harvester.recognition.visits import DELAY, LONGEST_DELAY, NOTHING, PATIENCE

TIMEOUT = 10.0
LONGEST_REST = 3600.0
"""Seconds: to wait for a sign of life; to leave a host alone that asks for patience without saying how long."""

FEW_BYTES = {"Range": "bytes=0-1023"}
ROBOTS_BYTES = 512 << 10  # RFC 9309 §2.5: at least 500 KiB are read


class _Unasked(Exception):
    """An address that its host does not let us ask, or not now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LinkAsker:
    """Knows what each host's robots.txt says, when it was last asked, and until when it wants to be left alone."""

    def __init__(
        self,
        client: httpx.Client,
        agent: str,
        delay: float,
        *,
        ticks: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._agent = agent
        self._delay = delay
        self._ticks = ticks
        self._sleep = sleep
        self._rules: dict[str, Protego] = {}
        self._free: dict[str, float] = {}
        self._resting: dict[str, float] = {}

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
        if self._resting.get(host, 0.0) > self._ticks():
            raise _Unasked("resting")
        if not self._allows(url):
            raise _Unasked("robots")
        self._wait(host)
        headers = FEW_BYTES if method == "GET" else {}
        with self._client.stream(method, url, headers=headers, follow_redirects=False) as response:
            if response.status_code in PATIENCE:
                self._resting[host] = self._ticks() + _rest(response.headers.get("Retry-After", ""))
            return response.status_code, str(response.next_request.url) if response.next_request else ""

    def _allows(self, url: str) -> bool:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._robots(f"{origin}/robots.txt", parts.netloc)
        return self._rules[origin].can_fetch(url, self._agent)

    def _robots(self, url: str, host: str) -> Protego:
        self._wait(host)
        body = bytearray()
        with self._client.stream("GET", url) as response:
            if response.status_code in PATIENCE or response.status_code >= 500:
                return Protego.parse(NOTHING)
            if response.status_code == 200:
                for chunk in response.iter_bytes(ROBOTS_BYTES):
                    body += chunk
                    if len(body) >= ROBOTS_BYTES:
                        break
        return Protego.parse(body[:ROBOTS_BYTES].decode("utf-8", "replace"))

    def _wait(self, host: str) -> None:
        """Until the host may be asked again; what its robots.txt asks for counts up to a limit."""
        ahead = self._free.get(host, 0.0) - self._ticks()
        if ahead > 0:
            self._sleep(ahead)
        asked = max((rules.crawl_delay(self._agent) or 0.0 for rules in self._of(host)), default=0.0)
        self._free[host] = self._ticks() + max(self._delay, min(LONGEST_DELAY, asked))

    def _of(self, host: str) -> list[Protego]:
        return [self._rules[origin] for origin in (f"http://{host}", f"https://{host}") if origin in self._rules]


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
