"""What is published of one dataset, by property."""

import json

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rdflib.compare import isomorphic

from dcat.model import Agent, Concept, Dataset, Distribution, Place, Text
from dcat.namespaces import ADMS, DC, DCAT, DCT, FOAF, OWL, PROV, RDF, SKOS
from dcat.publish import Fragment, Incomplete, Related, Source, fragment, stamped
from tests.dcat.publish.sources import BASE, MOMENT, dataset, published, with_file

ROOT = f"<{BASE}/datasets/00000000000000aa>"
AUTHORITY = "http://publications.europa.eu/resource/authority/"


def said(one: Fragment, name: str, subject: str = ROOT) -> list[str]:
    """The values of a property, as tokens."""
    start = f"{subject} <{name}> "
    return [line[len(start) : -2] for line in one.lines if line.startswith(start)]


def file_of(one: Fragment) -> str:
    (found,) = said(one, DCAT.distribution)
    return found


def test_iris_are_ours_and_the_publishers_are_kept() -> None:
    one = published(dataset(identifiers=("parcs-1",)))
    assert said(one, RDF.type) == [f"<{DCAT.Dataset}>"]
    assert said(one, DCT.identifier) == ['"parcs-1"']
    assert said(one, OWL.sameAs) == ["<https://p.example/d/1>"]
    (node,) = said(one, ADMS.identifier)
    assert any(line.startswith(f"{node} ") and '"https://p.example/d/1"' in line for line in one.lines)


def test_record_says_where_from_and_when() -> None:
    one = published(dataset(modified="2024-05-06"))
    record = f"<{BASE}/records/p:00000000000000aa>"
    assert said(one, FOAF.primaryTopic, record) == [ROOT]
    assert said(one, DCT.isPartOf, record) == [f"<{BASE}/portals/p>"]
    (source,) = said(one, DCT.source, record)
    assert said(one, RDF.type, source) == [f"<{DCAT.CatalogRecord}>"]
    assert said(one, DCT.modified, source) == ['"2024-05-06"^^<http://www.w3.org/2001/XMLSchema#date>']
    assert f'{record} <{DCT.modified}> "{MOMENT}"' in stamped(one.lines, MOMENT)


@pytest.mark.parametrize("missing", ["title", "description"])
def test_mandatory_property_is_never_made_up(missing: str) -> None:
    with pytest.raises(Incomplete) as caught:
        published(dataset(**{missing: (Text("  "),)}))
    assert caught.value.property == DCT[missing]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"access_urls": ("https://p.example/a",)}, "<https://p.example/a>"),
        ({"access_urls": (), "download_urls": ("https://p.example/b",)}, "<https://p.example/b>"),
    ],
)
def test_access_url_is_the_source_s_or_its_download(values: dict[str, tuple[str, ...]], expected: str) -> None:
    one = published(with_file(**values))
    assert said(one, DCAT.accessURL, file_of(one)) == [expected]


def test_a_qualified_relation_to_what_is_not_described_keeps_both_ends() -> None:
    """The shapes ask to see that it leads to a dcat:Resource, which stands elsewhere."""
    role, other = "<http://www.iana.org/assignments/relation/original>", "<https://p.example/d/2>"
    extra = "\n".join(
        (
            f"_:this <{DCAT.qualifiedRelation}> _:r .",
            f"_:r <{RDF.type}> <{DCAT.Relationship}> .",
            f"_:r <{DCT.relation}> {other} .",
            f"_:r <{DCAT.hadRole}> {role} .",
        )
    )
    one = published(dataset(extra=extra))
    (node,) = said(one, DC.relation)
    assert said(one, DC.relation, node) == [other]
    assert said(one, DCAT.hadRole, node) == [role]


def test_distribution_without_any_address_is_left_out_and_the_dataset_goes_out() -> None:
    one = published(with_file(access_urls=()))
    assert said(one, DCAT.distribution) == []
    assert DCAT.distribution in {name for name, _ in one.losses}


def test_landing_page_is_the_access_url_of_a_file_without_one() -> None:
    held = Dataset(
        title=(Text("t"),),
        description=(Text("d"),),
        landing_pages=("https://p.example/l",),
        distributions=(Distribution(),),
    )
    one = published(held)
    assert said(one, DCAT.accessURL, file_of(one)) == ["<https://p.example/l>"]
    assert said(one, RDF.type, "<https://p.example/l>") == [f"<{FOAF.Document}>"]


def test_codes_become_the_vocabularies_iris() -> None:
    described = dataset(
        frequency=Concept(label=(Text("tous les ans"),), code="ANNUAL"),
        languages=(Concept(label=(Text("fr"),), code="FRA"),),
        themes=(Concept(label=(Text("Environnement"),), code="ENVI"),),
    )
    one = published(described)
    assert said(one, DCT.accrualPeriodicity) == [f"<{AUTHORITY}frequency/ANNUAL>"]
    assert said(one, DCT.language) == [f"<{AUTHORITY}language/FRA>"]
    assert said(one, DCAT.theme) == [f"<{AUTHORITY}data-theme/ENVI>"]
    assert len(said(one, DCT.subject)) == 1, "the source's own word is kept beside it"


def test_words_of_no_vocabulary_move_where_no_shape_binds_them() -> None:
    one = published(with_file(format=Concept(label=(Text("fichier maison"),)), media_type=Concept(code="text/csv")))
    assert said(one, DCT.format, file_of(one)) == []
    assert len(said(one, DC.format, file_of(one))) == 1
    assert said(one, DCAT.mediaType, file_of(one)) == ["<https://www.iana.org/assignments/media-types/text/csv>"]


def test_licence_of_the_dataset_is_its_files() -> None:
    described = with_file()
    one = published(dataset(licence=Concept(code="etalab-2.0"), distributions=described.distributions))
    assert said(one, DCT.license, file_of(one)) == [f"<{AUTHORITY}licence/ETALAB_2_0>"]


def test_source_of_a_dataset_is_no_dataset_of_ours() -> None:
    one = published(dataset(sources=("https://elsewhere.example/d",)))
    assert said(one, DCT.source) == []
    assert said(one, PROV.wasDerivedFrom) == ["<https://elsewhere.example/d>"]


def test_publisher_goes_by_its_siren() -> None:
    one = published(dataset(publisher=Agent(name=(Text("Rennes Métropole"),), identifier="243 500 139 00012")))
    assert said(one, DCT.publisher) == [f"<{BASE}/publishers/243500139>"]


def test_publisher_without_name_is_no_agent() -> None:
    one = published(dataset(publisher=Agent(iri="https://p.example/org/1")))
    assert said(one, DCT.publisher) == []
    assert said(one, DC.publisher) == ["<https://p.example/org/1>"]


def test_place_that_is_drawn_is_a_node_of_ours() -> None:
    place = Place(iri="https://p.example/zone", geometry="POINT(1 2)")
    (node,) = said(published(dataset(spatial=(place,))), DCT.spatial)
    assert node.startswith("_:")


def named(code: str, confidence: float = 0.99, evidence: str = "code", iri: str = "") -> Place:
    """A place in the source's words, in which we recognised a territory."""
    return Place(label=(Text("ici"),), territory=code, confidence=confidence, evidence=evidence, iri=iri)


@pytest.mark.parametrize(
    ("code", "iri"),
    [
        ("commune:35238", "http://id.insee.fr/geo/commune/35238"),
        ("departement:2A", "http://id.insee.fr/geo/departement/2A"),
        ("region:53", "http://id.insee.fr/geo/region/53"),
        ("region:975", "http://id.insee.fr/geo/collectiviteDOutreMer/975"),
        ("national", f"{AUTHORITY}country/FRA"),
    ],
)
def test_recognised_territory_stands_beside_the_words(code: str, iri: str) -> None:
    one = published(dataset(spatial=(named(code), named(code))))
    *words, place = said(one, DCT.spatial)
    assert place == f"<{iri}>"
    assert {word for node in words for word in said(one, SKOS.prefLabel, node)} == {'"ici"'}
    assert said(one, RDF.type, place) == [f"<{DCT.Location}>"]


def test_recognised_epci_has_its_siren_instead_of_an_address() -> None:
    one = published(dataset(spatial=(named("epci:243500139"),)))
    _, place = said(one, DCT.spatial)
    assert said(one, SKOS.prefLabel, place) == ['"Rennes Métropole"@fr']
    assert said(one, DCT.identifier, place) == ['"243500139"']


@pytest.mark.parametrize(
    "place",
    [
        named("commune:35238", 0.9, "name"),
        named("region:53", 0.96, "box"),
        named("commune:35238", iri="http://id.insee.fr/geo/commune/35238"),
        named("commune:99999"),
        Place(label=(Text("France métropolitaine"),), territory="national", confidence=0.99, evidence="code"),
        named("national", iri="http://publications.europa.eu/resource/authority/country/FXX"),
        Place(label=(Text("Brocéliande"),)),
    ],
)
def test_territory_is_not_added_where_unsure_drawn_or_said_already(place: Place) -> None:
    assert len(said(published(dataset(spatial=(place,))), DCT.spatial)) == 1


def test_extra_statement_that_breaks_a_shape_is_told() -> None:
    extra = '_:this <http://www.w3.org/ns/dcat#temporalResolution> "souvent" .'
    one = published(dataset(extra=extra))
    assert (DCAT.temporalResolution, '"souvent"') in one.losses


def test_digest_knows_no_moment() -> None:
    one = published(dataset())
    assert one.digest == published(dataset()).digest
    assert one.digest != published(dataset(version="2")).digest


FORMS = {
    "turtle": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "xml": ox.RdfFormat.RDF_XML,
    "json-ld": ox.RdfFormat.JSON_LD,
}
NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\"\\'<>&{}[]\n\r\t\x00\x08\x0b\x1f\x7f\x85\u2028\u202e\u2066\ufeff\ufffe\ud800\udfff"),
    ),
    min_size=1,
    max_size=40,
)


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own use of it
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(NASTY, NASTY, NASTY)
@example("fin de ligne\r", "Windows\r\n", "\r")
@example("\ud800", "moitié \ude96", "\udfff")
def test_whatever_portals_write_reads_back_the_same_in_every_syntax(title: str, word: str, address: str) -> None:
    described = dataset(
        title=(Text(f"t{title}", "fr"),),
        keywords=(Text(word),),
        landing_pages=(f"https://p.example/{address}",),
        publisher=Agent(name=(Text(f"n{word}"),), iri=f"https://p.example/{address}"),
    )
    text = stamped(published(described).lines, MOMENT)
    triples = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    expected = rdflib.Graph().parse(data=text, format="nt")
    for name, form in FORMS.items():
        written = ox.serialize((quad.triple for quad in triples), format=form)
        assert written is not None
        read = rdflib.Graph().parse(data=written, format=name)
        assert isomorphic(read, expected), name
        assert len(list(ox.parse(written, format=form))) == len(triples), name
    assert json.loads(ox.serialize((quad.triple for quad in triples), format=ox.RdfFormat.JSON_LD) or b"")


def test_what_only_we_have_a_code_for_is_said_in_the_words_of_the_feed() -> None:
    """The EU has no code for *shared under conditions*; a schema is named by its page in the national registry."""
    one = published(
        dataset(
            access_rights=Concept(label=(Text("Ouverture sous conditions"),), code="SHARED"),
            conforms_to=(Concept(code="etalab/schema-irve-statique", reason="irve"),),
        )
    )
    assert said(one, DCT.accessRights) == [f"<{AUTHORITY}access-right/RESTRICTED>"]
    assert said(one, DCT.conformsTo) == ["<https://schema.data.gouv.fr/etalab/schema-irve-statique>"]


@pytest.mark.parametrize(
    ("relation", "property_"),
    [
        ("part-of", DCT.isPartOf),
        ("has-part", DCT.hasPart),
        ("version-of", DCT.isVersionOf),
        ("has-version", DCAT.hasVersion),
        ("series", DCT.relation),
        ("related", DCT.relation),
    ],
)
def test_another_dataset_of_ours_is_linked(relation: str, property_: str) -> None:
    source = Source("00000000000000aa", dataset(), related=(Related(relation, "00000000000000bb"),))
    assert said(fragment(source, BASE), property_) == [f"<{BASE}/datasets/00000000000000bb>"]
