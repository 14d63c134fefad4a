"""Reading and writing DCAT as RDF.

``read_bytes`` reads a page of a portal, however badly served; ``serialise`` writes a document; ``dcat.rdf.graph`` reads
and writes graphs of rdflib, which is not loaded with the rest. All go by the one table of ``dcat.rdf.shapes``.

What is written is the normal form of what was read, and reads back as the same dataset:

- values are sorted, each once: RDF has no order; blank nodes lose their names;
- a literal where DCAT-AP has a node or an address becomes one (licence, format, theme, publisher, page, e-mail);
- dates, sizes and geometries get the datatype of their form; a bounding box is written as a WKT polygon;
- properties that mean the same (the rows of ``shapes``) are written as the first of their row;
- addresses are legal, language tags valid, control characters gone;
- everything else that the source says of a dataset is in ``extra`` and written back as it came.
"""

from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.page import RdfPage, read_bytes
from dcat.rdf.serialise import Catalogue, Format, serialise

__all__ = ["Catalogue", "Format", "RdfPage", "UnreadableRdf", "read_bytes", "serialise"]
