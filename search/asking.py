"""From a question as it was read to a search: places and publishers raise, what is left are words, a competence lends
its own."""

from msgspec.structs import replace

from dcat.competence import competences
from dcat.territory import NATIONAL
from dcat.text import fold
from search.query import SearchRequest
from search.question import Question
from search.question.lexicon import STOP_WORDS
from search.question.tokens import tokenise

FOCUSED_PROBABILITY = 0.25  # of two places that bear one name, both are raised


def asked_of(question: Question, request: SearchRequest, language: str) -> SearchRequest:
    """The places and publishers named in the question raise their own datasets; their names need not stand in the text.
    Where the question announces a publisher, or asks for nothing but its data, no other datasets are wanted."""
    read_places = (read.code for read in question.territories if read.probability >= FOCUSED_PROBABILITY)
    focus = tuple(dict.fromkeys(code for code in read_places if code != NATIONAL))
    request = _of_publishers(question, request, placed=bool(focus))
    words = request.q if request.published or not focus else question.without_places()
    if not words or (request.only_published and not request.q):
        return replace(request, focus=focus, lang=language)
    request = replace(request, q=words, typed=request.typed or request.q)
    places = tuple(mention.matched for mention in (*question.mentions, *question.containers)) if focus else ()
    return replace(request, places=places, focus=focus, phrases=_other_words(question), lang=language)


def _of_publishers(question: Question, request: SearchRequest, *, placed: bool) -> SearchRequest:
    """Publishers that the index does not know stay words."""
    published = tuple(dict.fromkeys(fold(name) for read in question.publishers for name in read.names))
    if not published:
        return request
    left = question.without_names(places=placed)
    asked = any(token.word not in STOP_WORDS for token in tokenise(left))
    return replace(
        request,
        q=left if asked else "",
        typed=request.q,
        publishers=tuple(read.matched for read in question.publishers if read.names),
        published=published,
        only_published=not asked or any(read.announced and read.names for read in question.publishers),
    )


def _other_words(question: Question) -> tuple[str, ...]:
    """How French catalogues name the competence that was read, whatever the language of the question."""
    if not question.competences or question.competences[0].probability < FOCUSED_PROBABILITY:
        return ()
    known = competences()[question.competences[0].id]
    return (known.label_fr, *known.keywords_fr)
