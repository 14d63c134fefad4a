"""What a rebuild of the clusters or of the index asks of its processes, what they answer, and who does it: the same
function here and there.
"""

import struct
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from dcat.codec import decode
from dcat.portal import Portal
from search.dedupe.described import Described, Describer
from search.dedupe.judging import Judge, Judged, judged
from search.dedupe.stages import Seconds, Stages
from search.entering import Entered, Kept, entered_of_kept

LENGTH = struct.Struct(">I")
"""What goes before every message: its length in bytes."""


class Begin(Struct, frozen=True, tag=True):
    """The first message: the installation's portals."""

    portals: Mapping[str, Portal]


class Describe(Struct, frozen=True, tag=True):
    """Records of which the store keeps something, encoded (``dcat.codec``)."""

    records: tuple[bytes, ...]


class Enter(Struct, frozen=True, tag=True):
    """Datasets that the index is to be told of."""

    clusters: Mapping[str, tuple[Kept, ...]]


Task = Describe | Judge | Enter


class Answer(Struct, frozen=True):
    """To a task: ``described``, ``judged`` or ``entered``, and what it took there."""

    described: list[Described] = []
    judged: Judged | None = None
    entered: Entered | None = None
    taken: Mapping[str, Seconds] = {}


class Work:
    """Does the tasks of one rebuild."""

    def __init__(self, portals: Mapping[str, Portal]) -> None:
        self._portals = portals
        self._describer = Describer(portals)

    def done(self, task: Task, stages: Stages) -> Answer:
        """``stages`` are told what it took."""
        if isinstance(task, Describe):
            with stages.of("decode"):
                records = list(map(decode, task.records))
            return Answer(described=self._describer.described(records, stages))
        if isinstance(task, Enter):
            with stages.of("enter"):
                return Answer(entered=entered_of_kept(task.clusters, self._portals))
        with stages.of("decide"):
            return Answer(judged=judged(task))


def message(value: Struct) -> bytes:
    """With its length before it."""
    body = msgspec.msgpack.encode(value)
    return LENGTH.pack(len(body)) + body
