"""What a source says comes out of the feed, but for what ``docs/feed.md`` lists with the reason."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from dcat.model import Record
from dcat.namespaces import compact
from dcat.normalise import normalise
from dcat.personal import PersonalData
from dcat.publish import Incomplete
from dcat.publish.rules import rules
from dcat.rdf import read_bytes, serialise
from tests.dcat.publish.sources import PORTAL, published
from tests.dcat.rdf.test_fixtures import COUNTS
from tests.reference import reference

pytestmark = pytest.mark.reference

PAGE = Path(__file__).parents[2] / "docs" / "feed.md"
Said = tuple[str, str]


def listed(table: str = "losses") -> set[str]:
    """The properties of a table in ``docs/feed.md``."""
    text = PAGE.read_text(encoding="utf-8").partition(f"<!-- {table} -->")[2].partition("<!-- end -->")[0]
    return set(re.findall(r"`([a-z]+:[\w-]+)`", text))


def said(text: str) -> Iterator[Said]:
    """(property, value) of every statement whose value is no blank node; a line may end as it likes."""
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        if not isinstance(quad.object, ox.BlankNode):
            yield quad.predicate.value, quad.object.value.replace("\r\n", "\n").replace("\r", "\n").strip()


def instead() -> dict[str, set[str]]:
    """Property → those that keep a value which may not stand there."""
    found: dict[str, set[str]] = {}
    for rule in (rule for of_class in rules().values() for rule in of_class.values()):
        found.setdefault(rule.property, {rule.property}).add(rule.instead)
    return found


def lost(name: str) -> Counter[str]:
    """Property → how many of its values do not come out; those of a node that was renamed are found by its old name."""
    found, places = Counter[str](), instead()
    data = reference("fixtures", "portals", "dcat", name).read_bytes()
    for described, _ in read_bytes(data, url=f"https://p.example/{name}").datasets:
        record, _ = normalise(Record("p:1", "p", "1", described), PORTAL, personal=PersonalData.KEEP)
        try:
            out = set(said("\n".join(published(record.dataset).lines) + "\n"))
        except Incomplete:
            continue
        renamed = {value for name, value in out if compact(name) in ("owl:sameAs", "skos:exactMatch")}
        for statement in set(said(b"".join(serialise([described], "nt")).decode())):
            kept = any((place, statement[1]) in out for place in places.get(statement[0], {statement[0]}))
            found[compact(statement[0])] += not kept and statement[1] not in renamed
    return +found


def test_nothing_is_lost_but_what_is_listed_with_its_reason() -> None:
    found = sum(map(lost, COUNTS), Counter[str]())
    assert set(found) - listed() == set()
    assert listed() - set(found) == set(), "listed, and lost no more"
