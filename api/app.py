"""The HTTP application: ``create_app(services)``; nothing happens at import."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.staticfiles import StaticFiles

from api import problems
from api.feed.pages import PageCache
from api.routes import (
    datasets,
    decisions,
    demand,
    explain,
    feed,
    health,
    pages,
    portals,
    publishers,
    reports,
    resolve,
    routing,
    runs,
    search,
    sitemap,
    stream,
)
from api.services import Services
from search.question import read_question

DESCRIPTION = """
One dataset, seen through several portals, shown once; one question, sent to the portal of the body that is competent.

Errors are `application/problem+json` with a stable `code`. Lists are `{results, total, page, page_size, next}`.
Territories are `level:code` (`commune:35238`, `epci:243500139`, `departement:35`, `region:53`) or `national`.
"""


MISSPELT = "bus villeurbane"


class Application(FastAPI):
    """FastAPI, without the answer 422 that it announces everywhere: a wrong parameter is a problem of status 400."""

    def openapi(self) -> dict[str, Any]:
        """The document, described once."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operation in (operation for path in document["paths"].values() for operation in path.values()):
                operation["responses"].pop("422", None)
            for name in ("HTTPValidationError", "ValidationError"):
                document["components"]["schemas"].pop(name, None)
        return super().openapi()


def create_app(services: Services) -> FastAPI:
    """The application over these services; it closes them when it stops."""
    app = Application(
        title="Aiguillage",
        version=version("aiguillage"),
        summary="The right open data, at the right portal",
        description=DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
    )
    app.state.services = services
    app.state.feed_pages = PageCache()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET"],
        expose_headers=["Retry-After", "ETag", "Last-Modified", "Link"],
    )
    problems.install(app)
    for module in (
        feed,
        stream,
        sitemap,
        search,
        routing,
        resolve,
        datasets,
        decisions,
        demand,
        explain,
        portals,
        publishers,
        runs,
        health,
        pages,
        reports,
    ):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "pages" / "static"), name="static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    read_question("horaires bus rennes")  # territories and vocabulary are built now, not while the first visitor waits
    threading.Thread(
        target=read_question, args=(MISSPELT,), daemon=True
    ).start()  # typing errors have an index of their own
    yield
    app.state.services.close()
