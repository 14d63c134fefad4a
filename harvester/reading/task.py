"""A page to read, and what is answered of it: how a harvesting process and its reading processes speak."""

import struct
from datetime import date

import msgspec
from msgspec import Struct

from dcat.findings import Finding
from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.persons.privacy import OPEN, Privacy
from harvester.reading.staged import PageHeader, PagePart

LENGTH = struct.Struct(">I")
"""What goes before every message: its length in bytes."""


class Task(Struct, frozen=True):
    """A page to read, with the arguments of ``read_page``."""

    fetched: Fetched
    portal: Portal
    today: date
    skip: int = 0
    most: int | None = None
    privacy: Privacy = OPEN


class Answer(Struct, frozen=True, omit_defaults=True):
    """One message: the process's number once it is ready; then of each page its ``header`` and its parts, or only why
    it cannot be read."""

    ready: int | None = None
    header: PageHeader | None = None
    part: PagePart | None = None
    unreadable: tuple[Finding, ...] | None = None


def message(value: Struct) -> bytes:
    """A message with its length before it."""
    body = msgspec.msgpack.encode(value)
    return LENGTH.pack(len(body)) + body
