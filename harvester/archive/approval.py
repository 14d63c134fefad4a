"""Deletions that a run held, let through by somebody."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from harvester.archive import staging
from harvester.archive.rows import Run
from harvester.archive.tables import runs
from harvester.errors import NotHeld
from harvester.runs.outcome import Status


def approve(connection: Connection, run: Run, who: str, now: datetime) -> None:
    """Delete what the run had not found and no run since has brought. Once done, it stays done. Raises ``NotHeld``."""
    if run.approved is not None:
        return
    if run.status is not Status.HELD:
        raise NotHeld("run-not-held", run=run.id, status=run.status)
    newer = select(runs.c.id).where(runs.c.portal == run.portal, runs.c.id > run.id, runs.c.complete)
    superseded = connection.execute(newer.order_by(runs.c.id.desc()).limit(1)).scalar_one_or_none()
    if superseded is not None:
        raise NotHeld("run-superseded", run=run.id, newer=superseded)
    deleted = staging.delete_unseen(connection, staging.RunPlace(run.id, run.portal))
    values = {"status": Status.OK, "held": 0, "deleted": runs.c.deleted + deleted, "approved": now, "approved_by": who}
    connection.execute(update(runs).where(runs.c.id == run.id).values(**values))
