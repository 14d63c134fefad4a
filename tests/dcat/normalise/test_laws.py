"""What holds for any record: normalising never raises, twice is once, and the words of the source stay."""

from collections.abc import Iterator
from datetime import date

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat.codec import decode, encode
from dcat.model import (
    Agent,
    Concept,
    ContactPoint,
    DataService,
    Dataset,
    Distribution,
    Period,
    Place,
    Record,
    Text,
)
from dcat.normalise import normalise
from dcat.portal import Portal
from tests.dcat.normalise.examples import NATION, PORTAL

ODD = st.sampled_from(
    [
        "",
        " ",
        "annuel",
        "R/P1Y",
        "CSV",
        "text/csv",
        "application/",
        "fr",
        "fr_FR",
        "français",
        "lov2",
        "ODbL",
        "Ville de Rennes",
        "Mairie d'Évian",
        "()",
        "Rennes (35)",
        "fr:commune:35238",
        "fr_40_53",
        "France, Bretagne",
        "243500139_a",
        "www.x.fr",
        "https://x.fr/a b",
        "http://[::1",
        "https://x.fr/%zz",
        "javascript:x",
        "mailto:a@b.fr",
        "a@b.fr",
        "//x",
        "a:b",
        "dcat:x",
        "\x00",
        "\ud800",
        "\u202e",
        "<p>x",
        "&lt;p&gt;",
        "**x**",
        "[a](b)",
        "2019-02-30",
        "19/12/2019",
        "2999-01-01",
        "1577836800",
        "http://publications.europa.eu/resource/authority/frequency/annual",
        "http://purl.org/cld/freq/daily",
        "https://data.x.fr/explore/?refine.theme=Culture",
        "_:b0",
        "urn:x",
        "HTTP://X.FR",
        "https://x.fr/f.csv?a=1#b",
        "unknown",
        "TRAN",
    ]
)
STRING = ODD | st.text(max_size=12)
TEXTS = st.lists(st.builds(Text, STRING, st.sampled_from(["", "fr", "fr_FR", "en"])), max_size=3).map(tuple)
STRINGS = st.lists(STRING, max_size=3).map(tuple)
CONCEPT = st.builds(Concept, iri=STRING, label=TEXTS)
MAYBE = st.none() | CONCEPT
CONCEPTS = st.lists(CONCEPT, max_size=2).map(tuple)
AGENT = st.builds(Agent, name=TEXTS, iri=STRING, identifier=STRING, type=MAYBE, email=STRING, homepage=STRING)
DISTRIBUTION = st.builds(
    Distribution,
    iri=STRING,
    title=TEXTS,
    description=TEXTS,
    access_urls=STRINGS,
    download_urls=STRINGS,
    format=MAYBE,
    media_type=MAYBE,
    compress_format=MAYBE,
    licence=MAYBE,
    rights=TEXTS,
    languages=CONCEPTS,
    issued=STRING,
    modified=STRING,
    status=MAYBE,
    access_services=st.lists(st.builds(DataService, endpoint_urls=STRINGS), max_size=1).map(tuple),
)
DATASET = st.builds(
    Dataset,
    iri=STRING,
    identifiers=STRINGS,
    title=TEXTS,
    description=TEXTS,
    publisher=st.none() | AGENT,
    creators=st.lists(AGENT, max_size=1).map(tuple),
    contact_points=st.lists(st.builds(ContactPoint, email=STRING, url=STRING, iri=STRING), max_size=1).map(tuple),
    keywords=TEXTS,
    themes=CONCEPTS,
    type=MAYBE,
    spatial=st.lists(st.builds(Place, iri=STRING, label=TEXTS), max_size=2).map(tuple),
    temporal=st.lists(st.builds(Period, start=STRING, end=STRING), max_size=1).map(tuple),
    issued=STRING,
    modified=STRING,
    frequency=MAYBE,
    languages=CONCEPTS,
    licence=MAYBE,
    rights=TEXTS,
    access_rights=MAYBE,
    landing_pages=STRINGS,
    conforms_to=CONCEPTS,
    hvd_categories=CONCEPTS,
    distributions=st.lists(DISTRIBUTION, max_size=2).map(tuple),
)
RECORD = st.builds(
    Record, id=st.just("p:0"), portal=st.just("p"), source_key=st.text(max_size=8), dataset=DATASET, modified=STRING
)
TODAY = date(2026, 1, 16)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(RECORD, st.sampled_from([PORTAL, NATION]))
def test_never_raises_and_twice_is_once(record: Record, portal: Portal) -> None:
    once, _ = normalise(record, portal, today=TODAY)
    twice, findings = normalise(once, portal, today=TODAY)
    assert twice == once
    repairs = {
        "html-cleaned",
        "iri-invalid",
        "iri-relative",
        "iri-curie",
        "url-scheme-repaired",
        "date-invalid",
        "value-truncated",
    }
    assert not repairs & {found.rule for found in findings}
    assert decode(encode(once)) == once


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(RECORD)
def test_the_words_of_the_source_stay(record: Record) -> None:
    """Every label and legal http IRI of a concept is still there; only characters that no text may have left."""
    before, after = set(_words(record.dataset)), set(_words(normalise(record, NATION)[0].dataset))
    assert {word for word in before if word.strip() and word.isprintable()} <= after


def _words(value: object) -> Iterator[str]:
    """Labels and plain http IRIs of all concepts, at any depth."""
    if isinstance(value, Concept):
        yield from (text.value for text in value.label)
        if value.iri.startswith("https://data.x.fr/"):
            yield value.iri
    elif isinstance(value, tuple):
        for item in value:
            yield from _words(item)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _words(getattr(value, name))
