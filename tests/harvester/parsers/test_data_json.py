"""data.json: every shape of document, what portals put where a text is due, texts that hold several things."""

import json
from typing import Any

import pytest

from dcat.model import BoundingBox, Concept, Period, Place, Record, Text
from dcat.normalise import normalise
from dcat.portal import Protocol
from harvester.parsers.page import UnreadablePage
from tests.harvester.parsers.answers import PORTAL, page_of, record_of, rules_of


def dataset(**members: Any) -> dict[str, Any]:
    return {"@type": "dcat:Dataset", "identifier": "arbres-1", "title": "Arbres", **members}


def record(**members: Any) -> Record:
    return record_of(Protocol.DATA_JSON, {"dataset": [dataset(**members)]})


@pytest.mark.parametrize(
    "content",
    [
        {"@type": "dcat:Catalog", "dataset": [dataset()]},
        {"dcat:dataset": [dataset()]},
        {"dataset": dataset()},
        [dataset()],
        [{"@type": "dcat:Catalog", "dataset": [dataset()]}],
        dataset(),
        {"dataset": [{"dct:identifier": "arbres-1", "dct:title": "Arbres"}]},
        b"\xef\xbb\xbf" + json.dumps({"dataset": [dataset()]}).encode(),
        json.dumps({"dataset": [dataset()]}).replace("}]", "},]").encode(),
    ],
    ids=["object", "prefixed", "one", "array", "wrapped", "alone", "terms", "byte order mark", "trailing comma"],
)
def test_every_shape_of_document_gives_the_dataset(content: object) -> None:
    (parsed,) = page_of(Protocol.DATA_JSON, content)[1]
    assert parsed.source_key == "arbres-1"
    assert parsed.record is not None
    assert parsed.record.dataset.title == (Text("Arbres"),)


def test_what_was_mended_is_told() -> None:
    body = json.dumps({"dataset": [dataset(), dataset(identifier="b")]}).encode()
    page, records = page_of(Protocol.DATA_JSON, b"\xef\xbb\xbf" + body.replace(b"}]", b"},\n]"))
    assert [found.rule for found in page.findings] == ["page-bom-removed", "page-syntax-repaired"]
    assert page.findings[1].value == "trailing comma"
    assert len(records) == 2


def test_a_comma_in_a_text_is_no_trailing_comma() -> None:
    assert record_of(
        Protocol.DATA_JSON, b'{"dataset": [{"identifier": "a", "title": "x,]\\",}",},]}'
    ).dataset.title == (Text('x,]",}'),)


@pytest.mark.parametrize("content", [{"error": "no"}, {"dataset": None}, {"dataset": "text"}, {}, b"<html></html>"])
def test_another_document_is_refused_with_a_reason(content: object) -> None:
    with pytest.raises(UnreadablePage, match="page-not-parseable"):
        page_of(Protocol.DATA_JSON, content)


def test_an_empty_catalogue_is_empty() -> None:
    assert page_of(Protocol.DATA_JSON, {"dataset": []})[1] == []


MEMBERS = (
    *("description", "keyword", "modified", "publisher", "contactPoint", "accessLevel", "spatial", "temporal", "theme"),
    *("license", "distribution", "landingPage", "language", "accrualPeriodicity", "isPartOf", "references", "@id"),
)


@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("value", [None, 0, -1.5, "?", "", [], [[]], {}, {"x": [1]}, True, [None], [{"@id": 1}]])
def test_a_member_of_any_type_leaves_a_record(member: str, value: object) -> None:
    (parsed,) = page_of(Protocol.DATA_JSON, [dataset(**{member: value})])[1]
    assert parsed.record is not None
    assert parsed.record.dataset.title == (Text("Arbres"),)


def test_null_says_nothing_and_is_no_fault() -> None:
    (parsed,) = page_of(Protocol.DATA_JSON, [dataset(**dict.fromkeys(MEMBERS))])[1]
    assert parsed.record == record()
    assert parsed.findings == ()


@pytest.mark.parametrize("bad", [None, 12, "arbres", []])
def test_a_row_that_is_no_dataset_costs_itself_alone(bad: object) -> None:
    records = page_of(Protocol.DATA_JSON, {"dataset": [dataset(), bad, dataset(identifier="b")]})[1]
    assert [one.record is not None for one in records] == [True, False, True]
    assert rules_of(records[1]) == ["record-not-parseable"]


@pytest.mark.parametrize("words", ["eau, air;  bois", ["eau", "air", "bois"]])
def test_keywords_as_a_text_or_a_list(words: object) -> None:
    assert record(keyword=words).dataset.keywords == (Text("eau"), Text("air"), Text("bois"))


@pytest.mark.parametrize(
    ("members", "code", "modified"),
    [
        ({"accrualPeriodicity": "R/P1Y", "modified": "2020-01-01"}, "ANNUAL", "2020-01-01"),
        ({"modified": "R/P1W"}, "WEEKLY", ""),
        ({"accrualPeriodicity": "R/P1D", "modified": "R/P1W"}, "DAILY", ""),
        ({"accrualPeriodicity": "irregular"}, "IRREG", ""),
    ],
)
def test_repetitions_are_frequencies_also_where_a_date_is_due(
    members: dict[str, str], code: str, modified: str
) -> None:
    normalised, findings = normalise(record(**members), PORTAL)
    assert normalised.dataset.frequency is not None
    assert (normalised.dataset.frequency.code, normalised.dataset.modified) == (code, modified)
    assert "date-invalid" not in {found.rule for found in findings}


BOX = BoundingBox(6.5735, 46.3912, 6.6069, 46.4028)


@pytest.mark.parametrize(
    ("spatial", "place"),
    [
        ("6.5735,46.3912,6.6069,46.4028", Place(bbox=BOX)),
        ("6.5735, 46.3912, 6.6069, 46.4028", Place(bbox=BOX)),
        ([6.5735, 46.3912, 6.6069, 46.4028], Place(bbox=BOX)),
        ("Évian-les-Bains", Place(label=(Text("Évian-les-Bains"),))),
        ("http://id.insee.fr/geo/commune/74119", Place(iri="http://id.insee.fr/geo/commune/74119")),
        (
            {"type": "Point", "coordinates": [6.6, 46.4]},
            Place(bbox=BoundingBox(6.6, 46.4, 6.6, 46.4), geometry='{"type":"Point","coordinates":[6.6,46.4]}'),
        ),
        (
            {"@type": "dct:Location", "dcat:bbox": {"@value": "POLYGON((1 2,3 2,3 4,1 2))"}, "skos:prefLabel": "Là"},
            Place(label=(Text("Là"),), bbox=BoundingBox(1, 2, 3, 4), geometry="POLYGON((1 2,3 2,3 4,1 2))"),
        ),
    ],
)
def test_where(spatial: object, place: Place) -> None:
    assert record(spatial=spatial).dataset.spatial == (place,)


@pytest.mark.parametrize("spatial", ["{{extent:computeSpatialProperty}}", "999,46.39,6.60,46.40", "1,2"])
def test_what_is_nowhere_is_told_and_left_out(spatial: str) -> None:
    (parsed,) = page_of(Protocol.DATA_JSON, [dataset(spatial=spatial)])[1]
    assert parsed.record is not None
    assert parsed.record.dataset.spatial == ()
    assert [(found.rule, found.place, found.value) for found in parsed.findings] == [
        ("value-ill-typed", "spatial", spatial)
    ]


@pytest.mark.parametrize(
    ("temporal", "period"),
    [
        ("2009-09-01/2010-05-31", Period("2009-09-01", "2010-05-31")),
        ("2009-09-01T12:00:00Z/..", Period("2009-09-01T12:00:00Z", "")),
        ("2009/P1Y", Period("2009", "")),
        ("2009", Period("2009", "2009")),
        ({"dcat:startDate": {"@value": "2009"}, "dcat:endDate": "2010"}, Period("2009", "2010")),
    ],
)
def test_when(temporal: object, period: Period) -> None:
    assert record(temporal=temporal).dataset.temporal == (period,)


def test_an_html_licence_is_read_and_told() -> None:
    words = '<DIV><P><SPAN>Soumis à la licence : <a href="https://spdx.org/licenses/etalab-2.0">LO</a></SPAN></P></DIV>'
    (parsed,) = page_of(Protocol.DATA_JSON, [dataset(license=words)])[1]
    assert parsed.record is not None
    assert rules_of(parsed) == ["html-cleaned"]
    licence = parsed.record.dataset.licence
    assert licence == Concept(label=(Text("Soumis à la licence : LO (https://spdx.org/licenses/etalab-2.0)"),))
    normalised = normalise(parsed.record, PORTAL)[0].dataset.licence
    assert normalised is not None
    assert normalised.code == "etalab-2.0"


@pytest.mark.parametrize("level", ["public", "restricted public", "non-public"])
def test_the_level_of_access(level: str) -> None:
    rights = normalise(record(accessLevel=level), PORTAL)[0].dataset.access_rights
    assert rights is not None
    assert rights.code == {"public": "PUBLIC", "restricted public": "RESTRICTED", "non-public": "NON_PUBLIC"}[level]


def test_a_publisher_keeps_those_above_it() -> None:
    above = {"name": "Métropole", "subOrganizationOf": {"name": "Région"}}
    publisher = record(publisher={"name": " Service des eaux ", "subOrganizationOf": above}).dataset.publisher
    assert publisher is not None
    assert publisher.name == (Text("Service des eaux"),)
    assert '"Métropole"' in publisher.extra
    assert '"Région"' in publisher.extra
    named = record(publisher="Ville").dataset.publisher
    assert named is not None
    assert named.name == (Text("Ville"),)


def test_what_it_is_a_part_of_is_kept() -> None:
    found = record(isPartOf="collection-7", describedBy="https://a.fr/dictionnaire", references=["https://a.fr/note"])
    assert 'isPartOf> "collection-7"' in found.dataset.extra
    assert found.dataset.documentation == ("https://a.fr/dictionnaire", "https://a.fr/note")


def test_distributions_with_and_without_what_they_should_say() -> None:
    first, second, third = record(
        distribution=[
            {"downloadURL": "https://a.fr/x.csv", "mediaType": "text/csv", "describedBy": "https://a.fr/schema.json"},
            {"accessURL": "https://a.fr/arcgis/rest/services/eau/FeatureServer/5"},
            {"title": "vide", "format": None},
        ]
    ).dataset.distributions
    assert (first.download_urls, first.format, first.access_urls) == (("https://a.fr/x.csv",), None, ())
    assert "https://a.fr/schema.json" in first.extra
    assert second.access_services[0].endpoint_urls == ("https://a.fr/arcgis/rest/services/eau/FeatureServer/5",)
    assert (third.title, third.access_urls) == ((Text("vide"),), ())


def test_addresses_without_a_scheme_and_with_blanks_are_mended() -> None:
    """GSA/data.gov#5307."""
    found = record(landingPage="www.exemple.fr/jeu", distribution=[{"downloadURL": "https://a.fr/a b.csv"}])
    normalised, findings = normalise(found, PORTAL)
    assert normalised.dataset.landing_pages == ("https://www.exemple.fr/jeu",)
    assert normalised.dataset.distributions[0].download_urls == ("https://a.fr/a%20b.csv",)
    assert {"url-scheme-repaired", "iri-invalid"} <= {one.rule for one in findings}


def test_an_identifier_that_is_none_leaves_the_address_or_a_digest() -> None:
    (parsed,) = page_of(Protocol.DATA_JSON, [dataset(identifier="TODO", **{"@id": "https://a.fr/jeu/1"})])[1]
    assert (parsed.source_key, rules_of(parsed)) == ("https://a.fr/jeu/1", ["identifier-placeholder"])
    (parsed,) = page_of(Protocol.DATA_JSON, [{"title": "Arbres"}])[1]
    assert parsed.source_key.startswith("sha256:")
    assert rules_of(parsed) == ["identifier-missing"]


def test_one_identifier_at_two_portals_is_two_records() -> None:
    assert record().id.startswith(f"{PORTAL.id}:")


def test_a_dataset_named_at_another_portal_came_from_there() -> None:
    found = record(**{"@id": "https://data.ailleurs.fr/jeu/1"}).origin
    assert found is not None
    assert (found.domain, found.uri) == ("data.ailleurs.fr", "https://data.ailleurs.fr/jeu/1")
    assert record(**{"@id": "https://data.exemple.fr/jeu/1"}).origin is None


def test_an_unknown_field_is_told_once() -> None:
    records = page_of(Protocol.DATA_JSON, [dataset(canton="Sud"), dataset(identifier="b", canton="Nord")])[1]
    assert [(found.rule, found.place) for one in records for found in one.findings] == [("field-unread", "canton")]
