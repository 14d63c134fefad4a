"""Datasets in normal form, as ``read`` gives them: values sorted, each once, texts not blank, addresses legal."""

from typing import Any

import msgspec
from hypothesis import strategies as st

from dcat.model import (
    Agent,
    BoundingBox,
    Checksum,
    Concept,
    ContactPoint,
    DataService,
    Dataset,
    DatasetSeries,
    Distribution,
    Period,
    Place,
    Text,
)
from dcat.rdf.reader import _order

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda text: not text.isspace() and "\ufffe" not in text and "\uffff" not in text and not text.startswith("http")
)
stripped = words.map(str.strip).filter(bool)
languages = st.sampled_from(["", "fr", "en", "br", "fr-fr", "x" * 2 + "-latn"])
iris = st.builds(
    "https://{}.example/{}".format,
    st.sampled_from(["data", "portail", "données"]),
    st.text("abcéÉ-._~?&=/0123456789", max_size=12),
)
# Links are never nodes that are described too: one that is both has its description in ``extra`` as well.
links = iris.map(lambda iri: iri.replace(".example/", ".link.example/"))
dates = st.sampled_from(
    ["2024-02-29", "2024-02-29T10:00:00Z", "2024-02-29T10:00:00.5+01:00", "2024", "2024-02", "hier"]
)


def many(values: st.SearchStrategy[Any], size: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=size, unique=True).map(lambda found: tuple(sorted(found, key=_key)))


def _key(value: Any) -> Any:
    return (value.language, value.value) if isinstance(value, Text) else _order(value)


texts = many(st.builds(Text, words, languages))
labels = st.lists(st.builds(Text, words, languages), min_size=1, max_size=2, unique=True).map(
    lambda found: tuple(sorted(found, key=_key))
)
concepts = st.one_of(
    st.builds(Concept, iri=iris, label=st.just(())),
    st.builds(Concept, iri=st.just(""), label=labels),
)
maybe_concept = st.none() | concepts
extras = st.sampled_from(
    [
        "",
        '_:this <https://x.example/p> "v" .',
        '_:this <https://x.example/p> _:b0 .\n_:b0 <https://x.example/q> "v"@fr .',
    ]
)
emails = st.sampled_from(["", "contact@ville.example", "a+b@ville.example"])
agents = st.builds(
    Agent,
    name=texts,
    iri=st.just("") | iris,
    identifier=st.just("") | stripped,
    email=emails,
    homepage=st.just("") | links,
    extra=extras,
)
contacts = st.builds(
    ContactPoint, name=texts, iri=st.just(""), email=emails, url=st.just("") | links, telephone=st.just("") | stripped
)
boxes = st.builds(
    lambda west, south, width, height: BoundingBox(west, south, west + width, south + height),
    st.integers(-100, 100).map(float),
    st.integers(-60, 60).map(float),
    st.integers(0, 20).map(float),
    st.integers(0, 20).map(float),
)
places = st.builds(Place, iri=st.just("") | iris, label=texts, bbox=st.none() | boxes, extra=extras)
periods = st.builds(Period, start=st.just("") | dates, end=st.just("") | dates, extra=extras)
services = st.builds(
    DataService,
    iri=iris,
    identifiers=many(stripped),
    title=texts,
    endpoint_urls=many(links),
    serves=many(links),
    licence=maybe_concept,
    conforms_to=many(concepts),
    extra=extras,
)
distributions = st.builds(
    Distribution,
    iri=st.just("") | iris,
    identifier=st.just("") | stripped,
    title=texts,
    access_urls=many(links),
    download_urls=many(links),
    format=maybe_concept,
    media_type=maybe_concept,
    licence=maybe_concept,
    rights=texts,
    access_services=many(services, 1),
    languages=many(concepts),
    byte_size=st.none() | st.integers(0, 1 << 53),
    checksum=st.none() | st.builds(Checksum, st.sampled_from(["sha1", "sha256"]), st.just("ab" * 20)),
    issued=st.just("") | dates,
    modified=st.just("") | dates,
    extra=extras,
)


def _distinct(dataset: Dataset) -> bool:
    """One node, one description: two structures with the same IRI are one node in RDF."""
    seen: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, msgspec.Struct):
            iri = getattr(value, "iri", "")
            if iri:
                seen.append(iri)
            for name in value.__struct_fields__:
                walk(getattr(value, name))
        elif isinstance(value, tuple):
            for one in value:
                walk(one)

    walk(dataset)
    return len(seen) == len(set(seen))


datasets = st.builds(
    Dataset,
    iri=st.just("") | iris,
    identifiers=many(stripped),
    other_identifiers=many(stripped),
    title=st.lists(st.builds(Text, words, languages), min_size=1, max_size=2, unique=True).map(
        lambda found: tuple(sorted(found, key=_key))
    ),
    description=texts,
    publisher=st.none() | agents,
    creators=many(agents, 2),
    contact_points=many(contacts, 2),
    keywords=texts,
    themes=many(concepts),
    type=maybe_concept,
    spatial=many(places, 2),
    temporal=many(periods, 2),
    issued=st.just("") | dates,
    modified=st.just("") | dates,
    frequency=maybe_concept,
    licence=maybe_concept,
    rights=texts,
    landing_pages=many(links),
    documentation=many(links),
    conforms_to=many(concepts),
    provenance=texts,
    sources=many(links),
    version=st.just("") | stripped,
    in_series=many(st.builds(DatasetSeries, iri=iris, title=texts), 1),
    is_series=st.booleans(),
    hvd_categories=many(concepts),
    applicable_legislation=many(links),
    distributions=many(distributions, 2),
    extra=extras,
).filter(_distinct)
