"""Literals as the shapes want them: of the datatype that is asked, and valid as it."""

import re
from collections.abc import Callable
from datetime import date, datetime

from dcat.namespaces import XSD
from dcat.rdf.term import literal, split_literal

_DURATION = re.compile(r"-?P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?")


def _is_date(value: str) -> bool:
    return bool(_DATE.fullmatch(value)) and _reads(date.fromisoformat, value[:10])


def _is_date_time(value: str) -> bool:
    return bool(_DATE_TIME.fullmatch(value)) and _reads(datetime.fromisoformat, value[:19])


def _reads(read: Callable[[str], object], value: str) -> bool:
    try:
        read(value)
    except ValueError:
        return False
    return True


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


VALID: dict[str, Callable[[str], bool]] = {
    XSD.date: _is_date,
    XSD.dateTime: _is_date_time,
    XSD.gYear: _like(r"[1-9]\d{3}|0\d\d[1-9]"),
    XSD.gYearMonth: _like(r"\d{4}-(?:0[1-9]|1[0-2])"),
    XSD.decimal: _like(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"),
    XSD.duration: lambda value: _DURATION.fullmatch(value) is not None,
    XSD.nonNegativeInteger: _like(r"\d{1,40}"),
    XSD.hexBinary: _like(r"(?:[0-9A-Fa-f]{2})+"),
}
DATES = (XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth)


def typed(token: str, datatype: str) -> str:
    """The literal with the datatype, ``""`` where it is none; ``date`` stands for the four of ``DATES``."""
    value, language, _ = split_literal(token)
    if language:
        return ""
    for wanted in DATES if datatype == "date" else (datatype,):
        if VALID[wanted](value):
            return literal(value, datatype=wanted)
    return ""
