"""Pages of the feed: of one snapshot, so that a walk through them sees every dataset once, whatever changes."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from urllib.parse import urlencode

from msgspec import Struct
from msgspec.structs import asdict

from api.answers.filters import portal_code, territory_code, theme_code
from api.errors import BadRequest, Gone, NotFound, Problem
from api.feed.forms import Form, written
from api.feed.head import base_of, moment
from api.messages import say
from api.services import Services
from dcat.namespaces import DCT, XSD
from dcat.publish.catalogue import View, catalogue_iri, page_lines
from dcat.text import fold
from search.published.store import Filters, PublishedStore, Snapshot

KEPT = timedelta(hours=24)  # a snapshot that was replaced (design §6)
MOST_ON_PAGE = 100
MOST_PAGES = 10_000_000
CACHED_BYTES = 64 << 20
MOST_TOTALS = 10_000
NUMBERED = ("page", "snapshot")
PARAMETERS = ("page", "page_size", "territory", "theme", "portal", "publisher", "modified_since", "snapshot", "lang")


class Asked(Struct, frozen=True):
    """What a request wants; ``filters`` as asked, ``snapshot`` 0 for the newest."""

    page: int = 1
    page_size: int = MOST_ON_PAGE
    snapshot: int = 0
    territory: str = ""
    theme: str = ""
    portal: str = ""
    publisher: str = ""
    modified_since: str = ""

    def filters(self) -> Filters:
        """As the store compares them."""
        return Filters(
            portal=self.portal,
            publisher=fold(self.publisher),
            theme=self.theme,
            territory=self.territory,
            since=_moment(self.modified_since),
        )


class FeedPage(Struct, frozen=True):
    """``etag`` names this content in this syntax; ``modified`` is when anything in it last changed, UTC."""

    etag: str
    modified: str
    view: View
    snapshot: Snapshot


class PageCache:
    """Pages by their ``ETag``, the least used dropped where they are more than so many bytes together; and how many
    datasets a snapshot has, which never changes."""

    def __init__(self, most: int = CACHED_BYTES) -> None:
        self._most, self._size = most, 0
        self._pages: OrderedDict[str, bytes] = OrderedDict()
        self._totals: OrderedDict[tuple[int, Filters], int] = OrderedDict()
        self._lock = Lock()

    def total(self, store: PublishedStore, snapshot: int, filters: Filters) -> int:
        """Counted once."""
        key = (snapshot, filters)
        known = self._totals.get(key)
        if known is None:
            known = store.count(snapshot, filters)
            with self._lock:
                self._totals[key] = known
                if len(self._totals) > MOST_TOTALS:
                    self._totals.popitem(last=False)
        return known

    def get(self, etag: str) -> bytes | None:
        with self._lock:
            if etag in self._pages:
                self._pages.move_to_end(etag)
            return self._pages.get(etag)

    def put(self, etag: str, data: bytes) -> None:
        with self._lock:
            self._size += len(data) - len(self._pages.pop(etag, b""))
            self._pages[etag] = data
            while self._size > self._most and self._pages:
                self._size -= len(self._pages.popitem(last=False)[1])


def asked(services: Services, parameters: Mapping[str, str]) -> Asked:
    """A query string read, filters as codes: an empty catalogue must not be the answer to a misspelt one. Raises
    ``BadRequest`` that says what is allowed."""
    for name in parameters:
        if name not in PARAMETERS:
            raise _wrong("feed_parameter_unknown", name=name[:40], allowed=", ".join(PARAMETERS))
    _moment(parameters.get("modified_since", ""))
    territory, theme, portal = (parameters.get(name, "") for name in ("territory", "theme", "portal"))
    return Asked(
        page=_integer(parameters, "page", 1, MOST_PAGES),
        page_size=_integer(parameters, "page_size", MOST_ON_PAGE, MOST_ON_PAGE),
        snapshot=_integer(parameters, "snapshot", 0, MOST_PAGES * MOST_ON_PAGE),
        territory=territory_code(territory.removeprefix("fr:")) if territory else "",
        theme=theme_code(theme) if theme else "",
        portal=portal_code(services, portal) if portal else "",
        publisher=parameters.get("publisher", ""),
        modified_since=parameters.get("modified_since", ""),
    )


def find_page(services: Services, wanted: Asked, form: Form, cache: PageCache) -> FeedPage:
    """Everything about a page but its content. Raises ``Gone``, ``BadRequest``, ``NotFound`` where nothing is
    published yet."""
    if not services.harvested:
        raise _nothing()
    store = services.published
    snapshot = _snapshot(services, store, wanted, form)
    filters = wanted.filters()
    total = cache.total(store, snapshot.number, filters)
    last = max(1, -(-total // wanted.page_size))
    if wanted.page > last:
        raise _wrong("feed_page_unknown", page=wanted.page, last=last)
    view = _view(base_of(services), wanted, snapshot.number, form, total, last)
    name = f"{view.page} {snapshot.number}"
    return FeedPage(f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"', snapshot.moment, view, snapshot)


def content(services: Services, wanted: Asked, page: FeedPage, form: Form) -> bytes:
    """The page in its syntax."""
    offset = (wanted.page - 1) * wanted.page_size
    bodies = services.published.page(page.snapshot.number, wanted.filters(), offset, wanted.page_size)
    catalogue = catalogue_iri(base_of(services))
    changed = f'<{catalogue}> <{DCT.modified}> "{page.snapshot.moment}"^^<{XSD.dateTime}> .'
    lines = "\n".join((changed, *page_lines(catalogue, page.view)))
    head = f"{services.published.head(page.snapshot.number)}{lines}\n"
    return written(head.encode() + b"".join(bodies), form)


def links(page: FeedPage) -> str:
    """The header ``Link`` (RFC 8288) of a page."""
    names = {"first": "first", "previous": "prev", "next": "next", "last": "last"}
    told = [f'<{address}>; rel="{rel}"' for name, rel in names.items() if (address := getattr(page.view, name))]
    return ", ".join([*told, f'<{page.view.page}>; rel="self"'])


def _snapshot(services: Services, store: PublishedStore, wanted: Asked, form: Form) -> Snapshot:
    found = store.snapshot(wanted.snapshot or None)
    if found is None and store.snapshot() is None:
        raise _nothing()
    if found is None or (found.ended and found.ended < moment(datetime.now(UTC) - KEPT)):
        told = {"snapshot": wanted.snapshot, "first": f"{base_of(services)}/catalog.{form.name}"}
        raise Gone(say("fr", "feed_snapshot_gone", **told), say("en", "feed_snapshot_gone", **told))
    return found


def _nothing() -> NotFound:
    return NotFound(say("fr", "feed_empty"), say("en", "feed_empty"))


def _view(base: str, wanted: Asked, snapshot: int, form: Form, total: int, last: int) -> View:
    told = urlencode({name: value for name, value in asdict(wanted).items() if value and name not in NUMBERED})

    def address(page: int) -> str:
        return f"{base}/catalog.{form.name}?page={page}&{told}&snapshot={snapshot}"

    number = wanted.page
    return View(
        page=address(number),
        total=total,
        size=wanted.page_size,
        first=address(1),
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < last else "",
        last=address(last),
    )


def _integer(parameters: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = parameters.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= most:
        return int(text)
    raise _wrong("feed_page_wrong", name=name, most=most, value=text[:40])


def _moment(text: str) -> str:
    """UTC, to the second; a moment without offset is UTC. Raises ``BadRequest``."""
    if not text:
        return ""
    try:
        read = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that was not encoded
        return moment(read if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise _wrong("feed_date_wrong", value=text[:40]) from error


def _wrong(key: str, **told: object) -> Problem:
    return BadRequest(say("fr", key, **told), say("en", key, **told))
