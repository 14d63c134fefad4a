"""Reading a question: which places, which competences, publishers, years and formats, and the words that are left."""

from search.question.model import Clue, Mention, Question, ReadCompetence, ReadPublisher, ReadTerritory
from search.question.reading import UnknownTerritoryError, read_question, territory_named

__all__ = [
    "Clue",
    "Mention",
    "Question",
    "ReadCompetence",
    "ReadPublisher",
    "ReadTerritory",
    "UnknownTerritoryError",
    "read_question",
    "territory_named",
]
