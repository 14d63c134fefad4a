"""Pages of CSW: ISO, Dublin Core and DCAT, sound and broken; values read in the documents."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat.model import Record
from dcat.portal import Level, Portal, Protocol
from harvester.parsers import csw
from harvester.parsers.csw import Paging
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from tests.reference import FIXTURES, reference

URL = "https://geobretagne.fr/geonetwork/srv/fre/csw"
PORTAL = Portal(
    id="geobretagne",
    title="GéoBretagne",
    level=Level.REGION,
    territories=("region:53",),
    url="https://geobretagne.fr",
    protocol=Protocol.CSW,
    endpoint=URL,
)
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Records and header of every document: matched, returned, next.
PAGES = {
    "csw/geo2france-dcat-page-1.xml": (2, Paging(6, 2, 3)),
    "csw/geo2france-dcat-page-3.xml": (2, Paging(6, 2, 5)),
    "csw/geo2france-dcat-page-5.xml": (2, Paging(6, 2, 0)),
    "csw/geocat-response-all-results.xml": (2, Paging(2, 2, 0)),
    "csw/geodatagouv-csw-getrecordbyidresponse.xml": (1, Paging()),
    "csw/geodatagouv-csw-getrecordsresponse.xml": (3, Paging(965, 10, 11)),
    "csw/geodatagouv-grandlyon-dc.xml": (1, Paging()),
    "csw/geoide-iso19139-page-1.xml": (2, Paging(6, 2, 3)),
    "csw/geoide-iso19139-page-3.xml": (2, Paging(6, 2, 5)),
    "csw/geoide-iso19139-page-5.xml": (2, Paging(6, 2, 0)),
    "csw/geopicardie-onepage-nextrecord-beyond.xml": (10, Paging(10, 10, 11)),
    "csw/geopicardie-records-basic.xml": (10, Paging(965, 10, 11)),
    "csw/geoplateforme-ignf-rpg.xml": (1, Paging(1, 1, 0)),
}
UNREADABLE = {"csw/bad-xml.xml": "page-truncated", "csw/geodatagouv-csw-getcapabilities.xml": "page-not-parseable"}
ALONE = [
    *sorted(f"iso19139/{file.name}" for file in (FIXTURES / "iso19139").glob("*.xml")),
    *sorted(f"iso19115-3/{file.name}" for file in (FIXTURES / "iso19115-3").glob("*.xml")),
]


def read(body: bytes, portal: Portal = PORTAL) -> tuple[ParsedPage, list[ParsedRecord]]:
    page = csw.parse(Fetched(url=URL, body=body), portal)
    return page, list(page.records)


def document(name: str) -> bytes:
    return reference("fixtures", "portals", name).read_bytes()


def record(name: str, key: str = "") -> Record:
    """The only record of a document, or the one of that key."""
    (found,) = [one.record for one in read(document(name))[1] if not key or one.source_key == key]
    assert found is not None
    return found


def rules(parsed: ParsedRecord) -> list[str]:
    return [found.rule for found in parsed.findings]


def page_of(*records: str, matched: int = 2, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" nextRecord="0">{"".join(records)}'
        "</csw:SearchResults></csw:GetRecordsResponse>"
    ).encode()


def dublin(number: int, title: str = "Jeu") -> str:
    return f"<csw:Record><dc:identifier>r-{number}</dc:identifier><dc:title>{title}</dc:title></csw:Record>"


# --- documents of real catalogues -------------------------------------------------------------------------------------


def test_every_document_is_listed() -> None:
    folder = reference("fixtures", "portals", "csw")
    assert {f"csw/{file.name}" for file in folder.iterdir()} == {*PAGES, *UNREADABLE}


@pytest.mark.parametrize("name", PAGES)
def test_elements_are_counted_and_the_header_is_read(name: str) -> None:
    count, paging = PAGES[name]
    page, records = read(document(name))
    assert (len(records), page.declared) == (count, paging.matched)
    assert csw.paging(Fetched(url=URL, body=document(name))) == paging
    assert all(one.record is not None and one.record.source_key == one.source_key != "" for one in records)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_page_says_why(name: str) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(document(name))
    assert refused.value.findings[-1].rule == UNREADABLE[name]


@pytest.mark.parametrize("name", ALONE)
def test_a_record_alone_has_title_publisher_and_key(name: str) -> None:
    found = record(name)
    assert found.dataset.title
    assert found.dataset.publisher is not None
    assert found.source_key == found.dataset.other_identifiers[0]
    assert found.modified


def test_a_record_of_rennes_metropole_through_geobretagne() -> None:
    found = record("iso19139/geodatagouv-rennes-metropole-referentiel-adresse.xml")
    dataset = found.dataset
    assert found.source_key == "aaff85f2-3529-4a0e-a263-95ad355acbc3"
    assert found.modified == "2015-08-04T09:45:09"
    assert found.page == f"https://geobretagne.fr/geonetwork/srv/api/records/{found.source_key}"
    assert dataset.identifiers == ("fr-243500139-referentiels-voies_adresses-rvadiffusion",)
    assert [(text.value, text.language) for text in dataset.title] == [
        ("Référentiel voies et adresses de Rennes Métropole (diffusion)", "fr")
    ]
    assert (dataset.created, dataset.modified, dataset.is_series) == ("2013-03-01", "2015-08-02", True)
    assert dataset.publisher is not None
    assert dataset.publisher.name[0].value == "Rennes Métropole - SIG"
    assert dataset.contact_points[0].telephone == "02 23 62 22 70"
    assert dataset.licence is not None
    assert dataset.licence.label[0].value.startswith("Licence ODbL 1.0")
    assert dataset.access_rights is not None
    assert dataset.access_rights.label[0].value == "Pas de restriction d’accès public"
    assert dataset.spatial[0].bbox is not None
    assert dataset.spatial[0].bbox.west == -2.12
    assert "http://geo.rennesmetropole.fr/" in dataset.documentation


def test_links_are_files_or_services_by_their_protocol() -> None:
    download, wms, wfs = record("iso19139/geodatagouv-geobretagne-bano.xml").dataset.distributions
    assert download.download_urls == ("http://bano.openstreetmap.fr/data/",)
    assert (wms.download_urls, wms.title[0].value) == ((), "bano")
    assert wms.description[0].value == "Base d'Adresse Nationale Ouverte export Bretagne (WMS)"
    service = wfs.access_services[0]
    assert service.endpoint_urls == ("https://geobretagne.fr/geoserver/osm/wfs",)
    assert service.endpoint_descriptions == (
        "https://geobretagne.fr/geoserver/osm/wfs?SERVICE=WFS&REQUEST=GetCapabilities",
    )
    assert service.conforms_to[0].iri == "http://www.opengeospatial.org/standards/wfs"


def test_texts_are_kept_in_every_language() -> None:
    dataset = record("iso19139/georhena.iso19139.reuse+solaire.xml").dataset
    assert {text.language: text.value for text in dataset.title} == {
        "fr": "Production d'énergie renouvelable de type solaire thermique par km² en 2016",
        "de": "Produktion von erneuerbarer Energie aus Solarthermie pro km² im 2016",
        "en": "Solar thermal renewable energy production per km² in 2016",
    }
    assert (dataset.created, dataset.issued, dataset.version) == ("2022-11-30", "2023-03-20", "")
    assert [(period.start, period.end) for period in dataset.temporal] == [("2016-01-01", "2016-12-31")]


def test_a_service_names_what_it_operates_on() -> None:
    dataset = record("iso19139/geodatagouv-geobretagne-service-coupled.xml").dataset
    assert dataset.type is not None
    assert dataset.type.label[0].value == "service"
    (distribution,) = dataset.distributions
    (service,) = distribution.access_services
    assert service.serves == (
        "http://geobretagne.fr/geonetwork/srv/fre/xml_iso19139?uuid=e16944c7-8c80-4ac6-85f4-c88958f39094",
    )
    assert service.endpoint_urls == ("http://geobretagne.fr/geoserver/crcbs/wfs",)


def test_iso_19115_3_tells_where_the_record_was_copied_from() -> None:
    found = record("iso19115-3/sextant.iso19115-3.dataset.xml")
    assert found.source_key == "74ce72b9-0196-4eca-abfe-8600f69bd5c4"
    assert found.origin is not None
    assert (found.origin.domain, found.origin.remote_id) == ("sextant.ifremer.fr", found.source_key)
    assert {text.language for text in found.dataset.title} == {"fr", "en"}
    assert found.dataset.issued == "2023-03-14"
    assert [(period.start, period.end) for period in found.dataset.temporal] == [("1993-01", "2023-12")]
    assert found.dataset.spatial[0].bbox is not None
    assert found.dataset.spatial[0].bbox.north == -35.0
    assert "https://doi.org/10.24400/527896/a01-2023.004" in (
        *found.dataset.landing_pages,
        *found.dataset.documentation,
    )


def test_a_code_space_completes_an_identifier() -> None:
    dataset = record("iso19115-3/metawal.iso19115-3.service.xml").dataset
    assert dataset.identifiers == ("http://geodata.wallonie.be/id/6d2b6fdb-f1ea-4d48-8697-a0c05512f1dc",)


def test_a_dublin_core_record_with_a_prefix_that_nothing_declares() -> None:
    (parsed,) = read(document("csw/geodatagouv-grandlyon-dc.xml"))[1]
    found = parsed.record
    assert found is not None
    assert "page-prefix-undeclared" in rules(parsed)
    dataset = found.dataset
    assert (found.source_key, found.modified) == ("380eaf99-b24f-4006-bcb5-3620233afebe", "2015-09-21T10:10:13")
    assert dataset.title[0].value == "Prochains passages temps réel du réseau TCL"
    assert dataset.publisher is not None
    assert dataset.publisher.name[0].value == "SYTRAL"
    assert dataset.creators[0].identifier == "256900994"
    assert (dataset.created, dataset.issued) == ("2014-12-04", "2015-01-15")
    assert [text.value for text in dataset.rights] == [
        "Licence Associée",
        "Pas de restriction d'accès public selon INSPIRE",
    ]
    assert dataset.access_rights is not None
    assert dataset.access_rights.label[0].value == "Available by subscription"
    (place,) = dataset.spatial
    assert place.bbox is not None
    assert (place.bbox.west, place.bbox.south, place.bbox.east, place.bbox.north) == (4.681, 45.55, 5.067, 45.917)
    assert place.label[0].value == "GRAND LYON"
    assert 'isPartOf> "16a9a657-e938-484e-a067-5cdacd7a0419"' in dataset.extra
    assert "https://download.data.grandlyon.com/files/rdata/tcl_sytral.tclpassagearret/tclpassagearret.csv" in [
        url for one in dataset.distributions for url in one.download_urls
    ]


def test_the_parent_of_a_record_is_kept() -> None:
    """A clue of where it came from: Géo-IDE writes the SIREN of the service in front."""
    dataset = record("iso19139/geoide.iso19139.dataset.xml").dataset
    assert 'isPartOf> "fr-120066022-sjdd-24e685db-9820-4ed9-b7ea-4e21c5ee5834"' in dataset.extra


def test_corners_in_any_order_make_a_box() -> None:
    found = record("csw/geopicardie-records-basic.xml", "67f8c692-d211-470f-b399-171aaafd80eb")
    (place, _) = found.dataset.spatial
    assert place.bbox is not None
    assert (place.bbox.west, place.bbox.south, place.bbox.east, place.bbox.north) == (1.42, 48.67, 4.27, 50.53)
    assert found.dataset.type is None


def test_dcat_through_csw_is_read_as_dcat() -> None:
    _, (first, second) = read(document("csw/geo2france-dcat-page-1.xml"))
    assert first.record is not None
    assert second.record is not None
    assert first.record.dataset.title[0].value == (
        "INSEE - Part des ménages présents depuis 5 ans ou plus dans leur logement actuel (2010)"
    )


# --- what is broken ---------------------------------------------------------------------------------------------------


def test_one_broken_record_costs_itself() -> None:
    body = page_of(dublin(1), "<csw:Record><dc:identifier>r-2</dc:identifier><dc:title>Un</csw:Record>", dublin(3))
    records = read(body)[1]
    assert [one.source_key for one in records] == ["r-1", "r-2", "r-3"]
    assert [rules(one) for one in records] == [[], ["page-syntax-repaired"], []]


@pytest.mark.parametrize(
    ("written", "read_as", "told"),
    [
        ("Natura &bidon; 2000", "Natura &bidon; 2000", "&bidon;"),
        ("R&D et BTP", "R&D et BTP", "&"),
        ("d&eacute;ch&egrave;teries", "déchèteries", "&eacute; &egrave;"),
        ("a &LT; b &AMP; c &amp; d", "a < b & c & d", "&LT; &AMP;"),
        ("<![CDATA[&bidon; & co]]>&nbsp;", "&bidon; & co", "&nbsp;"),
    ],
)
def test_no_word_is_lost_after_an_entity_that_xml_does_not_know(written: str, read_as: str, told: str) -> None:
    _, (parsed,) = read(page_of(dublin(1, written)))
    assert parsed.record is not None
    assert parsed.record.dataset.title[0].value == read_as
    assert [(found.rule, found.value) for found in parsed.findings] == [("page-entity-undefined", told)]


def test_what_xml_cannot_carry_is_repaired_and_the_rest_kept() -> None:
    body = page_of(dublin(1, "A&nbsp;B &#x1F; C &amp; D"), dublin(2, "L\x0bac"))
    page, (first, second) = read(body)
    assert first.record is not None
    assert second.record is not None
    assert first.record.dataset.title[0].value == "A\xa0B  C & D"
    assert set(rules(first)) == {"page-entity-undefined", "page-control-character"}
    assert second.record.dataset.title[0].value == "Lac"
    assert [found.rule for found in page.findings] == ["page-control-character"]


def test_a_cut_page_keeps_its_whole_records_and_says_so() -> None:
    body = page_of(dublin(1), dublin(2))
    page = csw.parse(Fetched(url=URL, body=body[: body.index(b"r-2") + 3]), PORTAL)
    records = iter(page.records)
    assert next(records).source_key == "r-1"
    with pytest.raises(UnreadablePage) as cut:
        next(records)
    assert cut.value.findings[0].rule == "page-truncated"


@pytest.mark.parametrize(
    "doctype", ['<!DOCTYPE x SYSTEM "file:///etc/passwd">', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>']
)
def test_a_doctype_is_refused(doctype: str) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(page_of(dublin(1), head=doctype))
    assert refused.value.findings[-1].rule == "page-doctype-refused"


def test_an_exception_report_says_what_the_server_says() -> None:
    report = (
        b'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.2.0"><ows:Exception '
        b'exceptionCode="InvalidParameterValue" locator="SortBy"><ows:ExceptionText>no such queryable'
        b"</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )
    with pytest.raises(UnreadablePage) as refused:
        read(report)
    assert refused.value.findings[-1].value == "InvalidParameterValue no such queryable"


@pytest.mark.parametrize("body", [b"", b"<html><body>403</body></html>", b'{"a": 1}', b"<!DOCTYPE html><html/>"])
def test_what_is_no_xml_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(body)
    assert refused.value.findings[-1].rule == "page-not-parseable"


def test_bytes_that_are_not_what_they_say() -> None:
    body = page_of(dublin(1, "Déchèterie")).decode().encode("cp1252")
    page, (first,) = read(body)
    assert first.record is not None
    assert first.record.dataset.title[0].value == "Déchèterie"
    assert [found.rule for found in page.findings] == ["page-charset-repaired"]


def test_a_record_without_identity_has_a_key_of_its_own() -> None:
    (one,) = read(page_of("<csw:Record><dc:title>Sans nom</dc:title></csw:Record>"))[1]
    assert one.source_key.startswith("sha256:")
    assert rules(one) == ["identifier-missing"]


@QUICK
@given(st.data())
def test_damaged_documents_give_records_or_a_reason(data: st.DataObject) -> None:
    name = data.draw(
        st.sampled_from(("csw/geoide-iso19139-page-5.xml", "csw/geodatagouv-csw-getrecordbyidresponse.xml"))
    )
    body = bytearray(document(name))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body) - 1))
        body[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    with suppress(UnreadablePage):
        for parsed in read(bytes(body))[1]:
            assert parsed.record is not None or parsed.findings
