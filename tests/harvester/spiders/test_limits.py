"""Answers without measure: each is given up within its limit, and said so; nothing that was known is lost."""

import gzip
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
import zstandard

from dcat.portal import Protocol
from harvester.politeness.limits import KIB, MIB, Limits
from harvester.runs.outcome import Status
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer

SMALL = Limits(body=MIB, headers=4 * KIB, seconds=1.5, silence=0.5)
CSW = (
    b'<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">'
    b'<csw:SearchResults numberOfRecordsMatched="0" nextRecord="0"/></csw:GetRecordsResponse>'
)
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"

Talk = Callable[[socket.socket, Event], None]
"""What a server does with a connection once it has read the request, until the event is set."""


@contextmanager
def server(talk: Talk) -> Iterator[tuple[str, list[float]]]:
    """A server that speaks as it likes; its ``host:port``, and when it was asked."""
    ended, asked, threads = Event(), [], []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if b"/robots.txt" in connection.recv(65536):
                connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                return
            asked.append(monotonic())
            talk(connection, ended)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threads.append(Thread(target=serve, args=(listening.accept()[0],)))
                threads[-1].start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        accepting = Thread(target=accept)
        accepting.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}", asked
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *threads):
                thread.join()


def drip(head: bytes, drop: bytes) -> Talk:
    """Something every 0.1 s, for ever."""

    def talk(connection: socket.socket, ended: Event) -> None:
        connection.sendall(head)
        while not ended.wait(0.1):
            connection.sendall(drop)

    return talk


def pour(head: bytes, drop: bytes) -> Talk:
    """Something as fast as it is taken, for ever."""

    def talk(connection: socket.socket, ended: Event) -> None:
        connection.sendall(head)
        while not ended.is_set():
            connection.sendall(drop)

    return talk


def harvest(place: Place, talk: Talk, limits: Limits = SMALL) -> tuple[Harvested, float, int]:
    """What a harvest makes of it, the seconds that it took, how often it asked."""
    begun = monotonic()
    with server(talk) as (host, asked):
        endpoint = f"http://{host}/a.ttl"
        harvested = place.harvest(Protocol.DCAT, endpoint, allowed_hosts=(host,), limits=limits)
    return harvested, monotonic() - begun, len(asked)


@pytest.mark.parametrize(
    ("talk", "value"),
    [
        pytest.param(drip(OK + b"\r\n", b"# \n"), "time: ", id="a body that drips"),
        pytest.param(pour(OK + b"\r\n", b"# comment\n" * 1000), "body: ", id="a body without end"),
        pytest.param(pour(OK, b"X-A: b\r\n" * 100), "headers: too long", id="a head without end"),
        pytest.param(pour(OK + b"X-A: ", b"b" * 1000), "headers: a line of", id="a header without end"),
        pytest.param(pour(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "headers: too long", id="not yet, for ever"),
    ],
)
def test_what_never_ends_is_given_up_at_the_first_time(place: Place, talk: Talk, value: str) -> None:
    harvested, seconds, asked = harvest(place, talk)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("limit-exceeded").value.startswith(value)
    assert (asked, seconds < 10) == (1, True)


@pytest.mark.parametrize(
    "talk",
    [drip(b"", b""), drip(OK, b""), drip(OK, b"X-A: b\r\n"), drip(OK + b"\r\n<a> <b>", b"")],
    ids=["nothing", "half a head", "a head that drips", "half a body"],
)
def test_a_silent_server_is_asked_again_and_then_given_up(place: Place, talk: Talk) -> None:
    harvested, seconds, asked = harvest(place, talk, Limits(silence=0.3))
    assert harvested.report.status is Status.FAILED
    assert "nothing came for 0.3 s" in harvested.found("page-unreachable").value
    assert (asked, seconds < 15) == (4, True)


def test_a_slow_answer_that_goes_on_is_waited_for(place: Place) -> None:
    body = turtle([1, 2])

    def talk(connection: socket.socket, ended: Event) -> None:
        connection.sendall(OK + b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body))
        for start in range(0, len(body), 40):
            ended.wait(0.1)
            connection.sendall(body[start : start + 40])

    harvested, _, _ = harvest(place, talk, Limits(silence=0.5))
    assert (harvested.report.status, len(harvested.records)) == (Status.OK, 2)


def test_a_body_announced_too_large_is_not_fetched(place: Place) -> None:
    head = OK + b"Content-Length: 99999999999\r\n\r\n"
    harvested, _, asked = harvest(place, drip(head, b"# \n"))
    assert harvested.found("limit-exceeded").value.startswith("body: ")
    assert asked == 1


def test_what_is_read_from_memory_has_a_limit_of_its_own(place: Place) -> None:
    """As long as a page of DCAT, which is read from a file, may well be."""
    limits = Limits(held=16 * KIB)
    place.serve("csw", CSW + b" " * 16 * KIB)
    place.serve("a.ttl", turtle([1]) + b" " * 16 * KIB)
    harvested = place.harvest(Protocol.CSW, f"{place.base}/csw", limits=limits)
    assert (harvested.report.status, harvested.report.complete) == (Status.FAILED, False)
    assert harvested.found("limit-exceeded").value.startswith("body: ")
    assert place.harvest(Protocol.DCAT, f"{place.base}/a.ttl", limits=limits).report.status is Status.OK


# --- bombs ------------------------------------------------------------------------------------------------------------

BLANKS = b" " * (32 * MIB)
PACKED: dict[str, bytes] = {
    "gzip": gzip.compress(BLANKS),
    "x-gzip": gzip.compress(BLANKS),
    "deflate": zlib.compress(BLANKS),
    "br": brotli.compress(BLANKS, quality=5),
    "zstd": zstandard.ZstdCompressor().compress(BLANKS),
    "gzip, gzip": gzip.compress(gzip.compress(BLANKS)),
    "zstd, br": brotli.compress(zstandard.ZstdCompressor().compress(BLANKS)),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_is_never_unpacked_whole(place: Place, encoding: str) -> None:
    place.serve("a.ttl", Answer(PACKED[encoding], headers={"Content-Encoding": encoding}))
    harvested = place.harvest(Protocol.DCAT, f"{place.base}/a.ttl", limits=SMALL)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("limit-exceeded").value.startswith("decompressed body: ")
    assert len(place.asked()) == 1


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_within_the_limit_is_unpacked(place: Place, encoding: str) -> None:
    pack = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstandard.compress}
    place.serve("a.ttl", Answer(pack[encoding](turtle([1, 2])), headers={"Content-Encoding": encoding}))
    assert len(place.harvest(Protocol.DCAT, f"{place.base}/a.ttl", limits=SMALL).records) == 2


# --- documents that are too deep --------------------------------------------------------------------------------------

DEPTH = 100_000
DEEP: dict[str, tuple[Protocol, str, bytes]] = {
    "JSON": (Protocol.CKAN, "package_search", b'{"success": true, "result": ' + b'{"a":[' * DEPTH),
    "JSON that ends": (
        Protocol.CKAN,
        "package_search",
        b'{"success": true, "result": ' + b"[" * DEPTH + b"]" * DEPTH + b"}",
    ),
    "JSON in a record": (
        Protocol.ODS,
        "catalog/datasets",
        b'{"total_count": 1, "results": [{"dataset_id": "a", "metas": ' + b"[" * DEPTH + b"]" * DEPTH + b"}]}",
    ),
    "JSON-LD": (Protocol.DCAT, "a.jsonld", b'{"@graph":' + b"[" * DEPTH + b"]" * DEPTH + b"}"),
    "Turtle": (Protocol.DCAT, "a.ttl", b"<a:a> <a:b> " + b"[ <a:b> " * DEPTH + b"1" + b"]" * DEPTH + b" ."),
    "a Turtle list": (Protocol.DCAT, "a.ttl", b"<a:a> <a:b> " + b"( " * DEPTH + b")" * DEPTH + b" ."),
    "RDF/XML": (
        Protocol.DCAT,
        "a.rdf",
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="a:">'
        + b"<a:A><a:b>" * DEPTH + b"</a:b></a:A>" * DEPTH + b"</rdf:RDF>",
    ),
    "ISO in CSW": (
        Protocol.CSW,
        "",
        b'<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults '
        b'numberOfRecordsMatched="1" numberOfRecordsReturned="1" nextRecord="0">'
        b'<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd">'
        + b"<gmd:a>" * DEPTH + b"</gmd:a>" * DEPTH + b"</gmd:MD_Metadata></csw:SearchResults></csw:GetRecordsResponse>",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DEEP)
def test_a_document_that_is_too_deep_costs_itself_alone(place: Place, case: str) -> None:
    protocol, path, body = DEEP[case]
    place.serve(path, body)
    begun = monotonic()
    harvested = place.harvest(protocol, f"{place.base}/{path}" if protocol is Protocol.DCAT else place.base)
    assert harvested.report.status in (Status.FAILED, Status.PARTIAL, Status.OK)
    assert harvested.records.keys() == ({"a"} if case == "JSON in a record" else set())  # which loses the depth alone
    assert monotonic() - begun < 20
    place.serve("sound.ttl", turtle([1]))
    assert "https://data.example.fr/1" in place.harvest(Protocol.DCAT, f"{place.base}/sound.ttl").records
