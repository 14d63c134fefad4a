"""Reading a question: which places, which competences, which years and formats, and the words that are left."""

from search.question.model import Clue, Mention, Question, ReadCompetence, ReadTerritory
from search.question.reading import UnknownTerritoryError, read_question, territory_named

__all__ = [
    "Clue",
    "Mention",
    "Question",
    "ReadCompetence",
    "ReadTerritory",
    "UnknownTerritoryError",
    "read_question",
    "territory_named",
]
