"""All the statements of a document, as it is read here, for an engine that takes a whole graph."""

import pyoxigraph as ox

from dcat.rdf.page import prepared


def statements(data: bytes, *, url: str, content_type: str = "") -> str:
    """N-Triples, named graphs merged; a statement that cannot be read is left out, relative addresses are resolved
    against ``url``. Raises ``UnreadableRdf`` on an HTML page."""
    data, syntax, _ = prepared(data, url=url, content_type=content_type)
    parser = ox.parse(data, syntax.oxigraph, base_iri=url, lenient=True)
    lines: list[str] = []
    while True:
        try:
            lines.append(f"{next(parser).triple} .\n")
        except StopIteration:
            return "".join(lines)
        except SyntaxError:
            continue
