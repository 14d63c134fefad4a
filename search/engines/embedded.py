"""The embedded engine: tantivy, in the data folder, without a server.

One folder a version; the file ``live`` names the published one and is replaced atomically. One process writes (a file
lock says so), any number read: a reader looks at the version's ``meta.json`` before each search and follows commits.
"""

import math
import shutil
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

import tantivy
from filelock import FileLock, Timeout
from msgspec.structs import replace
from tantivy import Occur, Query

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
    counted,
    facet_groups,
)
from search.engines.raising import best, may_rise, place_of
from search.fields import TEXT_FIELDS, TIE_BREAKER, VALUE_FIELDS

# Bytes, taken as they are needed: a hundred thousand datasets are one segment, which answers in three quarters of the
# time that three take. One thread, so that the same documents give the same index.
WRITER_MEMORY = 256_000_000
LOCK_PATIENCE = 30.0  # seconds
FAR_FUTURE = 4_000_000  # an ordinal day after the year 9999
CANDIDATES = 2_000  # hits of the words that are looked at first: what is raised is hardly ever further behind
MOST_WORDS = 4_096  # whose queries are kept
TOTAL = "total"
COUNTING = 4  # threads that count facets while pages are found: two processors answer in three quarters of the time

Page = tuple[int, tuple[Hit, ...]]


class EmbeddedBackend:
    """``folder`` is created on the first write; an absent one is an empty index."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = _schema()
        self._word = lru_cache(MOST_WORDS)(self._word_anew)
        self._lock = threading.Lock()
        self._open: tuple[str, tuple[int, int], tantivy.Index] | None = None
        self._counting = ThreadPoolExecutor(COUNTING, thread_name_prefix="facets")

    def create_version(self) -> str:
        with self._writing():
            name = f"{SCHEMA}-{self._next_number():06d}"
            path = self._folder / name
            path.mkdir(parents=True)
            tantivy.Index(self._schema, str(path))
        return name

    def write(self, version: str, entries: Iterable[Entry]) -> int:
        with self._writing(), self._writer(version) as writer:
            return _add(writer, entries)

    def publish(self, version: str) -> None:
        with self._writing():
            pointer = self._folder / "live"
            prepared = pointer.with_suffix(".new")
            prepared.write_text(version, encoding="ascii")
            prepared.replace(pointer)

    def discard(self, version: str) -> None:
        with self._writing():
            if version and version != self.live():
                shutil.rmtree(self._folder / version, ignore_errors=True)

    def versions(self) -> tuple[str, ...]:
        if not self._folder.is_dir():
            return ()
        names = (path.name for path in self._folder.iterdir() if path.is_dir())
        return tuple(sorted(names, key=_number))

    def live(self) -> str:
        try:
            return (self._folder / "live").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return ""

    def ready(self) -> bool:
        return self.live().startswith(f"{SCHEMA}-")

    def update(self, entries: Iterable[Entry], removed: Collection[str] = ()) -> None:
        with self._writing(), self._writer(self._live_of_this_schema()) as writer:
            for identity in removed:
                writer.delete_documents_by_term("id", identity)
            _add(writer, entries, replacing=True)

    def search(self, query: IndexQuery) -> Hits:
        if not (live := self.live()):
            return Hits(0)
        with self._speaking():
            searcher = self._searcher(live)
            matching = self._query(query, boosted=False)
            if not query.limit:
                return self._counts(searcher, query, matching)
            many = query.sort is Sort.RELEVANCE and len(query.boosts) > 1
            counting = self._counting.submit(self._counts, searcher, query, matching) if query.facets else None
            page = self._raised_page(searcher, query, matching) if many else self._page(searcher, query)
            return Hits(*page, facets=counting.result().facets if counting else {})

    def search_each(self, queries: Sequence[IndexQuery]) -> tuple[Hits, ...]:
        return tuple(map(self.search, queries))

    def get(self, ids: Collection[str]) -> Mapping[str, bytes]:
        live = self.live()
        if not ids or not live:
            return {}
        with self._speaking():
            searcher = self._searcher(live)
            found = searcher.search(Query.term_set_query(self._schema, "id", list(ids)), limit=len(ids))
            documents = (searcher.doc(address) for _, address in found.hits)
            return {_stored(document, "id"): _stored(document, "payload") for document in documents}

    def count(self, version: str = "") -> int:
        if version:
            with self._speaking():
                return int(tantivy.Index.open(str(self._folder / version)).searcher().num_docs)
        if not (live := self.live()):
            return 0
        with self._speaking():
            return int(self._searcher(live).num_docs)

    def health(self) -> Health:
        try:
            live = self.live()
            self.count()
        except IndexUnavailable as problem:
            return Health(False, self.name, detail_fr=problem.text_fr, detail_en=problem.text_en)
        return Health(True, self.name, live)

    def close(self) -> None:
        with self._lock:
            self._open = None

    # reading

    def _searcher(self, live: str) -> tantivy.Searcher:
        """The live version as last committed, by whichever process."""
        _check_schema(live)
        status = (self._folder / live / "meta.json").stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        with self._lock:
            if self._open and self._open[0] == live:
                index = self._open[2]
                if self._open[1] != stamp:
                    index.reload()
            else:
                index = tantivy.Index.open(str(self._folder / live))
                index.config_reader("manual")
                index.reload()
            self._open = (live, stamp, index)
            return index.searcher()

    def _page(self, searcher: tantivy.Searcher, query: IndexQuery) -> Page:
        by_relevance = query.sort is Sort.RELEVANCE
        found = searcher.search(
            self._query(query),
            limit=query.limit,
            offset=query.offset,
            order_by_field=None if by_relevance else f"by_{query.sort}",
            order=tantivy.Order.Desc if query.sort.descending else tantivy.Order.Asc,
            weight_by_field="prior" if by_relevance else None,
        )
        hits = ((float(score) if by_relevance else 0.0, address) for score, address in found.hits)
        return _total(found), tuple(_hit(searcher, *hit) for hit in hits)

    def _raised_page(self, searcher: tantivy.Searcher, query: IndexQuery, matching: Query) -> Page:
        """As ``_page``, with boosts multiplied here: asking for the words again within a few documents costs the engine
        about as much as asking for them everywhere, and is only done where one of them may come from far behind.
        """
        last = query.offset + query.limit
        words = self._query(replace(query, boosts=()))
        first = searcher.search(words, limit=last + CANDIDATES, weight_by_field="prior")
        raised = Query.boolean_query(_should([Query.const_score_query(self._holds(b), b.weight) for b in query.boosts]))
        room = max(1, _total(first))  # the engine reserves as much
        found = searcher.search(raised.and_must_match(_unscored(matching)), limit=room).hits
        times = {place_of(address): 1.0 + by for by, address in found}
        kept = best(first.hits, times, last)
        if _total(first) > len(first.hits) and may_rise(first.hits[-1][0], times, kept, last):
            among = words.and_must_match(_unscored(raised))
            every = searcher.search(among, limit=max(1, len(times)), weight_by_field="prior").hits
            others = (hit for hit in first.hits if place_of(hit[1]) not in times)
            kept = best(merge(every, others, key=itemgetter(0), reverse=True), times, last)
        return _total(first), tuple(_hit(searcher, *hit) for hit in kept[query.offset :])

    def _counts(self, searcher: tantivy.Searcher, query: IndexQuery, matching: Query) -> Hits:
        """The total and the facets, without any hit."""
        total, facets = 0, {}
        for left_out, names in {"": (), **facet_groups(query)}.items():
            among = self._query(query, without=left_out, boosted=False) if left_out else matching
            wanted = {name: {"terms": {"field": name, "size": query.facet_size}} for name in names}
            answer = searcher.aggregate(among, {**wanted, TOTAL: {"value_count": {"field": "prior"}}})
            total = total if left_out else int(answer[TOTAL]["value"])
            for name in names:
                buckets = answer[name]["buckets"]
                facets[name] = counted(((row["key"], row["doc_count"]) for row in buckets), query.facet_size)
        return Hits(total, facets=facets)

    # from our question to tantivy's

    def _query(self, query: IndexQuery, without: str = "", *, boosted: bool = True) -> Query:
        words = self._words(query.clauses if boosted else tuple(map(_matching, query.clauses)))
        scored = [words] + [
            Query.boost_query(words.and_must_match(_unscored(self._holds(boost))), boost.weight)
            for boost in (query.boosts if boosted and query.sort is Sort.RELEVANCE else ())
        ]
        needed = [_unscored(self._any_of(field, values)) for field, values in query.filters.items() if field != without]
        if query.since_day:
            days = Query.range_query(self._schema, "day", tantivy.FieldType.Integer, query.since_day, FAR_FUTURE)
            needed.append(_unscored(days))
        main = scored[0] if len(scored) == 1 else Query.boolean_query([(Occur.Should, part) for part in scored])
        return main.and_must_match(*needed) if needed else main

    def _words(self, clauses: tuple[Clause, ...]) -> Query:
        if not clauses:
            return Query.const_score_query(Query.all_query(), 1.0)
        alternatives = [self._clause(clause) for clause in clauses]
        return alternatives[0] if len(alternatives) == 1 else Query.disjunction_max_query(alternatives, 0.0)

    def _clause(self, clause: Clause) -> Query:
        words = [self._word(word) for word in clause.words]
        parts = [
            (Occur.Must, Query.boolean_query(_should(words), minimum_number_should_match=clause.minimum)),
            *_should([self._word(word) for word in clause.raising]),
        ]
        if clause.whole and clause.minimum < len(words):
            every = Query.boolean_query([(Occur.Must, word) for word in words])
            parts.append((Occur.Should, Query.boost_query(every, clause.whole)))
        return parts[0][1] if len(parts) == 1 else Query.boolean_query(parts)

    def _word_anew(self, word: Word) -> Query:
        """Kept: a question asks for its words twice and more, and those of a competence come again with the next."""
        ways = [self._terms(terms) for terms in (word.terms, *word.others) if terms]
        return ways[0] if len(ways) == 1 else Query.disjunction_max_query(ways, 0.0)

    def _terms(self, terms: Terms) -> Query:
        return Query.disjunction_max_query([self._term(term) for term in terms], TIE_BREAKER)

    def _term(self, term: Term) -> Query:
        words: list[str | tuple[int, str]] = [*term.text.split()]
        if len(words) > 1:
            found = Query.phrase_query(self._schema, term.field, words, SLOP)
        else:
            found = Query.term_query(self._schema, term.field, term.text, "freq")
        return Query.boost_query(found, term.weight)

    def _any_of(self, field: str, values: tuple[str, ...]) -> Query:
        """Not tantivy's set of terms, which looks through the field's whole dictionary."""
        return Query.boolean_query(_should(self._each(field, values)))

    def _holds(self, boost: Boost) -> Query:
        if not boost.whole:
            return self._any_of(boost.field, boost.values)
        return Query.boolean_query([(Occur.Must, value) for value in self._each(boost.field, boost.values)])

    def _each(self, field: str, values: tuple[str, ...]) -> list[Query]:
        return [Query.term_query(self._schema, field, value, "basic") for value in values]

    # writing

    def _live_of_this_schema(self) -> str:
        live = self.live()
        _check_schema(live)
        return live

    def _next_number(self) -> int:
        return max((_number(name) for name in self.versions()), default=0) + 1

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time; waits a little for another process to end its batch."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder / "writer.lock", timeout=LOCK_PATIENCE), self._speaking():
                yield
        except Timeout:
            raise IndexUnavailable(
                "Un autre processus écrit dans l'index : réessayez quand il aura fini.",
                "Another process is writing to the index: try again once it has finished.",
            ) from None
        except OSError as problem:
            raise _unwritable(self._folder, problem) from problem

    @contextmanager
    def _writer(self, version: str) -> Iterator[tantivy.IndexWriter]:
        """Commits at the end, rolls back where anything was raised."""
        index = tantivy.Index.open(str(self._folder / version))
        writer = index.writer(WRITER_MEMORY, 1)
        try:
            yield writer
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """tantivy's errors in words that say what to do (it raises ``ValueError`` for all)."""
        try:
            yield
        except (ValueError, FileNotFoundError) as problem:
            raise IndexUnavailable(
                f"L'index de {self._folder} ne répond pas ({problem}) : relancez « aiguillage index --rebuild ».",
                f"The index in {self._folder} does not answer ({problem}): run “aiguillage index --rebuild”.",
            ) from problem


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for field in TEXT_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="position")
    for field in VALUE_FIELDS:
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for sort in Sort:
        if sort is not Sort.RELEVANCE:
            builder.add_text_field(f"by_{sort}", fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("day", indexed=True, fast=True)
    builder.add_float_field("prior", fast=True)
    builder.add_bytes_field("payload", stored=True)
    return builder.build()


def _add(writer: tantivy.IndexWriter, entries: Iterable[Entry], *, replacing: bool = False) -> int:
    number = 0
    for entry in entries:
        if replacing:
            writer.delete_documents_by_term("id", entry.id)
        writer.add_document(_document(entry))
        number += 1
    return number


def _document(entry: Entry) -> tantivy.Document:
    document = tantivy.Document()
    document.add_text("id", entry.id)
    for field, terms in entry.terms.items():
        document.add_text(field, terms)
    for field, values in entry.values.items():
        for value in values:
            document.add_text(field, value)
    for sort, value in entry.order.items():
        document.add_text(f"by_{sort}", value)
    document.add_integer("day", entry.day)
    document.add_float("prior", _weight(entry.prior))
    document.add_bytes("payload", entry.payload)
    return document


def _check_schema(live: str) -> None:
    """Raises ``IndexUnavailable`` where there is no such version, or it has another form than today's."""
    if not live:
        raise IndexUnavailable(
            "L'index n'existe pas encore : lancez « aiguillage index --rebuild ».",
            "There is no index yet: run “aiguillage index --rebuild”.",
        )
    if not live.startswith(f"{SCHEMA}-"):
        raise IndexUnavailable(
            "L'index vient d'une autre version du programme : lancez « aiguillage index --rebuild ».",
            "The index was made by another version of the program: run “aiguillage index --rebuild”.",
        )


def _weight(factor: float) -> float:
    """tantivy multiplies the score by log2(2 + value): the value that makes this ``factor``."""
    return math.pow(2.0, factor) - 2.0


def _matching(clause: Clause) -> Clause:
    """Less what only adds to the score."""
    return Clause(clause.words, clause.minimum)


def _should(queries: list[Query]) -> list[tuple[Occur, Query]]:
    return [(Occur.Should, query) for query in queries]


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _total(found: tantivy.SearchResult) -> int:
    total: int = getattr(found, "count")  # noqa: B009 - missing from the package's stubs
    return total


def _hit(searcher: tantivy.Searcher, score: float, address: tantivy.DocAddress) -> Hit:
    document = searcher.doc(address)
    return Hit(_stored(document, "id"), score, _stored(document, "payload"))


def _stored(document: tantivy.Document, field: str) -> Any:
    value: Any = document.get_first(field)
    return bytes(value) if field == "payload" else value


def _number(version: str) -> int:
    digits = version.rpartition("-")[2]
    return int(digits) if digits.isdigit() else 0


def _unwritable(folder: Path, problem: OSError) -> IndexUnavailable:
    return IndexUnavailable(
        f"Impossible d'écrire l'index dans {folder} ({problem.strerror}) : libérez de la place ou vérifiez les droits.",
        f"Cannot write the index in {folder} ({problem.strerror}): free some space or check the permissions.",
    )
