"""The portals of ``tests/gold/portals.csv`` as the router gets them."""

import csv
from pathlib import Path

from dcat.portal import Level, Portal

GOLD = Path(__file__).parents[1] / "gold"


def portal(
    identifier: str, level: str, *territories: str, software: str = "", mutualised: bool | None = None
) -> Portal:
    """A portal with a search page; an EPCI's is mutualised unless said otherwise."""
    return Portal(
        id=identifier,
        title=identifier.title(),
        level=Level(level),
        territories=territories,
        url=f"https://{identifier}.example",
        software=software,
        search_url=f"https://{identifier}.example/explore/?q={{query}}",
        mutualised=level == "epci" if mutualised is None else mutualised,
    )


def portals() -> dict[str, Portal]:
    """The 45 registered portals by id."""
    with (GOLD / "portals.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["portal_id"]: portal(
                row["portal_id"], row["level"], *row["territories"].split("|"), software=row["software"]
            )
            for row in csv.DictReader(lines)
        }
