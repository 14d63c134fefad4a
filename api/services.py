"""The composition root: the one place that chooses implementations and joins ``harvester`` with ``search``."""

from collections.abc import Callable, Mapping
from pkgutil import resolve_name
from threading import RLock
from typing import TYPE_CHECKING, Any, TypeVar, cast

from api.settings import Settings
from dcat.portal import Portal
from harvester.registry import Registry
from search.engines.backend import SearchBackend
from search.route import Router

if TYPE_CHECKING:
    from harvester.archive import Archive
    from harvester.archive.portals_read import PortalsRead
    from search.catalogue import Catalogue
    from search.demand.store import DemandStore
    from search.demand.tally import Tally
    from search.published.store import PublishedStore

T = TypeVar("T")

SAMPLE_FOLDER = "sample"

# Loaded when they are asked for: a routed question needs none of them, and they take longer to import than to answer
# (docs/benchmarks.md).
STORES = {
    "archive": "harvester.archive:Archive",
    "catalogue": "search.catalogue:Catalogue",
    "demand": "search.demand.store:DemandStore",
    "elasticsearch": "search.engines.elastic:ElasticsearchBackend",
    "embedded": "search.engines.embedded:EmbeddedBackend",
    "no_tally": "search.demand.tally:NoTally",
    "portals_read": "harvester.archive.portals_read:PortalsRead",
    "published": "search.published.store:PublishedStore",
    "tally": "search.demand.tally:Tally",
}


class Services:
    """Everything that a way in needs, made once, when it is first asked for, by whichever thread asks.

    ``sample`` begins a sample installation; later on, its archive says by itself that it is one. ``close`` gives
    connections back.
    """

    def __init__(self, settings: Settings, *, sample: bool = False) -> None:
        self.settings = settings
        self._begun_as_sample = sample
        self._harvested = False
        self._made: dict[str, Any] = {}
        self._making = RLock()

    @property
    def archive(self) -> "Archive":
        """The archive, its tables made where they are missing."""
        return self._once("archive", self._open_archive)

    @property
    def sample(self) -> bool:
        """Whether this installation holds sample data: then every command works on the sample's own portals."""
        return self._once("sample", self._is_sample)

    @property
    def registry(self) -> Registry:
        """The portals of this installation. Raises ``PortalFileError``."""
        return self._once("registry", self._load_registry)

    @property
    def portals(self) -> Mapping[str, Portal]:
        """The registry, by id."""
        return self.registry.portals

    @property
    def backend(self) -> SearchBackend:
        """Elasticsearch where its address is set, else the embedded engine."""
        return self._once("backend", self._open_backend)

    @property
    def catalogue(self) -> "Catalogue":
        """What is known across portals: clusters in the archive's database, and the index."""
        return self._once("catalogue", self._open_catalogue)

    @property
    def published(self) -> "PublishedStore":
        """What was published of the datasets, and when it changed."""
        return self._once("published", self._open_published)

    @property
    def demand(self) -> "DemandStore":
        """What was asked, by month."""
        return self._once("demand", self._open_demand)

    @property
    def portals_read(self) -> "PortalsRead":
        """The portals that were ever read whole."""
        return self._once("portals_read", self._open_portals_read)

    @property
    def tally(self) -> "Tally":
        """Where an answered question is counted."""
        return self._once("tally", self._open_tally)

    @property
    def router(self) -> Router:
        """Where questions go; needs nothing but the registry."""
        return self._once("router", lambda: Router(self.portals))

    @property
    def harvested(self) -> bool:
        """Whether any portal was ever harvested here, which stays true; asks no archive that does not exist yet."""
        if not self._harvested:
            self._harvested = self._has_archive and self.archive.count_runs() > 0
        return self._harvested

    @property
    def public_url(self) -> str:
        """What every minted IRI and link begins with: ``PUBLIC_URL``; where nobody sets it, what the published feed
        has, so that a command beside a service that was told its address renames nothing."""
        return self._once("public_url", self._find_public_url)

    def close(self) -> None:
        """Give connections and files back; what was never asked for is never opened."""
        if "tally" in self._made:
            self._made["tally"].write()
        for name in ("backend", "archive"):
            if name in self._made:
                self._made[name].close()

    def _once(self, name: str, make: Callable[[], T]) -> T:
        """``functools.cached_property``, with a lock: requests are answered by a pool of threads."""
        if name not in self._made:
            with self._making:
                if name not in self._made:
                    self._made[name] = make()
        return cast("T", self._made[name])

    @property
    def _has_archive(self) -> bool:
        """A question must not create a database where there is none."""
        return self.settings.archive_file is None or self.settings.archive_file.exists()

    def _find_public_url(self) -> str:
        said = "public_url" in self.settings.model_fields_set
        known = self.published.base() if not said and self.harvested else ""
        return (known or self.settings.public_url).rstrip("/")

    def _open_archive(self) -> "Archive":
        retention = self.settings.raw_retention_runs
        archive: Archive = resolve_name(STORES["archive"])(self.settings.archive_url, raw_retention_runs=retention)
        archive.create()
        return archive

    def _is_sample(self) -> bool:
        return self._begun_as_sample or (self._has_archive and bool(self.archive.sample()))

    def _load_registry(self) -> Registry:
        given = self.settings.portals_dir
        if not self.sample:
            return Registry.load(given)
        own = self.settings.data_dir / SAMPLE_FOLDER / "portals"
        # A federation that was started apart has its portals where it was told to write them.
        return Registry.load(given if given and not own.is_dir() else own, builtin=False)

    def _open_backend(self) -> SearchBackend:
        if self.settings.elasticsearch_url:
            elastic = resolve_name(STORES["elasticsearch"])
            return cast("SearchBackend", elastic(self.settings.elasticsearch_url, self.settings.index_prefix))
        return cast("SearchBackend", resolve_name(STORES["embedded"])(self.settings.data_dir / "index"))

    def _open_catalogue(self) -> "Catalogue":
        catalogue: Catalogue = resolve_name(STORES["catalogue"])(self.archive.engine, self.backend, self.portals)
        catalogue.create()
        return catalogue

    def _open_portals_read(self) -> "PortalsRead":
        return cast("PortalsRead", resolve_name(STORES["portals_read"])(self.archive.last_runs))

    def _open_demand(self) -> "DemandStore":
        demand: DemandStore = resolve_name(STORES["demand"])(self.archive.engine)
        demand.create()
        return demand

    def _open_tally(self) -> "Tally":
        if not self.settings.count_questions:
            return cast("Tally", resolve_name(STORES["no_tally"])())
        return cast("Tally", resolve_name(STORES["tally"])(lambda: self.demand if self.harvested else None))

    def _open_published(self) -> "PublishedStore":
        published: PublishedStore = resolve_name(STORES["published"])(self.archive.engine)
        published.create()
        return published
