"""The state of an installation: what ``/health/ready`` and ``doctor`` tell."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from msgspec import Struct

from api.answers.portals import next_runs
from api.keeper.indexing import behind
from api.keeper.lock import held, keeper_lock
from api.messages import Language, say
from api.problem_table import problem_of
from api.services import Services
from api.settings import Settings
from dcat.namespaces import compact
from harvester.crawling.schedule import waiting
from harvester.runs.clock import on_the_clock

LOW_DISK_GB = 1.0
NEXT_SHOWN = 3


class Readiness(Struct, frozen=True):
    """``checks``: store → ``ok`` or what is wrong."""

    ready: bool
    checks: dict[str, str]


def readiness(services: Services) -> Readiness:
    """Whether archive and index answer; an empty installation is ready."""
    if not services.harvested:
        return Readiness(True, {"archive": "empty", "index": "empty"})
    checks = {
        "archive": _tried(services.archive.last_change),
        "index": _tried(services.catalogue.count),
    }
    ready = all(outcome == "ok" for outcome in checks.values())
    if ready and (count := behind(services)):
        checks["index"] = f"{count} changes behind"
    return Readiness(ready, checks)


def _tried(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        return problem.en
    return "ok"


class Check(Struct, frozen=True):
    """One line of ``doctor``: ``level`` is ok, warning or error."""

    name: str
    level: str
    detail: str


def examine(services: Services, language: Language) -> Iterator[Check]:
    """Everything that can be wrong with an installation, one check after the other; none stops the next."""
    yield from _settings(services.settings, language)
    for name, check in (
        ("portals", _portals),
        ("archive", _archive),
        ("index", _index),
        ("agreement", _agreement),
        ("feed", _feed),
        ("clock", _clock),
        ("keeper", _keeper),
        ("schedule", _schedule),
        ("disk", _disk),
        ("notify", _notify),
    ):
        title = say(language, f"doctor_{name}")
        try:
            level, detail = check(services, language)
        except Exception as error:
            problem = problem_of(error)
            if problem is None:
                raise
            level, detail = "error", problem.text(language)
        yield Check(title, level, detail)


def _settings(settings: Settings, language: Language) -> Iterator[Check]:
    title = say(language, "doctor_settings")
    known = {f"AIGUILLAGE_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(name for name in os.environ if name.startswith("AIGUILLAGE_") and name not in known):
        yield Check(title, "warning", say(language, "doctor_unknown_setting", name=name))
    if settings.contact_email:
        yield Check(title, "ok", settings.agent)
    else:
        yield Check(title, "warning", say(language, "doctor_no_contact"))


def _portals(services: Services, language: Language) -> tuple[str, str]:
    registry = services.registry
    return "ok", say(language, "doctor_portals_ok", count=len(registry), harvestable=len(registry.harvestable()))


def _archive(services: Services, language: Language) -> tuple[str, str]:
    if not services.harvested:
        return "warning", say(language, "empty_archive")
    counts = services.archive.counts_by_portal()
    url = services.archive.engine.url.render_as_string(hide_password=True)
    return "ok", say(language, "doctor_archive_ok", records=sum(counts.values()), portals=len(counts), url=url)


def _index(services: Services, language: Language) -> tuple[str, str]:
    health = services.backend.health()
    if not health.ok:
        return "error", health.detail_en if language == "en" else health.detail_fr
    return "ok", say(language, "doctor_index_ok", datasets=services.backend.count(), engine=health.engine)


def _agreement(services: Services, language: Language) -> tuple[str, str]:
    if not services.harvested:
        return "ok", say(language, "doctor_agreement_ok", change=0)
    if count := behind(services):
        return "warning", say(language, "doctor_agreement_behind", behind=count)
    check = services.catalogue.check()
    if check.indexed != check.clusters:
        return "error", say(language, "doctor_counts_differ", index=check.indexed, clusters=check.clusters)
    return "ok", say(language, "doctor_agreement_ok", change=services.archive.last_change())


def _feed(services: Services, language: Language) -> tuple[str, str]:
    """What stays out of the merged feed, by the property that it lacks."""
    lacking = services.published.withheld_counts() if services.harvested else {}
    if not lacking:
        return "ok", say(language, "doctor_feed_whole")
    shown = ", ".join(f"{compact(name)} {count}" for name, count in sorted(lacking.items()))
    return "warning", say(language, "doctor_feed_withheld", count=sum(lacking.values()), lacking=shown)


def _clock(services: Services, language: Language) -> tuple[str, str]:
    now = datetime.now(UTC)
    last = services.archive.runs(limit=1) if services.harvested else []
    if last and last[0].started > now:
        return "error", say(language, "doctor_clock_wrong", now=on_the_clock(now), last=on_the_clock(last[0].started))
    return "ok", say(language, "doctor_clock_ok", now=on_the_clock(now))


def _keeper(services: Services, language: Language) -> tuple[str, str]:
    if not services.harvested:
        return "ok", say(language, "doctor_keeper_free")
    with held(keeper_lock(services.settings.data_dir, services.archive.engine)) as free:
        return "ok", say(language, "doctor_keeper_free" if free else "doctor_keeper_held")


def _schedule(services: Services, language: Language) -> tuple[str, str]:
    """The next harvests, and the portals that wait for something."""
    now = datetime.now(UTC)
    due = next_runs(services, services.registry, now)
    until = waiting(services.archive, now) if services.harvested else {}
    soonest = sorted(due, key=lambda portal: (due[portal], portal))[:NEXT_SHOWN]
    detail = ", ".join(f"{portal} {on_the_clock(due[portal])}" for portal in soonest)
    if until:
        portals = ", ".join(f"{portal} ({on_the_clock(moment)})" for portal, moment in sorted(until.items()))
        return "warning", say(language, "doctor_schedule_waiting", due=detail, portals=portals)
    return "ok", say(language, "doctor_schedule_ok", due=detail or "–")


def _disk(services: Services, language: Language) -> tuple[str, str]:
    folder = services.settings.data_dir.absolute()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free / 1e9
    if free < LOW_DISK_GB:
        return "error", say(language, "doctor_disk_low", free=f"{free:.1f}", folder=folder)
    return "ok", say(language, "doctor_disk_ok", free=f"{free:.0f}")


def _notify(services: Services, language: Language) -> tuple[str, str]:
    settings = services.settings
    portals = [portal.notify for portal in services.registry]
    emails = {*settings.addresses(settings.notify_email), *(one for told in portals for one in told.email)}
    webhooks = {*settings.addresses(settings.notify_webhook), *(one for told in portals for one in told.webhook)}
    if emails and not settings.smtp_url:
        return "warning", say(language, "doctor_notify_no_relay", emails=len(emails))
    if not emails and not webhooks:
        return "ok", say(language, "doctor_notify_none")
    return "ok", say(language, "doctor_notify_ok", emails=len(emails), webhooks=len(webhooks))
