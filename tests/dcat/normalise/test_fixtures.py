"""Real documents of portals, from bytes to codes: what was read by eye in them, and how much is recognised at all."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from dcat.licence import names_no_licence
from dcat.model import Concept, Dataset, Record
from dcat.normalise import normalise
from dcat.normalise.formats import is_vague
from dcat.normalise.words import is_silent, shown
from dcat.rdf import read_bytes
from tests.dcat.normalise.examples import NATION, PORTAL
from tests.reference import reference

pytestmark = pytest.mark.reference

Pairs = list[tuple[Dataset, Dataset]]


@cache
def read(*names: str) -> Pairs:
    """Each dataset of the documents as it came and as it is after all steps."""
    pairs = []
    for name in names:
        path = reference("fixtures", "portals", "dcat", *name.split("/"))
        portal = PORTAL if "rennes" in name else NATION
        for raw, _ in read_bytes(path.read_bytes(), url=path.as_uri()).datasets:
            record = Record(id="p:0", portal=portal.id, source_key=raw.iri, dataset=raw)
            pairs.append((raw, normalise(record, portal)[0].dataset))
    return pairs


def test_rennes_publishers() -> None:
    """27 datasets: 15 of the city, 5 of the métropole, 3 of two communes, INSEE, and three of no governing body."""
    found: dict[str, int] = {}
    for _, dataset in read("rdfxml/rennes-ods-export.rdf"):
        code = dataset.publisher.territory if dataset.publisher else ""
        found[code] = found.get(code, 0) + 1
    assert found == {
        "commune:35238": 15, "epci:243500139": 5, "commune:35353": 2, "commune:35206": 1, "national": 1, "": 3,
    }  # fmt: skip


def test_rennes_themes_places_frequency_and_texts() -> None:
    pairs = read("rdfxml/rennes-ods-export.rdf")
    subsidies = next(pair for pair in pairs if "subventions-versees-en-2017" in pair[1].iri)[1]
    assert [theme.code for theme in subsidies.themes if theme.code] == ["ECON"]
    assert subsidies.frequency is not None
    assert subsidies.frequency.code == "ANNUAL"
    assert subsidies.description[0].value == (
        "Subventions versées aux associations en 2017 Ville de Noyal-Châtillon-sur-Seiche"
    )
    assert subsidies.modified == "2018-01-16T14:33:44+00:00"
    assert {licence.code for one in subsidies.distributions if (licence := one.licence)} == {"ODbL-1.0"}
    assert all("<p" not in text.value for _, dataset in pairs for text in dataset.description)
    assert {place.territory for _, dataset in pairs for place in dataset.spatial} <= {"commune:35238", ""}


def _licences(dataset: Dataset) -> Iterator[Concept | None]:
    yield dataset.licence
    yield from (distribution.licence for distribution in dataset.distributions)


FRENCH = ("rdfxml/rennes-ods-export.rdf", "turtle/ods-public-2015.ttl", "rdfxml/datagouvfr-gestionnaires-rrn.rdf")
FIELDS: dict[str, tuple[Callable[[Dataset], Iterator[Concept | None]], Callable[[Concept], bool], float]] = {
    "format": (lambda dataset: (one.format for one in dataset.distributions), is_vague, 0.97),
    "media type": (lambda dataset: (one.media_type for one in dataset.distributions), is_silent, 0.97),
    "frequency": (lambda dataset: iter((dataset.frequency,)), is_silent, 0.98),
    "language": (lambda dataset: iter(dataset.languages), is_silent, 0.98),
    "theme": (lambda dataset: iter(dataset.themes), is_silent, 0.95),
    "licence": (_licences, lambda concept: names_no_licence(shown(concept)), 0.90),
}


@pytest.mark.parametrize("field", FIELDS)
def test_share_recognised_in_french_documents(field: str) -> None:
    values, empty, least = FIELDS[field]
    said = known = 0
    for raw, normal in read(*FRENCH):
        for before, after in zip(values(raw), values(normal), strict=False):
            if before and after and not empty(before):
                said, known = said + 1, known + bool(after.code)
    assert known >= least * said
