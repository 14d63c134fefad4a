"""The command line as a person types it, in this process."""

import json
import signal
from typing import Any

import pytest

from api.cli.application import main

Printed = tuple[int, str, str]


class Command:
    """Runs a command in this process: its exit code, what it printed, what it said."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Printed:
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        finally:
            signal.signal(signal.SIGTERM, before)
        printed = self._capture.readouterr()
        assert "\x1b" not in printed.out + printed.err, "a pipe sees no colours"
        return int(ended.value.code or 0), printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """The one JSON document on standard output."""
        code, out, err = self(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)
