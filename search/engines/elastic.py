"""The Elasticsearch engine (9.x, official client): one index a version, and an alias that names the live one."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError
from elasticsearch.helpers import BulkIndexError, streaming_bulk
from elasticsearch.serializer import JsonSerializer, NdjsonSerializer
from msgspec import Struct, field

from search.engines.backend import (
    SCHEMA,
    SLOP,
    Boost,
    Clause,
    Entry,
    Health,
    Hit,
    Hits,
    IndexQuery,
    IndexUnavailable,
    Sort,
    Term,
    Terms,
    Word,
    facet_groups,
)
from search.fields import TEXT_FIELDS, TIE_BREAKER, VALUE_FIELDS

BATCH = 1_000  # documents a bulk request
DEEPEST_PAGE = 10_000_000  # the server's default window of 10,000 would hide the rest

Json = dict[str, Any]


class _Source(Struct):
    payload: bytes


class _FoundHit(Struct):
    id: str = field(name="_id")
    score: float | None = field(name="_score")
    source: _Source = field(name="_source")


class _Total(Struct):
    value: int


class _FoundHits(Struct):
    total: _Total
    hits: list[_FoundHit]


class _Bucket(Struct):
    key: str
    doc_count: int


class _Facet(Struct):
    buckets: list[_Bucket]


class _Page(Struct):
    """What is read of the answer to a search; ``aggregations``: the filter left out → facet → its values (and, as a
    number, the count of the filter)."""

    hits: _FoundHits
    aggregations: dict[str, dict[str, _Facet | int]] = {}


_pages = msgspec.json.Decoder(_Page)


class _Json(JsonSerializer):
    """Documents and questions are written, and answers read, ten times quicker than by the client's own."""

    def json_dumps(self, data: Any) -> bytes:
        return msgspec.json.encode(data)

    def json_loads(self, data: bytes) -> Any:
        return msgspec.json.decode(data)


class _JsonLines(NdjsonSerializer):
    """The same for several in one request."""

    def json_dumps(self, data: Any) -> bytes:
        return msgspec.json.encode(data)


class _PageJson(_Json):
    """A page of hits, without anything in between; an error as it is said."""

    def json_loads(self, data: bytes) -> Any:
        try:
            return _pages.decode(data)
        except msgspec.ValidationError:
            return super().json_loads(data)


class ElasticsearchBackend:
    """``prefix`` keeps several installations apart on one cluster: indices ``{prefix}-{schema}-{number}``, alias
    ``{prefix}``.
    """

    name = "elasticsearch"

    def __init__(self, url: str, prefix: str = "aiguillage", timeout: float = 30.0) -> None:
        self._client = _client(url, timeout, _Json())
        self._searching = _client(url, timeout, _PageJson())
        self._url = url
        self._prefix = prefix

    def create_version(self) -> str:
        number = max((_number(name) for name in self.versions()), default=0) + 1
        name = f"{self._prefix}-{SCHEMA}-{number:06d}"
        with self._speaking():
            self._client.indices.create(index=name, settings=_settings(), mappings=_mappings())
        return name

    def write(self, version: str, entries: Iterable[Entry]) -> int:
        return self._bulk(_index_action(version, entry) for entry in entries)

    def publish(self, version: str) -> None:
        actions: list[Json] = [{"add": {"index": version, "alias": self._prefix}}]
        if live := self.live():
            actions.insert(0, {"remove": {"index": live, "alias": self._prefix}})
        with self._speaking():
            self._client.indices.refresh(index=version)
            self._client.indices.update_aliases(actions=actions)

    def discard(self, version: str) -> None:
        if version and version != self.live():
            with self._speaking():
                self._client.indices.delete(index=version, ignore_unavailable=True)

    def versions(self) -> tuple[str, ...]:
        with self._speaking():
            found = self._client.indices.get(index=f"{self._prefix}-*", features="aliases", expand_wildcards="all")
        return tuple(sorted((name for name in found if self._is_ours(name)), key=_number))

    def live(self) -> str:
        try:
            with self._speaking():
                return next(iter(self._client.indices.get_alias(name=self._prefix)), "")
        except _Absent:
            return ""

    def ready(self) -> bool:
        return self.live().startswith(f"{self._prefix}-{SCHEMA}-")

    def update(self, entries: Iterable[Entry], removed: Collection[str] = ()) -> None:
        live = self._live_of_this_schema()
        self._bulk({"_op_type": "delete", "_index": live, "_id": identity} for identity in removed)
        self._bulk(_index_action(live, entry) for entry in entries)
        with self._speaking():
            self._client.indices.refresh(index=live)

    def search(self, query: IndexQuery) -> Hits:
        try:
            with self._speaking():
                answer: _Page = self._searching.search(index=self._prefix, body=body_of(query)).body
        except _Absent:
            return Hits(0)
        except IndexUnavailable:
            self._live_of_this_schema()  # an index of another form cannot answer: say that
            raise
        return _hits(answer)

    def search_each(self, queries: Sequence[IndexQuery]) -> tuple[Hits, ...]:
        lines: list[Json] = [line for query in queries for line in ({}, body_of(query))]
        with self._speaking():
            answers = self._client.msearch(index=self._prefix, searches=lines)["responses"]
        if any("error" in answer for answer in answers):
            return tuple(map(self.search, queries))  # which says what is wrong
        return tuple(_hits(msgspec.convert(answer, _Page)) for answer in answers)

    def get(self, ids: Collection[str]) -> Mapping[str, bytes]:
        if not ids:
            return {}
        try:
            with self._speaking():
                answer = self._client.mget(index=self._prefix, ids=list(ids), source_includes=["payload"])
        except _Absent:
            return {}
        found = (document for document in answer["docs"] if document.get("found"))
        return {document["_id"]: b64decode(document["_source"]["payload"]) for document in found}

    def count(self, version: str = "") -> int:
        try:
            with self._speaking():
                if version:
                    self._client.indices.refresh(index=version)
                return int(self._client.count(index=version or self._prefix)["count"])
        except _Absent:
            return 0

    def health(self) -> Health:
        try:
            live = self.live()
        except IndexUnavailable as problem:
            return Health(False, self.name, detail_fr=problem.text_fr, detail_en=problem.text_en)
        return Health(True, self.name, live)

    def close(self) -> None:
        self._client.close()
        self._searching.close()

    def _is_ours(self, name: str) -> bool:
        return name.removeprefix(f"{self._prefix}-").replace("-", "").isdigit()

    def _live_of_this_schema(self) -> str:
        live = self.live()
        if live.startswith(f"{self._prefix}-{SCHEMA}-"):
            return live
        raise IndexUnavailable(
            "L'index n'existe pas ou vient d'une autre version du programme : lancez « aiguillage index --rebuild ».",
            "The index does not exist or was made by another version of the program: run “aiguillage index --rebuild”.",
        )

    def _bulk(self, actions: Iterable[Json]) -> int:
        """Deleting what is not there is no error."""
        with self._speaking():
            outcomes = streaming_bulk(self._client, actions, chunk_size=BATCH, raise_on_error=False, max_retries=3)
            number = 0
            for done, outcome in outcomes:
                ((operation, result),) = outcome.items()
                if not done and not (operation == "delete" and result["status"] == 404):
                    raise BulkIndexError("refused", [outcome])
                number += 1
        return number

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """The client's errors in words that say what to do."""
        try:
            yield
        except NotFoundError as problem:
            raise _Absent(*_words(self._url, problem)) from problem
        except (ApiError, TransportError, BulkIndexError) as problem:
            raise IndexUnavailable(*_words(self._url, problem)) from problem


class _Absent(IndexUnavailable):
    """The index or alias does not exist."""


def _client(url: str, timeout: float, serializer: _Json) -> Elasticsearch:
    return Elasticsearch(
        url,
        request_timeout=timeout,
        retry_on_timeout=True,
        max_retries=2,
        serializers={serializer.mimetype: serializer, _JsonLines.mimetype: _JsonLines()},
    )


def _words(url: str, problem: Exception) -> tuple[str, str]:
    reason, setting = str(problem)[:300], "AIGUILLAGE_ELASTICSEARCH_URL"
    return (
        f"Elasticsearch ne répond pas à {url} ({reason}) : vérifiez qu'il tourne et que {setting} est juste.",
        f"Elasticsearch does not answer at {url} ({reason}): check that it is running and that {setting} is right.",
    )


def _settings() -> Json:
    return {
        "number_of_shards": 1,  # one shard: scores and facet counts are exact
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",  # every write of ours refreshes when it is done
        "max_result_window": DEEPEST_PAGE,
    }


def _mappings() -> Json:
    texts = {field: {"type": "text", "analyzer": "whitespace", "index_options": "positions"} for field in TEXT_FIELDS}
    orders = {f"by_{sort}": {"type": "keyword", "index": False} for sort in Sort if sort is not Sort.RELEVANCE}
    values = {field: {"type": "keyword"} for field in VALUE_FIELDS}
    ranks = {"day": {"type": "integer"}, "prior": {"type": "float"}}
    payload = {"payload": {"type": "binary"}}
    return {"dynamic": "strict", "properties": {**texts, **orders, **values, **ranks, **payload}}


def _index_action(index: str, entry: Entry) -> Json:
    source = {
        **entry.terms,
        **{field: list(values) for field, values in entry.values.items()},
        **{f"by_{sort}": value for sort, value in entry.order.items()},
        "day": entry.day,
        "prior": entry.prior,
        "payload": b64encode(entry.payload).decode("ascii"),
    }
    return {"_op_type": "index", "_index": index, "_id": entry.id, "_source": source}


def body_of(query: IndexQuery) -> Json:
    """The body of a request to ``_search``."""
    body: Json = {
        "query": _scored(query),
        "from": query.offset,
        "size": query.limit,
        "_source": ["payload"],
        "track_total_hits": True,
        "sort": _sort(query.sort),
        "post_filter": _all_of(_filters(query)),
    }
    if query.facets:
        body["aggs"] = {name or "unfiltered": counts for name, counts in _aggregations(query)}
    return body


def _sort(sort: Sort) -> list[Json]:
    if sort is Sort.RELEVANCE:
        return [{"_score": "desc"}]
    return [{f"by_{sort}": "desc" if sort.descending else "asc"}]


def _scored(query: IndexQuery) -> Json:
    """Text score × (1 + boosts) × prior."""
    raised: Json = _clauses(query.clauses)
    if query.boosts:
        functions: list[Json] = [{"weight": 1.0}]
        functions += [{"filter": _holds(boost), "weight": boost.weight} for boost in query.boosts]
        raised = _function_score(raised, {"functions": functions, "score_mode": "sum"})
    return _function_score(raised, {"field_value_factor": {"field": "prior", "missing": 1}})


def _function_score(query: Json, functions: Json) -> Json:
    return {"function_score": {"query": query, "boost_mode": "multiply", **functions}}


def _clauses(clauses: tuple[Clause, ...]) -> Json:
    if not clauses:
        return {"match_all": {}}
    alternatives = [_clause(clause) for clause in clauses]
    return alternatives[0] if len(alternatives) == 1 else {"dis_max": {"queries": alternatives}}


def _clause(clause: Clause) -> Json:
    words = [_word(word) for word in clause.words]
    needed: Json = {"bool": {"should": words, "minimum_should_match": clause.minimum}}
    more = [_word(word) for word in clause.raising]
    if clause.whole and clause.minimum < len(words):
        more.append({"bool": {"must": words, "boost": clause.whole}})
    return {"bool": {"must": needed, "should": more}} if more else needed


def _word(word: Word) -> Json:
    ways = [_terms(terms) for terms in (word.terms, *word.others) if terms]
    return ways[0] if len(ways) == 1 else {"dis_max": {"queries": ways}}


def _terms(terms: Terms) -> Json:
    return {"dis_max": {"queries": [_term(term) for term in terms], "tie_breaker": TIE_BREAKER}}


def _term(term: Term) -> Json:
    if " " in term.text:
        return {"match_phrase": {term.field: {"query": term.text, "slop": SLOP, "boost": term.weight}}}
    return {"term": {term.field: {"value": term.text, "boost": term.weight}}}


def _holds(boost: Boost) -> Json:
    if not boost.whole:
        return {"terms": {boost.field: boost.values}}
    return {"bool": {"filter": [{"term": {boost.field: value}} for value in boost.values]}}


def _filters(query: IndexQuery, without: str = "") -> list[Json]:
    filters: list[Json] = [
        {"terms": {field: list(values)}} for field, values in query.filters.items() if field != without
    ]
    if query.since_day:
        filters.append({"range": {"day": {"gte": query.since_day}}})
    return filters


def _all_of(filters: list[Json]) -> Json:
    return {"bool": {"filter": filters}} if filters else {"match_all": {}}


def _aggregations(query: IndexQuery) -> Iterator[tuple[str, Json]]:
    for left_out, names in facet_groups(query).items():
        counts = {name: {"terms": {"field": name, "size": query.facet_size}} for name in names}
        yield left_out, {"filter": _all_of(_filters(query, left_out)), "aggs": counts}


def _hits(page: _Page) -> Hits:
    hits = tuple(Hit(hit.id, hit.score or 0.0, hit.source.payload) for hit in page.hits.hits)
    return Hits(page.hits.total.value, hits, _read_facets(page.aggregations))


def _read_facets(aggregations: Mapping[str, Mapping[str, _Facet | int]]) -> dict[str, tuple[tuple[str, int], ...]]:
    """The server gives them in the order of ``search.engines.backend.counted``."""
    return {
        name: tuple((value.key, value.doc_count) for value in facet.buckets)
        for facets in aggregations.values()
        for name, facet in facets.items()
        if isinstance(facet, _Facet)
    }


def _number(version: str) -> int:
    digits = version.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0
