"""The decision on two records, as a tree with early exits: proof by identifiers first, words only where there is none.

A branch that decides says so and the later ones are never asked. Only ``Relation.SAME`` merges: proof without a hard
difference, or words whose weights add up to ``ENOUGH``. What is neither is a link (a version, a part, a member of a
series, something related) or nothing.
"""

from collections.abc import Callable, Iterable

from search.dedupe.blocks import Blocks
from search.dedupe.evidence import (
    CLUES,
    PROOFS,
    WORDS,
    Pair,
    description,
    mention,
    place,
    pointer,
    version,
    weigh,
    year,
)
from search.dedupe.facts import Facts
from search.dedupe.texts import NOISE, place_words
from search.dedupe.verdict import Relation, Verdict, Weighed

ENOUGH = 8.0  # what the weights of words must add up to
CLOSE_TITLES = 0.8  # part of the titles' words in common: one thing, worded anew
FAR_TITLES, FAR_TEXTS = 0.5, 0.8  # an identifier alone does not hold together what differs more than this in both
ALIKE, LINKED = 0.5, 0.75  # descriptions: of a series, of anything else

HARD = ("year", "version", "place", "disjoint territory")
HARD_FOR_WORDS = (*HARD, "number", "homonym")

Branch = Callable[[Pair], Verdict | None]


def judge(one: Facts, other: Facts, blocks: Blocks) -> Verdict:
    """``blocks`` tells which of their keys mean something."""
    pair = Pair(one, other, blocks) if one.record < other.record else Pair(other, one, blocks)
    return next(verdict for branch in TREE if (verdict := branch(pair)))


def proved(pair: Pair) -> Verdict | None:
    """An identifier, a page or the files are shared: one dataset, a version or a part of it."""
    proof = next((found for name in PROOFS if (found := weigh(pair, name))), None)
    if proof is None or (proof.clue in ("page", "download") and pair.same_portal):
        return None
    veto = _veto(pair, HARD) or _twins(pair)
    if veto:
        return _said(pair, _kind_of_difference(pair, veto), (proof,), veto)
    if proof.clue in ("identifier", "download") and _strayed(pair):
        return _said(pair, Relation.VERSION, (proof,))
    if _is_extract(pair):
        return _part(pair, (proof,))
    return _said(pair, Relation.SAME, (proof,))


def worded(pair: Pair) -> Verdict | None:
    """No identifier, but the same title: the words are weighed."""
    if not pair.same_title:
        return None
    clues = tuple(found for name in WORDS if (found := weigh(pair, name)))
    veto = _veto(pair, HARD_FOR_WORDS) or (_twins(pair) if _both_live(pair) else "")
    if veto:
        return _said(pair, _kind_of_difference(pair, veto), clues, veto)
    if _score(clues) >= ENOUGH and description(pair) > 0:
        return _said(pair, Relation.SAME, clues)
    near = bool(mention(pair)) or (pair.same_publisher and description(pair) >= 0)
    return _said(pair, Relation.RELATED if near else Relation.DIFFERENT, clues)


def linked(pair: Pair) -> Verdict | None:
    """Other titles: what the two have to do with each other, if anything."""
    clues = tuple(found for name in WORDS if (found := weigh(pair, name)))
    veto = _veto(pair, HARD_FOR_WORDS) or _twins(pair)
    jaccard = pair.texts[0] if pair.one.text and pair.other.text else 0.0
    if pair.same_publisher and _series(pair, jaccard):
        return _said(pair, Relation.SERIES, clues, veto)
    if jaccard >= LINKED and _is_extract(pair):
        return _part(pair, clues, veto)
    if mention(pair) or jaccard >= LINKED:
        return _said(pair, Relation.RELATED, clues, veto)
    return None


def unlike(pair: Pair) -> Verdict:
    """Nothing holds them together."""
    veto = _veto(pair, HARD) or _twins(pair)
    return _said(pair, Relation.DIFFERENT, (), veto)


TREE: tuple[Branch, ...] = (proved, worded, linked, unlike)


# -- questions on the way


def _veto(pair: Pair, names: Iterable[str]) -> str:
    """The first hard difference, ``""`` where there is none."""
    return next((name for name in names if CLUES[name](pair)), "")


def _twins(pair: Pair) -> str:
    """The veto between two records of one portal that are not one record twice."""
    return "twins" if pair.same_portal and not _one_record_twice(pair) else ""


def _one_record_twice(pair: Pair) -> bool:
    """Two records of one portal are one dataset if they share what is unique in the world, under titles that are the
    same or nearly. A copy that came back to the portal it started from may have words added to its title on the way.
    """
    one, other = pair.one, pair.other
    if not pair.blocks.usable(one.unique & other.unique):
        return False
    if pair.same_title or (pair.titles >= CLOSE_TITLES and one.years == other.years):
        return True
    return bool(one.origin or other.origin) and _holds(one.title, other.title)


def _both_live(pair: Pair) -> bool:
    """Neither was archived, and both bear identifiers of their own: what a portal keeps apart is apart."""
    one, other = pair.one, pair.other
    return not (one.archived or other.archived) and bool(one.own and other.own)


def _strayed(pair: Pair) -> bool:
    """Both title and text have become others: the identifier was given to something else, or to another state of it."""
    return pair.titles < FAR_TITLES and pair.texts[0] < FAR_TEXTS and bool(pair.one.text and pair.other.text)


def _series(pair: Pair, jaccard: float) -> bool:
    """The titles differ by a year, a number or a place, under the same publisher."""
    numbered = all(any(letter.isdigit() for letter in word) for word in pair.only_one | pair.only_other)
    return numbered or bool(jaccard >= ALIKE and place(pair))


def _is_extract(pair: Pair) -> bool:
    """One title is the other's with a place or a publisher added, and its data are about less."""
    if bool(pair.only_one) == bool(pair.only_other) or pointer(pair):
        return False
    longer = pair.one if pair.only_one else pair.other
    added = (pair.only_one | pair.only_other) - NOISE
    return added <= place_words(longer.title) | frozenset(longer.publisher.split())


def _kind_of_difference(pair: Pair, veto: str) -> Relation:
    """What two records are whose sameness a hard difference forbids."""
    if veto in ("homonym", "disjoint territory") and not pair.shared:
        return Relation.DIFFERENT
    if veto in ("place", "number", "disjoint territory"):
        return Relation.SERIES
    if pair.shared and (year(pair) or version(pair) or veto == "twins"):
        return Relation.VERSION
    return Relation.SERIES if veto in ("year", "version") else Relation.RELATED


def _holds(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


# -- what is said


def _score(clues: Iterable[Weighed]) -> float:
    return round(sum(clue.weight for clue in clues), 2)


def _said(pair: Pair, relation: Relation, clues: tuple[Weighed, ...], veto: str = "", whole: str = "") -> Verdict:
    return Verdict(pair.one.record, pair.other.record, relation, _score(clues), veto, clues, whole)


def _part(pair: Pair, clues: tuple[Weighed, ...], veto: str = "") -> Verdict:
    whole = pair.other if pair.only_one else pair.one
    return _said(pair, Relation.PART, clues, veto, whole.record)
