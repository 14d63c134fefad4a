"""HTTP workers, which only read, and the keeper that runs beside them in a process of its own (design §2)."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.logs import configure
from api.services import Services
from api.settings import read_settings

KEEPER_PATIENCE_SECONDS = 20.0


def app_from_environment() -> FastAPI:
    """The application of one worker process, from its environment."""
    settings = read_settings()
    configure(settings)
    return create_app(Services(settings))


def serve_http(services: Services, host: str, port: int, workers: int = 1) -> None:
    """Blocks until SIGINT or SIGTERM."""
    if workers == 1:
        uvicorn.run(create_app(services), host=host, port=port, log_level="warning", access_log=False)
        return
    os.environ["AIGUILLAGE_DATA_DIR"] = str(services.settings.data_dir.absolute())
    uvicorn.run(
        "api.serving:app_from_environment",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        log_level="warning",
        access_log=False,
    )


@contextmanager
def keeper_beside(services: Services, *, first_harvest: bool = False, enabled: bool = True) -> Iterator[None]:
    """A keeper process for the time of the block; it is told to stop, and killed only where it does not."""
    if not enabled:
        yield
        return
    command = [sys.executable, "-m", "api.cli", "worker", *(["--harvest-now"] if first_harvest else [])]
    environment = {**os.environ, "AIGUILLAGE_DATA_DIR": str(services.settings.data_dir.absolute())}
    keeper = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own command
    try:
        yield
    finally:
        keeper.terminate()
        try:
            keeper.wait(KEEPER_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.wait()
