"""A page of descriptions in every protocol and syntax, as its servers would write it."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from dcat.portal import Protocol
from tests.harvester.poison import rdf, records, rows
from tests.harvester.poison.described import Described


class Form(Struct, frozen=True):
    """One way to write a page. ``absent``: the fields of ``Facts`` that it cannot say."""

    protocol: Protocol
    extension: str
    content_type: str
    write: Callable[[Sequence[Described]], bytes]
    absent: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        return f"https://data.exemple.fr/page.{self.extension}"

    @property
    def kind(self) -> str:
        """``xml``, ``json`` or ``text``."""
        if self.extension == "html":
            return "json"
        return "xml" if self.extension in ("xml", "rdf") else "json" if "json" in self.extension else "text"


def _ckan(found: list[object]) -> object:
    return {"success": True, "result": {"count": len(found), "results": found}}


def _ods(found: list[object]) -> object:
    return {"total_count": len(found), "results": found}


def _udata(found: list[object]) -> object:
    return {"data": found, "total": len(found), "next_page": None}


def _v3(found: list[object]) -> object:
    return {"summary": {"@count": str(len(found))}, "metadata": found}


def _features(found: list[object]) -> object:
    return {"type": "FeatureCollection", "numberMatched": len(found), "features": found}


def _page(described: Sequence[Described]) -> bytes:
    """Three datasets in the JSON-LD of one page."""
    graph = [{**rows.schema_org(one), **rows.deep(one)} for one in described]
    script = rows.nested(rows.encoded({"@context": "https://schema.org/", "@graph": graph}), described)
    return (
        b'<!DOCTYPE html><html lang="fr"><head><meta charset="utf-8"><script type="application/ld+json">%b</script>'
        % (script.replace(b"</", b"<\\/"))
    )


def _v4(described: Sequence[Described]) -> bytes:
    return rows.nested(rows.encoded(rows.hits([*map(rows.geonetwork_4, described)])), described)


JSON, XML = "application/json", "application/xml"
FORMS: Mapping[str, Form] = {
    "dcat-ttl": Form(Protocol.DCAT, "ttl", "text/turtle", rdf.turtle),
    "dcat-nt": Form(Protocol.DCAT, "nt", "application/n-triples", rdf.ntriples),
    "dcat-rdf": Form(Protocol.DCAT, "rdf", "application/rdf+xml", rdf.rdfxml),
    "dcat-jsonld": Form(Protocol.DCAT, "jsonld", "application/ld+json", rdf.jsonld),
    "ckan": Form(Protocol.CKAN, "json", JSON, rows.rows(rows.ckan, _ckan)),
    "ods": Form(Protocol.ODS, "json", JSON, rows.rows(rows.ods, _ods)),
    "udata": Form(Protocol.UDATA, "json", JSON, rows.rows(rows.udata, _udata), frozenset({"themes"})),
    "geonetwork-4": Form(Protocol.GEONETWORK, "json", JSON, _v4),
    "geonetwork-3": Form(Protocol.GEONETWORK, "json", JSON, rows.rows(rows.geonetwork_3, _v3)),
    "ogc-records": Form(
        Protocol.OGC_RECORDS, "json", "application/geo+json", rows.rows(rows.feature, _features), frozenset({"issued"})
    ),
    "csw-iso19139": Form(Protocol.CSW, "xml", XML, records.csw(records.iso19139)),
    "csw-iso19115-3": Form(Protocol.CSW, "xml", XML, records.csw(records.iso19115)),
    "data-json": Form(Protocol.DATA_JSON, "json", JSON, rows.rows(rows.dcat_us, lambda found: {"dataset": found})),
    "arcgis-hub": Form(Protocol.ARCGIS_HUB, "json", JSON, rows.rows(rows.hub, lambda found: {"dataset": found})),
    "schema-org": Form(Protocol.SCHEMA_ORG, "html", "text/html; charset=utf-8", _page, frozenset({"themes"})),
    "oai-pmh-iso19139": Form(Protocol.OAI_PMH, "xml", XML, records.oai_pmh(records.iso19139)),
    "oai-pmh-dc": Form(Protocol.OAI_PMH, "xml", XML, records.oai_pmh(records.oai_dc), frozenset({"themes", "issued"})),
    "csw-dc": Form(Protocol.CSW, "xml", XML, records.csw(records.dublin_core), frozenset({"themes"})),
}
