"""Links and identifiers resolved to datasets."""

import re

from msgspec import Struct

from api.services import Services
from dcat.model import text_in
from search.document import CopyLink

NAMES = re.compile(
    r"https?://\S+|[a-z0-9][a-z0-9-]*:[0-9a-f]{16}|[0-9a-f]{16}|(?:doi:)?10\.\d{4,9}/\S+"
    r"|\S*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\S*",
    re.IGNORECASE,
)
"""A link, a record id, a dataset id, a DOI, an identifier with a UUID: nobody asks a question so."""


class Candidate(Struct, frozen=True):
    """One of several datasets that bear what was asked."""

    id: str
    title: str
    portal: str
    publisher: str


class Resolved(Struct, frozen=True):
    """``dataset`` is ``""`` and ``candidates`` not empty where several datasets share what was asked."""

    asked: str
    dataset: str
    authoritative: CopyLink | None
    others: tuple[CopyLink, ...]
    copies: tuple[CopyLink, ...]
    why: tuple[str, ...]
    candidates: tuple[str, ...]


def resolve(services: Services, url: str, identifier: str, lang: str) -> Resolved | None:
    """None where nothing is known under the link or identifier."""
    if not services.harvested:
        return None
    found = services.catalogue.resolve(url=url, identifier=identifier)
    if not found.dataset and not found.candidates:
        return None
    first = (found.authoritative,) if found.authoritative else ()
    return Resolved(
        asked=found.asked,
        dataset=found.dataset,
        authoritative=found.authoritative,
        others=found.others,
        copies=(*first, *found.others),
        why=found.why_en if lang == "en" else found.why_fr,
        candidates=found.candidates,
    )


def names_a_dataset(text: str) -> bool:
    """Whether what was typed in the search box is a link or an identifier."""
    return NAMES.fullmatch(text.strip()) is not None


def candidates(services: Services, asked: str, lang: str) -> list[Candidate]:
    """The datasets that a link or identifier may mean: one where it is known, several where they share it."""
    found = resolve(services, "", asked, lang)
    wanted = (found.dataset,) if found and found.dataset else found.candidates if found else ()
    views = services.catalogue.views(wanted) if wanted else {}
    return [
        Candidate(
            identity, text_in(view.document.title, lang) or identity, view.document.portal, view.document.publisher
        )
        for identity, view in sorted(views.items())
    ]
