"""Why a question goes where it goes: templates in French and English from one table, filled by the router."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dcat.competence import Competence, Holding
from dcat.portal import Level, Portal
from dcat.territory import Territory, gazetteer
from dcat.text import fold
from search.answer import Reason, Skipped
from search.own_portal import ASKED, body_rank
from search.question import Clue, Question, ReadTerritory
from search.question.tokens import Token, tokenise

LANGUAGES = ("fr", "en")
ARRONDISSEMENT = "arrondissement"
PLACE_CODES = {
    Clue.PARAMETER: "place-parameter",
    Clue.TYPING_ERROR: "place-typing-error",
    Clue.NATIONAL_WORD: "place-national",
    Clue.PUBLISHER: "place-publisher",
    Clue.SERVICE: "place-service",
    Clue.PART: "place-part",
    Clue.FORMER_NAME: "place-former",
}
FEW = {0: "-none", 1: "-one"}
BETWEEN = 12  # characters of small words within an expression: more, and its words stand apart
LEVEL_CODES = {Holding.AUTHORITY: "level-authority", Holding.SHARED: "level-shared", Holding.NONE: "level-none"}


@cache
def templates() -> Mapping[str, Mapping[str, str]]:
    """Code → language → template."""
    text = files("search.tables").joinpath("reasons.csv").read_text(encoding="utf-8")
    return {
        row["code"]: {language: row[language] for language in LANGUAGES} for row in csv.DictReader(text.splitlines())
    }


def as_typed(question: str, told: str) -> str:
    """Expressions that were read, folded and without small words, as they stand in the question: *coute eau* is
    *coûte l'eau*. What does not stand there so stays as it is."""
    tokens = tokenise(question)
    return ", ".join(_stretch(question, tokens, expression) for expression in told.split(", "))


def _stretch(question: str, tokens: Sequence[Token], expression: str) -> str:
    left = iter(tokens)
    found = [next((token for token in left if token.word == word), None) for word in expression.split()]
    met = [token for token in found if token]
    if not met or len(met) < len(found):
        return expression
    stretch = question[met[0].start : met[-1].end]
    return stretch if len(stretch) <= len(expression) + BETWEEN else expression


def say(code: str, language: str, **values: object) -> str:
    """A template in a language (French for any that we do not speak), filled."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    return templates()[code][spoken].format(**values)


class Voice(Struct, frozen=True):
    """Writes reasons about one question in one language."""

    question: Question
    language: str

    def place(self, reading: ReadTerritory | None) -> Reason:
        """Which place was read, from which words."""
        if reading is None:
            return Reason("place", say("place-none", self.language), "place-none")
        ambiguous = any(mention.ambiguous and reading in mention.readings for mention in self.question.mentions)
        code = "place-ambiguous" if ambiguous else PLACE_CODES.get(reading.kind, "place")
        code = "place-national" if code == "place" and reading.level == Level.NATIONAL else code
        level = self.level(ARRONDISSEMENT if _is_arrondissement(reading.code) else reading.level)
        text = say(code, self.language, matched=reading.matched, territory=reading.label, level=level)
        return Reason("place", text, code, matched=reading.matched, territory=reading.code, level=reading.level)

    def competence(self, competence: Competence | None) -> Reason:
        """Which competence was read, and the law behind it."""
        if competence is None:
            return Reason("competence", say("competence-none", self.language), "competence-none")
        original = self.question.original
        read = as_typed(original, self.question.competences[0].matched)
        matched = read or self._brand() or original.strip()
        code = "competence-legal" if competence.legal_basis else "competence"
        label = competence.label(self.language)
        basis = competence.legal_basis.removesuffix(".")  # "code env.": the sentence ends there, too
        text = say(code, self.language, competence=label, matched=matched, legal_basis=basis)
        return Reason("competence", text, code, matched, competence=competence.id, legal_basis=competence.legal_basis)

    def _brand(self) -> str:
        """The name of a service in the question, which says what it is about; or empty."""
        named = (mention.best for mention in (*self.question.mentions, *self.question.containers))
        return next((reading.matched for reading in named if reading.kind is Clue.SERVICE), "")

    def about_level(self, code: str, territory: Territory, base: str = "") -> Reason:
        """How far the portal's territory holds the competence."""
        text = say(code, self.language, territory=territory.name, level=self.level(territory.level), base=base)
        return Reason("level", text, code, territory=territory.code, level=str(territory.level))

    def portal(self, portal: Portal, territory: Territory) -> Reason:
        """Which portal publishes for that territory."""
        code = "portal-own" if fold(territory.name) in fold(portal.title) else "portal"
        if any(mention.best.kind is Clue.PUBLISHER for mention in self.question.mentions):
            own = body_rank(portal, self.question.publishers) == ASKED
            code = "portal-publisher" if own else "portal-national"
        text = say(code, self.language, portal=portal.title, territory=territory.name)
        return Reason("portal", text, code, territory=territory.code, level=str(portal.level), portal=portal.id)

    def evidence(self, portal: Portal, datasets: int | None) -> Reason:
        """What is known of the portal's contents."""
        code = "evidence-unknown" if datasets is None else "evidence-known"
        text = say(self._evidence(datasets), self.language, datasets=datasets)
        return Reason("evidence", text, code, portal=portal.id, datasets=datasets)

    def _evidence(self, datasets: int | None) -> str:
        """The words for so many datasets: pertinent ones, or all of the territory where no competence was read."""
        if datasets is None:
            return "evidence-unknown"
        pertinent = bool(self.question.competences)
        many = "-known" if pertinent else ""
        return f"{'evidence' if pertinent else 'evidence-place'}{FEW.get(datasets, many)}"

    def skipped(self, code: str, territory: Territory, portal: Portal | None = None) -> Skipped:
        """What was passed over, and why."""
        title = portal.title if portal else ""
        reason = say(code, self.language, portal=title, territory=territory.name, level=self.level(territory.level))
        return Skipped(portal.id if portal else "", reason, code, territory.code, str(territory.level))

    def level(self, level: str) -> str:
        """A level of government in words."""
        return say(f"level:{level}", self.language)


def _is_arrondissement(code: str) -> bool:
    territory = gazetteer().get(code)
    return territory is not None and territory.type == ARRONDISSEMENT
