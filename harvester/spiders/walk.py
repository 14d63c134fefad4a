"""The walk that every protocol shares: one page leads to the next, every guard holds, nothing raised is lost."""

import asyncio
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack
from typing import Any, ClassVar, Self

from msgspec import Struct
from msgspec.structs import replace
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.archive import Checkpoint, Page, UnderWay
from harvester.errors import HarvestError
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.persons.privacy import Privacy
from harvester.reading.readers import Readers, Reading
from harvester.reading.staged import PageHeader
from harvester.reading.task import Task
from harvester.recording.memory import Memory
from harvester.recording.run import PageCounts, Recording, RunRecorder
from harvester.runs.outcome import Ending
from harvester.runs.scratch import ANYWHERE, Scratch
from harvester.spiders.ahead import Ahead, Foresight, on_its_way
from harvester.spiders.answers import NOT_MODIFIED, Answers
from harvester.spiders.changes import Changes
from harvester.spiders.losses import COSTS_ITSELF, Losses
from harvester.spiders.refusals import refusal, refused_status
from harvester.spiders.spool import SCRATCH


class Progress(Struct, frozen=True):
    """How far a walk is."""

    pages: int
    received: int
    declared: int | None


class PortalSpider(Answers, Losses, Changes, Spider):
    """Walks one portal from ``first_url`` to the end, page after page.

    A protocol gives ``first_url`` and ``next_url``. The ending is told to the recorder by whoever runs the spider, from
    ``ending``; ``broken`` is the archive's failure that stopped the walk. ``conditional``: a page that came before is
    asked for only if it changed since.

    Where it may go on is decided in ``guards``, behind a lost page in ``losses``; what is asked of changes in
    ``changes``; what is read of an answer in ``answers``.

    Each answer is one step: what it brings is written at once, with the next address and the attributes named in
    ``remembered`` (in JSON's types), so that another process can go on from there. A protocol adds its own to them.
    """

    name = "portal"
    looks_ahead: ClassVar[bool] = False
    """Whether the next page is known, or foreseen, before this one was read, and can be asked for meanwhile."""
    agent = ""
    """How the portal knows us."""
    remembered: ClassVar[tuple[str, ...]] = (
        "pages",
        "received",
        "declared",
        "since",
        "_origin",
        "_lost",
        "_lost_urls",
        "_fresh_from",
    )
    """The attributes, of JSON's types, that another process needs to go on with the walk."""
    custom_settings: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # Scrapy's own annotation is wider

    def __init__(
        self,
        portal: Portal,
        recorder: RunRecorder,
        readers: Readers,
        tell: Callable[[Progress], None] = lambda _: None,
        *,
        conditional: bool = True,
        personal: PersonalData = PersonalData.ROLE_ONLY,
        scratch: Scratch = ANYWHERE,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=portal.id, **kwargs)
        self.portal = portal
        self.recorder = recorder
        self.memory = Memory(recorder.writer.archive, portal, readers)
        self.tell = tell
        self._privacy = Privacy(personal)
        self._scratch = scratch
        self._validators = recorder.validators() if conditional else {}
        self.ending = Ending.INTERRUPTED
        self.broken: HarvestError | None = None
        self.pages = 0
        self.received = 0
        self.declared: int | None = None
        self.since = recorder.since
        self._asked = ""
        self._visited: set[str] = set()
        self._bodies: set[str] = set()
        self._fresh_from = 0
        self._origin = ""
        self._lost = 0
        self._lost_urls: list[str] = []
        self.foresight = Foresight()
        self._line = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.agent = str(crawler.settings["USER_AGENT"])
        return spider

    # --- what a protocol gives ----------------------------------------------------------------------------------------

    @abstractmethod
    def first_url(self) -> str:
        """Where the walk begins."""

    @abstractmethod
    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        """The address of the page after this one, ``""`` where the source says that there is none."""

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        """The next page, as the page itself names it; asked of spiders that look ahead."""
        del fetched, header
        return ""

    def foreseen(self, asked: str, header: PageHeader) -> str:
        """The page after the one that was asked for, if this one is as full as the first; ``""`` where nothing tells.
        ``next_url`` has the last word."""
        del asked, header
        return ""

    def ask_otherwise(self, fetched: Fetched) -> str:
        """Another way to ask for the page, for a protocol that has several; ``""``: the answer stands."""
        del fetched
        return ""

    # --- from page to page --------------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        checkpoint = self.recorder.checkpoint
        if checkpoint is not None:
            following = await self._resume(checkpoint)
        else:
            following = await self._step(self._begin)
        if following:
            yield self.request(following)

    async def _begin(self) -> str:
        return self.first_url()

    def request(self, url: str) -> Request:
        """A page to fetch; each address once (``_visited`` keeps track, retries pass)."""
        self._visited.add(url)
        asked = {"asked": url}
        meta = {SCRATCH: self._scratch}
        made = Request(url, self.parse, errback=self.unfetched, dont_filter=True, cb_kwargs=asked, meta=meta)
        made.headers.update(self._conditions(url))
        return made

    async def parse(self, response: Response, asked: str = "") -> AsyncIterator[Request]:
        """One page: archive it with its records, then go on. Pages are recorded in the order in which they came; where
        the next one is known or foreseen, it is asked for meanwhile."""
        files = ExitStack()
        fetched = self._allowed(self._answer(response, files))
        asked = asked or fetched.url
        fetched, body_run = self._unchanged(fetched, asked, files)
        turn = asyncio.ensure_future(self._line.acquire())
        ahead = await self._look_ahead(fetched, asked)
        if ahead.following:
            yield self.request(ahead.following)
            await on_its_way()
        await turn
        following = await self._in_turn(asked, lambda: self._take(fetched, ahead, body_run), ahead.following)
        if isinstance(ahead.reading, Reading):
            ahead.reading.close()
        files.close()
        if following and following != ahead.following:
            yield self.request(following)

    async def unfetched(self, failure: Failure) -> AsyncIterator[Request]:
        """A page that did not come, after every retry."""
        request: Request | None = getattr(failure, "request", None)
        url = request.url if request else self.first_url()
        asked = request.cb_kwargs.get("asked", url) if request else url
        ending, found = refusal(failure.value or RuntimeError("unknown failure"), url)

        async def lose() -> str:
            if found.rule == "quota-exhausted" and self.all_came():  # it was only asked whether there is more
                self.ending = Ending.EXHAUSTED
                return ""
            self.lose_page(url, ending, found)
            return self._past(url) if found.rule in COSTS_ITSELF else ""

        await self._line.acquire()
        if following := await self._in_turn(asked, lose):
            yield self.request(following)

    async def _in_turn(self, asked: str, take: Callable[[], Awaitable[str]], ahead: str = "") -> str:
        """A step of the walk, whose turn it is; the next one may begin then. ``ahead``: the page that was asked for
        meanwhile. Gives what follows and is to be asked for; nothing where the archive failed."""
        self._asked = asked
        try:
            if self.broken:
                return ""
            following = "" if self.foresight.was_dropped(asked) else await self._step(take)
            if ahead and following != ahead:
                self.foresight.drop(ahead)
                self._visited.discard(ahead)
            if following and self.foresight.was_dropped(following):  # it is on its way
                self._visited.add(following)
                return ""
            return following
        finally:
            self._line.release()

    async def _step(self, take: Callable[[], Awaitable[str]]) -> str:
        """Take an answer, write what it brought; gives what follows (``""``: nothing)."""
        pages = self.pages
        try:
            following = await take()
            state = {name: getattr(self, name) for name in self.remembered}
            self.recorder.commit(Checkpoint(following, self.ending, state))
        except HarvestError as error:
            self.broken = error
            return ""
        if self.pages > pages:
            self._tell()
        return following

    # --- a page -------------------------------------------------------------------------------------------------------

    async def _take(self, fetched: Fetched, ahead: Ahead, body_run: int | None) -> str:
        """The address of the next page, ``""`` where the walk ends."""
        if self.since and self.refuses_since(fetched):
            return self._widen(fetched)
        if again := self.ask_otherwise(fetched):
            return again
        refused = refused_status(fetched, self.agent)
        if refused is not None:
            self.lose_page(fetched.url, *refused)
            return self._past(fetched.url) if fetched.status >= 500 else ""
        if self._came_before(fetched):
            return "" if self.all_came() else self._past(fetched.url)
        self._origin = self._origin or fetched.url
        reading = ahead.reading or await self._read(fetched)
        if isinstance(reading, UnreadablePage):
            self.forget_body(fetched)
            return self._lose_unreadable(fetched, reading)
        if self.since and self.ignores_since(fetched, reading.header):
            reading.close()
            return self._widen(fetched)
        number, headers = self.pages + 1, dict(fetched.headers)
        status = NOT_MODIFIED if body_run else fetched.status
        came = fetched.body, self._asked, fetched.cut, body_run, fetched.file
        page = Page(number, fetched.url, status, headers, *came, digest=fetched.digest)
        counts = await self._record(self.recorder.begin_page(page, reading.header, reading.fingerprint), reading)
        return self._after(fetched, reading.header, counts, ahead.following)

    async def _read(self, fetched: Fetched, skip: int = 0) -> Reading | UnreadablePage:
        """What can be read of a page, or why nothing can."""
        recorder = self.recorder
        task = Task(fetched, self.portal, recorder.today, skip, recorder.room, self._privacy)
        try:
            reading = await self.memory.read(task)
        except UnreadablePage as error:
            return error
        if self.since and not self.counts_changes:
            reading.header = replace(reading.header, declared=None)
        return reading

    async def _record(self, recording: Recording, reading: Reading) -> PageCounts:
        try:
            async for part in reading.parts:
                recording = self.recorder.record_part(recording, part, self._tell)
        finally:
            reading.close()
        return recording.counts

    def _after(self, fetched: Fetched, header: PageHeader, counts: PageCounts, asked: str) -> str:
        """A page was recorded: where to go on. ``asked``: the next page, where it was asked for meanwhile."""
        self.pages += 1
        self._lost = 0
        self.received += counts.received
        if header.declared is not None:
            self.declared = max(self.declared or 0, header.declared)
        if self.recorder.full:
            self.ending = Ending.LIMITED
            return ""
        following = self.next_url(fetched, header, counts)
        self.ending = Ending.INTERRUPTED if asked and following == asked else Ending.EXHAUSTED
        if following in ("", asked):
            return following
        return self._guarded(following)

    def _tell(self, more: int = 0) -> None:
        """How far the walk is, with so many records of the page under way."""
        self.tell(Progress(self.pages, self.received + more, self.declared))

    # --- the page after it, before its turn ---------------------------------------------------------------------------

    async def _look_ahead(self, fetched: Fetched, asked: str) -> Ahead:
        """Begin with a page before its turn, where everything is as it should be; all doubt waits for the turn."""
        doubtful = self.broken or fetched.status >= 300 or fetched.digest in self._bodies
        if doubtful or not self.looks_ahead or self.since or self.recorder.limit is not None:
            return Ahead()
        try:
            reading = await self._read(fetched)
        except HarvestError:  # it will be met again, in its turn
            return Ahead()
        if isinstance(reading, UnreadablePage):
            return Ahead(reading)
        following = self.named(fetched, reading.header)
        if not following and self.foresight.holds:
            following = self.foreseen(asked, reading.header)
        return Ahead(reading, following if self._is_beyond_doubt(following, fetched) else "")

    # --- where a process that died had come to ------------------------------------------------------------------------

    async def _resume(self, checkpoint: Checkpoint) -> str:
        """Go on where a process that died had come to: gives what to ask for."""
        self.ending = checkpoint.ending
        for name, value in checkpoint.state.items():
            setattr(self, name, value)
        walked = self.recorder.writer.walked(self._fresh_from)
        self._visited = set(walked.asked).union(self._lost_urls)
        self._bodies = set(walked.bodies)
        under_way = self.recorder.writer.page_under_way(self.pages + 1) if checkpoint.next else None
        if under_way is None:
            return checkpoint.next
        self._asked = checkpoint.next
        self._visited.add(checkpoint.next)
        return await self._step(lambda: self._take_rest(under_way))

    async def _take_rest(self, under_way: UnderWay) -> str:
        """The records that were still missing of a page, from its archived body."""
        page = under_way.page
        with ExitStack() as files:
            file = self._file_of(page, files)
            fetched = Fetched(page.url, page.body, page.status, page.headers, page.cut, file)
            return await self._take_rest_of(under_way, fetched)

    async def _take_rest_of(self, under_way: UnderWay, fetched: Fetched) -> str:
        self._origin = self._origin or fetched.url
        reading = await self._read(fetched, skip=under_way.taken)
        if isinstance(reading, UnreadablePage):
            return self._lose_unreadable(fetched, reading)
        counts = await self._record(self.recorder.go_on_with_page(under_way, reading.header), reading)
        return self._after(fetched, reading.header, counts, "")
