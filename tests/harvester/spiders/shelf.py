"""A small catalogue that changes between harvests, and servers of it that can be asked for what changed.

A page has one record, so that a few dozen make a long walk. Servers remember the date that each request came with.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from dcat.portal import Protocol
from tests.harvester.parsers.test_oai_pmh import DC, record
from tests.harvester.parsers.test_oai_pmh import answer as oai_answer
from tests.harvester.spiders.catalogues import PREFIXES, package
from tests.harvester.spiders.source import Answer
from tests.harvester.spiders.test_csw import REFUSAL, start_of
from tests.harvester.spiders.test_oai_pmh import DUBLIN, error, formats
from tests.harvester.spiders.test_oai_pmh import page as oai_page

Query = dict[str, str]
Respond = Callable[[Query], "bytes | Answer"]

LONG_AGO = "2020-01-01T00:00:00"
DAY = len("YYYY-MM-DD")


class Row(Struct):
    """A record, with the date of its last change as the portal believes it."""

    title: str
    changed: str = LONG_AGO


class Shelf:
    """``refuses``: a request with a date is an error; ``ignores``: the date is not looked at. ``asked``: the dates that
    came, ``""`` for none."""

    def __init__(self, size: int) -> None:
        self.rows = {number: Row(f"Jeu {number}") for number in range(1, size + 1)}
        self.asked: list[str] = []
        self.refuses = False
        self.ignores = False

    def since(self, moment: str) -> list[int]:
        """The numbers of what changed from a moment on, in the order of numbers; of everything without one."""
        self.asked.append(moment)
        bound = "" if self.ignores else moment.rstrip("Z")
        return [number for number, row in sorted(self.rows.items()) if row.changed[: len(bound)] >= bound]

    def title(self, number: int) -> str:
        return self.rows[number].title

    def changed(self, number: int) -> str:
        return self.rows[number].changed


def found(pattern: str, text: str) -> str:
    """The first group, ``""`` where nothing matches."""
    match = re.search(pattern, text)
    return match[1] if match else ""


def ckan(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        assert "-type:harvest -type:showcase" in query["fq"]
        since = found(r"metadata_modified:\[(\S+) TO \*\]", query["fq"])
        numbers, start = shelf.since(since), int(query["start"])
        if since and shelf.refuses:
            return Answer(b'{"success": false, "error": {"__type": "Search Query Error"}}', status=409)
        rows = [{**package(number), "title": shelf.title(number)} for number in numbers[start : start + 1]]
        return json.dumps({"success": True, "result": {"count": len(numbers), "results": rows}}).encode()

    return respond


def ods(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        where = query.get("where", "")
        since = found(r"^modified >= date'([\d-]+)' or metadata_processed >= date'\1'$", where)
        numbers, start = shelf.since(since), int(query["offset"])
        assert bool(since) is bool(where)
        if since and shelf.refuses:
            return Answer(b'{"error_code": "ODSQLError"}', status=400)
        rows = [
            {"dataset_id": f"jeu-{number}", "dataset_uid": f"da_{number:06}", "has_records": True,
             "metas": {"default": {"title": shelf.title(number), "publisher": "Ville"}}}
            for number in numbers[start : start + 1]
        ]  # fmt: skip
        return json.dumps({"total_count": len(numbers), "results": rows}).encode()

    return respond


def udata(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        descending, number = query["sort"] == "-last_update", int(query["page"])
        numbers = shelf.since("")
        shelf.asked[-1] = "-last_update" if descending else ""
        if descending and shelf.refuses:
            return Answer(b'{"message": "sort"}', status=400)
        if descending and not shelf.ignores:
            numbers.sort(key=shelf.changed, reverse=True)
        size = 2
        rows = [
            {"id": f"{one:024x}", "slug": f"jeu-{one}", "title": shelf.title(one),
             "internal": {"last_modified_internal": f"{shelf.changed(one)}.000000+00:00"}}
            for one in numbers[(number - 1) * size : number * size]
        ]  # fmt: skip
        following = f"?page={number + 1}&sort={query['sort']}" if number * size < len(numbers) else None
        said = {"data": rows, "next_page": following, "page": number, "page_size": size, "total": len(numbers)}
        return json.dumps(said).encode()

    return respond


def csw(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        after_type = r"</ogc:Or><ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>apiso:modified</ogc:PropertyName>"
        since = found(rf"<ogc:And><ogc:Or>.*{after_type}<ogc:Literal>([^<]*)<", query["body"])
        numbers, start = shelf.since(since), start_of(query)
        if since and shelf.refuses:
            return REFUSAL
        carried = "".join(
            f"<csw:Record><dc:identifier>r-{one}</dc:identifier><dc:title>{shelf.title(one)}</dc:title></csw:Record>"
            for one in numbers[start - 1 : start]
        )
        following = start + 1 if start < len(numbers) else 0
        return (
            '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><csw:SearchResults '
            f'numberOfRecordsMatched="{len(numbers)}" numberOfRecordsReturned="{min(1, len(numbers))}" '
            f'nextRecord="{following}">{carried}</csw:SearchResults></csw:GetRecordsResponse>'
        ).encode()

    return respond


def geonetwork(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        asked = json.loads(query["body"])
        wanted = asked["query"].get("bool", {}).get("filter", [{}])[0].get("range", {}).get("changeDate", {})
        since = wanted.get("gte", "")
        numbers = shelf.since(since)
        if since and shelf.refuses:
            return Answer(b"{}", status=400)
        start = asked["search_after"][0] if "search_after" in asked else asked["from"]
        rows = [
            {"_source": {"uuid": f"u-{one}", "resourceTitleObject": {"default": shelf.title(one)},
                         "resourceType": ["dataset"]}, "sort": [position]}
            for position, one in enumerate(numbers[start : start + 1], start + 1)
        ]  # fmt: skip
        return json.dumps({"hits": {"total": {"value": len(numbers), "relation": "eq"}, "hits": rows}}).encode()

    return respond


def dcat(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        since, number = query.get("modified_since", ""), int(query.get("page", "1"))
        assert not since.endswith("Z")  # ckanext-dcat adds one
        numbers = shelf.since(since)
        if since and shelf.refuses:
            return Answer(b"Internal Server Error", status=500)
        paging = f" ; hydra:totalItems {len(numbers)}"
        paging += f" ; hydra:next <?page={number + 1}>" if number < len(numbers) else ""
        datasets = "".join(
            f'<https://data.example.fr/{one}> a dcat:Dataset ; dct:title "{shelf.title(one)}"@fr .\n'
            for one in numbers[number - 1 : number]
        )
        return f"{PREFIXES}<> a hydra:PagedCollection{paging} .\n{datasets}".encode()

    return respond


def oai_pmh(shelf: Shelf) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        if query["verb"] == "Identify":
            return oai_answer("<granularity>YYYY-MM-DD</granularity>", "Identify")
        if query["verb"] == "ListMetadataFormats":
            return formats(oai_dc=DUBLIN)
        token = query.get("resumptionToken", "")
        start, _, kept = token.partition("/") if token else ("0", "", query.get("from", ""))
        numbers, position = shelf.since(kept), int(start)
        if kept and shelf.refuses:
            return error("badArgument")
        if not numbers:
            return error("noRecordsMatch")
        one = numbers[position]
        described = record(f"r-{one}", DC.format(f"<dc:title>{shelf.title(one)}</dc:title>"))
        following = f"{position + 1}/{kept}" if position + 1 < len(numbers) else ""
        return oai_page(described, token=following, size=len(numbers))

    return respond


def pages_of(shelf: Shelf, base: str) -> Mapping[str, Respond]:
    """A sitemap with dates, and a page a record."""

    def sitemap(query: Query) -> bytes:
        del query
        listed = "".join(
            f"<url><loc>{base}/jeu/{number}</loc><lastmod>{row.changed[:DAY]}</lastmod></url>"
            for number, row in shelf.rows.items()
        )
        return f"<urlset>{listed}</urlset>".encode()

    def page(number: int) -> Respond:
        def respond(query: Query) -> bytes:
            del query
            shelf.asked.append("")
            said = {"@type": "Dataset", "identifier": f"d-{number}", "name": shelf.title(number), "description": "x"}
            return f'<html lang="fr"><script type="application/ld+json">{json.dumps(said)}</script></html>'.encode()

        return respond

    return {"sitemap.xml": sitemap, **{f"jeu/{number}": page(number) for number in shelf.rows}}


SERVERS: Mapping[Protocol, tuple[str, str, Callable[[Shelf], Respond]]] = {
    Protocol.CKAN: ("", "package_search", ckan),
    Protocol.ODS: ("", "catalog/datasets", ods),
    Protocol.UDATA: ("", "datasets/", udata),
    Protocol.CSW: ("/csw", "csw", csw),
    Protocol.GEONETWORK: ("/geonetwork", "geonetwork/srv/api/search/records/_search", geonetwork),
    Protocol.DCAT: ("/catalog.ttl", "catalog.ttl", dcat),
    Protocol.OAI_PMH: ("/oai", "oai", oai_pmh),
}
"""What follows the portal's address in its endpoint, the path that is asked, and who answers."""


def dated(asked: Iterable[str]) -> set[bool]:
    """Whether requests came with a date."""
    return {bool(one) for one in asked}
