"""``worker``: the keeper of an installation, alone (``serve`` starts one beside itself)."""

from datetime import timedelta
from typing import Annotated

import typer

from api.cli.console import tell
from api.cli.session import opened
from api.keeper.keeper import Keeper, stop_on_signals, stop_with_parent
from api.keeper.schedule import Schedule

FIRST_HARVEST = timedelta(hours=4)


def worker(
    harvest_now: Annotated[bool, typer.Option("--harvest-now", help="spread a first harvest over four hours")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True, help="end with standard input")] = False,
) -> None:
    """Keep the schedule and the index, without HTTP."""
    with opened(serving=True) as services:
        schedule = Schedule(services, first_harvest=FIRST_HARVEST if harvest_now else None)
        keeper = Keeper(services, schedule.start, schedule.stop, schedule.watch)
        stop_on_signals(keeper.stop)
        if with_parent:
            stop_with_parent(keeper.stop)
        keeper.run()
    tell("cli_stopped")
