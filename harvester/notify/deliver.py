"""A notice to all who asked for it: each way is tried a few times, a failure is logged and costs the others nothing."""

import logging
import time
from collections.abc import Callable

import httpx
from msgspec import Struct

from dcat.portal import Notify, Occasion, Portal
from harvester.notify.mail import message, send
from harvester.notify.notice import Notice
from harvester.notify.relay import Relay
from harvester.notify.webhook import RefusedWebhook, post

logger = logging.getLogger(__name__)

TRIES = 3
FIRST_WAIT_SECONDS = 1.0


class Post(Struct, frozen=True):
    """How messages leave this installation, and whom it tells of every portal."""

    agent: str
    sender: str = ""
    relay: Relay | None = None
    everyone: Notify = Notify()
    allow_private: bool = False
    first_wait: float = FIRST_WAIT_SECONDS

    def recipients(self, portal: Portal, occasion: Occasion) -> Notify:
        """Those of the portal's file who asked for this occasion, and those of the installation, each once."""
        asked = portal.notify if occasion in portal.notify.on else Notify()
        return Notify(
            tuple(dict.fromkeys((*asked.email, *self.everyone.email))),
            tuple(dict.fromkeys((*asked.webhook, *self.everyone.webhook))),
        )


def deliver(way: Post, notice: Notice) -> bool:
    """Whether it is told: somebody received it, or nobody asked. Never raises for a receiver that is away."""
    whom = way.recipients(notice.portal, notice.turn.occasion)
    sent = [_mailed(way, notice, recipient) for recipient in whom.email]
    sent += [_posted(way, notice, url) for url in whom.webhook]
    return any(sent) or not sent


def _mailed(way: Post, notice: Notice, recipient: str) -> bool:
    relay = way.relay
    if relay is None:
        logger.error("%s is not told of %s: AIGUILLAGE_SMTP_URL is not set", recipient, notice.portal.id)
        return False
    return _tried(way, recipient, lambda: send(relay, message(notice, way.sender, recipient)))


def _posted(way: Post, notice: Notice, url: str) -> bool:
    def once() -> None:
        post(url, notice, way.agent, allow_private=way.allow_private)

    return _tried(way, httpx.URL(url).host, once)  # the rest of the address may be a secret


def _tried(way: Post, whom: str, once: Callable[[], None]) -> bool:
    for attempt in range(TRIES):
        if attempt:
            time.sleep(way.first_wait * 4 ** (attempt - 1))
        try:
            once()
        except RefusedWebhook as error:
            logger.warning("%s cannot be told: %s", whom, error)
            return False
        except (OSError, httpx.HTTPError) as error:  # smtplib's errors are OSErrors
            logger.warning("%s was not told, try %d of %d: %s", whom, attempt + 1, TRIES, error)
        else:
            return True
    logger.error("%s was not told: it will be tried again after the next run", whom)
    return False
