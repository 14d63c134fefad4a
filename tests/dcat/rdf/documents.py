"""Small catalogues in the four syntaxes with a hole for what is broken, and what must survive around it."""

from dcat.findings import Finding
from dcat.model import Dataset
from dcat.rdf import read_bytes

XML = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
  xmlns:dct="http://purl.org/dc/terms/">
  <dcat:Catalog rdf:about="https://portail.example/">
    <dcat:dataset>
      <dcat:Dataset rdf:about="https://portail.example/d/1">
        <dct:title>Déchèteries</dct:title>
        {poison}
        <dct:identifier>d1</dct:identifier>
        <dcat:keyword>déchets</dcat:keyword>
      </dcat:Dataset>
    </dcat:dataset>
    <dcat:dataset>
      <dcat:Dataset rdf:about="https://portail.example/d/2"><dct:title>Parcs</dct:title></dcat:Dataset>
    </dcat:dataset>
  </dcat:Catalog>
</rdf:RDF>
"""

TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://portail.example/> a dcat:Catalog ; dcat:dataset <https://portail.example/d/1> , <https://portail.example/d/2> .
<https://portail.example/d/1> a dcat:Dataset ;
  dct:title "Déchèteries" ;
  {poison} ;
  dct:identifier "d1" ;
  dcat:keyword "déchets" .
<https://portail.example/d/2> a dcat:Dataset ;
  dct:title "Parcs" .
"""

NTRIPLES = """<https://portail.example/d/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {dataset} .
<https://portail.example/d/1> <http://purl.org/dc/terms/title> "Déchèteries" .
<https://portail.example/d/1> {poison} .
<https://portail.example/d/1> <http://purl.org/dc/terms/identifier> "d1" .
<https://portail.example/d/1> <http://www.w3.org/ns/dcat#keyword> "déchets" .
<https://portail.example/d/2> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {dataset} .
<https://portail.example/d/2> <http://purl.org/dc/terms/title> "Parcs" .
"""

JSON = """{{"@context": {{"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}},
 "@id": "https://portail.example/", "@type": "dcat:Catalog", "dcat:dataset": [
  {{"@id": "https://portail.example/d/1", "@type": "dcat:Dataset",
    "dct:title": "Déchèteries",
    {poison},
    "dct:identifier": "d1",
    "dcat:keyword": "déchets"}},
  {{"@id": "https://portail.example/d/2", "@type": "dcat:Dataset", "dct:title": "Parcs"}}]}}
"""

DOCUMENTS = {"rdf": XML, "ttl": TURTLE, "nt": NTRIPLES, "jsonld": JSON}
HARMLESS = {
    "rdf": "<dct:issued>2024</dct:issued>",
    "ttl": 'dct:issued "2024"',
    "nt": '<http://purl.org/dc/terms/issued> "2024"',
    "jsonld": '"dct:issued": "2024"',
}


def poisoned(form: str, poison: str) -> bytes:
    """The catalogue in a syntax, with the poison in the middle of its first dataset."""
    return DOCUMENTS[form].format(poison=poison, dataset="<http://www.w3.org/ns/dcat#Dataset>").encode()


def sound(form: str) -> bytes:
    """The catalogue without fault."""
    return poisoned(form, HARMLESS[form])


def read_all(data: bytes, form: str = "", content_type: str = "") -> tuple[list[Dataset], list[Finding], list[Finding]]:
    """Datasets, findings of the page, findings of the datasets; ``form`` is the extension of the address."""
    url = f"https://portail.example/catalogue.{form}" if form else "https://portail.example/catalogue"
    page = read_bytes(data, url=url, content_type=content_type)
    pairs = list(page.datasets)
    return [dataset for dataset, _ in pairs], list(page.findings), [one for _, found in pairs for one in found]
