"""What is known across portals: the one object that the ways in ask."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from dcat.codec import Encoded
from dcat.model import Record, text_in
from dcat.portal import Level, Portal
from dcat.quality import Mean
from search.arbiter import Arbiter
from search.dedupe.ailing import Found, keep_ailments, shared_records
from search.dedupe.linked import Linked, linked
from search.dedupe.loops import LoopFound, loops_of
from search.dedupe.offered import Offered, offered
from search.dedupe.quality import UNASKED, Answering, Published
from search.dedupe.sessions import reading
from search.dedupe.shown import Republisher, Whose, republishers, shared_datasets
from search.dedupe.store import Change, ClusterStore
from search.document import Copy, CopyLink, Document
from search.engines.backend import Health, SearchBackend
from search.entering import document_of_cluster
from search.evidence import Evidence
from search.facets import facet_values
from search.index import Applied, Check, Indexer, Rebuilt
from search.publishers import KeptPublishers
from search.query import FILTERS, SearchRequest, index_query
from search.question.publishers import PublisherNames
from search.results import Group, Loosened, SearchPage, result_of
from search.spelling import corrected, meant
from search.suggest import Suggestions, suggest
from search.told import Told
from search.vocabulary import KeptVocabulary

APPLIED = "applied_change"
ENOUGH = 10  # datasets: with fewer, some words may have been misunderstood


class Redirect(Struct, frozen=True):
    """The dataset answers under another id now."""

    target: str


class CopyView(Struct, frozen=True):
    """One portal's copy, with what it says itself."""

    record: str
    portal: str
    url: str
    title: str
    publisher: str
    modified: str
    licence: str
    archived: bool
    elected: bool


class DatasetView(Struct, frozen=True):
    """One dataset: what is shown of it, every copy, the elected one first, and what others say better."""

    document: Document
    copies: tuple[CopyView, ...]
    reasons_fr: tuple[str, ...]
    reasons_en: tuple[str, ...]
    offered: tuple[Offered, ...] = ()


class Resolution(Struct, frozen=True):
    """A pasted link or identifier, resolved. ``dataset`` is ``""`` where nothing is known under it; ``candidates`` are
    the datasets that share it, where there are several and none is chosen.
    """

    asked: str
    dataset: str = ""
    authoritative: CopyLink | None = None
    others: tuple[CopyLink, ...] = ()
    why_fr: tuple[str, ...] = ()
    why_en: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


class Catalogue:
    """Clusters in the database, their index in a back end. Only one process may change it; any number may ask.

    Every call that needs the index raises ``search.engines.backend.IndexUnavailable``.
    """

    def __init__(self, engine: sa.Engine, backend: SearchBackend, portals: Mapping[str, Portal]) -> None:
        self._engine = engine
        self._store = ClusterStore(engine, portals)
        self._backend = backend
        self._portals = portals
        self._indexer = Indexer(engine, self._store, backend, portals)
        self._told = Told(engine)
        self._vocabulary = KeptVocabulary(engine, self._told)
        self._evidence = Evidence(self._told, backend)
        self._publishers = KeptPublishers(self._told, backend)
        self.arbiter = Arbiter(engine, self._store, portals)

    def create(self) -> None:
        """Make the tables that are missing."""
        self._store.create()

    # changing

    def apply(self, changes: Iterable[Change], successors: Mapping[str, str] = MappingProxyType({})) -> Applied:
        """Records that changed, or None for those that are gone: clustered and indexed with their neighbours.
        ``successors``: those of the latter that live on → under which record id; their dataset keeps its own."""
        return self._indexer.apply(changes, successors)

    def rebuild(
        self, records: Iterable[Record | Encoded], successors: Mapping[str, str] = MappingProxyType({})
    ) -> Rebuilt:
        """Clusters and a new index version from all the records; the old index answers until the new one is whole.
        ``successors`` as for ``apply``, of changes that were not applied."""
        return self._indexer.rebuild(records, successors)

    def fill(self) -> int:
        """A new index version from the clusters as they are; gives how many datasets it holds."""
        return self._indexer.fill().datasets

    def applied_change(self) -> int:
        """The archive's last change number that was applied, 0 at first."""
        return self._store.value(APPLIED)

    def set_applied_change(self, number: int) -> None:
        self._store.set_value(APPLIED, number)

    def is_outdated(self) -> bool:
        """Whether the clusters were made under other rules than today's, and must be rebuilt before any change."""
        return self._store.is_outdated()

    def value(self, name: str) -> int:
        """A small fact that was kept by name, 0 at first."""
        return self._store.value(name)

    def set_value(self, name: str, value: int) -> None:
        self._store.set_value(name, value)

    def keep_ailments(self, found: Found) -> int:
        """What is wrong with records, as measured now; gives how many are better or worse than they were."""
        return keep_ailments(self._engine, found)

    def follow_decisions(self) -> int:
        """Cluster anew what was decided about, and index what waits; gives how many datasets were looked at again."""
        touched = self._store.apply_decisions().touched if self.arbiter.undecided() else frozenset[str]()
        behind = touched or self._store.pending(1) or not self._backend.ready()
        return self._indexer.catch_up() if behind else 0

    # asking

    def at_once(self) -> AbstractContextManager[None]:
        """Within, the state of the index is looked up once: for all that one question asks."""
        return self._told.once()

    def shared_records(self, datasets: int) -> Iterator[list[str]]:
        """The records of datasets that several describe, of so many datasets at a time."""
        return shared_records(self._engine, datasets)

    def search(self, request: SearchRequest) -> SearchPage:
        """One page; where few datasets have enough of the words together, any of the words will do (``relaxed``).

        Words that nobody writes stand for those that they resemble too, and the question so corrected is suggested.
        Where the only publisher that is asked for has nothing on this, the others are asked (``others``).
        """
        found = self._search(replace(request, meant=meant(request.q, self._vocabulary.now())))
        if found.total or not request.only_published:
            return found
        return replace(self.search(replace(request, only_published=False)), others=True)

    def _search(self, request: SearchRequest) -> SearchPage:
        query = index_query(request)
        strict = hits = self._backend.search(query)
        if strict.total < ENOUGH and any(clause.minimum > 1 for clause in query.clauses[:1]):
            hits = self._backend.search(index_query(request, relaxed=True))
        return SearchPage(
            results=tuple(result_of(hit, request, self._portals) for hit in hits.hits),
            facets=facet_values(hits.facets, request, self._portals),
            total=hits.total,
            page=request.page,
            page_size=request.page_size,
            suggestion=corrected(request.typed or request.q, request.meant),
            relaxed=hits.total > strict.total,
        )

    def groups(self, request: SearchRequest) -> tuple[Group, ...]:
        """The first results of each level, the closest level first; those that have any."""
        found = ((level, self.search(replace(request, level=(level,), page=1, facets=False))) for level in Level)
        return tuple(Group(level, page.total, page.results) for level, page in found if page.total)

    def loosened(self, request: SearchRequest) -> tuple[Loosened, ...]:
        """How many datasets there would be without each of the filters, those that leave any."""
        asked = {name: getattr(request, name) for name in FILTERS if getattr(request, name)}
        counts = {
            name: self._backend.search(index_query(replace(request, **{name: ()}, facets=False, page_size=0))).total
            for name in asked
        }
        return tuple(Loosened(name, asked[name], total) for name, total in counts.items() if total)

    def suggest(self, beginning: str, language: str = "fr") -> Suggestions:
        """What a question that begins so may be about."""
        return suggest(beginning, language, self._backend, self._vocabulary.now())

    def publishers(self) -> PublisherNames:
        """Every name under which datasets are published."""
        return self._publishers.now()

    def dataset(self, identity: str) -> DatasetView | Redirect | None:
        """One dataset with its copies, where it went, or None."""
        if found := self.views([identity]).get(identity):
            return found
        target = self._store.redirect_of(identity)
        return Redirect(target) if target else None

    def redirect_of(self, identity: str) -> str:
        """The dataset that took over from one that a merge ended, or ``""``."""
        return self._store.redirect_of(identity)

    def views(self, identities: Collection[str]) -> Mapping[str, DatasetView]:
        """Several datasets with their copies, those that exist, by id."""
        return {dataset: self._view(dataset, copies) for dataset, copies in self._store.clusters(identities).items()}

    def _view(self, identity: str, copies: tuple[Copy, ...]) -> DatasetView:
        document = document_of_cluster(identity, copies, self._portals)
        by_record = {copy.record: copy for copy in copies}
        ordered = [by_record[link.record] for link in document.copies]
        views = tuple(_view(copy, copy.record == document.record) for copy in ordered)
        return DatasetView(document, views, document.elected_fr, document.elected_en, offered(ordered))

    def datasets_of(self, records: Collection[str]) -> Mapping[str, str]:
        """Record id → dataset id, for the records that are known here."""
        return self._store.datasets_of(records)

    def resolve(self, *, url: str = "", identifier: str = "") -> Resolution:
        """A dataset by any portal's link, a record id, a dataset id, or an identifier."""
        asked = (url or identifier).strip()
        found = self._identities(asked)
        if len(found) != 1:
            return Resolution(asked, candidates=tuple(found))
        view = self.dataset(found[0])
        if not isinstance(view, DatasetView):
            return Resolution(asked)
        first, *others = view.document.copies
        return Resolution(asked, found[0], first, tuple(others), view.reasons_fr, view.reasons_en)

    def count(self) -> int:
        """How many datasets the live index holds."""
        return self._backend.count()

    def counts_by_portal(self) -> Mapping[str, int]:
        """Portal → datasets for which it is the authority. A portal that is not there has none."""
        return self.pertinent((), (), ()) if self._backend.live() else {}

    def pertinent(
        self, words: Iterable[str], themes: Sequence[str], territory_codes: Sequence[str], *, inside: bool = False
    ) -> Mapping[str, int]:
        """Portal → datasets that it is the authority for and that hold all the words of one of these phrases, one of
        the themes, and cover one of the territories, or lie ``inside`` one (each ignored where empty). Raises
        ``IndexUnavailable`` where there is no index yet: nobody knows, which is not none.
        """
        return self._evidence.pertinent(words, themes, territory_codes, inside=inside)

    def linked(self, views: Collection[DatasetView]) -> Mapping[str, tuple[Linked, ...]]:
        """Dataset → the others that it has to do with; one that is linked to none is not there."""
        with reading(self._engine) as connection:
            return linked(connection, {view.document.id: [copy.record for copy in view.copies] for view in views})

    def republishers(self, portal: str) -> list[Republisher]:
        """The other portals that publish datasets of this one too, and whose copy is shown; the most first."""
        return republishers(self._engine, portal)

    def shared_with(
        self, portal: str, other: str, whose: Whose | None, limit: int, offset: int
    ) -> tuple[list[DatasetView], int]:
        """The datasets of a portal that others publish too (``other`` alone where it is given), and how many."""
        found, total = shared_datasets(self._engine, portal, other, whose, limit, offset)
        views = self.views(found)
        return [views[dataset] for dataset in found if dataset in views], total

    def loops_of(self, portal: str) -> list[LoopFound]:
        """The loops of harvesting that a portal is part of."""
        return loops_of(self._engine, portal)

    def quality(self, portals: Collection[str], answering: Answering = UNASKED) -> Mapping[str, Mean]:
        """Portal → the mean quality of its records by the European method; one that has none is not there."""
        return self._store.quality(portals, answering)

    def published_by(self, publisher: str, answering: Answering = UNASKED) -> Published | None:
        """What a publisher has in every portal, by its SIREN or the name that the feed gives it; None where nobody goes
        by it."""
        return self._store.published_by(publisher, answering)

    def check(self) -> Check:
        """The index compared with the clusters."""
        return self._indexer.check()

    def health(self) -> Health:
        return self._backend.health()

    def _identities(self, asked: str) -> list[str]:
        """The datasets that a text names: the first way of reading it that finds any."""
        if not asked:
            return []
        if self._store.clusters([asked]):
            return [asked]
        if direct := self._store.redirect_of(asked) or self._store.dataset_of(asked):
            return [direct]
        return sorted(set(self._store.datasets_of(self.arbiter.holding(asked)).values()))


def _view(copy: Copy, elected: bool) -> CopyView:
    return CopyView(
        record=copy.record,
        portal=copy.portal,
        url=copy.url,
        title=text_in(copy.title),
        publisher=copy.publisher,
        modified=copy.modified,
        licence=copy.licence,
        archived=copy.archived,
        elected=elected,
    )
