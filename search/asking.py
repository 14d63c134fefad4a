"""From a question as it was read to a search: places raise, what is left are words, a competence lends its own."""

from msgspec.structs import replace

from dcat.competence import competences
from dcat.territory import NATIONAL
from search.query import SearchRequest
from search.question import Question

FOCUSED_PROBABILITY = 0.25  # of two places that bear one name, both are raised


def asked_of(question: Question, request: SearchRequest, language: str) -> SearchRequest:
    """The places named in the question raise their own datasets; their names need not stand in the text."""
    read_places = (read.code for read in question.territories if read.probability >= FOCUSED_PROBABILITY)
    focus = tuple(dict.fromkeys(code for code in read_places if code != NATIONAL))
    words = question.without_places() if focus else request.q
    if not words:
        return replace(request, focus=focus, lang=language)
    request = replace(request, q=words, typed=request.q)
    places = tuple(mention.matched for mention in (*question.mentions, *question.containers)) if focus else ()
    return replace(request, places=places, focus=focus, phrases=_other_words(question), lang=language)


def _other_words(question: Question) -> tuple[str, ...]:
    """How French catalogues name the competence that was read, whatever the language of the question."""
    if not question.competences or question.competences[0].probability < FOCUSED_PROBABILITY:
        return ()
    known = competences()[question.competences[0].id]
    return (known.label_fr, *known.keywords_fr)
