"""Three thousand real records, as equally from each portal as it has them: valid, and one graph in every syntax."""

from functools import cache

import pyoxigraph as ox
import pytest
import rdflib

from api.feed.forms import FORMS, written
from benchmarks.corpus import record_of, stratified
from dcat.publish import Fragment, Incomplete
from tests.dcat.publish.sources import page, published
from tests.feed.shapes import background, violations
from tests.reference import reference

pytestmark = [
    pytest.mark.reference,
    pytest.mark.xdist_group("corpus"),  # the records are made once, for all pages
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # rdflib's own use of it
]

RECORDS = 3_000
PAGES = RECORDS // 100
RDFLIB = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
FEWEST = 0.95  # of the records go out: the others have no description


@cache
def fragments() -> list[Fragment]:
    rows = stratified(reference("corpus", "datagouv_20260116_dev.parquet"), RECORDS)
    assert len(rows) == RECORDS
    found = []
    for number, row in enumerate(rows):
        try:
            found.append(published(record_of(row).dataset, f"{number:016x}"))
        except Incomplete:  # a few have no description
            continue
    assert len(found) >= FEWEST * RECORDS
    return found


@pytest.mark.parametrize("number", range(PAGES))
def test_page(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # rdflib would write Z as +00:00
    document = page(fragments()[number::PAGES])
    behind = background(document)
    assert violations("html-shapes.ttl", document) == []
    assert violations("html-deprecateduris.ttl", document) == []
    assert violations("html-range.ttl", document, behind) == []
    assert violations("html-mdr-vocabularies.shape.ttl", document, behind) == []
    expected = _canonical(document.encode(), ox.RdfFormat.N_TRIPLES)
    for name, form in FORMS.items():
        data = written(document.encode(), form)
        assert _canonical(data, form.oxigraph) == expected, name
        read = rdflib.Graph().parse(data=data, format=RDFLIB[name])
        assert _canonical(read.serialize(format="nt").encode(), ox.RdfFormat.N_TRIPLES) == expected, name


def _canonical(data: bytes, form: ox.RdfFormat) -> list[str]:
    """Every statement, blank nodes by canonical names."""
    found = ox.Dataset(ox.parse(data, format=form))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, found))
