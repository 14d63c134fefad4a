"""The composition root: the one place that chooses implementations and joins ``harvester`` with ``search``."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from sqlalchemy.engine import make_url

from api.settings import Settings
from dcat.portal import Portal
from harvester.archive import Archive
from harvester.registry import Registry
from search.backend import SearchBackend
from search.catalogue import Catalogue
from search.elastic import ElasticsearchBackend
from search.embedded import EmbeddedBackend
from search.route import Router

SAMPLE_FOLDER = "sample"


class Services:
    """Everything that a way in needs, made when it is asked for. ``close`` gives connections back.

    ``sample`` begins a sample installation; later on, its archive says by itself that it is one.
    """

    def __init__(self, settings: Settings, *, sample: bool = False) -> None:
        self.settings = settings
        self._begun_as_sample = sample

    @cached_property
    def archive(self) -> Archive:
        """The archive, its tables made where they are missing."""
        archive = Archive(self.settings.archive_url, raw_retention_runs=self.settings.raw_retention_runs)
        archive.create()
        return archive

    @cached_property
    def sample(self) -> bool:
        """Whether this installation holds sample data: then every command works on the sample's own portals."""
        return self._begun_as_sample or (self._has_archive and bool(self.archive.sample()))

    @property
    def sample_folder(self) -> Path:
        """Where the sample federation writes its portal files and its truth."""
        return self.settings.data_dir / SAMPLE_FOLDER

    @cached_property
    def registry(self) -> Registry:
        """The portals of this installation. Raises ``PortalFileError``."""
        if self.sample:
            return Registry.load(self.sample_folder / "portals", builtin=False)
        return Registry.load(self.settings.portals_dir)

    @property
    def portals(self) -> Mapping[str, Portal]:
        """The registry, by id."""
        return self.registry.portals

    @cached_property
    def backend(self) -> SearchBackend:
        """Elasticsearch where its address is set, else the embedded engine."""
        if self.settings.elasticsearch_url:
            return ElasticsearchBackend(self.settings.elasticsearch_url, self.settings.index_prefix)
        return EmbeddedBackend(self.settings.data_dir / "index")

    @cached_property
    def catalogue(self) -> Catalogue:
        """What is known across portals: clusters in the archive's database, and the index."""
        catalogue = Catalogue(self.archive.engine, self.backend, self.portals)
        catalogue.create()
        return catalogue

    @cached_property
    def router(self) -> Router:
        """Where questions go; needs nothing but the registry."""
        return Router(self.portals)

    @property
    def harvested(self) -> bool:
        """Whether any portal was ever harvested here; asks no archive that does not exist yet."""
        return self._has_archive and bool(self.archive.last_runs())

    @property
    def _has_archive(self) -> bool:
        """A question must not create a database where there is none."""
        url = make_url(self.settings.archive_url)
        return not url.drivername.startswith("sqlite") or Path(url.database or "").exists()

    def close(self) -> None:
        """Give connections and files back; what was never asked for is never opened."""
        if "backend" in self.__dict__:
            self.backend.close()
        if "archive" in self.__dict__:
            self.archive.close()
