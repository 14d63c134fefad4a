"""The link to a portal's own search page: the question, less the place that the portal is all about."""

from dcat.portal import Level, Portal
from dcat.territory import Territory, gazetteer
from search.question import Mention, Question
from search.question.lexicon import COORDINATORS, STOP_WORDS
from search.question.model import cut
from search.question.tokens import tokenise


def search_link(portal: Portal, question: Question) -> str:
    """The portal's search page for this question, ``portal.url`` where it has none."""
    return portal.search_page(words_for(portal, question))


def words_for(portal: Portal, question: Question) -> str:
    """The question without the places that say nothing to this portal, or whole where nothing else would be left.

    A place is dropped where all the portal's territories lie inside it; where there are several places, those of the
    other portals are dropped too.
    """
    own = [mention for mention in question.mentions if _lies_inside(portal, mention)]
    others = [mention for mention in question.mentions if mention not in own]
    dropped = (*own, *(others if own and len(question.mentions) > 1 else ()), *(question.containers if own else ()))
    if not dropped:
        return " ".join(question.original.split())
    left = trimmed(cut(question.original, tuple(mention.span for mention in dropped)))
    return left or " ".join(question.original.split())


def _lies_inside(portal: Portal, mention: Mention) -> bool:
    territories = [territory for code in portal.territories if (territory := gazetteer().get(code))]
    return bool(territories) and all(_inside(territory, mention.best.code) for territory in territories)


def _inside(territory: Territory, place: str) -> bool:
    """Whether a territory lies in a place; an EPCI counts as inside its central city, whose name it goes by."""
    return gazetteer().covers(place, territory.code) or (
        territory.level is Level.EPCI and gazetteer().central_city(territory.code) == place
    )


def trimmed(text: str) -> str:
    """A text without the small words that a cut leaves at either end."""
    tokens = [token for token in tokenise(text) if token.word not in STOP_WORDS | COORDINATORS]
    return text[tokens[0].start : tokens[-1].end] if tokens else ""
