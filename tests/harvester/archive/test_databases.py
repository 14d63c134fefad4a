"""One line that says which databases the archive was tried on."""

import os

import pytest


def test_postgresql_is_tried_too() -> None:
    if os.environ.get("TEST_DATABASE_URL"):
        return
    left_out = "TEST_DATABASE_URL is not set: the archive was tried on SQLite alone, not on PostgreSQL"
    if os.environ.get("CI") == "true":
        pytest.fail(left_out)
    pytest.skip(left_out)
