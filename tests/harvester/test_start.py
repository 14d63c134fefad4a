"""What a harvesting process loads before its first request: a harvest of few records is mostly that."""

import subprocess
import sys

import pytest

LOAD = """
import sys
from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object
import harvester.crawl
from dcat.portal import Level, Portal, Protocol
from harvester.job import Job
from harvester.spiders.settings import settings_for

portal = Portal("portal", "Portal", Level.COMMUNE, ("commune:35238",), "https://portal.example", Protocol.DCAT)
settings = settings_for(Job(portal, "sqlite://", "Agent"))
loaded = [
    load_object(component)
    for group in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")
    for component in build_component_list(settings.get_component_priority_dict_with_base(group))
]
print(len(loaded) > 10, [name for name in sys.argv[1:] if name in sys.modules])
"""
HEAVY = ("rdflib", "aiohttp", "tldextract", "scrapy.extensions.feedexport", "pyrudof", "pyarrow", "fastapi", "jinja2")


@pytest.mark.parametrize(
    ("code", "loaded"),
    [(LOAD, "True []"), ("import sys, harvester.reader; print([n for n in sys.argv[1:] if n in sys.modules])", "[]")],
    ids=["harvesting", "reading"],
)
def test_a_process_loads_nothing_that_it_has_no_use_for(code: str, loaded: str) -> None:
    run = subprocess.run([sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == loaded
