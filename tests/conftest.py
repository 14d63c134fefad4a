"""Shared fixtures. A fixture lives here only when two packages' tests need it; the rest stay beside their tests."""

import os

import pytest


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear every AIGUILLAGE_* so that the defaults are really what is tested."""
    for name in list(os.environ):
        if name.startswith("AIGUILLAGE_"):
            monkeypatch.delenv(name)
