"""What every page shows around its own content."""

from functools import partial

from fastapi import Request

from api.messages import Language, page_language
from api.services import Services
from dcat.quality import indicators


def language_of(request: Request, lang: str) -> Language:
    """``?lang=``, else what the browser prefers."""
    return page_language(lang, request.headers.get("accept-language"))


def frame(services: Services) -> dict[str, object]:
    """The banner of sample data, names of portals, links that change one parameter."""
    return {
        "sample": services.sample,
        "harvested": services.harvested,
        "indicators": indicators(),
        "portal_title": partial(portal_title, services),
    }


def portal_title(services: Services, identity: str) -> str:
    """A portal's title; its id where it is no longer registered."""
    portal = services.portals.get(identity)
    return portal.title if portal else identity
