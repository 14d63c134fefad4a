"""Archives of earlier versions, brought to the version of this program in place.

One module a step, ``from_N``, whose ``upgrade`` changes tables that exist; tables that are new are made by
``metadata.create_all``. A step never changes once released: it names columns itself, not through ``archive.tables``.
"""

from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection


def migrate(connection: Connection, found: int, wanted: int) -> None:
    """All steps inside the caller's transaction: killed on the way, the archive is as it was."""
    operations = Operations(MigrationContext.configure(connection))
    for version in range(found, wanted):
        import_module(f"{__name__}.from_{version}").upgrade(operations)
