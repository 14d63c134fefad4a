"""EU tables against the Publications Office's own documents."""

from functools import cache

import pytest
from rdflib import Graph, Literal
from rdflib.namespace import SKOS

from dcat.authority import BASES, AuthorityConcept, concept_of, languages_by_tag, table
from dcat.competence import competences
from tests.reference import reference

ENGLISH = {
    "data-theme": "data-theme.rdf",
    "frequency": "frequency-2022.en.ttl",
    "file-type": "file-type.rdf",
    "language": "language.rdf",
    "access-right": "access-right.en.ttl",
    "licence": "licence-2024.en.ttl",
    "planned-availability": "planned-availability.en.ttl",
    "distribution-status": "distribution-status.en.ttl",
    "dataset-type": "dataset-type.en.ttl",
    "publisher-type": "adms-publisher-type.ttl",
    "high-value-dataset-category": "high-value-dataset-category.en.ttl",
}
FRENCH = ENGLISH | {"frequency": "frequency.rdf", "licence": "licence.rdf"}
PARTIAL = ("language",)


@cache
def labels(file: str, language: str) -> dict[str, str]:
    """IRI → label in one language; white space as one space."""
    graph = Graph().parse(reference("reference", "authority", file))
    return {
        str(concept): " ".join(str(label).split())
        for concept, label in graph.subject_objects(SKOS.prefLabel)
        if isinstance(label, Literal) and label.language == language
    }


@pytest.mark.reference
@pytest.mark.parametrize("name", BASES)
def test_codes_and_english_labels_are_the_offices(name: str) -> None:
    official = labels(ENGLISH[name], "en")
    ours = {concept.iri: concept.label_en for concept in table(name).values()}
    assert {iri: official.get(iri) for iri in ours} == ours


@pytest.mark.reference
@pytest.mark.parametrize("name", BASES)
def test_french_labels_are_the_offices_or_marked_as_ours(name: str) -> None:
    official = labels(FRENCH[name], "fr")
    for concept in table(name).values():
        assert concept.label_fr
        assert concept.ours_fr is (concept.iri not in official), concept.code
        assert concept.ours_fr or concept.label_fr == official[concept.iri]


@pytest.mark.reference
@pytest.mark.parametrize("name", [name for name in BASES if name not in PARTIAL])
def test_no_concept_is_missing(name: str) -> None:
    official = {iri for iri in labels(ENGLISH[name], "en") if iri.startswith(BASES[name])}
    left_out = official - {concept.iri for concept in table(name).values()}
    # The office's marker of provisional data, and the head of the table of high-value categories.
    assert left_out <= {f"{BASES[name]}OP_DATPRO", "http://data.europa.eu/bna/asd487ae75"}


def test_known_concepts() -> None:
    assert table("data-theme")["TRAN"] == AuthorityConcept(
        "TRAN", "http://publications.europa.eu/resource/authority/data-theme/TRAN", "Transports", "Transport"
    )
    assert table("hvd-category")["c_b79e35eb"].label("en") == "Mobility"
    assert table("availability")["STABLE"].label("fr") == "stable"
    assert table("licence")["ETALAB_2_0"].ours_fr


def test_the_languages_of_the_union_have_their_tags() -> None:
    union = ("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr")
    rest = ("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv")
    assert all(tag in languages_by_tag() for tag in (*union, *rest))
    assert languages_by_tag()["fr"].code == "FRA"
    assert languages_by_tag()["br"].label_fr == "breton"


def test_every_theme_of_the_matrix_is_a_data_theme() -> None:
    assert {competence.theme for competence in competences().values()} <= set(table("data-theme"))


@pytest.mark.parametrize(
    ("iri", "found"),
    [
        ("http://publications.europa.eu/resource/authority/file-type/CSV", ("file-type", "CSV")),
        (" https://publications.europa.eu/resource/authority/frequency/DAILY/ ", ("frequency", "DAILY")),
        ("http://purl.org/adms/publishertype/LocalAuthority", ("publisher-type", "LocalAuthority")),
        ("http://publications.europa.eu/resource/authority/file-type/NONESUCH", None),
        ("https://example.org/CSV", None),
        ("", None),
    ],
)
def test_an_iri_is_recognised(iri: str, found: tuple[str, str] | None) -> None:
    concept = concept_of(iri)
    assert (concept and (concept[0], concept[1].code)) == found


def test_tables_are_well_formed() -> None:
    for name in BASES:
        concepts = table(name).values()
        assert len({concept.iri for concept in concepts}) == len(concepts)
        assert all(concept.code and concept.label_en and not concept.label_en.startswith(" ") for concept in concepts)


def test_unknown_table_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        table("colours")
