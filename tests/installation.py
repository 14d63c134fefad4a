"""A small harvested installation, made once per worker: the sample federation read by the real spiders."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from api.app import create_app
from api.keeper.harvesting import jobs_for
from api.keeper.indexing import follow
from api.services import SAMPLE_FOLDER, Services
from api.serving import OPTIONS, address, listen
from api.settings import read_settings
from harvester.crawling.fleet import Fleet
from harvester.runs.job import Event
from harvester.sample.federation import SampleFederation


class Installation:
    """``services`` over a data folder, and the last event of each portal's harvest."""

    def __init__(self, services: Services, ended: list[Event], truth: Path) -> None:
        self.services = services
        self.ended = ended
        self.truth = truth


@contextmanager
def harvested(folder: Path, datasets: int = 400, **overrides: object) -> Iterator[Installation]:
    """Every portal of the federation, harvested, deduplicated and indexed."""
    settings = read_settings(data_dir=folder, **overrides)
    with SampleFederation(datasets, seed=3, folder=folder / SAMPLE_FOLDER) as federation, Fleet(2, 2) as fleet:
        services = Services(settings, sample=True)
        ended = fleet.harvest(jobs_for(services, services.registry))
        follow(services)
        yield Installation(services, ended, federation.truth_path)
    services.close()


@contextmanager
def served(services: Services) -> Iterator[httpx.Client]:
    """The application over real HTTP on loopback; redirects are shown, not followed."""
    with listen("127.0.0.1", 0) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(services), **OPTIONS))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            with httpx.Client(base_url=address(listening), timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
