"""ISO 19139 and ISO 19115-3 → DCAT: one table of paths serves both, since they differ in prefixes and a few names.

The mapping is that of GeoDCAT-AP where the model has the field, and GeoDCAT-AP's own properties in ``extra`` where it
has not. The words of the source are kept: codes are for ``dcat.normalise``.
"""

from harvester.parsers.iso.record import ROOTS, IsoRecord, read_iso

__all__ = ["ROOTS", "IsoRecord", "read_iso"]
