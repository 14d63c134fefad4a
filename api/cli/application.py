"""The command ``aiguillage``: its commands, and where every error becomes an exit code (design §4)."""

import sys

import typer

from api.cli import ask, doctor, harvest, index, portals, runs, serve
from api.cli.console import err, language
from api.logs import configure
from api.problem_table import problem_of

app = typer.Typer(
    name="aiguillage",
    help="Federated open-data catalogue harvester for France, with routing by subsidiarity.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("demo")(serve.demo)
app.command("harvest")(harvest.harvest)
app.add_typer(portals.app, name="portals")
app.command("runs")(runs.runs)
app.command("report")(runs.report)
app.command("index")(index.index)
app.command("search")(ask.search)
app.command("route")(ask.route)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("doctor")(doctor.doctor)

INTERRUPTED = 130


def main() -> None:
    """Run a command. Every error that the program foresees is one line that says what to do, and an exit code."""
    configure()
    try:
        sys.exit(app(standalone_mode=False))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
    except typer.TyperException as error:
        sys.exit(_wrong_usage(error))
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        err.print(problem.text(language()), style="red", markup=False)
        sys.exit(problem.exit_code)


def _wrong_usage(error: typer.TyperException) -> int:
    """Typer's own words on the command line, and its exit code (2)."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
    return int(getattr(error, "exit_code", 2))
