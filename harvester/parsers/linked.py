"""JSON-LD read as the tree that it is: members by the local names of their terms, values without their wrapping.

No context is applied, none is ever fetched: portals write contexts that nothing answers for, that do not match, or
none at all, and mean the terms all the same.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_PREFIX = re.compile(r"(?:[A-Za-z][\w-]*:|https?://\S*[/#])(?=[A-Za-z]\w*$)")
_ABBREVIATED = re.compile(r"([A-Za-z]+)[:/](?!/)(\S+)$")
_NO_PREFIXES: Mapping[str, str] = MappingProxyType({})


def local_name(term: str) -> str:
    """``title`` of ``dct:title`` and ``http://purl.org/dc/terms/title``; keywords (``@id``) stay."""
    return _PREFIX.sub("", term, count=1) if ":" in term else term


def tree(value: Any, prefixes: Mapping[str, str] = _NO_PREFIXES) -> Any:
    """A decoded value without ``@value``, ``@list`` and ``@set``; an object that only points (``@id``) is the address,
    texts in languages are an object of them (``{"fr": …}``), and of two terms of one local name the first that holds
    something stands. ``prefixes``: what the prefix of an address stands for."""
    if isinstance(value, list):
        return _languages(value) or [tree(item, prefixes) for item in value]
    if not isinstance(value, dict):
        return value
    if "@value" in value:
        return _languages([value]) or value["@value"]
    for wrapping in ("@list", "@set"):
        if wrapping in value:
            return tree(value[wrapping], prefixes)
    if value.keys() == {"@id"}:
        return _address(value["@id"], prefixes)
    return _members(value, prefixes)


def _members(value: Mapping[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for term, member in value.items():
        name = local_name(term)
        if found.get(name) in (None, "", [], {}):
            found[name] = tree(member, prefixes)
    return found


def _address(address: Any, prefixes: Mapping[str, str]) -> Any:
    """``ftype:JSON``, and ``ftype/JSON`` as some write it."""
    found = _ABBREVIATED.match(address) if isinstance(address, str) else None
    return prefixes[found[1]] + found[2] if found and found[1] in prefixes else address


def _languages(values: list[Any]) -> dict[str, Any]:
    """``[{"@value": "Eau", "@language": "fr"}]`` → ``{"fr": "Eau"}``; ``{}`` where one of them is something else."""
    pairs = [(one.get("@language"), one.get("@value")) if isinstance(one, dict) else (None, None) for one in values]
    tagged = all(isinstance(language, str) and language and isinstance(text, str) for language, text in pairs)
    return {str(language): text for language, text in pairs} if tagged else {}


def types_of(node: Mapping[str, Any]) -> frozenset[str]:
    """The local names of an object's types."""
    found = node.get("@type")
    names = found if isinstance(found, list) else [found]
    return frozenset(local_name(name) for name in names if isinstance(name, str))
