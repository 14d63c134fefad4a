"""A process of a rebuild: ``python -m search.dedupe.processes.worker FD…`` does tasks on the other processors.

Each FD is a socket: the portals come in first, then tasks, and of each an answer goes out. The process loads the tables
once and then divides itself, one for each socket, so that they share that memory. It ends when the other end is closed,
or gone.
"""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

from msgspec import msgpack
from msgspec.structs import replace

from dcat.codec import encode
from dcat.model import Agent, Dataset, Distribution, Place, Record, Text
from search.dedupe.blocks import blocks_of
from search.dedupe.collecting import collecting_seldom
from search.dedupe.encoding import decode_facts
from search.dedupe.judging import tasks
from search.dedupe.processes.task import LENGTH, Begin, Describe, Task, Work, message
from search.dedupe.stages import Stages

RENNES = "commune:35238"


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer until nothing more is asked."""
    begin, decoder = msgpack.Decoder(Begin), msgpack.Decoder(Task)
    messages = _messages(asked)
    work = next((Work(begin.decode(first).portals) for first in messages), None)
    for body in messages:
        if work is not None:
            stages = Stages()
            with stages.of("decode"):
                task = decoder.decode(body)
            answer = work.done(task, stages)
            told.write(message(replace(answer, taken=stages.taken)))
            told.flush()


def _messages(asked: BinaryIO) -> Iterator[bytes]:
    while len(length := asked.read(LENGTH.size)) == LENGTH.size:
        (wanted,) = LENGTH.unpack(length)
        if len(body := asked.read(wanted)) < wanted:
            return
        yield body


def load() -> None:
    """Load every table that a task may ask for, and keep all of it out of the collector's sight."""
    work, stages = Work({}), Stages()
    answer = work.done(Describe((encode(_example("a")), encode(_example("b")))), stages)
    blocks = blocks_of(decode_facts(one.facts) for one in answer.described)
    for task in tasks(blocks):
        work.done(task, stages)
    gc.collect()
    gc.freeze()


def _example(key: str) -> Record:
    """A record that asks for them."""
    publisher = Agent(name=(Text("Ville de Rennes", "fr"),), territory=RENNES)
    dataset = Dataset(
        title=(Text(f"Arbres de Rennes, {key}", "fr"),),
        description=(Text("Les arbres des rues et des parcs de la ville, avec leur essence.", "fr"),),
        publisher=publisher,
        spatial=(Place(territory=RENNES),),
        distributions=(Distribution(access_urls=("https://portal.example/a.csv",)),),
    )
    return Record(f"{key}:1", key, "1", dataset, "https://portal.example/a")


def main() -> None:
    """Serve every socket, each in a process of its own."""
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
    load()
    mine, others = divide(sockets)
    with (
        suppress(BrokenPipeError, ConnectionResetError),
        collecting_seldom(),
        mine,
        mine.makefile("rb") as asked,
        mine.makefile("wb") as told,
    ):
        serve(asked, told)
    for other in others:
        os.waitpid(other, 0)


def divide(sockets: list[socket.socket]) -> tuple[socket.socket, list[int]]:
    """One process a socket: gives this one's, and the numbers of the processes that it has made."""
    mine = sockets[0]
    made: list[int] = []
    for other in sockets[1:]:
        number = os.fork()
        if number == 0:
            mine, made = other, []
            break
        made.append(number)
    for one in sockets:
        if one is not mine:
            one.close()
    return mine, made


if __name__ == "__main__":
    main()
