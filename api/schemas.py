"""The shapes on the wire (design §5 and §6), for OpenAPI and for checking answers in tests.

Answers are encoded straight from the frozen structures of ``search`` and ``harvester``, which have these shapes.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["commune", "epci", "departement", "region", "national"]
AnswerType = Literal["single", "multi", "ambiguous", "national"]


class Wire(BaseModel):
    """Extended, never broken: a client must accept members that it does not know."""

    model_config = ConfigDict(extra="allow")


class TerritoryRead(Wire):
    """A place that was read in the question."""

    code: str = Field(examples=["commune:35238"])
    label: str = Field(examples=["Rennes"])
    level: Level
    matched: str = Field(examples=["rennes"])
    probability: float = Field(ge=0, le=1, examples=[0.98])


class CompetenceRead(Wire):
    """A competence that was read in the question."""

    id: str = Field(examples=["transports-urbains"])
    label: str
    probability: float = Field(ge=0, le=1)


class Reason(Wire):
    """One step of the explanation, machine-readable and in words."""

    step: str = Field(examples=["competence"])
    text: str


class Skipped(Wire):
    """A portal that was considered and set aside."""

    portal: str
    reason: str


class Route(Wire):
    """One portal to ask. ``datasets`` is null where the portal was never harvested: unknown, not empty."""

    portal: str = Field(examples=["rennes-metropole"])
    title: str
    level: Level
    territory: str = Field(examples=["epci:243500139"])
    url: str
    search_url: str
    confidence: float = Field(ge=0, le=1)
    datasets: int | None
    coverage: str = Field(examples=["known", "unknown"])
    reasons: list[Reason]
    skipped: list[Skipped]


class RoutingAnswer(Wire):
    """Where a question should go; territories, competences and routes come best first."""

    query: str
    language: str
    answer_type: AnswerType
    territories: list[TerritoryRead]
    competences: list[CompetenceRead]
    routes: list[Route]


class Publisher(Wire):
    name: str
    territory: str


class Copy(Wire):
    record: str
    portal: str
    url: str


class Marked(Wire):
    """Where the question's words stand: [first, last + 1] characters."""

    title: list[list[int]]
    description: list[list[int]]


class SearchResult(Wire):
    """One dataset: a cluster of records, shown by its elected copy."""

    id: str
    title: str
    description: str
    publisher: Publisher
    portal: str
    level: Level
    territory: str
    themes: list[str]
    licence: str
    access: str
    formats: list[str]
    modified: str
    archived: bool
    quality: float | None
    score: float
    why: list[Any]
    copies: list[Copy]
    url: str
    marked: Marked


class FacetValue(Wire):
    value: str
    label: str
    count: int
    selected: bool


class Group(Wire):
    """The first results of one level."""

    level: Level
    total: int
    results: list[SearchResult]


class Loosened(Wire):
    """How many datasets answer without one filter."""

    parameter: str
    values: list[str]
    total: int


class SearchAnswer(Wire):
    """Where to ask, and what is known here."""

    route: RoutingAnswer
    results: list[SearchResult]
    facets: dict[str, list[FacetValue]]
    total: int
    page: int
    page_size: int
    next: str | None
    suggestion: str | None = Field(description="the question as it was probably meant")
    relaxed: bool = Field(description="too few datasets have enough of the words: any of them will do")
    groups: list[Group] = Field(description="with `group=level`: each level that has results")
    loosened: list[Loosened] = Field(description="where nothing is found: the filters that hide something")


class RouteQuestion(BaseModel):
    """One question of a batch."""

    q: str = Field(max_length=10_000, examples=["horaires bus rennes"])
    territory: str = Field("", examples=["commune:35238"])
    theme: str = Field("", examples=["TRAN"])


class RouteBatch(BaseModel):
    """Up to 100 questions at once."""

    questions: list[RouteQuestion] = Field(min_length=1, max_length=100)
    lang: Literal["", "fr", "en"] = ""
    limit: int = Field(5, ge=1, le=50)


class RouteBatchAnswer(Wire):
    results: list[RoutingAnswer]


class ProblemBody(Wire):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str


class Quality(Wire):
    """By the European method (MQA): of one dataset, or the mean of several."""

    datasets: int
    points: float
    known: int = Field(description="the points that could be judged, of 405")
    rating: Literal["excellent", "good", "sufficient", "bad"] | None
    dimensions: dict[str, float] = Field(description="points by dimension")
    met: dict[str, float | None] = Field(description="indicator: the share that meets it, null where none was judged")


class PortalView(Wire):
    """A portal of the registry, and what its last harvest left here."""

    id: str
    title: str
    level: Level
    territories: list[str]
    url: str
    protocol: str
    verified: bool
    harvestable: bool
    records: int | None
    last_run: int | None
    last_status: str | None
    next_run: str | None
    quality: Quality | None
    withheld: dict[str, int] | None = Field(
        description="datasets that stay out of the merged feed, by the mandatory property that they lack"
    )


class Republisher(Wire):
    """Another portal that publishes datasets of this one too, and whose copy of them is shown."""

    portal: str
    shared: int
    shown_here: int
    shown_there: int


class Loop(Wire):
    """Portals, each of which harvests the next, and the last the first; ``example`` is one of the datasets."""

    portals: list[str]
    datasets: int
    example: str


class PortalDetail(PortalView):
    republishers: list[Republisher]
    loops: list[Loop]


class PublisherAnswer(Wire):
    """A publisher over all portals; `quality` is the mean of its records, `portals` the same by portal."""

    id: str
    name: str
    siren: str
    territory: str
    territory_label: str
    quality: Quality
    portals: dict[str, Quality]


class PortalList(Wire):
    results: list[PortalView]
    total: int
    page: int
    page_size: int
    next: str | None


class Counts(Wire):
    declared: int | None
    received: int
    accepted: int
    repaired: int
    rejected: int
    merged: int
    added: int
    updated: int
    unchanged: int
    deleted: int
    held: int


class FindingCount(Wire):
    rule: str
    severity: Literal["error", "warning", "info"]
    count: int


class FindingChange(Wire):
    """``count = same + new``, ``before = same + gone``: the same rule, record and place."""

    rule: str
    severity: Literal["error", "warning", "info"]
    count: int
    before: int
    new: int
    gone: int
    same: int


class Difference(Wire):
    """What changed since ``run``, the one before. Where it is not ``comparable``, one of the two did not read its whole
    source: what is gone may be unread rather than repaired."""

    run: int
    comparable: bool
    counts: dict[str, int] = Field(description="this run's counts less those of the run before")
    records: dict[str, int] = Field(description="added, updated, deleted, back → how many records")
    findings: list[FindingChange]


class RunReport(Wire):
    """The report of one run. ``difference`` is null in lists, and where there is no run before."""

    run: int
    portal: str
    status: Literal["running", "ok", "partial", "failed", "blocked", "held"]
    complete: bool
    mode: str
    started: str
    finished: str | None
    counts: Counts
    findings: list[FindingCount]
    previous: int | None
    difference: Difference | None = None
    gap: int | None


class RunList(Wire):
    results: list[RunReport]
    total: int
    page: int
    page_size: int
    next: str | None


class FindingView(Wire):
    """One finding, with what it means, what to do, and where: addresses are empty where nothing is known there."""

    rule: str
    severity: Literal["error", "warning", "info"]
    record: str = Field(description="the portal's own key of the record; empty: the page or the run")
    record_title: str
    record_url: str = Field(description="the record on its portal")
    dataset_url: str = Field(description="the dataset's page here")
    place: str
    value: str
    label: str
    remedy: str
    rule_url: str = Field(description="the page of the rule, in French and English")


class FindingList(Wire):
    results: list[FindingView]
    total: int
    page: int
    page_size: int
    next: str | None


class Change(Wire):
    """One record that a run moved, with the title and the links known now."""

    kind: Literal["added", "updated", "deleted", "back", "held"]
    record: str
    record_id: str
    title: str
    record_url: str
    dataset_url: str


class ChangeList(Wire):
    results: list[Change]
    total: int
    page: int
    page_size: int
    next: str | None


class Resolution(Wire):
    """A portal's dataset link or identifier, resolved. ``dataset`` is empty where ``candidates`` share what was
    asked."""

    asked: str
    dataset: str
    authoritative: Copy | None
    others: list[Copy]
    copies: list[Copy]
    why: list[str]
    candidates: list[str]


class CopyOfDataset(Copy):
    title: str
    elected: bool


class OfferedValue(Wire):
    """What another copy says better than the elected one."""

    field: Literal["description", "licence", "themes", "publisher", "formats", "modified"]
    value: str
    record: str
    portal: str


class RelatedDataset(Wire):
    """Another dataset, and what this one is to it."""

    relation: Literal["part-of", "has-part", "version-of", "has-version", "series", "related"]
    dataset: str
    title: str
    portal: str


class DatasetAnswer(Wire):
    """One dataset with its elected description and its copies, the elected one first."""

    id: str
    title: str
    text: str
    publisher: str
    publisher_id: str = Field(description="of `/api/publishers/{publisher}`; empty where the portal names none")
    territory: str
    level: str
    portal: str
    url: str
    themes: list[str]
    licence: str
    access: str
    formats: list[str]
    modified: str
    archived: bool
    copies: list[CopyOfDataset]
    why: list[str]
    offered: list[OfferedValue]
    related: list[RelatedDataset]
    description: dict[str, Any] | None = Field(description="the elected record as it was harvested and normalised")
    quality: Quality | None


class Health(Wire):
    status: Literal["ok", "degraded"]
    checks: dict[str, str]
