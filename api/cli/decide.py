"""``decide``, ``decisions`` and ``review``: what people know of two records wins over every clue."""

import getpass
from typing import Annotated

import typer

from api.answers import deciding
from api.answers.explaining import doubtful
from api.cli.console import language, out, print_json, print_table, tell
from api.cli.index import indexed
from api.cli.session import opened
from api.messages import say
from search.dedupe.decisions import Decision, Said

app = typer.Typer(no_args_is_help=True, help="What people decided of two records.")

Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]


def decide(
    relation: Annotated[Said, typer.Argument(help="what A is to B; undo lets the clues speak again")],
    one: Annotated[str, typer.Argument(metavar="A", help=deciding.NAMED)],
    other: Annotated[str, typer.Argument(metavar="B", help="the same")],
    reason: Annotated[str, typer.Option(help="why; kept with the decision")],
    json: Json = False,
) -> None:
    """Decide that two records are the same dataset, different ones, or one a part of the other."""
    with opened() as services:
        said = deciding.decide(services, relation, one, other, reason, getpass.getuser())
        done = indexed(services)
        if json:
            known = services.catalogue.arbiter.decisions_about([said.one])
            print_json(next(about for about in known if about.pair == said.pair))
        else:
            out.print(_sentence(said), markup=False)
        if not done:
            raise typer.Exit(1)


def review(
    most: Annotated[int, typer.Option(min=1, max=1_000, help="the most doubtful so many")] = 20, json: Json = False
) -> None:
    """The pairs that a person should look at, the most doubtful first; decide with aiguillage decide."""
    with opened() as services:
        found, total = doubtful(services, most, 0)
    if json:
        print_json({"results": found, "total": total})
        return
    rows = [
        (
            f"{one.score:g}",
            say(language(), f"relation_{one.relation}"),
            one.one.record,
            one.other.record,
            one.one.title,
            one.other.title,
        )
        for one in found
    ]
    print_table(("score", "relation", "one", "other", "title_one", "title_other"), rows)
    tell("review_total", total=total)


@app.command("list")
def show(
    most: Annotated[int, typer.Option(min=1, max=10_000, help="the newest so many")] = 100, json: Json = False
) -> None:
    """What was decided, the newest first."""
    with opened() as services:
        found = services.catalogue.arbiter.decisions(most)[0] if services.harvested else []
    if json:
        print_json(found)
        return
    rows = [
        (one.when, one.who, say(language(), f"said_{one.relation}"), one.one, one.other, one.reason) for one in found
    ]
    print_table(("when", "who", "relation", "one", "other", "reason"), rows)


@app.command("export")
def write(file: Annotated[typer.FileBinaryWrite, typer.Argument(help="- for standard output")] = "-") -> None:  # type: ignore[assignment]
    """Write the decisions in force as JSON lines, to keep them or to take them elsewhere."""
    with opened() as services:
        file.writelines(deciding.lines(services) if services.harvested else ())


@app.command("import")
def read(file: Annotated[typer.FileBinaryRead, typer.Argument(help="- for standard input")] = "-") -> None:  # type: ignore[assignment]
    """Take decisions from JSON lines: all, or none where a line cannot be read. Of one pair the latest word counts."""
    with opened() as services:
        new, total = deciding.take_lines(services, file)
        tell("decisions_taken", new=new, total=total)
        if new and not indexed(services):
            raise typer.Exit(1)


def _sentence(said: Decision) -> str:
    return say(language(), f"decided_{said.relation}", one=said.one, other=said.other)
