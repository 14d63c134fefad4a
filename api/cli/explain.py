"""``explain``: why two records are one dataset, or not."""

from typing import Annotated

import typer
from rich.table import Table

from api.answers.deciding import NAMED
from api.answers.explaining import ExplanationView, Side, StepView, explanation
from api.cli.console import language, out, print_json
from api.cli.session import opened
from api.messages import say

LONGEST = 80  # characters of what a side says; the page and --json have more


def explain(
    one: Annotated[str, typer.Argument(metavar="A", help=NAMED)],
    other: Annotated[str, typer.Argument(metavar="B", help="the same")],
    json: Annotated[bool, typer.Option("--json", help="one JSON document on standard output")] = False,
) -> None:
    """Show the clues that joined two records or kept them apart, what each added, and what was decided."""
    with opened() as services:
        found = explanation(services, one, other, language())
    if json:
        print_json(found)
        return
    for name, side in (("A", found.one), ("B", found.other)):
        out.print(f"{name}  {_who(side)}", markup=False)
    out.print()
    out.print(found.text, style="bold", markup=False)
    _show_decision(found)
    if found.through:
        out.print(say(language(), "explain_by", records=", ".join(found.through)), markup=False)
    if found.steps:
        out.print(_waterfall(found))


def _who(side: Side) -> str:
    return f"{side.record}  {side.title} – {side.publisher or '?'} ({side.url or side.dataset})"


def _show_decision(found: ExplanationView) -> None:
    if said := found.decision:
        words = {"when": said.when[:10], "reason": said.reason, "one": said.one, "other": said.other}
        out.print(say(language(), f"decided_{said.relation}", **words), markup=False)
        out.print(say(language(), "explain_decision", **words), markup=False)


def _waterfall(found: ExplanationView) -> Table:
    """A clue a row, with its words, and the sum so far."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column(say(language(), "col_clue"), ratio=3)
    table.add_column(say(language(), "col_weight"), justify="right")
    table.add_column(say(language(), "col_sum"), justify="right")
    table.add_column("A", ratio=3)
    table.add_column("B", ratio=3)
    for step in found.steps:
        table.add_row(step.text, _weight(step), f"{step.total:g}", _short(step.one), _short(step.other))
    return table


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _weight(step: StepView) -> str:
    return say(language(), f"part_{step.part}") if step.part in ("veto", "proof") else f"{step.weight:+g}"
