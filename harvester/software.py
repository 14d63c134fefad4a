"""Search pages by portal software. None has been tried live: ``verified`` in a portal file says when a person did."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit


@cache
def search_paths() -> Mapping[str, str]:
    """``harvester/tables/software.csv``: software's name in lower case → path with ``{query}``."""
    text = files("harvester").joinpath("tables", "software.csv").read_text(encoding="utf-8")
    return {row["software"].casefold(): row["search_path"] for row in csv.DictReader(text.splitlines())}


def search_url(software: str, url: str) -> str:
    """The portal's search page as a template, ``""`` where the software is not in the table: a mixture of two
    programs is not, since nobody can tell which of them answers at the portal's root."""
    path = search_paths().get(software.casefold())
    if path is None:
        return ""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{path}"
