"""Periods in one text: intervals of ISO 8601, as DCAT-US and schema.org write them."""

import re

from dcat.model import Period

_DURATION = re.compile(r"P(?=.)[\d.,]*[YMWD]?[\dYMWDTHS.,]*", re.IGNORECASE)
_OPEN = ("", "..")


def interval(text: str) -> Period | None:
    """``2009-01-01/2010-12-31``, ``2009/..``, one moment alone; a duration is no end. None where nothing is left."""
    start, slash, end = (part.strip() for part in text.strip().partition("/"))
    if not slash:
        start, dash, end = (part.strip() for part in start.partition(" - "))
        end = end if dash else start
    start, end = ("" if one in _OPEN or _DURATION.fullmatch(one) else one for one in (start, end))
    return Period(start=start, end=end) if start or end else None
