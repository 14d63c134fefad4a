"""A verdict to be read: beside each clue what it added, what either record says, and what the clue means."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from dcat.model import text_in
from search.dedupe.evidence import table
from search.dedupe.texts import years_of
from search.dedupe.verdict import Verdict, Weighed
from search.document import Copy

LONGEST = 200  # characters of a text that are shown
MOST_KEYS = 3

Said = Callable[[Copy, Copy], str]


def told(verdict: Verdict, one: Copy, other: Copy) -> Verdict:
    """``one`` and ``other`` as in the verdict. A veto comes last, with nothing added."""
    vetoes = (Weighed(verdict.veto, 0.0),) if verdict.veto else ()
    return replace(verdict, clues=tuple(_told(clue, one, other) for clue in (*verdict.clues, *vetoes)))


def _told(clue: Weighed, one: Copy, other: Copy) -> Weighed:
    said, text = SAID[clue.clue], table()[clue.clue].text
    return Weighed(clue.clue, clue.weight, said(one, other), said(other, one), text["fr"], text["en"])


def _keys(*roles: str) -> Said:
    """The keys that both have, else the first of its own."""

    def said(copy: Copy, other: Copy) -> str:
        mine = [key for role in roles for key in copy.identity.get(role, ())]
        theirs = {key for role in roles for key in other.identity.get(role, ())}
        return ", ".join(list(dict.fromkeys(key for key in mine if key in theirs) or mine)[:MOST_KEYS])

    return said


def _title(copy: Copy, _other: Copy) -> str:
    return text_in(copy.title)


def _description(copy: Copy, _other: Copy) -> str:
    return text_in(copy.description)[:LONGEST]


def _years(copy: Copy, _other: Copy) -> str:
    return ", ".join(years_of(text_in(copy.description)))


def _publisher(copy: Copy, _other: Copy) -> str:
    return copy.publisher


def _territory(copy: Copy, _other: Copy) -> str:
    return ", ".join(filter(None, (copy.publisher_territory, *copy.coverage)))[:LONGEST]


def _keywords(copy: Copy, _other: Copy) -> str:
    return ", ".join(copy.keywords)[:LONGEST]


def _modified(copy: Copy, _other: Copy) -> str:
    return copy.modified


def _version(copy: Copy, _other: Copy) -> str:
    return " ".join(filter(None, (text_in(copy.title), copy.version)))


def _portal(copy: Copy, _other: Copy) -> str:
    return f"{copy.portal}: {text_in(copy.title)}"


SAID: Mapping[str, Said] = {
    "pointer": _keys("origin", "own"),
    "identifier": _keys("origin", "own", "identifier"),
    "page": _keys("origin", "own", "identifier"),
    "download": _keys("download"),
    "mention": _keys("mention", "own"),
    **dict.fromkeys(("title", "generic title", "year", "number", "place"), _title),
    "description": _description,
    "dated text": _years,
    **dict.fromkeys(("publisher", "other publisher", "homonym"), _publisher),
    **dict.fromkeys(("territory", "disjoint territory"), _territory),
    "keywords": _keywords,
    "modified": _modified,
    "version": _version,
    "twins": _portal,
}
"""Clue → what a record says of it."""
