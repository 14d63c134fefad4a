"""Links of portals' datasets asked, and what came kept."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from msgspec import Struct

from api.keeper.harvesting import host_port
from api.keeper.measuring import measure_anew
from api.services import Services
from dcat.portal import Portal
from harvester.archive.links import Check, keep_checks
from harvester.links import LinkAsker, due

MOST = 50
"""Addresses of one portal that are asked in one round, where nobody says otherwise."""

KEPT_AFTER = 20
"""Checks are kept so many at a time: a round that is ended loses no more."""


class Checked(Struct, frozen=True):
    """What a round found of a portal."""

    portal: str
    asked: int
    answered: int
    failed: int
    unknown: int


def check_links(
    services: Services, portals: Iterable[Portal], most: int, *, stopping: Callable[[], bool] = lambda: False
) -> Iterator[Checked]:
    """One portal after the other, as it is done; ends early where ``stopping`` says so."""
    with _asker(services) as asker:
        for portal in portals:
            if stopping():
                return
            checked = _check_portal(services, portal, most, asker, stopping)
            measure_anew(services)
            yield checked


@contextmanager
def _asker(services: Services) -> Iterator[LinkAsker]:
    settings = services.settings
    own = tuple({host_port(portal.endpoint) for portal in services.registry if portal.sample})
    with LinkAsker.opened(settings.agent, allowed_hosts=own, allow_private=settings.allow_private_hosts) as asker:
        yield asker


def _check_portal(
    services: Services, portal: Portal, most: int, asker: LinkAsker, stopping: Callable[[], bool]
) -> Checked:
    outcomes: list[bool | None] = []
    waiting: list[Check] = []
    for address in due(services.archive, portal.id, most):
        if stopping():
            break
        waiting.append(asker.check(address))
        outcomes.append(waiting[-1].answers)
        if len(waiting) == KEPT_AFTER:
            keep_checks(services.archive, portal.id, waiting, datetime.now(UTC))
            waiting = []
    keep_checks(services.archive, portal.id, waiting, datetime.now(UTC))
    return Checked(portal.id, len(outcomes), outcomes.count(True), outcomes.count(False), outcomes.count(None))
