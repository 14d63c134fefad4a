"""Templates, rendered with values that the sample federation is too small to have."""

from types import SimpleNamespace

import pytest
from fastapi import Request

from api.messages import Language
from api.pages.render import render


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "65\u202f401 jeux de données de 86\u202f742 fiches sur 1\u202f200 portails"),
        ("en", "65,401 datasets from 86,742 records on 1,200 portals"),
    ],
)
def test_the_counts_of_the_home_page_are_written_as_people_do(language: Language, told: str) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []})
    counts = SimpleNamespace(datasets=65401, records=86742, portals=1200)
    page = render(request, "home.html", language, {"counts": counts, "harvested": True})
    assert told in bytes(page.body).decode()
