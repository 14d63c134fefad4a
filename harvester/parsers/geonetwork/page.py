"""Pages of either version → rows."""

from collections.abc import Iterable
from typing import Any

from dcat.findings import finding
from dcat.portal import Portal
from harvester.parsers.atom import with_files
from harvester.parsers.document import (
    Encoded,
    Members,
    count_of,
    encoded_object,
    items_of,
    members_of,
    read_document,
    value_of,
)
from harvester.parsers.geonetwork import v3, v4
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from harvester.parsers.rows import Shape, read_rows

ANSWER_OF_V3 = ("metadata", "@from", "summary")


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of either version. Raises ``UnreadablePage`` where it is neither."""
    document = read_document(fetched)
    members = document.members or {}
    rows, declared, shape = _rows(members)
    if rows is None:
        said = value_of(members.get("message")) or value_of(members.get("error")) or sorted(members)[:10]
        raise UnreadablePage(*document.findings, finding("page-not-parseable", place=fetched.url, value=said))
    records = with_files(read_rows(rows, portal, shape), portal)
    return ParsedPage(records=records, declared=declared, findings=document.findings)


def _rows(members: Members) -> tuple[Iterable[Encoded] | None, int | None, Shape]:
    hits = members_of(members.get("hits"))
    if hits is not None:
        return map(_source, items_of(hits.get("hits")) or ()), _total(hits.get("total")), v4.SHAPE
    if not any(name in members for name in ANSWER_OF_V3):
        return None, None, v3.SHAPE
    rows = members.get("metadata")
    one = [rows] if rows is not None and members_of(rows) is not None else []
    summary = members_of(members.get("summary")) or {}
    return map(_with_key, items_of(rows) or one), count_of(summary.get("@count")), v3.SHAPE


def _with_key(row: Encoded) -> Encoded:
    """v3 keeps the identifier of a record beside the record: ``geonet:info``."""
    members = members_of(row)
    info = members_of(members.get("geonet:info")) if members else None
    return encoded_object({**members, "uuid": info["uuid"]}) if members and info and "uuid" in info else row


def _source(hit: Encoded) -> Encoded:
    members = members_of(hit)
    return members["_source"] if members and "_source" in members else hit


def _total(raw: Encoded | None) -> int | None:
    """``{"value": 1920, "relation": "eq"}``; a lower bound (``gte``) is no total."""
    members = members_of(raw)
    if members is None:
        return count_of(raw)
    return count_of(members.get("value")) if value_of(members.get("relation")) in (None, "eq") else None


def last_sort(fetched: Fetched) -> list[Any]:
    """The sort values of a page's last hit, from which ``search_after`` goes on; ``[]`` where there are none. Raises
    ``UnreadablePage``."""
    members = read_document(fetched).members or {}
    hits = items_of((members_of(members.get("hits")) or {}).get("hits")) or []
    last = members_of(hits[-1]) if hits else None
    found = value_of(last.get("sort")) if last else None
    return found if isinstance(found, list) else []
