"""Links and identifiers resolved to datasets."""

from msgspec import Struct

from api.services import Services
from search.document import CopyLink


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
