"""Documents of real portals, harvested over HTTP through the real spiders; what the archive then holds is compared with
what was read in them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import msgspec
import pytest
from msgspec import UNSET, Struct, UnsetType, structs

from dcat.model import Record, text_in
from harvester.archive import Archive
from harvester.crawling.fleet import Fleet
from harvester.runs.job import Event, Job
from harvester.runs.outcome import Status
from harvester.runs.report import Report
from tests.harvester.expected import PROTOCOLS, ExpectedRecord, expected_documents, protocol_of, said_by
from tests.harvester.sources import rows
from tests.harvester.spiders.envelopes import FOLLOWED_BY, document, publish
from tests.harvester.spiders.source import Source, serving

pytestmark = pytest.mark.xdist_group("documents")  # they are harvested once, all together

DOCUMENTS = {name: expected for protocol in PROTOCOLS for name, expected in expected_documents(protocol).items()}
EXPECTED = [
    pytest.param(name, record, id=f"{name}-{record.key}")
    for name, expected in DOCUMENTS.items()
    for record in expected.records
]
KEPT = ("versions", "bodies", "findings", "finding_totals", "records")

LICENCES = {
    "": "",
    "Licence Ouverte (Etalab)": "fr-lo",
    "Licence Ouverte Version 1.0": "fr-lo",
    "Licence Ouverte Version 2.0": "etalab-2.0",
    "Licence Ouverte v2.0 (Etalab)": "etalab-2.0",
    "SP ENW Shared Licence": "",
    "Soumis à la licence Etalab": "fr-lo",
    "Soumis à la licence Etalab : https://www.etalab.gouv.fr/licence-ouverte-open-licence/": "etalab-2.0",
    "http://creativecommons.org/licenses/by-nc/3.0/": "CC-BY-NC-3.0",
    "http://creativecommons.org/licenses/by/3.0/": "CC-BY-3.0",
    "http://creativecommons.org/licenses/by/4.0": "CC-BY-4.0",
    "http://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    "http://creativecommons.org/publicdomain/zero/1.0/legalcode": "CC0-1.0",
    "http://opendata.paris.fr/page/lalicence/": "ODbL-1.0",
    "http://opendatacommons.org/licenses/odbl/": "ODbL-1.0",
    "http://opendatacommons.org/licenses/odbl/summary/": "ODbL-1.0",
    "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0": "CC-BY-4.0",
    "http://www.etalab.gouv.fr/pages/Licence_ouverte_Open_licence-5899923.html": "fr-lo",
    "http://www.opendefinition.org/licenses/cc-zero": "CC0-1.0",
    "https://creativecommons.org/licenses/by/4.0/": "CC-BY-4.0",
    "https://creativecommons.org/publicdomain/zero/1.0/": "CC0-1.0",
    "https://data.exampleMS.gov/resource/FreeAndOpen": "",
    "https://data.some.org/link/to/license": "",
    "https://datos.madrid.es/egob/catalogo/aviso-legal": "",
    "https://www.etalab.gouv.fr/wp-content/uploads/2014/05/Licence_Ouverte.pdf": "fr-lo",
}
"""What a licence is, by the words of its document."""

LANGUAGES = {
    "ca": "CAT",
    "de": "DEU",
    "en": "ENG",
    "en-CA": "ENG",
    "en-US": "ENG",
    "eng": "ENG",
    "es": "SPA",
    "fr": "FRA",
    "fr-CA": "FRA",
    "fre": "FRA",
    "http://id.loc.gov/vocabulary/iso639-1/fr": "FRA",
    "http://publications.europa.eu/resource/authority/language/FRE": "FRA",
}
IN_WORDS = {
    "mar, 10/12/2019 - 09:23": "2019-12-10",
    "1611934478000": "2021-01-29T15:34:38",
    "1627417519723": "2021-07-27T20:25:19",
    "1627417486000": "2021-07-27T20:24:46",
}
"""Dates that are not written in ISO 8601."""
CODED = ("issued", "modified", "record_modified", "languages")
"""What is compared in its normal form."""
ENVELOPED = {
    "ckan": {name: expected.count for name, expected in expected_documents("ckan").items()},
    "ods": {name: 1 for name in expected_documents("ods") if "udata-ods" in name},
    "csw": {name: 1 for name, expected in expected_documents("csw").items() if expected.declared is None},
    "oai-pmh": {
        **{f"oai-pmh/sickle-ListRecords{number}.xml": 8 - 1 for number in ("", "2", "3")},
        "oai-pmh/pycsw-ListRecords_iso19139.xml": 12,
    },
}
"""What the envelope of single records declares; OAI-PMH's lists say how long they are, deleted records included."""
EMPTY = {"dcat/turtle/fdk-catalog_diff_0.ttl": 6, "csw/geodatagouv-csw-getrecordsresponse.xml": 1}
"""Datasets 1, 3, 7, 9, b and d have no title, no description and no distribution; the record of the page that says 10
of 965 has an identifier only: they are set aside."""


class Harvests(Struct):
    """Every document, harvested twice, each as a portal of its own."""

    archive: Archive
    portals: dict[str, str]
    first: dict[str, Report]
    second: dict[str, Report]
    before: dict[str, int]
    after: dict[str, int]

    def record(self, name: str, wanted: ExpectedRecord) -> Record:
        """By its key, which is none where the document names it relatively to where it is: then by its title."""
        found = list(self.archive.records(self.portals[name]))
        same = [record for record in found if record.source_key == wanted.key]
        if not same and DOCUMENTS[name].url:
            same = [record for record in found if text_in(record.dataset.title) == wanted.title]
        (record,) = same
        return record


@pytest.fixture(scope="session")
def harvests(tmp_path_factory: pytest.TempPathFactory, source: Source, fleet: Fleet) -> Iterator[Harvests]:
    url = f"sqlite:///{tmp_path_factory.mktemp('documents') / 'archive.db'}"
    archive = Archive(url)
    archive.create()
    with ExitStack() as servers:
        jobs = []
        for name, expected in DOCUMENTS.items():
            own = servers.enter_context(serving()) if name in FOLLOWED_BY else source
            jobs.append(Job(publish(own, name, expected), url, "Aiguillage-tests", allowed_hosts=(own.host,)))
        first = reports(fleet.harvest(jobs))
        before = rows(archive, KEPT)
        second = reports(fleet.harvest(jobs))
    portals = {job.portal.title: job.portal.id for job in jobs}
    yield Harvests(archive, portals, first, second, before, rows(archive, KEPT))
    archive.close()


def reports(ended: list[Event]) -> dict[str, Report]:
    """By portal."""
    return {event.portal: msgspec.convert(event.report, Report) for event in ended}


@pytest.mark.parametrize(("name", "wanted"), EXPECTED)
def test_the_archive_holds_what_the_document_says(harvests: Harvests, name: str, wanted: ExpectedRecord) -> None:
    record = harvests.record(name, wanted)
    plain = structs.replace(wanted, key=record.source_key, **dict.fromkeys(CODED, UNSET), title=one_line(wanted.title))
    assert said_by(record, plain) == plain
    if isinstance(wanted.licence, str) and wanted.licence in LICENCES:
        assert licence_code(record, wanted.licence) == LICENCES[wanted.licence]
    if wanted.languages is not UNSET and wanted.languages:
        assert {one.code for one in record.dataset.languages} == {LANGUAGES[word] for word in wanted.languages}


@pytest.mark.parametrize(("name", "wanted"), EXPECTED)
def test_dates_are_those_of_the_document(harvests: Harvests, name: str, wanted: ExpectedRecord) -> None:
    record = harvests.record(name, wanted)
    said = {"issued": record.dataset.issued, "modified": record.dataset.modified, "record_modified": record.modified}
    for field, date in said.items():
        words = getattr(wanted, field)
        if words is not UNSET:
            assert date.startswith(IN_WORDS.get(words, words[:10])), field


def one_line(title: str | UnsetType) -> str | UnsetType:
    return title if title is UNSET else " ".join(title.split())


def licence_code(record: Record, words: str) -> str:
    """The code of the licence that is worded so."""
    concepts = [record.dataset.licence, *(one.licence for one in record.dataset.distributions)]
    codes = {one.code for one in concepts if one and words in (one.iri, *(label.value for label in one.label))}
    return codes.pop() if len(codes) == 1 else ""


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_record_of_a_document_is_archived(harvests: Harvests, name: str) -> None:
    expected, report = DOCUMENTS[name], harvests.first[harvests.portals[name]]
    following = DOCUMENTS[FOLLOWED_BY[name]].count if name in FOLLOWED_BY else 0
    counts = report.counts
    assert (counts.received, counts.rejected, counts.merged) == (
        expected.count + following,
        EMPTY.get(name, 0),
        expected.merged,
    )
    assert counts.declared == (expected.declared or ENVELOPED.get(protocol_of(name), {}).get(name))
    missing = counts.declared is not None and counts.received < counts.declared
    assert (report.status, report.complete) == ((Status.PARTIAL, False) if missing else (Status.OK, True))


QUIRKS: dict[str, frozenset[str]] = {
    # HTML in descriptions, names of places and publishers as relative addresses
    "dcat/rdfxml/rennes-ods-export.rdf": frozenset({"html-cleaned", "iri-relative"}),
    # one address made of two, joined by a blank
    "dcat/rdfxml/udata-geonetwork.xml": frozenset({"iri-invalid"}),
    # compact names written as addresses
    "dcat/rdfxml/sextant-bathymetry.xml": frozenset({"iri-curie"}),
    "dcat/rdfxml/vlaanderen-dataset.xml": frozenset({"iri-curie"}),
    # brackets in an address
    "dcat/rdfxml/govdata-catalog-endpoint.rdf": frozenset({"iri-invalid"}),
    # datasets without an address, on a private host, relative to nothing
    "dcat/rdfxml/udata-bnodes.xml": frozenset({"iri-private-host", "iri-relative"}),
    "dcat/rdfxml/udata-catalog.xml": frozenset({"iri-relative", "html-cleaned"}),
    # no dct:identifier, and a blank node
    "dcat/turtle/fdk-harvest_response_0.ttl": frozenset({"identifier-missing"}),
    "dcat/turtle/fdk-catalog_diff_0.ttl": frozenset({"record-empty", "title-missing", "iri-relative"}),
    "dcat/turtle/ods-public-2015.ttl": frozenset({"html-cleaned"}),
    # the next page on another host; the last page alone of a larger total
    "dcat/jsonld/udata-paged-collection-1.jsonld": frozenset({"page-next-rewritten"}),
    "dcat/jsonld/udata-paged-collection-2.jsonld": frozenset({"total-mismatch"}),
    "ods/economie-gouv-catalog_datasets.json": frozenset({"page-size-clamped", "total-mismatch", "html-cleaned"}),
    # the result is a list, dates are in words
    "ckan/dkan-hautsdefrance-package-show.json": frozenset({"value-ill-typed", "html-cleaned"}),
    # 10 of 965 said, 3 carried, of one identifier
    "csw/geodatagouv-csw-getrecordsresponse.xml": frozenset({"record-duplicate", "record-empty", "total-mismatch"}),
    "csw/geopicardie-records-basic.xml": frozenset({"total-mismatch"}),
    "iso19115-3/ecospheres-ifremer--70674794-30e5-4901-8d8d-8480b3b954cd.xml": frozenset(
        {"iri-relative", "distribution-without-url"}
    ),
    # {id} in an address
    "iso19139/geodatagouv-rennes-metropole-referentiel-adresse.xml": frozenset({"iri-invalid"}),
    "arcgis-hub/evian-dcat-us.json": frozenset({"html-cleaned"}),
    "data-json/dcatus_bad_license_uri.json": frozenset({"licence-unknown"}),
}
"""What each document is there to show, and what must be told of it."""
SILENT = (
    "csw/geopicardie-onepage-nextrecord-beyond.xml",  # the next record after the last
    "csw/geoide-iso19139-page-5.xml",
    "dcat/rdfxml/udata-datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml",  # empty dates of what is no dataset
    "dcat/rdfxml/sweden.rdf",  # no dct:identifier, but an address: that is an identity
    "geonetwork/gn3-q-page-1.json",  # one value where a list is due
)
"""Quirks that cost nothing and are nobody's fault: no repair is told."""
REPAIRS = frozenset(
    (
        "iri-invalid",
        "iri-relative",
        "iri-curie",
        "date-invalid",
        "value-ill-typed",
        "page-repeated",
        "identifier-missing",
    )
)


@pytest.mark.parametrize("name", QUIRKS)
def test_a_document_that_shows_a_quirk_yields_its_findings(harvests: Harvests, name: str) -> None:
    assert {found.rule for found in harvests.first[harvests.portals[name]].findings} >= QUIRKS[name]


@pytest.mark.parametrize("name", SILENT)
def test_a_quirk_without_a_cost_yields_none(harvests: Harvests, name: str) -> None:
    assert {found.rule for found in harvests.first[harvests.portals[name]].findings}.isdisjoint(REPAIRS)


@pytest.mark.parametrize("name", FOLLOWED_BY)
def test_a_next_page_that_is_named_on_another_host_is_read_at_the_source(harvests: Harvests, name: str) -> None:
    report = harvests.first[harvests.portals[name]]
    assert report.run is not None
    (told,) = harvests.archive.findings(report.run, "page-next-rewritten").results
    assert told.place == DOCUMENTS[name].next
    assert report.pages == 2


def test_a_second_harvest_of_every_document_stores_nothing_new(harvests: Harvests) -> None:
    changed = {portal: report.counts for portal, report in harvests.second.items() if moved(report)}
    assert changed == {}
    assert harvests.after == harvests.before


def moved(report: Report) -> int:
    return report.counts.added + report.counts.updated + report.counts.deleted


# --- the same documents, broken on purpose ----------------------------------------------------------------------------


class Poison(Struct, frozen=True):
    """What is done to a document, the fields of its datasets that it touches, and what must be told of it."""

    document: str
    spoil: Callable[[bytes], bytes]
    rule: str
    touched: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        return f"{self.document.rpartition('/')[2]}-{self.rule}"


def put(old: str, new: str, times: int = 1) -> Callable[[bytes], bytes]:
    def spoil(body: bytes) -> bytes:
        assert old.encode() in body
        return body.replace(old.encode(), new.encode(), times)

    return spoil


RENNES = "dcat/rdfxml/rennes-ods-export.rdf"
TITLE = "Affichage libre- Ville de Vezin Le Coquet"
BELGIUM, PUBLIC = "dcat/rdfxml/belgium-best.rdf", "dcat/turtle/ods-public-2015.ttl"
FLAT, SEMIC = "dcat/jsonld/udata-flat.jsonld", "dcat/ntriples/semic-example1.nt"
ENW, FULL = "ods/enw-v21-list-datasets.json", "ckan/ckanext-dcat-ckan_full_dataset_dcat_ap.json"
GOUV = "udata/datagouvfr-datasets-a.json"
CFTC, POD = "data-json/dcatus.json", "data-json/pod-catalog-sample.json"
EVIAN, PYCSW = "arcgis-hub/evian-dcat-us.json", "oai-pmh/pycsw-ListRecords_iso19139.xml"
GEOIDE, IFREMER = (
    "csw/geoide-iso19139-page-5.xml",
    "iso19115-3/ecospheres-ifremer--70674794-30e5-4901-8d8d-8480b3b954cd.xml",
)
PICARDIE, GEO2FRANCE = "csw/geopicardie-onepage-nextrecord-beyond.xml", "csw/geo2france-dcat-page-1.xml"
DATARA, MEL, WOUDC = (
    "geonetwork/gn3-q-page-1.json",
    "geonetwork/mel-roubaix-dataset-search.json",
    "ogc-records/record.json",
)
ADDRESS = '<dcat:accessURL rdf:resource="https://'
DISTRIBUTIONS, ISSUED = frozenset({"distributions"}), frozenset({"issued"})

POISONS = [
    Poison(RENNES, put(TITLE, TITLE.replace("-", "-\x0b")), "page-control-character"),
    Poison(RENNES, put('xml:lang="fr"', 'xml:lang="français"', -1), "language-tag-invalid"),
    Poison(RENNES, lambda body: body.decode().encode("cp1252", "xmlcharrefreplace"), "page-charset-repaired"),
    Poison(BELGIUM, put(ADDRESS, f"{ADDRESS}a b."), "iri-invalid", DISTRIBUTIONS),
    Poison(PUBLIC, put('"Accidentologie"', '"Accidento"logie"'), "page-syntax-repaired", frozenset({"title"})),
    Poison(FLAT, put("2016-12-14T18:59:02.737480", "hier"), "date-invalid", ISSUED),
    Poison(SEMIC, put("#accessURL> <https://my", "#accessURL> <https://my "), "iri-invalid", DISTRIBUTIONS),
    Poison(ENW, put("Risk of Conflict", "Risk of\x0b Conflict", -1), "page-control-character"),
    Poison(ENW, lambda body: b"\xef\xbb\xbf" + body, "page-bom-removed"),
    Poison(FULL, put('"issued": "2024-05-01"', '"issued": {"on": 1}'), "value-ill-typed", ISSUED),
    Poison(GOUV, put('"punctual"', "NaN"), "page-syntax-repaired", frozenset({"frequency"})),
    Poison(CFTC, put('"open interest"', '"open interest", '), "page-syntax-repaired"),
    Poison(POD, put("2011-11-19T12:00:00Z", "hier"), "date-invalid", frozenset({"modified"})),
    Poison(EVIAN, lambda body: b"\xef\xbb\xbf" + body, "page-bom-removed"),
    Poison(EVIAN, put("46.3912,6.6069", "460,6.6069"), "value-ill-typed", frozenset({"spatial"})),
    Poison(GEOIDE, put("commune de Combles", "commune de \x0bCombles"), "page-control-character"),
    Poison(GEOIDE, put("commune de Combles", "commune de&nbsp;Combles"), "page-entity-undefined"),
    Poison(GEOIDE, put("<gco:Date>2003-06-02", "<gco:Date>le 2 juin"), "date-invalid", frozenset({"created"})),
    Poison(GEOIDE, lambda body: body.decode().encode("cp1252", "xmlcharrefreplace"), "page-charset-repaired"),
    Poison(IFREMER, put("services/wms/gm_bathy", "services/wms/gm bathy", -1), "iri-invalid", DISTRIBUTIONS),
    Poison(PICARDIE, put("<dc:title>Natura", "<dc:title>&bidon;Natura"), "page-entity-undefined", frozenset({"title"})),
    Poison(GEO2FRANCE, put("<dct:issued>2020-09-22", "<dct:issued>2020-99-22"), "date-invalid", ISSUED),
    Poison(DATARA, lambda body: b"\xef\xbb\xbf" + body, "page-bom-removed"),
    Poison(DATARA, put("Sites class", "Sites\x0b class", -1), "page-control-character"),
    Poison(MEL, put('"revisionDateForResource": [', '"revisionDateForResource": [3, '), "value-ill-typed"),
    Poison(MEL, put("2024-05-29T00:00:00.000Z", "hier"), "date-invalid", ISSUED),
    Poison(WOUDC, put("totalozone.zip", "total ozone.zip"), "iri-invalid", DISTRIBUTIONS),
    Poison(PYCSW, put("Lorem ipsum<", "Lorem&nbsp;ipsum<"), "page-entity-undefined"),
]


@pytest.fixture(scope="session")
def poisoned(tmp_path_factory: pytest.TempPathFactory, source: Source, fleet: Fleet) -> Iterator[Harvests]:
    """Each poisoned document, harvested once."""
    url = f"sqlite:///{tmp_path_factory.mktemp('poisoned') / 'archive.db'}"
    archive = Archive(url)
    archive.create()
    jobs = []
    for number, poison in enumerate(POISONS):
        body = poison.spoil(document(poison.document))
        portal = publish(source, poison.document, DOCUMENTS[poison.document], body, f"-{number}")
        jobs.append(Job(portal, url, "Aiguillage-tests", allowed_hosts=(source.host,)))
    first = reports(fleet.harvest(jobs))
    portals = {poison.title: job.portal.id for poison, job in zip(POISONS, jobs, strict=True)}
    yield Harvests(archive, portals, first, {}, {}, {})
    archive.close()


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.title)
def test_a_poisoned_document_keeps_every_field_that_was_not_touched(
    harvests: Harvests, poisoned: Harvests, poison: Poison
) -> None:
    portal = poisoned.portals[poison.title]
    sound = {record.source_key: record for record in harvests.archive.records(harvests.portals[poison.document])}
    bad = {record.source_key: record for record in poisoned.archive.records(portal)}
    assert poison.rule in {found.rule for found in poisoned.first[portal].findings}
    assert bad.keys() == sound.keys()
    changed = {key: differing(record, bad[key]) for key, record in sound.items() if differing(record, bad[key])}
    assert set().union(*changed.values()) == poison.touched, changed
    assert poisoned.first[portal].failed_pages == 0


def differing(one: Record, other: Record) -> frozenset[str]:
    """The fields of the datasets that are not the same."""
    datasets = (one.dataset, structs.replace(other.dataset, landing_pages=at_home(one, other)))
    return frozenset(
        name for name in one.dataset.__struct_fields__ if getattr(datasets[0], name) != getattr(datasets[1], name)
    )


def at_home(one: Record, other: Record) -> tuple[str, ...]:
    """The pages of a catalogue have its address, which is another one for the poisoned document."""
    return tuple(page.replace(f"/{other.portal}/", f"/{one.portal}/") for page in other.dataset.landing_pages)
