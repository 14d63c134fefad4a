"""From the bytes of a portal to the exported feed, by the commands that people run: harvest, archive, index, export."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from benchmarks.bare import by_dataset
from dcat.namespaces import DCT, compact
from dcat.rdf.syntax import Syntax
from tests.api.portals import only_portal
from tests.api.processes import run
from tests.feed.test_lossless import Said, instead, listed, said
from tests.harvester.spiders.source import Answer, serving
from tests.reference import reference

OURS = """
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix ex: <https://vocabulaire.example/ns#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix odrl: <http://www.w3.org/ns/odrl/2/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://data.exemple.fr/jeux/arbres> a dcat:Dataset ;
  dct:title "Arbres de la ville"@fr, "Trees of the town"@en ;
  dct:description "Chaque arbre, son essence et sa hauteur."@fr ;
  dct:identifier "arbres-2026" ;
  adms:identifier [ a adms:Identifier ; skos:notation "doi:10.5072/arbres" ] ;
  dcat:keyword "arbre"@fr, "platane"@fr ;
  dct:publisher <https://data.exemple.fr/organisations/ville> ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Service des espaces verts" ;
    vcard:hasEmail <mailto:espaces.verts@exemple.fr> ] ;
  dct:spatial <http://data.europa.eu/nuts/code/FRH03> ;
  dct:issued "2020-03-03"^^xsd:date ; dct:modified "2026-01-12"^^xsd:date ;
  dct:spatial [ a dct:Location ; dcat:bbox "POLYGON((1 44,2 44,2 45,1 45,1 44))"^^geo:wktLiteral ] ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2019-01-01"^^xsd:date ; dcat:endDate "2025-12-31"^^xsd:date ] ;
  dct:provenance [ a dct:ProvenanceStatement ; <http://www.w3.org/2000/01/rdf-schema#label> "Relevé à pied"@fr ] ;
  dcat:landingPage <https://data.exemple.fr/arbres.html> ;
  foaf:page <https://data.exemple.fr/arbres-guide.pdf> ;
  dcat:version "3.1" ; adms:versionNotes "Les platanes ajoutés"@fr ;
  dct:relation <https://data.exemple.fr/jeux/haies> ;
  dct:isReferencedBy <https://these.example/arbres> ;
  prov:wasGeneratedBy <https://data.exemple.fr/releves/2025> ;
  odrl:hasPolicy <https://data.exemple.fr/regles/arbres> ;
  dcat:spatialResolutionInMeters "5.0"^^xsd:decimal ;
  ex:hauteurMoyenne "7.5"^^xsd:decimal ;
  ex:releve [ ex:equipe "Équipe nord" ; ex:outil <https://outils.example/dendrometre> ] ;
  dcat:distribution <https://data.exemple.fr/jeux/arbres/csv> .

<https://data.exemple.fr/organisations/ville> a foaf:Organization ; foaf:name "Ville d'Exemple"@fr ;
  foaf:homepage <https://www.exemple.fr/> .

<https://data.exemple.fr/jeux/arbres/csv> a dcat:Distribution ; dct:title "Arbres en CSV"@fr ;
  dct:description "Une ligne par arbre"@fr ;
  dcat:accessURL <https://data.exemple.fr/arbres.csv> ; dcat:downloadURL <https://data.exemple.fr/arbres.csv> ;
  dcat:byteSize "1048576"^^xsd:nonNegativeInteger ; dct:rights [ a dct:RightsStatement ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Citer la ville"@fr ] ;
  spdx:checksum [ a spdx:Checksum ; spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"^^xsd:hexBinary ] ;
  ex:separateur ";" .
"""

CATALOGUE = """
<https://data.exemple.fr/> a dcat:Catalog ; dct:title "Données d'Exemple"@fr ;
  dcat:dataset <https://data.exemple.fr/jeux/arbres> ;
  dct:license [ a dct:LicenseDocument ; dct:title "Licence Ouverte / Open Licence version 2.0"@fr ] .
"""
"""What the portal says of itself: replaced by what we say of it, its licence apart."""

RENAMED = ("dcat:distribution", "dct:publisher")
"""What points to nodes that have an IRI of ours in the feed; their own stands beside it."""


def exported(folder: Path, body: bytes, name: str) -> str:
    """The feed, in N-Triples, of an installation that harvests this document alone."""
    with serving() as source:
        source.serve(f"/{name}", Answer(body))
        settings = only_portal(folder / "portals", f"{source.url}/{name}")
        for command in (("harvest", "mine"), ("export", str(folder / "feed.nt"))):
            ended = run(folder / "data", *command, PERSONAL_DATA="keep", **settings)
            assert ended.returncode == 0, ended.stdout + ended.stderr
    return (folder / "feed.nt").read_text(encoding="utf-8")


def not_found(source: str, feed: str) -> set[Said]:
    """(property, value) that the source says and the feed does not, in that property nor in the one that keeps it; a
    node that was renamed is found by its old name."""
    out, places = set(said(feed)), instead()
    values = {value for _, value in out}
    lost = {one for one in said(source) if not any((place, one[1]) in out for place in places.get(one[0], {one[0]}))}
    return {(compact(name), value) for name, value in lost if compact(name) not in RENAMED or value not in values}


def test_every_statement_of_a_valid_source_comes_out(tmp_path: Path) -> None:
    triples = "".join(f"{quad.triple} .\n" for quad in ox.parse(OURS, format=ox.RdfFormat.TURTLE))
    feed = exported(tmp_path, (OURS + CATALOGUE).encode(), "catalogue.ttl")
    assert not_found(triples, feed) == {("spdx:algorithm", "http://spdx.org/rdf/terms#checksumAlgorithm_sha256")}
    assert f" <{DCT.spatial}> <http://id.insee.fr/geo/departement/35> ." in feed
    licence = "http://publications.europa.eu/resource/authority/licence/ETALAB_2_0"
    assert f"/portals/mine> <{DCT.license}> <{licence}> ." in feed


@pytest.mark.reference
def test_a_real_document_loses_only_what_is_listed(tmp_path: Path) -> None:
    body = reference("fixtures", "portals", "dcat", "ntriples", "eurostat-bilan-nutritif.nt").read_bytes()
    nodes = (node for dataset in by_dataset(body, Syntax.NTRIPLES) for node in dataset.items())
    triples = "".join(f"{subject} {name} {value} .\n" for subject, said in nodes for name, value in said)
    lost = not_found(triples, exported(tmp_path, body, "catalogue.nt"))
    assert {name for name, _ in lost} <= listed() | listed("reading")
