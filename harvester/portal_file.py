"""What a portal file may hold (design §3), and what is said of a mistake in it: the file, the field, what is
allowed."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from dcat.authority import table
from dcat.portal import Expectation, Level, Notify, Occasion, Politeness, Portal, Protocol
from dcat.territory import gazetteer
from harvester.runs.cron import cron_trigger
from harvester.software import search_url

LOADER: type[yaml.SafeLoader] | type[yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it: a sixth of the time."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?")


def _refuse(rule: str, **values: object) -> PydanticCustomError:
    """A mistake of ours: a name in ``portal_mistakes.csv``."""
    return PydanticCustomError(rule, "{value}", values)


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value):
        raise _refuse("kebab", value=value)
    return value


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or " " in value:
        raise _refuse("address", value=value)
    return value.rstrip("/")


def _search_page(value: str) -> str:
    if "{query}" not in value:
        raise _refuse("query", value=value)
    _address(value)
    return value


def _territory(value: str) -> str:
    found = gazetteer().get(value)
    if found is None:
        raise _refuse("territory", value=value)
    return found.code


def _theme(value: str) -> str:
    if value not in table("data-theme"):
        raise _refuse("theme", value=value, allowed=", ".join(sorted(table("data-theme"))))
    return value


def _host(value: str) -> str:
    host = value.casefold()
    if not _HOST.fullmatch(host):
        raise _refuse("host", value=value)
    return host


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise _refuse("email", value=value)
    return value


def _cron(value: str) -> str:
    try:
        cron_trigger(value)
    except ValueError as error:
        raise _refuse("cron", value=value) from error
    return value


EMAIL = re.compile(r"[^\s@<>\",;:]+@[^\s@<>\",;:]+\.[^\s@<>\",;:.]+")
"""An address that can be written to: what else it may hold (RFC 5322) nobody uses for notifications."""

Email = Annotated[str, AfterValidator(_email)]
Address = Annotated[str, AfterValidator(_address)]
Territory = Annotated[str, AfterValidator(_territory)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


PAGE_BY_PAGE = 1.0
"""Seconds between two requests where a portal is read page by page, unless its file says otherwise."""


class _Politeness(_Strict):
    delay: Annotated[float, Field(ge=0, le=60)] | None = None
    concurrency: Annotated[int, Field(ge=1, le=16)] = Politeness().concurrency
    daily: Annotated[int, Field(ge=1)] | None = None


class _Range(_Strict):
    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None


class _Expect(_Strict):
    datasets: _Range = _Range()


class _Notify(_Strict):
    email: list[Email] = []
    webhook: list[Address] = []
    on: list[Annotated[Occasion, Field(strict=False)]] = list(Occasion)

    @model_validator(mode="before")
    @classmethod
    def _on_is_a_name(cls, fields: Any) -> Any:
        """YAML 1.1 reads an unquoted ``on`` as true."""
        return (
            {"on" if key is True else key: value for key, value in fields.items()}
            if isinstance(fields, dict)
            else fields
        )

    def notify(self) -> Notify:
        return Notify(tuple(self.email), tuple(self.webhook), tuple(self.on))


class PortalFile(_Strict):
    """The fields in the order of the documentation; the defaults are ``dcat.portal.Portal``'s unless said otherwise
    here."""

    id: Annotated[str, AfterValidator(_identifier)]
    title: Annotated[str, Field(min_length=1)]
    level: Annotated[Level, Field(strict=False)]
    territories: Annotated[list[Territory], Field(min_length=1)]
    url: Address
    protocol: Annotated[Protocol, Field(strict=False)] = Protocol.UNKNOWN
    endpoint: Address | None = None
    software: str = ""
    search_url: Annotated[str, AfterValidator(_search_page)] | None = None
    mutualised: bool | None = None
    publishers: dict[str, Territory] = {}
    themes: dict[str, Annotated[str, AfterValidator(_theme)]] = {}
    hosts: list[Annotated[str, AfterValidator(_host)]] = []
    exclude: list[str] = []
    verified: bool = False
    enabled: bool = True
    sample: bool = False
    authority: bool = True
    schedule: Annotated[str, AfterValidator(_cron)] = "0 3 * * *"
    politeness: _Politeness = _Politeness()
    expect: _Expect = _Expect()
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")] = "fr"
    atom: list[Address] = []
    notify: _Notify = _Notify()

    def portal(self) -> Portal:
        """With every default resolved: an EPCI's portal is mutualised unless the file says no, the search page
        follows from the software unless the file gives one."""
        return Portal(
            id=self.id,
            title=self.title,
            level=self.level,
            territories=tuple(self.territories),
            url=self.url,
            protocol=self.protocol,
            endpoint=self.endpoint or "",
            software=self.software,
            search_url=self.search_url or search_url(self.software, self.url),
            mutualised=self.level is Level.EPCI if self.mutualised is None else self.mutualised,
            publishers=self.publishers,
            themes=self.themes,
            hosts=tuple(self.hosts),
            exclude=tuple(self.exclude),
            verified=self.verified,
            enabled=self.enabled,
            sample=self.sample,
            authority=self.authority,
            schedule=self.schedule,
            politeness=Politeness(self._delay(), self.politeness.concurrency, self.politeness.daily),
            expect=Expectation(self.expect.datasets.min, self.expect.datasets.max),
            language=self.language,
            atom=tuple(self.atom),
            notify=self.notify.notify(),
        )

    def _delay(self) -> float:
        if self.politeness.delay is not None:
            return self.politeness.delay
        return PAGE_BY_PAGE if self.protocol is Protocol.SCHEMA_ORG else Politeness().delay


Sentence = tuple[str, str]
"""The same in French and in English."""


class WrongFile(Exception):
    """The mistakes of one file, each as a sentence."""

    def __init__(self, problems: list[Sentence]) -> None:
        super().__init__("\n".join(english for _, english in problems))
        self.problems = problems


class Entry(NamedTuple):
    """One portal file read: its portal, or only the id that it disables."""

    id: str
    portal: Portal | None


def read_portal(text: str, where: str) -> Entry:
    """Raises ``WrongFile``. A file that says no more than ``id`` and ``enabled: false`` disables that portal."""
    lines, data = _load(text, where)
    if set(data) == {"id", "enabled"} and data["enabled"] is False and isinstance(data["id"], str):
        return Entry(data["id"], None)
    try:
        portal = PortalFile.model_validate(data).portal()
    except ValidationError as error:
        raise WrongFile([_sentence(detail, where, lines) for detail in error.errors()]) from error
    return Entry(portal.id, portal if portal.enabled else None)


def _load(text: str, where: str) -> tuple[dict[str, int], dict[str, Any]]:
    """The line of each field, and the fields."""
    loader = LOADER(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        if mark is None or mark.line >= len(text.splitlines()):  # noticed at the end: where it begins says more
            mark = error.context_mark
        line = mark.line + 1 if mark else 1
        raise WrongFile([sentence(f"{where}:{line}", "yaml", problem=error.problem or error.context)]) from error
    except yaml.YAMLError as error:
        raise WrongFile([sentence(where, "yaml", problem=error)]) from error
    finally:
        loader.dispose()
    if not isinstance(node, yaml.MappingNode) or not isinstance(data, dict):
        raise WrongFile([sentence(where, "mapping")])
    lines: dict[str, int] = {}
    for key, _ in node.value:
        if key.value in lines:
            raise WrongFile([sentence(f"{where}:{key.start_mark.line + 1}", "twice", field=key.value)])
        lines[key.value] = key.start_mark.line + 1
    return lines, data


def _sentence(detail: ErrorDetails, where: str, lines: dict[str, int]) -> Sentence:
    path = [str(part) for part in detail["loc"]]
    field = ".".join(path)
    place = f"{where}:{lines[path[0]]}" if path and path[0] in lines else where
    values = {"value": detail["input"], "fields": ", ".join(PortalFile.model_fields), **detail.get("ctx", {})}
    if "expected" in values:  # pydantic writes: 'a', 'b' or 'c'
        values["expected"] = values["expected"].replace(" or ", ", ").replace("'", "")
    rule = detail["type"] if detail["type"] in _sentences() else "other"
    return sentence(place, rule, **{**values, "field": field, "message": detail["msg"]})


def sentence(place: str, rule: str, **values: object) -> Sentence:
    """One mistake: where, and what is allowed there."""
    french, english = _sentences()[rule]
    return f"{place} : {french.format(**values)}", f"{place}: {english.format(**values)}"


@cache
def _sentences() -> Mapping[str, Sentence]:
    """``harvester/tables/portal_mistakes.csv``; the names are pydantic's types of error, and those of ``_refuse``."""
    text = files("harvester").joinpath("tables", "portal_mistakes.csv").read_text(encoding="utf-8")
    return {row["mistake"]: (row["fr"], row["en"]) for row in csv.DictReader(text.splitlines())}
