"""What is asked and what is not found, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Wire

EventName = Literal["", "asked", "followed", "no-data", "no-portal", "no-result", "unmet"]


class DemandCount(Wire):
    """A counter: what happened, on which portal, about which place and competence; each may be empty."""

    event: Literal["asked", "followed", "no-data", "no-portal", "no-result"]
    portal: str
    territory: str = Field(description="level:code of the place asked about")
    territory_label: str
    level: str
    competence: str
    competence_label: str
    theme: str = Field(description="EU data theme of the competence")
    count: int


class DemandList(Wire):
    """The largest first."""

    results: list[DemandCount]
    total: int
    page: int
    page_size: int
    next: str | None


EXAMPLE = {
    "event": "no-data",
    "portal": "rennes-metropole",
    "territory": "commune:35238",
    "territory_label": "Rennes",
    "level": "commune",
    "competence": "cimetieres",
    "competence_label": "Cimetières",
    "theme": "REGI",
    "count": 12,
}
