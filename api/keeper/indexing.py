"""Bringing clusters and index in line with the archive: what changed since the last time, in order (design §2)."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime

import structlog
from msgspec import Struct

from api.feed.publishing import publish
from api.keeper.measuring import measure
from api.services import Services
from harvester.archive import Change

logger = structlog.get_logger()

BATCH = 1000


class Followed(Struct, frozen=True):
    """How many changes were applied, and up to which number."""

    changes: int
    last: int


def behind(services: Services) -> int:
    """How many change numbers the index is behind the archive."""
    return max(0, services.archive.last_change() - services.catalogue.applied_change())


def follow(services: Services) -> Followed:
    """Apply every change that the index has not seen, a batch at a time; the caller holds the keeper's lock. Clusters
    that an older program made are made anew before.

    The number of the last change is remembered after each batch: a process that dies goes on from there.
    """
    catalogue, applied = services.catalogue, 0
    if catalogue.is_outdated():
        logger.info("clusters of other rules: everything is joined anew")
        rebuild(services)
    last = catalogue.applied_change()
    for batch in _batches(services, last):
        successors = {change.record_id: change.successor for change in batch if change.successor}
        catalogue.apply(((change.record_id, change.record) for change in batch), successors)
        last = batch[-1].number
        catalogue.set_applied_change(last)
        applied += len(batch)
    if applied:
        logger.info("indexed", changes=applied, last=last)
    measure(services, datetime.now(UTC))
    catalogue.follow_decisions()
    publish(services)
    return Followed(applied, last)


def rebuild(services: Services) -> int:
    """Build clusters and a new index version from every live record, then swap; gives the number of datasets."""
    last = services.archive.last_change()
    successors = services.archive.successors(services.catalogue.applied_change())
    services.catalogue.rebuild(services.archive.encoded(), successors)
    services.catalogue.set_applied_change(last)
    publish(services)
    return services.catalogue.count()


def _batches(services: Services, last: int) -> Iterator[tuple[Change, ...]]:
    while batch := tuple(itertools.islice(services.archive.changes(last, BATCH), BATCH)):
        yield batch
        last = batch[-1].number
