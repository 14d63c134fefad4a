"""The aims of recognition, on real documents and on a real catalogue: what ``benchmarks.normalise`` prints."""

import pytest

from benchmarks.normalise import NATION, corpus_figures, recognition
from benchmarks.raw import records_of
from benchmarks.read import table
from dcat.portal import Protocol
from harvester.parsers import PARSERS
from tests.reference import FIXTURES, reference

pytestmark = pytest.mark.reference

AIMS = {"licence": 0.97, "frequency": 0.98, "format": 0.97, "media type": 0.97, "language": 0.98, "access rights": 0.97}


def test_recognition_of_what_portals_write() -> None:
    reference("fixtures", "portals")
    figures = recognition(list(records_of(sorted(path for path in FIXTURES.rglob("*") if path.is_file()), FIXTURES)))
    assert {field: figures[field]["rate"] for field, aim in AIMS.items() if figures[field]["rate"] < aim} == {}
    assert all(figures[field]["precision"] >= 0.98 for field in figures)
    assert all(figures[field]["read"] >= 70 for field in AIMS)


def test_fixtures_of_every_protocol_are_read() -> None:
    reference("fixtures", "portals")
    folders = {path.name for path in FIXTURES.iterdir()}
    assert {protocol for protocol in PARSERS if protocol.value in folders} == set(PARSERS)
    assert NATION.protocol is Protocol.DCAT


def test_themes_and_publishers_of_a_real_catalogue() -> None:
    figures = corpus_figures(reference("corpus", "datagouv_20260116_dev.parquet"))
    theme, publisher = figures["theme"], figures["publisher"]
    assert theme["share"] >= 0.90
    assert theme["precision"] >= 0.90
    assert theme["read"] >= 200
    assert publisher["resolved"] >= 0.90
    assert publisher["precision"] >= 0.98
    assert publisher["read"] >= 200


def test_each_record_was_read_once() -> None:
    for name, samples in (("themes", 2), ("publishers", 1)):
        rows = table(name)
        assert len({(row["id"], row.get("sample")) for row in rows}) == len(rows) >= 200 * samples
