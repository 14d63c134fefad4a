"""What people decide of two records: naming them, writing it down, carrying it elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from api.errors import BadRequest, NotFound
from api.messages import say
from api.services import Services
from search.dedupe.decisions import Decision, Said

NAMED = "a record id, a dataset id, a source IRI or the link of a page"  # how two records can be asked about
LONGEST_REASON = 2_000
MOST = 1_000  # decisions read at once


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """One decision as a line of JSON: ``one`` is the same as, different from or a part of ``other``."""

    relation: Said
    one: str
    other: str
    reason: str
    who: str
    when: str


def record_named(services: Services, text: str) -> str:
    """The record that a record id, a dataset id, a source IRI or a page link means. Raises ``NotFound``,
    ``BadRequest`` where it may be several."""
    found = services.catalogue.arbiter.named(text) if services.harvested else []
    if not found and services.harvested and services.archive.history(text.strip()):
        return text.strip()  # it is gone for now; what is decided of it holds when it comes back
    if not found:
        raise NotFound(say("fr", "record_unknown", asked=text), say("en", "record_unknown", asked=text))
    if len(found) > 1:
        several = {"asked": text, "records": ", ".join(found)}
        raise BadRequest(say("fr", "record_ambiguous", **several), say("en", "record_ambiguous", **several))
    return found[0]


def two_records(services: Services, one: str, other: str) -> tuple[str, str]:
    """Raises ``NotFound``, ``BadRequest``: also where both name one record."""
    pair = record_named(services, one), record_named(services, other)
    if pair[0] == pair[1]:
        raise BadRequest(say("fr", "record_twice", record=pair[0]), say("en", "record_twice", record=pair[0]))
    return pair


def decide(services: Services, relation: Said, one: str, other: str, reason: str, who: str) -> Decision:
    """Write a decision down; the clusters follow it with the process that keeps the installation. Raises
    ``NotFound``, ``BadRequest``."""
    if not reason.strip() or len(reason) > LONGEST_REASON:
        limit = {"most": LONGEST_REASON}
        raise BadRequest(say("fr", "decision_reason", **limit), say("en", "decision_reason", **limit))
    first, second = two_records(services, one, other)
    said = Decision(relation, first, second, reason.strip(), who.strip()[:200], _now())
    if not services.catalogue.arbiter.decide([said]) and relation is Said.UNDO:
        raise NotFound(say("fr", "decision_none"), say("en", "decision_none"))
    return next(about for about in services.catalogue.arbiter.decisions_about([first]) if about.pair == said.pair)


def lines(services: Services) -> Iterator[bytes]:
    """The decisions in force and those undone, a line of JSON each, the oldest first."""
    last: dict[tuple[str, str], Decision] = {}
    for decision in _every(services):
        last.setdefault(decision.pair, decision)
    for decision in reversed(last.values()):
        line = Line(decision.relation, decision.one, decision.other, decision.reason, decision.who, decision.when)
        yield msgspec.json.encode(line) + b"\n"


def take_lines(services: Services, given: Iterable[bytes]) -> tuple[int, int]:
    """Write down what ``lines`` gave, here or elsewhere: all of it, or nothing where a line cannot be read. Gives how
    many are news, and how many lines there were. Records that are not known (yet) are no error. Raises ``BadRequest``.
    """
    said = [_read(number, line) for number, line in enumerate(given, 1) if line.strip()]
    return services.catalogue.arbiter.decide(said), len(said)


def _read(number: int, line: bytes) -> Decision:
    try:
        found = msgspec.json.decode(line, type=Line)
        moment = datetime.fromisoformat(found.when).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, msgspec.MsgspecError) as error:
        told = {"line": number, "problem": str(error)}
        raise BadRequest(say("fr", "decision_line", **told), say("en", "decision_line", **told)) from error
    return Decision(found.relation, found.one, found.other, found.reason, found.who, moment)


def _every(services: Services) -> Iterator[Decision]:
    """The newest first."""
    offset = 0
    while found := services.catalogue.arbiter.decisions(MOST, offset)[0]:
        yield from found
        offset += len(found)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
