"""The servers to try: the embedded engine and SQLite always; Elasticsearch where ``TEST_ELASTICSEARCH_URL`` and
PostgreSQL where ``TEST_DATABASE_URL`` name a server (both required when CI=true).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch
from sqlalchemy import Engine, create_engine, make_url, text

from search.engines.backend import SearchBackend
from search.engines.elastic import ElasticsearchBackend
from search.engines.embedded import EmbeddedBackend

NO_ELASTICSEARCH = "TEST_ELASTICSEARCH_URL is not set: the index was tried on the embedded engine alone"
NO_DATABASE = "TEST_DATABASE_URL is not set: the clusters were tried on SQLite alone"


IN_CI = os.environ.get("CI") == "true"


def _tried(first: str, other: str, variable: str) -> list[str]:
    """Without its server the other is not even collected: ``test_servers`` says so in one line."""
    return [first, other] if IN_CI or os.environ.get(variable) else [first]


def _server(variable: str, absent: str) -> str:
    """The server's address; skips without one, and fails in CI."""
    server = os.environ.get(variable, "")
    if server:
        return server
    if IN_CI:
        pytest.fail(absent)
    pytest.skip(absent)


@pytest.fixture
def database_url() -> str:
    return _server("TEST_DATABASE_URL", NO_DATABASE)


@pytest.fixture
def elasticsearch_url() -> str:
    return _server("TEST_ELASTICSEARCH_URL", NO_ELASTICSEARCH)


@pytest.fixture(params=_tried("embedded", "elasticsearch", "TEST_ELASTICSEARCH_URL"))
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SearchBackend]:
    """An engine in which nothing was ever published; what the test leaves is removed."""
    if request.param == "embedded":
        embedded = EmbeddedBackend(tmp_path / "index")
        yield embedded
        embedded.close()
        return
    yield from _elasticsearch(_server("TEST_ELASTICSEARCH_URL", NO_ELASTICSEARCH))


def _elasticsearch(url: str) -> Iterator[SearchBackend]:
    prefix = f"test-{uuid4().hex[:12]}"
    backend = ElasticsearchBackend(url, prefix)
    yield backend
    versions = backend.versions()
    backend.close()
    with Elasticsearch(url) as client:
        for version in versions:
            client.indices.delete(index=version)


@pytest.fixture(params=_tried("sqlite", "postgresql", "TEST_DATABASE_URL"))
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty database: a file, or a schema of the server that is dropped afterwards."""
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'clusters.db'}")
        yield engine
        engine.dispose()
        return
    yield from _schema(_server("TEST_DATABASE_URL", NO_DATABASE))


def _schema(server: str) -> Iterator[Engine]:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"search_{uuid4().hex}"
    administration = create_engine(url, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine = create_engine(url.update_query_dict({"options": f"-csearch_path={name}"}))
    yield engine
    engine.dispose()
    with administration.connect() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    administration.dispose()
