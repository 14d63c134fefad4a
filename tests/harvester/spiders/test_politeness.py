"""What robots.txt forbids, how fast a portal is asked, when it is no longer asked."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Event, Lock

import msgspec
import pytest
from msgspec.structs import replace

from dcat.portal import Politeness, Protocol
from harvester.politeness.limits import Limits
from harvester.runs.job import Job
from harvester.runs.outcome import Status
from harvester.spiders.robots import product_token
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer, Source, serving


@pytest.fixture
def own() -> Iterator[Source]:
    """A server that no other test asks, so that it has a robots.txt of its own."""
    with serving() as made:
        yield made


NO_ROBOTS = Answer(status=404)


def harvest(place: Place, own: Source, robots: bytes | Answer = NO_ROBOTS, **settings: object) -> Harvested:
    """A harvest of three pages on a server of its own, which has a robots.txt."""
    own.serve("/robots.txt", robots)
    own.serve("/a.ttl", turtle([1], "b.ttl"))
    own.serve("/b.ttl", turtle([2], "c.ttl"))
    own.serve("/c.ttl", turtle([3]))
    return place.harvest(Protocol.DCAT, f"{own.url}/a.ttl", **{"allowed_hosts": (own.host,), **settings})


# --- robots.txt (RFC 9309) --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["*", "Aiguillage-tests", "AIGUILLAGE-TESTS", "aiguillage-tests"])
def test_robots_that_forbid_block_the_harvest(place: Place, own: Source, agent: str) -> None:
    harvested = harvest(place, own, f"User-agent: {agent}\nDisallow: /".encode())
    assert harvested.report.status is Status.BLOCKED
    found = harvested.found("robots-refused")
    assert (found.place, found.value) == (f"{own.url}/a.ttl", "User-agent: Aiguillage-tests\nAllow: /a.ttl")
    assert own.requests("/") == ["/robots.txt"]


def test_what_a_refusal_says_to_write_is_enough(place: Place, own: Source) -> None:
    forbidding = b"User-agent: *\nDisallow: /\n"
    refused = harvest(place, own, forbidding).found("robots-refused").value
    written = forbidding + b"\n" + refused.replace("/a.ttl", "/").encode()
    assert len(harvest(place, own, written).records) == 3


def test_robots_that_forbid_a_later_page_keep_the_first(place: Place, own: Source) -> None:
    harvested = harvest(place, own, b"User-agent: *\nDisallow: /b.ttl")
    assert (harvested.report.status, len(harvested.records)) == (Status.BLOCKED, 1)
    assert harvested.found("robots-refused").place == f"{own.url}/b.ttl"


@pytest.mark.parametrize(
    "robots",
    [
        pytest.param(b"User-agent: AnotherBot\nDisallow: /", id="another agent"),
        pytest.param(b"User-agent: guillage-tests\nDisallow: /", id="a part of our name"),
        pytest.param(b"User-agent: *\nDisallow: /\n\nUser-agent: aiguillage-tests\nDisallow:", id="our own group"),
        pytest.param(b"<html>404</html>", id="HTML"),
        pytest.param(b"\xff\xfe\x00\x01" * 100, id="no text"),
        pytest.param(NO_ROBOTS, id="absent"),
        pytest.param(Answer(b"User-agent: *\nDisallow: /", status=404), id="absent, with words"),
        pytest.param(Answer(status=401), id="unauthorised"),
        pytest.param(Answer(status=410), id="gone"),
        pytest.param(Answer(status=302, headers={"Location": "/robots.txt?again"}), id="redirects without end"),
        pytest.param(Answer(status=302, headers={"Location": "http://10.0.0.1/robots.txt"}), id="private"),
        pytest.param(Answer(status=302, headers={"Location": "ftp://10.0.0.1/robots.txt"}), id="no web address"),
    ],
)
def test_robots_that_do_not_forbid(place: Place, own: Source, robots: bytes | Answer) -> None:
    assert len(harvest(place, own, robots).records) == 3


@pytest.mark.parametrize(
    ("robots", "value"),
    [
        (Answer(status=500), "HTTP 500"),
        (Answer(status=503), "HTTP 503"),
        (Answer(status=429), "HTTP 429"),
        (Answer(reset=True), "DownloadFailedError"),
        (Answer(b"User-agent: *\nDisallow: /", cut=5), "the connection broke"),
        (Answer(held=Event()), "nothing came for 0.2 s"),
    ],
)
def test_robots_that_cannot_be_had_forbid_everything(place: Place, own: Source, robots: Answer, value: str) -> None:
    harvested = harvest(place, own, robots, limits=Limits(silence=0.2))
    assert (harvested.report.status, harvested.records) == (Status.FAILED, {})
    assert value in harvested.found("robots-unreachable").value
    assert set(own.requests("/")) == {"/robots.txt"}


def test_robots_are_read_up_to_the_limit(place: Place, own: Source) -> None:
    robots = b"User-agent: *\nDisallow: /b.ttl\n" + b"# comment\n" * 100 + b"Disallow: /\n"
    whole = harvest(place, own, robots)
    assert (len(whole.records), whole.found("robots-refused").place) == (0, f"{own.url}/a.ttl")
    cut = harvest(place, own, robots, limits=Limits(robots=500))
    assert (len(cut.records), cut.found("robots-refused").place) == (1, f"{own.url}/b.ttl")


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("Aiguillage/0.1 (+mailto:a@example.org)", "Aiguillage"),
        ("Aiguillage", "Aiguillage"),
        ("my-harvester_x 2.0", "my-harvester_x"),
        ("42", "42"),
    ],
)
def test_the_name_that_robots_know_us_by(agent: str, token: str) -> None:
    assert product_token(agent) == token


# --- how fast ---------------------------------------------------------------------------------------------------------


def kept_apart(own: Source, delay: float) -> bool:
    """Whether requests came so many seconds apart, as the server saw them: a late one makes the next gap short."""
    gaps = [later - earlier for (_, earlier), (_, later) in pairwise(own.asked)]
    return len(gaps) == 3 and sum(gaps) >= 2.7 * delay and min(gaps) >= 0.4 * delay


@pytest.mark.parametrize(
    "robots",
    [b"User-agent: *\nCrawl-delay: 0.3", b"User-agent: *\nRequest-rate: 4/1", b"User-agent: *\nCrawl-delay:.3"],
)
def test_the_delay_that_robots_ask_for_is_kept(place: Place, own: Source, robots: bytes) -> None:
    harvest(place, own, robots)
    assert kept_apart(own, 0.25)


@pytest.mark.parametrize(("delay", "robots"), [(0.3, b""), (0.3, b"User-agent: *\nCrawl-delay: 0.01")])
def test_the_delay_of_the_portal_file_is_kept(place: Place, own: Source, delay: float, robots: bytes) -> None:
    own.serve("/robots.txt", Answer(robots) if robots else NO_ROBOTS)
    for number, following in ((1, "b.ttl"), (2, "c.ttl"), (3, "")):
        own.serve(f"/{'abc'[number - 1]}.ttl", turtle([number], following))
    portal = place.portal(Protocol.DCAT, f"{own.url}/a.ttl")
    place.run(place.job(replace(portal, politeness=Politeness(delay=delay)), allowed_hosts=(own.host,)))
    assert kept_apart(own, delay * 0.5)  # Scrapy shakes it by half


def test_no_more_requests_at_once_than_the_portal_file_allows(place: Place, own: Source) -> None:
    """Many pages asked for at once, of a spider that can; each answer takes a little."""
    most, under_way, lock = 0, 0, Lock()

    def answer(_: dict[str, str]) -> bytes:
        nonlocal most, under_way
        with lock:
            under_way += 1
            most = max(most, under_way)
        Event().wait(0.05)
        with lock:
            under_way -= 1
        return turtle([1])

    own.serve("/robots.txt", NO_ROBOTS)
    for number in range(12):
        own.serve(f"/{number}.ttl", answer)
    portal = replace(place.portal(Protocol.DCAT, own.url), politeness=Politeness(delay=0, concurrency=2))
    fetched = asked_at_once(place.job(portal, allowed_hosts=(own.host,)), [f"{own.url}/{n}.ttl" for n in range(12)])
    assert (fetched, most) == (12, 2)


ASK = """
import asyncio, sys
import msgspec
from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.reactor import install_reactor
from twisted.internet.task import react
from twisted.internet.defer import Deferred
install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
from harvester.archive import Archive
from harvester.crawling.crawl import _now
from harvester.runs.job import Job
from harvester.politeness.quota import Meter
from harvester.spiders.metering import MeteredCrawler
from harvester.spiders.safety import PublicResolver
from harvester.spiders.settings import settings_for

job, urls = msgspec.json.decode(sys.argv[1], type=tuple[Job, list[str]])
came = []

class Asking(Spider):
    name = "asking"
    async def start(self):
        for url in urls:
            yield Request(url, callback=lambda response: came.append(response.url))

async def ask():
    archive = Archive(job.archive_url)
    crawler = MeteredCrawler(Asking, settings_for(job), Meter(archive, job.portal, _now))
    await AsyncCrawlerRunner().crawl(crawler)
    print(len(came))

def begin(reactor):
    reactor.installNameResolver(PublicResolver(reactor.nameResolver))
    return Deferred.fromFuture(asyncio.ensure_future(ask()))

react(begin)
"""


def asked_at_once(job: Job, urls: list[str]) -> int:
    """How many of the pages came to a spider with our settings that asks for all of them."""
    told = msgspec.json.encode((job, urls)).decode()
    ended = subprocess.run([sys.executable, "-c", ASK, told], capture_output=True, text=True, check=True, timeout=60)
    return int(ended.stdout)


def test_a_portal_is_told_who_asks(place: Place, own: Source) -> None:
    harvest(place, own, agent="Aiguillage/0.1 (+mailto:data@example.org)")
    assert {headers["User-Agent"] for headers in own.headers} == {"Aiguillage/0.1 (+mailto:data@example.org)"}


# --- a firewall -------------------------------------------------------------------------------------------------------

CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        (Answer(status=401), "HTTP 401, User-Agent: Aiguillage-tests"),
        (Answer(status=403), "HTTP 403, User-Agent: Aiguillage-tests"),
        (Answer(status=451), "HTTP 451, User-Agent: Aiguillage-tests"),
        (Answer(status=403, headers={"X-Iinfo": "1-2-3"}), "HTTP 403, User-Agent: Aiguillage-tests, Imperva"),
        (Answer(CHALLENGE), "HTTP 200, User-Agent: Aiguillage-tests, Cloudflare"),
        (Answer(CHALLENGE, status=503), "HTTP 503, User-Agent: Aiguillage-tests, Cloudflare"),
        (Answer(CHALLENGE, status=429), "HTTP 429, User-Agent: Aiguillage-tests, Cloudflare"),
    ],
)
@pytest.mark.parametrize("protocol", [Protocol.DCAT, Protocol.CKAN, Protocol.CSW])
def test_a_firewall_blocks_and_is_asked_once(place: Place, answer: Answer, value: str, protocol: Protocol) -> None:
    place.serve("a.ttl", turtle([1, 2]))
    assert len(place.harvest(Protocol.DCAT, f"{place.base}/a.ttl").records) == 2
    for path in ("a.ttl", "package_search", ""):
        place.serve(path, answer)
    place.source.asked.clear()
    harvested = place.harvest(protocol, f"{place.base}/a.ttl" if protocol is Protocol.DCAT else f"{place.base}/")
    assert (harvested.report.status, harvested.report.counts.deleted) == (Status.BLOCKED, 0)
    assert harvested.found("blocked").value == value
    assert (len(place.asked()), len(harvested.records)) == (1, 2)


# --- quotas -----------------------------------------------------------------------------------------------------------


def told(remaining: int, body: bytes) -> Answer:
    """An answer as Opendatasoft gives it."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return Answer(body, headers={
        "X-RateLimit-Limit": "10000", "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": tomorrow.isoformat(), "X-RateLimit-dataset-Remaining": "0",
    })  # fmt: skip


def serve_three(own: Source, left: int) -> None:
    """Three pages, each of which tells that one request less is left."""
    own.serve("/robots.txt", NO_ROBOTS)
    own.serve("/a.ttl", told(left, turtle([1], "b.ttl")))
    own.serve("/b.ttl", told(left - 1, turtle([2], "c.ttl")))
    own.serve("/c.ttl", told(left - 2, turtle([3])))


def test_a_run_ends_before_it_exceeds_the_quota_and_the_next_does_not_ask(place: Place, own: Source) -> None:
    serve_three(own, left=1)
    settings = {"allowed_hosts": (own.host,)}
    harvested = place.harvest(Protocol.DCAT, f"{own.url}/a.ttl", **settings)
    assert own.requests("/") == ["/robots.txt", "/a.ttl", "/b.ttl"]
    assert (harvested.report.status, len(harvested.records)) == (Status.PARTIAL, 2)
    assert harvested.found("quota-exhausted").value.startswith("until ")
    own.asked.clear()
    (event,) = place.fleet.harvest([place.job(place.portal(Protocol.DCAT, f"{own.url}/a.ttl"), **settings)])
    assert (event.kind, event.code, own.asked) == ("error", "quota-exhausted", [])
    assert "rien n'a été demandé" in event.fr
    assert len(place.archive.runs(place.name)) == 1


def test_a_quota_that_suffices_changes_nothing(place: Place, own: Source) -> None:
    serve_three(own, left=10)
    for _ in range(2):
        assert len(place.harvest(Protocol.DCAT, f"{own.url}/a.ttl", allowed_hosts=(own.host,)).records) == 3


def test_the_requests_that_the_portal_file_allows_a_day_are_kept(place: Place, own: Source) -> None:
    serve_three(own, left=1000)
    portal = replace(place.portal(Protocol.DCAT, f"{own.url}/a.ttl"), politeness=Politeness(delay=0, daily=3))
    harvested = place.run(place.job(portal, allowed_hosts=(own.host,)))
    assert len(own.asked) == 3
    assert len(harvested.records) == 2
    assert "quota-exhausted" in harvested.rules
    (event,) = place.fleet.harvest([place.job(portal, allowed_hosts=(own.host,))])
    assert (event.code, len(own.asked)) == ("quota-exhausted", 3)


def test_a_portal_that_asks_for_an_hour_is_not_asked_within_it(place: Place) -> None:
    place.serve("a.ttl", Answer(status=429, headers={"Retry-After": "3600"}))
    assert "quota-exhausted" in place.harvest(Protocol.DCAT, f"{place.base}/a.ttl").rules
    (event,) = place.fleet.harvest([place.job(place.portal(Protocol.DCAT, f"{place.base}/a.ttl"))])
    assert (event.code, len(place.asked())) == ("quota-exhausted", 1)
