"""Large bodies without the values that somebody asked to be forgotten: from file to file."""

from functools import partial
from pathlib import Path

from dcat.rdf import clean_file
from dcat.rdf.errors import UnreadableRdf
from dcat.redaction import CHUNK, Redactor


def without_values(path: Path, redactor: Redactor) -> Path:
    """Another file without the values, unpacked where it came packed; the same where it has none."""
    try:
        plain, _ = clean_file.decompress(path)
    except UnreadableRdf:  # it is no gzip after all, and whoever reads it says so
        plain = path
    other, some = path.with_name(f"{path.name}-"), False
    with plain.open("rb") as file, other.open("wb") as hidden:
        for piece, changed in redactor.hide_pieces(iter(partial(file.read, CHUNK), b"")):
            hidden.write(piece)
            some = some or changed
    return other if some else path
