"""What is counted of an answered question: never its words, nor who asked."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from search.answer import AnswerType, Route, RoutingAnswer


class Event(StrEnum):
    """``asked``: a question was sent to the portal; ``followed``: somebody went there; ``no-data``: the portal is
    competent and publishes nothing on it; ``no-portal``: the competent level has none; ``no-result``: the search found
    no dataset.
    """

    ASKED = "asked"
    FOLLOWED = "followed"
    NO_DATA = "no-data"
    NO_PORTAL = "no-portal"
    NO_RESULT = "no-result"


UNMET = frozenset((Event.NO_DATA, Event.NO_PORTAL, Event.NO_RESULT))
"""The demand that is not met."""

SKIPPED: Mapping[str, Event] = {
    "skipped-no-data": Event.NO_DATA,
    "skipped-no-portal": Event.NO_PORTAL,
    "skipped-no-own-portal": Event.NO_PORTAL,
}
"""Why something was passed over (``search/tables/reasons.csv``) → what it counts as."""


class Counted(Struct, frozen=True):
    """One thing that happened, on a portal, about a place and a competence; each of them may be empty."""

    event: Event
    portal: str = ""
    territory: str = ""
    competence: str = ""


def of_question(answer: RoutingAnswer) -> tuple[Counted, ...]:
    """What a question counts as: sent to its first portal (to each where all are needed), past those without data."""
    return tuple(dict.fromkeys(_of_question(answer)))


def of_search(answer: RoutingAnswer, results: int) -> tuple[Counted, ...]:
    """The same of a question that was searched too."""
    found = of_question(answer)
    return found if results else (*found, _counted(Event.NO_RESULT, answer))


def of_visit(answer: RoutingAnswer, portal: str) -> tuple[Counted, ...]:
    """What following a route counts as."""
    return (_counted(Event.FOLLOWED, answer, portal),)


def _of_question(answer: RoutingAnswer) -> Iterator[Counted]:
    if answer.answer_type is AnswerType.AMBIGUOUS:
        yield _counted(Event.ASKED, answer)
        return
    taken: tuple[Route, ...] = answer.routes if answer.answer_type is AnswerType.MULTI else answer.routes[:1]
    for route in taken:
        yield _counted(Event.ASKED, answer, route.portal)
        for skipped in route.skipped:
            if skipped.code in SKIPPED:
                yield _counted(SKIPPED[skipped.code], answer, skipped.portal)
        if route.datasets == 0:
            yield _counted(Event.NO_DATA, answer, route.portal)


def _counted(event: Event, answer: RoutingAnswer, portal: str = "") -> Counted:
    """About the likeliest place and competence; about none of several that bear one name."""
    clear = answer.territories and answer.answer_type is not AnswerType.AMBIGUOUS
    territory = answer.territories[0].code if clear else ""
    competence = answer.competences[0].id if answer.competences else ""
    return Counted(event, portal, territory, competence)
