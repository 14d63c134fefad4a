"""What a search may ask, as it stands in the address of the API and of the page of results."""

from typing import Any, Literal

from msgspec.structs import replace
from pydantic import BaseModel, Field

from api.routes.wire import Lang, Page, PageSize, Question, day_of
from search.engines.backend import Sort
from search.query import FILTERS, SearchRequest

MOST_VALUES = 50


def _values(description: str, example: str) -> Any:
    """A filter that may be given several times: any of its values will do."""
    told = f"{description}; repeat it for any of several"
    return Field(default_factory=list, max_length=MOST_VALUES, description=told, examples=[[example]])


class Asking(BaseModel):
    """A question and its filters. An empty filter says nothing."""

    q: Question = ""
    territory: list[str] = _values("level:code, a postal code or a name, with what lies inside", "commune:35238")
    theme: list[str] = _values("EU data theme", "TRAN")
    publisher: list[str] = _values("a publisher's name", "Ville de Rennes")
    portal: list[str] = _values("id of a portal that carries a copy", "rennes-metropole")
    format: list[str] = _values("EU file type", "CSV")
    licence: list[str] = _values("licence code, SPDX where it has one", "etalab-2.0")
    access: list[str] = _values("EU access right", "PUBLIC")
    language: list[str] = _values("language of the dataset, EU code or tag", "FRA")
    level: list[str] = _values("commune, epci, departement, region or national", "epci")
    sort: Literal["relevance", "modified", "title", "popularity"] = Field(
        "relevance", description="order of the results"
    )
    group: Literal["", "level"] = Field(
        "", description="level: the first results of each level too", examples=["level"]
    )
    page: Page = 1

    def request(self) -> SearchRequest:
        """What the catalogue is asked."""
        return replace(SearchRequest(q=self.q, sort=Sort(self.sort), page=self.page), **self._filters())

    @property
    def empty(self) -> bool:
        """Whether there is neither a question nor a filter."""
        return not self.q and not any(self._filters().values())

    def _filters(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(value for value in getattr(self, name) if value) for name in FILTERS}


class SearchAsking(Asking):
    """What ``GET /api/search`` takes."""

    modified_since: str = Field("", description="ISO 8601 date", examples=["2025-01-01"])
    page_size: PageSize = 20
    lang: Lang = ""

    def request(self) -> SearchRequest:
        """``BadRequest`` on a date that is none."""
        since = day_of(self.modified_since, "modified_since")
        return replace(super().request(), since_day=since, page_size=self.page_size, lang=self.lang)


class PageAsking(Asking):
    """What the page of results takes; any ``lang``, for a page is shown whatever it says."""

    lang: str = ""
