"""Every software of the table, recognised on a small site made of real answers where there are some."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from msgspec import Struct

from dcat.portal import Protocol
from harvester.recognition import Recognition, Visitor, recognise
from harvester.recognition.probes import ANNOUNCED, MARK, probes
from harvester.recognition.proofs import PROOFS
from tests.harvester.spiders.catalogues import ods_page, packages, turtle, udata_page
from tests.harvester.spiders.source import Answer, Source
from tests.reference import reference

Served = bytes | Answer | Callable[[dict[str, str]], "bytes | Answer"]

ISO = """<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
<gmd:fileIdentifier><gco:CharacterString>a</gco:CharacterString></gmd:fileIdentifier></gmd:MD_Metadata>"""
HITS = b"""<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">
<csw:SearchResults numberOfRecordsMatched="965" numberOfRecordsReturned="0" nextRecord="1"/></csw:GetRecordsResponse>"""


def fixture(name: str) -> bytes:
    return reference("fixtures", "portals", name).read_bytes()


def real(name: str) -> Served:
    """A real answer, read when it is asked for."""
    return lambda _: fixture(name)


def front(title: str = "Les données", *marks: str) -> Answer:
    body = f"<!doctype html><html><head><title>{title}</title></head><body>{''.join(marks)}</body></html>"
    return Answer(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def in_json(content: Any) -> Answer:
    return Answer(json.dumps(content).encode(), headers={"Content-Type": "application/json"})


def csw(query: dict[str, str]) -> bytes:
    return HITS if query.get("request") == "GetRecords" else fixture("csw/geodatagouv-csw-getcapabilities.xml")


def hits_of_v4(query: dict[str, str]) -> Answer:
    """GeoNetwork 4 takes a posted search only."""
    if not query["body"]:
        return Answer(status=405)
    record = {"uuid": "a", "resourceTitleObject": {"default": "Arbres"}}
    return in_json({"hits": {"total": {"value": 1920, "relation": "eq"}, "hits": [{"_source": record}]}})


FEATURES = {
    "type": "FeatureCollection",
    "numberMatched": 347,
    "features": [{"type": "Feature", "id": "a", "properties": {"title": "Arbres", "type": "dataset"}}],
}
COLLECTIONS = {
    "collections": [{"id": "tiles", "itemType": "feature"}, {"id": "fiches", "itemType": "record", "title": "Fiches"}]
}
SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>%b/contact</loc></url>
<url><loc>%b/dataset/arbres</loc></url></urlset>"""
PAGE_OF_DATASET = b"""<html><head><script type="application/ld+json">
{"@context": "https://schema.org/", "@type": "Dataset", "name": "Arbres"}</script></head></html>"""


class Site(Struct, frozen=True):
    """What is served below a site, and what must be recognised; ``endpoint`` below the site."""

    software: str
    protocol: Protocol
    endpoint: str
    datasets: int | None
    pages: Mapping[str, Served]
    start: str = "/"


SITES = [
    Site(
        "Opendatasoft",
        Protocol.ODS,
        "/api/explore/v2.1",
        583,
        {"/api/explore/v2.1/catalog/datasets": ods_page([1], 583)},
    ),
    Site(
        "Opendatasoft",
        Protocol.ODS,
        "/api/explore/v2.1",
        583,
        {"/api/explore/v2.1/catalog/datasets": ods_page([1], 583)},
        start="/explore/?disjunctive.theme=true",
    ),
    Site("udata", Protocol.UDATA, "/api/1", 66000, {"/api/1/datasets/": udata_page([1], 66000)}),
    Site("CKAN", Protocol.CKAN, "/api/3/action", 1500, {"/api/3/action/package_search": packages([1], 1500)}),
    Site(
        "CKAN",
        Protocol.CKAN,
        "/data/api/3/action",
        12,
        {"/data/api/3/action/package_search": packages([1], 12)},
        start="/data/dataset",
    ),
    Site(
        "DKAN",
        Protocol.DATA_JSON,
        "/data.json",
        7,
        {
            "/": front("Open data", '<link href="/profiles/dkan/style.css">'),
            "/data.json": real("data-json/dcatus.json"),
            "/api/3/action/package_search": packages([1], 3),
        },
    ),
    Site(
        "ArcGIS Hub",
        Protocol.ARCGIS_HUB,
        "/api/feed/dcat-us/1.1.json",
        8,
        {"/api/feed/dcat-us/1.1.json": real("arcgis-hub/evian-dcat-us.json")},
    ),
    Site(
        "ArcGIS Hub",
        Protocol.OGC_RECORDS,
        "/api/search/v1/collections/dataset/items",
        347,
        {"/api/search/v1/collections/dataset/items": in_json(FEATURES)},
    ),
    Site(
        "Data Fair",
        Protocol.DCAT,
        "/data-fair/api/v1/catalog/dcat",
        3,
        {"/data-fair/api/v1/catalog/dcat": turtle([1, 2, 3])},
    ),
    Site(
        "GeoNetwork",
        Protocol.GEONETWORK,
        "/geonetwork/srv/api/search/records/_search",
        1920,
        {"/geonetwork/srv/api/search/records/_search": hits_of_v4},
    ),
    Site(
        "geOrchestra",
        Protocol.GEONETWORK,
        "/geonetwork/srv/api/search/records/_search",
        1920,
        {
            "/": front("Géo", "<script src=/public/georchestra.js></script>"),
            "/geonetwork/srv/api/search/records/_search": hits_of_v4,
        },
    ),
    Site("GeoNetwork", Protocol.CSW, "/geonetwork/srv/fre/csw", 965, {"/geonetwork/srv/fre/csw": csw}),
    Site(
        "GeoNetwork",
        Protocol.CSW,
        "/catalogue/srv/fre/csw",
        965,
        {"/catalogue/srv/fre/csw": csw},
        start="/catalogue/srv/fre/catalog.search#/home",
    ),
    Site(
        "GeoNetwork",
        Protocol.GEONETWORK,
        "/geonetwork/srv/fre/q",
        None,
        {"/": front("Géo", "geonetwork"), "/geonetwork/srv/fre/q": real("geonetwork/gn3-q-page-1.json")},
    ),
    Site(
        "PRODIGE", Protocol.CSW, "/geonetwork/srv/fre/csw", 965, {"/": front("PRODIGE"), "/geonetwork/srv/fre/csw": csw}
    ),
    Site(
        "pycsw",
        Protocol.OGC_RECORDS,
        "/collections/metadata:main/items",
        347,
        {"/collections/metadata:main/items": in_json(FEATURES)},
    ),
    Site(
        "OGC API – Records",
        Protocol.OGC_RECORDS,
        "/collections/fiches/items",
        347,
        {"/collections": in_json(COLLECTIONS), "/collections/fiches/items": in_json(FEATURES)},
    ),
    Site("pycsw", Protocol.CSW, "/csw", 965, {"/csw": csw}),
    Site("DCAT", Protocol.DCAT, "/catalog.ttl", 3, {"/catalog.ttl": turtle([1, 2, 3])}),
    Site("DCAT", Protocol.DCAT, "/catalog.rdf", 2, {"/catalog.rdf": real("dcat/rdfxml/ckan-catalog-hydra.rdf")}),
    Site(
        "DCAT",
        Protocol.DCAT,
        "/flux/tout.rdf",
        40,
        {
            "/": front("Flux", '<link rel="alternate" type="text/turtle" href="flux/tout.rdf">'),
            "/flux/tout.rdf": Answer(turtle([1, 2], total=40), headers={"Content-Type": "text/html"}),
        },
    ),
    Site("data.json", Protocol.DATA_JSON, "/data.json", 7, {"/data.json": real("data-json/dcatus.json")}),
    Site("OAI-PMH", Protocol.OAI_PMH, "/oai", None, {"/oai": real("oai-pmh/pycsw-Identify.xml")}),
    Site(
        "schema.org",
        Protocol.SCHEMA_ORG,
        "/sitemap.xml",
        None,
        {"/dataset/arbres": PAGE_OF_DATASET},
    ),
    # An address of the catalogue itself, whatever its path.
    Site(
        "CSW",
        Protocol.CSW,
        "/wsi/harvestable",
        965,
        {"/wsi/harvestable": csw},
        start="/wsi/harvestable?request=GetCapabilities",
    ),
    Site("CSW", Protocol.CSW, "/csw/csw", 965, {"/csw/csw": csw}, start="/csw/csw"),
    Site("DCAT", Protocol.DCAT, "/export/tout.xml", 2, {"/export/tout.xml": turtle([1, 2])}, start="/export/tout.xml"),
    Site(
        "OAI-PMH",
        Protocol.OAI_PMH,
        "/depot",
        None,
        {"/depot": real("oai-pmh/pycsw-Identify.xml")},
        start="/depot?verb=Identify",
    ),
    Site(
        "data.json",
        Protocol.DATA_JSON,
        "/flux.json",
        7,
        {"/flux.json": real("data-json/dcatus.json")},
        start="/flux.json",
    ),
]


def visited(site: Source, visitor: Visitor, made: Site) -> Recognition:
    site.serve("/", front())
    if made.protocol is Protocol.SCHEMA_ORG:
        site.serve("/sitemap.xml", SITEMAP.replace(b"%b", site.url.encode()))
    for path, served in made.pages.items():
        site.serve(path, served)
    return recognise(f"{site.url}{made.start}", visitor)


@pytest.mark.parametrize("made", SITES, ids=lambda made: f"{made.software} {made.start} {made.endpoint}")
def test_a_software_is_recognised(site: Source, visitor: Visitor, made: Site) -> None:
    found = visited(site, visitor, made)
    assert (found.software, found.protocol, found.endpoint, found.datasets) == (
        made.software,
        made.protocol,
        site.url + made.endpoint,
        made.datasets,
    )
    (proved,) = [attempt for attempt in found.attempts if attempt.proved]
    assert proved.software == made.software


def test_every_row_of_the_table_is_tried_above() -> None:
    """But for those of a foreign host, those that are only other places of the same software, and marks."""
    tried = {(made.software, made.protocol) for made in SITES}
    assert {(probe.software, probe.protocol) for probe in probes()} - tried == {
        ("Isogeo", Protocol.CSW),
        ("Isogeo", Protocol.UNKNOWN),
        ("Lizmap", Protocol.UNKNOWN),
        ("mviewer", Protocol.UNKNOWN),
    }


@pytest.mark.parametrize("probe", probes(), ids=lambda probe: f"{probe.software} {probe.path}")
def test_every_row_of_the_table_is_well_formed(probe: Any) -> None:
    assert probe.proof in {*PROOFS, ANNOUNCED, MARK}
    assert bool(probe.path) == (probe.proof in PROOFS) == bool(probe.endpoint)
    assert not probe.posted or json.loads(probe.posted)


def test_the_best_protocol_wins(site: Source, visitor: Visitor) -> None:
    """A CKAN with a DCAT feed, a data.json and a sitemap besides: its action API tells the most."""
    site.serve("/", front("Données", '<link rel="alternate" type="application/rdf+xml" href="/catalog.rdf">'))
    site.serve("/catalog.rdf", turtle([1]))
    site.serve("/catalog.ttl", turtle([1]))
    site.serve("/data.json", real("data-json/dcatus.json"))
    site.serve("/api/3/action/package_search", packages([1], 1))
    assert recognise(site.url, visitor).protocol is Protocol.CKAN


def test_marks_of_the_front_page_come_first(site: Source, visitor: Visitor) -> None:
    site.serve("/", front("Géo", '<a href="/geonetwork/srv/fre/catalog.search">'))
    site.serve("/geonetwork/srv/fre/csw", csw)
    recognise(site.url, visitor)
    assert site.requests("/")[:3] == ["/robots.txt", "/", "/geonetwork/srv/api/search/records/_search"]


def test_an_isogeo_share_leads_to_its_csw(visitor: Visitor) -> None:
    """Its service stands on another host, which no test may ask: it was tried, and refused here."""
    found = recognise("https://open.isogeo.com/s/abc123/KEY", visitor)
    assert found.software == ""
    probe = next(probe for probe in probes() if probe.software == "Isogeo" and probe.path)
    match = probe.seen_in("https://open.isogeo.com/s/abc123/KEY")
    assert match is not None
    assert match.expand(probe.endpoint) == "https://services.api.isogeo.com/ows/s/abc123/KEY"


def test_a_software_without_an_interface_is_named(site: Source, visitor: Visitor) -> None:
    site.serve("/", front("Cartes", "<script src=/lizmap-www/app.js></script>"))
    found = recognise(site.url, visitor)
    assert (found.software, found.protocol, found.endpoint) == ("Lizmap", Protocol.UNKNOWN, "")


def test_pages_that_answer_everything_with_200_prove_nothing(site: Source, visitor: Visitor) -> None:
    """The front page of a single-page application, whatever was asked."""
    shell = front("Tout va bien")
    site.serve("/", shell)
    for path in {probe.path.partition("?")[0] for probe in probes() if probe.path.startswith("/")}:
        site.serve(path, shell)
    found = recognise(site.url, visitor)
    assert found.software == ""
    assert {attempt.answer for attempt in found.attempts} == {"text/html"}


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"null", b'{"dataset": [1]}', b'{"collections": 3}', b"<a", b"\xff\xfe", b"<html"]
)
def test_odd_answers_prove_nothing_and_raise_nothing(site: Source, visitor: Visitor, body: bytes) -> None:
    for path in {probe.path.partition("?")[0] for probe in probes() if probe.path.startswith("/")}:
        site.serve(path, body)
    site.serve("/", body)
    assert recognise(site.url, visitor).software == ""


def test_what_was_tried_is_told(site: Source, visitor: Visitor) -> None:
    told: list[str] = []
    site.serve("/", front())
    found = recognise(site.url, visitor, lambda attempt: told.append(attempt.url))
    assert told == [attempt.url for attempt in found.attempts]
    assert ("Opendatasoft", "HTTP 404") in {(attempt.software, attempt.answer) for attempt in found.attempts}


def test_a_host_that_does_not_answer_costs_one_question(visitor: Visitor) -> None:
    found = recognise("http://127.0.0.1:9/", visitor)
    assert (found.software, len(found.attempts), visitor.asked) == ("", 1, 1)
    assert "private" in found.attempts[0].answer
