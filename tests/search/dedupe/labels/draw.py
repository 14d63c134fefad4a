"""Draw again, by seed, the pairs that were read by eye: `python draw.py CORPUS_FOLDER OUTPUT_FOLDER`.

Writes `drawn_candidates.csv`, `drawn_second.csv` and `drawn_authority.csv`: the ids alone (`id_a,id_b`),
in the order of reading.
"""

import csv
import gzip
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as parquet

SEED = 20261126
SECOND_SEED = 6112
PAIRS = "pairs_dev.csv.gz"
CANDIDATES = "pairs_candidates_unlabelled_dev.csv.gz"
RECORDS = "datagouv_20260116_dev.parquet"

Row = dict[str, str]
Couple = tuple[str, ...]


def rows(path: Path) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organisations(path: Path) -> dict[str, str]:
    """Record id → its organisation's name ("" where it has none)."""
    table = parquet.read_table(path, columns=["id", "organization"])
    return {row["id"]: row["organization"] or "" for row in table.to_pylist()}


def domains(row: Row) -> Couple:
    return tuple(sorted((row["domain_a"], row["domain_b"])))


def spread(pool: Iterable[Row], count: int, names: dict[str, str], chance: random.Random) -> list[Row]:
    """`count` rows, one per couple of domains in turn, of the organisations least drawn so far in that couple."""
    waiting: dict[Couple, list[Row]] = defaultdict(list)
    for row in pool:
        waiting[domains(row)].append(row)
    for group in waiting.values():
        chance.shuffle(group)
    seen: Counter[tuple[Couple, str, str]] = Counter()
    drawn: list[Row] = []
    while len(drawn) < count and waiting:
        for couple in chance.sample(sorted(waiting), len(waiting)):
            group = waiting[couple]
            keys = [(couple, names[row["id_a"]], names[row["id_b"]]) for row in group]
            place = min(range(len(group)), key=lambda index: seen[keys[index]])
            seen[keys[place]] += 1
            drawn.append(group.pop(place))
            if not group:
                del waiting[couple]
    return drawn[:count]


def clusters(pairs: Iterable[Row]) -> dict[str, str]:
    """Record id → the smallest id of its connected component."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for row in pairs:
        neighbours[row["id_a"]].add(row["id_b"])
        neighbours[row["id_b"]].add(row["id_a"])
    root: dict[str, str] = {}
    for start in sorted(neighbours):
        todo = [] if start in root else [start]
        while todo:
            member = todo.pop()
            root[member] = start
            todo += [other for other in neighbours[member] if other not in root]
    return root


def one_a_cluster(pairs: list[Row], chance: random.Random) -> list[Row]:
    """A pair across two domains from each cluster of duplicates, at random."""
    duplicates = [row for row in pairs if row["label"] == "duplicate"]
    root = clusters(duplicates)
    crossing = [row for row in duplicates if row["cross_domain"] == "1"]
    chance.shuffle(crossing)
    return list({root[row["id_a"]]: row for row in crossing}.values())


def candidates(corpus: Path, names: dict[str, str]) -> list[Row]:
    chance = random.Random(SEED)
    pool = rows(corpus / CANDIDATES)
    other_title = [row for row in pool if row["kind"] == "same-text-other-title"]
    other_text = [row for row in pool if row["kind"] == "same-title-other-text"]
    drawn = other_title + spread(other_text, 300 - len(other_title), names, chance)
    chance.shuffle(drawn)
    return drawn


def second(drawn: list[Row]) -> list[Row]:
    return random.Random(SECOND_SEED).sample(drawn, 50)


def authority(corpus: Path, names: dict[str, str]) -> list[Row]:
    chance = random.Random(SEED)
    return spread(one_a_cluster(rows(corpus / PAIRS), chance), 200, names, chance)


def write(drawn: list[Row], path: Path) -> None:
    lines = ["id_a,id_b", *(f"{row['id_a']},{row['id_b']}" for row in drawn)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main(corpus: Path, output: Path) -> None:
    names = organisations(corpus / RECORDS)
    drawn = candidates(corpus, names)
    write(drawn, output / "drawn_candidates.csv")
    write(second(drawn), output / "drawn_second.csv")
    write(authority(corpus, names), output / "drawn_authority.csv")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
