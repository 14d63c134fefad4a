"""What one huge record costs a run, with the real spiders: itself, cut; never the page, never the process."""

from functools import cache

import pytest
from msgspec.structs import replace

from dcat.normalise import normalise
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched
from harvester.runs.outcome import Status
from tests.harvester.parsers.answers import PORTAL
from tests.harvester.poison.described import AFTER, BEFORE, Described, Facts, facts
from tests.harvester.poison.forms import FORMS
from tests.harvester.spiders.conftest import Place
from tests.harvester.spiders.source import Answer

PATHS = {
    "ckan": "package_search",
    "dcat-ttl": "page.ttl",
    "csw-iso19139": "csw",
    "ogc-records": "collections/all/items",
}
FIFTY_MEGABYTES = 50_000_000
MANY = Described(
    urls=tuple(f"https://data.exemple.fr/{number}.csv" for number in range(8_327)),
    keywords=tuple(f"mot {number}" for number in range(34_866)),
)
"""What broke the catalogue of the United States (GSA/data.gov#4583, #4965), in one record."""


@pytest.mark.parametrize("name", PATHS)
def test_a_record_of_fifty_megabytes_costs_its_description(place: Place, name: str) -> None:
    first, found, last = harvested(place, name, replace(Described(), description="mot " * (FIFTY_MEGABYTES // 4)))
    assert found == replace(sound(name)[1], description=("mot " * 45_000).strip())
    assert (first, last) == (sound(name)[0], sound(name)[2])


@pytest.mark.parametrize("name", PATHS)
def test_thousands_of_distributions_and_keywords_in_one_record(place: Place, name: str) -> None:
    first, found, last = harvested(place, name, MANY)
    assert sorted(found.addresses) == sorted(MANY.urls)  # RDF has no order
    assert set(found.keywords) < {*MANY.keywords, "Environnement"}
    assert len(found.keywords) == 1_000
    assert replace(found, addresses=(), keywords=()) == replace(sound(name)[1], addresses=(), keywords=())
    assert (first, last) == (sound(name)[0], sound(name)[2])


def harvested(place: Place, name: str, one: Described) -> list[Facts]:
    """The three records of a page, as the archive holds them, in order."""
    form = FORMS[name]
    answer = Answer(form.write((BEFORE, one, AFTER)), headers={"Content-Type": form.content_type})
    place.serve(PATHS[name], answer)
    endpoint = place.base if name == "ckan" else f"{place.base}/{PATHS[name]}"
    left = place.harvest(form.protocol, endpoint)
    assert (left.report.status, left.report.counts.rejected) == (Status.OK, 0)
    assert "value-truncated" in left.rules
    found = {record.source_key.rpartition("/")[2]: facts(record) for record in left.records.values()}
    return [found[described.identifier] for described in (BEFORE, one, AFTER)]


@cache
def sound(name: str) -> tuple[Facts, ...]:
    """The same page without a fault."""
    form = FORMS[name]
    answer = Fetched(form.url, form.write((BEFORE, Described(), AFTER)), headers={"content-type": form.content_type})
    records = [parsed.record for parsed in PARSERS[form.protocol](answer, PORTAL).records]
    return tuple(facts(normalise(record, PORTAL)[0]) for record in records if record)
