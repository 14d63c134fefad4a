"""The tables that ``search`` owns in the one database."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

RECORD = String(200)
DATASET = String(16)

# One row a record: its cluster, and what it brings (``search.document.Copy`` as MessagePack).
records = Table(
    "search_records",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("dataset", DATASET, nullable=False, index=True),
    Column("copy", LargeBinary, nullable=False),
)

# What comparing needs of each record (``search.dedupe.facts.Facts`` as MessagePack): copies hold far more.
facts = Table(
    "search_facts",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("facts", LargeBinary, nullable=False),
)

# Two records that are not one dataset and have to do with each other (``search.dedupe.verdict.Relation``), the smaller
# first; ``whole`` is the one that holds more where one is a part, else empty. Where there is ``doubt``
# (``search.dedupe.doubt``), those that are the same or different too.
relations = Table(
    "search_relations",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("other", RECORD, primary_key=True),
    Column("relation", String(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("whole", RECORD, nullable=False),
    Column("doubt", Float),
    Index("search_relations_other", "other"),
    Index("search_relations_doubt", "doubt"),
    sqlite_with_rowid=False,
)

# How good each record's description is (``dcat.quality.pattern``): counted by portal without reading the copies.
scores = Table(
    "search_scores",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("portal", RECORD, nullable=False),
    Column("outcomes", String(64), nullable=False),
    Index("search_scores_portal", "portal", "outcomes"),
    sqlite_with_rowid=False,
)

# Who publishes each record: ``body`` is the same whoever described it, ``name`` the feed's for this description
# (``dcat.publish``).
publishers = Table(
    "search_publishers",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("body", String(16), nullable=False, index=True),
    Column("name", String(16), nullable=False, index=True),
    sqlite_with_rowid=False,
)

# What was measured of a record since it was harvested (``search.dedupe.health.Ailment``), where something is wrong.
ailing = Table(
    "search_ailing",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("ailments", String(100), nullable=False),
)

# Blocking keys: 64-bit digests of the clues' keys. Those of a record stand in its facts.
keys = Table(
    "search_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("record", RECORD, primary_key=True),
    sqlite_with_rowid=False,
)

# One row a cluster; ``born`` counts up, so that the older of two is known.
datasets = Table(
    "search_datasets",
    metadata,
    Column("dataset", DATASET, primary_key=True),
    Column("born", BigInteger, nullable=False),
)

# The portal whose copy of each dataset the index was last told to show.
shown = Table(
    "search_shown",
    metadata,
    Column("dataset", DATASET, primary_key=True),
    Column("portal", RECORD, nullable=False),
)

# Records that came back to their portal, and the way that they went (``search.dedupe.loops``).
loops = Table(
    "search_loops",
    metadata,
    Column("record", RECORD, primary_key=True),
    Column("way", Text, nullable=False),
)

# Ids that ended by a merge, and the one that answers for them.
redirects = Table(
    "search_redirects",
    metadata,
    Column("dataset", DATASET, primary_key=True),
    Column("target", DATASET, nullable=False, index=True),
)

# What people decided of two records, the smaller id first, and everything that was decided before. Of a pair one row is
# ``current``; ``applied`` says that the clusters follow it. ``whole`` is, of a part, the record that holds more.
decisions = Table(
    "search_decisions",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("one", RECORD, nullable=False),
    Column("other", RECORD, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("whole", RECORD, nullable=False, server_default=""),
    Column("reason", Text, nullable=False),
    Column("who", String(200), nullable=False),
    Column("moment", String(32), nullable=False),
    Column("current", Boolean, nullable=False),
    Column("applied", Boolean, nullable=False),
    Index("search_decisions_one", "one"),
    Index("search_decisions_other", "other"),
)

# Datasets that the index has not caught up with yet.
pending = Table("search_pending", metadata, Column("dataset", DATASET, primary_key=True))

# Small facts by name: the last change of the archive that was applied.
state = Table(
    "search_state",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
