"""What was read by eye, and how much of it the program says alike (``tests/dcat/normalise/read``).

The tables hold the ids of records of the corpus, or digests of values of the fixtures, with a verdict: neither the
corpus nor the fixtures are copied.
"""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pyarrow import parquet

from dcat.model import Agent, Concept, Dataset, Place, Record, Text

FOLDER = Path(__file__).parents[1] / "tests" / "dcat" / "normalise" / "read"
COLUMNS = ["id", "title", "organization", "tags", "spatial.zones", "harvest.remote_url"]


def table(name: str) -> list[dict[str, str]]:
    """The rows of ``{name}.csv``."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def odd_concepts(field: str) -> Iterator[tuple[Concept, str]]:
    """The odd values of a field, each with the code that it should have."""
    for row in table("odd-strings"):
        if row["field"] == field:
            value = row["value"]
            is_iri = value.startswith(("http:", "https:", "file:"))
            yield Concept(iri=value) if is_iri else Concept(label=(Text(value),)), row["expected"]


def digest_of(field: str, concept: Concept) -> str:
    """What stands for a value of the fixtures: 16 hexadecimal digits."""
    words = "\0".join((field, concept.iri, *(text.value for text in concept.label)))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def fixture_verdicts() -> Mapping[str, str]:
    """Digest of a value → the code that was read as right."""
    return {row["digest"]: row["code"] for row in table("fixture-values")}


def corpus_records(path: Path) -> Iterator[Record]:
    """The records of a catalogue export in Parquet, as far as keywords, publisher and coverage go: tags as keywords,
    the names of zones as places, the end of the address that it was harvested from as identifier."""
    for batch in parquet.ParquetFile(path).iter_batches(columns=COLUMNS):
        yield from map(_record, batch.to_pylist())


def theme_figures(themes: Mapping[str, str]) -> dict[str, object]:
    """``themes``: id → theme. Right and wrong by the verdicts; a theme that nobody read for that record is left out."""
    verdicts: dict[str, bool] = {}
    for row in table("themes"):
        told = themes.get(row["id"], "")
        if told and (told == row["theme"] or told == row["better"]):
            verdicts[row["id"]] = told == row["better"] or row["verdict"] == "right"
    return _figures(verdicts.values())


def publisher_figures(territories: Mapping[str, str]) -> dict[str, object]:
    """``territories``: id → territory of the publisher. Precision over those that are told of any body but the State,
    recall over records of local authorities."""
    rows = [row for row in table("publishers") if row["id"] in territories]
    told = [row for row in rows if territories[row["id"]] not in {"", "national"}]
    local = [row for row in rows if row["kind"] == "local"]
    figures = _figures(territories[row["id"]] == row["territory"] for row in told)
    known = sum(territories[row["id"]] == row["territory"] for row in local)
    return {**figures, "local": len(local), "resolved": round(known / len(local), 4) if local else None}


def _figures(verdicts: Iterable[bool]) -> dict[str, object]:
    counted = list(verdicts)
    return {"read": len(counted), "precision": round(sum(counted) / len(counted), 4) if counted else None}


def _record(row: Mapping[str, str]) -> Record:
    address = (row["harvest.remote_url"] or "").rstrip("/").rpartition("/")[2]
    zones = [zone.strip() for zone in (row["spatial.zones"] or "").split(",")]
    dataset = Dataset(
        identifiers=(address,) if address else (),
        title=(Text(row["title"] or ""),),
        publisher=Agent(name=(Text(row["organization"]),)) if row["organization"] else None,
        keywords=tuple(Text(tag) for tag in (row["tags"] or "").split(",") if tag),
        spatial=tuple(Place(label=(Text(zone),)) for zone in zones if zone),
    )
    return Record(id=f"corpus:{row['id']}", portal="corpus", source_key=row["id"], dataset=dataset)
