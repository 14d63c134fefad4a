"""What a parser is given, and what it gives back."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

from msgspec import Struct
from msgspec.structs import replace

from dcat.codec import digest, file_digest
from dcat.findings import Finding
from dcat.model import Record
from dcat.portal import Portal


class Fetched(Struct, frozen=True, dict=True):
    """One answer as it came: bytes, never a guessed text. Header names are in lower case. ``cut``: fewer bytes came
    than its server announced. A body too large to be held is in a ``file``, and ``body`` empty."""

    url: str
    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {}
    cut: bool = False
    file: str = ""

    @property
    def size(self) -> int:
        """Bytes of the body."""
        return Path(self.file).stat().st_size if self.file else len(self.body)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body, 64 hex characters; asked for at several steps of a page's way."""
        return file_digest(self.file) if self.file else digest(self.body)

    def held(self) -> "Fetched":
        """The same with its body in memory."""
        return replace(self, body=Path(self.file).read_bytes(), file="") if self.file else self


class ParsedRecord(Struct, frozen=True, gc=False):
    """One record of a page; ``record`` is None where nothing could be kept, and then a finding says why."""

    source_key: str
    record: Record | None
    findings: tuple[Finding, ...] = ()


class ParsedPage(Struct, frozen=True):
    """A page read. ``records`` may be lazy and is read once; ``declared`` is the total that the source
    announces, ``next`` the absolute address of the next page (``""``: none, or the spider computes it),
    ``window`` how many rows the source says that it gives a page where it tells, ``deleted`` the keys of records that
    it says are no more (OAI-PMH): none of them is among ``records``. ``licence`` is that of the catalogue itself, an
    IRI or words.
    """

    records: Iterable[ParsedRecord]
    declared: int | None = None
    next: str = ""
    window: int | None = None
    findings: tuple[Finding, ...] = ()
    deleted: tuple[str, ...] = ()
    licence: str = ""


def next_address(href: str, base: str) -> str:
    """The absolute address of a next page. What is no address stays as it came: the walk then says that it could not
    go on, rather than end as if everything had come."""
    href = href.strip()
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return href


class UnreadablePage(Exception):
    """The whole page could not be read; carries the findings that say why."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__("; ".join(f"{found.rule}: {found.value}" for found in findings))
        self.findings = findings


class Parser(Protocol):
    """``parse(fetched, portal)`` raises ``UnreadablePage`` and nothing else."""

    def __call__(self, fetched: Fetched, portal: Portal) -> ParsedPage: ...
