"""Notices by webhook, to a real server on loopback."""

import json

import httpx
import pytest

from harvester.notify.webhook import RefusedWebhook, post
from tests.harvester.notify.conftest import receiving
from tests.harvester.notify.examples import FAILED

AGENT = "Aiguillage/0.1 (+mailto:opendata@example.org)"


def test_the_report_is_posted_with_its_reason() -> None:
    with receiving() as received:
        post(f"{received.url}/hook?key=1", FAILED, AGENT, allow_private=True)
    ((path, headers, body),) = received.requests
    assert path == "/hook?key=1"
    assert headers["User-Agent"] == AGENT
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == received.url.removeprefix("http://")
    told = json.loads(body)
    assert (told["event"], told["report"]["run"]) == ("harvest.failed", 42)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "0.0.0.0"])  # noqa: S104
def test_a_private_address_is_refused_unless_allowed(host: str) -> None:
    with receiving() as received, pytest.raises(RefusedWebhook, match="private address"):
        post(f"http://{host}:{httpx.URL(received.url).port}/", FAILED, AGENT)
    assert received.requests == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_receiver_in_trouble_may_be_tried_again(status: int) -> None:
    with receiving(status) as received, pytest.raises(httpx.HTTPStatusError):
        post(received.url, FAILED, AGENT, allow_private=True)


@pytest.mark.parametrize("status", [400, 404, 410, 301, 307])
def test_a_receiver_that_refuses_is_not_and_redirects_lead_nowhere(status: int) -> None:
    with receiving(status) as received, pytest.raises(RefusedWebhook, match=str(status)):
        post(received.url, FAILED, AGENT, allow_private=True)
    assert len(received.requests) == 1


def test_a_receiver_that_is_away_may_be_tried_again() -> None:
    with pytest.raises(httpx.ConnectError):
        post("http://127.0.0.1:1/", FAILED, AGENT, allow_private=True)


def test_the_address_that_was_checked_is_the_one_that_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is checked and private when it is connected to leads nowhere."""
    with receiving() as received:
        port = httpx.URL(received.url).port
        monkeypatch.setattr("harvester.notify.webhook.is_public", lambda address: address == "127.0.0.1")
        monkeypatch.setattr("socket.getaddrinfo", once_then_fail(port))
        post(f"http://hook.example:{port}/", FAILED, AGENT)
    assert received.requests[0][1]["Host"] == f"hook.example:{port}"


def once_then_fail(port: int | None) -> object:
    """A resolver whose first answer is loopback, and which must not be asked for the name again."""
    import socket

    real = socket.getaddrinfo

    def resolve(host: object, *rest: object, **more: object) -> object:
        if host == "hook.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        assert host in ("127.0.0.1", b"127.0.0.1")
        return real(host, *rest, **more)  # type: ignore[arg-type]

    return resolve
