"""``serve``: answers over HTTP until it is told to stop, with a keeper beside."""

from typing import Annotated

import typer

from api.cli.console import tell
from api.cli.session import opened
from api.serving import address, http_server, keeper_beside, listen


def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="HTTP processes")] = 1,
    no_scheduler: Annotated[bool, typer.Option("--no-scheduler", help="only answer: no schedule, no indexing")] = False,
    harvest_now: Annotated[bool, typer.Option("--harvest-now", help="spread a first harvest over four hours")] = False,
) -> None:
    """Answer over HTTP, and keep the schedule and the index."""
    with opened(serving=True) as services, listen(host, port) as listening:
        services.router  # noqa: B018 - a mistake in a portal file stops the program before it serves
        with keeper_beside(services, first_harvest=harvest_now, enabled=not no_scheduler):
            answer = http_server(services, listening, workers)
            tell("cli_serving", url=f"{address(listening)}/")
            if not services.harvested and not harvest_now:
                tell("cli_empty_serving")
            answer()
    tell("cli_stopped")
