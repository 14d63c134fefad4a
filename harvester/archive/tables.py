"""The archive's tables.

What a source says of a record is stored once per run that changed it (``versions``); a run writes there and into
``staged`` page by page, and only its end moves ``records``, in one transaction. So a run that dies leaves the known
records as they were, the order of its pages cannot matter, and a run that changes nothing stores nothing.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    event,
    false,
)

SCHEMA_VERSION = 4


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as UTC in ISO 8601: SQLite has no time zones."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        return value.astimezone(UTC).isoformat(timespec="milliseconds") if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - as above
        return datetime.fromisoformat(value) if value else None


def words(text: str) -> str:
    """A stranger's text as databases take it: PostgreSQL refuses U+0000, and none takes half a surrogate pair."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


class Words(TypeDecorator[str]):
    """A stranger's text (``words``)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - the base class's signature
        return None if value is None else words(value)


Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

archive = Table(
    "archive",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1"), primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("sample", Boolean),  # null until the first run
    Column("last_change", Number, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Number, primary_key=True),
    Column("portal", String, nullable=False),
    Column("mode", String, nullable=False),
    Column("status", String, nullable=False),
    Column("complete", Boolean, nullable=False, default=False),
    Column("started", Instant, nullable=False),
    Column("finished", Instant),
    Column("heartbeat", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("previous", Number),
    Column("declared", Number),
    *(
        Column(name, Number, nullable=False, default=0)
        for name in (
            "received",
            "accepted",
            "repaired",
            "rejected",
            "merged",
            "added",
            "updated",
            "unchanged",
            "deleted",
            "held",
        )
    ),
    Column("unidentified", Number, nullable=False, default=0),
    Column("pages", Number, nullable=False, default=0),
    Column("failed_pages", Number, nullable=False, default=0),
    Column("owner", String),  # the process that holds the lease, where it said so (``harvester.runs.owner``)
    Column(
        "lease", Integer, nullable=False, server_default="1"
    ),  # which lease it is: a holder of an older one is refused
    Column("deaths", Integer, nullable=False, server_default="0"),  # processes that died since the last checkpoint
    Column("plan", String(64), nullable=False, server_default=""),  # digest of what was asked: only the same goes on
    Column("since", Instant),  # of an incremental run: changes before are not asked for
    Column("checkpoint", Text),  # JSON of ``rows.Checkpoint``
    Column("approved", Instant),
    Column("approved_by", Words),
    Column("licence", Words, nullable=False, server_default=""),  # of the catalogue as a whole, in its source's words
    Column("findings_run", Number),  # the run that holds this run's findings: an earlier one where they are the same
    Column("findings_digest", String(64), nullable=False, default=""),
    Index("runs_by_portal", "portal", "id"),
)
# One run at a time per portal, whoever starts it. As text: an ``Index`` with a condition loads the dialects of both
# databases, 5 % of a process's start.
ONE_AT_A_TIME = "CREATE UNIQUE INDEX runs_one_at_a_time ON runs (portal) WHERE status = 'running'"
event.listen(runs, "after_create", DDL(ONE_AT_A_TIME))  # type: ignore[no-untyped-call]  # of SQLAlchemy

records = Table(
    "records",
    metadata,
    Column("id", String, primary_key=True),
    Column("portal", String, nullable=False),
    Column("source_key", Words, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("first_seen_run", Number, nullable=False),
    Column("last_seen_run", Number, nullable=False),
    Column("changed_run", Number, nullable=False),  # the run whose version is the current one
    Column("deleted_run", Number),
    Column("change", Number, nullable=False),
    Column("title_key", String(16), nullable=False, server_default=""),  # ``harvester.reading.page.title_key``
    Column("successor", String),  # of a tombstone: the record that took over under another identifier
    Index("records_by_change", "change"),
    Index("records_by_portal", "portal", "id"),
)

versions = Table(
    "versions",
    metadata,
    Column("run_id", Number, ForeignKey("runs.id"), primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Index("versions_by_record", "record_id", "run_id"),
)

staged = Table(
    "staged",
    metadata,
    Column("run_id", Number, ForeignKey("runs.id"), primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("source_key", Words, nullable=False),
    Column("fate", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("repaired", Boolean, nullable=False),
    Column("title_key", String(16), nullable=False, server_default=""),
)

# What ``records`` forgets once a record leaves or returns again; what is new or changed is told by ``versions``.
movements = Table(
    "movements",
    metadata,
    Column("run_id", Number, ForeignKey("runs.id"), primary_key=True),
    Column("record_id", String, primary_key=True),
    Column("kind", String(16), nullable=False),  # harvester.archive.movements.Movement: deleted | back
)

findings = Table(
    "findings",
    metadata,
    Column("id", Number, primary_key=True),
    Column("run_id", Number, ForeignKey("runs.id"), nullable=False),
    Column("rule", String, nullable=False),
    Column("record", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("value", Words, nullable=False),
    Index("findings_by_rule", "run_id", "rule", "id"),
)

finding_totals = Table(
    "finding_totals",
    metadata,
    Column("run_id", Number, ForeignKey("runs.id"), primary_key=True),
    Column("rule", String, primary_key=True),
    Column("count", Number, nullable=False),
)

bodies = Table(
    "bodies",
    metadata,
    Column("portal", String, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),  # empty where the body is in parts
)

body_parts = Table(
    "body_parts",
    metadata,
    Column("portal", String, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

pages = Table(
    "pages",
    metadata,
    Column("run_id", Number, ForeignKey("runs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("portal", String, nullable=False),
    Column("url", Words, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Words, nullable=False),
    Column("body", String(64), nullable=False),
    Column("asked", Words, nullable=False, server_default=""),  # the address before redirects, with its fragment
    Column("cut", Boolean, nullable=False, server_default=false()),
    Column("taken", Integer, nullable=False, server_default="0"),  # records of it that the run has
    Column("merged", Integer, nullable=False, server_default="0"),  # of these, those that had come before
    Column("body_run", Number),  # the run in which the body came: an earlier one where the source said 304
    Index("pages_by_body", "portal", "body"),
)

# What a body was read as: the same bytes are not read again (``harvester.archive.memory``).
readings = Table(
    "readings",
    metadata,
    Column("portal", String, primary_key=True),
    Column("body", String(64), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("last", Boolean, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# What was last told of a portal's harvests (``harvester.notify``): a restart does not tell it again.
notifications = Table(
    "notifications",
    metadata,
    Column("portal", String, primary_key=True),
    Column("standing", String(16), nullable=False),
    Column("run_id", Number, ForeignKey("runs.id"), nullable=False),
    Column("baseline", Number),  # records accepted before a fall: the standing is well again when they are back
)

# What is left of a portal's quota, from one run to the next (``archive.quotas``).
quotas = Table(
    "quotas",
    metadata,
    Column("portal", String, primary_key=True),
    Column("teller", String, primary_key=True),
    Column("remaining", Number, nullable=False),
    Column("resets", Instant, nullable=False),
)

# Whether addresses of distributions answered when they were asked (``archive.links``).
link_checks = Table(
    "link_checks",
    metadata,
    Column("link", String(32), primary_key=True),  # digest of the address
    Column("checked", Instant, primary_key=True),
    Column("portal", String, primary_key=True),
    Column("answers", Boolean),  # null: nobody can say
    Column("status", Integer, nullable=False),
    Column("reason", String(32), nullable=False),
    Index("link_checks_by_age", "checked"),
)

# Values that must not be kept, by keyed digest (``archive.forgotten``).
forgotten = Table(
    "forgotten",
    metadata,
    Column("id", Number, primary_key=True),
    Column("kind", String, nullable=False),
    Column("digest", String(32), nullable=False, unique=True),
    Column("hints", String, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("asked", Instant, nullable=False),
    Column("finished", Instant),  # null until index and free pages no longer hold the value either
)
