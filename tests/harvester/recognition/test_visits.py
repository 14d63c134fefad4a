"""A visitor goes nowhere that a harvest may not go, and asks for little."""

import gzip
import re
from time import monotonic

import pytest

from harvester.politeness import public_client
from harvester.recognition import Visitor
from harvester.recognition.visits import MAX_BYTES, NoAnswer
from tests.harvester.spiders.source import Answer, Source

AGENT = "Aiguillage-tests"


def private(host: str, port: int) -> list[str]:
    del host, port
    return ["10.0.0.7"]


def test_what_answers_is_read(site: Source, visitor: Visitor) -> None:
    site.serve("/page", Answer(b"bonjour", headers={"Content-Type": "text/plain"}))
    answer = visitor.ask(f"{site.url}/page")
    assert (answer.body, answer.status, answer.headers["content-type"]) == (b"bonjour", 200, "text/plain")
    assert visitor.ask(f"{site.url}/absent").status == 404


def test_something_can_be_posted(site: Source, visitor: Visitor) -> None:
    site.serve("/_search", lambda query: query["body"].encode())
    assert visitor.ask(f"{site.url}/_search", '{"size": 1}').body == b'{"size": 1}'


def test_a_name_that_leads_to_a_private_network_is_refused() -> None:
    with (
        Visitor.opened(AGENT, delay=0.0, resolve=private) as visitor,
        pytest.raises(NoAnswer, match=re.escape("10.0.0.7")),
    ):
        visitor.ask("https://data.exemple.fr/")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://[::1]/", "http://192.168.1.1/", "http://169.254.169.254/"]
)
def test_a_private_address_is_refused(url: str) -> None:
    with Visitor.opened(AGENT, delay=0.0) as visitor, pytest.raises(NoAnswer, match="private"):
        visitor.ask(url)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://data.exemple.fr/", "https://[nonsense/", "https://", "mailto:a@b.fr"]
)
def test_what_is_no_web_address_is_no_answer(url: str) -> None:
    with Visitor.opened(AGENT, delay=0.0, resolve=private) as visitor, pytest.raises(NoAnswer):
        visitor.ask(url)


def test_a_redirect_to_a_private_address_is_refused(site: Source, visitor: Visitor) -> None:
    site.serve("/moved", Answer(status=302, headers={"Location": "http://127.0.0.2:9/secret"}))
    with pytest.raises(NoAnswer, match=re.escape("127.0.0.2")):
        visitor.ask(f"{site.url}/moved")


def test_the_connection_goes_to_the_address_that_was_looked_up(site: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once, its Host header stays, and relative redirects keep the name."""
    monkeypatch.setattr(public_client, "is_public", lambda _: True)
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(f"{host}:{port}")
        return ["127.0.0.1"]

    port = site.host.partition(":")[2]
    site.serve("/a", Answer(status=301, headers={"Location": "/b"}))
    site.serve("/b", b"ici")
    with Visitor.opened(AGENT, delay=0.0, resolve=resolve) as visitor:
        answer = visitor.ask(f"http://data.exemple.fr:{port}/a")
    assert (answer.url, answer.body) == (f"http://data.exemple.fr:{port}/b", b"ici")
    assert set(looked_up) == {f"data.exemple.fr:{port}"}


def test_redirects_without_end_are_no_answer(site: Source, visitor: Visitor) -> None:
    site.serve("/loop", Answer(status=302, headers={"Location": "/loop"}))
    with pytest.raises(NoAnswer, match="redirect"):
        visitor.ask(f"{site.url}/loop")


def test_no_more_than_the_beginning_of_a_large_answer_is_read(site: Source, visitor: Visitor) -> None:
    site.serve("/large", bytes(MAX_BYTES + 1000))
    assert len(visitor.ask(f"{site.url}/large").body) == MAX_BYTES


def test_a_bomb_is_read_no_further_than_that(site: Source, visitor: Visitor) -> None:
    bomb = gzip.compress(bytes(20 * MAX_BYTES), 9)
    site.serve("/bomb", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    assert len(visitor.ask(f"{site.url}/bomb").body) == MAX_BYTES


@pytest.mark.parametrize("status", [429, 500, 503])
def test_where_robots_txt_cannot_be_had_nothing_is_asked(site: Source, visitor: Visitor, status: int) -> None:
    site.serve("/robots.txt", Answer(status=status))
    with pytest.raises(NoAnswer, match=re.escape("robots.txt")):
        visitor.ask(f"{site.url}/")
    assert site.requests("/") == ["/robots.txt"]


def test_what_robots_txt_forbids_is_not_asked(site: Source, visitor: Visitor) -> None:
    site.serve("/robots.txt", b"User-agent: *\nDisallow: /api\n")
    with pytest.raises(NoAnswer, match=re.escape("robots.txt")):
        visitor.ask(f"{site.url}/api/1/datasets/")
    assert site.requests("/") == ["/robots.txt"]


def test_questions_are_put_one_after_the_other(site: Source) -> None:
    with Visitor.opened(AGENT, allowed_hosts=(site.host,), delay=0.05) as visitor:
        began = monotonic()
        for _ in range(3):
            visitor.ask(f"{site.url}/")
    assert monotonic() - began >= 3 * 0.05
    assert site.requests("/robots.txt") == ["/robots.txt"]


def test_a_broken_connection_is_no_answer(site: Source, visitor: Visitor) -> None:
    site.serve("/reset", Answer(reset=True))
    with pytest.raises(NoAnswer):
        visitor.ask(f"{site.url}/reset")


def test_there_is_an_end_to_questions(site: Source, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitor, "_most", 1)
    visitor.ask(f"{site.url}/a")
    with pytest.raises(NoAnswer):
        visitor.ask(f"{site.url}/b")
