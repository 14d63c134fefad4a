"""schema.org: where a dataset stands in a page, terms in all their forms, origins, shapes."""

import html
import json
from typing import Any

import pytest

from dcat.model import Agent, BoundingBox, Checksum, Concept, ContactPoint, Period, Place, Record, Text
from harvester.parsers import schema_org
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, rules_of

URL = "https://data.exemple.fr/jeux/arbres"


def dataset(**members: Any) -> dict[str, Any]:
    return {"@type": "Dataset", "name": "Arbres", "description": "Les arbres", **members}


def page(*scripts: str, lang: str = ' lang="fr"', kind: str = "application/ld+json") -> bytes:
    tags = "".join(f'<script type="{kind}">{script}</script>' for script in scripts)
    return f"<!DOCTYPE html><html{lang}><head><meta charset='utf-8'>{tags}</head><body><p>é</body></html>".encode()


def read(body: bytes, **headers: str) -> tuple[ParsedPage, list[ParsedRecord]]:
    found = schema_org.parse(Fetched(URL, body, headers=headers), PORTAL)
    return found, list(found.records)


def of(*values: object) -> list[ParsedRecord]:
    """The records of a page with these scripts."""
    return read(page(*map(json.dumps, values)))[1]


def record(**members: Any) -> Record:
    (parsed,) = of({"@context": "https://schema.org", **dataset(**members)})
    assert parsed.record is not None, parsed.findings
    return parsed.record


# --- where a dataset stands -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        dataset(),
        [dataset()],
        {"@graph": [{"@type": "WebPage", "name": "x"}, dataset()]},
        {"@type": "WebPage", "mainEntity": dataset()},
        {"@type": "WebPage", "mainEntity": [dataset()]},
        {"@type": "DataCatalog", "name": "x", "dataset": [dataset()]},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": dataset()}]},
        dataset(**{"@type": ["Thing", "Dataset"]}),
        {"@type": "schema:Dataset", "schema:name": "Arbres", "schema:description": "x"},
        {
            "@type": "http://schema.org/Dataset",
            "http://schema.org/name": "Arbres",
            "https://schema.org/description": "x",
        },
        {"@type": "sc:Dataset", "sc:name": "Arbres", "sc:description": "x"},
    ],
    ids=["alone", "array", "graph", "main", "mains", "catalogue", "list", "types", "prefix", "addresses", "croissant"],
)
def test_a_dataset_is_found_wherever_it_stands(value: object) -> None:
    (parsed,) = of(value)
    assert parsed.record is not None
    assert parsed.record.dataset.title[0].value == "Arbres"
    assert (parsed.source_key, parsed.record.page) == (URL, URL)


def test_several_scripts_and_several_datasets() -> None:
    values = ({"@type": "BreadcrumbList"}, dataset(url="https://a.fr/1"), [dataset(url="https://a.fr/2")])
    assert [one.source_key for one in of(*values)] == ["https://a.fr/1", "https://a.fr/2"]


def test_a_dataset_in_a_dataset_is_a_part_of_it() -> None:
    (parsed,) = of(dataset(hasPart=[dataset(name="Une part")]))
    assert parsed.record is not None
    assert parsed.record.dataset.title[0].value == "Arbres"


@pytest.mark.parametrize(
    "value",
    [
        {"@type": "Article", "about": {"@type": "Dataset", "name": "Arbres", "url": "https://a.fr/1"}},
        {"@type": "Dataset", "name": "Arbres", "@id": "#d"},
        {"@type": "WebPage", "name": "Accueil"},
    ],
    ids=["mention", "name alone", "no dataset"],
)
def test_a_page_without_a_dataset_is_no_fault_and_is_counted(value: object) -> None:
    found, records = read(page(json.dumps(value)))
    assert records == []
    assert [(one.rule, one.place) for one in found.findings] == [("page-without-dataset", URL)]


@pytest.mark.parametrize(
    "body", [b"<p>bonjour", b"%PDF-1.7 \x00\xff", b"plain words", b"<svg/>", b"\x00\x01", b"<!-- -->"]
)
def test_whatever_a_site_announces_is_a_page(body: bytes) -> None:
    found, records = read(body)
    assert records == []
    assert "page-without-dataset" in [one.rule for one in found.findings]


def test_an_empty_body_is_a_fault() -> None:
    with pytest.raises(UnreadablePage, match="empty"):
        read(b"  ")


def test_what_a_node_points_to_is_put_in_its_place() -> None:
    graph = [
        dataset(**{"@id": "https://a.fr/jeu/1", "publisher": {"@id": "#ville"}, "license": {"@id": "https://a.fr/lo"}}),
        {"@id": "#ville", "@type": "Organization", "name": "Ville", "parentOrganization": {"@id": "#ville"}},
    ]
    (parsed,) = of({"@graph": graph})
    assert parsed.record is not None
    assert parsed.record.dataset.publisher is not None
    assert parsed.record.dataset.publisher.name == (Text("Ville"),)
    assert parsed.record.dataset.licence == Concept(iri="https://a.fr/lo")


def test_nodes_that_point_to_each_other_do_not_explode() -> None:
    nodes = [{"@id": f"#{n}", "@type": "Thing", "all": [{"@id": f"#{m}"} for m in range(60)]} for n in range(60)]
    assert len(of({"@graph": [*nodes, dataset(about=[{"@id": "#1"}])]})) == 1


# --- scripts as sites write them --------------------------------------------------------------------------------------


SCRIPT = json.dumps(dataset(description="L'été & l'« hiver »"), ensure_ascii=False)


@pytest.mark.parametrize(
    ("script", "mended"),
    [
        (SCRIPT, []),
        (f"\n<!--\n{SCRIPT}\n-->\n", []),
        (f"//<![CDATA[\n{SCRIPT}\n//]]>", []),
        (f"/*<![CDATA[*/{SCRIPT}/*]]>*/", []),
        (html.escape(SCRIPT), ["page-syntax-repaired"]),
        (SCRIPT.replace("}", ",}"), ["page-syntax-repaired"]),
        (SCRIPT.replace("L'été", "L'\nété"), ["page-syntax-repaired"]),
        (SCRIPT + ";", ["page-syntax-repaired"]),
    ],
    ids=["sound", "comment", "section", "commented section", "escaped", "comma", "line break", "end"],
)
def test_a_script_however_it_is_wrapped(script: str, mended: list[str]) -> None:
    found, (parsed,) = read(page(script))
    assert parsed.record is not None
    assert "« hiver »" in parsed.record.dataset.description[0].value
    assert [one.rule for one in found.findings] == mended


@pytest.mark.parametrize("kind", ["application/ld+json", "application/ld+json; charset=utf-8", "APPLICATION/LD+JSON"])
def test_the_type_of_a_script(kind: str) -> None:
    assert len(read(page(SCRIPT, kind=kind))[1]) == 1


def test_other_scripts_are_not_read() -> None:
    assert read(page(SCRIPT, kind="text/javascript"))[1] == []


def test_a_page_in_another_charset() -> None:
    body = page(SCRIPT).decode().replace("utf-8", "iso-8859-1").encode("cp1252")
    (parsed,) = read(body, **{"content-type": "text/html; charset=iso-8859-1"})[1]
    assert parsed.record is not None
    assert "L'été" in parsed.record.dataset.description[0].value


def test_a_document_without_a_page() -> None:
    assert len(read(SCRIPT.encode())[1]) == 1


def test_a_script_that_cannot_be_read_may_be_a_known_record_and_deletes_nothing() -> None:
    """Its record has no key: the run then lets nothing be deleted."""
    records = read(page('{"@type": "Dataset", "name": "Arb', SCRIPT))[1]
    assert [(one.source_key, one.record is None) for one in records] == [(URL, False), ("", True)]
    assert rules_of(records[1]) == ["record-not-parseable"]


def test_another_script_that_cannot_be_read_costs_nothing() -> None:
    found, records = read(page('{"@type": "BreadcrumbList", ', SCRIPT))
    assert len(records) == 1
    assert [one.rule for one in found.findings] == ["page-statement-skipped"]


def test_texts_are_in_the_language_of_the_dataset_else_of_the_page() -> None:
    assert record().dataset.title == (Text("Arbres", "fr"),)
    assert record(inLanguage="en-US").dataset.title == (Text("Arbres", "en-us"),)
    assert record(inLanguage=["fr", "en"]).dataset.title == (Text("Arbres", ""),)
    assert record(name={"@value": "Trees", "@language": "en"}).dataset.title == (Text("Trees", "en"),)
    language = {"@type": "Language", "name": "French", "alternateName": "fr"}
    assert record(inLanguage=language).dataset.languages == (Concept(label=(Text("fr"),)),)


# --- what identifies --------------------------------------------------------------------------------------------------


DOI = {"@type": "PropertyValue", "propertyID": "doi", "value": "doi:10.1/x", "url": "https://doi.org/10.1/x"}


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"@id": "https://a.fr/jeu/1", "identifier": "1", "url": "https://a.fr/1"}, "https://a.fr/jeu/1"),
        ({"@id": "https://data.exemple.fr/", "identifier": "1"}, "1"),
        ({"@id": "#dataset", "identifier": DOI}, "https://doi.org/10.1/x"),
        ({"identifier": {"@type": "PropertyValue", "value": "10.1/x"}}, "10.1/x"),
        ({"identifier": ["TODO", "arbres-1"]}, "arbres-1"),
        ({"url": "https://a.fr/1"}, "https://a.fr/1"),
        ({"identifier": "n/a"}, URL),
        ({}, URL),
    ],
)
def test_the_key(members: dict[str, Any], key: str) -> None:
    assert record(**members).source_key == key


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("a", ("a",)),
        (["a", DOI], ("a", "https://doi.org/10.1/x")),
        ({"value": "b"}, ("b",)),
        (7, ("7",)),
        ({"@id": "https://a.fr/7"}, ("https://a.fr/7",)),
        (None, ()),
    ],
)
def test_identifiers(identifier: object, expected: tuple[str, ...]) -> None:
    assert record(identifier=identifier).dataset.identifiers == expected


# --- where it came from -----------------------------------------------------------------------------------------------


def test_the_catalogue_that_it_is_said_to_be_in_is_its_origin() -> None:
    found = record(
        includedInDataCatalog={"@type": "DataCatalog", "url": "https://www.data.ailleurs.fr/"},
        sameAs=["https://doi.org/10.1/x", "https://data.ailleurs.fr/jeu/1"],
    )
    assert found.origin is not None
    assert (found.origin.domain, found.origin.remote_url) == ("data.ailleurs.fr", "https://data.ailleurs.fr/jeu/1")
    assert found.dataset.other_identifiers == ("https://doi.org/10.1/x", "https://data.ailleurs.fr/jeu/1")


def test_the_portal_is_no_origin() -> None:
    assert record(includedInDataCatalog={"url": "https://data.exemple.fr"}, url=URL).origin is None


def test_an_address_elsewhere_is_an_origin() -> None:
    found = record(**{"@id": "https://data.ailleurs.fr/jeu/1"}).origin
    assert found is not None
    assert found.uri == "https://data.ailleurs.fr/jeu/1"


def test_what_it_is_based_on_is_a_source() -> None:
    based = [
        {"@id": "https://a.fr/1"},
        "https://a.fr/2",
        {"@type": "CreativeWork", "url": "https://a.fr/3"},
        "un livre",
    ]
    assert record(isBasedOn=based).dataset.sources == ("https://a.fr/1", "https://a.fr/2", "https://a.fr/3")


# --- the rest ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keywords",
    [
        "eau, air",
        ["eau", "air"],
        [{"@type": "DefinedTerm", "name": "eau"}, {"@type": "DefinedTerm", "name": "air"}],
        [{"@type": "DefinedTerm", "name": "eau"}, "air"],
    ],
)
def test_keywords(keywords: object) -> None:
    assert record(keywords=keywords).dataset.keywords == (Text("eau"), Text("air"))


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("https://spdx.org/licenses/etalab-2.0", Concept(iri="https://spdx.org/licenses/etalab-2.0")),
        ("Licence Ouverte", Concept(label=(Text("Licence Ouverte"),))),
        (
            {"@type": "CreativeWork", "name": "LO", "url": "https://a.fr/lo"},
            Concept(iri="https://a.fr/lo", label=(Text("LO"),)),
        ),
    ],
)
def test_licences(licence: object, expected: Concept) -> None:
    assert record(license=licence).dataset.licence == expected


def test_who() -> None:
    ville = {"@type": "Organization", "name": "Ville", "url": "https://ville.fr", "identifier": "213502388"}
    contact = {"@type": "ContactPoint", "contactType": "données", "email": "mailto:a@ville.fr", "telephone": "02"}
    person = {"@type": "Person", "givenName": "Ada", "familyName": "Lovelace"}
    dataset_ = record(publisher={**ville, "contactPoint": contact}, creator={"@list": [person, "Équipe"]}).dataset
    assert dataset_.publisher == Agent(name=(Text("Ville"),), identifier="213502388", homepage="https://ville.fr")
    assert dataset_.contact_points == (ContactPoint(name=(Text("données"),), email="a@ville.fr", telephone="02"),)
    assert record(creator="Équipe").dataset.creators == (Agent(name=(Text("Équipe"),)),)
    assert record(creator=[person]).dataset.publisher == Agent(name=(Text("Ada Lovelace"),))


BOX = BoundingBox(west=-75.8183, south=-68.4817, east=-68.5033, north=-65.08)
PARIS = BoundingBox(west=2.2, south=48.8, east=2.5, north=48.9)


@pytest.mark.parametrize(
    ("coverage", "place"),
    [
        ({"geo": {"@type": "GeoShape", "box": "-68.4817 -75.8183 -65.08 -68.5033"}}, Place(bbox=BOX)),
        ({"geo": {"@type": "GeoShape", "box": "48.8,2.2 48.9,2.5"}}, Place(bbox=PARIS)),
        ({"name": "Paris", "geo": [{"box": "48.8 2.2 48.9 2.5"}]}, Place(label=(Text("Paris"),), bbox=PARIS)),
        (
            {"geo": {"polygon": "48.8 2.2 48.9 2.2 48.9 2.5 48.8 2.2"}},
            Place(bbox=PARIS, geometry="POLYGON((2.2 48.8,2.2 48.9,2.5 48.9,2.2 48.8))"),
        ),
        ({"geo": {"@type": "GeoCoordinates", "latitude": 48.8, "longitude": "2.3"}}, Place(centroid="POINT(2.3 48.8)")),
        ("Paris", Place(label=(Text("Paris"),))),
        ("https://www.geonames.org/2988507", Place(iri="https://www.geonames.org/2988507")),
        (
            {"@id": "https://sws.geonames.org/1", "name": "X"},
            Place(iri="https://sws.geonames.org/1", label=(Text("X"),)),
        ),
    ],
)
def test_where_latitude_comes_first(coverage: object, place: Place) -> None:
    assert record(spatialCoverage=coverage).dataset.spatial == (place,)


def test_a_box_that_can_only_be_longitude_first_is_read_so_and_told() -> None:
    (parsed,) = of(dataset(spatialCoverage={"geo": {"box": "152.2 48.8 152.5 48.9"}}))
    assert parsed.record is not None
    assert parsed.record.dataset.spatial == (Place(bbox=BoundingBox(152.2, 48.8, 152.5, 48.9)),)
    assert "value-ill-typed" in rules_of(parsed)


@pytest.mark.parametrize("box", ["", "1 2 3", "a b c d", "999 999 999 999"])
def test_a_box_that_is_none(box: str) -> None:
    assert record(spatialCoverage={"geo": {"box": box}}).dataset.spatial == ()


@pytest.mark.parametrize(
    ("coverage", "periods"),
    [
        ("2001-08-06/2002-09-09", (Period("2001-08-06", "2002-09-09"),)),
        ("2001/..", (Period("2001", ""),)),
        ("../2001", (Period("", "2001"),)),
        ("2001", (Period("2001", "2001"),)),
        (["2001/2002", "2004"], (Period("2001", "2002"), Period("2004", "2004"))),
        ({"startDate": "2001", "endDate": "2002"}, (Period("2001", "2002"),)),
        ("..", ()),
    ],
)
def test_when(coverage: object, periods: tuple[Period, ...]) -> None:
    assert record(temporalCoverage=coverage).dataset.temporal == periods


def test_downloads() -> None:
    csv, zip_, wfs = record(
        distribution=[
            {"@type": "DataDownload", "contentUrl": "/f/x.csv", "encodingFormat": "text/csv", "contentSize": "1,2 Mo"},
            {
                "@type": "cr:FileObject",
                "@id": "z",
                "contentUrl": "https://a.fr/x.zip",
                "encodingFormat": ["application/zip", "x"],
                "sha256": "ab",
                "md5": "cd",
                "contentSize": 12323,
            },
            {"@type": "DataDownload", "url": "https://a.fr/wfs?service=WFS", "encodingFormat": "OGC:WFS"},
            {"@type": "cr:FileObject", "containedIn": {"@id": "z"}, "contentUrl": "inside.txt"},
            {"@type": "cr:FileSet", "containedIn": {"@id": "z"}, "includes": "*.csv"},
        ]
    ).dataset.distributions
    assert csv.download_urls == ("https://data.exemple.fr/f/x.csv",)
    assert (csv.media_type, csv.byte_size) == (Concept(label=(Text("text/csv"),)), 1_200_000)
    assert (zip_.byte_size, zip_.checksum) == (12323, Checksum("sha256", "ab"))
    assert zip_.format == Concept(label=(Text("application/zip"),))
    assert (wfs.download_urls, wfs.access_services[0].endpoint_urls) == ((), ("https://a.fr/wfs",))


MEMBERS = (
    *(
        "@id",
        "url",
        "identifier",
        "sameAs",
        "description",
        "keywords",
        "license",
        "creator",
        "publisher",
        "distribution",
    ),
    *(
        "spatialCoverage",
        "temporalCoverage",
        "inLanguage",
        "dateModified",
        "includedInDataCatalog",
        "isBasedOn",
        "about",
    ),
)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize(
    "value", [None, 0, -1.5, "?", "", [], [[]], {}, {"x": [1]}, True, [None], {"@value": 1}, [{"geo": 5}]]
)
def test_a_member_of_any_type_leaves_a_record(member: str, value: object) -> None:
    (parsed,) = of({"@graph": [dataset(**{member: value, "version": "1"})]})
    assert parsed.record is not None, parsed.findings
    assert parsed.record.dataset.title == (Text("Arbres", parsed.record.dataset.title[0].language),)
