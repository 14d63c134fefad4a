"""A dataset in schema.org's words, for search engines.

https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

import json
from typing import Any

from dcat.authority import table
from dcat.licence import licences
from dcat.model import Dataset, Distribution, Texts, text_in

LONGEST = 5_000  # characters of a description that search engines read


def script(dataset: Dataset, iri: str, language: str) -> str:
    """JSON-LD that may stand in a ``script`` element: nothing in it closes one."""
    text = json.dumps(described(dataset, iri, language), ensure_ascii=False)
    text = text.encode("utf-8", "replace").decode()
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def described(dataset: Dataset, iri: str, language: str) -> dict[str, Any]:
    """Only what the source says; empty values are left out."""
    publisher = text_in(dataset.publisher.name, language) if dataset.publisher else ""
    return _filled(
        {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "@id": iri,
            "url": iri,
            "name": text_in(dataset.title, language),
            "description": text_in(dataset.description, language)[:LONGEST],
            "identifier": list(dataset.identifiers),
            "sameAs": dataset.iri,
            "keywords": [text.value for text in dataset.keywords],
            "license": _licence(dataset),
            "publisher": {"@type": "Organization", "name": publisher} if publisher else None,
            "datePublished": dataset.issued,
            "dateModified": dataset.modified,
            "inLanguage": [
                known.tag for concept in dataset.languages if (known := table("language").get(concept.code))
            ],
            "spatialCoverage": [label for place in dataset.spatial if (label := text_in(place.label, language))],
            "temporalCoverage": [f"{period.start or '..'}/{period.end or '..'}" for period in dataset.temporal],
            "distribution": [_download(one, language) for one in dataset.distributions],
        }
    )


def _licence(dataset: Dataset) -> str:
    for concept in (dataset.licence, *(one.licence for one in dataset.distributions)):
        known = licences().get(concept.code) if concept else None
        if concept and (known or concept.iri):
            return known.iri if known else concept.iri
    return ""


def _download(one: Distribution, language: str) -> dict[str, Any]:
    formats: Texts = one.format.label if one.format else ()
    return _filled(
        {
            "@type": "DataDownload",
            "name": text_in(one.title, language),
            "contentUrl": next(iter((*one.download_urls, *one.access_urls)), ""),
            "encodingFormat": (one.media_type.code if one.media_type else "") or text_in(formats, language),
            "contentSize": str(one.byte_size) if one.byte_size else "",
        }
    )


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
