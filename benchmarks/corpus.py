"""Rows of a data.gouv.fr catalogue export as records of the portals that they came from, normalised.

The export names no address of a file: each format that a row lists becomes a distribution behind the row's own page.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from dcat.identity import record_id
from dcat.model import Agent, Concept, Dataset, Distribution, Period, Place, Record, Text, Texts
from dcat.normalise import normalise
from dcat.portal import Level, Portal

Row = dict[str, Any]
BATCH = 1_000


def rows(path: Path) -> Iterator[Row]:
    """Streamed."""
    for batch in pq.ParquetFile(path).iter_batches(BATCH):
        yield from batch.to_pylist()


def stratified(path: Path, most: int) -> list[Row]:
    """So many rows, as equally from each portal of origin as they have them."""
    by_portal: dict[str, list[Row]] = {}
    for row in rows(path):
        held = by_portal.setdefault(row["harvest.domain"], [])
        if len(held) < most:
            held.append(row)
    turns = (held[turn] for turn in range(most) for held in by_portal.values() if turn < len(held))
    return list(islice(turns, most))


def portal_of(domain: str) -> Portal:
    """The portal that a row was harvested from."""
    return Portal(
        id=(domain or "data-gouv-fr").replace(".", "-"),
        title=domain or "data.gouv.fr",
        level=Level.NATIONAL,
        territories=("national",),
        url=f"https://{domain or 'www.data.gouv.fr'}",
    )


def record_of(row: Row, known: Portal | None = None) -> Record:
    """As the portal of origin would have been read; ``known`` says more of it than its domain."""
    portal = known or portal_of(row["harvest.domain"])
    identity = record_id(portal.id, row["id"])
    record = Record(identity, portal.id, row["id"], _dataset(row), row["harvest.remote_url"] or row["url"])
    return normalise(record, portal)[0]


def _dataset(row: Row) -> Dataset:
    page = row["harvest.remote_url"] or row["url"]
    return Dataset(
        iri=page,
        identifiers=(row["id"],),
        title=_french(row["title"]),
        description=_french(row["description"]),
        publisher=Agent(name=_french(row["organization"])) if row["organization"] else None,
        keywords=tuple(Text(tag, "fr") for tag in row["tags"].split(",") if tag),
        spatial=tuple(Place(label=_french(zone)) for zone in row["spatial.zones"].split(",") if zone),
        temporal=_periods(row),
        issued=row["harvest.created_at"] or row["created_at"],
        modified=row["harvest.modified_at"] or row["last_modified"],
        frequency=Concept(label=(Text(row["frequency"]),)) if row["frequency"] else None,
        languages=(Concept(label=(Text("fr"),)),),
        licence=Concept(label=_french(row["license"])) if row["license"] else None,
        landing_pages=(page,),
        distributions=tuple(_distributions(row, page)),
    )


def _distributions(row: Row, page: str) -> Iterator[Distribution]:
    for name in filter(None, row["resources_formats"].split(",")):
        words = Concept(label=(Text(name),))
        yield Distribution(identifier=f"{row['id']}-{name}", title=_french(name), access_urls=(page,), format=words)


def _periods(row: Row) -> tuple[Period, ...]:
    start, end = row["temporal_coverage.start"], row["temporal_coverage.end"]
    return (Period(start, end),) if start or end else ()


def _french(text: str) -> Texts:
    return (Text(text, "fr"),) if text else ()
