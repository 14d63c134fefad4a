"""Words of portals → codes: the tables ``dcat/tables/*-words.csv`` and how a concept is looked up in them."""

import csv
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import unquote_plus

from msgspec.structs import replace

from dcat.authority import table
from dcat.model import Concept, Text
from dcat.text import fold

AUTHORITY = re.compile(r"publications\.europa\.eu/(?:mdr/)?resource/authority/([a-z-]+)/([^/?#]+)", re.IGNORECASE)
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
BETWEEN_SEGMENTS = re.compile(r"[/#?=]")

SILENCE = (
    "|null|none|n/a|na|nc|-|?|inconnu|unknown|not specified|notspecified|undefined|non renseigné|non spécifié|"
    "non précisé|à compléter|todo|a remplir|aucun|aucune|autre|other|theme|frequency|fréquence|op datpro"
)
UNSPECIFIED = frozenset(fold(word) for word in SILENCE.split("|"))
"""What a source writes where it has nothing to say; not worth a finding."""


def rows(name: str) -> list[dict[str, str]]:
    """The rows of ``dcat/tables/{name}.csv``."""
    text = files("dcat").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def codes_by_word(name: str) -> Mapping[str, str]:
    """Folded word → code, of a table whose ``words`` are separated by ``|``."""
    return {fold(word): row["code"] for row in rows(name) for word in row["words"].split("|")}


def code_of_iri(name: str, iri: str) -> str:
    """The code of an IRI of an EU authority table, in any letter case and scheme; ``""`` where the table lacks it."""
    if "authority" not in iri:
        return ""
    found = AUTHORITY.search(iri)
    if not found or found[1].lower() != name:
        return ""
    code = found[2]
    known = table(name)
    return code if code in known else code.upper() if code.upper() in known else ""


@cache
def codes_by_label(name: str) -> Mapping[str, str]:
    """Folded label, French or English, or folded code → code, of an EU authority table."""
    concepts = table(name).items()
    labels = {
        fold(label): code for code, concept in concepts for label in (concept.label_fr, concept.label_en) if label
    }
    return labels | {fold(code): code for code, _ in concepts}


def spellings(concept: Concept) -> Iterator[str]:
    """The folded words of a concept: its labels, then the last part of its IRI, whole and with its capitals apart."""
    for label in concept.label:
        yield fold(label.value)
        if "Code_" in label.value:
            yield fold(CAMEL.sub(" ", label.value.rpartition("Code_")[2]))
    if concept.iri:
        last = last_segment(concept.iri)
        yield fold(last)
        yield fold(CAMEL.sub(" ", last))
        yield fold(CAMEL.sub(" ", last.rpartition("Code_")[2]))  # MD_MaintenanceFrequencyCode_asNeeded


def last_segment(iri: str) -> str:
    """``annual`` of ``http://purl.org/cld/freq/annual``; ``Economie`` of ``…/explore/?refine.theme=Economie``."""
    # Split, not searched for: a text of some kilobytes in the place of an address would take minutes.
    segment = BETWEEN_SEGMENTS.split(iri[:-1] if iri.endswith(("/", "#")) else iri)[-1]
    return unquote_plus(segment) if segment else iri


def with_code(concept: Concept, code: str) -> Concept:
    """The same words with a code."""
    return replace(concept, code=code) if code and code != concept.code else concept


def shown(concept: Concept) -> str:
    """What a finding quotes of a concept."""
    return next((label.value for label in concept.label if label.value), concept.iri)


def is_silent(concept: Concept) -> bool:
    """Whether the concept says nothing: no words, or words that stand for none."""
    return all(word in UNSPECIFIED for word in spellings(concept))


def as_words(iri: str, concept: Concept) -> Concept:
    """A concept whose IRI is no address (``annuel``): its words are kept as a label."""
    label = (*concept.label, Text(iri)) if all(text.value != iri for text in concept.label) else concept.label
    return replace(concept, iri="", label=label)
