"""What the index knows of one dataset, and what one portal's record brings to it.

A ``Copy`` is made once from a ``Record`` and kept in the store; a ``Document`` is made from the copies of one cluster.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from msgspec import Struct

from dcat.extent import BOXED
from dcat.model import Agent, Concept, Dataset, Record, Texts, text_in
from dcat.portal import Level, Portal
from dcat.publish import agent_key, body_key
from dcat.quality import pattern_of, score
from dcat.territory import gazetteer
from dcat.text import fold

T = TypeVar("T")

LONGEST_DESCRIPTION = 12_000  # characters kept for searching; the archive keeps the whole


class Copy(Struct, frozen=True, omit_defaults=True):
    """One portal's record, reduced to what searching, deduplicating and electing need.

    ``publisher_territory`` is where the publisher governs, told with a confidence of 0 to 1; ``publisher_body`` and
    ``publisher_key`` are its names in ``dcat.publish``; ``coverage`` what the data are about. ``identity`` are the keys
    of ``search.dedupe.clues`` by role; ``outcomes`` is the pattern of the quality (``dcat.quality.pattern``);
    ``ailments`` (``search.dedupe.health``) are measured after the harvest.
    """

    record: str
    portal: str
    url: str = ""
    title: Texts = ()
    description: Texts = ()
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    publisher_territory: str = ""
    publisher_confidence: float = 0.0
    publisher_body: str = ""
    publisher_key: str = ""
    coverage: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    licence: str = ""
    access: str = ""
    formats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    modified: str = ""
    archived: bool = False
    views: int | None = None
    followers: int | None = None
    downloads: int | None = None
    version: str = ""
    quality: float | None = None
    outcomes: str = ""
    identity: Mapping[str, tuple[str, ...]] = {}
    ailments: tuple[str, ...] = ()


class CopyLink(Struct, frozen=True):
    """Where a dataset can also be found."""

    record: str
    portal: str
    url: str


class Document(Struct, frozen=True, omit_defaults=True):
    """One dataset as it is searched and shown: the elected copy's words, with what the others add.

    ``territory`` is the publisher's where known, ``coverage`` what the data are about, ``territories`` both together;
    ``quality`` is the share of the European assessment's points that the elected copy has (``dcat.quality``), of those
    that can be judged; None where it was read before there was one. ``competences`` are filled by later steps.
    ``elected_fr`` and ``elected_en`` say why this copy is shown.
    """

    id: str
    record: str
    portal: str
    title: Texts = ()
    description: Texts = ()
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    territory: str = ""
    coverage: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    level: str = ""
    themes: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    licence: str = ""
    access: str = ""
    formats: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    modified: str = ""
    archived: bool = False
    quality: float | None = None
    views: int | None = None
    followers: int | None = None
    downloads: int | None = None
    copies: tuple[CopyLink, ...] = ()
    url: str = ""
    elected_fr: tuple[str, ...] = ()
    elected_en: tuple[str, ...] = ()


def copy_of(record: Record, portal: Portal | None, identity: Mapping[str, tuple[str, ...]]) -> Copy:
    """What one record brings; ``identity`` comes from ``search.dedupe.clues``."""
    dataset, popularity, judged = record.dataset, record.popularity, score(record.dataset)
    body, key = _keys_of(dataset.publisher) if dataset.publisher else ("", "")
    governed = publisher_territory(dataset, portal)
    return Copy(
        record=record.id,
        portal=record.portal,
        url=record.page or next(iter(dataset.landing_pages), ""),
        title=dataset.title,
        description=tuple(_shortened(dataset.description)),
        keywords=tuple(dict.fromkeys(text.value for text in dataset.keywords)),
        publisher=text_in(dataset.publisher.name) if dataset.publisher else "",
        publisher_territory=governed,
        publisher_confidence=dataset.publisher.confidence if dataset.publisher else 0.0,
        publisher_body=body,
        publisher_key=key,
        coverage=_coverage(dataset, governed),
        themes=_codes(dataset.themes),
        licence=_licence(dataset),
        access=dataset.access_rights.code if dataset.access_rights else "",
        formats=_formats(dataset),
        languages=_codes(dataset.languages),
        modified=dataset.modified or record.modified or dataset.issued,
        archived=record.archived,
        views=popularity.views if popularity else None,
        followers=popularity.followers if popularity else None,
        downloads=popularity.downloads if popularity else None,
        version=dataset.version,
        quality=round(judged.share, 3),
        outcomes=pattern_of(judged),
        identity=identity,
    )


@lru_cache(maxsize=4_096)
def _keys_of(publisher: Agent) -> tuple[str, str]:
    """Many records have the same."""
    return body_key(publisher), agent_key(publisher)


def _coverage(dataset: Dataset, governed: str) -> tuple[str, ...]:
    """What the data are about. A box alone that lies where the publisher has nothing to say is a viewer's default or a
    slip: it tells nothing."""
    return _distinct(
        place.territory
        for place in dataset.spatial
        if place.evidence not in BOXED or not governed or gazetteer().related(place.territory, governed)
    )


def publisher_territory(dataset: Dataset, portal: Portal | None) -> str:
    """Where the publisher governs: as resolved when normalising, else the portal file's word for it, else ``""``."""
    if dataset.publisher is None:
        return ""
    if dataset.publisher.territory:
        return dataset.publisher.territory
    declared = {fold(name): code for name, code in portal.publishers.items()} if portal else {}
    return next((declared[key] for text in dataset.publisher.name if (key := fold(text.value)) in declared), "")


def document_of_copies(
    identity: str,
    copies: Sequence[Copy],
    portals: Mapping[str, Portal],
    reasons: tuple[tuple[str, str], ...] = (),
) -> Document:
    """``copies`` has the elected one first; ``reasons`` are its (French, English) sentences."""
    elected = copies[0]
    territory = _territory(elected, copies, portals)
    coverage = elected.coverage or _first(copy.coverage for copy in copies)
    return Document(
        id=identity,
        record=elected.record,
        portal=elected.portal,
        title=elected.title,
        description=elected.description or _first(copy.description for copy in copies),
        keywords=_distinct(word for copy in copies for word in copy.keywords),
        publisher=elected.publisher or _first(copy.publisher for copy in copies),
        territory=territory,
        coverage=coverage,
        territories=_distinct((territory, *coverage)),
        level=_level(territory),
        themes=elected.themes or _first(copy.themes for copy in copies),
        licence=elected.licence or _first(copy.licence for copy in copies),
        access=elected.access or _first(copy.access for copy in copies),
        formats=_distinct(code for copy in copies for code in copy.formats),
        languages=elected.languages or _first(copy.languages for copy in copies),
        modified=elected.modified or max(copy.modified for copy in copies),
        archived=elected.archived,
        quality=elected.quality,
        views=_largest(copy.views for copy in copies),
        followers=_largest(copy.followers for copy in copies),
        downloads=_largest(copy.downloads for copy in copies),
        copies=tuple(CopyLink(copy.record, copy.portal, copy.url) for copy in copies),
        url=elected.url,
        elected_fr=tuple(french for french, _ in reasons),
        elected_en=tuple(english for _, english in reasons),
    )


def _territory(elected: Copy, copies: Sequence[Copy], portals: Mapping[str, Portal]) -> str:
    """The publisher's territory, else the elected portal's first."""
    known = elected.publisher_territory or _first(copy.publisher_territory for copy in copies)
    portal = portals.get(elected.portal)
    return known or next(iter(portal.territories if portal else ()), "")


def _level(territory: str) -> str:
    found = gazetteer().get(territory)
    return found.level if found else str(next((level for level in Level if territory.startswith(level)), ""))


def _licence(dataset: Dataset) -> str:
    concepts = (dataset.licence, *(distribution.licence for distribution in dataset.distributions))
    return next((concept.code for concept in concepts if concept and concept.code), "")


def _formats(dataset: Dataset) -> tuple[str, ...]:
    return _distinct(
        (distribution.format.code if distribution.format else "") for distribution in dataset.distributions
    )


def _shortened(texts: Texts) -> Texts:
    return tuple(type(text)(text.value[:LONGEST_DESCRIPTION], text.language) for text in texts)


def _codes(concepts: Iterable[Concept]) -> tuple[str, ...]:
    return _distinct(concept.code for concept in concepts)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _first(values: Iterable[T]) -> T:
    """The first that is not empty, else the last."""
    found = list(values)
    return next((value for value in found if value), found[-1])


def _largest(counts: Iterable[int | None]) -> int | None:
    return max((count for count in counts if count is not None), default=None)
