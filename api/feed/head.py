"""Our catalogue and the portals that it is made from, credited as Licence Ouverte asks: who, where, when."""

from datetime import UTC, datetime

from api.messages import Language, say
from api.services import Services
from dcat.model import Text, Texts
from dcat.portal import Portal
from dcat.publish.catalogue import Head, SourceCatalogue, head_lines, licence_iri
from harvester.archive import LastRuns, Run

LANGUAGES: tuple[Language, ...] = ("fr", "en")


def base_of(services: Services) -> str:
    """What every IRI of the feed begins with."""
    return services.public_url


def head_of(services: Services) -> Head:
    """Without ``modified``, which a page knows."""
    last = services.archive.last_runs() if services.harvested else {}
    portals = services.portals
    sources = tuple(_source(portals[name], last[name]) for name in sorted(last) if name in portals)
    return Head(base_of(services), _texts("feed_title"), _texts("feed_description"), "", sources)


def head_text(services: Services) -> str:
    """N-Triples, by which a snapshot knows whether the head changed."""
    return "\n".join(head_lines(head_of(services))) + "\n"


def _source(portal: Portal, last: LastRuns) -> SourceCatalogue:
    run = last.successful or last.attempted
    licence = licence_iri(run.licence)
    return SourceCatalogue(portal.id, portal.title, portal.url, moment(run.finished), licence, _said(portal, run))


def _said(portal: Portal, run: Run) -> Texts:
    """How many records came of how many, and whether nothing was lost on the way."""
    key = "feed_source_complete" if run.complete else "feed_source_partial"
    told = {"portal": portal.title, "url": portal.url, "day": moment(run.finished)[:10] or "?"}
    return tuple(Text(say(language, key, records=_count(run, language), **told), language) for language in LANGUAGES)


def _count(run: Run, language: Language) -> str:
    accepted, declared = run.counts.accepted, run.counts.declared
    if declared is None:
        return say(language, "feed_source_records", accepted=accepted)
    return say(language, "feed_source_records_of", accepted=accepted, declared=declared)


def _texts(key: str, **values: object) -> Texts:
    return tuple(Text(say(language, key, **values), language) for language in LANGUAGES)


def moment(when: datetime | None) -> str:
    """UTC, to the second; ``""`` for None."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else ""
