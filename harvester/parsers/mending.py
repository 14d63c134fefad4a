"""JSON that is none, read as it was meant."""

import json
import math
import re
from typing import Any

from dcat.findings import Finding, finding

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A text, or a comma that nothing follows.
_TRAILING_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)


def mended(data: bytes, place: str = "") -> tuple[Any, list[Finding]]:
    """The value as Python's more lenient reader understands it, and what it had to overlook. Raises ``ValueError`` or
    ``RecursionError`` where it does not."""
    text, controls = _CONTROLS.subn("", data.decode("utf-8", "replace"))
    text, odd = _without_trailing_commas(text)
    value, end = lenient(odd).raw_decode(text)
    odd += [rest] if (rest := text[end:].strip()) else []
    findings = [finding("page-control-character", value=f"{controls} ×")] if controls else []
    if odd or not controls:
        shown = ", ".join(word[:40] for word in odd[:5]) or "line break or broken escape in a text"
        findings.append(finding("page-syntax-repaired", place=place, value=shown))
    return value, findings


def _without_trailing_commas(text: str) -> tuple[str, list[str]]:
    """``[1, 2,]``: the comma leaves; what was overlooked as the second."""
    without = _TRAILING_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)
    return without, ["trailing comma"] if len(without) < len(text) else []


def lenient(odd: list[str]) -> json.JSONDecoder:
    """Python's reader, which takes raw line breaks in texts too; what is no number is None, and named in ``odd``."""

    def silent(word: str) -> None:
        odd.append(word)

    def number(digits: str) -> float | None:
        if math.isfinite(value := float(digits)):
            return value
        odd.append(digits)
        return None

    return json.JSONDecoder(strict=False, parse_constant=silent, parse_float=number)


def why_unreadable(error: Exception, place: str) -> Finding:
    """A body that stops before its end is told from one that is no JSON: the former may be whole the next time."""
    if isinstance(error, json.JSONDecodeError):
        ended = error.pos >= len(error.doc) or error.msg.startswith("Unterminated string")
        return finding("page-truncated" if ended else "page-not-parseable", place=place, value=error)
    return finding("page-not-parseable", place=place, value=f"{type(error).__name__}: {error}")
