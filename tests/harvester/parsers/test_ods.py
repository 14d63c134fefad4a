"""Opendatasoft: every shape of answer, federation, distributions, faults."""

from typing import Any

import pytest

from dcat.model import BoundingBox, Origin, Period, Popularity, Record, Text
from dcat.portal import Protocol
from harvester.parsers.page import UnreadablePage
from tests.harvester.parsers.answers import PORTAL, page_of, record_of, rules_of

BASE = "https://data.exemple.fr/api/explore/v2.1/catalog/datasets"


def row(default: dict[str, Any] | None = None, **members: Any) -> dict[str, Any]:
    """A dataset of v2.1."""
    metas = {
        "default": {"title": "Arbres", "metadata_languages": ["fr"], **(default or {})},
        **members.pop("metas", {}),
    }
    return {"dataset_id": "arbres", "dataset_uid": "da_abc123", "has_records": True, "metas": metas, **members}


def record(default: dict[str, Any] | None = None, **members: Any) -> Record:
    return record_of(Protocol.ODS, {"total_count": 1, "results": [row(default, **members)]})


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ({"total_count": 7, "results": [row()]}, 7),
        ([row()], None),
        ({"total_count": 7, "datasets": [{"links": [], "dataset": row()}]}, 7),
        ({"nhits": 7, "datasets": [{"datasetid": "arbres", "metas": {"title": "Arbres"}}]}, 7),
        (row(), None),
        ({"links": [], "dataset": row()}, None),
    ],
    ids=["v2.1", "export", "v2.0", "v1", "one", "one of v2.0"],
)
def test_every_shape_of_answer_gives_the_dataset(content: object, declared: int | None) -> None:
    page, (parsed,) = page_of(Protocol.ODS, content)
    assert page.declared == declared
    assert parsed.record is not None
    assert parsed.record.dataset.title[0].value == "Arbres"
    assert parsed.record.dataset.identifiers[0] == "arbres"


def test_an_empty_catalogue_is_a_page_without_records() -> None:
    page, records = page_of(Protocol.ODS, {"total_count": 0, "results": []})
    assert (page.declared, records) == (0, [])


def test_the_stable_uid_is_the_key_and_both_are_identifiers() -> None:
    found = record()
    assert found.source_key == "da_abc123"
    assert found.dataset.identifiers == ("arbres", "da_abc123")
    assert found.page == "https://data.exemple.fr/explore/dataset/arbres/"


@pytest.mark.parametrize("uid", [None, "", "TODO", "à compléter"])
def test_without_a_uid_the_id_is_the_key(uid: str | None) -> None:
    assert record(dataset_uid=uid).source_key == "arbres"


def test_without_any_identity_the_key_is_the_same_at_every_harvest() -> None:
    content = {
        "results": [
            row(dataset_uid=None, dataset_id="A REMPLIR"),
            row({"title": "Eau"}, dataset_uid=None, dataset_id=None),
        ]
    }
    first, second = page_of(Protocol.ODS, content)[1]
    again = page_of(Protocol.ODS, content)[1]
    assert [one.source_key for one in again] == [first.source_key, second.source_key]
    assert first.source_key != second.source_key
    assert rules_of(first)[:2] == ["identifier-placeholder", "identifier-missing"]
    assert rules_of(second) == ["identifier-missing"]


def test_a_federated_dataset_names_its_origin() -> None:
    origin = record(
        {
            "federated": True,
            "source_domain": "rte",
            "source_domain_address": "rte.opendatasoft.com",
            "source_dataset": "lignes",
            "parent_domain": "reseau.opendatasoft.com",
        },
        dataset_id="lignes@rte",
    ).origin
    assert origin == Origin(
        domain="rte.opendatasoft.com",
        remote_id="lignes",
        remote_url="https://rte.opendatasoft.com/explore/dataset/lignes/",
        chain=("reseau.opendatasoft.com",),
    )


def test_a_dataset_of_the_portal_has_no_origin() -> None:
    keys = ("source_domain", "source_domain_address", "source_dataset", "shared_catalog", "parent_domain")
    assert record({"federated": False, **dict.fromkeys(keys)}).origin is None


def test_the_portals_exports_are_distributions() -> None:
    files = record(features=["geo", "analyze"]).dataset.distributions
    assert [file.download_urls for file in files] == [
        (f"{BASE}/arbres/exports/csv",),
        (f"{BASE}/arbres/exports/json",),
        (f"{BASE}/arbres/exports/geojson",),
    ]


def test_files_without_records() -> None:
    files = record(
        has_records=False,
        attachments=[
            {"url": "odsfile://notice 2.pdf", "mimetype": "application/pdf", "id": "notice_pdf", "title": "Notice"}
        ],
        alternative_exports=[
            {"url": "https://static.exemple.fr/a.zip", "id": "zip", "title": "Archive"},
            {"title": "sans"},
        ],
    ).dataset.distributions
    assert [file.access_urls for file in files] == [
        ("https://static.exemple.fr/a.zip",),
        (),
        (f"{BASE}/arbres/attachments/notice_pdf",),
    ]
    assert [file.format and file.format.label[0].value for file in files] == ["zip", None, "pdf"]


def test_what_the_templates_say() -> None:
    dataset = record(
        {
            "territory": ["Rennes"],
            "geographic_reference": ["fr_40_35238"],
            "update_frequency": "MONTHLY",
            "references": "Voir https://exemple.fr/a, https://exemple.fr/b",
            "attributions": ["Service des espaces verts"],
            "license": "Licence Ouverte v2.0",
            "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
        },
        metas={
            "dcat": {
                "issued": "2020-01-02",
                "created": "2019-05-06",
                "creator": "Direction des jardins",
                "contact_name": "Accueil",
                "contact_email": "donnees@exemple.fr",
                "temporal": "2019-01-01/2019-12-31",
                "accrualperiodicity": "annuelle",
            },
        },
    ).dataset
    assert dataset.spatial[0].label == (Text("Rennes"), Text("fr_40_35238"))
    assert dataset.frequency is not None
    assert dataset.frequency.label == (Text("MONTHLY"),)
    assert dataset.sources == ("https://exemple.fr/a", "https://exemple.fr/b")
    assert dataset.provenance == (Text("Service des espaces verts", "fr"),)
    assert dataset.licence is not None
    assert dataset.licence.iri == "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
    assert dataset.licence.label == (Text("Licence Ouverte v2.0"),)
    assert (dataset.issued, dataset.created) == ("2020-01-02", "2019-05-06")
    assert dataset.creators[0].name == (Text("Direction des jardins"),)
    assert dataset.contact_points[0].email == "donnees@exemple.fr"
    assert dataset.temporal == (Period("2019-01-01", "2019-12-31"),)


def test_extents_are_boxes() -> None:
    square = [[[-1.7, 48.0], [-1.6, 48.0], [-1.6, 48.1], [-1.7, 48.1], [-1.7, 48.0]]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": square}, "properties": {}}
    (place,) = record({"bbox": feature}).dataset.spatial
    assert place.bbox == BoundingBox(-1.7, 48.0, -1.6, 48.1)


def test_counts_are_told_where_the_portal_tells_them() -> None:
    assert record().popularity is None
    assert record(metas={"explore": {"download_count": 12, "reuse_count": 0}}).popularity == Popularity(
        downloads=12, reuses=0
    )


@pytest.mark.parametrize("bad", [None, 12, "arbres", [], ["arbres"]])
def test_a_row_that_is_no_dataset_costs_itself_alone(bad: object) -> None:
    records = page_of(Protocol.ODS, {"total_count": 3, "results": [row(), bad, row(dataset_uid="da_zzz")]})[1]
    assert [one.record is not None for one in records] == [True, False, True]
    assert rules_of(records[1]) == ["record-not-parseable"]
    assert "not an object" in records[1].findings[0].value


@pytest.mark.parametrize(
    "member", ["metas", "features", "attachments", "alternative_exports", "has_records", "dataset_id", "fields"]
)
@pytest.mark.parametrize("value", [None, 0, -1.5, "?", [], [[]], {}, {"x": [1]}, True])
def test_a_member_of_any_type_leaves_a_record(member: str, value: object) -> None:
    (parsed,) = page_of(Protocol.ODS, [row() | {member: value}])[1]
    assert parsed.record is not None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"error_code": "ODSQLError", "message": "ODSQL query is malformed"}, "ODSQL query is malformed"),
        ({"errorcode": 10002, "error": "Too many requests on the domain."}, "Too many requests"),
        ({"links": []}, "no list of datasets"),
        ({}, "no list of datasets"),
    ],
)
def test_a_refusal_is_told_in_the_words_of_the_api(content: object, reason: str) -> None:
    with pytest.raises(UnreadablePage, match=reason) as refused:
        page_of(Protocol.ODS, content)
    assert [found.rule for found in refused.value.findings] == ["page-not-parseable"]


def test_the_link_to_the_next_page_of_v20() -> None:
    links = [{"rel": "self", "href": "https://a/1"}, {"rel": "next", "href": "https://a/2"}]
    assert page_of(Protocol.ODS, {"datasets": [], "links": links})[0].next == "https://a/2"
    assert page_of(Protocol.ODS, {"datasets": [], "links": {"next": 1}})[0].next == ""


def test_the_portal_may_be_written_with_or_without_a_last_slash() -> None:
    assert PORTAL.url.endswith("/")
    assert record().dataset.landing_pages == ("https://data.exemple.fr/explore/dataset/arbres/",)
