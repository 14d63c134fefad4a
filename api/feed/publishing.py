"""Bringing the published descriptions in line with the clusters: what may have changed, a batch at a time."""

import re
import zlib
from datetime import UTC, datetime

import structlog
from msgspec import Struct

from api.feed.head import base_of, head_text, moment
from api.services import Services
from dcat.model import Record, Text, text_in
from dcat.namespaces import DCAT
from dcat.publish import Carried, Fragment, Incomplete, Related, Source, fragment, stamped
from dcat.publish.addresses import agent_iri, dataset_iri, record_iri
from dcat.text import fold
from search.catalogue import DatasetView
from search.dedupe.linked import Linked
from search.fields import within
from search.published.store import Version, Withheld

logger = structlog.get_logger()

BATCH = 200  # datasets; their records must be few enough to be named in one query
BASE = "published_base"
MAKING = 3  # counted up when descriptions, or what is kept of them, tell something else: all are made anew
Seen = dict[str, tuple[Record, datetime]]


class Published(Struct, frozen=True):
    """How many datasets were looked at, and how many published descriptions that changed."""

    looked_at: int
    changed: int


def publish(services: Services) -> Published:
    """Describe anew what may have changed; the caller holds the keeper's lock. Descriptions that stay the same keep
    their moment. A process that dies goes on from there."""
    store, head = services.published, head_text(services)
    _follow_base(services)
    looked_at = changed = 0
    while ids := store.pending(BATCH):
        now = moment(datetime.now(UTC))
        current, kept_out = _described(services, ids, now)
        changed += store.write(ids, current, kept_out, now, head)
        looked_at += len(ids)
    store.write((), (), (), moment(datetime.now(UTC)), head)
    if changed:
        logger.info("published", datasets=looked_at, changed=changed)
    return Published(looked_at, changed)


def _follow_base(services: Services) -> None:
    """Another ``PUBLIC_URL`` names everything anew, another ``MAKING`` tells it anew."""
    number = zlib.crc32(f"{base_of(services)} {MAKING}".encode())
    if services.catalogue.value(BASE) != number:
        services.published.publish_anew()
        services.catalogue.set_value(BASE, number)


def _described(services: Services, ids: list[str], now: str) -> tuple[list[Version], list[Withheld]]:
    views = services.catalogue.views(ids)
    related = services.catalogue.linked(tuple(views.values()))
    records = [copy.record for view in views.values() for copy in view.copies]
    seen: Seen = {}
    for start in range(0, len(records), BATCH):
        seen |= services.archive.some_records(records[start : start + BATCH])
    current: list[Version] = []
    kept_out: list[Withheld] = []
    for dataset, view in views.items():
        if view.document.record not in seen:  # the archive lost it meanwhile: the next change says so
            continue
        try:
            current.append(_version(services, dataset, view, related.get(dataset, ()), seen, now))
        except Incomplete as lacking:
            kept_out.append(Withheld(dataset, view.document.record, view.document.portal, lacking.property))
    return current, kept_out


def _version(
    services: Services, dataset: str, view: DatasetView, linked: tuple[Linked, ...], seen: Seen, now: str
) -> Version:
    """Raises ``Incomplete``."""
    base, document = base_of(services), view.document
    record, _ = seen[document.record]
    copies = tuple(_carried(view, copy.record, seen) for copy in view.copies if copy.record in seen)
    related = tuple(Related(one.kind, one.dataset) for one in linked)
    made = fragment(Source(dataset, record.dataset, copies, document.title, document.description, related), base)
    names = [dataset_iri(base, dataset), *(record_iri(base, copy.record) for copy in copies)]
    links = [
        f"<{base}/catalog> <{DCAT.dataset if not number else DCAT.record}> <{iri}> ."
        for number, iri in enumerate(names)
    ]
    return Version(
        dataset=dataset,
        digest=made.digest,
        body="\n".join(links) + "\n" + stamped(made.lines, now),
        portal=document.portal,
        publisher=fold(text_in(record.dataset.publisher.name) if record.dataset.publisher else document.publisher),
        themes=document.themes,
        territories=within(document.territories),
        agents=_agents(made, base),
    )


def _agents(made: Fragment, base: str) -> tuple[str, ...]:
    """The keys of all agents that are named under our address: publishers, creators, whoever runs a service."""
    named = re.compile(rf"<{re.escape(agent_iri(base, ''))}([^>#/]+)>")
    return tuple(sorted({key for line in made.lines for key in named.findall(line)}))


def _carried(view: DatasetView, record_id: str, seen: Seen) -> Carried:
    record, first_seen = seen[record_id]
    why = zip(("fr", "en"), (view.reasons_fr, view.reasons_en), strict=True)
    elected = record_id == view.document.record
    return Carried(
        record=record_id,
        portal=record.portal,
        page=record.page,
        iri=record.dataset.iri,
        first_seen=moment(first_seen),
        changed=record.modified or record.dataset.modified,
        why=tuple(Text(" ".join(reasons), language) for language, reasons in why if reasons) if elected else (),
    )
