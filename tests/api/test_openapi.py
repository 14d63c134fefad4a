"""What the interface says of itself is complete, and its examples are what it describes."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.app import create_app
from api.schemas import (
    datasets,
    decisions,
    demand,
    explain,
    health,
    portals,
    problem,
    publishers,
    resolve,
    routing,
    runs,
    search,
)
from api.schemas.base import Wire, list_of
from api.services import Services
from api.settings import read_settings
from tests.installation import served

Json = dict[str, Any]

EXAMPLES: list[tuple[Json, type[Wire]]] = [
    (routing.ROUTE, routing.RoutingAnswer),
    (routing.ROUTES, routing.RouteBatchAnswer),
    (search.SEARCH, search.SearchAnswer),
    (search.SUGGESTIONS, search.Suggestions),
    (resolve.RESOLUTION, resolve.Resolution),
    (datasets.DATASET, datasets.DatasetAnswer),
    (portals.PORTAL, portals.PortalView),
    (portals.PORTAL_DETAIL, portals.PortalDetail),
    (list_of(portals.PORTAL), portals.PortalList),
    (list_of(portals.SHARED), portals.SharedList),
    (publishers.PUBLISHER, publishers.PublisherAnswer),
    (runs.RUN, runs.RunReport),
    (list_of(runs.RUN), runs.RunList),
    (list_of(runs.FINDING), runs.FindingList),
    (list_of(runs.CHANGE), runs.ChangeList),
    (decisions.DECISION, decisions.Decision),
    (decisions.BODY, decisions.DecisionBody),
    (list_of(decisions.DECISION), decisions.DecisionList),
    (explain.EXPLANATION, explain.Explanation),
    (explain.DOUBT, explain.Doubt),
    (list_of(explain.DOUBT), explain.DoubtList),
    (list_of(demand.EXAMPLE), demand.DemandList),
    (health.HEALTH, health.Health),
    (problem.PROBLEM, problem.ProblemBody),
]


@pytest.mark.parametrize(("example", "schema"), EXAMPLES, ids=lambda value: getattr(value, "__name__", ""))
def test_an_example_is_what_its_schema_says(example: Json, schema: type[Wire]) -> None:
    schema.model_validate(example, strict=True)


def test_a_batch_of_the_example_is_accepted() -> None:
    routing.RouteBatch.model_validate(routing.ROUTE_BATCH, strict=True)


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    return create_app(Services(read_settings(data_dir=tmp_path_factory.mktemp("empty")))).openapi()


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_route_of_the_contract_is_described(document: Json) -> None:
    assert {name for name, _ in operations(document)} == {
        "GET /api/suggest",
        "GET /api/search",
        "GET /api/route",
        "POST /api/route",
        "POST /api/runs/{run}/approve",
        "POST /api/decisions",
        "GET /api/decisions",
        "GET /api/demand",
        "GET /api/explain",
        "GET /api/review",
        "GET /go",
        "GET /api/resolve",
        "GET /api/datasets/{identity}",
        "GET /api/portals",
        "GET /api/portals/{portal}",
        "GET /api/portals/{portal}/shared",
        "GET /api/publishers/{publisher}",
        "GET /api/runs",
        "GET /api/runs/{run}",
        "GET /api/runs/{run}/findings",
        "GET /api/runs/{run}/changes",
        "GET /health/live",
        "GET /health/ready",
    }


def test_every_operation_says_what_it_does_and_what_can_go_wrong(document: Json) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        responses = operation["responses"]
        assert {"400", "404", "503"} <= set(responses), name
        assert "422" not in responses, name
        for status in ("400", "404", "503"):
            assert responses[status]["content"]["application/problem+json"]["example"]["status"] == int(status), name


def test_every_operation_has_examples(document: Json) -> None:
    for name, operation in operations(document):
        answers = operation["responses"]
        if "303" in answers:
            assert answers["303"]["headers"]["Location"]["example"], name
        else:
            assert answers["200"]["content"]["application/json"]["example"], name
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or parameter["schema"].get("description"), (name, parameter["name"])


def test_an_empty_installation_writes_nothing_to_answer(tmp_path: Path) -> None:
    known = ("/", "/search?q=bus", "/api/search?q=bus", "/api/route?q=bus", "/api/portals", "/api/runs", "/portals")
    unknown = ("/api/runs/1", "/api/runs/1/findings", "/api/datasets/x", "/api/resolve?identifier=x")
    feed = ("/catalog.ttl", "/feed/1", "/catalog/dump.ttl.gz", "/datasets/x.ttl", "/sitemap-1.xml")
    with served(Services(read_settings(data_dir=tmp_path))) as client:
        assert [client.get(path).status_code for path in (*known, "/health/ready")] == [200] * 8
        assert [client.get(path).status_code for path in (*unknown, *feed)] == [404] * 9
    assert list(tmp_path.iterdir()) == []
