"""How well questions are routed: the metrics of the routing model on any file of judged questions.

    python benchmarks/routing.py --queries QUERIES.csv --portals PORTALS.csv [--json]

Columns of the queries: ``query, lang, territory_expected, competence_expected, route_expected, route_not, reason,
answer_type, route_fallback``. ``+`` joins what is all needed, ``|`` and ``/`` what is all acceptable. Portals that the
second file does not name are dropped from the expectations; where none is left, the first registered fallback (else the
national portal) is the only right answer. Ambiguous questions are scored apart.
"""

import argparse
import csv
import hashlib
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.answers.routing import HarvestedCoverage
from api.services import Services
from api.settings import read_settings
from dcat.portal import Level, Portal
from dcat.territory import NATIONAL, gazetteer
from search.answer import AnswerType, RoutingAnswer
from search.question import read_question
from search.route import Coverage, Router

NATIONAL_PORTAL = "data-gouv-fr"
BINS = 10
FIRST = 3
ALL_WITHIN = 4
MOST_CONFIDENT = 0.8
STEPS = {"place", "competence", "level", "portal", "evidence"}
TABLE = (
    "n", "acc@1", "strict@1", "acc@3", "mrr", "wrong@1", "multi_complete@4", "ambiguity_recall",
    "ambiguity_false_alarm", "answer_type", "territory_exact", "territory_told", "territory_near", "competence_top1",
    "competence_top3", "ece", "acc@1_most_confident", "why_complete", "p50_ms", "p95_ms", "cold_ms",
)  # fmt: skip


class Judged(Struct, frozen=True):
    """A judged question, its expectations reduced to registered portals."""

    query: str
    territory: str
    competences: frozenset[str]
    accepted: tuple[str, ...]
    wrong: frozenset[str]
    answer_type: str

    @property
    def places(self) -> frozenset[str]:
        """Codes of the expected places."""
        return frozenset(filter(None, self.territory.replace("+", "/").split("/")))

    def names(self, codes: set[str]) -> bool:
        """Whether these are exactly the places expected: all of them where the question is ambiguous, else one of each
        group of alternatives."""
        if self.answer_type == AnswerType.AMBIGUOUS or not self.territory:
            return codes == self.places
        groups = [set(group.split("/")) for group in self.territory.split("+")]
        return codes <= self.places and all(len(codes & group) == 1 for group in groups)


class Scored(Struct, frozen=True):
    """A question, its answer, and the time it took in seconds."""

    judged: Judged
    answer: RoutingAnswer
    seconds: float

    @property
    def routes(self) -> list[str]:
        """Portals of the routes, best first."""
        return [route.portal for route in self.answer.routes]

    @property
    def rank(self) -> int:
        """Rank of the first acceptable route from 1, 0 where there is none."""
        return next((rank for rank, portal in enumerate(self.routes, 1) if portal in self.judged.accepted), 0)

    @property
    def exact(self) -> bool:
        """Whether exactly the expected places were read."""
        return self.judged.names({territory.code for territory in self.answer.territories})

    @property
    def told(self) -> bool:
        """Whether it is exact, or one says no place where the other says the whole country: the answer is the same."""
        places = {territory.code for territory in self.answer.territories} | self.judged.places
        return self.exact or places == {NATIONAL}

    @property
    def near(self) -> bool:
        """Whether each place read is an expected one, or the EPCI of that commune, or a commune of that EPCI."""
        got = {territory.code for territory in self.answer.territories}
        return len(got) == len(self.judged.places) and all(
            any(_near(code, place) for place in self.judged.places) for code in got
        )

    @property
    def why_complete(self) -> bool:
        """Whether every route says all steps in words."""
        return all({reason.step for reason in route.reasons if reason.text} == STEPS for route in self.answer.routes)


def _near(one: str, other: str) -> bool:
    return one == other or any(
        place and (place.epci == wider or place.ept == wider)
        for place, wider in ((gazetteer().get(one), other), (gazetteer().get(other), one))
    )


def read_portals(path: Path) -> dict[str, Portal]:
    """The portals of a CSV file by id; an EPCI's is mutualised, as in portal files."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["portal_id"]: _portal(row) for row in csv.DictReader(lines)}


def _portal(row: Mapping[str, str]) -> Portal:
    return Portal(
        id=row["portal_id"],
        title=row["title"],
        level=Level(row["level"]),
        territories=tuple(row["territories"].split("|")),
        url=row["url"],
        software=row["software"],
        mutualised=row["level"] == Level.EPCI,
    )


def read_judged(path: Path, registered: Iterable[str]) -> list[Judged]:
    """The judged questions of a CSV file."""
    known = set(registered)
    with path.open(encoding="utf-8", newline="") as lines:
        return [_judged(row, known) for row in csv.DictReader(lines)]


def _judged(row: Mapping[str, str], registered: set[str]) -> Judged:
    accepted = _registered(row["route_expected"].replace("+", "|"), registered)
    fallback = _registered(row.get("route_fallback") or "", registered)
    return Judged(
        query=row["query"],
        territory=row["territory_expected"],
        competences=frozenset(filter(None, row["competence_expected"].replace("+", "/").replace("|", "/").split("/"))),
        accepted=accepted or fallback[:1] or (NATIONAL_PORTAL,),
        wrong=frozenset(_registered(row["route_not"] or "", registered)),
        answer_type=row["answer_type"],
    )


def _registered(portals: str, registered: set[str]) -> tuple[str, ...]:
    return tuple(portal for portal in portals.split("|") if portal in registered)


Evidence = Callable[[], Coverage | None]
"""What is known of the portals' contents, asked anew for each question."""


def nothing_harvested() -> None:
    """Every portal is unknown."""


def evidence_of(data_dir: Path) -> Evidence:
    """What an installation has harvested; every portal is unknown where it has harvested nothing."""
    services = Services(read_settings(data_dir=data_dir))
    return lambda: HarvestedCoverage(services, services.portals_read) if services.harvested else None


def score(judged: Sequence[Judged], router: Router, evidence: Evidence = nothing_harvested) -> list[Scored]:
    """Every question answered, one after the other."""
    scored = []
    for question in judged:
        start = time.perf_counter()
        answer = router.route(read_question(question.query), coverage=evidence())
        scored.append(Scored(question, answer, time.perf_counter() - start))
    return scored


def metrics(scored: Sequence[Scored]) -> dict[str, Any]:
    """The figures of the routing model, ambiguous questions apart."""
    clear = [item for item in scored if item.judged.answer_type != AnswerType.AMBIGUOUS]
    times = [item.seconds * 1000 for item in scored]
    confident = sorted(clear, key=lambda item: -_confidence(item))[: round(len(clear) * MOST_CONFIDENT)]
    return {
        "n": len(clear),
        "acc@1": _share(item.rank == 1 for item in clear),
        "strict@1": _share(item.routes[:1] == [item.judged.accepted[0]] for item in clear),
        "acc@3": _share(0 < item.rank <= FIRST for item in clear),
        "mrr": _mean([1 / item.rank if item.rank else 0.0 for item in clear]),
        "wrong@1": _share(bool(item.routes) and item.routes[0] in item.judged.wrong for item in clear),
        "multi_complete@4": _share(
            set(item.judged.accepted) <= set(item.routes[:ALL_WITHIN]) for item in _typed(scored, AnswerType.MULTI)
        ),
        "ambiguity_recall": _share(_is_ambiguous(item) for item in _typed(scored, AnswerType.AMBIGUOUS)),
        "ambiguity_false_alarm": _share(_is_ambiguous(item) for item in _typed(scored, AnswerType.SINGLE)),
        "answer_type": _share(item.answer.answer_type == item.judged.answer_type for item in scored),
        "territory_exact": _share(item.exact for item in clear),
        "territory_told": _share(item.told for item in clear),
        "territory_near": _share(item.near for item in clear),
        "competence_top1": _share(_competences(item, 1) for item in clear if item.judged.competences),
        "competence_top3": _share(_competences(item, FIRST) for item in clear if item.judged.competences),
        "ece": calibration_error([(_confidence(item), item.rank == 1) for item in clear]),
        "acc@1_most_confident": _share(item.rank == 1 for item in confident),
        "why_complete": _share(item.why_complete for item in scored),
        "p50_ms": round(median(times), 3),
        "p95_ms": round(quantiles(times, n=20, method="inclusive")[-1], 3) if len(times) > 1 else round(times[0], 3),
    }


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for pair in pairs:
        bins.setdefault(min(BINS - 1, int(pair[0] * BINS)), []).append(pair)
    gaps = [abs(sum(told for told, _ in inside) - sum(right for _, right in inside)) for inside in bins.values()]
    return round(sum(gaps) / len(pairs), 4) if pairs else 0.0


def _typed(scored: Sequence[Scored], kind: AnswerType) -> list[Scored]:
    return [item for item in scored if item.judged.answer_type == kind]


def _is_ambiguous(item: Scored) -> bool:
    return item.answer.answer_type is AnswerType.AMBIGUOUS


def _confidence(item: Scored) -> float:
    return item.answer.routes[0].confidence if item.answer.routes else 0.0


def _competences(item: Scored, first: int) -> bool:
    return any(read.id in item.judged.competences for read in item.answer.competences[:first])


def _share(tests: Iterable[bool]) -> float | None:
    outcomes = list(tests)
    return round(sum(outcomes) / len(outcomes), 4) if outcomes else None


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def rows(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """What was answered, a question at a time."""
    return [
        {
            "query": item.judged.query,
            "routes": item.routes,
            "territories": [territory.code for territory in item.answer.territories],
            "competences": [competence.id for competence in item.answer.competences],
            "answer_type": str(item.answer.answer_type),
            "ok": item.rank == 1,
            "confidence": _confidence(item),
            "expected": list(item.judged.accepted),
            "territory_ok": item.exact,
            "competence_ok": not item.judged.competences or _competences(item, 1),
        }
        for item in scored
    ]


def circumstances(paths: Sequence[Path]) -> dict[str, Any]:
    """Where, with what and on what the figures were measured."""
    return {
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in ("aiguillage", "msgspec", "pystemmer", "rapidfuzz")},
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths},
    }


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--queries", type=Path, required=True, help="judged questions, CSV")
    parser.add_argument("--portals", type=Path, required=True, help="registered portals, CSV")
    parser.add_argument("--data-dir", type=Path, help="a data folder whose harvested records count as evidence")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    return parser.parse_args()


def main() -> None:
    """Measure, and print a table or JSON."""
    options = arguments()
    portals = read_portals(options.portals)
    start = time.perf_counter()
    router = Router(portals)
    router.route(read_question("horaires des bus à Villeurbane"))
    cold = round((time.perf_counter() - start) * 1000, 1)
    evidence = evidence_of(options.data_dir) if options.data_dir else nothing_harvested
    scored = score(read_judged(options.queries, portals), router, evidence)
    report = {
        **metrics(scored),
        "cold_ms": cold,
        "rows": rows(scored),
        **circumstances([options.queries, options.portals]),
    }
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else _as_text(report))


def _as_text(report: Mapping[str, Any]) -> str:
    lines = [f"{name:24} {report[name]}" for name in TABLE]
    missed = [row for row in report["rows"] if not (row["ok"] and row["territory_ok"] and row["competence_ok"])]
    lines += ["", f"{len(missed)} questions with a wrong route, place or competence:"]
    lines += [
        f"  {'' if row['ok'] else 'ROUTE '}{row['query']!r}: {', '.join(row['routes'][:FIRST])}"
        f" (expected {', '.join(row['expected'])}); {', '.join(row['territories'])}; {', '.join(row['competences'])}"
        for row in missed
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
