"""Rows as JSON interfaces write them."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from tests.harvester.poison.described import Described


def encoded(content: object) -> bytes:
    """As programs write it: control characters escaped, everything else as it is."""
    return json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")


def deep(one: Described) -> dict[str, Any]:
    """A member of so many levels, written by hand: a writer of JSON would refuse it."""
    return {"__deep__": one.deep} if one.deep else {}


def nested(body: bytes, described: Sequence[Described]) -> bytes:
    for one in described:
        body = body.replace(b'"__deep__": %d' % one.deep, b'"deep": ' + b'{"a": [' * one.deep + b"]}" * one.deep)
    return body


def rows(row: Callable[[Described], dict[str, Any]], page: Callable[[list[Any]], object]) -> Any:
    def write(described: Sequence[Described]) -> bytes:
        return nested(encoded(page([{**row(one), **deep(one)} for one in described])), described)

    return write


def ckan(one: Described) -> dict[str, Any]:
    return {
        "id": one.identifier,
        "name": one.identifier,
        "title": one.title,
        "notes": one.description,
        "tags": [{"name": word} for word in one.keywords],
        "organization": {"title": one.publisher, "name": "ville"},
        "license_url": one.licence,
        "extras": [{"key": "issued", "value": one.issued}],
        "groups": [{"title": theme} for theme in one.themes],
        "resources": [{"url": url, "format": "CSV"} for url in one.urls],
    }


def ods(one: Described) -> dict[str, Any]:
    default = {
        "title": one.title,
        "description": one.description,
        "keyword": list(one.keywords),
        "publisher": one.publisher,
        "license_url": one.licence,
        "theme": list(one.themes),
    }
    files = [{"id": f"f{number}", "url": url, "title": "Fichier"} for number, url in enumerate(one.urls)]
    metas = {"default": default, "dcat": {"issued": one.issued}}
    return {"dataset_id": one.identifier, "has_records": False, "metas": metas, "alternative_exports": files}


def udata(one: Described) -> dict[str, Any]:
    return {
        "id": one.identifier,
        "title": one.title,
        "description": one.description,
        "tags": list(one.keywords),
        "organization": {"name": one.publisher, "slug": "ville"},
        "license": {"id": "lov2", "url": one.licence},
        "created_at": one.issued,
        "resources": [{"id": "r", "url": url, "format": "csv", "type": "main"} for url in one.urls],
    }


def geonetwork_4(one: Described) -> dict[str, Any]:
    source = {
        "uuid": one.identifier,
        "mainLanguage": "fre",
        "resourceTitleObject": {"default": one.title},
        "resourceAbstractObject": {"default": one.description},
        "tag": [{"default": word} for word in one.keywords],
        "OrgForResource": one.publisher,
        "MD_LegalConstraintsOtherConstraintsObject": [{"default": one.licence, "link": one.licence}],
        "publicationDateForResource": [one.issued],
        "th_httpinspireeceuropaeutheme-theme": [{"default": theme} for theme in one.themes],
        "link": [{"url": url, "protocol": "WWW:DOWNLOAD-1.0-http--download"} for url in one.urls],
    }
    return {"_source": {**source, **deep(one)}}


def geonetwork_3(one: Described) -> dict[str, Any]:
    return {
        "geonet:info": {"uuid": one.identifier},
        "mdLanguage": "fre",
        "title": one.title,
        "abstract": one.description,
        "keyword": list(one.keywords),
        "responsibleParty": f"Éditeur|resource|{one.publisher}||a@exemple.fr||||||1|",
        "legalConstraints": one.licence,
        "publicationDate": one.issued,
        "keywordGroup": {"inspire-theme": [{"value": theme} for theme in one.themes]},
        "link": [f"||{url}|WWW:DOWNLOAD-1.0-http--download|text/csv|1" for url in one.urls],
    }


def feature(one: Described) -> dict[str, Any]:
    properties = {
        "type": "dataset",
        "title": one.title,
        "description": one.description,
        "keywords": list(one.keywords),
        "contacts": [{"organization": one.publisher, "roles": ["publisher"]}],
        "license": one.licence,
        "themes": [{"concepts": [{"id": theme} for theme in one.themes]}],
    }
    links = [{"href": url, "rel": "enclosure", "type": "text/csv"} for url in one.urls]
    return {"type": "Feature", "id": one.identifier, "properties": properties, "links": links}


def dcat_us(one: Described) -> dict[str, Any]:
    return {
        "@type": "dcat:Dataset",
        "identifier": one.identifier,
        "title": one.title,
        "description": one.description,
        "keyword": list(one.keywords),
        "publisher": {"name": one.publisher},
        "license": one.licence,
        "issued": one.issued,
        "theme": list(one.themes),
        "distribution": [
            {"@type": "dcat:Distribution", "downloadURL": url, "mediaType": "text/csv"} for url in one.urls
        ],
    }


def hub(one: Described) -> dict[str, Any]:
    """An item of ArcGIS Online is known by 32 hexadecimal digits."""
    item = hashlib.md5(one.identifier.encode(), usedforsecurity=False).hexdigest()
    return {**dcat_us(one), "identifier": f"https://www.arcgis.com/home/item.html?id={item}"}


def schema_org(one: Described) -> dict[str, Any]:
    return {
        "@type": "Dataset",
        "identifier": one.identifier,
        "name": one.title,
        "description": one.description,
        "keywords": list(one.keywords),
        "publisher": {"@type": "Organization", "name": one.publisher},
        "license": one.licence,
        "datePublished": one.issued,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": url, "encodingFormat": "text/csv"} for url in one.urls
        ],
    }


def hits(found: list[Any]) -> object:
    return {"hits": {"total": {"value": len(found), "relation": "eq"}, "hits": found}}
