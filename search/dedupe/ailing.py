"""What was measured of records after their harvest, kept beside their copies: they need no harvest to change."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from msgspec.structs import replace

from search.batches import batches
from search.dedupe import rows
from search.dedupe.encoding import decode
from search.dedupe.health import Ailment
from search.dedupe.sessions import reading, writing
from search.dedupe.tables import ailing, records
from search.document import Copy
from search.published.marks import mark_unpublished

Found = Mapping[str, frozenset[Ailment]]
"""Record → what is wrong with it; one that nothing was found of is not there."""


def keep_ailments(engine: sa.Engine, found: Found) -> int:
    """Replace all that was measured before; gives how many records are worse or better than they were. Their datasets
    are elected and published anew."""
    now = {record: ",".join(sorted(ailments)) for record, ailments in found.items() if ailments}
    with writing(engine) as connection:
        before = {row.record: row.ailments for row in connection.execute(sa.select(ailing))}
        changed = {record for record in before.keys() | now.keys() if before.get(record) != now.get(record)}
        rows.delete_where(connection, ailing, ailing.c.record, changed)
        new = [{"record": record, "ailments": now[record]} for record in sorted(changed & now.keys())]
        rows.insert_all(connection, ailing, new)
        touched = set(rows.read_datasets(connection, changed).values())
        rows.mark_pending(connection, touched)
        mark_unpublished(connection, touched)
    return len(changed)


def shared_records(engine: sa.Engine, size: int) -> Iterator[list[str]]:
    """The records that others describe the dataset of too, some at a time, a dataset's together: only there can
    another copy be shown instead."""
    shared = sa.select(records.c.dataset).group_by(records.c.dataset).having(sa.func.count() > 1).subquery()
    query = sa.select(records.c.dataset, records.c.record).join(shared, shared.c.dataset == records.c.dataset)
    with reading(engine) as connection:
        found = connection.execution_options(yield_per=size).execute(query.order_by(records.c.dataset))
        together = (tuple(record for _, record in group) for _, group in groupby(found, key=itemgetter(0)))
        for some in batches(together, size):
            yield [record for group in some for record in group]


def with_ailments(*columns: sa.Column[Any]) -> sa.Select[Any]:
    """These columns of the records, then the copy and what was measured of it: for ``as_measured``."""
    return sa.select(*columns, records.c.copy, ailing.c.ailments).outerjoin(ailing, ailing.c.record == records.c.record)


def as_measured(copy: bytes, ailments: str | None) -> Copy:
    """A copy as it was kept, with what is wrong with it."""
    kept = decode(copy)
    return replace(kept, ailments=tuple(ailments.split(","))) if ailments else kept
