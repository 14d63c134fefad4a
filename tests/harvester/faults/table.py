"""The fault matrix as a table: every fault, every protocol, and what must come of it.

``outcomes.csv`` is written by reasoning: from what the fault leaves to be known (design §7, lessons.md), never from
what the program does. A later line takes the place of an earlier one; ``-`` as status: the fault cannot be told there.
``python -m tests.harvester.faults.table`` prints the page of the documentation.
"""

import csv
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct

from dcat.portal import Protocol

OUTCOMES = Path(__file__).with_name("outcomes.csv")
PORTAL = "data-gouv-fr"
BOMB = 16
"""Megabytes of a bomb: more than the tests' harvests take."""
SLOW = 0.1
"""Seconds that a slow body takes."""
STRUCK = 2
"""The page that a fault strikes, where there are pages."""


class Tongue(Struct, frozen=True):
    """A protocol in one of the ways in which the sample speaks it; ``path`` is where the national portal does.

    ``paged``: a fault strikes the second page. Else it strikes the one document that the catalogue is, or, with
    ``page``, the page of one dataset. ``variety``: only faults that strike it otherwise than its protocol are in the
    table.
    """

    protocol: Protocol
    path: str
    endpoint: str
    paged: bool = True
    page: bool = False
    variety: bool = False

    @property
    def document(self) -> bool:
        """Whether the catalogue is one document."""
        return not (self.paged or self.page)


TONGUES: Mapping[str, Tongue] = {
    "dcat": Tongue(Protocol.DCAT, "/as/dcat", "/catalog.ttl"),
    "dcat-rdf": Tongue(Protocol.DCAT, "/as/dcat", "/catalog.rdf", variety=True),
    "dcat-jsonld": Tongue(Protocol.DCAT, "/as/dcat", "/catalog.jsonld", variety=True),
    "dcat-nt": Tongue(Protocol.DCAT, "/as/dcat", "/catalog.nt", variety=True),
    "ods": Tongue(Protocol.ODS, "/as/ods", "/api/explore/v2.1"),
    "ckan": Tongue(Protocol.CKAN, "/as/ckan", "/api/3/action"),
    "udata": Tongue(Protocol.UDATA, "/as/udata", "/api/1"),
    "csw": Tongue(Protocol.CSW, "/as/csw", "/csw"),
    "geonetwork": Tongue(Protocol.GEONETWORK, "/as/geonetwork", "/geonetwork"),
    "geonetwork-v3": Tongue(Protocol.GEONETWORK, "/as/geonetwork-v3", "/geonetwork"),
    "ogc-records": Tongue(Protocol.OGC_RECORDS, "/as/ogc-records", "/collections/metadata:main/items"),
    "oai-pmh": Tongue(Protocol.OAI_PMH, "/as/oai-pmh", "/oai"),
    "schema-org": Tongue(Protocol.SCHEMA_ORG, "/as/schema-org", "/sitemap.xml"),
    "schema-org-page": Tongue(
        Protocol.SCHEMA_ORG, "/as/schema-org", "/sitemap.xml", paged=False, page=True, variety=True
    ),
    "arcgis-hub": Tongue(Protocol.ARCGIS_HUB, "/as/arcgis-hub", "/api/feed/dcat-us/1.1.json", paged=False),
    "data-json": Tongue(Protocol.DATA_JSON, "/as/data-json", "/data.json", paged=False),
}

PROTOCOLS = [name for name, tongue in TONGUES.items() if not tongue.variety]

ONCE = "-once"
PAGE_FAULTS = (
    "duplicate-page", "empty-page", "next-loop", "rows-removed", "rows-inserted", "total-high", "total-low",
)  # fmt: skip
"""Faults of paging: a document alone has none."""


class Outcome(Struct, frozen=True):
    """What must come of a fault. ``rule`` is a finding that has to be there (``""``: none in particular), ``came`` how
    many of the records came: one of ``CAME``."""

    status: str
    complete: bool
    rule: str
    came: str
    reason: str


CAME = {
    "all": "all",
    "others": "all but the struck page's",
    "part": "those, and some of the struck page's",
    "less": "all but three",
    "two": "those of two pages",
    "start": "those of the first page, and some of the struck one's",
    "before": "those of the pages before",
    "none": "none",
    "but-one": "all but the struck one",
    "some": "those before the struck one",
    "most": "all, or all but the struck one",
}
"""Words of the table → how the documentation says it."""


def came(words: str, total: int, size: int) -> range:
    """How many records may have come, of so many, in pages of a size."""
    exact = {
        "all": total,
        "others": total - size,
        "less": total - 3,
        "two": 2 * size,
        "before": (STRUCK - 1) * size,
        "none": 0,
        "but-one": total - 1,
    }
    if words in exact:
        return range(exact[words], exact[words] + 1)
    inexact = {
        "part": range(total - size + 1, total),
        "start": range(size + 1, 2 * size),
        "some": range(1, total - 1),
        "most": range(total - 1, total + 1),
    }
    return inexact[words]


@cache
def outcomes(*, told: bool = True) -> dict[tuple[str, str], Outcome]:
    """Fault and tongue → outcome, for every pair that there is; without those that cannot be told."""
    groups = {
        "every": PROTOCOLS,
        "syntaxes": [name for name in TONGUES if name.startswith("dcat")],
        "paged": [name for name in PROTOCOLS if TONGUES[name].paged],
        "documents": [name for name, tongue in TONGUES.items() if tongue.document],
    }
    found = {}
    with OUTCOMES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            outcome = Outcome(row["status"], row["complete"] == "yes", row["rule"], row["came"], row["reason"])
            for word in row["on"].split():
                found.update({(row["fault"], name): outcome for name in groups.get(word, [word])})
    return {pair: outcome for pair, outcome in found.items() if outcome.status != "-" or not told}


def faults() -> list[str]:
    """Every fault, in the order of the table."""
    return list(dict.fromkeys(fault for fault, _ in outcomes()))


def line(fault: str, name: str, server: str, page: str = "") -> dict[str, Any]:
    """The line of a plan that brings the fault upon a tongue: its second page, or its document wherever it is asked
    for, or the page of a dataset; every time, or once."""
    tongue = TONGUES[name]
    made: dict[str, Any] = {"fault": fault.removesuffix(ONCE), "portal": PORTAL, "path": f"{tongue.path}/*"}
    if "dcat" in name:
        made["path"] = f"{tongue.path}{tongue.endpoint}*"
    if tongue.page:
        made["path"] = f"{tongue.path}/dataset/{page}"
    if tongue.paged and not fault.startswith(("next-", "rows-", "total-")):
        made["pages"] = [STRUCK]
    if fault.endswith(ONCE):
        made["requests"] = [1]
    if fault == "gzip-bomb":
        made["value"] = BOMB
    if fault == "slow":
        made["value"] = SLOW
    if fault == "redirect-elsewhere":
        made["value"] = server.replace("127.0.0.1", "localhost")
    return made


def markdown() -> str:
    """The page of the documentation."""
    pages = [
        f"## {fault}\n\n{HEADING}" + "".join(_row(names, outcome) for outcome, names in _grouped(fault).items())
        for fault in faults()
    ]
    return HEAD + "\n".join(pages)


def _grouped(fault: str) -> dict[Outcome, list[str]]:
    grouped: dict[Outcome, list[str]] = {}
    for (of, name), outcome in outcomes().items():
        if of == fault:
            grouped.setdefault(outcome, []).append(name)
    return grouped


def _row(names: list[str], outcome: Outcome) -> str:
    rule = f"[`{outcome.rule}`](rules/{outcome.rule}.md)" if outcome.rule else ""
    everywhere = names == PROTOCOLS
    cells = (
        "every" if everywhere else ", ".join(names),
        outcome.status,
        "yes" if outcome.complete else "no",
        rule,
        CAME[outcome.came],
    )
    return f"| {' | '.join(cells)} | {outcome.reason} |\n"


HEADING = """| protocol | status | complete | finding | records that came | why |
| --- | --- | --- | --- | --- | --- |
"""

HEAD = """# What happens when a portal fails?

Every fault of the [sample federation](sample-federation.md) × every protocol, harvested by the real spiders: a test
holds the program to this table, which is written by reasoning and printed from `tests/harvester/faults/outcomes.csv`.
The fault strikes the second page each time it is asked for (`-once`: the first time only); where the catalogue is one
document, it strikes that; `schema-org` is struck in its second sitemap, `schema-org-page` in the page of one dataset.
Whatever the outcome, what was known before stays, nothing is deleted, the numbers add up (received = accepted +
rejected + merged), and the next sound harvest is `ok`, complete, and finds every record as it was.

**What no harvester can tell**, so that only the deletion gate (a fifth of what was known) guards it, and the next sound
harvest brings it back: a total that is too low and happens to end with a page; rows that move from one sitemap to
another while they are read, since sitemaps announce no total. A page of a site that never showed a dataset is one of
the others that sitemaps list; one that showed a dataset, within the runs whose pages are kept, makes the run `partial`.

"""


if __name__ == "__main__":
    sys.stdout.write(markdown())
