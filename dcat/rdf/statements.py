"""All the statements of a document, as it is read here, for an engine that takes a whole graph."""

import re

import pyoxigraph as ox

from dcat.iri import clean_iri
from dcat.rdf.page import prepared

ADDRESS = re.compile(r"(?<![\w\"\\])<([^<>\"]+)>")


def statements(data: bytes, *, url: str, content_type: str = "") -> str:
    """N-Triples that any parser takes, named graphs merged: illegal addresses as they are kept (``dcat.iri``), relative
    ones resolved against ``url``; a statement that cannot be read is left out. Raises ``UnreadableRdf`` on an HTML
    page."""
    data, syntax, _ = prepared(data, url=url, content_type=content_type)
    parser = ox.parse(data, syntax.oxigraph, base_iri=url, lenient=True)
    lines: list[str] = []
    while True:
        try:
            lines.append(f"{next(parser).triple} .\n")
        except StopIteration:
            return "".join(lines) if _is_legal("".join(lines)) else "".join(filter(_is_legal, map(_repaired, lines)))
        except SyntaxError:
            continue


def _is_legal(text: str) -> bool:
    try:
        list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return False
    return True


def _repaired(line: str) -> str:
    return line if _is_legal(line) else ADDRESS.sub(lambda match: f"<{clean_iri(match[1])[0]}>", line)
