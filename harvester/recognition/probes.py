"""The questions that tell one software from another: ``harvester/tables/probes.csv``, the best protocol first."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from msgspec import Struct

from dcat.portal import Protocol

_INSIDE = re.compile(
    r"/(?:srv|api|explore|datasets?|organi[sz]ations?|catalog|collections|csw|search|recherche|pages|accueil|home"
    r"|data-fair|fr|en)(?=[/.?#]|$)"
)
"""Where the pages of a site begin: what stands before is where its software is installed."""


ANNOUNCED = "announced"
"""What the front page links to, instead of a path."""

NOWHERE = "(?!)"
"""The mark of what has none: a pattern that nothing fits."""

MARK = "mark"
"""The mark alone: the software has no interface that can be harvested."""


class Probe(Struct, frozen=True):
    """One question. ``path`` and ``endpoint`` stand below the address where the software is installed, and may be
    addresses of their own made from what ``mark`` has found; ``posted``: a body. ``required``: asked only where the
    mark, a pattern, is in the site's address or front page; else the mark only makes the question come first.
    ``proof``: a name of ``proofs.PROOFS``, or one of the two below."""

    software: str
    protocol: Protocol
    path: str
    posted: str
    proof: str
    endpoint: str
    mark: re.Pattern[str]
    required: bool

    def seen_in(self, site: str) -> re.Match[str] | None:
        """The mark in the address and front page of a site."""
        return self.mark.search(site)


@cache
def probes() -> Sequence[Probe]:
    """Every probe, in the order of the table."""
    text = files("harvester").joinpath("tables", "probes.csv").read_text(encoding="utf-8")
    return tuple(_probe(row) for row in csv.DictReader(text.splitlines()))


def _probe(row: dict[str, str]) -> Probe:
    return Probe(
        software=row["software"],
        protocol=Protocol(row["protocol"]),
        path=row["path"],
        posted=row["posted"],
        proof=row["proof"],
        endpoint=row["endpoint"],
        mark=re.compile(row["mark"] or NOWHERE, re.IGNORECASE),
        required=row["required"] == "yes",
    )


def in_order(site: str, known: Iterable[Probe]) -> list[Probe]:
    """The probes worth asking of a site: those whose mark it bears, the others, and what is proved by a mark alone."""
    wanted = [probe for probe in known if probe.seen_in(site) or not probe.required]
    return sorted(wanted, key=lambda probe: (probe.proof == MARK, probe.seen_in(site) is None))


def addresses(probe: Probe, site: str, bases: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Base, address to ask and endpoint, for each place where the software may be."""
    if not probe.path.startswith("/"):
        found = probe.seen_in(site)
        if found:
            yield "", found.expand(probe.path), found.expand(probe.endpoint)
        return
    for base in bases:
        yield base, base + probe.path, base + probe.endpoint


def bases(url: str) -> tuple[str, ...]:
    """Where software may be installed: what stands before the pages of the site, then the root of the host."""
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    inside = _INSIDE.search(parts.path)
    path = parts.path[: inside.start()] if inside else _folder(parts.path)
    return tuple(dict.fromkeys((root + path.rstrip("/"), root)))


def _folder(path: str) -> str:
    """``/portail/index.php`` → ``/portail``."""
    before, _, last = path.rpartition("/")
    return before if "." in last else path
