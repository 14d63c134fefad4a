"""GeoNetwork's own JSON: hits of v4's ``_search``, answers of v3's ``q`` (protocols.md §e)."""

from harvester.parsers.geonetwork.page import last_sort, parse

__all__ = ["last_sort", "parse"]
