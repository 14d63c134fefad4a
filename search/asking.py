"""From a question as it was read to a search: places and publishers raise, what is left are words, a competence lends
its own."""

from msgspec.structs import replace

from dcat.competence import competences
from dcat.territory import NATIONAL
from dcat.text import fold
from search.query import SearchRequest
from search.question import Question
from search.question.lexicon import CATALOGUE_WORDS, OPEN_WORDS, STOP_WORDS
from search.question.tokens import tokenise

SAYING_NOTHING = STOP_WORDS | CATALOGUE_WORDS | OPEN_WORDS  # *données ouvertes de*
MOST_YEARS = 20  # of a period whose titles are raised
FOCUSED_PROBABILITY = 0.25  # of two places that bear one name, both are raised


def asked_of(question: Question, request: SearchRequest, language: str) -> SearchRequest:
    """The places and publishers named in the question raise their own datasets; their names need not stand in the text.
    Where the question announces a publisher, or asks for nothing but its data, no other datasets are wanted."""
    read_places = (read.code for read in question.territories if read.probability >= FOCUSED_PROBABILITY)
    focus = tuple(dict.fromkeys(code for code in read_places if code != NATIONAL))
    national = not focus and NATIONAL in {read.code for read in question.territories}
    request = replace(request, national=national, years=_years(question))
    published = tuple(dict.fromkeys(fold(name) for read in question.publishers for name in read.names))
    left = question.without_names(places=bool(focus)) if focus or published else request.q
    telling = any(token.word not in SAYING_NOTHING for token in tokenise(left))
    if published:
        request = _of_publishers(question, request, published, alone=not telling)
    if not published and not (telling if focus else left):
        return replace(request, focus=focus, lang=language)
    request = replace(request, q="" if published and not telling else left, typed=request.q)
    places = tuple(mention.matched for mention in (*question.mentions, *question.containers)) if focus else ()
    return replace(request, places=places, focus=focus, phrases=_other_words(question), lang=language)


def _of_publishers(
    question: Question, request: SearchRequest, published: tuple[str, ...], *, alone: bool
) -> SearchRequest:
    """Publishers that the index does not hold stay words."""
    held = tuple(read for read in question.publishers if read.names)
    return replace(
        request,
        publishers=tuple(read.matched for read in held),
        published=published,
        only_published=alone or any(read.announced for read in held),
    )


def _years(question: Question) -> tuple[str, ...]:
    if question.period is None:
        return ()
    first, last = question.period
    return tuple(map(str, range(first, min(last, first + MOST_YEARS) + 1)))


def _other_words(question: Question) -> tuple[str, ...]:
    """How French catalogues name the competence that was read, whatever the language of the question."""
    if not question.competences or question.competences[0].probability < FOCUSED_PROBABILITY:
        return ()
    known = competences()[question.competences[0].id]
    return (known.label_fr, *known.keywords_fr)
