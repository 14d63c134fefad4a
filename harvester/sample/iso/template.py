"""Templates of XML with fields in braces, split once: filling one joins strings."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

_SECTION = re.compile(r"<!-- section: (.+?) -->\n")
_FIELD = re.compile(r"\{([a-z_]+)\}")
_SPECIAL = re.compile(r'[&<>"]')
_QUOTE = {'"': "&quot;"}

Values = Mapping[str, str]


class Template:
    """One section of a file of templates."""

    def __init__(self, text: str) -> None:
        pieces = _FIELD.split(text)
        self._head = pieces[0]
        self._fields = tuple(zip(pieces[1::2], pieces[2::2], strict=True))

    def fill(self, values: Values) -> str:
        """The text with its fields filled, as they are: whoever fills escapes."""
        return self._head + "".join([values[field] + text for field, text in self._fields])

    def each(self, rows: Iterable[Values]) -> str:
        """One below the other."""
        return "\n".join([self.fill(row) for row in rows])


@cache
def templates(package: str, name: str) -> Mapping[str, Template]:
    """The sections of ``name``.xml in a package; the end of a section's last line is not of it."""
    text = files(package).joinpath(f"{name}.xml").read_text(encoding="utf-8")
    pieces = _SECTION.split(text)[1:]
    return {section: Template(body.rstrip("\n")) for section, body in zip(pieces[::2], pieces[1::2], strict=True)}


def xml(text: str) -> str:
    """Text for XML, in an element or an attribute."""
    return escape(text, _QUOTE) if _SPECIAL.search(text) else text
