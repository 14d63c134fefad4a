"""What the harvests and the checks of links left to say of copies: it may set one aside (``search.dedupe.health``)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from api.services import Services
from harvester.archive.links import links_of
from harvester.archive.seen import last_seen, refusing_portals
from harvester.links.sample import addresses
from search.dedupe.health import Ailment

logger = structlog.get_logger()

MEASURED = "measured_day"
LONG = timedelta(days=60)
"""A record that no harvest has found for so long is not vouched for by its portal any more."""

DATASETS = 200
"""Datasets whose records are looked at together: few enough to be named in one query."""


def measure(services: Services, now: datetime) -> int:
    """Measure the copies of datasets that several records describe, once a day; gives how many are better or worse
    than they were. The caller holds the keeper's lock."""
    day = now.astimezone(UTC).toordinal()
    if services.catalogue.value(MEASURED) == day:
        return 0
    found: dict[str, set[Ailment]] = defaultdict(set)
    refusing = refusing_portals(services.archive)
    for records in services.catalogue.shared_records(DATASETS):
        for record in _unseen(services, records, now):
            found[record].add(Ailment.UNSEEN)
        for record in _dead(services, [one for one in records if one.partition(":")[0] in refusing]):
            found[record].add(Ailment.DEAD_LINKS)
    changed = services.catalogue.keep_ailments({record: frozenset(ailments) for record, ailments in found.items()})
    services.catalogue.set_value(MEASURED, day)
    logger.info("measured", ailing=len(found), changed=changed)
    return changed


def measure_anew(services: Services) -> None:
    """Something was measured: what comes next looks at the copies again."""
    services.catalogue.set_value(MEASURED, 0)


def _unseen(services: Services, records: Collection[str], now: datetime) -> list[str]:
    seen = last_seen(services.archive, records)
    return [record for record, moment in seen.items() if now - moment > LONG]


def _dead(services: Services, records: Collection[str]) -> list[str]:
    """Those all of whose addresses that were ever asked refused the last time."""
    known = services.archive.some_records(records) if records else {}
    linked = {record: set(addresses([found])) for record, (found, _) in known.items()}
    answers = links_of(services.archive, set().union(*linked.values()))
    return [record for record, links in linked.items() if _all_dead(links, answers)]


def _all_dead(links: Collection[str], answers: Mapping[str, bool]) -> bool:
    asked = [answers[link] for link in links if link in answers]
    return bool(asked) and not any(asked)
