"""Questions answered: what the router says, with what the index knows as its evidence."""

from collections.abc import Container, Mapping
from functools import cache

import structlog

from api.answers.filters import territory_code, theme_code
from api.errors import Unavailable
from api.services import Services
from dcat.competence import Competence, competences
from dcat.territory import NATIONAL, gazetteer
from search.answer import RoutingAnswer
from search.engines.backend import IndexUnavailable
from search.question import Question, read_question
from search.question.publishers import NONE_KNOWN, PublisherNames

logger = structlog.get_logger()

LANGUAGES = ("fr", "en")
LONGEST_QUESTION = 10_000


def read(services: Services, q: str, territory: str = "", theme: str = "", lang: str = "") -> Question:
    """Read a question; ``BadRequest`` on a territory or theme that does not exist."""
    return read_question(
        q[:LONGEST_QUESTION],
        territory=territory_code(territory) if territory else "",
        theme=theme_code(theme) if theme else "",
        language=lang,
        publishers=_publishers(services),
    )


def _publishers(services: Services) -> PublisherNames:
    """Those of the index; none where nothing was harvested or the index is away, which no route needs to know."""
    try:
        return services.catalogue.publishers() if services.harvested else NONE_KNOWN
    except (IndexUnavailable, Unavailable) as error:
        logger.warning("no publishers from the index", reason=str(error))
        return NONE_KNOWN


def route(services: Services, question: Question, lang: str = "", limit: int = 5) -> RoutingAnswer:
    """Where the question should go, in the language asked for, else in the question's own."""
    language = lang if lang in LANGUAGES else question.language
    coverage = HarvestedCoverage(services, services.portals_read) if services.harvested else None
    return services.router.route(question, coverage=coverage, language=language, limit=limit)


class HarvestedCoverage:
    """What was harvested here. One look at the index a question and place, none where the index is away."""

    def __init__(self, services: Services, read: Container[str]) -> None:
        self._services = services
        self._harvested = read
        self._pertinent = cache(self._ask)

    def datasets(self, portal: str, competence: str, territory: str) -> int | None:
        """None where the portal was never harvested, or nobody can say now: unknown, not empty."""
        if portal not in self._harvested:
            return None
        covering = self._pertinent(competence, territory)
        if covering is None:
            return None
        if territory not in self._services.portals[portal].territories:
            return covering.get(portal, 0)
        inside = self._pertinent(competence, territory, inside=True) or {}
        return max(covering.get(portal, 0), inside.get(portal, 0))

    def _ask(self, competence: str, territory: str, *, inside: bool = False) -> Mapping[str, int] | None:
        """What covers the place counts; for the place's own portal, what lies inside it too. A body's own acts are
        never those of a wider body."""
        known = competences().get(competence)
        phrases = (known.label_fr, *known.keywords_fr) if known else ()
        try:
            return self._services.catalogue.pertinent(phrases, (), _places(territory, known, inside), inside=inside)
        except (IndexUnavailable, Unavailable) as error:
            logger.warning("no evidence from the index", reason=str(error))
            return None


def _places(territory: str, competence: Competence | None, inside: bool) -> tuple[str, ...]:
    if territory == NATIONAL:
        return ()
    if inside or (competence is not None and competence.own_account):
        return (territory,)
    return tuple(place.code for place in gazetteer().chain(territory))
