"""What a CSW client asks: ``GetRecords`` by KVP or by POST, with a Filter (1.1 or FES 2.0) or a piece of CQL."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct

from dcat.text import fold
from harvester.sample.record import SampleRecord

Keep = Callable[[SampleRecord], bool]

V2 = "2.0.2"
V3 = "3.0.0"
GMD = "http://www.isotc211.org/2005/gmd"

PROPERTIES: Mapping[str, Callable[[SampleRecord], str]] = {
    "type": lambda _: "dataset",
    "identifier": lambda record: record.source_id,
    "modified": lambda record: record.processed,
    "title": lambda record: record.title,
    "anytext": lambda record: f"{record.title} {record.description} {' '.join(record.keywords)}",
}
"""Queryables, without prefix and in small letters → what a record says there."""

SORTS = {"identifier": "number", "modified": "processed", "title": "title"}
"""Queryables that can be sorted by → field of ``SampleRecord``; ids are in the order of creation here."""

_CQL = re.compile(r"""^\s*(?:\w+:)?(\w+)\s*(=|>=|>|like)\s*'([^']*)'\s*$""", re.IGNORECASE)
_OPERATORS = {"=": "PropertyIsEqualTo", ">=": "PropertyIsGreaterThanOrEqualTo", ">": "PropertyIsGreaterThan",
              "like": "PropertyIsLike"}  # fmt: skip
_PARSER: Mapping[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class Refused(Exception):
    """An ``ExceptionReport``: its code, the parameter that it is about, and the words."""

    def __init__(self, code: str, locator: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.locator = locator


class Question(Struct, frozen=True):
    """One request. ``sort`` is a field of ``SampleRecord``, ``""`` where none is asked for; ``constraint`` is what
    ``keep`` was read from."""

    request: str
    version: str = V2
    schema: str = GMD
    element_set: str = "summary"
    hits: bool = False
    start: int = 1
    size: int = 10
    ids: tuple[str, ...] = ()
    keep: Keep | None = None
    constraint: str = ""
    sort: str = ""
    descending: bool = False


def version_of(parameters: Mapping[str, str], body: bytes) -> str:
    """The version of the standard that a request speaks."""
    asked = {name.lower(): value for name, value in parameters.items()}
    named = asked.get("version") or asked.get("acceptversions", V2)
    return V3 if named.startswith("3") or b"/csw/3.0" in body[:2000] else V2


def of_query(parameters: Mapping[str, str], version: str) -> Question:
    """A request by KVP. Raises ``Refused``."""
    asked = {name.lower(): value for name, value in parameters.items()}
    sort, _, direction = asked.get("sortby", "").partition(":")
    return Question(
        request=asked.get("request", ""),
        version=version,
        schema=asked.get("outputschema", GMD),
        element_set=asked.get("elementsetname", "summary"),
        hits=asked.get("resulttype", "results") == "hits",
        start=_whole(asked, "startposition", 1),
        size=_whole(asked, "maxrecords", 10),
        ids=tuple(one for one in asked.get("id", "").split(",") if one),
        keep=_of_cql(asked["constraint"]) if asked.get("constraint") else None,
        constraint=asked.get("constraint", ""),
        sort=_sort(sort) if sort else "",
        descending=direction.upper().startswith("D"),
    )


def of_document(body: bytes, version: str) -> Question:
    """A request by POST. Raises ``Refused``."""
    try:
        root = etree.fromstring(body, etree.XMLParser(**_PARSER))
    except etree.XMLSyntaxError as error:
        raise Refused("NoApplicableCode", "", str(error)) from error
    asked = {name.lower(): value for name, value in root.attrib.items()}
    sort = next(iter(root.iterfind(".//{*}SortProperty")), None)
    filters = [node for one in root.iterfind(".//{*}Filter") for node in one]
    return Question(
        request=etree.QName(root).localname,
        version=version,
        schema=asked.get("outputschema", GMD),
        element_set=_said(root, "ElementSetName") or "summary",
        hits=asked.get("resulttype", "results") == "hits",
        start=_whole(asked, "startposition", 1),
        size=_whole(asked, "maxrecords", 10),
        ids=tuple(node.text or "" for node in root.iterfind(".//{*}Id")),
        keep=_of_filter(filters[0]) if filters else None,
        constraint=etree.tostring(filters[0], encoding="unicode", with_tail=False) if filters else "",
        sort=_sort(_property(sort)) if sort is not None else "",
        descending=sort is not None and _said(sort, "SortOrder").upper().startswith("D"),
    )


def _said(node: Any, name: str) -> str:
    return (node.findtext(f".//{{*}}{name}") or "").strip()


def _property(node: Any) -> str:
    """The queryable that a node of a filter is about: ``PropertyName`` of 1.1, ``ValueReference`` of 2.0."""
    return _said(node, "PropertyName") or _said(node, "ValueReference")


def _whole(asked: Mapping[str, str], name: str, default: int) -> int:
    value = asked.get(name) or str(default)
    if not value.isdecimal() or (name == "startposition" and int(value) < 1):
        raise Refused("InvalidParameterValue", name, f"{name}: {value}")
    return int(value)


def _queryable(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _sort(name: str) -> str:
    if _queryable(name) not in SORTS:
        raise Refused("InvalidParameterValue", "SortBy", f"Invalid SortBy property: {name}")
    return SORTS[_queryable(name)]


def _of_cql(text: str) -> Keep:
    found = _CQL.match(text)
    if found is None:
        raise Refused("InvalidParameterValue", "constraint", f"CQL not understood: {text}")
    return _comparison(_OPERATORS[found[2].lower()], found[1], found[3])


def _of_filter(node: Any) -> Keep:
    """Comparisons, and what joins them."""
    name = etree.QName(node).localname
    if name in ("And", "Or", "Not"):
        inner = [_of_filter(one) for one in node]
        if name == "Not":
            return lambda record: not inner[0](record)
        joined = all if name == "And" else any
        return lambda record: joined(keep(record) for keep in inner)
    return _comparison(name, _property(node), _said(node, "Literal"))


def _comparison(operator: str, name: str, value: str) -> Keep:
    said = PROPERTIES.get(_queryable(name))
    if said is None:
        raise Refused("InvalidParameterValue", "Constraint", f"Unknown property: {name}")
    if operator == "PropertyIsEqualTo":
        return lambda record: said(record) == value
    if operator == "PropertyIsGreaterThanOrEqualTo":
        return lambda record: said(record) >= value.removesuffix("Z")
    if operator == "PropertyIsGreaterThan":
        return lambda record: said(record) > value.removesuffix("Z")
    if operator == "PropertyIsLike":
        return lambda record: fold(value.strip("%*")) in fold(said(record))
    raise Refused("InvalidParameterValue", "Constraint", f"Unknown operator: {operator}")
