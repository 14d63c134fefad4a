"""Why a page did not come, in the words of the report: how the walk ends, and the finding."""

from urllib.parse import urljoin, urlsplit

from dcat.findings import Finding, finding
from harvester.parsers.page import Fetched
from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.firewall import challenge, product
from harvester.politeness.limits import LimitExceeded
from harvester.politeness.quota import QuotaExhausted
from harvester.runs.outcome import Ending
from harvester.spiders.robots import RobotsRefused, RobotsUnreachable

REFUSALS = (401, 403, 407, 451)
TOO_MANY = 429

Refusal = tuple[Ending, Finding]

CAUSES: tuple[tuple[type[Exception], Ending, str], ...] = (
    (QuotaExhausted, Ending.CAPPED, "quota-exhausted"),
    (LimitExceeded, Ending.FAILED, "limit-exceeded"),
    (RefusedAddress, Ending.FAILED, "address-refused"),
    (RobotsRefused, Ending.BLOCKED, "robots-refused"),
    (RobotsUnreachable, Ending.FAILED, "robots-unreachable"),
)
"""What keeps a request from being answered, how the walk then ends, and the rule."""


def refused_status(fetched: Fetched, agent: str) -> Refusal | None:
    """How the walk ends at such an answer, and why; None for an answer that can be read."""
    status = fetched.status
    name = challenge(fetched.body, fetched.headers)
    if name is not None or status in REFUSALS:
        name = name or product(fetched.body, fetched.headers)
        words = f"HTTP {status}, User-Agent: {agent}" + (f", {name}" if name else "")
        return Ending.BLOCKED, finding("blocked", place=fetched.url, value=words)
    if status < 300:
        return None
    if status == TOO_MANY:
        return Ending.CAPPED, finding("quota-exhausted", place=fetched.url, value=f"HTTP {status}")
    led = fetched.headers.get("location", "")
    if status < 400 and led and urlsplit(urljoin(fetched.url, led)).scheme not in ("http", "https"):
        return Ending.FAILED, finding("address-refused", place=fetched.url, value=led)
    return Ending.FAILED, finding("page-unreachable", place=fetched.url, value=f"HTTP {status}")


def refusal(error: BaseException, url: str) -> Refusal:
    """The same of a request that brought no answer."""
    for cause, ending, rule in CAUSES:
        if isinstance(error, cause):
            return ending, finding(rule, place=url, value=error)
    return Ending.FAILED, finding("page-unreachable", place=url, value=f"{type(error).__name__}: {error}")
