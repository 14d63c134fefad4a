"""The portals: the built-in files of ``harvester/portals``, and a folder that adds, replaces or disables."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml
from rapidfuzz import fuzz, process

from dcat.portal import Portal, Protocol
from harvester.errors import PortalFileError, UnknownPortal
from harvester.portal_file import Entry, Sentence, WrongFile, read_portal, sentence

SPOKEN = frozenset(
    {
        Protocol.DCAT,
        Protocol.ODS,
        Protocol.CKAN,
        Protocol.UDATA,
        Protocol.CSW,
        Protocol.GEONETWORK,
        Protocol.OGC_RECORDS,
        Protocol.ARCGIS_HUB,
        Protocol.DATA_JSON,
        Protocol.OAI_PMH,
        Protocol.SCHEMA_ORG,
    }
)
"""Protocols that have a spider."""

SUFFIXES = (".yml", ".yaml")


class Registry:
    """Every enabled portal, in the order of ids."""

    def __init__(self, portals: Iterable[Portal]) -> None:
        by_id = {portal.id: portal for portal in portals}
        self.portals: Mapping[str, Portal] = MappingProxyType(dict(sorted(by_id.items())))

    @classmethod
    def load(cls, folder: Path | None = None, *, builtin: bool = True) -> "Registry":
        """The built-in portals (unless ``builtin`` is false) and those of ``folder``. Raises ``PortalFileError``
        with every mistake of every file."""
        entries = dict(_builtin()) if builtin else {}
        if folder is not None:
            entries |= _read_folder(folder)
        return cls(portal for portal in entries.values() if portal is not None)

    def __iter__(self) -> Iterator[Portal]:
        return iter(self.portals.values())

    def __len__(self) -> int:
        return len(self.portals)

    def get(self, portal_id: str) -> Portal:
        """Raises ``UnknownPortal``, which names the nearest ids."""
        portal = self.portals.get(portal_id)
        if portal is None:
            near = process.extract(portal_id, list(self.portals), scorer=fuzz.WRatio, limit=3, score_cutoff=60)
            raise UnknownPortal(portal_id, [name for name, _, _ in near])
        return portal

    def harvestable(self, spoken: Collection[Protocol] = SPOKEN) -> tuple[Portal, ...]:
        """The portals whose protocol has a spider."""
        return tuple(portal for portal in self if portal.protocol in spoken)


@cache
def _builtin() -> Mapping[str, Portal | None]:
    return _read_all(files("harvester").joinpath("portals").iterdir())


def _read_folder(folder: Path) -> Mapping[str, Portal | None]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise PortalFileError([sentence(str(folder), "unreadable", problem=error.strerror)]) from error
    return _read_all(found)


def _read_all(found: Iterable[Traversable]) -> dict[str, Portal | None]:
    """By id; None where a file disables the portal."""
    entries: dict[str, tuple[str, Portal | None]] = {}
    problems: list[Sentence] = []
    for file in sorted((file for file in found if file.name.endswith(SUFFIXES)), key=lambda file: file.name):
        try:
            entry = _read(file)
        except WrongFile as error:
            problems.extend(error.problems)
            continue
        if entry.id in entries:
            problems.append(sentence(str(file), "duplicate", field=entry.id, other=entries[entry.id][0]))
        entries[entry.id] = (str(file), entry.portal)
    if problems:
        raise PortalFileError(problems)
    return {portal_id: portal for portal_id, (_, portal) in entries.items()}


def _read(file: Traversable) -> Entry:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongFile([sentence(str(file), "unreadable", problem=error)]) from error
    return read_portal(text, str(file))


def portal_yaml(portal: Portal) -> str:
    """A portal file that reads back as this portal: what is a default is left out."""
    plain: dict[str, Any] = msgspec.to_builtins(portal)
    default: dict[str, Any] = msgspec.to_builtins(
        Portal(id="", title="", level=portal.level, territories=(), url="", mutualised=portal.level == "epci")
    )
    told = {name: value for name, value in plain.items() if value != default[name] or name == "level"}
    if "expect" in told:
        told["expect"] = {"datasets": told["expect"]}
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=120)
