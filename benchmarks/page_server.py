"""A loopback server for benchmarks: one portal of the sample federation, each page made once and then sent from memory.

``python -m benchmarks.page_server --protocol dcat --datasets 10000`` prints its address and serves until its standard
input is closed.
"""

import argparse
import asyncio
import socket
import sys
import threading
from pathlib import Path

import uvicorn
from msgspec.structs import replace
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dcat.portal import Politeness, Portal, Protocol
from harvester.registry import Registry, portal_yaml
from harvester.sample.network import SamplePortal
from harvester.sample.population import Population
from harvester.sample.portal_files import sampled
from harvester.sample.server import create_app

PORTAL = "data-gouv-fr"


class Memory:
    """ASGI middleware: the same address gives the same bytes, made at the first request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[bytes, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        address = scope["path"].encode() + b"?" + scope["query_string"]
        if address not in self._kept:
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            await self._app(scope, receive, keep)
            self._kept[address] = messages
        for message in self._kept[address]:
            await send(message)


def one_portal(protocol: Protocol) -> Portal:
    """The national portal, made to speak a protocol."""
    return replace(Registry.load().get(PORTAL), protocol=protocol)


def main() -> None:
    """Binds, generates, prints the address and the portal file's path, serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", type=Protocol, required=True)
    parser.add_argument("--datasets", type=int, required=True)
    parser.add_argument("--syntax", default="ttl")
    parser.add_argument("--file", type=Path, required=True, help="where the portal file is written")
    options = parser.parse_args()
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    population = Population((one_portal(options.protocol),), options.datasets, seed=1)
    served: SamplePortal = population.portals[PORTAL]
    if options.protocol is Protocol.DCAT:
        served = replace(served, syntax=options.syntax)
    portal = replace(sampled(served, url), politeness=Politeness(delay=0, concurrency=8))
    options.file.write_text(portal_yaml(portal), encoding="utf-8")
    app = create_app(population, middleware=[Middleware(Memory)])
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    threading.Thread(target=_until_closed, args=(server,), daemon=True).start()
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    asyncio.run(server.serve(sockets=[listening]))


def _until_closed(server: uvicorn.Server) -> None:
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    main()
