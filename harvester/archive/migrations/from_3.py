"""Version 4: runs know the licence that a source states for its catalogue as a whole."""

import sqlalchemy as sa
from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Empty in every row there is, until the next harvest."""
    with operations.batch_alter_table("runs") as batch:
        batch.add_column(sa.Column("licence", sa.Text, nullable=False, server_default=""))
