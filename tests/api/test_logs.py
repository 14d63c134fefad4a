import io
import sys

import pytest
import structlog

from api.logs import configure


def test_a_log_line_goes_to_what_standard_error_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    gone, now = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", gone)
    configure()
    gone.close()
    monkeypatch.setattr(sys, "stderr", now)
    structlog.get_logger().warning("index away", portal="rennes-metropole")
    assert "index away" in now.getvalue()
    assert "rennes-metropole" in now.getvalue()
