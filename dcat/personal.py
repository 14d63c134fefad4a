"""Whose name, whose mailbox: a person's or a service's. What a catalogue says of persons is kept, reduced or left out.

There is no list of first names: a person is known by how a name is written (``Jean DUPONT``, ``Mme Dupont``), by a
mailbox that repeats the name, or by the source's own word (``vcard:Individual``); a service by words of
``tables/contact-words.csv``.
"""

import csv
import re
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

from msgspec.structs import replace

from dcat.findings import Finding
from dcat.text import fold


class PersonalData(StrEnum):
    """``keep``: everything; ``role-only``: names and mailboxes of services; ``drop``: names of services alone."""

    KEEP = "keep"
    ROLE_ONLY = "role-only"
    DROP = "drop"


FEWEST_LETTERS = 2
MOST_WORDS = 4
"""A person's name has two to four words."""

_CAPITALISED = r"[^\W\d_a-zà-öø-ÿ][^\W\d_]*[.]?(?:['’-][^\W\d_]+)*"
_NAME = re.compile(rf"{_CAPITALISED}(?: (?:d[eu] |de la |le |la |van |von |d['’])?{_CAPITALISED})+")
_LETTERS = re.compile(r"[a-z]+")

_AT = r"(?:@|%40|&#64;|&#x40;|\\u0040|[\[({]\s?(?:at|arobase)\s?[\])}])"
AT = re.compile(_AT, re.IGNORECASE)
EMAIL = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+\s?{_AT}\s?(?=[\w-]+(?:\.[\w-]+)*)", re.IGNORECASE)
"""Takes the square of a word's length where it finds none: ask for ``AT`` before."""
TELEPHONE = re.compile(r"(?<![\w.,/:+-])(?:(?:\+|00)\d{1,3}[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?\d{2}){4}(?![\w-])")
PERSONAL_PLACE = re.compile(r"contact|maintainer|author|creator|vcard|mbox|e-?mail|phone|person", re.IGNORECASE)
"""Where a source speaks of persons."""


def is_role_mailbox(email: str, name: str = "") -> bool:
    """Whether a mailbox is a service's: its words say so, or repeat its domain's, or those of a service's ``name``."""
    local, _, domain = fold_email(email).partition("@")
    tokens = _LETTERS.findall(local)
    if any(token in words("role") or token.startswith(tuple(words("stem"))) for token in tokens):
        return True
    if domain in words("freemail") or _looks_like_a_name(local):
        return False
    if any(len(token) > FEWEST_LETTERS and token in domain for token in tokens):
        return True
    return bool(name) and not is_person(name, email)


def is_person(name: str, email: str = "") -> bool:
    """Whether a name is a person's. ``email`` of the same contact decides where two capitalised words could be
    either."""
    plain = " ".join(name.split()).strip(" ,;.")
    folded = fold(plain).split()
    if not folded:
        return False
    if folded[0] in words("civility") and len(folded) > 1:
        return True
    if any(word in words("organisation") or word in words("role") for word in folded):
        return False
    if "@" in plain or any(character.isdigit() for character in plain) or len(plain.split()) > MOST_WORDS:
        return False
    return bool(_NAME.fullmatch(plain)) and (_one_in_capitals(plain) or _shares_words(folded, email))


def could_be_person(name: str) -> bool:
    """Two to four capitalised words of which none is a service's: ``Jean Dupont``, but also ``Bretagne Vivante``."""
    plain = " ".join(name.split())
    folded = fold(plain).split()
    known = any(word in words("organisation") or word in words("role") for word in folded)
    return not known and len(folded) <= MOST_WORDS and bool(_NAME.fullmatch(plain))


def _one_in_capitals(name: str) -> bool:
    """``Jean DUPONT`` or ``DUPONT Jean``; all or none in capitals tells nothing."""
    capitals = [len(word) > 1 and word.isupper() for word in name.split()]
    return any(capitals) and not all(capitals) and (capitals[0] or capitals[-1])


def _shares_words(name: list[str], email: str) -> bool:
    """``jean.dupont@…``, ``j.dupont@…``, ``jdupont@…`` of Jean Dupont."""
    local = fold_email(email).partition("@")[0]
    long = [word for word in name if len(word) > FEWEST_LETTERS]
    return bool(local) and any(word in local for word in long)


def _looks_like_a_name(local: str) -> bool:
    """``jean.dupont``, ``j-dupont``: two words of letters."""
    parts = re.split(r"[._-]", local)
    return len(parts) > 1 and all(part.isalpha() for part in parts) and any(len(part) > 3 for part in parts)


def fold_email(email: str) -> str:
    """Lower case, without ``mailto:``."""
    return email.strip().removeprefix("mailto:").lower()


@lru_cache(maxsize=4_096)
def masked(text: str) -> str:
    """A text whose mailboxes and telephone numbers cannot be read; the domain stays, for whoever repairs it."""
    return TELEPHONE.sub("…", EMAIL.sub("…@", text) if AT.search(text) else text)


def shape_of(text: str) -> str:
    """How a value is written, without saying what: ``Jean Dupont 06`` → ``Xxxx Xxxxxx 99``."""
    return "".join(map(_shape, text))


def _shape(character: str) -> str:
    if character.isdigit():
        return "9"
    return ("X" if character.isupper() else "x") if character.isalpha() else character


def discreet(found: Finding) -> Finding:
    """A finding that tells no person's data."""
    value = shape_of(found.value) if _speaks_of_persons(found) else masked(found.value)
    return found if value == found.value else replace(found, value=value)


def _speaks_of_persons(found: Finding) -> bool:
    return found.rule == "email-invalid" or (found.rule != "personal-data-removed" and _is_personal_place(found.place))


@lru_cache(maxsize=4_096)
def _is_personal_place(place: str) -> bool:
    return PERSONAL_PLACE.search(place) is not None


@cache
def words(kind: str) -> frozenset[str]:
    """The words of one kind of ``tables/contact-words.csv``."""
    text = files("dcat").joinpath("tables", "contact-words.csv").read_text(encoding="utf-8")
    return frozenset(next(row["words"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind).split("|"))
