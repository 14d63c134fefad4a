"""``python -m harvester.sample``: serves the sample federation until it is told to stop, and prints its address."""

import argparse
import asyncio
import os
import socket
import sys
import threading
from contextlib import suppress
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from harvester.registry import Registry
from harvester.sample.faults import FaultPlan, Faults, PlanError
from harvester.sample.poison import DEFAULT_RATE
from harvester.sample.population import Population
from harvester.sample.portal_files import write_portal_files
from harvester.sample.record import Catalogue
from harvester.sample.records import RealRecords, RecordsError
from harvester.sample.server import create_app
from harvester.sample.truth import write_truth

LOOPBACK = "127.0.0.1"


def arguments() -> argparse.ArgumentParser:
    """The options of the command."""
    parser = argparse.ArgumentParser(prog="python -m harvester.sample", description=__doc__)
    parser.add_argument("--datasets", type=int, default=2_000, help="how many datasets (with --records: rows at most)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--hard", action="store_true", help="other wording, heavier changes, identifiers lost")
    parser.add_argument("--records", type=Path, help="a data.gouv.fr catalogue export (Parquet or CSV) instead")
    parser.add_argument("--poison", type=float, default=DEFAULT_RATE, help="share of records with a bad value")
    parser.add_argument("--page-size", type=int, help="portals give no more records a page than this")
    parser.add_argument("--faults", type=Path, help="a plan of faults (YAML or JSON), read again when it changes")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, required=True, help="where portals/*.yml and truth.csv are written")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input is closed")
    return parser


def main() -> int:
    """Binds, writes the files, prints the address, serves."""
    options = arguments().parse_args()
    listening = socket.create_server((LOOPBACK, options.port))
    url = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
    options.folder.mkdir(parents=True, exist_ok=True)
    try:
        catalogue = _catalogue(options)
        plan = FaultPlan(options.faults) if options.faults else None
    except (RecordsError, PlanError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    write_portal_files(tuple(catalogue.portals.values()), url, options.folder / "portals")
    write_truth(catalogue.truth(), options.folder / "truth.csv")
    server = _server(catalogue, options.page_size, plan)
    if options.with_parent:
        threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listening]))
    return 0


def _server(catalogue: Catalogue, page_size: int | None, plan: FaultPlan | None) -> uvicorn.Server:
    app: ASGIApp = create_app(catalogue, largest=page_size)
    if plan is None:
        return uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    faulty = Faults(app, plan)
    server = uvicorn.Server(uvicorn.Config(faulty, log_level="warning", access_log=False, lifespan="off"))
    faulty.connections = server.server_state.connections
    return server


def _catalogue(options: argparse.Namespace) -> Catalogue:
    registry = tuple(Registry.load())
    if options.records:
        return RealRecords(registry, options.records, options.folder, rows=options.datasets, seed=options.seed)
    return Population(registry, options.datasets, options.seed, hard=options.hard, poison=options.poison)


def _stop_with_parent(server: uvicorn.Server) -> None:
    """The parent holds the other end of standard input: it closes when the parent stops the server, or dies."""
    while os.read(sys.stdin.fileno(), 1):  # as the keeper does: nothing of Python holds a lock meanwhile
        pass
    server.should_exit = True


if __name__ == "__main__":
    raise SystemExit(main())
