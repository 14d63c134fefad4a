"""The records of some exports told again by other bodies, in other words, until there are as many as wanted.

Made for what a larger index costs, not for how good its answers are. What is told again is never clustered: a dataset
keeps as many copies as it has in the exports, and goes straight to where clusters are kept. A quarter of its words and
keywords are exchanged for words of other datasets, as frequent as they are there, so that the lists of documents of
common words grow with the index, and so does the number of words together; half of it is published by the body of
another dataset, half by a commune of which the exports may know nothing, so that publishers become more too.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from math import ceil
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.prepared import Prepared
from dcat.model import Texts
from dcat.portal import Level
from dcat.territory import gazetteer
from search.batches import batches
from search.dedupe import rows
from search.dedupe.encoding import encode
from search.dedupe.sessions import writing
from search.dedupe.tables import datasets, records
from search.document import Copy

EXCHANGED = 0.25  # of the words
KNOWN_BODY = 0.5  # of the datasets
SPARSE = 10  # one word of descriptions in so many is drawn from
BATCH = 1_000

Cluster = tuple[str, tuple[Copy, ...]]


class Body(Struct, frozen=True):
    """Who publishes, and where."""

    publisher: str
    publisher_territory: str
    coverage: tuple[str, ...]


class Drawn(Struct, frozen=True):
    """What is drawn from, as often as it stands in the exports."""

    titles: Sequence[str]
    descriptions: Sequence[str]
    keywords: Sequence[str]
    bodies: Sequence[Body]
    communes: Sequence[Body]


class Repeated(Prepared):
    """The same exports in a folder of their own, ``number`` records or a few more (whole datasets)."""

    def __init__(self, once: Prepared, number: int) -> None:
        folder: Path = once.folder / f"repeated-{number}"
        folder.mkdir(exist_ok=True)
        super().__init__(once.exports, folder)
        self._once = once
        self._number = number

    def make(self) -> int:
        once = self._once.store()
        drawn = drawn_from(copy for _, copies in once.all_clusters() for copy in copies)
        times = ceil(self._number / once.count_records())
        told = chain.from_iterable(
            (again(cluster, turn, drawn) if turn else cluster for cluster in once.all_clusters())
            for turn in range(times)
        )
        return self._keep(told)

    def _keep(self, clusters: Iterable[Cluster]) -> int:
        held = 0
        with writing(self.engine) as connection:
            connection.execute(records.delete())
            connection.execute(datasets.delete())
            for some in batches(as_many(clusters, self._number), BATCH):
                copies = [
                    {"record": copy.record, "dataset": dataset, "copy": encode(copy)}
                    for dataset, found in some
                    for copy in found
                ]
                rows.insert_all(connection, records, copies)
                rows.insert_all(connection, datasets, [{"dataset": dataset, "born": 0} for dataset, _ in some])
                held += len(copies)
        return held


def as_many(clusters: Iterable[Cluster], number: int) -> Iterator[Cluster]:
    held = 0
    for cluster in clusters:
        if held >= number:
            return
        yield cluster
        held += len(cluster[1])


def drawn_from(copies: Iterable[Copy]) -> Drawn:
    titles: list[str] = []
    descriptions: list[str] = []
    keywords: list[str] = []
    bodies: list[Body] = []
    for copy in copies:
        titles += (word for text in copy.title for word in text.value.split())
        descriptions += (word for text in copy.description for word in islice(text.value.split(), 0, None, SPARSE))
        keywords += copy.keywords
        bodies.append(Body(copy.publisher, copy.publisher_territory, copy.coverage))
    return Drawn(titles, descriptions, keywords, bodies, _communes())


def _communes() -> list[Body]:
    places = (place for place in gazetteer().territories() if place.level is Level.COMMUNE)
    return [Body(f"Commune de {place.name}", place.code, (place.code,)) for place in places]


def again(cluster: Cluster, turn: int, drawn: Drawn) -> Cluster:
    """By another body in other words: the same one in the same words for the same dataset and turn."""
    dataset, copies = cluster
    random = Random(f"{dataset} {turn}")
    body = random.choice(drawn.bodies if random.random() < KNOWN_BODY else drawn.communes)
    return _digits(f"{dataset} {turn}"), tuple(_copy_again(copy, turn, body, drawn, random) for copy in copies)


def _copy_again(copy: Copy, turn: int, body: Body, drawn: Drawn, random: Random) -> Copy:
    return replace(
        copy,
        record=f"{copy.portal}:{_digits(f'{copy.record} {turn}')}",
        title=_texts_again(copy.title, drawn.titles, random),
        description=_texts_again(copy.description, drawn.descriptions, random),
        keywords=tuple(_exchanged(copy.keywords, drawn.keywords, random)),
        publisher=body.publisher,
        publisher_territory=body.publisher_territory,
        coverage=body.coverage,
    )


def _texts_again(texts: Texts, pool: Sequence[str], random: Random) -> Texts:
    return tuple(replace(text, value=" ".join(_exchanged(text.value.split(" "), pool, random))) for text in texts)


def _exchanged(words: Sequence[str], pool: Sequence[str], random: Random) -> list[str]:
    said = list(words)
    for _ in range(round(len(said) * EXCHANGED)):
        said[random.randrange(len(said))] = random.choice(pool)
    return said


def _digits(said: str) -> str:
    """As long as those of ids."""
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
