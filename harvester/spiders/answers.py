"""An answer as a walk may read it: without what somebody asked to be forgotten, and the one that 304 speaks of."""

from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace
from scrapy.http import Response

from dcat.portal import Portal
from harvester.archive import Page, Validators
from harvester.archive.forgotten import privacy_of
from harvester.errors import HarvestError
from harvester.parsers import FROM_FILES
from harvester.parsers.page import Fetched
from harvester.persons.privacy import Privacy
from harvester.recording.run import RunRecorder
from harvester.runs.scratch import Scratch, Spooled
from harvester.spiders.patience import DATA_LOST
from harvester.spiders.spool import SPOOLED

NOT_MODIFIED = 304
NEVER_CAME = Validators(0, 0)


class Answers:
    """The part of a walk that stands between what a server sent and what is read. ``broken`` is the archive's failure
    that stopped the walk. A file lasts as long as the stack that it is put on."""

    portal: Portal
    recorder: RunRecorder
    broken: HarvestError | None
    _privacy: Privacy
    _scratch: Scratch
    _validators: dict[str, Validators]

    def _answer(self, response: Response, files: ExitStack) -> Fetched:
        """In a file where it is too large to be held, unless its parser reads from memory alone."""
        spooled: Spooled | None = response.meta.get(SPOOLED) if response.request else None
        file = str(files.enter_context(spooled).path) if spooled else ""
        cut = DATA_LOST in response.flags
        fetched = Fetched(response.url, response.body, response.status, _headers(response), cut, file)
        return fetched if self.portal.protocol in FROM_FILES else fetched.held()

    def _allowed(self, fetched: Fetched) -> Fetched:
        """The answer without what somebody asked to be forgotten, be it since the last page."""
        try:
            self._privacy = privacy_of(self.recorder.writer.archive, self._privacy.personal)
        except HarvestError as error:
            self.broken = error
            return replace(fetched, body=b"", file="")
        if fetched.file:
            return replace(fetched, file=str(self._privacy.file(Path(fetched.file))))
        return replace(fetched, body=self._privacy.body(fetched.body))

    def _conditions(self, url: str) -> dict[str, str]:
        """A conditional request (RFC 9110 §13), for an answer that had something to ask about."""
        before = self._validators.get(url, NEVER_CAME)
        asked = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
        return {name: value for name, value in asked.items() if value}

    def _unchanged(self, fetched: Fetched, asked: str, files: ExitStack) -> tuple[Fetched, int | None]:
        """Where an answer says that nothing changed (304), the one that it speaks of, and the run in which it came."""
        before = self._validators.get(asked)
        if fetched.status != NOT_MODIFIED or before is None:
            return fetched, None
        try:
            page = self.recorder.writer.archive.page(before.run, before.number)
            file = self._file_of(page, files) if page else ""
        except HarvestError as error:
            self.broken = error
            return fetched, None
        if page is None:
            return fetched, None
        headers = {**page.headers, **fetched.headers, "content-type": page.headers.get("content-type", "")}
        return Fetched(fetched.url, page.body, headers=headers, file=file), page.body_run

    def _file_of(self, page: Page, files: ExitStack) -> str:
        """Where the archived body of a page is put that is too large to be held; ``""`` where it is not."""
        if not page.kept:
            return ""
        parts = self.recorder.writer.archive.body_parts(self.portal.id, page.kept)
        return str(files.enter_context(Spooled.of(parts, self._scratch)).path)


def _headers(response: Response) -> dict[str, str]:
    headers = response.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in headers.items()}
