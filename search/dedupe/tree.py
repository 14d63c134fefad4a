"""The decision on two records, as a tree with early exits: proof by identifiers first, words only where there is none.

A branch that decides says so and the later ones are never asked. Only ``Relation.SAME`` merges: proof without a hard
difference, or words whose weights add up to ``ENOUGH``. What is neither is a link (a version, a part, a member of a
series, something related) or nothing.
"""

from collections.abc import Iterable

from search.dedupe.evidence import (
    CLUES,
    dated_text,
    description,
    mention,
    place,
    pointer,
    proof,
    version,
    words,
    year,
)
from search.dedupe.facts import Facts
from search.dedupe.pair import Pair
from search.dedupe.senses import Meaning
from search.dedupe.texts import NOISE, has_digit
from search.dedupe.verdict import Relation, Verdict, Weighed

ENOUGH = 6.5  # what the weights of words must add up to
CLOSE_TITLES = 0.8  # part of the titles' words in common: one thing, worded anew
FAR_TITLES = 0.5  # an identifier alone does not hold together titles that differ more than this…
FAR_TEXTS = 0.5  # …nor titles that are not close with texts that differ more than this
COPIED, MENTIONED = 0.65, 0.7  # what another publisher's text must have in common, and one that leads to the other
REWORDED = 0.29  # how far the clue of the description must hold where its own publisher reworded it
IDENTICAL, SEVERAL_WORDS = 0.95, 10
NEAR_TITLES = 0.6  # words in common that link two titles of one publisher…
AKIN_TITLES = 0.35  # …and that do where their texts are alike
ALIKE, LINKED = 0.5, 0.75  # descriptions: of a series, of anything else

EXTRACT = frozenset(("extrait",))

HARD = ("year", "version", "place", "disjoint territory")
HARD_FOR_WORDS = (*HARD, "number", "homonym", "dated text")


def judge(one: Facts, other: Facts, meaning: Meaning) -> Verdict:
    """``meaning`` tells which of their keys mean something."""
    pair = Pair(one, other, meaning) if one.record < other.record else Pair(other, one, meaning)
    return _held_together(pair) or unlike(pair)


def bond(one: Facts, other: Facts, meaning: Meaning) -> Verdict | None:
    """The same of two records of which ``one`` is the smaller; None where nothing holds them together."""
    return _held_together(Pair(one, other, meaning))


def say_one_text(one: Facts, other: Facts, meaning: Meaning) -> bool:
    """Whether two records of two portals that are not one by themselves, yet nothing parts, say one text: under titles
    that republishers wrote, each of which may be a third one's, or before what a gateway put behind it."""
    pair = Pair(one, other, meaning)
    if pair.same_portal or (pair.same_title and not pair.has_appendix):
        return False
    return pair.proper_texts[0] >= IDENTICAL and pair.shortest >= SEVERAL_WORDS


def _held_together(pair: Pair) -> Verdict | None:
    return proved(pair) or worded(pair) or linked(pair)


def proved(pair: Pair) -> Verdict | None:
    """An identifier, a page or the files are shared: one dataset, a version or a part of it."""
    if pair.unproven:
        return None
    found = proof(pair)
    if not found or (found[0].clue in ("page", "download") and pair.same_portal):
        return None
    veto = _veto(pair, HARD) or _twins(pair)
    if veto:
        return _said(pair, _kind_of_difference(pair, veto), found, veto)
    if found[0].clue in ("identifier", "download") and _strayed(pair):
        return _said(pair, Relation.VERSION, found)
    if _is_extract(pair):
        return _part(pair, found)
    return _said(pair, Relation.SAME, found)


def worded(pair: Pair) -> Verdict | None:
    """No identifier, but the same title: the words are weighed."""
    if not pair.same_title:
        return None
    clues = words(pair)
    kept_apart = pair.same_portal and _both_live(pair) and not _came_twice(pair)
    veto = _veto(pair, HARD_FOR_WORDS) or (_twins(pair) if kept_apart and not _say_the_same(pair) else "")
    if veto:
        return _said(pair, _kind_of_difference(pair, veto), clues, veto)
    if _score(clues) >= ENOUGH and not kept_apart and _texts_agree(pair):
        return _said(pair, Relation.SAME, clues)
    near = bool(mention(pair)) or pair.same_publisher or pair.same_seat or pair.texts[0] >= ALIKE
    return _said(pair, Relation.RELATED if near else Relation.DIFFERENT, clues)


def linked(pair: Pair) -> Verdict | None:
    """Other titles: what the two have to do with each other, if anything."""
    jaccard = pair.texts[0] if pair.one.text and pair.other.text else 0.0
    relation = _linking(pair, jaccard)
    if relation is None:
        return None
    veto = _veto(pair, HARD_FOR_WORDS) or _twins(pair)
    clues = words(pair)
    return _part(pair, clues, veto) if relation is Relation.PART else _said(pair, relation, clues, veto)


def _linking(pair: Pair, jaccard: float) -> Relation | None:
    if pair.same_publisher and _is_reissue(pair):
        return Relation.VERSION
    if pair.same_publisher and _series(pair, jaccard):
        return Relation.SERIES
    if (jaccard >= LINKED and _is_extract(pair)) or (jaccard >= ALIKE and _is_own_extract(pair)):
        return Relation.PART
    return Relation.RELATED if jaccard >= LINKED or mention(pair) or _akin(pair, jaccard) else None


def _akin(pair: Pair, jaccard: float) -> bool:
    """One publisher's titles that are nearly the same, or whose texts are alike as well."""
    if not pair.same_publisher:
        return False
    return pair.titles >= NEAR_TITLES or (pair.titles >= AKIN_TITLES and jaccard >= ALIKE)


def unlike(pair: Pair) -> Verdict:
    """Nothing holds them together."""
    veto = _veto(pair, HARD) or _twins(pair)
    return _said(pair, Relation.DIFFERENT, (), veto)


# -- questions on the way


def _veto(pair: Pair, names: Iterable[str]) -> str:
    """The first hard difference, ``""`` where there is none."""
    for name in names:
        if CLUES[name](pair):
            return name
    return ""


def _twins(pair: Pair) -> str:
    """The veto between two records of one portal that are not one record twice."""
    return "twins" if pair.same_portal and not (_one_record_twice(pair) or _came_twice(pair)) else ""


def _came_twice(pair: Pair) -> bool:
    """Two ways to one portal, which never held the two apart: from two others; from one, beside what the same body
    published there; or in the names of a town and of a body that governs more, of which both are about the town."""
    if pair.one.source and pair.other.source and pair.one.source != pair.other.source:
        return True
    if not pair.same_title or not (pair.was_cut or pair.texts[0] >= COPIED):
        return False
    if pair.same_publisher:
        return pair.one.leads != pair.other.leads
    return pair.is_retold


def _one_record_twice(pair: Pair) -> bool:
    """Two records of one portal are one dataset if they share what is unique in the world, under titles that are the
    same or nearly. A copy that came back to the portal it started from may have words added to its title on the way.
    """
    one, other = pair.one, pair.other
    if not (pair.shared or pointer(pair)) or _editions(pair):
        return False
    if pair.same_title or (pair.titles >= CLOSE_TITLES and one.numbers == other.numbers) or _renamed(pair):
        return True
    return bool(one.origin or other.origin) and _holds(one.title, other.title)


def _editions(pair: Pair) -> bool:
    """Two living records whose texts are the same but for the year of what they hold: their number was used again."""
    return not (pair.one.archived or pair.other.archived) and bool(dated_text(pair))


def _renamed(pair: Pair) -> bool:
    """Copies of one record of another portal, of which one was archived: it was renamed there."""
    common = frozenset(pair.one.origin).intersection(pair.other.origin)
    archived = pair.one.archived or pair.other.archived
    return archived and any(pair.meaning.has_one_owner(key) for key in common)


def _both_live(pair: Pair) -> bool:
    """Neither was archived, and both bear identifiers of their own, or titles: what a portal keeps apart is apart."""
    one, other = pair.one, pair.other
    return not (one.archived or other.archived) and (bool(one.own and other.own) or one.title != other.title)


def _say_the_same(pair: Pair) -> bool:
    """Nobody could tell one from the other by what they say, and they say something. A portal that holds both apart is
    believed, yet what they are copies of may be one dataset.
    """
    nobody_else = pair.same_publisher or pair.same_place or not (pair.one.publisher and pair.other.publisher)
    return nobody_else and pair.texts[0] >= IDENTICAL and pair.shortest >= SEVERAL_WORDS


def _texts_agree(pair: Pair) -> bool:
    """Another publisher's text, or one that leads to the other dataset, must say more of the same; a cut one cannot."""
    if pair.was_cut:
        return True
    if mention(pair):
        return pair.texts[0] >= MENTIONED
    if pair.was_shortened:
        return True
    if pair.same_publisher or pair.is_retold:
        return description(pair) >= REWORDED
    return pair.texts[0] >= COPIED


def _strayed(pair: Pair) -> bool:
    """The words have become others: the identifier was given to something else, or to another state of it."""
    translated = pair.one.language != pair.other.language and bool(pair.one.language and pair.other.language)
    if pair.same_title or translated or pair.titles >= CLOSE_TITLES:
        return False
    unlike_texts = bool(pair.one.text and pair.other.text) and pair.texts[0] < FAR_TEXTS
    return pair.titles < FAR_TITLES or unlike_texts


def _is_reissue(pair: Pair) -> bool:
    """The titles differ by a version alone, which one of them may not tell."""
    one, other = pair.one, pair.other
    numbers = {number for version in (*one.versions, *other.versions) for number in version.split()}
    marks = {"v", "version", *numbers, *(f"v{number}" for number in numbers)}
    return one.versions != other.versions and pair.only_one | pair.only_other <= marks


def _series(pair: Pair, jaccard: float) -> bool:
    """The titles differ by a year, a number or a place, under the same publisher."""
    differing = pair.only_one | pair.only_other
    numbered = bool(differing) and all(map(has_digit, differing))
    return numbered or bool(jaccard >= ALIKE and place(pair))


def _is_extract(pair: Pair) -> bool:
    """One title is the other's with a place or a publisher added, and its data are about less."""
    if pair.same_portal or pair.same_title or pointer(pair):
        return False
    return _names_more(pair, frozenset(pair.sets[0 if pair.only_one else 1].fact.publisher.split()))


def _is_own_extract(pair: Pair) -> bool:
    """A publisher's title is another one of its own with a place added, on the portal of both."""
    return pair.same_portal and pair.same_publisher and _names_more(pair, EXTRACT)


def _names_more(pair: Pair, also: frozenset[str]) -> bool:
    """One title is the other's with names of places added, or these other words."""
    if bool(pair.only_one) == bool(pair.only_other):
        return False
    longer = pair.sets[0 if pair.only_one else 1]
    added = (pair.only_one | pair.only_other) - NOISE
    return bool(added) and added <= longer.places | also


def _kind_of_difference(pair: Pair, veto: str) -> Relation:
    """What two records are whose sameness a hard difference forbids."""
    if veto == "homonym" and pair.same_seat:
        return Relation.RELATED
    if veto in ("homonym", "disjoint territory") and not pair.shared:
        return Relation.DIFFERENT
    if veto == "dated text":
        return Relation.VERSION
    if veto in ("place", "number", "disjoint territory"):
        return Relation.SERIES
    if pair.shared and (year(pair) or version(pair) or veto == "twins"):
        return Relation.VERSION
    return Relation.SERIES if veto in ("year", "version") else Relation.RELATED


def _holds(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


# -- what is said


def _score(clues: Iterable[Weighed]) -> float:
    return round(sum([clue.weight for clue in clues]), 2)


def _said(pair: Pair, relation: Relation, clues: tuple[Weighed, ...], veto: str = "", whole: str = "") -> Verdict:
    return Verdict(pair.one.record, pair.other.record, relation, _score(clues), veto, clues, whole)


def _part(pair: Pair, clues: tuple[Weighed, ...], veto: str = "") -> Verdict:
    whole = pair.other if pair.only_one else pair.one
    return _said(pair, Relation.PART, clues, veto, whole.record)
