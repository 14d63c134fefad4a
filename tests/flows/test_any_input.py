"""Whatever is asked, an answer or a problem in words comes back: never a 500.

The second half breaks the interface by its own description (schemathesis over ``/openapi.json``), the same cases each
time.
"""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

PROBLEM = "application/problem+json"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

QUESTIONS = {
    "empty": "",
    "blank": " \t\n ",
    "one word of 10,000 letters": "x" * 10_000,
    "10,000 letters": "rennes et nantes " * 588,
    "control characters": "bus\x00\x01\x1b[31m rennes\x7f\x85",
    "half of a pair": "bus \ufffe rennes \ufeff",
    "query syntax": 'title:(bus OR "rennes) AND -NOT +*?~^2 [a TO z] {x} \\ /re.*/ && || ! :',
    "SQL": "'; DROP TABLE search_records; -- \" OR 1=1",
    "emoji": "🚌 à 🏙️ rennes 👩‍👩‍👧",
    "right to left": "حافلات رين \u202eسنر 🚌",
    "combining marks": "r" + "\u0301" * 2_000 + "ennes",
    "markup": "<script>alert(1)</script>${7*7}{{7*7}}%s%n",
    "path": "../../../../etc/passwd",
    "only operators": "AND OR NOT",
    "wide digits": "٣٥٠٠٠ ３５０００ Ⅻ",
    "number": "9" * 400,
}
CASES = 12
"""Of each operation; the whole takes some ten seconds."""


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
@pytest.mark.parametrize("path", ["/api/route", "/api/search", "/go", "/search"])
def test_any_question_is_answered(client: httpx.Client, path: str, question: str) -> None:
    answer = client.get(path, params={"q": question})

    assert answer.status_code in (200, 303, 404), answer.text[:300]
    if path.startswith("/api"):
        assert answer.status_code == 200
        assert answer.json()


@pytest.mark.parametrize("name", ["territory", "theme", "publisher", "portal", "licence", "lang", "sort", "page"])
@pytest.mark.parametrize("value", [*QUESTIONS.values()], ids=QUESTIONS.keys())
def test_any_filter_is_answered_or_told(client: httpx.Client, name: str, value: str) -> None:
    answer = client.get("/api/search", params={"q": "bus", name: value[:2_000]})

    assert answer.status_code in (200, 400), answer.text[:300]
    assert answer.headers["content-type"].startswith("application/json" if answer.is_success else PROBLEM)


def test_a_question_too_long_is_told(client: httpx.Client) -> None:
    answer = client.get("/api/route", params={"q": "x" * 10_001})

    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["code"] == "bad-request"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"questions": 3}',
        b'{"questions": [{"q": 1}]}',
        b"\xff\xfe",
        b'{"questions":' + b"[" * 5_000,
    ],
)
def test_any_body_is_told(client: httpx.Client, body: bytes) -> None:
    answer = client.post("/api/route", content=body, headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)


def test_an_address_that_no_server_reads_is_told(client: httpx.Client) -> None:
    connection = HTTPConnection(client.base_url.host, client.base_url.port, timeout=30)
    connection.request("GET", f"/api/route?q={quote('🚌' * 10_000)}")
    answer = connection.getresponse()

    assert (answer.status, answer.headers["content-type"]) == (400, PROBLEM)
    assert "POST /api/route" in json.load(answer)["detail"]
    connection.close()
    assert client.post("/api/route", json={"questions": [{"q": "🚌" * 10_000}]}).status_code == 200


def test_more_questions_than_a_batch_holds_are_told(client: httpx.Client) -> None:
    assert client.post("/api/route", json={"questions": [{"q": "bus"}] * 101}).status_code == 400


def test_the_interface_is_what_it_says(client: httpx.Client) -> None:
    """Every operation, with what its description allows and what it does not. The plugin of schemathesis for pytest is
    not used (it knows pytest 8)."""
    schema = schemathesis.openapi.from_url(f"{client.base_url}/openapi.json".replace("//openapi", "/openapi"))
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        _break(found.ok())


def _break(operation: schemathesis.APIOperation[Any, Any, Any, Any]) -> None:
    """Cases of one operation, the same each time."""

    @settings(
        max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=st.one_of([operation.as_strategy(mode) for mode in schemathesis.GenerationMode]))
    def case_is_answered(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(checks=CHECKS, timeout=30)

    case_is_answered()
