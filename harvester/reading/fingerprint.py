"""What a page's records depend on beside its bytes and the day: the code and tables that read it, the portal file, and
what is kept of persons.

A digest of the files themselves: whoever changes a table or a parser need not think of it.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec

from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.persons.privacy import OPEN, Privacy

READING = ("dcat", "harvester/parsers", "harvester/reading/page.py", "harvester/reading/staged.py")
WALKING = (*READING, "harvester/spiders")

# Fields of a portal file that say when and how politely it is harvested, or what is shown of it: no record depends on
# them.
IRRELEVANT = frozenset(("search_url", "verified", "enabled", "authority", "schedule", "politeness", "expect"))


def of_reading(portal: Portal, privacy: Privacy = OPEN) -> str:
    """The same only where the same bytes give the same records and findings; 64 hex characters."""
    private = "" if privacy == OPEN else msgspec.json.encode(privacy).decode()
    return _digest(READING, portal, None, private)


def of_walk(portal: Portal, limit: int | None, personal: PersonalData = PersonalData.ROLE_ONLY) -> str:
    """The same only where a walk that was broken off can go on, or one be left to what changed since; 64 hex
    characters."""
    return _digest(WALKING, portal, limit, "" if personal is PersonalData.ROLE_ONLY else personal)


def _digest(paths: tuple[str, ...], portal: Portal, limit: int | None, private: str = "") -> str:
    said = {name: value for name, value in msgspec.to_builtins(portal).items() if name not in IRRELEVANT}
    return hashlib.sha256(
        f"{_of_files(paths)} {limit} {private}".encode() + msgspec.json.encode(said, order="sorted")
    ).hexdigest()


@cache
def _of_files(paths: tuple[str, ...]) -> str:
    seen = hashlib.sha256()
    for path in paths:
        package, _, below = path.partition("/")
        root = files(package)
        for name, file in sorted(_below(root.joinpath(below) if below else root, path)):
            seen.update(f"{name}\n".encode())
            seen.update(hashlib.sha256(file.read_bytes()).digest())
    return seen.hexdigest()


def _below(place: Traversable, name: str) -> Iterator[tuple[str, Traversable]]:
    if place.is_file():
        yield name, place
    elif not name.endswith("__pycache__"):
        for inner in place.iterdir():
            yield from _below(inner, f"{name}/{inner.name}")
