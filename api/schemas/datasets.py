"""One dataset, on the wire."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import COPIES, QUALITY, Copy, Json, Quality, Wire


class CopyOfDataset(Copy):
    title: str
    elected: bool


class OfferedValue(Wire):
    """What another copy says better than the elected one."""

    field: Literal["description", "licence", "themes", "publisher", "formats", "modified"]
    value: str
    record: str
    portal: str


class RelatedDataset(Wire):
    """Another dataset, and what this one is to it; `records`, one of this dataset and one of that one, are those whose
    clues say so: `/api/explain` takes them as `a` and `b`."""

    relation: Literal["part-of", "has-part", "version-of", "has-version", "series", "related"]
    dataset: str
    title: str
    portal: str
    records: list[str]


class DatasetAnswer(Wire):
    """One dataset with its elected description and its copies, the elected one first."""

    id: str
    title: str
    text: str
    publisher: str
    publisher_id: str = Field(description="of `/api/publishers/{publisher}`; empty where the portal names none")
    territory: str
    level: str
    portal: str
    url: str
    themes: list[str]
    licence: str
    access: str
    formats: list[str]
    modified: str
    archived: bool
    copies: list[CopyOfDataset]
    why: list[str]
    offered: list[OfferedValue]
    related: list[RelatedDataset]
    description: dict[str, Any] | None = Field(description="the elected record as it was harvested and normalised")
    quality: Quality | None


DATASET: Json = {
    "id": "c30a09456d230eaa",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "text": "Horaires théoriques du réseau de bus de la Métropole Européenne de Lille.",
    "publisher": "Métropole Européenne de Lille",
    "publisher_id": "200093201",
    "territory": "epci:200093201",
    "territory_label": "Métropole Européenne de Lille",
    "level": "epci",
    "portal": "mel",
    "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    "themes": ["TRAN"],
    "licence": "etalab-2.0",
    "access": "PUBLIC",
    "formats": ["GTFS", "ZIP"],
    "modified": "2025-03-13T08:06:54+00:00",
    "archived": False,
    "copies": [
        {**copy, "title": "Horaires théoriques du réseau de bus (GTFS)", "elected": copy is COPIES[0]}
        for copy in COPIES
    ],
    "why": ["Le portail Métropole européenne de Lille est le plus proche du territoire de l'éditeur."],
    "related": [
        {
            "relation": "has-version",
            "dataset": "9f0f5e1d7a2c4b36",
            "title": "Horaires 2024",
            "portal": "mel",
            "records": [COPIES[0]["record"], "mel:9f0f5e1d7a2c4b36"],
        }
    ],
    "offered": [{"field": "licence", "value": "etalab-2.0", "record": COPIES[1]["record"], "portal": "data-gouv-fr"}],
    "description": {"title": [["Horaires théoriques du réseau de bus (GTFS)", "fr"]]},
    "quality": QUALITY | {"datasets": 1},
}
