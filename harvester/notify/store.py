"""What was last told of each portal, in the archive."""

from sqlalchemy import func, select

from harvester.archive import Archive
from harvester.archive.engine import insert_into, reading, writing
from harvester.archive.tables import notifications, runs
from harvester.notify.standing import Standing, Told
from harvester.runs.outcome import SUCCESSFUL, Mode


def last_told(archive: Archive, portal: str) -> Told | None:
    """None where nothing was ever told."""
    query = select(notifications.c.standing, notifications.c.run_id, notifications.c.baseline)
    with reading(archive.engine) as connection:
        row = connection.execute(query.where(notifications.c.portal == portal)).one_or_none()
    return None if row is None else Told(Standing(row.standing), row.run_id, row.baseline)


def remember(archive: Archive, portal: str, told: Told) -> None:
    """Told from now on."""
    values = {"standing": told.standing.value, "run_id": told.run, "baseline": told.baseline}
    with writing(archive.engine) as connection:
        query = insert_into(connection.dialect.name, notifications).values(portal=portal, **values)
        connection.execute(query.on_conflict_do_update(index_elements=[notifications.c.portal], set_=values))


def last_accepted(archive: Archive, portal: str, before: int) -> int | None:
    """Records accepted by the last successful full run before a given one; None where there is none."""
    mine = (runs.c.portal == portal, runs.c.id < before, runs.c.mode == Mode.FULL, runs.c.status.in_(SUCCESSFUL))
    last = select(func.max(runs.c.id)).where(*mine).scalar_subquery()
    with reading(archive.engine) as connection:
        return connection.execute(select(runs.c.accepted).where(runs.c.id == last)).scalar_one_or_none()
