"""Datasets as feeds write them, in every syntax of RDF."""

from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.harvester.poison.described import Described
from tests.harvester.poison.rows import encoded

IRI = "https://data.exemple.fr/jeux/"
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
"""
DCAT, DCT, FOAF, TYPE = (
    "http://www.w3.org/ns/dcat#",
    "http://purl.org/dc/terms/",
    "http://xmlns.com/foaf/0.1/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
)


def _literal(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def turtle(described: Sequence[Described]) -> bytes:
    page = PREFIXES
    for one in described:
        words = "".join(f" dcat:keyword {_literal(word)}@{one.language} ;\n" for word in one.keywords)
        themes = "".join(
            f" dcat:theme [ a <http://www.w3.org/2004/02/skos/core#Concept> ; "
            f"<http://www.w3.org/2004/02/skos/core#prefLabel> {_literal(theme)} ] ;\n"
            for theme in one.themes
        )
        files = "".join(
            f' dcat:distribution [ a dcat:Distribution ; dcat:downloadURL <{url}> ; dct:format "CSV" ] ;\n'
            for url in one.urls
        )
        deep = f" dct:relation {'[ dct:relation ' * one.deep}<https://x.fr/>{' ]' * one.deep} ;\n" if one.deep else ""
        page += f"""<{IRI}{one.identifier}> a dcat:Dataset ; dct:identifier {_literal(one.identifier)} ;
 dct:title {_literal(one.title)}@{one.language} ; dct:description {_literal(one.description)}@{one.language} ;
{words}{themes}{files}{deep} dct:publisher [ foaf:name {_literal(one.publisher)} ] ; dct:license <{one.licence}> ;
 dct:issued {_literal(one.issued)} .
"""
    return page.encode("utf-8", "surrogatepass")


def ntriples(described: Sequence[Described]) -> bytes:
    lines = []
    for one in described:
        node = f"<{IRI}{one.identifier}>"

        def say(subject: str, predicate: str, value: str) -> None:
            lines.append(f"{subject} <{predicate}> {value} .")

        say(node, TYPE, f"<{DCAT}Dataset>")
        say(node, f"{DCT}identifier", _literal(one.identifier))
        say(node, f"{DCT}title", f"{_literal(one.title)}@{one.language}")
        say(node, f"{DCT}description", f"{_literal(one.description)}@{one.language}")
        say(node, f"{DCT}license", f"<{one.licence}>")
        say(node, f"{DCT}issued", _literal(one.issued))
        say(node, f"{DCT}publisher", f"_:p{one.identifier}")
        say(f"_:p{one.identifier}", f"{FOAF}name", _literal(one.publisher))
        for word in one.keywords:
            say(node, f"{DCAT}keyword", f"{_literal(word)}@{one.language}")
        for number, theme in enumerate(one.themes):
            say(node, f"{DCAT}theme", f"_:t{one.identifier}{number}")
            say(f"_:t{one.identifier}{number}", "http://www.w3.org/2004/02/skos/core#prefLabel", _literal(theme))
        for number, url in enumerate(one.urls):
            say(node, f"{DCAT}distribution", f"_:d{one.identifier}{number}")
            say(f"_:d{one.identifier}{number}", f"{DCAT}downloadURL", f"<{url}>")
        for level in range(one.deep):
            say(f"_:n{one.identifier}{level - 1}" if level else node, f"{DCT}relation", f"_:n{one.identifier}{level}")
    return "\n".join([*lines, ""]).encode("utf-8", "surrogatepass")


RDFXML = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="{DCAT}" xmlns:dct="{DCT}"
 xmlns:foaf="{FOAF}" xmlns:skos="http://www.w3.org/2004/02/skos/core#">"""


def rdfxml(described: Sequence[Described]) -> bytes:
    datasets = "".join(
        f'<dcat:Dataset rdf:about="{IRI}{one.identifier}">{"".join(_properties(one))}</dcat:Dataset>'
        for one in described
    )
    return f"{RDFXML}{datasets}</rdf:RDF>".encode("utf-8", "surrogatepass")


def _properties(one: Described) -> Iterator[str]:
    tag = f"xml:lang={quoteattr(one.language)}"
    yield f"<dct:identifier>{escape(one.identifier)}</dct:identifier>"
    yield f"<dct:title {tag}>{escape(one.title)}</dct:title>"
    yield f"<dct:description {tag}>{escape(one.description)}</dct:description>"
    for word in one.keywords:
        yield f"<dcat:keyword {tag}>{escape(word)}</dcat:keyword>"
    for theme in one.themes:
        label = f"<skos:prefLabel>{escape(theme)}</skos:prefLabel>"
        yield f"<dcat:theme><skos:Concept>{label}</skos:Concept></dcat:theme>"
    for url in one.urls:
        address = f"<dcat:downloadURL rdf:resource={quoteattr(url)}/>"
        yield f"<dcat:distribution><dcat:Distribution>{address}</dcat:Distribution></dcat:distribution>"
    yield "<dct:relation><rdf:Description>" * one.deep + "</rdf:Description></dct:relation>" * one.deep
    yield f"<dct:publisher><foaf:Agent><foaf:name>{escape(one.publisher)}</foaf:name></foaf:Agent></dct:publisher>"
    yield f"<dct:license rdf:resource={quoteattr(one.licence)}/>"
    yield f"<dct:issued>{escape(one.issued)}</dct:issued>"


def _node(one: Described) -> dict[str, Any]:
    def words(text: str) -> dict[str, str]:
        return {"@value": text, "@language": one.language}

    return {
        "@id": f"{IRI}{one.identifier}",
        "@type": "dcat:Dataset",
        "dct:identifier": one.identifier,
        "dct:title": words(one.title),
        "dct:description": words(one.description),
        "dcat:keyword": [words(word) for word in one.keywords],
        "dct:publisher": {"foaf:name": one.publisher},
        "dct:license": {"@id": one.licence},
        "dct:issued": one.issued,
        "dcat:theme": [{"skos:prefLabel": theme} for theme in one.themes],
        "dcat:distribution": [{"@type": "dcat:Distribution", "dcat:downloadURL": {"@id": url}} for url in one.urls],
    }


def jsonld(described: Sequence[Described]) -> bytes:
    context = {"dcat": DCAT, "dct": DCT, "foaf": FOAF, "skos": "http://www.w3.org/2004/02/skos/core#"}
    graph = [{**_node(one), **({"__deep__": one.deep} if one.deep else {})} for one in described]
    body = encoded({"@context": context, "@graph": graph})
    for one in described:
        nested = b'"dct:relation": ' + b'{"dct:relation": ' * one.deep + b"{}" + b"}" * one.deep
        body = body.replace(b'"__deep__": %d' % one.deep, nested) if one.deep else body
    return body
