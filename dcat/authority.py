"""Controlled vocabularies of the EU: codes, IRIs, and labels in French and English.

The tables hold facts of the EU Publications Office (file-type 20221214, frequency 20220615, licence 20241211, language
20211208, dataset-type 20230315, others of the same years). A French label that the office does not give is ours, and
marked so in the table.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

AUTHORITY = "http://publications.europa.eu/resource/authority/"
BASES = {
    "data-theme": f"{AUTHORITY}data-theme/",
    "frequency": f"{AUTHORITY}frequency/",
    "file-type": f"{AUTHORITY}file-type/",
    "language": f"{AUTHORITY}language/",
    "access-right": f"{AUTHORITY}access-right/",
    "licence": f"{AUTHORITY}licence/",
    "planned-availability": f"{AUTHORITY}planned-availability/",
    "distribution-status": f"{AUTHORITY}distribution-status/",
    "dataset-type": f"{AUTHORITY}dataset-type/",
    "publisher-type": "http://purl.org/adms/publishertype/",
    "high-value-dataset-category": "http://data.europa.eu/bna/",
}
"""Table → what stands before a code in its IRI."""

SHORT_NAMES = {"availability": "planned-availability", "hvd-category": "high-value-dataset-category"}


class AuthorityConcept(Struct, frozen=True):
    """One concept. ``ours_fr``: the French label is not the office's; ``tag``: a language's BCP 47 tag, else ``""``."""

    code: str
    iri: str
    label_fr: str
    label_en: str
    ours_fr: bool = False
    tag: str = ""

    def label(self, language: str) -> str:
        """The label, in ``fr`` or ``en``."""
        return self.label_en if language == "en" else self.label_fr


@cache
def table(name: str) -> Mapping[str, AuthorityConcept]:
    """The concepts of a table of ``BASES`` (or a short name of it) by code, in the order of the file."""
    name = SHORT_NAMES.get(name, name)
    base = BASES[name]
    text = files("dcat").joinpath("tables", "authority", f"{name}.csv").read_text(encoding="utf-8")
    return {row["code"]: _concept(base, row) for row in csv.DictReader(text.splitlines())}


@cache
def languages_by_tag() -> Mapping[str, AuthorityConcept]:
    """BCP 47 primary tag → language (``fr`` → FRA)."""
    return {concept.tag: concept for concept in table("language").values()}


def concept_of(iri: str) -> tuple[str, AuthorityConcept] | None:
    """The table and concept that an IRI names (``https`` and a trailing slash are forgiven), if a table has it."""
    plain = iri.strip().replace("https://", "http://", 1).rstrip("/")
    for name, base in BASES.items():
        if plain.startswith(base):
            concept = table(name).get(plain.removeprefix(base))
            return (name, concept) if concept else None
    return None


def _concept(base: str, row: dict[str, str]) -> AuthorityConcept:
    return AuthorityConcept(
        code=row["code"],
        iri=base + row["code"],
        label_fr=row["label_fr"],
        label_en=row["label_en"],
        ours_fr=row["ours_fr"] == "yes",
        tag=row.get("tag", ""),
    )
