"""Anyone's catalogue, validated: a file or an address → findings by rule, with counts and examples."""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from msgspec import Struct

from api.checks.shacl import ShaclResult, Shapes
from api.errors import BadRequest
from api.settings import Settings
from dcat.findings import Finding, Severity, finding, rule_of
from dcat.normalise import normalise
from dcat.portal import Level, Portal, Protocol
from dcat.quality import Mean, QualityCounts, score
from dcat.rdf.statements import statements
from dcat.validate import is_violation, specifications, validate
from harvester.parsers import dcat
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage
from harvester.recognition import Visitor
from harvester.recognition.visits import NoAnswer

MAX_BYTES = 64 << 20
"""Bytes of one page that comes over the network."""

EXAMPLES = 5
SHACL_RESULTS = 1000


class RuleFound(Struct, frozen=True):
    """How often a rule was met, with a few examples, in the reader's language. ``obligation`` and ``source`` are ``""``
    where the rule is about reading, and no specification's."""

    rule: str
    severity: Severity
    obligation: str
    count: int
    violation: bool
    label: str
    remedy: str
    source: str
    url: str
    examples: tuple[Finding, ...]


class Validation(Struct, frozen=True):
    """``more``: the address of the next page, where the limit of pages left it unread."""

    source: str
    pages: int
    datasets: int
    violations: int
    more: str
    findings: tuple[RuleFound, ...]
    quality: Mean
    shacl: tuple[ShaclResult, ...] | None

    @property
    def valid(self) -> bool:
        """Nothing mandatory is broken, by our rules nor by the shapes."""
        return not self.violations and not any("violation" in one.severity.lower() for one in self.shacl or ())


class _Tally:
    """What was found so far: memory grows with the rules, not with the catalogue."""

    def __init__(self, shapes: Shapes | None) -> None:
        self.shapes = shapes
        self.counts: Counter[str] = Counter()
        self.examples: dict[str, list[Finding]] = {}
        self.shacl: list[ShaclResult] = []
        self.pages = self.datasets = 0
        self.more = ""
        self.quality = QualityCounts()

    def note(self, findings: Iterable[Finding]) -> None:
        for found in findings:
            self.counts[found.rule] += 1
            kept = self.examples.setdefault(found.rule, [])
            if len(kept) < EXAMPLES:
                kept.append(found)

    def page(self, fetched: Fetched, portal: Portal) -> str:
        """Read one page; gives the address of the next, ``""`` where there is none."""
        self.pages += 1
        try:
            parsed = dcat.parse(fetched, portal)
            self.note(parsed.findings)
            self._records(parsed, portal)
        except UnreadablePage as error:
            self.note(error.findings)
            return ""
        if self.shapes is not None:
            held = fetched.held()
            graph = statements(held.body, url=held.url, content_type=held.headers.get("content-type", ""))
            self.shacl.extend(self.shapes.results(graph))
        return parsed.next

    def _records(self, parsed: ParsedPage, portal: Portal) -> None:
        for one in parsed.records:
            self.datasets += 1
            self.note(one.findings)
            if one.record is not None:
                record, found = normalise(one.record, portal)
                self.note(found)
                self.note(validate(record))
                self.quality.add(score(record.dataset))


def validated(
    source: str, settings: Settings, language: str, *, pages: int, shapes: Shapes | None = None
) -> Validation:
    """Read a catalogue of at most ``pages`` pages. Raises ``BadRequest`` where nothing can be had of it."""
    tally = _Tally(shapes)
    portal = _portal(source)
    if urlsplit(source).scheme in ("http", "https"):
        _read_address(source, settings, portal, tally, pages)
    else:
        with _copied(Path(source)) as fetched:
            tally.page(fetched, portal)
    return _validation(source, tally, language, settings.public_url.rstrip("/"))


def _portal(source: str) -> Portal:
    return Portal("validated", source, Level.NATIONAL, ("national",), source, protocol=Protocol.DCAT)


@contextmanager
def _copied(path: Path) -> Iterator[Fetched]:
    """Repaired copies of a large document are written beside it: never beside somebody's own file."""
    if not path.is_file():
        raise BadRequest(f"{path} : ce fichier n'existe pas", f"{path}: there is no such file")
    with TemporaryDirectory(prefix="aiguillage-") as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        yield Fetched(path.resolve().as_uri(), b"", file=str(copy))


def _read_address(source: str, settings: Settings, portal: Portal, tally: _Tally, pages: int) -> None:
    """The page and those that follow it, once each, with the limits and checks of harvests."""
    with Visitor.opened(
        settings.agent, allow_private=settings.allow_private_hosts, max_bytes=MAX_BYTES, most=2 * pages + 2
    ) as visitor:
        following, seen = source, set[str]()
        while following and following not in seen and tally.pages < pages:
            seen.add(following)
            try:
                answer = _answer(visitor, following)
            except BadRequest as error:
                if not tally.pages:
                    raise
                tally.note([finding("page-unreachable", place=following, value=error.en)])
                break
            following = tally.page(answer, portal)
    tally.more = "" if following in seen else following


def _answer(visitor: Visitor, url: str) -> Fetched:
    try:
        answer = visitor.ask(url)
    except NoAnswer as error:
        raise BadRequest(f"{url} : rien n'a pu être lu ({error})", f"{url}: nothing could be read ({error})") from error
    if answer.status != 200:
        raise BadRequest(f"{url} : le serveur répond {answer.status}", f"{url}: the server answers {answer.status}")
    return answer


def _validation(source: str, tally: _Tally, language: str, base: str) -> Validation:
    found = [_rule_found(code, count, tally, language, base) for code, count in tally.counts.items()]
    found.sort(key=lambda one: (not one.violation, list(Severity).index(one.severity), -one.count, one.rule))
    return Validation(
        source=source,
        pages=tally.pages,
        datasets=tally.datasets,
        violations=sum(one.count for one in found if one.violation),
        more=tally.more,
        findings=tuple(found),
        quality=tally.quality.mean(),
        shacl=None if tally.shapes is None else tuple(tally.shacl[:SHACL_RESULTS]),
    )


def _rule_found(code: str, count: int, tally: _Tally, language: str, base: str) -> RuleFound:
    """What was lost in reading is a violation too: nobody else could read it either."""
    rule, asked = rule_of(code), specifications().get(code)
    return RuleFound(
        rule=code,
        severity=rule.severity,
        obligation=asked.obligation if asked else "",
        count=count,
        violation=is_violation(code) or rule.severity is Severity.ERROR,
        label=rule.label(language),
        remedy=rule.remedy(language),
        source=asked.source if asked else "",
        url=f"{base}/rules/{code}",
        examples=tuple(tally.examples[code]),
    )
