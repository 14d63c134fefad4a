"""The command ``aiguillage``: its commands, and where every error becomes an exit code (design §4)."""

import signal
import sys
from collections.abc import Iterable, Sequence
from pkgutil import resolve_name

import typer

from api.cli.console import err, language, tell
from api.logs import configure
from api.problem_table import problem_of

# Only the command that is asked for is imported: a question is answered in half the time (docs/benchmarks.md).
COMMANDS = {
    "demo": "api.cli.demo:demo",
    "harvest": "api.cli.harvest:harvest",
    "portals": "api.cli.portals:app",
    "runs": "api.cli.runs:runs",
    "report": "api.cli.runs:report",
    "forget": "api.cli.forget:forget",
    "approve": "api.cli.approve:approve",
    "replay": "api.cli.replay:replay",
    "export": "api.cli.export:export",
    "dedupe": "api.cli.dedupe:dedupe",
    "explain": "api.cli.explain:explain",
    "review": "api.cli.decide:review",
    "decide": "api.cli.decide:decide",
    "decisions": "api.cli.decide:app",
    "index": "api.cli.index:index",
    "search": "api.cli.ask:search",
    "route": "api.cli.ask:route",
    "links": "api.cli.links:links",
    "validate": "api.cli.validate:validate",
    "serve": "api.cli.serve:serve",
    "worker": "api.cli.worker:worker",
    "doctor": "api.cli.doctor:doctor",
}

WRONG_USAGE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command. Every error that the program foresees is one line that says what to do, and an exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    configure()
    signal.signal(signal.SIGTERM, signal.getsignal(signal.SIGINT))  # it ends a command as cleanly as Ctrl-C does
    try:
        sys.exit(_run(given))
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(_interrupted())
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


def _run(given: list[str]) -> int:
    """Typer gives 130 back where a command was interrupted."""
    code = application(given[:1])(given, prog_name="aiguillage", standalone_mode=False)
    return _interrupted() if code == INTERRUPTED else code or 0


def _interrupted() -> int:
    tell("cli_interrupted")
    return INTERRUPTED


def application(wanted: Iterable[str] = ()) -> typer.Typer:
    """The commands wanted, of those that exist; every one where none is, so that help shows them all."""
    app = typer.Typer(
        name="aiguillage",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    app.callback()(_aiguillage)
    for name in [name for name in wanted if name in COMMANDS] or COMMANDS:
        command = resolve_name(COMMANDS[name])
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _aiguillage() -> None:
    """Federated open-data catalogue harvester for France, with routing by subsidiarity."""


def _wrong_usage(error: typer.TyperException) -> int:
    """Typer's own words on the command line, and its exit code (2)."""
    show = getattr(error, "show", None)
    if callable(show):
        show()
    return int(getattr(error, "exit_code", WRONG_USAGE))
