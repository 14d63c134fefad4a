"""How hosts are asked outside of harvests: as their robots.txt allows, with a delay (design §7.8)."""

from time import monotonic, sleep
from urllib.parse import urlsplit

import httpx
from protego import Protego

from harvester.politeness.public_client import body_of

DELAY = 0.5
LONGEST_DELAY = 5.0
"""Seconds between two questions to one host: at least, and what its robots.txt may ask for."""

PATIENCE = (429, 503)
"""Statuses by which a host asks to be left alone for a while."""

NOTHING = "User-agent: *\nDisallow: /"  # RFC 9309 §2.3.1.4: rules that cannot be had forbid everything
ROBOTS_BYTES = 512 << 10  # §2.5: at least 500 KiB are read


class Manners:
    """Knows of each host what its robots.txt says, when it may be asked again, and until when it is left alone."""

    def __init__(self, client: httpx.Client, agent: str, delay: float) -> None:
        self._client = client
        self._agent = agent
        self._delay = delay
        self._rules: dict[str, Protego] = {}
        self._free: dict[str, float] = {}
        self._resting: dict[str, float] = {}

    def allows(self, url: str) -> bool:
        """What robots.txt says of an address; it is asked for once. Raises what httpx raises, and ``ValueError``."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._robots(f"{origin}/robots.txt", parts.netloc)
        return self._rules[origin].can_fetch(url, self._agent)

    def wait(self, host: str) -> None:
        """Until the host may be asked."""
        ahead = self._free.get(host, 0.0) - monotonic()
        if ahead > 0:
            sleep(ahead)
        asked = max((rules.crawl_delay(self._agent) or 0.0 for rules in self._of(host)), default=0.0)
        self._free[host] = monotonic() + max(self._delay, min(LONGEST_DELAY, asked))

    def rest(self, host: str, seconds: float) -> None:
        """Leave the host alone for so long."""
        self._resting[host] = monotonic() + seconds

    def rests(self, host: str) -> bool:
        """Whether the host is to be left alone."""
        return self._resting.get(host, 0.0) > monotonic()

    def _robots(self, url: str, host: str) -> Protego:
        self.wait(host)
        with self._client.stream("GET", url) as response:
            if response.status_code in PATIENCE or response.status_code >= 500:
                return Protego.parse(NOTHING)
            body = body_of(response, ROBOTS_BYTES)[0] if response.status_code == 200 else b""
        return Protego.parse(body.decode("utf-8", "replace"))

    def _of(self, host: str) -> list[Protego]:
        return [self._rules[origin] for origin in (f"http://{host}", f"https://{host}") if origin in self._rules]
