"""Faults that need to know what a page is: each bends a page before a speaker puts it into its protocol's words."""

from collections.abc import Mapping

from msgspec.structs import replace

from harvester.sample.paging import Bend, Page, Window, straight

SHIFT = 3
"""So many rows come or go between two reads."""
EXCESS = 7
"""So many records more than there are."""


def duplicated(window: Window) -> Page:
    """Page n answers with the records of page n-1; its own links and total stand."""
    page = straight(window)
    return replace(page, records=window.rows.slice(max(0, window.start - window.size), window.size))


def emptied(window: Window) -> Page:
    """A page without a record, as when none of its records can be given in the schema that was asked for."""
    return replace(straight(window), records=[])


def looping(window: Window) -> Page:
    """The second page leads back to the first, and whoever counts the rows himself is given the first two for ever."""
    start = window.start % (2 * window.size)
    page = straight(replace(window, start=start))
    return replace(page, start=window.start, next=window.size if start == 0 else 0)


def removed(window: Window) -> Page:
    """The first rows went while the first page was being read: all others moved up."""
    page = straight(window)
    if window.start == 0:
        return page
    total = len(window.rows) - SHIFT
    if window.cursor:
        return replace(page, total=total)
    following = window.start + window.size
    return replace(
        page,
        records=window.rows.slice(window.start + SHIFT, window.size),
        total=total,
        next=following if following < total else None,
    )


def inserted(window: Window) -> Page:
    """New rows came before the first while the first page was being read: all others moved down."""
    page = straight(window)
    if window.start == 0:
        return page
    total = len(window.rows) + SHIFT
    if window.cursor:
        return replace(page, total=total)
    following = window.start + window.size
    return replace(
        page,
        records=window.rows.slice(window.start - SHIFT, window.size),
        total=total,
        next=following if following < total else None,
    )


def total_too_high(window: Window) -> Page:
    """More records are announced than there are."""
    return replace(straight(window), total=len(window.rows) + EXCESS)


def total_too_low(window: Window) -> Page:
    """Half of the records are announced."""
    return replace(straight(window), total=len(window.rows) // 2)


BENDS: Mapping[str, Bend] = {
    "duplicate-page": duplicated,
    "empty-page": emptied,
    "next-loop": looping,
    "rows-removed": removed,
    "rows-inserted": inserted,
    "total-high": total_too_high,
    "total-low": total_too_low,
}
"""Name in a fault plan → how the page is bent."""
