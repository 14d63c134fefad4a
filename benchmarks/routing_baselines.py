"""What routing by words alone gives on the same questions and portals, beside ours.

    python -m benchmarks.routing_baselines --records PARQUET --portals CSV --queries CSV [CSV…] [--json]

The records are a national catalogue's (columns of data.gouv.fr's export): a record that was harvested from a registered
portal belongs to it, every other to the national one. A portal without any record can be chosen by no baseline.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow.parquet as pq
from msgspec import Struct

from benchmarks.routing import FIRST, NATIONAL_PORTAL, Judged, circumstances, read_judged, read_portals
from benchmarks.selection import Documents, Ranking, best_document, bootstrap, cori, crcs, redde
from dcat.portal import Portal
from search.answer import AnswerType
from search.question import read_question
from search.route import Router

COLUMNS = ("title", "organization", "description", "tags", "harvest.domain")
DESCRIBED = 500
"""Characters of a description."""
FIGURES = ("acc@1", "strict@1", "acc@3", "mrr", "wrong@1", "p")


class Asked(Struct, frozen=True):
    """A judged question and the portals that a system answers, best first."""

    judged: Judged
    routes: Ranking

    @property
    def rank(self) -> int:
        """Rank of the first acceptable portal from 1, 0 where there is none."""
        return next((rank for rank, portal in enumerate(self.routes, 1) if portal in self.judged.accepted), 0)


def read_documents(path: Path, portals: Mapping[str, Portal]) -> Iterator[tuple[str, str]]:
    """Portal and words of each record."""
    hosts = {host_of(portal.url): identity for identity, portal in portals.items()}
    for batch in pq.ParquetFile(path).iter_batches(columns=list(COLUMNS)):
        for row in batch.to_pylist():
            portal = hosts.get(_bare(row["harvest.domain"] or ""), NATIONAL_PORTAL)
            described = (row["description"] or "")[:DESCRIBED]
            yield portal, f"{row['title']} {row['tags'] or ''} {row['organization'] or ''} {described}"


def host_of(url: str) -> str:
    """The host of an address, without www."""
    return _bare(urlsplit(url).hostname or "")


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.")


def systems(documents: Documents, portals: Mapping[str, Portal]) -> Mapping[str, Callable[[str], Ranking]]:
    """Ours first, then the baselines."""
    router = Router(portals)
    return {
        "ours": lambda question: [route.portal for route in router.route(read_question(question)).routes],
        "national only": lambda _: [NATIONAL_PORTAL],
        "BM25 best document": best_document(documents),
        "CORI": cori(documents),
        "ReDDE": redde(documents),
        "CRCS": crcs(documents),
    }


def figures(asked: Sequence[Asked], ours: Sequence[Asked]) -> dict[str, float]:
    """The figures of one system; ``p`` by paired bootstrap, of ours being better at rank 1."""
    hits, first = [one.rank == 1 for one in asked], [one.rank == 1 for one in ours]
    return {
        "acc@1": _share(hits),
        "strict@1": _share(one.routes[:1] == [one.judged.accepted[0]] for one in asked),
        "acc@3": _share(0 < one.rank <= FIRST for one in asked),
        "mrr": round(sum(1 / one.rank for one in asked if one.rank) / len(asked), 3),
        "wrong@1": _share(bool(one.routes) and one.routes[0] in one.judged.wrong for one in asked),
        "p": bootstrap(first, hits) if asked is not ours else 0.0,
    }


def _share(tests: Iterable[bool]) -> float:
    outcomes = list(tests)
    return round(sum(outcomes) / len(outcomes), 3)


def measure(documents: Documents, portals: Mapping[str, Portal], path: Path) -> dict[str, dict[str, float]]:
    """Every system on one file of questions, ambiguous ones apart."""
    clear = [one for one in read_judged(path, portals) if one.answer_type != AnswerType.AMBIGUOUS]
    answered = {
        name: [Asked(question, rank(question.query)) for question in clear]
        for name, rank in systems(documents, portals).items()
    }
    return {name: figures(asked, answered["ours"]) for name, asked in answered.items()}


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=Path, required=True, help="records of a national catalogue, Parquet")
    parser.add_argument("--portals", type=Path, required=True, help="registered portals, CSV")
    parser.add_argument("--queries", type=Path, required=True, nargs="+", help="judged questions, CSV")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    portals = read_portals(options.portals)
    documents = Documents(read_documents(options.records, portals))
    held = len(set(documents.collections))
    results = {path.name: measure(documents, portals, path) for path in options.queries}
    report = {
        "records": len(documents),
        "portals": held,
        "results": results,
        **circumstances([options.records, options.portals, *options.queries]),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else _as_text(report))


def _as_text(report: Mapping[str, Any]) -> str:
    lines = [f"{report['records']} records of {report['portals']} portals"]
    for name, found in report["results"].items():
        lines += ["", f"| {name} | {' | '.join(FIGURES)} |", f"| --- |{' --- |' * len(FIGURES)}"]
        lines += [
            f"| {system} | {' | '.join(str(values[key]) for key in FIGURES)} |" for system, values in found.items()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
