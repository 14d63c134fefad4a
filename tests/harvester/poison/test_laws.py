"""Laws over generated catalogues, in every protocol, as far as the archive and as what we publish (design §7)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dcat.model import Dataset, Record
from dcat.normalise import normalise
from dcat.portal import Portal, Protocol
from dcat.rdf import Format, read_bytes, serialise
from dcat.rdf.syntax import Syntax
from harvester.archive import Archive, Checkpoint, Page
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched
from harvester.persons.privacy import OPEN
from harvester.reading.page import read_page
from harvester.runs.outcome import Ending
from harvester.runs.report import Report
from tests.harvester.poison.described import LICENCE, Described
from tests.harvester.poison.forms import FORMS, Form
from tests.harvester.sources import NOON, RENNES, ROUBAIX, recorder, rows

# Without making failures small, which takes minutes here: they are small already.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
QUICK = settings(max_examples=5, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.too_slow])
ROUND = settings(QUICK, max_examples=25)
PAGE_SIZE = 3

LETTERS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)
POISON = st.sampled_from(
    (
        *(
            "",
            " ",
            "\x0b",
            "\x00\x1f",
            "\u202e",
            "\ufffe",
            "&",
            "<b>gras</b>",
            "&nbsp;",
            "]]>",
            "<!--",
            "\\",
            '"',
            "'''",
        ),
        *("\\u0000", "a\nb", "\u2028", "{{", "𝔘", "e\u0301", "https://x.fr/a b", "x" * 1_200),
    )
)
WORDS = st.one_of(LETTERS, POISON, st.builds(str.__add__, LETTERS, POISON))
ADDRESSES = st.sampled_from(
    (
        *("https://x.example.fr/a.csv", "https://x.example.fr/é b", "www.exemple.fr/a", "a.csv", "", "javascript:1"),
        *("https://[::1", "https://x.example.fr/%zz", "http://localhost/a", "https://x.fr/a https://x.fr/b", "urn:x:y"),
    )
)
LANGUAGES = st.sampled_from(("fr", "en", "fr-FR", "x"))
DATES = st.sampled_from(("2020-02-03", "2020-02-03T10:00:00Z", "03/02/2020", "2020-99-99", "", "hier"))
IDENTIFIERS = st.sampled_from([f"jeu-{number}" for number in range(8)])
DESCRIBED = st.builds(
    Described,
    identifier=IDENTIFIERS,
    title=WORDS,
    description=WORDS,
    keywords=st.lists(WORDS, max_size=3).map(tuple),
    publisher=WORDS,
    licence=st.sampled_from((LICENCE, "https://x.example.fr/cgu", "https://x.example.fr/a b")),
    issued=DATES,
    urls=st.lists(ADDRESSES, max_size=3).map(tuple),
    themes=st.lists(WORDS, max_size=2).map(tuple),
    language=LANGUAGES,
)
CATALOGUES = st.lists(DESCRIBED, max_size=7)


@contextmanager
def empty_archive() -> Iterator[Archive]:
    archive = Archive("sqlite:///:memory:")
    archive.create()
    yield archive
    archive.close()


def pages(form: Form, catalogue: Sequence[Described]) -> list[bytes]:
    return [form.write(catalogue[at : at + PAGE_SIZE]) for at in range(0, len(catalogue), PAGE_SIZE)]


def harvest(archive: Archive, portal: Portal, form: Form, catalogue: Sequence[Described]) -> Report:
    """A run over the catalogue in a form, page by page, read as harvests read."""
    run = recorder(archive, portal)
    for number, body in enumerate(pages(form, catalogue), 1):
        came = Fetched(
            f"{portal.url}/{number}/page.{form.extension}", body, headers={"content-type": form.content_type}
        )
        reading = read_page(came, portal, PARSERS[form.protocol], NOON.date(), normalise=normalise, privacy=OPEN)
        run.record_page(Page(number, came.url, came.status, dict(came.headers), came.body, came.url), reading)
        run.commit(Checkpoint(f"{portal.url}/{number + 1}"))
    return run.finish(Ending.EXHAUSTED)


def content(archive: Archive) -> dict[str, Record]:
    return {record.id: record for record in archive.records()}


@pytest.mark.parametrize("name", FORMS)
@QUICK
@given(catalogue=CATALOGUES)
def test_two_runs_are_one(name: str, catalogue: list[Described]) -> None:
    with empty_archive() as archive:
        first = harvest(archive, RENNES, FORMS[name], catalogue)
        known, stored = content(archive), rows(archive)
        second = harvest(archive, RENNES, FORMS[name], catalogue)
        assert content(archive) == known
        assert rows(archive) == stored
        assert (second.counts.added, second.counts.updated, second.counts.deleted) == (0, 0, 0)
        assert second.counts.unchanged == first.counts.accepted == len(known)
        assert first.counts.received == second.counts.received
        if FORMS[name].protocol is not Protocol.DCAT:  # where two descriptions of one address are one
            assert first.counts.received == len(catalogue)


@pytest.mark.parametrize("name", FORMS)
@settings(QUICK, max_examples=4)
@given(catalogue=CATALOGUES, others=CATALOGUES, again=CATALOGUES)
def test_the_order_of_portals_is_irrelevant(
    name: str, catalogue: list[Described], others: list[Described], again: list[Described]
) -> None:
    """Each keeps its own, though keys are the same in both; and a second round changes each in its own way."""
    with empty_archive() as one, empty_archive() as other:
        for here, there in ((catalogue, others), (again, again)):
            at_rennes = harvest(one, RENNES, FORMS[name], here)
            at_roubaix = harvest(one, ROUBAIX, FORMS["ckan"], there)
            first = harvest(other, ROUBAIX, FORMS["ckan"], there)
            last = harvest(other, RENNES, FORMS[name], here)
            assert (at_rennes.counts, at_rennes.findings) == (last.counts, last.findings)
            assert (at_roubaix.counts, at_roubaix.findings) == (first.counts, first.findings)
        assert content(one) == content(other)


SYNTAXES: tuple[Format, ...] = ("ttl", "rdf", "jsonld", "nt")
RDFLIB = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's JSON-LD reader
@pytest.mark.parametrize("name", FORMS)
@ROUND
@given(catalogue=st.lists(DESCRIBED, min_size=1, max_size=4, unique_by=lambda one: one.identifier))
def test_what_is_published_of_a_catalogue_parses_back(name: str, catalogue: list[Described]) -> None:
    """In every syntax, by a strict parser and by ours, with the same datasets."""
    form = FORMS[name]
    came = Fetched(form.url, form.write(catalogue), headers={"content-type": form.content_type})
    records = [one.record for one in PARSERS[form.protocol](came, RENNES).records if one.record]
    datasets = [published(normalise(record, RENNES)[0]) for record in records]
    for syntax in SYNTAXES:
        body = b"".join(serialise(datasets, syntax))
        strict = list(ox.parse(body, format=Syntax(syntax).oxigraph))
        assert len(rdflib.Graph().parse(data=body, format=RDFLIB[syntax])) == len(set(strict))
        back = {
            dataset.iri: dataset for dataset, _ in read_bytes(body, url=f"https://nous.exemple.fr/c.{syntax}").datasets
        }
        assert back.keys() == {dataset.iri for dataset in datasets}
        for dataset in datasets:
            assert back[dataset.iri].title == tuple(sorted(dataset.title, key=lambda text: (text.value, text.language)))
            assert len(back[dataset.iri].distributions) == len(set(dataset.distributions))  # RDF has no two of the same


def published(record: Record) -> Dataset:
    """Under an address of ours, as every dataset of the feed."""
    fields = {name: getattr(record.dataset, name) for name in record.dataset.__struct_fields__}
    return Dataset(**{**fields, "iri": f"https://nous.exemple.fr/datasets/{record.id.rpartition(':')[2]}"})
