"""Statements that the model has no field for (``extra``, N-Triples), without those that tell a person's data."""

import re
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from dcat.personal import EMAIL, TELEPHONE, PersonalData, is_person, is_role_mailbox

THIS = "_:this"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
PERSON_TYPES = frozenset(
    f"<{iri}>"
    for iri in (
        "http://www.w3.org/2006/vcard/ns#Individual",
        "http://xmlns.com/foaf/0.1/Person",
        "http://schema.org/Person",
        "https://schema.org/Person",
    )
)
"""How a source says that a node is a person. ``vcard:Organization`` proves nothing: it is often written by default."""

_SIGNS = ("foaf/0.1/", "vcard/ns#", "schema.org/", "mailto:", "tel:")
_HOST = re.compile(r"@[\w-]+\.")
_STATEMENT = re.compile(r"(?P<subject>\S+) (?P<predicate><[^>]*>) (?P<object>.*\S) \.\s*")
_NAME = re.compile(
    r"(?:foaf/0\.1/(?:name|family|given|first|last|nick)|vcard/ns#(?:fn|given|family|nick)|schema\.org/(?:\w*[nN]ame))"
)
_PERSONAL = re.compile(r"foaf/0\.1/|vcard/ns#|schema\.org/|ns/locn#")
_MAILBOX = re.compile(r"(?:mbox|[eE]mail)>$")
_ADDRESS = re.compile(r"<mailto:([^>?]+)|\"((?:[^\"\\]|\\.)*@(?:[^\"\\]|\\.)*)\"", re.IGNORECASE)
_TEXT = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
SHORT = 1_000
"""Characters of statements that come again with every distribution of a catalogue."""


class Statement(NamedTuple):
    """One line; the whole values in it that are addresses, and those that stand where a name does. ``of_person``: it
    tells by itself that its subject is a person; ``astray``: whatever it has in the place of a mailbox is none."""

    line: str
    subject: str = ""
    predicate: str = ""
    object: str = ""
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    of_person: bool = False
    astray: bool = False


def is_individual(extra: str) -> bool:
    """Whether the source says that the node described is a person."""
    return "_:this" in extra and any(
        one.subject == THIS and one.predicate == TYPE and one.object in PERSON_TYPES for one in _read(extra)
    )


def without_persons(extra: str, mode: PersonalData) -> str:
    """The very same text where nothing leaves."""
    if not extra:
        return extra
    return _judged_before(extra, mode) if len(extra) <= SHORT else _judged(extra, mode)


def _judged(extra: str, mode: PersonalData) -> str:
    if not any(sign in extra for sign in _SIGNS) and not _HOST.search(extra):
        return extra
    statements = _read(extra)
    gone = _of_persons(statements)
    if not gone and mode is not PersonalData.DROP and not any(one.emails or one.astray for one in statements):
        return extra
    kept = [one.line for one in statements if not _leaves(one, gone, mode)]
    return extra if len(kept) == len(statements) else "\n".join(kept)


_judged_before = lru_cache(maxsize=2_048)(_judged)


def _read(extra: str) -> list[Statement]:
    return [_often_read(line) if len(line) <= SHORT else _statement(line) for line in extra.split("\n")]


def _statement(line: str) -> Statement:
    found = _STATEMENT.fullmatch(line)
    if found is None:
        return Statement(line)
    subject, predicate, said = found.groups()
    names = tuple(_TEXT.findall(said)) if _NAME.search(predicate) else ()
    emails = tuple(_emails(said))
    of_person = (predicate == TYPE and said in PERSON_TYPES) or any(is_person(name, "") for name in names)
    astray = not emails and _MAILBOX.search(predicate) is not None and _TEXT.match(said) is not None
    return Statement(line, subject, predicate, said, emails, names, of_person, astray)


_often_read = lru_cache(maxsize=4_096)(_statement)


def _of_persons(statements: list[Statement]) -> frozenset[str]:
    """The nodes that are persons, and the blank nodes that only those lead to."""
    gone = {one.subject for one in statements if one.of_person} | _by_mailbox(statements)
    new = gone - {THIS}
    while new:
        led_to = {one.object for one in statements if one.subject in new and one.object.startswith("_:")}
        new = led_to - gone - {THIS}
        gone |= led_to
    return frozenset(gone)


def _by_mailbox(statements: list[Statement]) -> set[str]:
    """The nodes whose name is a person's by the address that stands beside it."""
    emails: dict[str, list[str]] = defaultdict(list)
    for one in statements:
        if one.emails:
            emails[one.subject] += one.emails
    named = [one for one in statements if one.names and one.subject in emails]
    return {
        one.subject for one in named if any(is_person(name, to) for name in one.names for to in emails[one.subject])
    }


def _leaves(one: Statement, gone: frozenset[str], mode: PersonalData) -> bool:
    if one.object in gone and one.object.startswith("_:"):
        return True
    if one.subject in gone and (one.subject != THIS or (one.predicate != TYPE and _PERSONAL.search(one.predicate))):
        return True
    if mode is PersonalData.DROP and ("<tel:" in one.object or TELEPHONE.search(one.object)):
        return True
    if one.astray:
        return True
    return bool(one.emails) and (mode is PersonalData.DROP or not all(map(is_role_mailbox, one.emails)))


def _emails(said: str) -> list[str]:
    """Only where the whole value is an address: one within a text is the text's matter."""
    if "@" not in said and said[:8].lower() != "<mailto:":
        return []
    found = [unquote(mailto or text) for mailto, text in _ADDRESS.findall(said)]
    return [email for email in found if " " not in email.strip() and EMAIL.match(email)]
