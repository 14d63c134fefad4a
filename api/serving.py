"""HTTP workers, which only read, and the keeper that runs beside them in a process of its own (design §2)."""

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import wait
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from api.app import create_app
from api.errors import Problem
from api.logs import configure
from api.messages import say
from api.protocol import Protocol
from api.services import Services
from api.settings import read_settings

KEEPER_PATIENCE_SECONDS = 20.0
LINGER_SECONDS = 5  # a request that is under way may end; an idle connection is not waited for
OPTIONS: dict[str, Any] = {
    "http": Protocol,
    "log_level": "warning",
    "access_log": False,
    "timeout_graceful_shutdown": LINGER_SECONDS,
    "server_header": False,
}


def listen(host: str, port: int) -> socket.socket:
    """Bound before anything else starts, so that a port that is taken is said at once; ``port`` 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        spoken = (say(language, "cli_port_taken", port=port) for language in ("fr", "en"))
        raise Problem(*(f"{text} ({host}: {error.strerror})" for text in spoken)) from error


def address(listening: socket.socket) -> str:
    """The address to open in a browser."""
    host, port, *_ = listening.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def http_server(services: Services, listening: socket.socket, workers: int = 1) -> Callable[[], None]:
    """What answers until SIGINT or SIGTERM, once called. Its modules are imported before: a signal that comes meanwhile
    can be lost, since Python passes over what is raised where it frees a module's lock."""
    if workers == 1:
        config = uvicorn.Config(create_app(services), **OPTIONS)
        config.load()
        run: Callable[[], None] = partial(uvicorn.Server(config).run, sockets=[listening])
    else:
        os.environ.update(_environment(services))
        config = uvicorn.Config("api.serving:app_from_environment", factory=True, workers=workers, **OPTIONS)
        run = Multiprocess(config, sockets=[listening]).run
    return partial(_until_told, run)


def _until_told(run: Callable[[], None]) -> None:
    with suppress(KeyboardInterrupt):  # uvicorn hands its signal on once it has ended
        run()


def app_from_environment() -> FastAPI:
    """The application of one worker process, from its environment."""
    settings = read_settings()
    configure(settings, level=logging.INFO)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return create_app(Services(settings))


@contextmanager
def keeper_beside(services: Services, *, first_harvest: bool = False, enabled: bool = True) -> Iterator[None]:
    """A keeper process for the time of the block; it is told to stop, and killed only where it does not.

    It holds the other end of a pipe: where this process is killed, the keeper ends by itself.
    """
    if not enabled:
        yield
        return
    command = [sys.executable, "-m", "api.cli", "worker", "--with-parent"]
    command += ["--harvest-now"] if first_harvest else []
    keeper = subprocess.Popen(  # noqa: S603 - our own command
        command, env={**os.environ, **_environment(services)}, stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        yield
    finally:
        keeper.terminate()
        try:
            keeper.communicate(timeout=KEEPER_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            keeper.kill()
            keeper.communicate()


def _environment(services: Services) -> dict[str, str]:
    """What our child processes are told besides the environment: the settings of the command line."""
    settings = services.settings
    return {"AIGUILLAGE_DATA_DIR": str(settings.data_dir.absolute())}


def _end_with_parent() -> None:
    """A supervisor that was killed cannot tell its workers: they watch it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
