"""Documents broken at random, for as long as there is time: no parser raises, hangs, or makes what cannot be written.

``FUZZ_SECONDS`` is the time for all protocols together, ``FUZZ_SEED`` the beginning of chance, ``FUZZ_DIR`` where a
body that shows a fault is left. A longer run, on another seed:

    FUZZ_SECONDS=600 FUZZ_SEED=$RANDOM pytest -m fuzz
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from dcat.portal import Protocol
from harvester.parsers import PARSERS
from tests.harvester.fuzz.corpus import Seed, seeds
from tests.harvester.fuzz.minimise import minimised
from tests.harvester.fuzz.mutations import BYTES, Mutation, change_json, change_xml, mutate
from tests.harvester.fuzz.trial import Fault, fault_of

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
SEED = os.environ.get("FUZZ_SEED", "1")
FOLDER = Path(os.environ.get("FUZZ_DIR", ".fuzz"))
FEWEST = 50
"""Trials of a protocol, however slow the machine is."""

CONTENT_TYPES = (
    "",
    "",
    "text/html",
    "application/json; charset=utf-16",
    "text/xml; charset=latin-1",
    "text/turtle;charset=x",
)


@pytest.mark.fuzz
@pytest.mark.parametrize("protocol", sorted(PARSERS))
def test_no_body_breaks_a_parser(protocol: Protocol, record_property: Callable[[str, object], None]) -> None:
    until = monotonic() + SECONDS / len(PARSERS)
    for number, (seed, body, content_type) in enumerate(_bodies(protocol)):
        if number >= FEWEST and monotonic() > until:
            record_property("trials", number)
            return
        fault = fault_of(protocol, seed.url, body, content_type)
        if fault:
            pytest.fail(_told(protocol, seed, number, fault, _left(protocol, seed, body, content_type, fault)))


def _bodies(protocol: Protocol) -> Iterator[tuple[Seed, bytes, str]]:
    """Without end; a trial depends on its number alone, so that it can be had again."""
    number = 0
    while True:
        chance = Random(f"{SEED}:{protocol}:{number}")
        seed = chance.choice(seeds(protocol))
        yield seed, mutate(seed.body, chance), chance.choice(CONTENT_TYPES)
        number += 1


def _left(protocol: Protocol, seed: Seed, body: bytes, content_type: str, fault: Fault) -> Path:
    """The smallest body that shows the fault, in a file."""

    def shows(shorter: bytes) -> bool:
        found = fault_of(protocol, seed.url, shorter, content_type)
        return found is not None and found.kind == fault.kind

    small = body if fault.kind == "slow" else minimised(body, shows)
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{protocol}-{hashlib.sha256(small).hexdigest()[:12]}{Path(seed.name).suffix}"
    file.write_bytes(small)
    return file


def _told(protocol: Protocol, seed: Seed, number: int, fault: Fault, file: Path) -> str:
    return f"{fault.kind}\n{protocol}, seed {SEED}, trial {number}, from {seed.name}; the body: {file}\n{fault.detail}"


# What a run has found, kept small: it stays repaired.
FOUND: tuple[tuple[Protocol, str, bytes], ...] = (
    (Protocol.OGC_RECORDS, "items", b'{"type": "FeatureCollection", "features": [], "links": true}'),
    (Protocol.OGC_RECORDS, "items", b'{"features": [], "links": [{"rel": "next", "href": "https://["}]}'),
    # Took two minutes: the last segment of an address was searched for from each of its characters.
    (Protocol.ODS, "a", b'[{"datasetid": "a", "attachments": [{"mimetype": "%s"}]}]' % (b"{a:" * 14_000)),
    # An address that is too long once its brackets are encoded left the second time only.
    (Protocol.CKAN, "a", b'{"id": "a", "title": "a", "url": "https://x.fr/%s", "resources": []}' % (b"[ " * 2_000)),
)


@pytest.mark.parametrize(("protocol", "name", "body"), FOUND)
def test_what_was_found_once_stays_repaired(protocol: Protocol, name: str, body: bytes) -> None:
    assert fault_of(protocol, f"https://data.exemple.fr/{name}", body) is None


# The fuzz itself.


@pytest.mark.parametrize(
    "mutation", [*dict.fromkeys(BYTES), change_json, change_xml], ids=lambda mutation: mutation.__name__
)
def test_a_mutation_changes_bytes_the_same_way_each_time(mutation: Mutation) -> None:
    bodies = [seed.body for protocol in PARSERS for seed in seeds(protocol)[:1]]
    made = [mutation(body, Random(number)) for number, body in enumerate(bodies * 5)]
    assert made == [mutation(body, Random(number)) for number, body in enumerate(bodies * 5)]
    assert any(one != body for one, body in zip(made, bodies * 5, strict=True))


def test_a_fault_is_found_and_made_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A parser that breaks on three letters."""

    def breaking(fetched: object, portal: object) -> None:
        del portal
        if b"xyz" in getattr(fetched, "body", b""):
            raise ZeroDivisionError("xyz")
        raise KeyError

    monkeypatch.setattr("tests.harvester.fuzz.trial.PARSERS", {Protocol.CKAN: breaking})
    body = b"a" * 1_000 + b"xyz" + b"b" * 3_000

    def kind(tried: bytes) -> str:
        fault = fault_of(Protocol.CKAN, "https://data.exemple.fr/a", tried)
        return fault.kind if fault else ""

    assert kind(body).startswith("ZeroDivisionError")
    assert minimised(body, lambda shorter: kind(shorter) == kind(body)) == b"xyz"
