"""Pages by which a firewall refuses an agent, or wants to see a person: ``tables/firewalls.csv``.

Words that stand ``alone`` are on such pages only; the others say whose page it is where the status says that it is one.
"""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

SEARCHED = 64 * 1024
"""Bytes of a page that are looked at; a page of data is larger, and holds no such words at its beginning."""
NO_DATA = b"application/ld+json"
"""A page that carries data for machines refuses none."""


class Firewall(Struct, frozen=True):
    """A row of the table; ``words`` in lower case, as bytes."""

    product: str
    place: str
    words: bytes
    alone: bool


def challenge(body: bytes, headers: Mapping[str, str]) -> str | None:
    """The firewall whose page this is, whatever its status says; ``""`` where it does not tell its name, None where it
    is no such page. Header names in lower case."""
    found = [row for row in _met(body, headers) if row.alone]
    return next((row.product for row in found if row.product), "" if found else None)


def product(body: bytes, headers: Mapping[str, str]) -> str:
    """Whose page a refusal is, ``""`` where nothing tells."""
    return next((row.product for row in _met(body, headers) if row.product), "")


def _met(body: bytes, headers: Mapping[str, str]) -> Iterator[Firewall]:
    page = body[:SEARCHED].lower()
    html = page.lstrip().startswith((b"<!doctype html", b"<html", b"<head")) and NO_DATA not in page
    head = "\n".join(f"{name}: {value}" for name, value in headers.items()).lower().encode()
    for row in firewalls():
        if row.words in head if row.place == "header" else html and row.words in page:
            yield row


@cache
def firewalls() -> tuple[Firewall, ...]:
    """The table, in its order: the surer words first."""
    text = files("harvester").joinpath("tables", "firewalls.csv").read_text(encoding="utf-8")
    return tuple(
        Firewall(row["product"], row["place"], row["words"].lower().encode(), row["alone"] == "yes")
        for row in csv.DictReader(text.splitlines())
    )
