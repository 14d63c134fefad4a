"""A reading process: what the pages that it has read leave behind in it."""

import gc
import io
import pkgutil
from collections.abc import Iterator
from datetime import date
from functools import _lru_cache_wrapper
from importlib import import_module

from msgspec.structs import replace

import dcat
import harvester.parsers
import harvester.persons
import harvester.reading
from dcat.portal import Protocol
from harvester.parsers.page import Fetched
from harvester.reading import reader
from harvester.reading.task import Task, message
from tests.harvester.sources import RENNES

REMEMBERED = 65_536
"""Values of one kind that may be remembered."""
PORTAL = replace(RENNES, protocol=Protocol.CSW)
TABLES = frozenset(("kind", "name", "paths", "high"))
"""What is asked of tables without an end: there are as many as files that we ship, or two."""

CSW = """<GetRecordsResponse><SearchResults numberOfRecordsMatched="3"><MD_Metadata><fileIdentifier>
<CharacterString>{number}</CharacterString></fileIdentifier></MD_Metadata></SearchResults></GetRecordsResponse>"""


def test_no_tree_of_a_page_waits_for_those_of_others() -> None:
    """Where nothing else collects: a parser and its tree hold each other."""
    pages = (Fetched("https://data.example.fr/csw", CSW.format(number=number).encode()) for number in range(3))
    asked = b"".join(message(Task(page, PORTAL, date(2026, 3, 1))) for page in pages)
    gc.collect()
    gc.disable()
    try:
        reader.serve(io.BytesIO(asked), told := io.BytesIO())
        left = [type(one).__name__ for one in gc.get_objects() if type(one).__name__ in ("XMLPullParser", "_Document")]
    finally:
        gc.enable()
    assert told.getvalue().count(b"record-empty") == 3  # they were read
    assert left == []


def test_whatever_is_remembered_of_records_has_an_end() -> None:
    remembering = dict(_remembering())
    assert len(remembering) > 50
    assert [name for name, size in remembering.items() if size is None or size > REMEMBERED] == []


def _remembering() -> Iterator[tuple[str, int | None]]:
    """Functions that remember what they were asked, and how much of it."""
    for package in (dcat, harvester.parsers, harvester.persons, harvester.reading):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, value in vars(import_module(module.name)).items():
                if isinstance(value, _lru_cache_wrapper):
                    code = value.__wrapped__.__code__
                    asked = frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])
                    if not asked <= TABLES:
                        yield f"{module.name}.{name}", value.cache_parameters()["maxsize"]
