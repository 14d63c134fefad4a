"""Version 2: runs can be resumed and approved, pages say how they were asked for, records are known by title."""

import sqlalchemy as sa
from alembic.operations import Operations

NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _columns() -> dict[str, list[sa.Column[object]]]:
    return {
        "runs": [
            sa.Column("owner", sa.String),
            sa.Column("lease", sa.Integer, nullable=False, server_default="1"),
            sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
            sa.Column("plan", sa.String(64), nullable=False, server_default=""),
            sa.Column("since", sa.String(32)),
            sa.Column("checkpoint", sa.Text),
            sa.Column("approved", sa.String(32)),
            sa.Column("approved_by", sa.Text),
        ],
        "records": [
            sa.Column("title_key", sa.String(16), nullable=False, server_default=""),
            sa.Column("successor", sa.String),
        ],
        "staged": [sa.Column("title_key", sa.String(16), nullable=False, server_default="")],
        "pages": [
            sa.Column("asked", sa.Text, nullable=False, server_default=""),
            sa.Column("cut", sa.Boolean, nullable=False, server_default=sa.false()),
            sa.Column("taken", sa.Integer, nullable=False, server_default="0"),
            sa.Column("merged", sa.Integer, nullable=False, server_default="0"),
            sa.Column("body_run", NUMBER),
        ],
    }


def upgrade(operations: Operations) -> None:
    """Columns that are empty, or have a default, in every row there is."""
    for table, columns in _columns().items():
        with operations.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
