"""A federation seeded from real records: served at their portal and at the nation, hosts without a portal flagged."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from dcat.portal import Level, Portal, Protocol
from harvester.sample import records
from harvester.sample.real_record import COLUMNS
from harvester.sample.record import Relation
from harvester.sample.records import RealRecords, RecordsError, read_rows
from harvester.sample.server import create_app
from tests.reference import reference

from .conftest import asking, every_record, first_page

ROWS = [
    {
        "id": "5f1000000000000000000001", "title": "Arbres de Rennes", "slug": "arbres-de-rennes",
        "tags": "arbre,nature", "organization": "Rennes Métropole",
        "license": "Open Data Commons Open Database License (ODbL)",
        "frequency": "annual", "resources_formats": "csv,json,esri shapefile (shp)", "archived": "False",
        "harvest.backend": "DCAT", "harvest.domain": "data.rennesmetropole.fr",
        "harvest.remote_url": "https://data.rennesmetropole.fr/explore/dataset/arbres/", "metric.views": "12",
    },
    {
        "id": "5f1000000000000000000002", "title": "Arbres de Rennes", "slug": "arbres-de-rennes-1",
        "archived": "2024-01-01", "organization": "Rennes Métropole", "harvest.domain": "data.rennesmetropole.fr",
        "harvest.remote_url": "http://data.rennesmetropole.fr/explore/dataset/arbres/?flg=fr",
    },
    {
        "id": "5f1000000000000000000003", "title": "Zonage", "slug": "zonage", "organization": "DDT de l'Ain",
        "resources_formats": "wms", "harvest.backend": "CSW-ISO-19139", "harvest.domain": "ogc.geo-ide.exemple.fr",
        "harvest.remote_url": "http://catalogue.exemple.fr/metadata/fr-120066022-jdd-0001 a",
    },
    {"id": "5f1000000000000000000004", "title": "Budget", "slug": "budget", "organization": "Commune de Lagord"},
]  # fmt: skip


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(ROWS)
    return path


@pytest.fixture
def seeded(registry: tuple[Portal, ...], export: Path, tmp_path: Path) -> RealRecords:
    return RealRecords(registry, export, tmp_path, rows=100)


def test_a_harvested_record_is_served_at_its_portal_and_at_the_nation(seeded: RealRecords) -> None:
    assert seeded.size("rennes-metropole") == 1
    assert seeded.size("data-gouv-fr") == 4
    local, copy = seeded.record("rennes-metropole", 0), seeded.record("data-gouv-fr", 0)
    assert local.source_id == "arbres"
    assert copy.source_id == "5f1000000000000000000001"
    assert copy.origin
    assert copy.origin.remote_url == "https://data.rennesmetropole.fr/explore/dataset/arbres/"
    assert local.licence == copy.licence == "odc-odbl"
    assert [file.format for file in local.files] == ["CSV", "JSON", "SHP"]
    assert all(file.synthetic for file in local.files)
    assert local.origin is None
    assert (copy.archived, seeded.record("data-gouv-fr", 1).archived) == (False, True)


def test_a_host_without_portal_becomes_a_national_portal_without_authority(seeded: RealRecords) -> None:
    made = seeded.portals["host-ogc-geo-ide-exemple-fr"]
    assert (made.portal.level, made.portal.authority, made.protocol) == (Level.NATIONAL, False, Protocol.DCAT)
    assert made.host == "ogc.geo-ide.exemple.fr"
    record = seeded.record(made.id, 0)
    assert record.iri == "http://catalogue.exemple.fr/metadata/fr-120066022-jdd-0001%20a"


def test_the_truth_joins_rows_of_one_remote_page_and_never_trusts_a_generated_portal(seeded: RealRecords) -> None:
    rows = list(seeded.truth())
    assert len(rows) == sum(seeded.size(portal) for portal in seeded.portals) == 6
    datasets = Counter(row.dataset for row in rows)
    assert sorted(datasets.values()) == [1, 2, 3]
    copies = [row for row in rows if row.relation is Relation.SAME]
    assert len(copies) == 3
    registered = {name for name, sample in seeded.portals.items() if sample.portal.authority}
    assert {row.authority_portal for row in rows} == {"rennes-metropole", "data-gouv-fr"} <= registered


def test_every_portal_of_real_records_answers(seeded: RealRecords) -> None:
    ask = asking(create_app(seeded))
    page = ask("/data-gouv-fr/api/1/datasets/").json()
    assert [item["harvest"]["domain"] if item["harvest"] else None for item in page["data"]] == [
        "data.rennesmetropole.fr", "data.rennesmetropole.fr", "ogc.geo-ide.exemple.fr", None,
    ]  # fmt: skip
    found = ask("/rennes-metropole/api/explore/v2.1/catalog/datasets").json()["results"]
    assert [item["dataset_id"] for item in found] == ["arbres"]
    made = seeded.portals["host-ogc-geo-ide-exemple-fr"]
    assert "Zonage" in ask(f"/{made.id}{made.endpoint}").text
    assert seeded.find("data-gouv-fr", "5f1000000000000000000003") == seeded.find("data-gouv-fr", "zonage")
    assert seeded.find("rennes-metropole", "arbres") == seeded.record("rennes-metropole", 0)
    assert seeded.find("paris", "arbres") is None


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "parquet", None)
    with pytest.raises(RecordsError, match="records") as caught:
        list(read_rows(tmp_path / "export.parquet"))
    assert "demande l'extra" in str(caught.value)
    assert "needs the extra" in str(caught.value)


def test_a_file_of_other_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "autre.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(RecordsError, match="catalogue"):
        list(read_rows(path))


@pytest.mark.reference
def test_a_real_export_is_read_and_every_record_can_be_served(registry: tuple[Portal, ...], tmp_path: Path) -> None:
    path = reference("corpus", "datagouv_20260116_dev.parquet")
    real = RealRecords(registry, path, tmp_path, rows=3_000)
    assert real.size("data-gouv-fr") == 3_000
    rows = list(real.truth())
    assert len({(row.portal, row.source_id) for row in rows}) == len(rows)
    ask = asking(create_app(real))
    for sample in real.portals.values():
        asked = first_page(sample.protocol, f"/{sample.id}{sample.endpoint}", sample.dialect)
        assert ask(asked.address, asked.method, content=asked.body).status_code == 200, sample.id
    assert all(record.title for record in every_record(real))
