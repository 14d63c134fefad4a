"""``serve``, ``worker`` and ``demo``: what runs until it is told to stop."""

import socket
from datetime import timedelta
from typing import Annotated

import typer

from api.cli.console import tell
from api.cli.session import opened
from api.demo import run_demo
from api.errors import Problem
from api.keeper import Keeper, stop_on_signals
from api.messages import say
from api.schedule import Schedule
from api.serving import keeper_beside, serve_http

Host = Annotated[str, typer.Option(help="address to listen on")]
Port = Annotated[int, typer.Option(min=0, max=65535)]
FIRST_HARVEST = timedelta(hours=4)


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="HTTP processes")] = 1,
    no_scheduler: Annotated[bool, typer.Option("--no-scheduler", help="only answer: no schedule, no indexing")] = False,
    harvest_now: Annotated[bool, typer.Option("--harvest-now", help="spread a first harvest over four hours")] = False,
) -> None:
    """Answer over HTTP, and keep the schedule and the index."""
    with opened() as services:
        _check_port(host, port)
        services.registry.portals  # noqa: B018 - a mistake in a portal file stops the program before it serves
        with keeper_beside(services, first_harvest=harvest_now, enabled=not no_scheduler):
            tell("cli_serving", url=f"http://{host}:{port}/")
            serve_http(services, host, port, workers)
    tell("cli_stopped")


def worker(harvest_now: Annotated[bool, typer.Option("--harvest-now")] = False) -> None:
    """Keep the schedule and the index, without HTTP."""
    with opened() as services:
        schedule = Schedule(services, first_harvest=FIRST_HARVEST if harvest_now else None)
        keeper = Keeper(services, schedule.start, schedule.stop)
        stop_on_signals(keeper.stop)
        keeper.run()
    tell("cli_stopped")


def demo(
    port: Port = 8000,
    datasets: Annotated[int, typer.Option(min=45, max=1_000_000, help="how many datasets to generate")] = 2500,
    seed: Annotated[int, typer.Option(help="the same seed gives the same federation")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end once the question is answered")] = False,
) -> None:
    """The main job from nothing, offline: a sample federation, harvested, deduplicated, indexed, served."""
    run_demo(port=port, datasets=datasets, seed=seed, serve=not no_serve)


def _check_port(host: str, port: int) -> None:
    """Before anything starts: uvicorn would only say it after the keeper runs."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        spoken = {name: say(name, "cli_port_taken", port=port) for name in ("fr", "en")}
        raise Problem(f"{spoken['fr']} ({error.strerror})", f"{spoken['en']} ({error.strerror})") from error
