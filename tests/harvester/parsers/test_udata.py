"""udata: pages, harvest blocks, metrics, faults."""

from typing import Any

import pytest

from dcat.model import Checksum, Origin, Period, Popularity, Record, Text
from dcat.portal import Protocol
from harvester.parsers.page import UnreadablePage
from tests.harvester.parsers.answers import page_of, record_of, rules_of

ID = "5c1bab838b4c415d323a5741"


def row(**members: Any) -> dict[str, Any]:
    return {"id": ID, "title": "Arbres", "slug": "arbres", **members}


def record(**members: Any) -> Record:
    return record_of(Protocol.UDATA, {"data": [row(**members)], "total": 1})


def test_a_page_tells_its_total_its_next_and_its_size() -> None:
    page, records = page_of(
        Protocol.UDATA,
        {"data": [row()], "total": 41, "page_size": 20, "next_page": "https://data.exemple.fr/api?page=2"},
    )
    assert (page.declared, page.next, page.window) == (41, "https://data.exemple.fr/api?page=2", 20)
    assert records[0].source_key == ID


@pytest.mark.parametrize("content", [row(), [row()], {"data": [row()]}])
def test_other_shapes(content: object) -> None:
    page, (parsed,) = page_of(Protocol.UDATA, content)
    assert (page.declared, page.next, parsed.source_key) == (None, "", ID)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (None, ""),
        (3, ""),
        ("", ""),
        ("?page=2", "https://data.exemple.fr/api?page=2"),
        ("https://[", "https://["),  # no address: the walk says that it cannot go there
    ],
)
def test_the_next_page_is_an_absolute_address_or_as_it_came(link: object, address: str) -> None:
    assert page_of(Protocol.UDATA, {"data": [], "next_page": link})[0].next == address


def test_the_harvest_block_is_the_origin() -> None:
    found = record(
        harvest={
            "backend": "DCAT",
            "domain": "data.rennesmetropole.fr",
            "remote_id": "arbres",
            "remote_url": "https://data.rennesmetropole.fr/explore/dataset/arbres/",
            "uri": "https://data.rennesmetropole.fr/explore/dataset/arbres/",
            "dct_identifier": "arbres-1",
            "modified_at": "2020-01-02",
            "created_at": "2019-01-02",
        },
        created_at_internal="2022-01-01",
        last_modified_internal="2022-02-02",
    )
    assert found.origin == Origin(
        domain="data.rennesmetropole.fr",
        remote_id="arbres",
        remote_url="https://data.rennesmetropole.fr/explore/dataset/arbres/",
        uri="https://data.rennesmetropole.fr/explore/dataset/arbres/",
    )
    assert found.dataset.identifiers == (ID,)
    assert found.dataset.other_identifiers[0] == "arbres-1"
    assert (found.dataset.issued, found.dataset.modified, found.modified) == ("2019-01-02", "2020-01-02", "2022-02-02")
    assert found.dataset.landing_pages[1] == "https://data.rennesmetropole.fr/explore/dataset/arbres/"


@pytest.mark.parametrize("harvest", [None, {}, {"backend": "DCAT", "last_update": "2020-01-01"}])
def test_a_native_dataset_has_no_origin(harvest: object) -> None:
    assert record(harvest=harvest).origin is None


def test_dates_of_the_present_api() -> None:
    found = record(
        created_at="2020-01-01", last_modified="2021-01-01", internal={"last_modified_internal": "2022-01-01"}
    )
    assert (found.dataset.issued, found.dataset.modified, found.modified) == ("2020-01-01", "2021-01-01", "2022-01-01")


def test_the_siret_identifies_the_organisation() -> None:
    publisher = record(
        organization={"name": "Rennes", "slug": "rennes", "business_number_id": "21350238800019"}
    ).dataset.publisher
    assert publisher is not None
    assert (publisher.name, publisher.identifier) == ((Text("Rennes"),), "21350238800019")


def test_a_person_may_publish() -> None:
    publisher = record(owner={"first_name": "Ada", "last_name": "L.", "slug": "ada"}).dataset.publisher
    assert publisher is not None
    assert publisher.name == (Text("Ada L."),)


def test_metrics_are_popularity() -> None:
    metrics = {"views": 9, "followers": 2, "reuses": 0, "resources_downloads": 4, "discussions": 1}
    assert record(metrics=metrics).popularity == Popularity(views=9, followers=2, downloads=4, reuses=0)
    assert record(metrics={"discussions": 1}).popularity is None


@pytest.mark.parametrize(
    ("members", "archived"),
    [
        ({"archived": None, "deleted": None}, False),
        ({"archived": "2020-01-01"}, True),
        ({"deleted": "2020-01-01"}, True),
    ],
)
def test_archived(members: dict[str, object], archived: bool) -> None:
    assert record(**members).archived is archived


def test_zones_dates_and_vocabularies_keep_their_words() -> None:
    dataset = record(
        spatial={"zones": ["fr:commune:35238"], "granularity": "fr:commune", "geom": None},
        temporal_coverage={"start": "2019-01-01", "end": None},
        frequency="annual",
        license="lov2",
        tags=["arbres", "hvd"],
    ).dataset
    assert dataset.spatial[0].label == (Text("fr:commune:35238"),)
    assert dataset.temporal == (Period(start="2019-01-01"),)
    assert dataset.frequency is not None
    assert dataset.frequency.label == (Text("annual"),)
    assert dataset.licence is not None
    assert dataset.licence.label == (Text("lov2"),)
    assert dataset.keywords == (Text("arbres"), Text("hvd"))


def test_resources() -> None:
    data, page = record(
        resources=[
            {
                "id": "a", "title": "CSV", "url": "https://static.exemple.fr/a.csv", "filetype": "file",
                "format": "csv",
                "mime": "text/csv", "filesize": 12, "checksum": {"type": "SHA1", "value": "ab"},
                "schema": {"name": "etalab/schema-irve", "url": None, "version": "2.1"},
            },
            {"id": "b", "url": "https://exemple.fr/carte", "filetype": "remote", "type": "main", "format": "page web",
             "schema": {"name": None, "url": None, "version": None}},
        ]
    ).dataset.distributions  # fmt: skip
    assert data.download_urls == data.access_urls == ("https://static.exemple.fr/a.csv",)
    assert (data.byte_size, data.checksum) == (12, Checksum("sha1", "ab"))
    assert data.conforms_to[0].label == (Text("etalab/schema-irve"),)
    assert (page.access_urls, page.download_urls, page.conforms_to) == (("https://exemple.fr/carte",), (), ())


@pytest.mark.parametrize("content", [{"message": "Not Found"}, {}, {"data": None, "total": 0}])
def test_another_answer_is_refused(content: object) -> None:
    with pytest.raises(UnreadablePage, match="page-not-parseable"):
        page_of(Protocol.UDATA, content)


MEMBERS = (
    "harvest",
    "resources",
    "organization",
    "owner",
    "metrics",
    "spatial",
    "temporal_coverage",
    "license",
    "tags",
)


@pytest.mark.parametrize("member", [*MEMBERS, "schema", "internal", "contact_points", "archived", "title", "page"])
@pytest.mark.parametrize("value", [None, 0, -1.5, "?", [], [[]], {}, {"x": [1]}, True, [{"checksum": "x"}]])
def test_a_member_of_any_type_leaves_a_record(member: str, value: object) -> None:
    (parsed,) = page_of(Protocol.UDATA, [row(**{member: value})])[1]
    assert parsed.record is not None


def test_a_row_that_is_no_dataset_costs_itself_alone() -> None:
    records = page_of(Protocol.UDATA, {"data": [row(), "x", row(id="b")]})[1]
    assert [one.record is not None for one in records] == [True, False, True]


def test_no_identity() -> None:
    (parsed,) = page_of(Protocol.UDATA, [row(id=None)])[1]
    assert parsed.source_key.startswith("sha256:")
    assert rules_of(parsed) == ["identifier-missing"]
