"""The quality of portals' records, by what is kept of each: the database counts the scores that are alike."""

from collections.abc import Collection

import sqlalchemy as sa

from dcat.quality import Mean, QualityCounts, score_of
from search.batches import batches
from search.dedupe.rows import PARAMETERS
from search.dedupe.tables import scores


def means(connection: sa.Connection, portals: Collection[str]) -> dict[str, Mean]:
    """By portal; one of which no score is kept is not there. What is read are the different scores: few, however many
    records there are."""
    counts: dict[str, QualityCounts] = {}
    for some in batches(sorted(portals), PARAMETERS):
        query = sa.select(scores.c.portal, scores.c.outcomes, sa.func.count()).where(scores.c.portal.in_(some))
        for portal, outcomes, number in connection.execute(query.group_by(scores.c.portal, scores.c.outcomes)):
            counts.setdefault(portal, QualityCounts()).add(score_of(outcomes), number)
    return {portal: found.mean() for portal, found in counts.items()}
