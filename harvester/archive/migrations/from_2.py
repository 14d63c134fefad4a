"""Version 3: the checks of links have a table, which is new."""

from alembic.operations import Operations


def upgrade(operations: Operations) -> None:
    """Nothing that exists changes."""
    del operations
