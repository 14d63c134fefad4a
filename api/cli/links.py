"""``links``: asks whether the addresses of distributions answer."""

from typing import Annotated

import typer

from api.cli.console import language, out, print_json
from api.cli.session import opened
from api.keeper.checking_links import MOST, check_links
from api.messages import say


def links(
    portals: Annotated[list[str] | None, typer.Argument(metavar="[PORTAL]...", help="all where none is named")] = None,
    most: Annotated[int, typer.Option(min=1, max=10_000, help="addresses of each portal to ask at most")] = MOST,
    json: Annotated[bool, typer.Option("--json", help="one JSON document on standard output")] = False,
) -> None:
    """Ask a sample of each portal's links, those that nobody asked first, then the oldest."""
    found = []
    with opened() as services:
        named = [services.registry.get(name) for name in dict.fromkeys(portals or ())]
        known = services.archive.counts_by_portal() if services.harvested else {}
        chosen = named or [portal for portal in services.registry if portal.id in known]
        for one in check_links(services, chosen if services.harvested else (), most):
            found.append(one)
            if not json:
                shown = say(language(), "links_checked", answered=one.answered, failed=one.failed, unknown=one.unknown)
                out.print(f"{one.portal}{say(language(), 'colon')} {shown}", markup=False)
    if json:
        print_json(found)
    elif not found:
        out.print(say(language(), "links_none"), markup=False)
