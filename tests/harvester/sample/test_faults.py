"""The fault plan: which requests are struck, and what reaches the client."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from harvester.sample.bends import BENDS, EXCESS, SHIFT
from harvester.sample.faults import FaultPlan, PlanError, read_plan
from harvester.sample.federation import SampleFederation, SampleFederationError
from harvester.sample.wire import WIRE

CKAN = "data-gouv-fr/as/ckan/api/3/action/package_search"
SIZE = 4

Write = Callable[..., None]
"""Puts a plan of lines in force."""


@pytest.fixture(scope="module")
def plan_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan") / "plan.yml"
    path.write_text("faults: []\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def federation(plan_path: Path) -> Iterator[SampleFederation]:
    with SampleFederation(60, seed=2, poison=0, faults=plan_path, page_size=SIZE) as made:
        yield made


@pytest.fixture
def get(federation: SampleFederation, plan_path: Path) -> Iterator[Callable[..., httpx.Response]]:
    def ask(page: int, *faults: dict[str, object]) -> httpx.Response:
        if faults:
            plan_path.write_text(json.dumps({"faults": faults}), encoding="utf-8")
        return httpx.get(f"{federation.url}/{CKAN}", params={"rows": 1000, "start": (page - 1) * SIZE})

    yield ask
    plan_path.write_text("faults: []\n", encoding="utf-8")


def ids(answer: httpx.Response) -> list[str]:
    return [package["id"] for package in answer.json()["result"]["results"]]


def total(answer: httpx.Response) -> int:
    return int(answer.json()["result"]["count"])


# --- which requests are struck ----------------------------------------------------------------------------------------


def met(path: Path, text: str) -> Callable[..., str]:
    path.write_text(text, encoding="utf-8")
    plan = FaultPlan(path)

    def fault(address: str = "/paris/api?x=1", page: int = 0) -> str:
        struck = plan.meeting(address).fault(page)
        return struck.fault if struck else ""

    return fault


def test_a_line_strikes_its_portal_path_and_pages(tmp_path: Path) -> None:
    fault = met(tmp_path / "p.yml", "faults: [{fault: '500', portal: 'par*', path: '/api*x=1', pages: [2]}]")
    assert fault(page=2) == "500"
    assert fault(page=1) == ""
    assert fault("/lyon/api?x=1", page=2) == ""
    assert fault("/paris/api?x=2", page=2) == ""


def test_the_servers_own_addresses_are_never_struck(tmp_path: Path) -> None:
    fault = met(tmp_path / "p.yml", "faults: [{fault: '500'}]")
    assert (fault("/robots.txt"), fault("/paris/robots.txt")) == ("", "500")


def test_the_nth_of_the_requests_that_a_line_could_strike(tmp_path: Path) -> None:
    fault = met(tmp_path / "p.yml", "faults: [{fault: '500', pages: [2], requests: [1, 3]}]")
    assert [fault(page=page) for page in (1, 2, 2, 2, 2)] == ["", "500", "", "500", ""]


def test_the_first_line_that_strikes_counts(tmp_path: Path) -> None:
    fault = met(tmp_path / "p.yml", "faults: [{fault: '500', pages: [2]}, {fault: cut}]")
    assert (fault(page=2), fault(page=3)) == ("500", "cut")


def test_a_probability_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    text = "seed: 4\nfaults: [{fault: '500', probability: 0.3}]"
    first, again = met(tmp_path / "a.yml", text), met(tmp_path / "b.yml", text)
    struck = [first() for _ in range(200)]
    assert struck == [again() for _ in range(200)]
    assert 30 < struck.count("500") < 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("faults: [{fault: explosion}]", "explosion"),
        ("faults: [{fault: cut, page: 2}]", "page"),
        ("faults: {", "plan"),
        (None, "No such file"),
    ],
)
def test_a_plan_that_cannot_be_used_says_why_in_both_languages(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "plan.yml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=said) as caught:
        read_plan(path)
    assert "illisible" in str(caught.value)
    assert "gzip-bomb" in str(caught.value)
    with pytest.raises(SampleFederationError, match=said):
        SampleFederation(50, faults=path, folder=tmp_path).start()


def test_a_plan_that_changes_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "plan.yml"
    path.write_text("faults: []", encoding="utf-8")
    plan = FaultPlan(path)
    assert plan.meeting("/paris/x").fault() is None
    path.write_text("faults: [{fault: cut}]", encoding="utf-8")
    assert plan.meeting("/paris/x").fault() is not None
    path.write_text("faults: [{fault: explosion}]", encoding="utf-8")
    assert plan.meeting("/paris/x").fault() is not None


# --- what the client gets ---------------------------------------------------------------------------------------------


def test_pages_are_bent(get: Callable[..., httpx.Response]) -> None:
    pages = {page: ids(get(page)) for page in range(1, 5)}
    count = total(get(1))
    assert ids(get(2, {"fault": "duplicate-page", "pages": [2]})) == pages[1]
    assert (ids(get(3)), total(get(3))) == (pages[3], count)
    assert ids(get(2, {"fault": "empty-page", "pages": [2]})) == []
    assert [ids(get(page, {"fault": "next-loop"})) for page in (1, 2, 3, 4)] == [pages[1], pages[2], pages[1], pages[2]]
    removed, inserted = {"fault": "rows-removed"}, {"fault": "rows-inserted"}
    assert ids(get(1, removed)) == pages[1]
    assert (ids(get(2)), total(get(2))) == ([*pages[2][SHIFT:], *pages[3][:SHIFT]], count - SHIFT)
    assert (ids(get(2, inserted)), total(get(2))) == ([*pages[1][-SHIFT:], *pages[2][:-SHIFT]], count + SHIFT)
    assert total(get(1, {"fault": "total-high"})) == count + EXCESS
    assert total(get(1, {"fault": "total-low"})) == count // 2


def test_connections_break(get: Callable[..., httpx.Response]) -> None:
    with pytest.raises(httpx.ReadError):
        get(1, {"fault": "reset"})
    with pytest.raises(httpx.RemoteProtocolError, match=r"incomplete|peer closed"):
        get(1, {"fault": "cut"})
    assert len(ids(get(1, {"fault": "slow", "value": 0.05}))) == SIZE


@pytest.mark.parametrize(("fault", "status"), [("429", 429), ("500", 500), ("503", 503), ("403", 403), ("html", 200)])
def test_another_answer_comes(get: Callable[..., httpx.Response], fault: str, status: int) -> None:
    answer = get(1, {"fault": fault})
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("0" if fault == "429" else None)
    assert b"success" not in answer.content
    assert get(1, {"fault": "429", "value": 60}).headers["retry-after"] == "60"


def test_charsets_lie(get: Callable[..., httpx.Response]) -> None:
    sound = get(1).content
    latin = get(1, {"fault": "latin-1-as-utf-8"})
    assert "charset=utf-8" in latin.headers["content-type"]
    assert latin.content.decode("cp1252") == sound.decode()
    utf = get(1, {"fault": "utf-8-as-latin-1"})
    assert (utf.content, "iso-8859-1" in utf.headers["content-type"]) == (sound, True)


def test_a_gzip_body_ends_too_early(get: Callable[..., httpx.Response], federation: SampleFederation) -> None:
    sound = get(1).content
    packed = raw(federation, {"fault": "gzip-truncated"}, get)
    with pytest.raises(EOFError):
        gzip.decompress(packed)
    assert sound.startswith(zlib.decompressobj(wbits=31).decompress(packed))


def raw(federation: SampleFederation, fault: dict[str, object], get: Callable[..., httpx.Response]) -> bytes:
    """The bytes of an answer as they came."""
    with suppress(httpx.DecodingError):
        get(9, fault)
    with httpx.stream("GET", f"{federation.url}/{CKAN}", params={"rows": 1000}) as answer:
        return b"".join(answer.iter_raw())


def test_redirects_lead_astray(get: Callable[..., httpx.Response]) -> None:
    assert get(1, {"fault": "redirect-private"}).headers["location"] == "http://10.0.0.1/"
    assert (
        get(1, {"fault": "redirect-elsewhere", "value": "http://x.example/"}).headers["location"] == "http://x.example/"
    )
    assert get(2, {"fault": "redirect-loop"}).headers["location"] == f"/{CKAN}?rows=1000&start=4"


def test_bombs(get: Callable[..., httpx.Response], federation: SampleFederation) -> None:
    packed = raw(federation, {"fault": "gzip-bomb", "value": 64}, get)
    assert len(packed) < 100_000
    assert gzip.decompress(packed) == bytes(64 << 20)
    assert get(1, {"fault": "entity-bomb"}).text.count("<!ENTITY") == 10
    assert get(1, {"fault": "deep-json"}).content.startswith(b"[" * 1000)
    assert len(get(1, {"fault": "huge-header"}).headers["x-trace"]) == 100_000


def test_every_fault_is_documented() -> None:
    text = Path("docs/sample-federation.md").read_text(encoding="utf-8")
    assert not [name for name in (*WIRE, *BENDS) if f"`{name}`" not in text]
