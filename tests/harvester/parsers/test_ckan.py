"""CKAN and DKAN: every shape of answer, extras, origins, faults."""

from typing import Any

import pytest

from dcat.model import BoundingBox, Origin, Period, Popularity, Record, Text
from dcat.portal import Protocol
from harvester.parsers.page import UnreadablePage
from tests.harvester.parsers.answers import page_of, record_of, rules_of

UUID = "6f1d3b0a-0000-4000-8000-00000000abcd"


def package(extras: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in (extras or {}).items()]
    return {"id": UUID, "name": "arbres", "title": "Arbres", "extras": pairs, **members}


def record(extras: dict[str, Any] | None = None, **members: Any) -> Record:
    return record_of(Protocol.CKAN, {"success": True, "result": package(extras, **members)})


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ({"success": True, "result": {"count": 7, "results": [package()]}}, 7),
        ({"success": True, "result": {"count": "7", "results": [package()]}}, 7),
        ({"success": True, "result": [package()]}, None),
        ({"success": True, "result": package()}, None),
        ({"count": 7, "results": [package()]}, 7),
        ([package()], None),
        (package(), None),
    ],
    ids=["search", "text total", "list", "show", "unwrapped search", "bare list", "bare package"],
)
def test_every_shape_of_answer_gives_the_package(content: object, declared: int | None) -> None:
    page, (parsed,) = page_of(Protocol.CKAN, content)
    assert page.declared == declared
    assert parsed.source_key == UUID
    assert parsed.record is not None
    assert parsed.record.page == "https://data.exemple.fr/dataset/arbres"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            {"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}},
            "Not Found Error: Not found",
        ),
        ({"success": False, "error": "Access denied"}, "Access denied"),
        ({"success": False}, "success"),
        ({"help": "", "success": True, "result": {"site_title": "x"}}, "no packages"),
        ({"success": True, "result": None}, "no packages"),
        ({"success": True, "result": "text"}, "no packages"),
    ],
)
def test_an_error_with_status_200_is_an_error(content: object, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason):
        page_of(Protocol.CKAN, content)


def test_a_harvested_package_names_its_origin() -> None:
    found = record(
        {
            "harvest_source_url": "https://www.pigma.org/geonetwork/srv/fre/csw",
            "harvest_source_id": "0f",
            "guid": "fr-120066022-jdd-1",
            "identifier": "jdd-1",
            "uri": "https://www.pigma.org/jdd/1",
        },
        url="https://www.pigma.org/page/1",
    )
    assert found.origin == Origin(
        domain="pigma.org",
        remote_id="fr-120066022-jdd-1",
        remote_url="https://www.pigma.org/page/1",
        uri="https://www.pigma.org/jdd/1",
    )
    assert found.dataset.identifiers == (UUID,)
    assert found.dataset.other_identifiers == ("jdd-1", "fr-120066022-jdd-1")


def test_a_package_of_the_portal_has_no_origin_and_its_identifier_is_its_own() -> None:
    found = record({"identifier": "213502388-arbres"}, url="https://elsewhere.fr/page")
    assert found.origin is None
    assert found.dataset.identifiers == ("213502388-arbres", UUID)


def test_the_page_at_the_portal_is_no_page_at_the_origin() -> None:
    for address in ("https://data.exemple.fr/dataset/arbres", "https://exemple.opendatasoft.com/x"):
        origin = record({"guid": "1-2-3"}, url=address).origin
        assert origin == Origin(remote_id="1-2-3")


def test_what_the_extras_say() -> None:
    dataset = record(
        {
            "issued": "2020-01-02",
            "modified": "2021-03-04",
            "frequency": "mensuelle",
            "language": "fr,en",
            "spatial-text": "Rennes",
            "spatial": '{"type":"Polygon","coordinates":[[[-1.7,48.0],[-1.6,48.0],[-1.6,48.1],[-1.7,48.0]]]}',
            "spatial_uri": "http://id.insee.fr/geo/commune/35238",
            "temporal_start": "2019-01-01",
            "temporal_end": "2019-12-31",
            "theme": '["http://publications.europa.eu/resource/authority/data-theme/ENVI"]',
            "publisher_name": "Ville de Rennes",
            "publisher_identifier": "213502388",
            "contact_email": "a@exemple.fr",
            "access_rights": "PUBLIC",
        },
        metadata_created="2015-01-01",
        metadata_modified="2015-01-02",
        groups=[{"name": "environnement", "title": "Environnement"}],
        organization={"name": "rm", "title": "Rennes Métropole"},
    ).dataset
    assert (dataset.issued, dataset.modified) == ("2020-01-02", "2021-03-04")
    assert dataset.frequency is not None
    assert dataset.frequency.label == (Text("mensuelle"),)
    assert [language.label[0].value for language in dataset.languages] == ["fr", "en"]
    (place,) = dataset.spatial
    assert (place.label, place.iri) == ((Text("Rennes"),), "http://id.insee.fr/geo/commune/35238")
    assert place.bbox == BoundingBox(-1.7, 48.0, -1.6, 48.1)
    assert dataset.temporal == (Period("2019-01-01", "2019-12-31"),)
    assert [theme.iri or theme.label[0].value for theme in dataset.themes] == [
        "http://publications.europa.eu/resource/authority/data-theme/ENVI",
        "Environnement",
    ]
    assert dataset.publisher is not None
    assert (dataset.publisher.name, dataset.publisher.identifier) == ((Text("Ville de Rennes"),), "213502388")
    assert dataset.contact_points[0].email == "a@exemple.fr"


def test_without_extras_the_record_dates_and_the_organisation_speak() -> None:
    found = record(
        metadata_created="2015-01-01",
        metadata_modified="2015-01-02",
        organization={"name": "rm", "title": "Rennes Métropole"},
    )
    dataset = found.dataset
    assert (dataset.issued, dataset.modified, found.modified) == ("2015-01-01", "2015-01-02", "2015-01-02")
    assert dataset.publisher is not None
    assert dataset.publisher.name == (Text("Rennes Métropole"),)


def test_a_licence_keeps_all_its_words() -> None:
    licence = record(
        license_id="lov2", license_title="Licence Ouverte 2.0", license_url="https://spdx.org/licenses/etalab-2.0"
    ).dataset.licence
    assert licence is not None
    assert licence.iri == "https://spdx.org/licenses/etalab-2.0"
    assert licence.label == (Text("Licence Ouverte 2.0"), Text("lov2"))


def test_resources() -> None:
    files = record(
        resources=[
            {"id": "1", "name": "CSV", "url": "https://a.fr/x.csv", "format": "CSV", "size": 12, "url_type": "upload"},
            {
                "id": "2",
                "name": "Page",
                "url": "https://a.fr/",
                "size": "42 octets",
                "hash": "ab",
                "hash_algorithm": "SHA-1",
            },
            {"id": "3", "name": "Retirée", "url": "https://a.fr/", "state": "deleted"},
        ]
    ).dataset.distributions
    assert [(one.access_urls, one.download_urls, one.byte_size) for one in files] == [
        (("https://a.fr/x.csv",), ("https://a.fr/x.csv",), 12),
        (("https://a.fr/",), (), None),
    ]
    assert files[1].checksum is not None
    assert (files[1].checksum.algorithm, files[1].checksum.value) == ("sha1", "ab")


@pytest.mark.parametrize(
    ("state", "archived"), [("active", False), ("Active", False), (None, False), ("deleted", True)]
)
def test_a_deleted_package_is_archived(state: str | None, archived: bool) -> None:
    assert record(state=state).archived is archived


def test_tags_of_every_form() -> None:
    tag = {"name": "eau-potable", "display_name": "eau potable"}
    assert record(tags=[tag]).dataset.keywords == (Text("eau potable"),)
    assert record(tags=["eau", "air"]).dataset.keywords == (Text("eau"), Text("air"))
    assert record(tags_translated={"fr": ["eau"], "en": ["water"]}).dataset.keywords == (
        Text("eau", "fr"),
        Text("water", "en"),
    )


def test_extras_as_an_object() -> None:
    assert record_of(Protocol.CKAN, package() | {"extras": {"frequency": "annuelle"}}).dataset.frequency is not None


@pytest.mark.parametrize("bad", [None, 12, "arbres", [], ["arbres"]])
def test_a_row_that_is_no_package_costs_itself_alone(bad: object) -> None:
    records = page_of(Protocol.CKAN, [package(), bad, package(id="b")])[1]
    assert [one.record is not None for one in records] == [True, False, True]
    assert rules_of(records[1]) == ["record-not-parseable"]


MEMBERS = (
    "extras",
    "resources",
    "tags",
    "groups",
    "organization",
    "title",
    "notes",
    "url",
    "tags_translated",
    "publisher",
)


@pytest.mark.parametrize(
    "member", [*MEMBERS, "spatial", "spatial_coverage", "temporal_coverage", "contact", "license_id"]
)
@pytest.mark.parametrize("value", [None, 0, -1.5, "?", [], [[]], {}, {"x": [1]}, True, [{"key": 1, "value": {"a": 1}}]])
def test_a_member_of_any_type_leaves_a_record(member: str, value: object) -> None:
    (parsed,) = page_of(Protocol.CKAN, [package() | {member: value}])[1]
    assert parsed.record is not None


def test_a_placeholder_is_no_identity() -> None:
    (parsed,) = page_of(Protocol.CKAN, [package(id="TODO")])[1]
    assert parsed.source_key == "arbres"
    assert rules_of(parsed) == ["identifier-placeholder"]


def test_visits_are_counted_where_the_portal_counts_them() -> None:
    visits = {"total": 41, "recent": 3}
    resources = [{"id": "a", "url": "https://data.example/a.csv", "tracking_summary": {"total": 7, "recent": 0}}] * 2
    assert record(tracking_summary=visits, resources=resources).popularity == Popularity(views=41, downloads=14)


@pytest.mark.parametrize("summary", [None, {}, {"total": 0, "recent": 0}, {"total": "many"}, {"total": -1}, 12, []])
def test_nothing_counted_is_not_unpopular(summary: object) -> None:
    assert record(tracking_summary=summary).popularity is None
