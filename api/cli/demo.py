"""The demo: the whole line, offline, from nothing to a served answer (design §4)."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from api.answers.routing import read
from api.answers.routing import route as routed
from api.cli.ask import show_route
from api.cli.console import err, language, out, tell
from api.cli.progress import HarvestProgress
from api.errors import Problem
from api.keeper.harvesting import jobs_for
from api.keeper.indexing import follow
from api.keeper.lock import held, keeper_lock
from api.messages import say
from api.services import SAMPLE_FOLDER, Services
from api.serving import address, http_server, listen
from api.settings import Settings, read_settings
from harvester.crawling.fleet import Fleet
from harvester.sample.federation import SampleFederation

DEMO_FOLDER = Path("demo-data")
QUESTION = {"fr": "horaires bus rennes", "en": "rennes bus timetable"}
HOST = "127.0.0.1"


class Timed(Struct):
    """Seconds that a part took."""

    seconds: float = 0.0


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    datasets: Annotated[int, typer.Option(min=45, max=1_000_000, help="how many datasets to generate")] = 2500,
    seed: Annotated[int, typer.Option(help="the same seed gives the same federation")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end once the question is answered")] = False,
) -> None:
    """The main job from nothing, offline: a sample federation, harvested, deduplicated, indexed, served."""
    with ExitStack() as stack:
        listening = stack.enter_context(listen(HOST, port)) if not no_serve else None
        settings = demo_settings(address(listening) if listening else "")
        services = Services(settings, sample=True)
        stack.callback(services.close)
        with timed() as whole:
            stack.enter_context(SampleFederation(datasets, seed, folder=settings.data_dir / SAMPLE_FOLDER))
            _harvest(services, datasets, seed)
            _index(services)
            _answer(services)
        tell("cli_ready_in", seconds=f"{whole.seconds:.1f}")
        if listening:
            answer = http_server(services, listening)
            tell("cli_serving", url=f"{address(listening)}/")
            answer()
            tell("cli_stopped")


def demo_settings(url: str) -> Settings:
    """The settings of the environment, in the demo's own folder; an earlier demo's archive is begun anew."""
    settings = read_settings()
    overrides: dict[str, object] = {"public_url": url} if url else {}
    if "data_dir" not in settings.model_fields_set:
        overrides["data_dir"] = DEMO_FOLDER
    settings = read_settings(**overrides)
    _begin_anew(settings)
    return settings


def _begin_anew(settings: Settings) -> None:
    """Only sample data that nobody keeps is ever removed; a real archive stops the demo."""
    services = Services(settings)
    try:
        if not services.harvested:
            return
        if not services.sample:
            raise Problem(
                f"{settings.data_dir} contient de vrais portails : donnez un autre AIGUILLAGE_DATA_DIR",
                f"{settings.data_dir} holds real portals: give the demo another AIGUILLAGE_DATA_DIR",
            )
        with held(keeper_lock(settings.data_dir, services.archive.engine)) as mine:
            if not mine:
                raise _keeper_busy()
    finally:
        services.close()
    if settings.archive_file:
        for suffix in ("", "-wal", "-shm"):
            settings.archive_file.with_name(settings.archive_file.name + suffix).unlink(missing_ok=True)
    if not settings.elasticsearch_url:
        shutil.rmtree(settings.data_dir / "index", ignore_errors=True)


def _keeper_busy() -> Problem:
    return Problem(say("fr", "cli_keeper_busy"), say("en", "cli_keeper_busy"))


def _harvest(services: Services, datasets: int, seed: int) -> None:
    portals = list(services.registry)
    tell("cli_starting_federation", datasets=datasets, portals=len(portals), seed=seed)
    tell("cli_harvesting", portals=len(portals))
    # The largest first, so that no child is left alone with it at the end.
    ordered = sorted(portals, key=lambda portal: (-portal.level.rank, portal.id))
    with timed() as took, HarvestProgress(ordered, shown=err.is_terminal) as progress, Fleet(2, 2) as fleet:
        ended = fleet.harvest(jobs_for(services, ordered), progress)
    broken = [event for event in ended if event.report is None]
    if broken:
        raise Problem(broken[0].fr, broken[0].en)
    rate = progress.received / max(took.seconds, 0.001)
    tell(
        "cli_harvested",
        received=progress.received,
        portals=len(ended),
        seconds=f"{took.seconds:.1f}",
        rate=f"{rate:.0f}",
    )


def _index(services: Services) -> None:
    with timed() as took, held(keeper_lock(services.settings.data_dir, services.archive.engine)) as mine:
        if not mine:
            raise _keeper_busy()
        followed = follow(services)
    tell(
        "cli_indexed",
        records=followed.changes,
        datasets=services.catalogue.count(),
        seconds=f"{took.seconds:.1f}",
    )


def _answer(services: Services) -> None:
    question = QUESTION[language()]
    tell("cli_example_question")
    out.print(question, style="bold", markup=False)
    show_route(routed(services, read(services, question)))


@contextmanager
def timed() -> Iterator[Timed]:
    """The seconds of the block, once it has ended."""
    found, started = Timed(), time.perf_counter()
    try:
        yield found
    finally:
        found.seconds = time.perf_counter() - started
