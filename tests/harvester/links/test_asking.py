"""What a link's answer means, and how politely it is asked."""

from collections.abc import Iterator
from threading import Event

import httpx
import pytest

from harvester.archive.links import Check
from harvester.links import LinkAsker
from harvester.politeness import manners
from tests.harvester.spiders.source import Answer, Source, serving

AGENT = "Aiguillage-tests"


@pytest.fixture
def site() -> Iterator[Source]:
    with serving() as made:
        yield made


@pytest.fixture
def asker(site: Source) -> Iterator[LinkAsker]:
    with LinkAsker.opened(AGENT, allowed_hosts=(site.host,), delay=0.0, timeout=0.3) as made:
        yield made


def outcome(check: Check) -> tuple[bool | None, int, str]:
    return check.answers, check.status, check.reason


def test_head_is_enough_where_it_is_known(site: Source, asker: LinkAsker) -> None:
    site.knows_head = True
    site.serve("/a.csv", b"a;b")
    assert outcome(asker.check(f"{site.url}/a.csv")) == (True, 200, "")
    assert (site.heads, len(site.headers)) == (["/a.csv"], 1)  # the one GET is for robots.txt


def test_a_server_that_refuses_head_is_asked_for_a_few_bytes(site: Source, asker: LinkAsker) -> None:
    site.serve("/a.csv", Answer(b"a;b", status=206))
    assert outcome(asker.check(f"{site.url}/a.csv")) == (True, 206, "")
    assert site.headers[-1]["Range"] == "bytes=0-1023"


@pytest.mark.parametrize("status", [401, 403, 404, 410, 500])
def test_an_error_is_a_failure(site: Source, asker: LinkAsker, status: int) -> None:
    site.serve("/a.csv", Answer(status=status))
    assert outcome(asker.check(f"{site.url}/a.csv")) == (False, status, "")


def test_silence_is_a_failure(site: Source, asker: LinkAsker) -> None:
    held = Event()
    site.serve("/a.csv", Answer(b"a", held=held))
    assert outcome(asker.check(f"{site.url}/a.csv")) == (False, 0, "timeout")
    held.set()


def test_nobody_there_is_a_failure(asker: LinkAsker) -> None:
    with serving() as gone:
        url, host = f"{gone.url}/a.csv", gone.host
    with LinkAsker.opened(AGENT, allowed_hosts=(host,), delay=0.0, timeout=0.3) as other:
        assert outcome(other.check(url)) == (False, 0, "unreachable")


def test_a_redirect_is_followed_but_not_to_a_private_address(site: Source, asker: LinkAsker) -> None:
    site.serve("/old", Answer(status=301, headers={"Location": "/new"}))
    site.serve("/new", b"a")
    site.serve("/in", Answer(status=302, headers={"Location": "http://127.0.0.2:9/secret"}))
    site.knows_head = True
    assert outcome(asker.check(f"{site.url}/old")) == (True, 200, "")
    assert outcome(asker.check(f"{site.url}/in")) == (None, 0, "refused-address")


def test_where_a_redirect_leads_has_rules_of_its_own(site: Source) -> None:
    """The first host allows everything; the one behind it does not."""
    with serving() as other, LinkAsker.opened(AGENT, allowed_hosts=(site.host, other.host), delay=0.0) as asker:
        site.serve("/a.csv", Answer(status=302, headers={"Location": f"{other.url}/private/a.csv"}))
        other.serve("/robots.txt", b"User-agent: *\nDisallow: /private")
        other.serve("/private/a.csv", b"a;b")
        site.knows_head = other.knows_head = True
        assert outcome(asker.check(f"{site.url}/a.csv")) == (None, 0, "robots")
        assert other.requests("/") == ["/robots.txt"]
        assert other.heads == []


def test_redirects_without_end_are_given_up(site: Source, asker: LinkAsker) -> None:
    site.serve("/a.csv", Answer(status=302, headers={"Location": "/a.csv"}))
    site.knows_head = True
    assert outcome(asker.check(f"{site.url}/a.csv")) == (False, 0, "redirects")


def test_what_robots_txt_forbids_is_not_asked(site: Source, asker: LinkAsker) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /private")
    assert outcome(asker.check(f"{site.url}/private/a.csv")) == (None, 0, "robots")
    assert [path for path, _ in site.asked] == ["/robots.txt"]
    assert site.heads == []


@pytest.mark.parametrize("status", [429, 500])
def test_a_host_that_cannot_tell_its_rules_is_not_asked(site: Source, asker: LinkAsker, status: int) -> None:
    site.serve("/robots.txt", Answer(status=status))
    assert outcome(asker.check(f"{site.url}/a.csv")) == (None, 0, "robots")
    assert site.heads == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_for_patience_is_left_alone(site: Source, asker: LinkAsker, status: int) -> None:
    site.serve("/a.csv", Answer(status=status, headers={"Retry-After": "120"}))
    assert outcome(asker.check(f"{site.url}/a.csv")) == (None, status, "patience")
    assert outcome(asker.check(f"{site.url}/b.csv")) == (None, 0, "resting")
    assert site.requests("/b.csv") == []


@pytest.mark.parametrize("url", ["http://", "http://[nonsense/", "https://127.0.0.1:0x/"])
def test_what_is_no_address_is_a_failure_or_refused(asker: LinkAsker, url: str) -> None:
    assert asker.check(url).answers is not True


def test_a_host_is_asked_again_after_its_delay_only(site: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock of its own: nobody sleeps."""
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    site.serve("/robots.txt", b"User-agent: *\nCrawl-delay: 2")
    site.serve("/a.csv", b"a")
    monkeypatch.setattr(manners, "sleep", sleep)
    monkeypatch.setattr(manners, "monotonic", lambda: now[0])
    with httpx.Client() as client:
        asker = LinkAsker(client, AGENT, 0.5)
        asker.check(f"{site.url}/a.csv")
        asker.check(f"{site.url}/a.csv")
    assert slept == [0.5, 2.0, 2.0, 2.0]  # after robots.txt, then between HEAD and GET
