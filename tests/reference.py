"""Where other people's reference documents are: named once, read in place, never copied.

``REFERENCE_DIR`` (default: the folder ``../shared`` beside the checkout) holds documents of real portals, EU
tables and a real catalogue. They are optional: without them the tests that read them are skipped, saying so,
except where ``CI=true``.
"""

import os
from pathlib import Path

import pytest

REFERENCE_DIR = Path(os.environ.get("REFERENCE_DIR", Path(__file__).resolve().parents[2] / "shared"))
FIXTURES = REFERENCE_DIR / "fixtures" / "portals"


def reference(*parts: str) -> Path:
    """A path below the reference folder; skips the test where it is absent, fails it in CI."""
    path = REFERENCE_DIR.joinpath(*parts)
    if path.exists():
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"reference document absent: {path} (set REFERENCE_DIR)")
    pytest.skip(f"other people's reference documents (optional) are not in {REFERENCE_DIR}: set REFERENCE_DIR")
