"""Questions put to a host that nobody knows yet: politely, with the safety rules of harvests (design §7.7, §7.8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Self
from urllib.parse import urlsplit

import httpx
from protego import Protego

from harvester.parsers.page import Fetched
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.public_client import Resolve, addresses_of, public_client

DELAY = 0.5
LONGEST_DELAY = 5.0
TIMEOUT = 15.0
LONGEST_ANSWER = 40.0
"""Seconds: between two questions; what robots.txt may ask for; to wait for a sign of life; for a whole answer."""

PATIENCE = (429, 503)
NOTHING = "User-agent: *\nDisallow: /"  # RFC 9309 §2.3.1.4: rules that cannot be had forbid everything

MAX_BYTES = 8 << 20
MOST_QUESTIONS = 60
JSON_BODY = "application/json"


class NoAnswer(Exception):
    """Nothing that can be looked at came; the words say why, an address that was refused included."""


class Visitor:
    """Asks one question at a time, with a delay, as robots.txt allows; ``asked`` counts what went over the network."""

    def __init__(
        self, client: httpx.Client, agent: str, delay: float, *, max_bytes: int = MAX_BYTES, most: int = MOST_QUESTIONS
    ) -> None:
        self._max_bytes = max_bytes
        self._most = most
        self._client = client
        self._agent = agent
        self._delay = delay
        self._rules: dict[str, Protego] = {}
        self.asked = 0

    @classmethod
    @contextmanager
    def opened(
        cls,
        agent: str,
        *,
        allowed_hosts: tuple[str, ...] = (),
        allow_private: bool = False,
        delay: float = DELAY,
        resolve: Resolve = addresses_of,
        max_bytes: int = MAX_BYTES,
        most: int = MOST_QUESTIONS,
    ) -> Iterator[Self]:
        """A visitor for the time of the block. ``allowed_hosts``: ``host:port`` pairs that may be private;
        ``max_bytes`` of an answer and ``most`` questions are the limits."""
        with public_client(agent, allowed_hosts, TIMEOUT, allow_private=allow_private, resolve=resolve) as client:
            yield cls(client, agent, delay, max_bytes=max_bytes, most=most)

    def ask(self, url: str, posted: str = "") -> Fetched:
        """The answer, whatever its status; at most ``max_bytes`` of it, ``cut`` beyond. Raises ``NoAnswer``."""
        try:
            allowed = self._allows(url)
        except ValueError as error:
            raise NoAnswer(f"{url}: {error}") from error
        if not allowed:
            raise NoAnswer("robots.txt")
        return self._ask(url, posted)

    def _ask(self, url: str, posted: str = "") -> Fetched:
        if self.asked >= self._most:
            raise NoAnswer(f"{self._most} questions were asked already")
        if self.asked:
            sleep(self._delay)
        self.asked += 1
        method, headers = ("POST", {"Content-Type": JSON_BODY, "Accept": JSON_BODY}) if posted else ("GET", {})
        try:
            with self._client.stream(method, url, content=posted or None, headers=headers) as response:
                lower = {name.lower(): value for name, value in response.headers.items()}
                body, cut = _body(response, self._max_bytes)
                return Fetched(str(response.url), body, response.status_code, lower, cut=cut)
        except RefusedAddress as error:
            raise NoAnswer(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}".rstrip(": ")) from error

    def _allows(self, url: str) -> bool:
        """What the host's robots.txt says of the address; without one everything is allowed."""
        parts = urlsplit(url)
        rules = self._rules.get(parts.netloc)
        if rules is None:
            rules = self._rules[parts.netloc] = self._robots(f"{parts.scheme}://{parts.netloc}/robots.txt")
            self._delay = max(self._delay, min(LONGEST_DELAY, rules.crawl_delay(self._agent) or 0.0))
        return rules.can_fetch(url, self._agent)

    def _robots(self, url: str) -> Protego:
        answer = self._ask(url)
        if answer.status in PATIENCE or answer.status >= 500:
            return Protego.parse(NOTHING)
        return Protego.parse(answer.body.decode("utf-8", "replace") if answer.status == 200 else "")


def _body(response: httpx.Response, most: int) -> tuple[bytes, bool]:
    """The body, and whether a limit cut it."""
    body = bytearray()
    until = monotonic() + LONGEST_ANSWER
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > most or monotonic() > until:
            return bytes(body[:most]), True
    return bytes(body), False
