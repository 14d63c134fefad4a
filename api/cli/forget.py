"""``forget``: removes a person's data from archive, raw pages, index and feed, for good."""

from typing import Annotated

import typer
from msgspec.structs import asdict

from api.cli.console import language, out, print_json, tell
from api.cli.session import opened
from api.keeper.forgetting import forget as forget_everywhere
from api.keeper.forgetting import would_forget
from api.messages import say


def forget(
    value: Annotated[str, typer.Argument(help="an e-mail address, a telephone number, or a name")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say where it stands, change nothing")] = False,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Remove a value wherever it stands, however it is written; no later harvest brings it back."""
    with opened() as services:
        erased = would_forget(services, value) if dry_run else forget_everywhere(services, value, tell)
    if json:
        print_json(asdict(erased))
        return
    out.print(say(language(), "cli_forget_found", **asdict(erased)), markup=False)
    tell("cli_forget_trial" if dry_run else "cli_forget_done")
