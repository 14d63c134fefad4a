"""Descriptive keywords → keywords, themes, places, HVD categories: the thesaurus and the type tell them apart."""

import re

from msgspec import Struct

from dcat.model import Concept, Place, Texts
from harvester.parsers.iso.repeated import Repeated
from harvester.parsers.iso.tree import Element, Path, Words, code, href, said

_BLOCK = Path("descriptiveKeywords/MD_Keywords")
_KEYWORD = Path("keyword")
_TYPE = Path("type")
_THESAURUS = Path("thesaurusName/CI_Citation/title")

_HVD_IRI = re.compile(r"data\.europa\.eu/bna/c_", re.IGNORECASE)
_HVD = re.compile(r"high[- ]value|haute valeur|\bhvd\b", re.IGNORECASE)
_INSPIRE = re.compile(r"inspire.*th[eè]mes?|th[eè]mes?.*inspire", re.IGNORECASE)

_SERVICE = "/SpatialDataServiceCategory/"


class Keywords(Struct, frozen=True):
    """As in ``Dataset``. A word from a thesaurus is a keyword and a theme."""

    keywords: Texts
    themes: tuple[Concept, ...]
    places: tuple[Place, ...]
    hvd_categories: tuple[Concept, ...]
    service_categories: tuple[Concept, ...] = ()


def read_keywords(node: Element, words: Words) -> Keywords:
    """The keywords of a resource."""
    found = [(kind, concept) for block in _BLOCK.all(node) for kind, concept in _block(block, words)]

    def of(kind: str) -> tuple[Concept, ...]:
        return tuple(dict.fromkeys(concept for one, concept in found if one == kind))

    texts = (text for kind, concept in found if kind != "hvd" for text in concept.label)
    return Keywords(
        keywords=tuple(dict.fromkeys(texts)),
        themes=of("theme"),
        places=tuple(Place(iri=concept.iri, label=concept.label) for concept in of("place")),
        hvd_categories=of("hvd"),
        service_categories=of("service"),
    )


@Repeated
def _block(block: Element, words: Words) -> tuple[tuple[str, Concept], ...]:
    """Each keyword, with what it is."""
    thesaurus = _THESAURUS.first(block)
    named = f"{said(thesaurus)} {href(thesaurus)}"
    kind = code(_TYPE.first(block))
    concepts = filter(None, map(words.concept, _KEYWORD.all(block)))
    return tuple((_kind(concept, kind, named), concept) for concept in concepts)


def _kind(concept: Concept, kind: str, thesaurus: str) -> str:
    if _HVD_IRI.search(concept.iri) or _HVD.search(thesaurus):
        return "hvd"
    if _SERVICE in concept.iri:
        return "service"
    if kind == "place":
        return "place"
    return "theme" if concept.iri or _INSPIRE.search(thesaurus) else "keyword"
