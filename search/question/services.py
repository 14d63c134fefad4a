"""Brands of local services: a name such as *Tisséo* says where, and what kind of service is asked about."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Service(Struct, frozen=True):
    """What a sort of brand stands for: a competence, and the everyday word that the brand takes the place of; both are
    empty where the brand does not say ("Allô Toulouse").
    """

    competence: str
    word: str


@cache
def services() -> Mapping[str, Service]:
    """Sort of alias (``kind`` of the alias table) → what it stands for."""
    text = files("search.tables").joinpath("services.csv").read_text(encoding="utf-8")
    return {row["kind"]: Service(row["competence"], row["word"]) for row in csv.DictReader(text.splitlines())}
