"""Reading and writing DCAT as RDF."""

from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.page import RdfPage, read_bytes

__all__ = ["RdfPage", "UnreadableRdf", "read_bytes"]
