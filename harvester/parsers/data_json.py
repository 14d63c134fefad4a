"""data.json: the catalogue of Project Open Data (DCAT-US 1.1) in one document, as DKAN and many others give it.

It is JSON-LD by its ``@context`` and plain JSON by its use (protocols.md §g): it is read as the latter. ``identifier``
means something within its source only, which is all that a record's key needs.
"""

from dcat.findings import finding
from dcat.portal import Portal
from harvester.parsers.data_json_dataset import UNUSED, describe
from harvester.parsers.document import Document, Items, Members, encoded_object, items_of, members_of, read_document
from harvester.parsers.linked import tree
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from harvester.parsers.rows import Shape, opened, read_rows

DATASETS = ("dataset", "dcat:dataset", "datasets")
MARKS = ("title", "dct:title", "identifier", "dct:identifier")
"""What tells a dataset alone from an error or another document."""


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """The catalogue, or a bare array of datasets. Raises ``UnreadablePage`` where there is neither."""
    document = read_document(fetched)
    rows = datasets_of(document, fetched)
    return ParsedPage(records=read_rows(rows, portal, SHAPE), findings=document.findings)


def datasets_of(document: Document, fetched: Fetched) -> Items:
    """The datasets of a document, still encoded. Raises ``UnreadablePage``."""
    if document.items is not None:
        inner = members_of(document.items[0]) if len(document.items) == 1 else None
        return (_listed(inner) if inner else None) or document.items
    members = document.members or {}
    rows = _listed(members)
    if rows is None and any(mark in members for mark in MARKS):
        rows = [encoded_object(members)]
    if rows is None:
        said = f"no datasets in {sorted(members)[:10]}"
        raise UnreadablePage(*document.findings, finding("page-not-parseable", place=fetched.url, value=said))
    return rows


def _listed(members: Members) -> Items | None:
    """One dataset alone is a list of one; None where the member is missing or something else."""
    for raw in (members[name] for name in DATASETS if name in members):
        rows = items_of(raw)
        if rows is not None:
            return rows
        if members_of(raw) is not None:
            return [raw]
    return None


SHAPE = Shape(
    keys=("identifier", "@id"),
    describe=describe,
    landing=lambda row: row.text("landingPage"),
    title=lambda row: row.text("title"),
    unused=UNUSED,
    open=lambda value: opened(tree(value)),
)
