"""Quotas as portals tell them."""

from datetime import UTC, datetime, timedelta

import pytest

from harvester.politeness.rate_headers import LONGEST, Told, told_quota

NOW = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


def opendatasoft(reset: str, remaining: str = "9994") -> dict[str, str]:
    return {"x-ratelimit-limit": "10000", "x-ratelimit-remaining": remaining, "x-ratelimit-reset": reset}


@pytest.mark.parametrize(
    "reset",
    [
        "2026-03-02T00:00:00Z",
        "2026-03-02 00:00:00+00:00",
        "2026-03-02T00:00:00",
        "2026-03-02T01:00:00+01:00",
        "Mon, 02 Mar 2026 00:00:00 GMT",
        "1772409600",
        "1772409600000",
        "7200",
        "",
        "soon",
        "2026-02-28T00:00:00Z",
        "9" * 18,
    ],
)
def test_the_reset_of_opendatasoft_in_every_spelling(reset: str) -> None:
    told = told_quota(opendatasoft(reset), NOW)
    assert told is not None
    assert told == Told(9994, MIDNIGHT if reset != "9" * 18 else told.resets)
    assert told.resets <= NOW + LONGEST


@pytest.mark.parametrize(
    ("headers", "remaining", "seconds"),
    [
        ({"ratelimit-limit": "100", "ratelimit-remaining": "50", "ratelimit-reset": "30"}, 50, 30),
        ({"ratelimit": "limit=100, remaining=50, reset=30"}, 50, 30),
        ({"ratelimit": '"default";r=50;t=30'}, 50, 30),
        ({"ratelimit": '"minute";r=50;t=30, "day";r=0;t=3600', "ratelimit-policy": '"day";q=100;w=86400'}, 0, 3600),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "60"}, 1, 60),
        ({"x-ratelimit-remaining": "12, 12;w=60", "x-ratelimit-reset": "60"}, 12, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60", "ratelimit": '"a";r=3;t=5'}, 0, 60),
    ],
)
def test_the_generations_of_the_draft(headers: dict[str, str], remaining: int, seconds: int) -> None:
    assert told_quota(headers, NOW) == Told(remaining, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-ratelimit-limit": "10000"},
        {"x-ratelimit-dataset-remaining": "0", "x-ratelimit-dataset-reset": "60"},
        {"x-ratelimit-remaining": "many"},
        {"x-ratelimit-remaining": "-1"},
        {"ratelimit": "?"},
        {"ratelimit-policy": '"day";q=0;w=86400'},
    ],
)
def test_no_quota_is_told(headers: dict[str, str]) -> None:
    assert told_quota(headers, NOW) is None
