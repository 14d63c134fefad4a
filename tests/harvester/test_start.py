"""What a harvesting process loads before its first request: a harvest of few records is mostly that."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOAD = """
import sys
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object
import harvester.crawling.crawl
from dcat.portal import Level, Portal, Protocol
from harvester.runs.job import Job
from harvester.spiders.settings import settings_for

portal = Portal("portal", "Portal", Level.COMMUNE, ("commune:35238",), "https://portal.example", Protocol.DCAT)
settings = settings_for(Job(portal, "sqlite://", "Agent"))
loaded = [
    load_object(component)
    for group in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")
    for component in build_component_list(settings.get_component_priority_dict_with_base(group))
]
print(len(loaded) == 10, [name for name in sys.argv[1:] if name in sys.modules])
"""
PARSING = ("harvester.parsers.dcat", "harvester.parsers.csw", "dcat.normalise", "dcat.rdf", "dcat.validate")
"""What a harvest of an unchanged source has no use for."""
DATABASES = ("sqlalchemy.dialects.postgresql", "psycopg")
HEAVY = ("rdflib", "aiohttp", "tldextract", "scrapy.extensions.feedexport", "pyrudof", "pyarrow", "fastapi", "jinja2")


READ = "import sys, harvester.reading.reader; print([n for n in sys.argv[1:] if n in sys.modules])"


@pytest.mark.parametrize(
    ("code", "useless", "loaded"),
    [(LOAD, (*HEAVY, *PARSING, *DATABASES), "True []"), (READ, HEAVY, "[]")],
    ids=["harvesting", "reading"],
)
def test_a_process_loads_nothing_that_it_has_no_use_for(code: str, useless: tuple[str, ...], loaded: str) -> None:
    run = subprocess.run([sys.executable, "-c", code, *useless], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == loaded


SHOW = "import gc, sys\ndef main(): print(sys.argv[1:], gc.isenabled(), gc.get_freeze_count() > 1000)\n"


def test_a_child_process_keeps_what_it_imports_out_of_the_collectors_sight(tmp_path: Path) -> None:
    (tmp_path / "shown.py").write_text(SHOW)
    command = [sys.executable, "-m", "harvester.crawling.process", "shown", "7"]
    path = os.pathsep.join((str(tmp_path), *sys.path))
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path})
    assert run.stdout.strip() == "['7'] True True"
