"""Catalogues whose portal has INSPIRE Atom feeds: their files are on the records."""

import json
from pathlib import Path

import pytest
from msgspec import structs

from dcat.portal import Protocol
from harvester.archive import Archive
from harvester.archive.forgotten import remember_to_forget
from harvester.politeness.limits import KIB, Limits
from harvester.runs.outcome import Status
from harvester.spiders.spool import IN_MEMORY
from tests.harvester.parsers.test_atom import FILE, feed, named
from tests.harvester.sources import NOON
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer
from tests.reference import reference

CODE = "<gmd:code><gco:CharacterString>{}</gco:CharacterString></gmd:code>"
SPACE = "<gmd:codeSpace><gco:CharacterString>{}</gco:CharacterString></gmd:codeSpace>"
GMD = 'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"'


def iso(number: int, code: str, space: str = "https://ville.fr") -> str:
    return (
        f"<gmd:MD_Metadata {GMD}><gmd:fileIdentifier><gco:CharacterString>fiche-{number}</gco:CharacterString>"
        "</gmd:fileIdentifier><gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>"
        f"<gco:CharacterString>Jeu {number}</gco:CharacterString></gmd:title><gmd:identifier><gmd:RS_Identifier>"
        f"{CODE.format(code)}{SPACE.format(space)}</gmd:RS_Identifier></gmd:identifier></gmd:CI_Citation>"
        "</gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
    )


def catalogue(*records: str) -> bytes:
    return (
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">'
        f'<csw:SearchResults numberOfRecordsMatched="{len(records)}" nextRecord="0">{"".join(records)}'
        "</csw:SearchResults></csw:GetRecordsResponse>"
    ).encode()


def harvest(place: Place, *feeds: str, protocol: Protocol = Protocol.CSW, endpoint: str = "csw") -> Harvested:
    portal = place.portal(protocol, f"{place.base}/{endpoint}")
    return place.run(place.job(structs.replace(portal, atom=tuple(f"{place.base}/{path}" for path in feeds))))


def serve(place: Place) -> None:
    """Two records, and feeds with a file of the first."""
    place.serve("csw", catalogue(iso(1, "eau"), iso(2, "air")))
    place.serve(
        "service.xml",
        feed(named("eau", "https://ville.fr/", "eau.xml"), named("bois", "https://ville.fr/", "bois.xml")),
    )
    place.serve("eau.xml", feed(FILE))
    place.serve("bois.xml", feed(FILE.replace("eau.zip", "bois.zip")))


def files(harvested: Harvested, key: str) -> list[str]:
    return [url.rpartition("/")[2] for one in harvested.records[key].dataset.distributions for url in one.download_urls]


def test_the_files_of_the_feeds_are_on_the_record_with_the_identifier(place: Place) -> None:
    serve(place)
    harvested = harvest(place, "service.xml")
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert (files(harvested, "fiche-1"), files(harvested, "fiche-2")) == (["eau.zip"], [])
    (file,) = harvested.records["fiche-1"].dataset.distributions
    assert file.format is not None
    assert (file.format.code, file.byte_size) == ("SHP", 2048)
    assert place.asked() == ["service.xml", "eau.xml", "bois.xml", "csw"]
    assert harvested.report.counts.received == 2


def test_a_real_service_feed_leads_to_the_files(place: Place) -> None:
    body = reference("fixtures", "portals", "atom", "pdok-service.xml").read_bytes()
    place.serve("download/en.xml", body.replace(b"http://xyz.org", place.base.encode()))
    place.serve("data/waternetwork_feed.xml", feed(FILE))
    place.serve("csw", catalogue(iso(1, "wn_id1", f"{place.base}/"), iso(2, "wn_id2", f"{place.base}/")))
    harvested = harvest(place, "download/en.xml")
    assert (files(harvested, "fiche-1"), files(harvested, "fiche-2")) == (["eau.zip"], [])
    assert place.asked() == ["download/en.xml", "data/waternetwork_feed.xml", "csw"]


def test_a_second_harvest_changes_nothing(place: Place) -> None:
    serve(place)
    harvest(place, "service.xml")
    counts = harvest(place, "service.xml").report.counts
    assert (counts.unchanged, counts.updated) == (2, 0)


def test_the_feeds_are_kept_beside_the_pages(place: Place) -> None:
    serve(place)
    run = harvest(place, "service.xml").report.run
    assert run is not None
    kept = {page.number: page.url.rpartition("/")[2] for page in place.archive.pages(run)}
    assert kept == {-3: "bois.xml", -2: "eau.xml", -1: "service.xml", 1: "csw"}


def test_a_feed_too_large_for_the_buffer_of_an_answer_is_read(place: Place) -> None:
    serve(place)
    place.serve("eau.xml", feed(FILE).replace(b"<entry>", b"\n" * IN_MEMORY + b"<entry>", 1))
    harvested = harvest(place, "service.xml")
    assert (harvested.report.status, files(harvested, "fiche-1")) == (Status.OK, ["eau.zip"])


def test_a_feed_is_kept_without_who_is_forgotten(place: Place, tmp_path: Path) -> None:
    """In an archive of its own: others' pages would be searched too."""
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    archive = Archive(url)
    archive.create()
    remember_to_forget(archive, "jean.dupont@ville.fr", NOON)
    serve(place)
    place.serve("eau.xml", feed(f"<author><email>jean.dupont@ville.fr</email></author>{FILE}"))
    portal = structs.replace(place.portal(Protocol.CSW, f"{place.base}/csw"), atom=(f"{place.base}/service.xml",))
    place.fleet.harvest([structs.replace(place.job(portal), archive_url=url)])
    bodies = [page.body for page in archive.pages(1)]
    archive.close()
    assert len(bodies) == 4
    assert not [body for body in bodies if b"dupont" in body]


def test_a_feed_beyond_what_is_held_costs_its_files(place: Place) -> None:
    serve(place)
    place.serve("eau.xml", feed(FILE).replace(b"<entry>", b"\n" * 20 * KIB + b"<entry>", 1))
    portal = structs.replace(place.portal(Protocol.GEONETWORK), atom=(f"{place.base}/eau.xml",))
    harvested = place.run(place.job(portal, limits=Limits(held=16 * KIB)))
    assert harvested.found("limit-exceeded").place == f"{place.base}/eau.xml"


def test_files_in_the_service_feed_itself(place: Place) -> None:
    serve(place)
    place.serve("flat.xml", feed(named("air", "https://ville.fr/") + FILE.replace("eau.zip", "air.zip")))
    assert files(harvest(place, "flat.xml"), "fiche-2") == ["air.zip"]


@pytest.mark.parametrize(
    "answer", [Answer(status=500), Answer(b"<html>Maintenance</html>"), Answer(b"<feed><entry>"), Answer(reset=True)]
)
def test_a_feed_that_cannot_be_read_costs_its_files_and_deletes_nothing(place: Place, answer: Answer) -> None:
    serve(place)
    place.serve("eau.xml", answer)
    harvested = harvest(place, "service.xml")
    assert sorted(harvested.records) == ["fiche-1", "fiche-2"]
    assert files(harvested, "fiche-1") == []
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)


def test_a_feed_that_is_no_more_is_told(place: Place) -> None:
    serve(place)
    place.serve("eau.xml", Answer(status=404))
    harvested = harvest(place, "service.xml")
    assert (harvested.report.status, harvested.found("page-gone").value) == (Status.OK, "HTTP 404")


def test_a_service_that_is_down_costs_no_record(place: Place) -> None:
    serve(place)
    harvested = harvest(place, "absent.xml", "service.xml")
    assert files(harvested, "fiche-1") == ["eau.zip"]


def test_feeds_of_another_host_are_not_asked_for(place: Place) -> None:
    serve(place)
    place.serve("service.xml", feed(named("eau", "https://ville.fr/", "https://ailleurs.fr/eau.xml")))
    harvested = harvest(place, "service.xml")
    assert harvested.found("page-elsewhere").value == "1"
    assert place.asked() == ["service.xml", "csw"]


def test_a_portal_without_feeds_asks_for_none(place: Place) -> None:
    serve(place)
    assert files(harvest(place), "fiche-1") == []
    assert place.asked() == ["csw"]


def test_records_of_geonetwork_have_the_files_too(place: Place) -> None:
    serve(place)
    source = {
        "uuid": "fiche-1",
        "resourceTitleObject": {"default": "Eau"},
        "resourceType": ["dataset"],
        "resourceIdentifier": [{"code": "https://ville.fr/eau"}],
    }
    hits = json.dumps({"hits": {"total": {"value": 1, "relation": "eq"}, "hits": [{"_source": source}]}}).encode()
    place.serve("geonetwork/srv/api/search/records/_search", hits)
    harvested = harvest(place, "service.xml", protocol=Protocol.GEONETWORK, endpoint="geonetwork")
    assert files(harvested, "fiche-1") == ["eau.zip"]
