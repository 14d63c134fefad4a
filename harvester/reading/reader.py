"""A reading process: ``python -m harvester.reading.reader FD…`` reads pages for a harvesting process, on the other
cores.

Each FD is a socket: pages come in, what ``harvester.reading.page`` makes of them goes out, part by part. The process
loads the tables once and then divides itself, one for each socket, so that they share that memory.
"""

import gc
import os
import signal
import socket
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import BinaryIO

import msgspec

from dcat.portal import Level, Portal, Protocol
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, Parser, UnreadablePage
from harvester.reading.page import read_page
from harvester.reading.task import LENGTH, Answer, Task, message

# Records are built by the thousand and hardly ever in cycles: looking for those at Python's usual pace takes a tenth of
# the time.
COLLECT_AFTER = (50_000, 20, 100)
YOUNGEST = 0
"""The generation in which a page's leavings are. An XML parser and its tree hold each other: left to the pace above,
twenty of them wait among the values that are remembered, and what the process takes grows by 20 MB in 50,000 records.
"""


def answers(task: Task, parsers: Mapping[Protocol, Parser] = PARSERS) -> Generator[Answer, None, None]:
    """What is said of a page."""
    try:
        parser = parsers[task.portal.protocol]
        reading = read_page(
            task.fetched, task.portal, parser, task.today, privacy=task.privacy, skip=task.skip, most=task.most
        )
    except UnreadablePage as error:
        yield Answer(unreadable=error.findings)
        return
    yield Answer(header=reading.header)
    for part in reading.parts:
        yield Answer(part=part)


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer until the other end is closed, or gone."""
    try:
        _tell(told, Answer(ready=os.getpid()))
        for task in _tasks(asked):
            for answer in answers(task):
                _tell(told, answer)
            gc.collect(YOUNGEST)
    except (BrokenPipeError, ConnectionResetError):
        return


def _tasks(asked: BinaryIO) -> Iterator[Task]:
    decoder = msgspec.msgpack.Decoder(Task)
    while len(length := asked.read(LENGTH.size)) == LENGTH.size:
        (wanted,) = LENGTH.unpack(length)
        if len(body := asked.read(wanted)) < wanted:
            return
        yield decoder.decode(body)


def _tell(told: BinaryIO, answer: Answer) -> None:
    told.write(message(answer))
    told.flush()


def load() -> None:
    """Load every parser and every table that reading a page may ask for, and keep all of it out of the collector's
    sight."""
    dict(PARSERS)
    portal = Portal("portal", "Portal", Level.COMMUNE, ("commune:35238",), "https://portal.example", Protocol.DCAT)
    for _ in answers(Task(Fetched(portal.url, PAGE.encode()), portal, date.min)):
        pass
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


PAGE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://portal.example/1> a dcat:Dataset ; dct:title "Arbres" ; dct:description "<p>Les arbres de la ville.</p>" ;
  dct:publisher [ a foaf:Agent ; foaf:name "Ville de Rennes" ; dct:identifier "213502388" ] ;
  dcat:keyword "arbre" ; dcat:theme "Environnement" ; dct:spatial "Rennes" ; dct:issued "3 mars 2020" ;
  dct:accrualPeriodicity "annuelle" ; dct:language "fr" ; dct:license "Licence ouverte" ; dct:accessRights "public" ;
  dcat:distribution [ a dcat:Distribution ; dct:format "csv" ; dcat:mediaType "text/csv" ;
    dcat:accessURL <https://portal.example/1.csv> ] .
"""
"""A page that asks for them."""


def main() -> None:
    """Serve every socket, each in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: the harvesting process decides
    sockets = [socket.socket(fileno=int(number)) for number in sys.argv[1:]]
    load()
    mine, others = divide(sockets)
    with suppress(BrokenPipeError), mine, mine.makefile("rb") as asked, mine.makefile("wb") as told:
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
