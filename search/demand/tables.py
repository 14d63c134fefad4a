"""The table of counters, in the one database with the clusters."""

from sqlalchemy import BigInteger, Column, String, Table

from search.dedupe.tables import metadata

# One row a month and what was counted in it (``search.demand.counted.Counted``). Empty texts where there is none.
demand = Table(
    "search_demand",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("event", String(16), primary_key=True),
    Column("portal", String(200), primary_key=True),
    Column("territory", String(40), primary_key=True),
    Column("competence", String(60), primary_key=True),
    Column("number", BigInteger, nullable=False),
)
