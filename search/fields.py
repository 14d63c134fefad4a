"""Which fields the index has, what each weighs, and how a dataset fills them: the one place that both engines read."""

import hashlib
import math
from datetime import date
from typing import Final

from msgspec import Struct, msgpack

from dcat.model import Texts
from dcat.territory import gazetteer
from dcat.text import fold
from search.document import Document
from search.engines.backend import Entry, Sort
from search.question.lexicon import common_words
from search.text.analysis import analyser
from search.text.joined import joined_terms


class TextField(Struct, frozen=True):
    """``language`` of its terms, ``""`` for words that are folded and no more; ``weight`` as measured in the notes on
    dataset search: title 4, keywords and organisation 2, description 1.
    """

    language: str
    weight: float


TEXT_FIELDS: Final = {
    "title": TextField("fr", 4.0),
    "keywords": TextField("fr", 2.0),
    "organisation": TextField("fr", 2.0),
    "description": TextField("fr", 1.0),
    "title_en": TextField("en", 4.0),
    "description_en": TextField("en", 1.0),
    "joined": TextField("", 1.5),
}
TIE_BREAKER = 0.3  # per word: the best field plus this share of the others

# ``about`` is what the data cover, else the publisher's territory; ``within`` holds a dataset's territories and all
# that contain them; ``publisher_key`` is the folded name;
# ``carrier`` every portal that carries a copy, ``portal`` the elected copy's.
VALUE_FIELDS: Final = (
    "theme",
    "publisher",
    "publisher_key",
    "portal",
    "carrier",
    "format",
    "licence",
    "access",
    "language",
    "level",
    "territory",
    "about",
    "within",
)

ARCHIVED = 0.75
NEUTRAL_POPULARITY = 1.2  # what a hundred views give: no counts is not unpopular
INDEXED_DESCRIPTION = 5_000  # characters: what comes after says little of what a dataset is
LAST = "\uffff"
GLUED = ("d", "l")

_encoder = msgpack.Encoder()
_decoder = msgpack.Decoder(Document)


def entry_of(document: Document) -> Entry:
    """How a dataset stands in the index."""
    return Entry(
        id=document.id,
        terms=_terms(document),
        values=_values(document),
        prior=prior(document),
        day=_day(document.modified),
        order=_order(document),
        payload=_encoder.encode(document),
    )


def document_of(payload: bytes) -> Document:
    return _decoder.decode(payload)


def popularity_factor(views: int | None, followers: int | None, downloads: int | None = None) -> float:
    """A light prior: a strong one harms the datasets that few look for. Downloads count as views where a portal counts
    no views.
    """
    seen = downloads if views is None else views
    if seen is None and followers is None:
        return NEUTRAL_POPULARITY
    return (1 + 0.1 * math.log10(1 + max(seen or 0, 0))) * (1 + 0.1 * math.log(1 + max(followers or 0, 0)))


def prior(document: Document) -> float:
    """Popularity × .75 where archived. The last thousandth comes from the id: equal scores keep one order."""
    factor = _popularity(document) * (ARCHIVED if document.archived else 1.0)
    return round(factor, 3) * (1 + _fraction(document.id) / 1000)


def _popularity(document: Document) -> float:
    return popularity_factor(document.views, document.followers, document.downloads)


def _terms(document: Document) -> dict[str, str]:
    """Field → its terms, those that have any."""
    title = _joined(document.title, english=False)
    texts = {
        "title": title,
        "keywords": " ".join(map(_unglued, document.keywords)),
        "organisation": f"{document.publisher} {_territory_name(document.territory)}",
        "description": _joined(document.description, english=False)[:INDEXED_DESCRIPTION],
        "title_en": _joined(document.title, english=True),
        "description_en": _joined(document.description, english=True)[:INDEXED_DESCRIPTION],
    }
    terms = {field: analyser(TEXT_FIELDS[field].language).joined(text) for field, text in texts.items()}
    terms["joined"] = " ".join(dict.fromkeys(joined_terms(title)))
    return {field: found for field, found in terms.items() if found}


def _unglued(keyword: str) -> str:
    """Keywords made of slugs have lost their apostrophes: ``qualite-de-lair``, ``energie-denergie``."""
    return " ".join(
        word[1:] if word[:1] in GLUED and word not in common_words() and word[1:] in common_words() else word
        for word in keyword.replace("-", " ").split()
    )


def _joined(texts: Texts, *, english: bool) -> str:
    """English texts have their own field; a dataset with nothing else has them read as French too."""
    wanted = [text.value for text in texts if text.language.startswith("en") == english]
    return " ".join(wanted or ([] if english else [text.value for text in texts]))


def _values(document: Document) -> dict[str, tuple[str, ...]]:
    values = {
        "theme": document.themes,
        "publisher": (document.publisher,),
        "publisher_key": (fold(document.publisher),),
        "portal": (document.portal,),
        "carrier": tuple(dict.fromkeys(copy.portal for copy in document.copies)),
        "format": document.formats,
        "licence": (document.licence,),
        "access": (document.access,),
        "language": document.languages,
        "level": (document.level,),
        "territory": document.territories,
        "about": document.coverage or (document.territory,),
        "within": within(document.territories),
    }
    return {field: kept for field, found in values.items() if (kept := tuple(filter(None, found)))}


def within(territories: tuple[str, ...]) -> tuple[str, ...]:
    """The territories and all that contain them, each once."""
    chains = (wider.code for code in territories for wider in gazetteer().chain(code))
    return tuple(dict.fromkeys((*territories, *chains)))


def _order(document: Document) -> dict[str, str]:
    """One text a sort, ending in the id so that no two are equal."""
    popularity = int(_popularity(document) * 1_000_000)
    counted = any(count is not None for count in (document.views, document.followers, document.downloads))
    title = fold(document.title[0].value) if document.title else ""
    return {
        Sort.MODIFIED: f"{document.modified[:10]:10}{document.id}",
        Sort.TITLE: f"{(title or LAST)[:100]} {document.id}",
        Sort.POPULARITY: f"{popularity if counted else 0:012d}{document.id}",
    }


def _day(iso: str) -> int:
    try:
        return date.fromisoformat(iso[:10]).toordinal()
    except ValueError:
        return 0


def _fraction(identity: str) -> float:
    return int.from_bytes(hashlib.sha256(identity.encode()).digest()[:2]) / 65536


def _territory_name(code: str) -> str:
    found = gazetteer().get(code)
    return found.name if found and code != "national" else ""
