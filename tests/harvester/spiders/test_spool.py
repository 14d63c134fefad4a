"""Bodies too large to be held: through a file from the socket to the archive, however they are packed."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it has no types
import pytest
import zstandard
from msgspec.structs import replace
from scrapy import Request

from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive
from harvester.crawling.fleet import Fleet
from harvester.politeness.limits import MIB, Limits
from harvester.runs.job import Job
from harvester.runs.report import Report
from harvester.spiders import spool
from tests.harvester.spiders.catalogues import PREFIXES
from tests.harvester.spiders.source import Answer, Source, serving

WORDS = bytes(range(256)) * 3_000
RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)
SKIPPED = bytes.fromhex("502a4d18 03000000") + b"abc"  # a frame of zstd that says nothing, RFC 8878 §3.1.2
PACKED: dict[bytes, bytes] = {
    b"gzip": gzip.compress(WORDS[:1000]) + gzip.compress(WORDS[1000:]),
    b"deflate": zlib.compress(WORDS),
    b"br": brotli.compress(WORDS),
    b"zstd": zstandard.compress(WORDS[:1000]) + SKIPPED + zstandard.compress(WORDS[1000:]),
}


def through(data: bytes, encoding: bytes, size: int = 1000) -> bytes:
    return b"".join(spool.decoded((data[start : start + size] for start in range(0, len(data), size)), encoding))


@pytest.mark.parametrize("encoding", PACKED)
def test_what_was_packed_comes_out(encoding: bytes) -> None:
    assert through(PACKED[encoding], encoding) == WORDS


def test_deflate_without_its_head() -> None:
    assert through(RAW.compress(WORDS) + RAW.flush(), b"deflate") == WORDS


@pytest.mark.parametrize("cut", [20, 1])
@pytest.mark.parametrize("encoding", PACKED)
def test_of_a_stream_that_is_cut_what_came_counts_and_is_known_not_to_be_all(encoding: bytes, cut: int) -> None:
    came: list[bytes] = []
    with pytest.raises(spool.UnfinishedStream):
        came.extend(spool.decoded(iter([PACKED[encoding][:-cut]]), encoding))
    assert came
    assert WORDS.startswith(b"".join(came))


@pytest.mark.parametrize("encoding", [b"gzip", b"zstd"])
def test_what_follows_a_member_and_is_none_is_nothing(encoding: bytes) -> None:
    assert through(PACKED[encoding] + bytes(100), encoding) == WORDS


@pytest.mark.parametrize("encoding", PACKED)
def test_what_is_not_packed_so_is_refused(encoding: bytes) -> None:
    with pytest.raises(ValueError, match=encoding.decode()):
        through(b"<html>Maintenance</html>" * 10, encoding)


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_comes_in_small_pieces(encoding: bytes) -> None:
    """So that it is given up before it takes memory; brotli's own blocks are a little larger than is asked."""
    zeros = bytes(16 * MIB)
    pack = {
        b"gzip": gzip.compress,
        b"deflate": zlib.compress,
        b"br": brotli.compress,
        b"zstd": zstandard.ZstdCompressor().compress,
    }
    sizes = [len(piece) for piece in spool.decoded([pack[encoding](zeros)], encoding)]
    assert sum(sizes) == 16 * MIB
    assert max(sizes) <= 2 * spool.PIECE


def test_a_buffer_goes_to_disk_and_its_folder_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", 10)
    small, large = Request("https://x.example/1"), Request("https://x.example/2")
    for request, data in ((small, b"0123456789"), (large, b"0123456789a")):
        buffer = spool.Buffer(request)
        for byte in data:
            buffer.write(bytes([byte]))
        assert buffer.getvalue() == (data if request is small else b"")
    assert spool.SPOOLED not in small.meta
    spooled = large.meta[spool.SPOOLED]
    assert spooled.path.read_bytes() == b"0123456789a"
    spooled.close()
    assert not spooled.path.parent.exists()


# --- from end to end -------------------------------------------------------------------------------------------------

COUNT = 1_100
"""More than one part of a page (``harvester.reading.page.BATCH``)."""
LIMITS = Limits()
ROWS = 6_000
ROW = "a" * 1_000
"""What makes a document too large to be held: comments, or a member that nobody reads, for records take long."""
PORTAL = Portal("p", "P", Level.EPCI, ("epci:243500139",), "", Protocol.DCAT, politeness=Politeness(delay=0.0))


def catalogue() -> bytes:
    """Its subjects are spread: all types, then all titles, then all descriptions; one language tag is wrong."""
    subjects = [f"<https://data.example.fr/{n}>" for n in range(COUNT)]
    tag = ["fr_FR" if n == COUNT // 2 else "fr" for n in range(COUNT)]
    between = f"# {ROW}\n" * ROWS
    return "".join(
        (
            PREFIXES,
            *(f"{subject} a dcat:Dataset .\n" for subject in subjects),
            between,
            *(f'{subject} dct:title "Jeu {n}"@{tag[n]} .\n' for n, subject in enumerate(subjects)),
            between,
            *(f'{subject} dct:description "Les arbres {n}"@fr .\n' for n, subject in enumerate(subjects)),
            between,
        )
    ).encode()


@pytest.fixture(scope="module")
def body() -> bytes:
    made = catalogue()
    assert len(made) > spool.IN_MEMORY
    return made


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        yield made


@pytest.fixture
def spools(tmp_path: Path) -> Path:
    """Where the harvesting process puts files."""
    folder = tmp_path / "spools"
    folder.mkdir()
    return folder


def harvested(
    source: Source, fleet: Fleet, spools: Path, limits: Limits = LIMITS, portal: Portal | None = None
) -> tuple[Report, Archive]:
    portal = portal or replace(PORTAL, url=source.url, endpoint=f"{source.url}/catalog.ttl")
    url = f"sqlite:///{spools.parent / 'a.db'}"
    job = Job(portal, url, "Aiguillage-tests", allowed_hosts=(source.host,), limits=limits, scratch=str(spools))
    (event,) = fleet.harvest([job])
    archive = Archive(url)
    assert event.report is not None, event
    return archive.report(event.report["run"]), archive


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": lambda data: gzip.compress(data, 1),
    "br": lambda data: brotli.compress(data, quality=1),
}


@pytest.mark.parametrize("encoding", PACKERS)
def test_a_large_document_is_read_as_a_small_one(
    source: Source, fleet: Fleet, body: bytes, encoding: str, spools: Path
) -> None:
    headers = {"content-type": "text/turtle"} | ({"content-encoding": encoding} if encoding else {})
    source.serve("/catalog.ttl", Answer(PACKERS[encoding](body), headers=headers))
    report, archive = harvested(source, fleet, spools)
    try:
        assert (report.status, report.counts.accepted) == ("ok", COUNT)
        assert [(found.rule, found.count) for found in report.findings if found.rule.startswith("lang")] == [
            ("language-tag-invalid", 1)
        ]
        (page,) = archive.pages(report.run or 0)
        assert b"".join(archive.body_parts("p", page.kept)) == body
        said = {(one.dataset.title[0].value, one.dataset.description[0].value) for one in archive.records("p")}
        assert said == {(f"Jeu {n}", f"Les arbres {n}") for n in range(COUNT)}
    finally:
        archive.close()
    assert list(spools.iterdir()) == []


def data_json() -> bytes:
    """One of its texts has a raw line break, and a comma is too many."""
    rows = [
        json.dumps({"identifier": f"jeu-{n}", "title": f"Jeu {n}", "description": "Deux mots"}) for n in range(COUNT)
    ]
    rows[COUNT // 2] = rows[COUNT // 2].replace("Deux mots", "Deux\nmots", 1)
    return f'{{"hasPart": {json.dumps([ROW] * ROWS * 3)}, "dataset": [{", ".join(rows)},]}}'.encode()


def test_a_large_json_document_is_read_record_by_record(source: Source, fleet: Fleet, spools: Path) -> None:
    body = data_json()
    assert len(body) > spool.IN_MEMORY
    source.serve("/data.json", Answer(gzip.compress(body, 1), headers={"content-encoding": "gzip"}))
    portal = replace(PORTAL, protocol=Protocol.DATA_JSON, url=source.url, endpoint=f"{source.url}/data.json")
    report, archive = harvested(source, fleet, spools, portal=portal)
    try:
        assert (report.status, report.complete, report.counts.accepted) == ("ok", True, COUNT)
        assert [found.count for found in report.findings if found.rule == "page-syntax-repaired"] == [1]
        assert {record.source_key for record in archive.records("p")} == {f"jeu-{n}" for n in range(COUNT)}
        (page,) = archive.pages(report.run or 0)
        assert b"".join(archive.body_parts("p", page.kept)) == body
    finally:
        archive.close()
    assert list(spools.iterdir()) == []


def test_a_large_document_beyond_the_limit_is_given_up(source: Source, fleet: Fleet, body: bytes, spools: Path) -> None:
    source.serve("/catalog.ttl", Answer(gzip.compress(body, 1), headers={"content-encoding": "gzip"}))
    report, archive = harvested(source, fleet, spools, Limits(body=12 * MIB))
    archive.close()
    assert report.status == "failed"
    assert "limit-exceeded" in {found.rule for found in report.findings}
    assert list(spools.iterdir()) == []
