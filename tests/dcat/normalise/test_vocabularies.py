"""Raw words of portals → codes. Words: the portal fixtures, protocols' own lists; codes: read in the EU tables."""

import pytest

from dcat.authority import table
from dcat.model import Concept, Text
from dcat.normalise.concepts import recognise, recognise_language
from dcat.normalise.formats import format_of_url, is_vague, recognise_format, recognise_media_type
from dcat.normalise.frequency import recognise_frequency
from dcat.normalise.hvd import recognise_hvd
from dcat.normalise.rights import recognise_rights
from dcat.normalise.words import rows
from dcat.rights import SHARED
from dcat.text import fold
from tests.dcat.normalise.examples import distribution, normalised, rules, words

EU = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"


def concept(written: str) -> Concept:
    """What starts with a scheme is an IRI, the rest a label."""
    return Concept(iri=written) if ":/" in written else words(written)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{EU}/frequency/ANNUAL", "ANNUAL"),
        (f"{EU}/frequency/annual".replace("http:", "https:"), "ANNUAL"),
        (f"{EU}/frequency/MONTHLY_3", "MONTHLY_3"),
        ("http://purl.org/cld/freq/annual", "ANNUAL"),
        ("http://purl.org/cld/freq/semiannual", "ANNUAL_2"),
        ("http://purl.org/cld/freq/bimonthly", "BIMONTHLY"),
        ("http://purl.org/cld/freq/daily", "DAILY"),
        (
            "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml#MD_MaintenanceFrequencyCode_asNeeded",
            "AS_NEEDED",
        ),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/asNeeded", "AS_NEEDED"),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/fortnightly", "BIWEEKLY"),
        ("http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/biannually", "ANNUAL_2"),
        ("annuel", "ANNUAL"),
        ("quotidienne", "DAILY"),
        ("Quotidienne", "DAILY"),
        ("daily", "DAILY"),
        ("continual", "CONT"),
        ("notPlanned", "NOT_PLANNED"),
        ("punctual", "NEVER"),
        ("threeTimesAYear", "ANNUAL_3"),
        ("semimonthly", "MONTHLY_2"),
        ("fiveMinutes", "5MIN"),
        ("R/P1Y", "ANNUAL"),
        ("R/P1M", "MONTHLY"),
        ("R/PT1H", "HOURLY"),
        ("R/P0.5M", "MONTHLY_2"),
        ("Semestrielle", "ANNUAL_2"),
        ("bisannuel", "BIENNIAL"),
        ("bimestriel", "BIMONTHLY"),
        ("bimensuel", "MONTHLY_2"),
        ("Au fil de l'eau", "UPDATE_CONT"),
        ("Tous les 5 ans", "QUINQUENNIAL"),
        ("unknown", "UNKNOWN"),
        (f"{EU}/frequency/null", ""),
        ("http://purl.org/cld/freq/ThisTermDoesNotExist", ""),
        ("bientôt", ""),
    ],
)
def test_frequency(written: str, code: str) -> None:
    assert recognise_frequency(concept(written)).code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{EU}/file-type/CSV", "CSV"),
        (f"{EU}/file-type/csv", "CSV"),
        ("http://publications.europa.eu/mdr/resource/authority/file-type/xml/filetypes.xml", "XML"),
        (f"{IANA}/application/json", "JSON"),
        (f"{IANA}/application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
        (f"{IANA}/application/vnd.google-earth.kml+xml", "KML"),
        (f"{IANA}/application/rdf+xml", "RDF_XML"),
        (f"{IANA}/application/ld+json", "JSON_LD"),
        (f"{IANA}/text/turtle", "RDF_TURTLE"),
        (f"{IANA}/application/parquet", "PARQUET"),
        ("text/csv; charset=utf-8", "CSV"),
        ("application/xls", "XLS"),
        ("csv", "CSV"),
        (".xlsx", "XLSX"),
        ("vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"),
        ("ESRI Shapefile (SHP)", "SHP"),
        ("shapefile (zip)", "SHP"),
        ("MapInfo TAB", "TAB"),
        ("Geopackage (ogc)", "GPKG"),
        ("GeoTIFF", "GEOTIFF"),
        ("GTFS", "GTFS"),
        ("OGC:WMS", "WMS_SRVC"),
        ("OGC:WMS-1.1.1-http-get-map", "WMS_SRVC"),
        ("OGC:WFS-1.0.0-http-get-capabilities", "WFS_SRVC"),
        ("OGC:WMTS", "WMTS_SRVC"),
        ("ArcGIS GeoServices REST API", "REST"),
        ("WWW:LINK-1.0-http--link", "HTML"),
        ("WWW:DOWNLOAD:text/csv", "CSV"),
        ("www:download:esri shapefile", "SHP"),
        ("file:///srv/udata/ftype/GEOJSON", "GEOJSON"),
        ("Web Page", "HTML"),
        ("Adobe Portable Document Format (PDF)", "PDF"),
        ("Kartenviewer", "HTML"),
        ("CSV JSON JSONP YAML XML", ""),
        ("document", ""),
        ("zorglub", ""),
    ],
)
def test_format(written: str, code: str) -> None:
    found = recognise_format(concept(written))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{IANA}/text/csv", "text/csv"),
        ("Text/CSV; header=present", "text/csv"),
        ("application/xls", "application/vnd.ms-excel"),
        ("application/xml", "application/xml"),
        ("ZIP", "application/zip"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("application/x-netcdf4-classic", "application/x-netcdf4-classic"),
        ("INTERLIS", "application/interlis+txt"),
        ("quelque chose", ""),
    ],
)
def test_media_type(written: str, code: str) -> None:
    found = recognise_media_type(concept(written))
    assert found is not None
    assert found.code == code


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://x.fr/a/f.xlsx", "XLSX"),
        ("https://x.fr/a/f.CSV?download=1", "CSV"),
        ("https://x.fr/f.csv.gz", "GZIP"),
        ("https://x.fr/api/explore/v2.1/catalog/datasets/a/exports/geojson?lang=fr", "GEOJSON"),
        ("https://x.fr/explore/dataset/a/download?format=csv", "CSV"),
        ("https://x.fr/wfs?service=WFS&request=GetCapabilities", "WFS_SRVC"),
        ("https://x.fr/arcgis/rest/services/a/MapServer/0", "REST"),
        ("https://x.fr/page", ""),
        ("https://x.fr", ""),
        ("https://x.fr/index.php", ""),
        ("https://data.gouv.fr", ""),
        ("", ""),
    ],
)
def test_format_shown_by_an_address(url: str, code: str) -> None:
    assert format_of_url(url) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{EU}/language/FRA", "FRA"),
        (f"{EU}/language/FRE", "FRA"),
        (f"{EU}/language/ZXX", "ZXX"),
        ("http://id.loc.gov/vocabulary/iso639-1/fr", "FRA"),
        ("http://id.loc.gov/vocabulary/iso639-2/ger", "DEU"),
        ("http://lexvo.org/id/iso639-3/bre", "BRE"),
        ("fr", "FRA"),
        ("fr-FR", "FRA"),
        ("fr_FR", "FRA"),
        ("fre", "FRA"),
        ("français", "FRA"),
        ("eng", "ENG"),
        ("de", "DEU"),
        ("http://id.loc.gov/vocabulary/iso639-1/", ""),
        ("klingon", ""),
    ],
)
def test_language(written: str, code: str) -> None:
    assert recognise_language(concept(written)).code == code


INSPIRE = "http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (f"{EU}/access-right/PUBLIC", "PUBLIC"),
        ("public", "PUBLIC"),
        ("open", "PUBLIC"),
        ("Données ouvertes", "PUBLIC"),
        (f"{INSPIRE}/noLimitations", "PUBLIC"),
        (f"{INSPIRE}/INSPIRE_Directive_Article13_1e", "RESTRICTED"),
        ("restricted public", "RESTRICTED"),
        ("Partagé sous conditions", "SHARED"),
        ("open_with_account", "SHARED"),
        ("non-public", "NON_PUBLIC"),
        ("Statement about access rights", ""),
    ],
)
def test_access_rights(written: str, code: str) -> None:
    assert recognise_rights(concept(written)).code == code


def test_small_vocabularies_by_iri_and_by_label() -> None:
    status = recognise("distribution-status", Concept(iri="http://purl.org/adms/status/Completed"))
    publisher = recognise("publisher-type", Concept(iri="http://purl.org/adms/publishertype/NationalAuthority"))
    assert status is not None
    assert status.code == "COMPLETED"
    assert publisher is not None
    assert publisher.code == "NationalAuthority"
    assert recognise_hvd(Concept(iri="http://data.europa.eu/bna/c_dd313021")).code == "c_dd313021"
    assert recognise_hvd(words("Mobility")).code == "c_b79e35eb"


def test_source_words_stay_beside_the_code() -> None:
    source = Concept(iri="http://purl.org/cld/freq/annual", label=(Text("annuelle", "fr"),))
    dataset = normalised(frequency=source)
    assert dataset.frequency == Concept(iri=source.iri, label=source.label, code="ANNUAL")


def test_an_unknown_word_is_a_finding_and_an_empty_one_is_not() -> None:
    assert rules(frequency=words("bientôt")) == ["frequency-unknown"]
    assert rules(frequency=words("null")) == []
    assert rules(languages=(words("klingon"),)) == ["language-unknown"]
    assert rules(access_rights=words("Statement about access rights")) == ["access-rights-unknown"]
    assert "format-unknown" in rules(distributions=(distribution(format=words("zblorg")),))


@pytest.mark.parametrize(("written", "vague"), [("CSV", False), ("fichier CSV", False), ("document", True), ("", True)])
def test_words_that_name_no_one_format(written: str, vague: bool) -> None:
    assert is_vague(concept(written)) is vague


def test_a_format_not_named_is_told_by_media_type_or_address() -> None:
    dataset = normalised(
        distributions=(
            distribution(media_type=words("text/csv")),
            distribution(download_urls=("https://x.fr/exports/geojson",)),
            distribution(format=words("fichier"), download_urls=("https://x.fr/a.pdf",)),
            distribution(format=words("JSON"), download_urls=("https://x.fr/a.csv",)),
            distribution(),
        )
    )
    assert [found.format.code if found.format else None for found in dataset.distributions] == [
        "CSV", "GEOJSON", "PDF", "JSON", None,
    ]  # fmt: skip


def test_tables_give_codes_of_the_eu_tables() -> None:
    for name, words_table in (("frequency", "frequency-words"), ("access-right", "access-right-words")):
        assert {row["code"] for row in rows(words_table)} <= set(table(name)) | {SHARED}
    assert {row["theme"] for row in rows("theme-words")} == set(table("data-theme"))
    assert {row["theme"] for row in rows("theme-iris")} <= set(table("data-theme"))


@pytest.mark.parametrize("name", ["frequency-words", "format-words", "language-words", "access-right-words"])
def test_no_word_stands_for_two_codes(name: str) -> None:
    seen: dict[str, str] = {}
    for row in rows(name):
        for word in row["words"].split("|"):
            assert seen.setdefault(fold(word), row["code"]) == row["code"], word
