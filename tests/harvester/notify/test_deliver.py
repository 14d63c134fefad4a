"""A notice to all who asked: tries, failures that cost the others nothing, who is told of what."""

import logging
from collections.abc import Callable

import pytest
from msgspec import structs

from dcat.portal import Notify, Occasion
from harvester.notify.deliver import Post, deliver
from harvester.notify.notice import Notice
from harvester.notify.relay import Relay
from harvester.notify.standing import Standing, Turn
from tests.harvester.notify.conftest import Mailbox, receiving
from tests.harvester.notify.examples import FAILED, RENNES

Start = Callable[..., tuple[Mailbox, int]]


def to(
    *, email: tuple[str, ...] = (), webhook: tuple[str, ...] = (), on: tuple[Occasion, ...] = tuple(Occasion)
) -> Notice:
    return structs.replace(FAILED, portal=structs.replace(RENNES, notify=Notify(email, webhook, on)))


def way(relay: Relay | None = None, everyone: Notify | None = None) -> Post:
    sender = "opendata@aiguillage.example"
    return Post("Aiguillage/0.1", sender, relay, everyone or Notify(), allow_private=True, first_wait=0.0)


def test_everyone_who_asked_is_told_once(mail_server: Start) -> None:
    box, port = mail_server()
    with receiving() as received:
        everyone = Notify(("ops@example.org", "a@rennes.example"), (received.url,))
        notice = to(email=("a@rennes.example", "b@rennes.example"), webhook=(received.url,))
        assert deliver(way(Relay("127.0.0.1", port, "none"), everyone), notice)
    assert sorted(message["To"] for message in box.messages) == [
        "a@rennes.example",
        "b@rennes.example",
        "ops@example.org",
    ]
    assert len(received.requests) == 1


def test_a_receiver_in_trouble_is_tried_again() -> None:
    with receiving(503, 503, 204) as received:
        assert deliver(way(), to(webhook=(received.url,)))
    assert len(received.requests) == 3


def test_a_receiver_that_stays_away_is_given_up_and_logged_without_its_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with receiving(500) as received, caplog.at_level(logging.WARNING):
        assert not deliver(way(), to(webhook=(f"{received.url}/hook/s3cret",)))
    assert len(received.requests) == 3
    assert "was not told" in caplog.text
    assert "127.0.0.1" in caplog.text


def test_one_receiver_that_is_away_costs_the_others_nothing(mail_server: Start) -> None:
    box, port = mail_server()
    notice = to(email=("a@rennes.example",), webhook=("http://127.0.0.1:1/",))
    assert deliver(way(Relay("127.0.0.1", port, "none")), notice)
    assert len(box.messages) == 1


def test_without_a_relay_nobody_is_told_by_mail(caplog: pytest.LogCaptureFixture) -> None:
    assert not deliver(way(), to(email=("a@rennes.example",)))
    assert "AIGUILLAGE_SMTP_URL" in caplog.text


def test_where_nobody_asked_there_is_nothing_left_to_do() -> None:
    assert deliver(way(), to())


def test_a_portal_is_told_of_what_it_asked_and_the_installation_of_everything() -> None:
    only_held = Notify(("a@rennes.example",), (), (Occasion.HELD,))
    portal = structs.replace(RENNES, notify=only_held)
    mine = way(everyone=Notify(("ops@example.org",)))
    assert mine.recipients(portal, Occasion.FAILED).email == ("ops@example.org",)
    assert mine.recipients(portal, Occasion.HELD).email == ("a@rennes.example", "ops@example.org")


def test_who_heard_of_a_failure_hears_of_its_end() -> None:
    assert Turn(Standing.FAILED, Standing.WELL).occasion is Occasion.FAILED
    assert Turn(Standing.FAILED, Standing.HELD).occasion is Occasion.HELD
