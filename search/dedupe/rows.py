"""What the store reads and writes inside one transaction. Nothing here decides."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from msgspec.structs import astuple, replace

from search.batches import batches
from search.dedupe.described import Described
from search.dedupe.encoding import decode, decode_facts, encode
from search.dedupe.facts import Facts, facts_of_all
from search.dedupe.identities import Known
from search.dedupe.kept import Kept
from search.dedupe.tables import (
    datasets,
    facts,
    keys,
    pending,
    publishers,
    records,
    redirects,
    relations,
    scores,
    state,
)
from search.dedupe.verdict import Link, Relation
from search.document import Copy

BATCH = 1_000  # rows written at once
MANY = 20_000  # small ones
PARAMETERS = 900  # values in one IN (...), below every database's limit

HELD = sa.and_(keys.c.key == sa.bindparam("held"), keys.c.record == sa.bindparam("holder"))
LINKING = relations.c.relation.not_in((Relation.SAME, Relation.DIFFERENT))

Plain = str | int | float | bytes | None
PLACE = {"qmark": "?", "pyformat": "%s"}  # where a value goes, by the driver's way of writing


def read_copies(connection: sa.Connection, ids: Collection[str]) -> dict[str, Copy]:
    found: dict[str, Copy] = {}
    for some in batches(sorted(ids), PARAMETERS):
        query = sa.select(records.c.record, records.c.copy).where(records.c.record.in_(some))
        found.update((record, decode(copy)) for record, copy in connection.execute(query))
    return found


def read_facts(connection: sa.Connection, ids: Collection[str]) -> dict[str, Facts]:
    """Of those of the records that exist; made anew where none are kept."""
    found: dict[str, Facts] = {}
    for some in batches(sorted(ids), PARAMETERS):
        query = sa.select(facts.c.facts).where(facts.c.record.in_(some))
        made = map(decode_facts, connection.scalars(query))
        found.update((fact.record, fact) for fact in made)
    missing = read_copies(connection, set(ids) - set(found))
    return found | facts_of_all(list(missing.values()))


def read_datasets(connection: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    """Record → dataset, for the records that exist."""
    found: dict[str, str] = {}
    for some in batches(sorted(ids), PARAMETERS):
        query = sa.select(records.c.record, records.c.dataset).where(records.c.record.in_(some))
        found.update((record, dataset) for record, dataset in connection.execute(query))
    return found


def rename_records(connection: sa.Connection, successors: Mapping[str, str]) -> set[str]:
    """Give records that live on under another identifier that identifier, where it is not known yet; gives the datasets
    that this touched. What they say follows with the successor's own change."""
    copies, known = read_copies(connection, successors), read_facts(connection, successors)
    members = read_datasets(connection, [*successors, *successors.values()])
    new = {successors[old]: replace(copy, record=successors[old]) for old, copy in copies.items()}
    new = {record: copy for record, copy in new.items() if record not in members}
    touched = set()
    for old, record in successors.items():
        if record in new:
            touched.add(members[old])
            renamed = {"record": record, "copy": encode(new[record])}
            connection.execute(records.update().where(records.c.record == old).values(renamed))
            delete_where(connection, facts, facts.c.record, [old])  # made anew from the copy, under its new name
            delete_relations(connection, [old])
            held = [{"held": key, "holder": old} for key in known[old].keys]
            if held:
                connection.execute(keys.update().where(HELD).values(record=record), held)
            for table in (scores, publishers):
                connection.execute(table.update().where(table.c.record == old).values(record=record))
    return touched


def read_known(connection: sa.Connection, ids: Collection[str]) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for some in batches(sorted(ids), PARAMETERS):
        query = sa.select(datasets.c.dataset, datasets.c.born).where(datasets.c.dataset.in_(some))
        found.update((dataset, Known(dataset, born)) for dataset, born in connection.execute(query))
    return found


def read_everything(connection: sa.Connection) -> tuple[dict[str, str], dict[str, Known]]:
    """Record → dataset, and all the dataset ids."""
    members = connection.execute(sa.select(records.c.record, records.c.dataset))
    born = connection.execute(sa.select(datasets.c.dataset, datasets.c.born))
    return (
        {row.record: row.dataset for row in members},
        {dataset: Known(dataset, number) for dataset, number in born},
    )


def key_counts(connection: sa.Connection, wanted: Collection[int]) -> dict[int, int]:
    """How many records hold each key."""
    found: dict[int, int] = {}
    for some in batches(sorted(wanted), PARAMETERS):
        query = sa.select(keys.c.key, sa.func.count()).where(keys.c.key.in_(some)).group_by(keys.c.key)
        found.update((key, number) for key, number in connection.execute(query))
    return found


def holders(connection: sa.Connection, wanted: Collection[int]) -> dict[int, list[str]]:
    """Key → the records that hold it."""
    found: dict[int, list[str]] = {}
    for some in batches(sorted(wanted), PARAMETERS):
        query = sa.select(keys.c.key, keys.c.record).where(keys.c.key.in_(some))
        for key, record in connection.execute(query):
            found.setdefault(key, []).append(record)
    return found


def delete_records(connection: sa.Connection, known: Mapping[str, Facts]) -> None:
    """``known`` is what they said: they are found in the table of keys by these alone."""
    held = ({"held": key, "holder": record} for record, fact in known.items() for key in fact.keys)
    for pairs in batches(held, MANY):
        connection.execute(keys.delete().where(HELD), pairs)
    for some in batches(sorted(known), PARAMETERS):
        connection.execute(records.delete().where(records.c.record.in_(some)))
        connection.execute(scores.delete().where(scores.c.record.in_(some)))
        connection.execute(publishers.delete().where(publishers.c.record.in_(some)))
        connection.execute(facts.delete().where(facts.c.record.in_(some)))


def delete_relations(connection: sa.Connection, ids: Collection[str]) -> None:
    """All that any of these records has to do with others."""
    for some in batches(sorted(ids), PARAMETERS):
        connection.execute(relations.delete().where(relations.c.record.in_(some)))
        connection.execute(relations.delete().where(relations.c.other.in_(some)))


def read_relations(connection: sa.Connection, ids: Collection[str] | None) -> Iterator[Link]:
    """Of these records, or all, streaming; a link between two of them comes once."""
    if ids is None:
        query = sa.select(relations).where(LINKING)
        yield from map(_link, connection.execute(query, execution_options={"yield_per": BATCH}))
        return
    found: set[Link] = set()
    for some in batches(sorted(ids), PARAMETERS // 2):
        concerned = sa.or_(relations.c.record.in_(some), relations.c.other.in_(some))
        found.update(map(_link, connection.execute(sa.select(relations).where(LINKING, concerned))))
    yield from sorted(found, key=attrgetter("record", "other"))


def _link(row: sa.Row[Any]) -> Link:
    return Link(row.record, row.other, Relation(row.relation), row.score, row.whole)


def insert_relations(connection: sa.Connection, found: Iterable[Kept]) -> None:
    for some in batches(found, BATCH):
        insert_plain(connection, relations, list(map(astuple, some)))


def insert_records(connection: sa.Connection, found: Sequence[Described], before: Mapping[str, str]) -> None:
    """All but their keys. ``before`` is the dataset that each was in, until it is named anew."""
    insert_plain(connection, records, [(one.record, before.get(one.record, ""), one.copy) for one in found])
    insert_plain(connection, facts, [(one.record, one.facts) for one in found])
    insert_plain(connection, scores, [(one.record, one.portal, one.outcomes) for one in found])
    insert_plain(connection, publishers, [(one.record, one.body, one.publisher) for one in found if one.body])


def insert_keys(connection: sa.Connection, held: Iterable[tuple[int, str]]) -> None:
    """Keys with their holders; sorted ones are written where the last one was."""
    for some in batches(held, MANY):
        insert_plain(connection, keys, some)


def move_records(connection: sa.Connection, moves: Mapping[str, str]) -> None:
    """Record → its new dataset."""
    if moves:
        statement = (
            records.update().where(records.c.record == sa.bindparam("moved")).values(dataset=sa.bindparam("target"))
        )
        connection.execute(statement, [{"moved": record, "target": dataset} for record, dataset in moves.items()])


def add_datasets(connection: sa.Connection, ids: Sequence[str]) -> None:
    """New ids, born in this order; a redirect from one of them ends."""
    youngest = connection.scalar(sa.select(sa.func.max(datasets.c.born))) or 0
    delete_where(connection, redirects, redirects.c.dataset, ids)
    rows = [{"dataset": dataset, "born": youngest + number} for number, dataset in enumerate(ids, 1)]
    insert_all(connection, datasets, rows)


def end_datasets(connection: sa.Connection, merged: Mapping[str, str], ended: Collection[str]) -> None:
    """Ids that a merge ended redirect, also for those that redirected to them; ids without heir are forgotten."""
    delete_where(connection, datasets, datasets.c.dataset, [*merged, *ended])
    delete_where(connection, redirects, redirects.c.target, ended)
    for old, target in sorted(merged.items()):
        connection.execute(redirects.update().where(redirects.c.target == old).values(target=target))
    insert_all(connection, redirects, [{"dataset": old, "target": target} for old, target in sorted(merged.items())])


def mark_pending(connection: sa.Connection, ids: Collection[str]) -> None:
    delete_where(connection, pending, pending.c.dataset, ids)
    insert_all(connection, pending, [{"dataset": dataset} for dataset in sorted(ids)])


def set_state(connection: sa.Connection, name: str, value: int) -> None:
    connection.execute(state.delete().where(state.c.name == name))
    connection.execute(state.insert().values(name=name, value=value))


def delete_where(connection: sa.Connection, table: sa.Table, column: sa.Column[Any], values: Collection[Any]) -> None:
    for some in batches(sorted(values), PARAMETERS):
        connection.execute(table.delete().where(column.in_(some)))


def insert_plain(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Plain, ...]]) -> None:
    """Rows of plain values in the order of the table's columns, handed to the driver as they are: reading each row
    takes SQLAlchemy as long as writing it takes the database."""
    if rows:
        names = connection.dialect.identifier_preparer
        columns = ", ".join(map(names.format_column, table.columns))
        values = ", ".join([PLACE[connection.dialect.paramstyle]] * len(table.columns))
        statement = f"INSERT INTO {names.format_table(table)} ({columns}) VALUES ({values})"  # noqa: S608 - our names
        connection.exec_driver_sql(statement, rows)


def insert_all(connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(table.insert(), rows)
