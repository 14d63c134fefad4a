"""Legal constraints → licence, access rights, rights: French catalogues put all three in the same few elements."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from dcat.licence import GENERIC, find_licence
from dcat.model import Concept, Text, Texts
from dcat.normalise.rights import recognise_rights
from harvester.parsers.iso.repeated import Repeated
from harvester.parsers.iso.tree import Element, Path, Words, codes

_ACCESS = Path("accessConstraints")
_USE = Path("useConstraints")
_STATEMENTS = Path("otherConstraints|useLimitation|reference/CI_Citation/title")

# INSPIRE's code lists tell what a statement is about (Technical Guidelines 2.0, C.17 and C.18).
LIMITATIONS = "/LimitationsOnPublicAccess/"
CONDITIONS = "/ConditionsApplyingToAccessAndUse/"
# Codes that only say "see the text".
POINTERS = frozenset(("otherRestrictions", "license", "licence", "unrestricted", "licenceUnrestricted"))


class Constraints(Struct, frozen=True):
    """As in ``Dataset``."""

    licence: Concept | None = None
    access_rights: Concept | None = None
    rights: Texts = ()


@lru_cache(maxsize=4_096)
def names_licence(concept: Concept) -> bool:
    """Whether its address or its words name a licence that we know, and do not only say what is allowed: a catalogue
    repeats a few statements for ever."""
    words = (concept.iri, *(text.value for text in concept.label))
    return any(found.code not in GENERIC for found in map(find_licence, filter(None, words)) if found)


class _Block(NamedTuple):
    """One ``MD_LegalConstraints``: what it says, and the restrictions that a code alone states (``copyright``,
    ``restricted``…)."""

    statements: "tuple[_Statement, ...]"
    restrictions: Texts


class _Statement(Struct, frozen=True):
    """``use``, ``access``: what the element that it stands in constrains."""

    concept: Concept
    use: bool
    access: bool

    def is_limitation(self) -> bool:
        return LIMITATIONS in self.concept.iri

    def is_condition(self) -> bool:
        return CONDITIONS in self.concept.iri

    def limits_access(self) -> bool:
        return not self.is_condition() and bool(recognise_rights(self.concept).code)

    def is_about_access(self) -> bool:
        return self.access and not self.use and not self.names_licence()

    def names_licence(self) -> bool:
        return names_licence(self.concept)


def read_constraints(elements: Sequence[Element], words: Words) -> Constraints:
    """The licence is the statement that names one we know, else INSPIRE's conditions, else the first that constrains
    use. The access rights are INSPIRE's limitation, else words that we know, else the first that constrains access
    alone. All others are rights."""
    blocks = [_block(element, words) for element in elements]
    said = [statement for block in blocks for statement in block.statements]
    access = _best(said, _Statement.is_limitation, _Statement.limits_access, _Statement.is_about_access)
    left = [one for one in said if one is not access and not one.is_limitation()]
    licence = _best(left, _Statement.names_licence, _Statement.is_condition, lambda one: one.use)
    others = [one.concept for one in said if one is not access and one is not licence]
    return Constraints(
        licence=licence.concept if licence else None,
        access_rights=access.concept if access else None,
        rights=tuple(dict.fromkeys((*_texts(others), *(text for block in blocks for text in block.restrictions)))),
    )


@Repeated
def _block(element: Element, words: Words) -> _Block:
    use, access = _USE.all(element), _ACCESS.all(element)
    concepts = filter(None, map(words.concept, _STATEMENTS.all(element)))
    return _Block(
        statements=tuple(_Statement(concept, bool(use), bool(access)) for concept in concepts),
        restrictions=tuple(Text(one) for one in codes([*use, *access]) if one not in POINTERS),
    )


def _best(statements: Sequence[_Statement], *tests: Callable[[_Statement], bool]) -> _Statement | None:
    return next((one for test in tests for one in statements if test(one)), None)


def _texts(concepts: Iterable[Concept]) -> Iterable[Text]:
    for concept in concepts:
        yield from concept.label or (Text(concept.iri),)
