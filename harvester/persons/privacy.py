"""What is not kept of persons: by the installation's setting, and since somebody asked to be forgotten."""

from functools import lru_cache
from pathlib import Path
from pkgutil import resolve_name

from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding
from dcat.model import Record
from dcat.personal import PersonalData, discreet
from dcat.redaction import Redactor, Wanted, record_without

WITHOUT_VALUES = "harvester.persons.hiding:without_values"  # imported where it is needed, as it loads RDF


class Privacy(Struct, frozen=True):
    """``forgotten`` values are known by digests with ``key`` alone."""

    personal: PersonalData = PersonalData.ROLE_ONLY
    forgotten: tuple[Wanted, ...] = ()
    key: bytes = b""

    @property
    def redactor(self) -> Redactor | None:
        """None where nobody asked to be forgotten, which is when texts need not be searched."""
        return _redactor(self.forgotten, self.key) if self.forgotten else None

    def body(self, data: bytes) -> bytes:
        """Bytes as they may be read and archived."""
        redactor = self.redactor
        return data if redactor is None else redactor.hide_bytes(data)

    def file(self, path: Path) -> Path:
        """A file as it may be read and archived, be it another one beside it."""
        redactor = self.redactor
        return path if redactor is None else resolve_name(WITHOUT_VALUES)(path, redactor)

    def record(self, record: Record) -> Record:
        """A record as it may be kept."""
        redactor = self.redactor
        return record if redactor is None else record_without(record, redactor)

    def finding(self, found: Finding) -> Finding:
        """A finding as it may be shown."""
        if self.personal is not PersonalData.KEEP:
            found = discreet(found)
        redactor = self.redactor
        if redactor is None:
            return found
        record, place, value = redactor.hide_key(found.record), redactor.hide(found.place), redactor.hide(found.value)
        return replace(found, record=record, place=place, value=value)


OPEN = Privacy()
"""The default of an installation that nobody asked to forget anything."""


@lru_cache(maxsize=16)
def _redactor(forgotten: tuple[Wanted, ...], key: bytes) -> Redactor:
    return Redactor(forgotten, key)
