"""Walks over sites of pages: from the sitemap to each page, past those that are gone, and on from any place."""

import gzip
import json
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec import structs

from dcat.findings import Finding
from dcat.portal import Level, Portal, Protocol
from harvester.archive import Validators
from harvester.parsers.page import Fetched
from harvester.reading.readers import Readers
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts, RunRecorder
from harvester.runs.outcome import Ending, Status
from harvester.spiders.schema_org import SchemaOrgSpider
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer


def urlset(*addresses: str, modified: str = "") -> bytes:
    stamp = f"<lastmod>{modified}</lastmod>" if modified else ""
    return f"<urlset>{''.join(f'<url><loc>{one}</loc>{stamp}</url>' for one in addresses)}</urlset>".encode()


def index(*addresses: str) -> bytes:
    return (
        f"<sitemapindex>{''.join(f'<sitemap><loc>{one}</loc></sitemap>' for one in addresses)}</sitemapindex>".encode()
    )


def page(number: object = "", **members: Any) -> bytes:
    """A page with a dataset, or without."""
    if number == "":
        return b"<html><body>Accueil</body></html>"
    said = json.dumps({"@type": "Dataset", "identifier": f"d-{number}", "name": "Jeu", "description": "x", **members})
    return f'<html lang="fr"><script type="application/ld+json">{said}</script></html>'.encode()


def serve(place: Place, numbers: Iterable[int]) -> list[str]:
    """The addresses of pages that there are."""
    for number in numbers:
        place.serve(f"jeu/{number}", page(number))
    return [f"{place.base}/jeu/{number}" for number in numbers]


def harvest(place: Place, endpoint: str = "/sitemap.xml", **settings: object) -> Harvested:
    portal = structs.replace(
        place.portal(Protocol.SCHEMA_ORG), endpoint=endpoint and f"{place.base}{endpoint}", url=place.base
    )
    return place.run(place.job(portal, **settings))


def keys(harvested: Harvested) -> list[int]:
    return sorted(int(key.removeprefix("d-")) for key in harvested.records)


def test_every_page_of_the_sitemap_is_read(place: Place) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, range(1, 4))))
    harvested = harvest(place)
    assert keys(harvested) == [1, 2, 3]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert place.asked() == ["sitemap.xml", "jeu/1", "jeu/2", "jeu/3"]


def test_an_index_of_sitemaps_also_compressed(place: Place) -> None:
    one, two, three = serve(place, range(1, 4))
    place.serve("sitemap.xml", index(f"{place.base}/a.xml", f"{place.base}/b.xml.gz"))
    place.serve("a.xml", urlset(one, two))
    place.serve("b.xml.gz", Answer(gzip.compress(urlset(two, three)), headers={"Content-Type": "application/x-gzip"}))
    harvested = harvest(place)
    assert keys(harvested) == [1, 2, 3]
    assert harvested.report.complete
    assert place.asked() == ["sitemap.xml", "a.xml", "jeu/1", "jeu/2", "b.xml.gz", "jeu/3"]


def test_pages_without_a_dataset_are_counted_also_where_all_are_the_same(place: Place) -> None:
    for name in ("a", "b", "c"):
        place.serve(name, page())
    place.serve("sitemap.xml", urlset(*(f"{place.base}/{name}" for name in "abc"), *serve(place, [1])))
    harvested = harvest(place)
    assert keys(harvested) == [1]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert {found.rule: found.count for found in harvested.report.findings}["page-without-dataset"] == 3


def test_a_page_that_shows_its_dataset_no_more_proves_nothing(place: Place) -> None:
    """Two pages, of which one never had a dataset: only the other is doubtful."""
    place.serve("news", page())
    place.serve("sitemap.xml", urlset(f"{place.base}/news", *serve(place, range(1, 9))))
    assert harvest(place).report.complete
    place.serve("jeu/3", page())
    harvested = harvest(place)
    assert harvested.found("page-dataset-gone").place == f"{place.base}/jeu/3"
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert keys(harvested) == list(range(1, 9))
    place.serve("jeu/3", Answer(status=410))
    assert keys(harvest(place)) == [1, 2, 4, 5, 6, 7, 8]


def test_only_what_the_endpoint_begins_is_read(place: Place) -> None:
    place.serve("sitemap.xml", urlset(f"{place.base}/", f"{place.base}/blog/1", *serve(place, [1, 2])))
    assert keys(harvest(place, "/jeu/")) == [1, 2]
    assert place.asked() == ["sitemap.xml", "jeu/1", "jeu/2"]


def test_a_sitemap_that_robots_txt_names(place: Place) -> None:
    place.serve("robots.txt", f"User-agent: *\nSitemap: {place.base}/plan.xml".encode())
    place.serve("plan.xml", urlset(*serve(place, [1])))
    harvested = harvest(place, "")
    assert keys(harvested) == [1]
    assert harvested.report.complete
    assert place.asked() == ["sitemap.xml", "robots.txt", "plan.xml", "jeu/1"]


@pytest.mark.parametrize("gone", [[2], [3], [1, 2, 3]], ids=["middle", "last", "all"])
def test_pages_that_are_no_more_are_told_and_passed(place: Place, gone: list[int]) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, range(1, 4))))
    for number in gone:
        place.serve(f"jeu/{number}", Answer(status=410))
    harvested = harvest(place)
    assert keys(harvested) == [number for number in (1, 2, 3) if number not in gone]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert {found.rule: found.count for found in harvested.report.findings}["page-gone"] == len(gone)


def test_a_page_that_fails_costs_itself_alone(place: Place) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, range(1, 4))))
    place.serve("jeu/2", Answer(status=500))
    harvested = harvest(place)
    assert keys(harvested) == [1, 3]
    assert (harvested.report.status, harvested.report.failed_pages) == (Status.PARTIAL, 1)


def test_a_sitemap_that_fails_costs_its_pages_alone(place: Place) -> None:
    place.serve("sitemap.xml", index(f"{place.base}/a.xml", f"{place.base}/b.xml", f"{place.base}/c.xml"))
    place.serve("a.xml", b"<html>Maintenance</html>")
    place.serve("b.xml", Answer(status=500))
    place.serve("c.xml", urlset(*serve(place, [1])))
    harvested = harvest(place)
    assert keys(harvested) == [1]
    assert harvested.report.status is Status.PARTIAL


def test_a_site_without_a_sitemap_fails(place: Place) -> None:
    place.serve("sitemap.xml", page())
    place.serve("robots.txt", b"User-agent: *")
    assert harvest(place).report.status is Status.FAILED


def test_a_site_behind_a_firewall_is_blocked(place: Place) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, [1, 2])))
    place.serve("jeu/1", Answer(status=403))
    assert harvest(place).report.status is Status.BLOCKED


def test_a_cut_sitemap_is_no_whole_one(place: Place) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, [1, 2])).removesuffix(b"</urlset>"))
    harvested = harvest(place)
    assert keys(harvested) == [1, 2]
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)


def test_pages_of_another_host_are_told_and_not_read(place: Place) -> None:
    place.serve("sitemap.xml", urlset("https://ailleurs.fr/1", "https://ailleurs.fr/2", *serve(place, [1])))
    harvested = harvest(place)
    assert keys(harvested) == [1]
    assert harvested.found("page-elsewhere").value == "2"


def test_a_script_that_breaks_deletes_nothing(place: Place) -> None:
    place.serve("sitemap.xml", urlset(*serve(place, range(1, 11))))
    harvest(place)
    place.serve("jeu/3", page(3).replace(b'"}', b""))
    harvested = harvest(place)
    assert keys(harvested) == list(range(1, 11))
    assert (harvested.report.counts.rejected, harvested.report.counts.deleted) == (1, 0)


# --- going on ---------------------------------------------------------------------------------------------------------


class Notes:
    """A recorder that only takes notes."""

    since = ""
    writer = SimpleNamespace(archive=None)

    def validators(self) -> dict[str, Validators]:
        return {}

    def gave_records(self) -> set[str]:
        return set()

    def __init__(self) -> None:
        self.told: list[Finding] = []

    def note(self, *findings: Finding) -> None:
        self.told.extend(findings)


SITE = "https://data.exemple.fr"
ANSWERS = {
    f"{SITE}/sitemap.xml": index(f"{SITE}/a.xml", f"{SITE}/b.xml"),
    f"{SITE}/a.xml": urlset(f"{SITE}/1", f"{SITE}/2"),
    f"{SITE}/b.xml": urlset(f"{SITE}/3", f"{SITE}/4"),
}


def spider(portal_url: str = SITE) -> SchemaOrgSpider:
    portal = Portal(id="x", title="x", level=Level.COMMUNE, territories=("commune:35238",), url=portal_url)
    return SchemaOrgSpider(portal, cast("RunRecorder", Notes()), Readers(0))


def walk(one: SchemaOrgSpider, url: str) -> Iterator[str]:
    """The addresses that a spider asks for, from one of them on."""
    while url:
        yield url
        asked = one.request(url)
        answer = Fetched(asked.url.partition("#")[0], ANSWERS.get(asked.url.partition("#")[0], page(1)))
        url = one.next_url(answer, PageHeader(), PageCounts())


def bare(addresses: Iterable[str]) -> list[str]:
    return [address.removeprefix(f"{SITE}/").partition("#")[0] for address in addresses]


WHOLE = ["sitemap.xml", "a.xml", "1", "2", "b.xml", "3", "4"]


@pytest.mark.parametrize("steps", range(1, len(WHOLE)))
def test_another_process_goes_on_from_any_place(steps: int) -> None:
    """What the first remembers, and the address that it came to, are all that the second needs."""
    first, again = spider(), spider()
    addresses = walk(first, first.first_url())
    done = [next(addresses) for _ in range(steps)]
    following = next(addresses)
    for name in first.remembered:
        setattr(again, name, getattr(first, name))
    pages = [one for one in (*bare(done), *bare(walk(again, following))) if not one.endswith(".xml")]
    assert pages == ["1", "2", "3", "4"]


def test_what_was_not_changed_since_is_not_read() -> None:
    one = spider()
    one.since = "2024-05-06T10:00:00Z"
    sitemaps = (
        urlset(f"{SITE}/1", modified="2024-05-05"),
        urlset(f"{SITE}/2", modified="2024-05-06"),
        urlset(f"{SITE}/3"),
    )
    found = []
    for body in sitemaps:
        one.next_url(Fetched(f"{SITE}/sitemap.xml", body), PageHeader(), PageCounts())
        found += one._listed.pages or []
    assert bare(found) == ["2", "3"]


def test_other_names_of_the_site_are_asked_as_the_site_answers() -> None:
    one = spider()
    body = urlset("http://www.data.exemple.fr/1?a=b#c", "https://data.exemple.fr:444/2")
    one.next_url(Fetched(f"{SITE}/sitemap.xml", body), PageHeader(), PageCounts())
    assert one._listed.pages == [f"{SITE}/1?a=b", f"{SITE}/2"]
    assert one.ending is Ending.INTERRUPTED
