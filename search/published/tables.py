"""The tables of published descriptions, in the one database with the clusters."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from search.dedupe.tables import DATASET, RECORD, metadata

# One row a change of a published description, never changed after but for ``until``: the log of changes. ``number``
# counts up without gaps. ``since`` is the snapshot that brought it, ``until`` the one that had something else.
versions = Table(
    "search_published",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("dataset", DATASET, nullable=False),
    Column("kind", String(8), nullable=False),  # create | update | delete
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger),
    Column("moment", String(20), nullable=False),  # UTC, to the second
    Column("digest", String(64), nullable=False),
    Column("portal", String(200), nullable=False),
    Column("publisher", Text, nullable=False),  # folded
    Column("themes", Text, nullable=False),  # codes between blanks, as ``territories`` and all that contain them
    Column("territories", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),  # N-Triples, zstd; empty for a deletion
    Index("search_published_pages", "dataset", "since", "until", "kind"),
    Index("search_published_until", "until"),
)

# The agents that today's descriptions name (the last part of their IRI), and where: whoever is no publisher of a record
# is described there alone.
agents = Table(
    "search_agents",
    metadata,
    Column("agent", String(16), primary_key=True),
    Column("dataset", DATASET, primary_key=True),
    Index("search_agents_dataset", "dataset"),
    sqlite_with_rowid=False,
)

# One row a time that anything changed; ``head`` are the statements about the catalogue itself, zstd.
snapshots = Table(
    "search_snapshots",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("moment", String(20), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("head", LargeBinary, nullable=False),
)

# Datasets whose published description may be out of date.
unpublished = Table("search_unpublished", metadata, Column("dataset", DATASET, primary_key=True))

# Datasets that may not go out, and the property that they lack.
withheld = Table(
    "search_withheld",
    metadata,
    Column("dataset", DATASET, primary_key=True),
    Column("record", RECORD, nullable=False),
    Column("portal", String(200), nullable=False),
    Column("property", String(200), nullable=False),
)
