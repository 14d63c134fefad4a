"""Answers made by hand, for what real documents do not show."""

import json
from typing import Any

from dcat.model import Record
from dcat.portal import Level, Portal, Protocol
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord

URL = "https://data.exemple.fr/api"
PORTAL = Portal(
    id="exemple",
    title="Exemple",
    level=Level.COMMUNE,
    territories=("commune:35238",),
    url="https://data.exemple.fr/",
    hosts=("exemple.opendatasoft.com",),
)


def answer(content: Any, **headers: str) -> Fetched:
    """An answer that holds such JSON, or such bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Fetched(url=URL, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def page_of(protocol: Protocol, content: Any) -> tuple[ParsedPage, list[ParsedRecord]]:
    """The page, and its records read."""
    page = PARSERS[protocol](answer(content), PORTAL)
    return page, list(page.records)


def record_of(protocol: Protocol, content: Any) -> Record:
    """The only record of an answer."""
    (parsed,) = page_of(protocol, content)[1]
    assert parsed.record is not None, parsed.findings
    return parsed.record


def rules_of(parsed: ParsedRecord) -> list[str]:
    """The rules of a record's findings."""
    return [found.rule for found in parsed.findings]
