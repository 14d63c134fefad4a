"""One dataset: what the index knows of its cluster, and the elected record as it was harvested."""

from msgspec import Struct

from api.errors import Gone, NotFound, Problem
from api.messages import say
from api.services import Services
from dcat.model import Dataset, text_in
from dcat.publish import body_key
from dcat.quality import Mean, mean_of, score
from dcat.territory import gazetteer
from harvester.archive.links import links_of
from harvester.links.sample import addresses
from search.catalogue import CopyView, DatasetView, Redirect
from search.dedupe.linked import Kind
from search.dedupe.offered import Offered
from search.document import Document


class RelatedView(Struct, frozen=True):
    """Another dataset, and what this one is to it; ``records`` are one of each, of this one first, that say so."""

    relation: Kind
    dataset: str
    title: str
    portal: str
    records: tuple[str, str]


class Shown(Struct, frozen=True):
    """A dataset as it is shown. ``description`` and its ``quality`` are the elected record's, None where the
    archive lost it meanwhile; ``offered`` are better values of the other copies."""

    id: str
    title: str
    text: str
    publisher: str
    publisher_id: str
    territory: str
    territory_label: str
    level: str
    portal: str
    url: str
    themes: tuple[str, ...]
    licence: str
    access: str
    formats: tuple[str, ...]
    modified: str
    archived: bool
    copies: tuple[CopyView, ...]
    why: tuple[str, ...]
    offered: tuple[Offered, ...]
    related: tuple[RelatedView, ...]
    description: Dataset | None
    quality: Mean | None


def missing(services: Services, identity: str) -> Problem:
    """Of an id that no dataset has: whether one had it."""
    if services.harvested and services.published.one(identity):
        return Gone(say("fr", "dataset_gone", dataset=identity), say("en", "dataset_gone", dataset=identity))
    return NotFound(say("fr", "dataset_unknown", dataset=identity), say("en", "dataset_unknown", dataset=identity))


def dataset(services: Services, identity: str, lang: str) -> Shown | Redirect:
    """Raises ``NotFound``, ``Gone``."""
    view = services.catalogue.dataset(identity) if services.harvested else None
    if view is None:
        raise missing(services, identity)
    if isinstance(view, Redirect):
        return view
    record = services.archive.record(view.document.record)
    links = links_of(services.archive, set(addresses([record]))) if record else {}
    return _shown(
        view.document,
        copies=view.copies,
        offered=view.offered,
        related=_related(services, view, lang),
        why=view.reasons_en if lang == "en" else view.reasons_fr,
        description=record.dataset if record else None,
        quality=mean_of([score(record.dataset, links)]) if record else None,
        lang=lang,
    )


def _related(services: Services, view: DatasetView, lang: str) -> tuple[RelatedView, ...]:
    found = services.catalogue.linked((view,)).get(view.document.id, ())
    others = services.catalogue.views([one.dataset for one in found])
    shown = ((one, others[one.dataset].document) for one in found if one.dataset in others)
    return tuple(
        RelatedView(
            one.kind, one.dataset, text_in(other.title, lang) or one.dataset, other.portal, (one.record, one.other)
        )
        for one, other in shown
    )


def _shown(
    document: Document,
    copies: tuple[CopyView, ...],
    offered: tuple[Offered, ...],
    related: tuple[RelatedView, ...],
    why: tuple[str, ...],
    description: Dataset | None,
    quality: Mean | None,
    lang: str,
) -> Shown:
    place = gazetteer().get(document.territory)
    texts = description.description if description and description.description else document.description
    return Shown(
        id=document.id,
        title=text_in(document.title, lang),
        text=text_in(texts, lang),
        publisher=document.publisher,
        publisher_id=body_key(description.publisher) if description and description.publisher else "",
        territory=document.territory,
        territory_label=place.name if place else "",
        level=document.level,
        portal=document.portal,
        url=document.url,
        themes=document.themes,
        licence=document.licence,
        access=document.access,
        formats=document.formats,
        modified=document.modified,
        archived=document.archived,
        copies=copies,
        why=why,
        offered=offered,
        related=related,
        description=description,
        quality=quality,
    )
