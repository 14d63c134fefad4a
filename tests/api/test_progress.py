"""What a person sees while portals are harvested, on a terminal, and what a pipe sees."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from harvester.registry import Registry
from tests.api.processes import environment
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.source import Answer, Source, serving

PORTALS = 9
LINES_AT_ONCE = 5
"""Four portals under way and the whole."""
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|(\r)|(\n)|([^\x1b\r\n]+)")


class Screen:
    """A terminal that only knows what a progress bar needs; ``seen`` is every line as it was when it was left."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self.rows = [""]
        self.row = self.column = 0
        self.seen: list[str] = []
        self.tallest = 0

    def take(self, sent: str) -> "Screen":
        for number, letter, back, down, text in TOKEN.findall(sent):
            if letter == "A":
                self.row -= int(number or 1)
                assert self.row >= 0, "above what was drawn"
            elif letter == "K":
                self.rows[self.row] = ""
            elif back:
                self.column = 0
            elif down:
                self.row += 1
                self.rows += [""] * (self.row == len(self.rows))
            elif text:
                self._write(text)
        return self

    def _write(self, text: str) -> None:
        line = self.rows[self.row]
        self.rows[self.row] = f"{line[: self.column]:<{self.column}}{text}{line[self.column + len(text) :]}"
        self.column += len(text)
        self.seen.append(self.rows[self.row])
        bars = [row for row in self.rows if row.startswith(("Portail", "Total"))]
        self.tallest = max(self.tallest, len(bars))


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        yield made


def pages(source: Source, portal: str, count: int) -> None:
    for number in range(count):
        following = f"{number + 1}.ttl" if number < count - 1 else ""
        source.serve(f"/{portal}/{number}.ttl", turtle([number], following, total=count))


@pytest.fixture
def settings(tmp_path: Path, source: Source) -> dict[str, str]:
    """An installation of nine portals; the last one refuses."""
    folder = tmp_path / "portals"
    folder.mkdir()
    for portal in Registry.load():
        (folder / f"{portal.id}.yml").write_text(f"id: {portal.id}\nenabled: false\n")
    for number in range(PORTALS):
        name = f"portail-{number}"
        pages(source, name, 4)
        (folder / f"{name}.yml").write_text(
            f"id: {name}\ntitle: Portail numéro {number} d'un très long nom qui ne tient sur aucune ligne\n"
            "level: national\nterritories: [national]\nurl: https://data.example.fr\nprotocol: dcat\n"
            f"endpoint: {source.url}/{name}/0.ttl\npoliteness: {{delay: 0.15}}\n"
        )
    source.serve(f"/portail-{PORTALS - 1}/0.ttl", Answer(status=403))
    return {"PORTALS_DIR": str(folder), "ALLOW_PRIVATE_HOSTS": "true"}


COMMAND = [sys.executable, "-m", "api.cli", "harvest", "--all"]


def on_terminal(folder: Path, settings: dict[str, str], columns: int) -> tuple[int, str]:
    """The exit code, and all that a terminal was sent."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
    seen = {**environment(folder, **settings), "TERM": "xterm-256color", "COLUMNS": str(columns)}
    process = subprocess.Popen(COMMAND, env=seen, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    sent = bytearray()
    with suppress(OSError):  # the other end is closed at the end
        while chunk := os.read(ours, 65536):
            sent += chunk
    os.close(ours)
    return process.wait(), sent.decode()


@pytest.mark.parametrize("columns", [120, 80, 40])
def test_a_terminal_sees_the_portals_under_way_and_the_whole(
    tmp_path: Path, settings: dict[str, str], columns: int
) -> None:
    code, sent = on_terminal(tmp_path / "data", settings, columns)
    assert code == 1
    screen = Screen(columns).take(sent)
    bars = [line for line in screen.seen if line.startswith(("Portail", "Total"))]
    assert all(len(line.rstrip()) <= columns for line in bars)
    assert 2 <= screen.tallest <= LINES_AT_ONCE
    assert any(re.search(r"[1-4]/4", line) for line in bars)
    assert any(re.search(r"Total.* 9/9", line) for line in bars) or columns < 60
    assert any(re.search(r"/4 +\d+/s", line) for line in bars) or columns < 80
    if columns >= 100:
        assert any(re.search(r"/4 +\d+/s .*[1-4] p\.", line) for line in bars)
        assert any("refusé" in line for line in bars)
    left = [row for row in screen.rows if row.strip()]
    assert sorted(row.split()[0] for row in left if row.startswith("portail-")) == [
        f"portail-{number}" for number in range(PORTALS)
    ]
    assert not [row for row in left if row.startswith(("Portail", "Total"))]


def test_a_pipe_sees_plain_lines(tmp_path: Path, settings: dict[str, str]) -> None:
    seen = environment(tmp_path / "data", **settings)
    ended = subprocess.run(COMMAND, env=seen, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout + ended.stderr
    assert "\r" not in ended.stdout + ended.stderr
    lines = ended.stdout.splitlines()
    assert sum(line.startswith("portail-") for line in lines) == PORTALS
    refused = next(number for number, line in enumerate(lines) if "refusé par le portail" in line)
    assert lines[refused + 1].strip() == "Un pare-feu refuse l'agent de moissonnage"
