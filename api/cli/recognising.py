"""A new portal from its address: what was tried is told as it is tried, what follows is a portal file."""

from collections.abc import Sequence

from msgspec import Struct

from api.cli.console import tell
from api.keeper.harvesting import host_port
from api.messages import Language
from api.services import Services
from harvester.recognition import Attempt, Visitor, portal_text, recognise


class Recognised(Struct, frozen=True):
    """``file`` is the portal file, ``""`` where nothing was recognised; ``datasets`` None where nobody counts them."""

    url: str
    software: str
    protocol: str
    endpoint: str
    datasets: int | None
    title: str
    attempts: Sequence[Attempt]
    file: str


def recognised(services: Services, url: str, language: Language, *, quiet: bool = False) -> Recognised:
    """Ask the address, as harvests would: with our name, and public addresses alone unless the settings allow others.
    Of a sample installation, its own server is admitted."""
    settings = services.settings
    own = {host_port(portal.endpoint) for portal in services.registry if portal.sample}
    with Visitor.opened(
        settings.agent, allowed_hosts=tuple(own), allow_private=settings.allow_private_hosts
    ) as visitor:
        found = recognise(url, visitor, (lambda _: None) if quiet else _tell)
    return Recognised(
        url=found.url,
        software=found.software,
        protocol=found.protocol,
        endpoint=found.endpoint,
        datasets=found.datasets,
        title=found.title,
        attempts=found.attempts,
        file=portal_text(found, services.registry, language) if found.software else "",
    )


def _tell(attempt: Attempt) -> None:
    key = "recognise_proved" if attempt.proved else "recognise_tried"
    tell(key, url=attempt.url, software=attempt.software or "?", answer=attempt.answer)
