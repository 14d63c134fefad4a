"""Why two records are one dataset, or not; and which pairs a person should look at."""

from msgspec import Struct

from api.answers.deciding import two_records
from api.errors import NotFound
from api.messages import Language, say
from api.services import Services
from dcat.model import text_in
from search.dedupe.decisions import Said
from search.dedupe.explanation import Explanation, Step
from search.document import Copy


class Side(Struct, frozen=True):
    """One of the two records. ``dataset`` is the one that it belongs to."""

    record: str
    dataset: str
    portal: str
    title: str
    publisher: str
    modified: str
    url: str


class StepView(Struct, frozen=True):
    """A clue of the waterfall: what it adds, what that makes, what each side says."""

    clue: str
    part: str
    weight: float
    total: float
    one: str
    other: str
    text: str


class DecisionView(Struct, frozen=True):
    """What somebody decided, without who: that is for administrators. A part stands in ``one``."""

    relation: Said
    one: str
    other: str
    reason: str
    when: str


class ExplanationView(Struct, frozen=True):
    """``outcome`` is a code, ``text`` the same in words; ``relation`` is what the clues say, ``enough`` what ``score``
    must reach where words alone speak. ``through`` are the records that join the two where nothing does directly."""

    one: Side
    other: Side
    together: bool
    outcome: str
    text: str
    relation: str
    score: float
    enough: float
    veto: str
    steps: tuple[StepView, ...]
    decision: DecisionView | None
    through: tuple[str, ...]


class DoubtView(Struct, frozen=True):
    """A pair to look at. ``doubt`` is how far its score is from what is enough: the smaller, the more doubtful."""

    one: Side
    other: Side
    together: bool
    relation: str
    score: float
    doubt: float


def explanation(services: Services, one: str, other: str, language: Language) -> ExplanationView:
    """Raises ``NotFound``, ``BadRequest``."""
    first, second = two_records(services, one, other)
    found = services.catalogue.arbiter.explain(first, second)
    if found is None:
        gone = {"one": first, "other": second}
        raise NotFound(say("fr", "explain_gone", **gone), say("en", "explain_gone", **gone))
    datasets = services.catalogue.datasets_of([first, second])
    return ExplanationView(
        one=_side(found.one, datasets.get(found.one.record, "")),
        other=_side(found.other, datasets.get(found.other.record, "")),
        together=found.together,
        outcome=found.outcome,
        text=_sentence(found, language),
        relation=found.verdict.relation,
        score=found.verdict.score,
        enough=found.enough,
        veto=found.verdict.veto,
        steps=tuple(_step(step, language) for step in found.steps),
        decision=_decision(found),
        through=found.through,
    )


def doubtful(services: Services, limit: int, offset: int) -> tuple[list[DoubtView], int]:
    """The most doubtful pairs first, and how many there are; those that were decided are settled."""
    if not services.harvested:
        return [], 0
    found, total = services.catalogue.arbiter.doubts(limit, offset)
    records = {record for doubt in found for record in (doubt.one, doubt.other)}
    datasets = services.catalogue.datasets_of(records)
    sides = {
        record: _side(copy, datasets.get(record, ""))
        for record, copy in services.catalogue.arbiter.copies(records).items()
    }
    return [
        DoubtView(
            sides[doubt.one],
            sides[doubt.other],
            datasets[doubt.one] == datasets[doubt.other],
            doubt.relation,
            doubt.score,
            doubt.doubt,
        )
        for doubt in found
        if doubt.one in sides and doubt.other in sides
    ], total


def _side(copy: Copy, dataset: str) -> Side:
    title = text_in(copy.title) or copy.record
    return Side(copy.record, dataset, copy.portal, title, copy.publisher, copy.modified, copy.url)


def _step(step: Step, language: Language) -> StepView:
    text = step.text_en if language == "en" else step.text_fr
    return StepView(step.clue, step.part, step.weight, step.total, step.one, step.other, text)


def _sentence(found: Explanation, language: Language) -> str:
    if found.outcome == "decided" and found.decision is not None:
        return say(language, f"explain_decided_{found.decision.relation}")
    if found.outcome == "linked":
        return say(language, "explain_linked", relation=say(language, f"relation_{found.verdict.relation}"))
    return say(language, f"explain_{found.outcome}")


def _decision(found: Explanation) -> DecisionView | None:
    said = found.decision
    return DecisionView(said.relation, said.one, said.other, said.reason, said.when) if said else None
