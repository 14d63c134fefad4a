"""Questions put to a host that nobody knows yet: politely, with the safety rules of harvests (design §7.7, §7.8)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self
from urllib.parse import urlsplit

import httpx

from harvester.parsers.page import Fetched
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.manners import DELAY, Manners
from harvester.politeness.public_client import Resolve, addresses_of, body_of, public_client

TIMEOUT = 15.0
"""Seconds to wait for a sign of life."""

MAX_BYTES = 8 << 20
MOST_QUESTIONS = 60
JSON_BODY = "application/json"


class NoAnswer(Exception):
    """Nothing that can be looked at came; the words say why, an address that was refused included."""


class Visitor:
    """Asks one question at a time, with a delay, as robots.txt allows; ``asked`` counts them."""

    def __init__(
        self, client: httpx.Client, agent: str, delay: float, *, max_bytes: int = MAX_BYTES, most: int = MOST_QUESTIONS
    ) -> None:
        self._max_bytes = max_bytes
        self._most = most
        self._client = client
        self._manners = Manners(client, agent, delay)
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
        if self.asked >= self._most:
            raise NoAnswer(f"{self._most} questions were asked already")
        self.asked += 1
        try:
            if self._manners.allows(url):
                return self._answer(url, posted)
        except RefusedAddress as error:
            raise NoAnswer(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NoAnswer(f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except ValueError as error:
            raise NoAnswer(f"{url}: {error}") from error
        raise NoAnswer("robots.txt")

    def _answer(self, url: str, posted: str) -> Fetched:
        self._manners.wait(urlsplit(url).netloc)
        method, headers = ("POST", {"Content-Type": JSON_BODY, "Accept": JSON_BODY}) if posted else ("GET", {})
        with self._client.stream(method, url, content=posted or None, headers=headers) as response:
            lower = {name.lower(): value for name, value in response.headers.items()}
            body, cut = body_of(response, self._max_bytes)
            return Fetched(str(response.url), body, response.status_code, lower, cut=cut)
