"""The benchmark of search: what it counts, and that a run of it is the run of a search."""

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.known_items import Asked, Found, figures, guard, overlap, read_questions
from benchmarks.prepared import Unusable
from benchmarks.search import main

TEXTS = (
    *("id", "title", "slug", "url", "organization", "description", "frequency", "license", "spatial.zones", "tags"),
    *("temporal_coverage.start", "temporal_coverage.end", "created_at", "last_modified", "archived"),
    *("resources_formats", "harvest.domain", "harvest.created_at", "harvest.modified_at", "harvest.remote_url"),
)
COUNTS = ("metric.views", "metric.followers", "metric.resources_downloads")


def found(datasets: str, expected: str) -> Found:
    return Found(Asked("?", frozenset(expected.split())), tuple(datasets.split()), 0.0)


def test_ranks_and_shares_are_those_of_the_first_expected_dataset() -> None:
    answers = [found("a b c", "a"), found("a b c", "c b"), found("a b c d e f", "f"), found("a", "z"), found("", "a")]
    assert [one.rank for one in answers] == [1, 2, 6, 0, 0]
    assert figures(answers) == {"n": 5, "mrr": 0.3333, "success@1": 0.2, "success@5": 0.4, "success@10": 0.6}


def test_overlap_is_the_share_of_the_longer_list() -> None:
    assert overlap([found("a b c d", "a"), found("", "a")], [found("a b", "a"), found("", "a")]) == 0.75


def test_the_guard_is_the_same_for_a_seed_and_asks_with_the_title_s_own_words() -> None:
    titles = {"1": "Arrêts des bus de nuit", "2": "Budget", "3": "de l'"}
    drawn = guard(titles, {"1": "x", "2": "y"}, 10, 7)
    assert drawn == guard(titles, {"1": "x", "2": "y"}, 10, 7)
    assert {tuple(sorted(one.query.split())) for one in drawn} == {("Arrêts", "bus", "des", "nuit"), ("Budget",)}


def test_a_question_may_expect_several_records_and_rows_of_another_use_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "queries.csv"
    file.write_text("query,expected,use\nbus,1|2|9,visible\narbres,3,unused\n", encoding="utf-8")
    (asked,) = read_questions(file, {"1": "x", "2": "y"}, "visible")
    assert asked == Asked("bus", frozenset({"x", "y"}), missing=("9",))


def test_wrong_files_say_what_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "queries.csv"
    file.write_text("question\nbus\n", encoding="utf-8")
    with pytest.raises(Unusable, match="query,expected"):
        read_questions(file, {})
    assert main(["--records", str(file), "--queries", str(file)]) == 1
    assert "not a readable Parquet file" in capsys.readouterr().err


def export(path: Path, *rows: dict[str, Any]) -> Path:
    whole = [{**dict.fromkeys(TEXTS, ""), "archived": "False", **dict.fromkeys(COUNTS, 0), **row} for row in rows]
    pq.write_table(pa.Table.from_pylist(whole), path)
    return path


def row(identity: str, title: str, domain: str = "data.example.fr") -> dict[str, Any]:
    url = f"https://{domain}/{identity}"
    return {"id": identity, "slug": identity, "title": title, "url": url, "harvest.domain": domain}


def test_a_run_over_two_exports_finds_clusters_and_writes_their_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = export(tmp_path / "1.parquet", row("a1", "Base permanente des équipements"), row("a2", "Arbres"))
    other = export(tmp_path / "2.parquet", row("b1", "Budget primitif 2024"), row("b2", "Défibrillateurs"))
    queries, out = tmp_path / "queries.csv", tmp_path / "out.csv"
    queries.write_text("query,expected\nbpe,a1\nbp 2024,b1\nlichens,a2\n", encoding="utf-8")
    folder = ["--data-dir", str(tmp_path / "data")]
    asked = ["--records", str(one), str(other), "--queries", str(queries), "--backend", "embedded", "--out", str(out)]
    assert main([*asked, *folder, "--json"]) == 0
    ours = json.loads(capsys.readouterr().out)["engines"]["embedded"]["kinds"]["all"]
    assert (ours["n"], ours["success@1"]) == (3, 0.6667)
    with out.open(encoding="utf-8", newline="") as lines:
        first = {line["query"]: line["ids"] for line in csv.DictReader(lines) if line["rank"] == "1"}
    assert first["bpe"] == "a1"
    assert first["bp 2024"] == "b1"
