"""JSON-LD contexts that documents name by address: shipped with the program, never fetched.

A remote context is replaced in the bytes by the text of ours before the parser sees it; one that we do not have is
replaced by nothing, with a finding, so that what is written out in full can still be read.
"""

import json
import re
from functools import cache
from importlib.resources import files

from dcat.findings import Finding, finding

_CONTEXT = re.compile(rb'"@context"\s*:\s*(?=["\[])')
# By what the address contains.
_SHIPPED = (
    (
        re.compile(r"project-open-data\.cio\.gov|resources\.data\.gov|pod-schema|data-gov/us-dcat"),
        "project-open-data.jsonld",
    ),
    (re.compile(r"schema\.org"), "schema-org.jsonld"),
    (re.compile(r"hydra"), "hydra.jsonld"),
    (re.compile(r"dcat|semiceu\.github\.io|data\.europa\.eu"), "dcat-ap.jsonld"),
)
# A context is looked for so far into the document after "@context": they are short.
_MAX_CONTEXT = 1 << 20


def inline(data: bytes) -> tuple[bytes, list[Finding]]:
    """The document with every context written out, and a finding for each that is not known."""
    unknown: dict[str, None] = {}
    parts: list[bytes] = []
    position = 0
    for found in _CONTEXT.finditer(data):
        escaped = data[found.start() - 1 : found.start()] == b"\\"
        if escaped or found.start() < position:
            continue
        value, length = _value(data, found.end())
        if value is None:
            continue
        parts += [data[position : found.end()], json.dumps(_resolved(value, unknown)).encode()]
        position = found.end() + length
    if not parts:
        return data, []
    parts.append(data[position:])
    return b"".join(parts), [finding("page-context-unknown", value=address) for address in unknown]


def _value(data: bytes, start: int) -> tuple[object, int]:
    """The JSON value at a place, and its length in bytes; None where it is not whole."""
    text = data[start : start + _MAX_CONTEXT].decode("utf-8", "ignore")
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return None, 0
    return value, len(text[:end].encode())


def _resolved(value: object, unknown: dict[str, None]) -> object:
    if isinstance(value, list):
        return [_resolved(one, unknown) for one in value]
    if not isinstance(value, str):
        return value
    for address, name in _SHIPPED:
        if address.search(value.lower()):
            return _context(name)
    unknown[value] = None
    return {}


@cache
def _context(name: str) -> object:
    text = files("dcat").joinpath("rdf", "contexts", name).read_text(encoding="utf-8")
    return json.loads(text)["@context"]
