"""Questions that ask for one dataset, and how high it was found."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import mean

from msgspec import Struct

from benchmarks.prepared import Unusable

FIRST = 10
CUTS = (1, 5, 10)
GUARD_WORDS = 4
GUARD = "guard"
TITLE_WORD = re.compile(r"[^\W_]{3,}")


class Asked(Struct, frozen=True):
    """A question and the datasets that answer it; ``missing`` are expected ids that no record has."""

    query: str
    expected: frozenset[str]
    kind: str = ""
    missing: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """The first datasets of one engine for one question, the best first, and the seconds that they took."""

    asked: Asked
    datasets: tuple[str, ...]
    seconds: float

    @property
    def rank(self) -> int:
        """Of the first dataset that was expected, from 1; 0 where it is not among the first ten."""
        hits = (rank for rank, dataset in enumerate(self.datasets[:FIRST], 1) if dataset in self.asked.expected)
        return next(hits, 0)


def read_questions(path: Path, dataset_of_row: Mapping[str, str], use: str = "") -> list[Asked]:
    """Columns ``query,expected``, and ``kind`` and ``use`` where they are there; rows of another use are passed over.
    Raises ``Unusable``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines)
            if missing := {"query", "expected"} - set(table.fieldnames or ()):
                raise Unusable(f"{path}: no column {', '.join(sorted(missing))}; query,expected[,kind][,use] is needed")
            if use and "use" not in (table.fieldnames or ()):
                raise Unusable(f"{path}: no column use, so that --use {use} cannot choose; leave it out")
            return [_asked(row, dataset_of_row) for row in table if not use or row["use"] == use]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise Unusable(f"{path}: not a readable CSV file in UTF-8 ({problem})") from problem


def _asked(row: Mapping[str, str | None], dataset_of_row: Mapping[str, str]) -> Asked:
    ids = [name.strip() for name in (row["expected"] or "").split("|") if name.strip()]
    return Asked(
        query=row["query"] or "",
        expected=frozenset(dataset_of_row[name] for name in ids if name in dataset_of_row),
        kind=row.get("kind") or "",
        missing=tuple(name for name in ids if name not in dataset_of_row),
    )


def guard(live_titles: Mapping[str, str], dataset_of_row: Mapping[str, str], number: int, seed: int) -> list[Asked]:
    """Up to four words of the titles of live records drawn at random, shuffled. ``live_titles``: row id → title."""
    random = Random(seed)
    askable = {row: words for row, title in sorted(live_titles.items()) if (words := TITLE_WORD.findall(title))}
    rows = random.sample(sorted(askable), min(number, len(askable)))
    return [Asked(_drawn(askable[row], random), frozenset({dataset_of_row[row]}), GUARD) for row in rows]


def _drawn(words: Sequence[str], random: Random) -> str:
    return " ".join(random.sample(list(words), min(GUARD_WORDS, len(words))))


def by_kind(found: Iterable[Found]) -> dict[str, dict[str, float]]:
    """Kind → its figures; ``all`` where there are several kinds, the guard left out."""
    groups: dict[str, list[Found]] = {}
    for one in found:
        groups.setdefault(one.asked.kind or "all", []).append(one)
    judged = [one for kind, some in groups.items() if kind != GUARD for one in some]
    if len(groups.keys() - {GUARD}) > 1:
        groups["all"] = judged
    return {kind: figures(some) for kind, some in groups.items()}


def figures(found: Sequence[Found]) -> dict[str, float]:
    """MRR over the first ten, and the share of questions answered among the first 1, 5 and 10."""
    ranks = [one.rank for one in found]
    success = {f"success@{cut}": round(mean(0 < rank <= cut for rank in ranks), 4) for cut in CUTS}
    return {"n": len(ranks), "mrr": round(mean(1 / rank if rank else 0.0 for rank in ranks), 4), **success}


def overlap(one: Iterable[Found], other: Iterable[Found]) -> float:
    """The mean share of the first ten that two engines have in common."""
    return round(mean(_shared(*pair) for pair in zip(one, other, strict=True)), 4)


def _shared(one: Found, other: Found) -> float:
    first, second = set(one.datasets), set(other.datasets)
    return len(first & second) / max(len(first), len(second)) if first | second else 1.0


def folded(rows: Iterable[str], dataset_of_row: Mapping[str, str]) -> Iterator[str]:
    """The datasets of ranked records, each where its first record stands."""
    yield from dict.fromkeys(dataset_of_row[row] for row in rows)
