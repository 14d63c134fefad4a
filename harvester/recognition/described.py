"""A recognition as a portal file, complete and valid, with what a person must look at in its comments."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from textwrap import wrap
from typing import Any
from urllib.parse import urlsplit

import yaml

from dcat.portal import Level, Portal, Protocol
from dcat.territory import NATIONAL, gazetteer
from harvester.parsers.hosts import host_of, own_hosts
from harvester.recognition.recogniser import Recognition
from harvester.recognition.whose import GENERIC, Guess, guess_territory
from harvester.registry import SPOKEN, Registry
from harvester.software import search_paths

WIDTH = 120


def portal_text(found: Recognition, registry: Registry, language: str = "fr") -> str:
    """The file, comments first. It reads back as a portal, whatever was found."""
    guess = guess_territory(found.title, found.url)
    comments = _comments(found, guess, registry, language)
    lines = [f"# {line}" for comment in comments for line in wrap(comment, WIDTH - 2)]
    fields = _fields(found, guess, registry)
    return "\n".join((*lines, yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=WIDTH)))


def _fields(found: Recognition, guess: Guess | None, registry: Registry) -> dict[str, Any]:
    """In the order of the documentation; what is not known is left out."""
    fields = {
        "id": portal_id(found.url, registry),
        "title": found.title or host_of(found.url),
        "level": str(guess.level if guess else Level.NATIONAL),
        "territories": [guess.code if guess else NATIONAL],
        "url": found.url,
        "protocol": str(found.protocol),
        "endpoint": found.endpoint,
        "software": found.software,
        "search_url": search_page(found),
        "hosts": _hosts(found),
    }
    return {name: value for name, value in fields.items() if value} | {"verified": False}


def search_page(found: Recognition) -> str:
    """The search page of the software where it was found; ``""`` where the table does not have it."""
    path = search_paths().get(found.software.casefold(), "")
    before, catalogue, _ = found.endpoint.partition("/srv/")
    if not path:
        return ""
    return before + path.removeprefix("/geonetwork") if catalogue and "/srv/" in path else found.url + path


def portal_id(url: str, registry: Registry) -> str:
    """``https://data.rennesmetropole.fr`` → ``rennesmetropole``; a number follows where the name is taken."""
    host = (urlsplit(url).hostname or "portal").lower()
    labels = re.findall(r"[a-z0-9]+", host)
    name = "-".join(label for label in labels if label not in GENERIC) or "-".join(labels) or "portal"
    taken = registry.portals
    return next(one for one in (name, *(f"{name}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)


def _hosts(found: Recognition) -> list[str]:
    """The host that was asked for, and that of the endpoint, where they are others."""
    here = host_of(found.url)
    others = dict.fromkeys((host_of(found.given), host_of(found.endpoint)))
    return [host for host in others if host and host != here]


def _comments(found: Recognition, guess: Guess | None, registry: Registry, language: str) -> Iterator[str]:
    for name, values in _remarks(found, guess, registry):
        yield sentence(name, language, **values)


def _remarks(found: Recognition, guess: Guess | None, registry: Registry) -> Iterator[tuple[str, Mapping[str, object]]]:
    yield _what(found), {"software": found.software, "endpoint": found.endpoint, "datasets": found.datasets}
    if found.protocol not in (*SPOKEN, Protocol.UNKNOWN):
        yield "not-spoken", {"protocol": found.protocol}
    for portal in _known(found, registry):
        yield "known", {"portal": portal.id}
    if host_of(found.given) != host_of(found.url):
        yield "moved", {"given": found.given, "url": found.url}
    if guess is None:
        yield "territory-unknown", {}
    else:
        place = gazetteer().get(guess.code)
        name = place.name if place else guess.code
        yield "territory-read" if guess.sure else "territory-doubtful", {"words": guess.words, "name": name}
    if not search_page(found):
        yield "search-unknown", {}


def _what(found: Recognition) -> str:
    if not found.endpoint:
        return "recognised-silent"
    return "recognised-uncounted" if found.datasets is None else "recognised"


def _known(found: Recognition, registry: Registry) -> Iterable[Portal]:
    hosts = {host_of(found.url), host_of(found.endpoint)} - {""}
    return [portal for portal in registry if hosts & own_hosts(portal)]


def sentence(name: str, language: str, /, **values: object) -> str:
    """A sentence of ``harvester/tables/recognition.csv``."""
    french, english = _sentences()[name]
    return (english if language == "en" else french).format(**values)


@cache
def _sentences() -> Mapping[str, tuple[str, str]]:
    text = files("harvester").joinpath("tables", "recognition.csv").read_text(encoding="utf-8")
    return {row["sentence"]: (row["fr"], row["en"]) for row in csv.DictReader(text.splitlines())}
