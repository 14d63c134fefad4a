"""A loopback server for benchmarks: one portal of the sample federation, each page made once and then sent from memory.

``python -m benchmarks.page_server --protocol dcat --datasets 10000`` prints its address and serves until its standard
input is closed.
"""

import argparse
import asyncio
import os
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec
import uvicorn
from msgspec.structs import replace
from pyoxigraph import Literal, NamedNode, Triple, serialize
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.bare import sound_quads
from dcat.portal import Politeness, Portal, Protocol
from dcat.rdf.syntax import Syntax
from harvester.registry import Registry, portal_yaml
from harvester.sample.network import SamplePortal
from harvester.sample.population import Population
from harvester.sample.portal_files import sampled
from harvester.sample.server import create_app
from harvester.sample.speakers.dcat import SYNTAXES

PORTAL = "data-gouv-fr"
HYDRA = "http://www.w3.org/ns/hydra/core#"
FOLLOWING = tuple(NamedNode(f"{HYDRA}{name}") for name in ("next", "nextPage"))


class Memory:
    """ASGI middleware: the same question gives the same bytes, made at the first request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[bytes, list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = await receive()
        question = b"?".join((scope["path"].encode(), scope["query_string"], asked.get("body", b"")))
        if question not in self._kept:
            messages: list[Message] = []

            async def keep(message: Message) -> None:
                messages.append(message)

            questions = [asked]

            async def again() -> Message:
                """The question, and then silence: whoever waits for the client to go must not wait in a circle."""
                return questions.pop() if questions else await asyncio.Future()

            await self._app(scope, again, keep)
            self._kept[question] = messages
        for message in self._kept[question]:
            await send(message)


def one_portal(protocol: Protocol) -> Portal:
    """The national portal, made to speak a protocol."""
    return replace(Registry.load().get(PORTAL), protocol=protocol)


def single_document(app: ASGIApp, portal: Portal, syntax: str, path: Path) -> ASGIApp:
    """The whole feed as one document in a file, without its paging."""
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app))

    def statements() -> Iterator[Triple]:
        address = portal.endpoint
        with asyncio.Runner() as runner:
            while address:
                page, address = runner.run(client.get(address)).content, ""
                for quad in sound_quads(page, Syntax(syntax)):
                    if quad.predicate in FOLLOWING:
                        address = quad.object.value if isinstance(quad.object, NamedNode | Literal) else ""
                    if not quad.predicate.value.startswith(HYDRA):
                        yield quad.triple

    with path.open("wb") as file:
        serialize(statements(), file, SYNTAXES[syntax][0])

    async def catalogue(_: Request) -> FileResponse:
        return FileResponse(path, media_type=SYNTAXES[syntax][1])

    return Starlette(routes=[Route(urlsplit(portal.endpoint).path, catalogue)])


def json_document(app: ASGIApp, portal: Portal, repeat: int, path: Path) -> ASGIApp:
    """A data.json in a file, each dataset so many times under other identifiers and titles."""

    async def made() -> bytes:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return (await client.get(portal.endpoint)).content

    catalogue = msgspec.json.decode(asyncio.run(made()))
    rows = catalogue.pop("dataset")
    with path.open("wb") as file:
        file.write(msgspec.json.encode(catalogue)[:-1] + b',"dataset":[')
        for number, row in enumerate(row for _ in range(repeat) for row in rows):
            names = {"identifier": f"{row['identifier']}-{number}", "title": f"{row['title']} {number}"}
            file.write(b"," * (number > 0) + msgspec.json.encode({**row, **names}))
        file.write(b"]}")

    async def document(_: Request) -> FileResponse:
        return FileResponse(path, media_type="application/json")

    return Starlette(routes=[Route(urlsplit(portal.endpoint).path, document)])


def main() -> None:
    """Binds, generates, prints the address and the portal file's path, serves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", type=Protocol, required=True)
    parser.add_argument("--datasets", type=int, required=True)
    parser.add_argument("--syntax", default="ttl")
    parser.add_argument("--single-document", action="store_true")
    parser.add_argument("--repeat", type=int, default=1, help="each dataset of a data.json so many times")
    parser.add_argument("--file", type=Path, required=True, help="where the portal file is written")
    options = parser.parse_args()
    threading.Thread(target=_until_closed, daemon=True).start()
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    population = Population((one_portal(options.protocol),), options.datasets, seed=1)
    served: SamplePortal = population.portals[PORTAL]
    if options.protocol is Protocol.DCAT:
        served = replace(served, dialect=options.syntax)
    portal = replace(sampled(served, url), politeness=Politeness(delay=0, concurrency=8))
    options.file.write_text(portal_yaml(portal), encoding="utf-8")
    app: ASGIApp = create_app(population, middleware=[Middleware(Memory)])
    if options.protocol is Protocol.DATA_JSON:
        app = json_document(app, portal, options.repeat, options.file.with_name("data.json"))
    elif options.single_document:
        app = single_document(app, portal, options.syntax, options.file.with_name("catalogue"))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    asyncio.run(server.serve(sockets=[listening]))


def _until_closed() -> None:
    """Ends at once, whatever is being made or sent: whoever started this server is done with it, or was killed."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
