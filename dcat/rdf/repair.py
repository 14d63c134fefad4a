"""A second chance for what the parser stumbled over: each repair is one function from the faults to a better document.

Repairs touch only what a fault points at, so that a document without fault is never rewritten. What stays broken is
skipped by the parser, which in Turtle costs the rest of the subject; that is why the lines at fault are repaired one
by one.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from dcat.findings import Finding, finding
from dcat.namespaces import KNOWN_PREFIXES
from dcat.rdf.clean import xml_root
from dcat.rdf.mapped import Mapped
from dcat.rdf.syntax import Syntax
from dcat.rdf.term import clean_language

# Namespace given to a prefix that is neither declared nor known, so that the statements around it survive.
UNDECLARED = "urn:undeclared-prefix:"


class Fault(Protocol):
    """What the parser said, and where: lines and columns from 1, 0 where it does not tell."""

    @property
    def message(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


Repaired = tuple[bytes, list[Finding]]
Lines = list[bytes] | dict[int, bytes]

# The root element of an XML document begins within so many bytes.
ROOT_WITHIN = 1 << 16

# So many lines before a fault may be looked at for what was forgotten there.
NEAR = 50


def repair(data: bytes, syntax: Syntax, faults: Sequence[Fault]) -> Repaired:
    """The document repaired as far as the faults tell how; the same bytes where nothing could be done."""
    findings: list[Finding] = []
    for step in _STEPS[syntax]:
        data, more = step(data, faults)
        findings += more
    return data, findings


# --- XML -------------------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(?:(#x?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);)?", re.DOTALL)
_XML_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_UNKNOWN_PREFIX = re.compile(r"(?:Unknown prefix|[Tt]he prefix) ([^\s:]*):")


def _xml_references(data: bytes, faults: Sequence[Fault]) -> Repaired:
    """HTML entities that XML does not know, and ampersands that start none."""
    if not _has_bad_reference(faults):
        return data, []
    names: dict[str, None] = {}
    repaired = _REFERENCE.sub(lambda match: _reference(match, names), data)
    return repaired, [finding("page-entity-undefined", value=" ".join(names))] if names else []


def _has_bad_reference(faults: Sequence[Fault]) -> bool:
    return any("entity" in fault.message or "escaping" in fault.message for fault in faults)


def _reference(match: re.Match[bytes], names: dict[str, None]) -> bytes:
    whole, name = match.group(), match.group(1)
    if not whole.startswith(b"&") or (name and (name in _XML_ENTITIES or name.startswith(b"#"))):
        return whole
    names[whole.decode()] = None
    known = html.unescape(whole.decode()) if name else "&"
    return b"&amp;" + whole[1:] if known.startswith("&") else known.encode()


def _prefixes(faults: Sequence[Fault]) -> list[str]:
    found = (_UNKNOWN_PREFIX.search(fault.message) for fault in faults)
    return list(dict.fromkeys(match.group(1) for match in found if match))


def _namespace(prefix: str) -> str:
    return KNOWN_PREFIXES.get(prefix, f"{UNDECLARED}{prefix}#")


def _xml_prefixes(data: bytes, faults: Sequence[Fault]) -> Repaired:
    prefixes = _prefixes(faults)
    better = _declared(data, prefixes) if prefixes else data
    return (better, _undeclared(prefixes)) if better is not data else (data, [])


def _declared(data: bytes, prefixes: Sequence[str]) -> bytes:
    """The very same bytes where there is no root element."""
    root = xml_root(data)
    if root is None:
        return data
    declared = "".join(f' xmlns:{prefix}="{_namespace(prefix)}"' for prefix in prefixes).encode()
    return data[: root.end()] + declared + data[root.end() :]


def _undeclared(prefixes: Sequence[str]) -> list[Finding]:
    return [finding("page-prefix-undeclared", value=f"{prefix}:") for prefix in prefixes]


# --- Turtle and N-Triples ---------------------------------------------------------------------------------------------

_LANGUAGE = re.compile(r'(?<=")@([^\s;,.\])]+)')
_ONE_TEXT = re.compile(r'^(\s*(?:[^\s"]+\s+)*)"(.*)"((?:@[\w-]+|\^\^\S+)?\s*[;,.]?\s*)$')
_NO_END = "dot is expected"
_INNER_QUOTE = re.compile(r'(?<!\\)"')


def _turtle_prefixes(data: bytes, faults: Sequence[Fault]) -> Repaired:
    prefixes = _prefixes(faults)
    head = "".join(f"@prefix {prefix}: <{_namespace(prefix)}> .\n" for prefix in prefixes)
    return head.encode() + data, _undeclared(prefixes)


def _turtle_lines(data: bytes, faults: Sequence[Fault]) -> Repaired:
    """The lines at fault, each repaired by the first rule that knows how."""
    if any(_UNKNOWN_PREFIX.search(fault.message) for fault in faults):
        return data, []
    lines = data.split(b"\n")
    findings: list[Finding] = []
    for fault in _by_line(faults):
        if fault.line <= len(lines):
            findings += _turtle_line(lines, fault)
    return b"\n".join(lines), findings


class _Near(dict[int, bytes]):
    """Lines by number from 0. Those too far from any fault are not held, and end as a statement does."""

    def __missing__(self, number: int) -> bytes:
        return b"."


def repair_lines(path: Path, better: Path, faults: Sequence[Fault]) -> tuple[bool, list[Finding]]:
    """The same for a Turtle or N-Triples document in a file: the repaired one goes to another. Gives whether anything
    was repaired."""
    head, findings = _turtle_prefixes(b"", faults)
    near = _Near()
    if not head:
        wanted = {fault.line - back for fault in faults for back in range(1, NEAR + 1)}
        with path.open("rb") as file:
            near.update((number, line.rstrip(b"\n")) for number, line in enumerate(file) if number in wanted)
        held = dict(near)
        for fault in _by_line(faults):
            findings += _turtle_line(near, fault) if fault.line - 1 in near else []
        near = _Near({number: line for number, line in near.items() if held.get(number) != line})
    with path.open("rb") as file, better.open("wb") as repaired:
        repaired.write(head)
        repaired.writelines(near[n] + b"\n" if n in near else line for n, line in enumerate(file))
    return bool(head or near), findings


def repair_pieces(path: Path, better: Path, syntax: Syntax, faults: Sequence[Fault]) -> tuple[bool, list[Finding]]:
    """The same for an XML or JSON document in a file."""
    file, names = Mapped(path), dict[str, None]()
    pieces, findings = file.pieces(0, len(file.data)), list[Finding]()
    if syntax is Syntax.JSON and _has_trailing_comma(faults):
        pieces = file.substituted(_TRAILING_COMMA, _without_comma)
        findings.append(finding("page-syntax-repaired", value="trailing comma"))
    if syntax is Syntax.XML and _has_bad_reference(faults):
        pieces = file.substituted(_REFERENCE, lambda match: _reference(match, names))
    prefixes = _prefixes(faults) if syntax is Syntax.XML else []
    if prefixes:
        pieces = _with_prefixes(pieces, prefixes)
    with better.open("wb") as other:
        other.writelines(pieces)
    findings += [finding("page-entity-undefined", value=" ".join(names))] if names else []
    findings += _undeclared(prefixes)
    return bool(findings), findings


def _with_prefixes(pieces: Iterator[bytes], prefixes: Sequence[str]) -> Iterator[bytes]:
    """The root element stands in the first pieces."""
    start = b""
    while len(start) < ROOT_WITHIN and (piece := next(pieces, b"")):
        start += piece
    yield _declared(start, prefixes)
    yield from pieces


def _by_line(faults: Sequence[Fault]) -> list[Fault]:
    """One fault a line: the one that expected the end of the statement, where the parser said so, else the first."""
    lines: dict[int, Fault] = {}
    for fault in faults:
        if fault.line and (fault.line not in lines or _NO_END in fault.message):
            lines[fault.line] = fault
    return list(lines.values())


def _turtle_line(lines: Lines, fault: Fault) -> list[Finding]:
    number = fault.line - 1
    line = lines[number].decode()
    for rule in (_language_tag, _separator_in_line, _inner_quotes):
        repaired = rule(line, fault)
        if repaired is not None:
            lines[number] = repaired.encode()
            name = "language-tag-invalid" if rule is _language_tag else "page-syntax-repaired"
            return [finding(name, place=f"line {fault.line}", value=line.strip())]
    return _separator_before(lines, fault) or _dropped(lines, fault)


def _language_tag(line: str, _fault: Fault) -> str | None:
    """``"x"@fr_FR`` → ``"x"@fr``."""
    repaired = _LANGUAGE.sub(_language, line)
    return repaired if repaired != line else None


def _language(match: re.Match[str]) -> str:
    language, wrong = clean_language(match.group(1))
    if wrong is None:
        return match.group()
    return f"@{language}" if language else ""


def _inner_quotes(line: str, _fault: Fault) -> str | None:
    """``dct:title "le "vrai" titre"@fr ;``: one text on its line, with quotes inside that were not escaped."""
    match = _ONE_TEXT.match(line)
    if match is None or not _INNER_QUOTE.search(match.group(2)) or re.search(r'"\s*,\s*"', match.group(2)):
        return None
    return f'{match.group(1)}"{_INNER_QUOTE.sub(chr(92) + chr(34), match.group(2))}"{match.group(3)}'


def _separator_in_line(line: str, fault: Fault) -> str | None:
    """``dcat:keyword "a" "b" ;``: a comma is missing before the second value."""
    before, after = line[: fault.column - 1], line[fault.column - 1 :]
    if _NO_END not in fault.message or not before.strip() or not after.startswith(('"', "<")):
        return None
    return f"{before.rstrip()} , {after}"


def _separator_before(lines: Lines, fault: Fault) -> list[Finding]:
    """The line above ends without ``,`` or ``;`` and this one goes on with the same subject."""
    line = lines[fault.line - 1]
    indented, text = line[:1].isspace(), line.strip()
    previous = next((n for n in range(fault.line - 2, -1, -1) if lines[n].strip()), -1)
    if _NO_END not in fault.message or not indented or previous < 0:
        return []
    if lines[previous].rstrip().endswith((b",", b";", b".")):
        return []
    separator = b" ," if text.startswith(b'"') else b" ;"
    lines[previous] = lines[previous].rstrip() + separator
    return [finding("page-syntax-repaired", place=f"line {previous + 1}", value=lines[previous].strip().decode())]


def _dropped(lines: Lines, fault: Fault) -> list[Finding]:
    """A property on its own line that nothing explains is left out, so that the rest of its subject is kept."""
    line = lines[fault.line - 1]
    text = line.strip()
    if not line[:1].isspace() or not text.endswith((b";", b".")) or text in (b";", b"."):
        return []
    lines[fault.line - 1] = b" ." if text.endswith(b".") else b""
    return [finding("page-statement-skipped", place=f"line {fault.line}", value=text.decode())]


# --- JSON -------------------------------------------------------------------------------------------------------------

_TRAILING_COMMA = re.compile(rb'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def _json_commas(data: bytes, faults: Sequence[Fault]) -> Repaired:
    if not _has_trailing_comma(faults):
        return data, []
    repaired = _TRAILING_COMMA.sub(_without_comma, data)
    return repaired, [finding("page-syntax-repaired", value="trailing comma")]


def _has_trailing_comma(faults: Sequence[Fault]) -> bool:
    return any("railing comma" in fault.message for fault in faults)


def _without_comma(match: re.Match[bytes]) -> bytes:
    return b"" if match.group() == b"," else match.group()


_STEPS: dict[Syntax, tuple[Callable[[bytes, Sequence[Fault]], Repaired], ...]] = {
    Syntax.XML: (_xml_references, _xml_prefixes),
    Syntax.TURTLE: (_turtle_prefixes, _turtle_lines),
    Syntax.NTRIPLES: (_turtle_lines,),
    Syntax.JSON: (_json_commas,),
}
