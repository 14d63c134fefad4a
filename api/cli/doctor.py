"""``doctor``: what is wrong with this installation."""

from typing import Annotated

import typer

from api.checks.state import examine
from api.cli.console import language, out, print_json
from api.cli.session import opened

MARKS = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "error": "[red]✗[/]"}


def doctor(
    json: Annotated[bool, typer.Option("--json")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="print errors alone")] = False,
) -> None:
    """Check settings, stores, index against archive, clock and portals; 1 on an error."""
    with opened() as services:
        checks = list(examine(services, language()))
    if json:
        print_json(checks)
    for check in () if json else checks:
        if not quiet or check.level == "error":
            out.print(f"{MARKS[check.level]} {check.name}: ", end="")
            out.print(check.detail, markup=False)
    if any(check.level == "error" for check in checks):
        raise typer.Exit(1)
