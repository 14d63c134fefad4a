"""Which datasets must be looked at before the next publication: marked in the transaction that changed them."""

from collections.abc import Collection

import sqlalchemy as sa

from search.dedupe import rows
from search.dedupe.tables import datasets
from search.published.tables import unpublished, versions


def mark_unpublished(connection: sa.Connection, ids: Collection[str]) -> None:
    """These may have changed."""
    rows.delete_where(connection, unpublished, unpublished.c.dataset, ids)
    rows.insert_all(connection, unpublished, [{"dataset": dataset} for dataset in sorted(ids)])


def mark_all(connection: sa.Connection) -> None:
    """Everything may have changed, and what was published may be gone."""
    published = sa.select(versions.c.dataset).where(versions.c.until.is_(None))
    connection.execute(unpublished.delete())
    connection.execute(unpublished.insert().from_select(["dataset"], sa.select(datasets.c.dataset).union(published)))
