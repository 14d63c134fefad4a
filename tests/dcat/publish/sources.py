"""Datasets to publish, for tests: minimal ones, and those of the reference documents."""

from collections.abc import Iterator
from typing import Any

from dcat.model import Dataset, Distribution, Record, Text
from dcat.normalise import normalise
from dcat.portal import Level, Portal
from dcat.publish import Carried, Fragment, Incomplete, Source, fragment, stamped
from dcat.publish.catalogue import Head, SourceCatalogue, View, head_lines, page_lines
from dcat.rdf import read_bytes
from tests.dcat.rdf.test_fixtures import COUNTS
from tests.reference import reference

BASE = "https://aiguillage.example"
MOMENT = "2026-02-01T00:00:00Z"
PORTAL = Portal("p", "Portail", Level.REGION, ("region:53",), "https://p.example/")
HEAD = Head(
    BASE,
    (Text("Aiguillage", "fr"),),
    (Text("Catalogue fédéré", "fr"),),
    MOMENT,
    (SourceCatalogue("p", "Portail", "https://p.example/", MOMENT, "", (Text("Moissonné en entier", "fr"),)),),
)


def dataset(**values: Any) -> Dataset:
    """A dataset that may go out."""
    told = {"title": (Text("Parcs", "fr"),), "description": (Text("Les parcs de la ville", "fr"),)}
    return Dataset(**{"iri": "https://p.example/d/1", **told, **values})


def source(described: Dataset, identity: str = "00000000000000aa") -> Source:
    carried = Carried(f"p:{identity}", "p", "https://p.example/page", described.iri, MOMENT, described.modified)
    return Source(identity, described, (carried,))


def published(described: Dataset, identity: str = "00000000000000aa") -> Fragment:
    return fragment(source(described, identity), BASE)


def with_file(**values: Any) -> Dataset:
    """A dataset with one distribution."""
    return dataset(distributions=(Distribution(**{"access_urls": ("https://p.example/f.csv",), **values}),))


def page(fragments: list[Fragment]) -> str:
    """N-Triples of a page."""
    ids = [number for number, _ in enumerate(fragments)]
    view = View(f"{BASE}/catalog.nt?page=1", len(ids), 100)
    head = (*head_lines(HEAD), *page_lines(HEAD.iri, view))
    return "\n".join(head) + "\n" + "".join(stamped(one.lines, MOMENT) for one in fragments)


def of_documents() -> Iterator[tuple[str, Source, Fragment | None]]:
    """Every dataset of the DCAT documents, normalised: its document, what is known of it, what is published of it."""
    number = 0
    for name in COUNTS:
        data = reference("fixtures", "portals", "dcat", name).read_bytes()
        for described, _ in read_bytes(data, url=f"https://p.example/{name}").datasets:
            number += 1
            record, _ = normalise(Record(f"p:{number:016x}", "p", str(number), described), PORTAL)
            known = source(record.dataset, f"{number:016x}")
            try:
                yield name, known, fragment(known, BASE)
            except Incomplete:
                yield name, known, None
