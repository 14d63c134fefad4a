"""Reading and writing DCAT as RDF.

``read_bytes`` reads a page of a portal, however badly served; ``read`` and ``write`` speak rdflib; ``serialise``
writes a document. All four go by the one table of ``dcat.rdf.shapes``.
"""

from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.graph import read, write
from dcat.rdf.page import RdfPage, read_bytes
from dcat.rdf.serialise import Catalogue, Format, serialise

__all__ = ["Catalogue", "Format", "RdfPage", "UnreadableRdf", "read", "read_bytes", "serialise", "write"]
