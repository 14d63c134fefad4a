"""Answers that are not what they should be: each costs what it must, nothing that was known is lost."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import zstandard
from scrapy.http import Response

from dcat.findings import Severity
from dcat.portal import Protocol
from harvester.runs.outcome import Status
from harvester.spiders.patience import retry_after
from tests.harvester.parsers.test_documents import CUT, NO_CATALOGUE
from tests.harvester.spiders.catalogues import PREFIXES, ods_page, packages, turtle, udata_page
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.envelopes import document
from tests.harvester.spiders.source import Answer

NUMBERS = range(10)
SOUND: dict[Protocol, tuple[str, bytes]] = {
    Protocol.DCAT: ("a.ttl", turtle(NUMBERS, total=10)),
    Protocol.CKAN: ("package_search", packages(NUMBERS, 10)),
    Protocol.ODS: ("catalog/datasets", ods_page(NUMBERS, 10)),
    Protocol.UDATA: ("datasets/", udata_page(NUMBERS, 10)),
}
HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body><p>Retour \xc3\xa0 midi</p></body></html>"
LATER = {"Retry-After": "3600"}
AT_ONCE = {"Retry-After": "0"}


def harvest(place: Place, protocol: Protocol = Protocol.DCAT, **settings: object) -> Harvested:
    endpoint = f"{place.base}/a.ttl" if protocol is Protocol.DCAT else place.base
    return place.harvest(protocol, endpoint, **settings)


def after_a_sound_run(place: Place, *answers: object, protocol: Protocol = Protocol.DCAT) -> Harvested:
    """The second of two runs: the first was sound, the second meets these answers. What was known must stay."""
    path, body = SOUND[protocol]
    place.serve(path, body)
    assert len(harvest(place, protocol).records) == 10
    place.serve(path, *answers)
    place.source.asked.clear()
    harvested = harvest(place, protocol)
    assert harvested.report.counts.deleted == 0
    assert len(harvested.records) == 10
    return harvested


# --- a page that does not come ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", SOUND)
@pytest.mark.parametrize(
    ("answer", "status", "rule", "value"),
    [
        pytest.param(Answer(status=403), Status.BLOCKED, "blocked", "HTTP 403", id="forbidden"),
        pytest.param(Answer(status=451), Status.BLOCKED, "blocked", "HTTP 451", id="legal"),
        pytest.param(Answer(status=404), Status.FAILED, "page-unreachable", "HTTP 404", id="gone"),
        pytest.param(Answer(status=500), Status.FAILED, "page-unreachable", "HTTP 500", id="down"),
        pytest.param(Answer(status=503, headers=LATER), Status.FAILED, "quota-exhausted", "3600 s", id="later"),
        pytest.param(Answer(status=429, headers=AT_ONCE), Status.FAILED, "quota-exhausted", "HTTP 429", id="quota"),
        pytest.param(Answer(HTML), Status.FAILED, "page-not-parseable", "HTML", id="html"),
        pytest.param(Answer(b""), Status.FAILED, "page-not-parseable", "", id="empty"),
        pytest.param(Answer(reset=True), Status.FAILED, "page-unreachable", "", id="reset"),
        pytest.param(Answer(status=302, headers={"Location": "file:///etc/passwd"}), Status.FAILED,
                     "address-refused", "file:", id="to a file"),
    ],
)  # fmt: skip
def test_a_first_page_that_is_lost(
    place: Place, protocol: Protocol, answer: Answer, status: Status, rule: str, value: str
) -> None:
    harvested = after_a_sound_run(place, answer, protocol=protocol)
    assert (harvested.report.status, harvested.report.complete) == (status, False)
    assert value in harvested.found(rule).value
    assert harvested.report.failed_pages == 1


@pytest.mark.parametrize("answer", [Answer(status=500), Answer(HTML), Answer(reset=True)], ids=["500", "html", "reset"])
def test_a_second_page_that_is_lost_keeps_the_first(place: Place, answer: Answer) -> None:
    place.serve("b.ttl", answer)
    harvested = after_a_sound_run(place, turtle([0, 1], "b.ttl", total=10))
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.report.counts.unchanged == 2


@pytest.mark.parametrize(
    "bad",
    [Answer(status=429, headers=AT_ONCE), Answer(status=500), Answer(status=502), Answer(reset=True)],
    ids=["429", "500", "502", "reset"],
)
def test_a_page_that_comes_at_the_fourth_time(place: Place, bad: Answer) -> None:
    harvested = after_a_sound_run(place, bad, bad, bad, SOUND[Protocol.DCAT][1])
    assert place.asked() == ["a.ttl"] * 4
    assert (harvested.report.status, harvested.report.counts.unchanged) == (Status.OK, 10)


def test_a_long_wait_is_not_waited_for(place: Place) -> None:
    after_a_sound_run(place, Answer(status=429, headers=LATER))
    assert place.asked() == ["a.ttl"]


def test_redirects_without_end_are_given_up(place: Place) -> None:
    harvested = after_a_sound_run(place, Answer(status=302, headers={"Location": f"{place.base}/a.ttl?again"}))
    assert harvested.report.status is Status.FAILED
    assert harvested.found("limit-exceeded").value == "redirects: more than 5"


@pytest.mark.parametrize("name", [*NO_CATALOGUE, *CUT])
def test_another_document_of_a_real_portal_is_told_and_deletes_nothing(place: Place, name: str) -> None:
    """What is no catalogue, or ends too early, in the place of one."""
    protocol = Protocol(name.partition("/")[0])
    path = {Protocol.CSW: "csw", Protocol.OGC_RECORDS: "collections/metadata:main/items"}.get(protocol)
    place.serve(path or SOUND[protocol][0], document(name))
    harvested = place.harvest(protocol, f"{place.base}/{path}" if path else place.base)
    assert (harvested.report.complete, harvested.records) == (False, {})
    assert harvested.report.status is Status.FAILED
    assert {"page-not-parseable", "page-truncated"} & harvested.rules


# --- a page that comes in part ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", SOUND)
def test_a_body_shorter_than_announced_never_counts_as_complete(place: Place, protocol: Protocol) -> None:
    harvested = after_a_sound_run(place, Answer(SOUND[protocol][1], cut=40), protocol=protocol)
    assert len(place.asked()) == 4
    assert harvested.report.complete is False
    assert harvested.report.status in (Status.PARTIAL, Status.FAILED)
    assert "page-truncated" in harvested.rules
    assert harvested.report.failed_pages == 1


def test_a_body_cut_where_it_still_reads_well_is_known_to_be_cut(place: Place) -> None:
    whole = turtle(NUMBERS)
    last = whole.rindex(b"<https://data.example.fr/9>")
    harvested = after_a_sound_run(place, Answer(whole, cut=len(whole) - last))
    assert (harvested.report.counts.unchanged, harvested.report.complete) == (9, False)
    assert harvested.found("page-truncated").value == f"{last} bytes came"
    assert harvested.report.status is Status.PARTIAL


def test_a_cut_body_that_comes_whole_the_second_time_is_no_fault(place: Place) -> None:
    body = SOUND[Protocol.DCAT][1]
    harvested = after_a_sound_run(place, Answer(body, cut=40), body)
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert "page-truncated" not in harvested.rules


@pytest.mark.parametrize("encoding", ["", "zstd"])
def test_a_packed_body_cut_short_within_a_whole_one(place: Place, encoding: str) -> None:
    packed = zstandard.compress if encoding else gzip.compress
    body = packed(SOUND[Protocol.DCAT][1])[:-60]
    harvested = after_a_sound_run(place, Answer(body, headers={"Content-Encoding": encoding} if encoding else {}))
    assert harvested.report.complete is False
    assert "page-truncated" in harvested.rules


# --- a page whose bytes are bad: repaired, and told -------------------------------------------------------------------


def described(text: str) -> str:
    """A dataset with a value in every field that a repair could lose."""
    return f"""{PREFIXES}@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Déchèteries"@fr ; dct:identifier "1" ;
  dct:description {text} ; dct:issued "2020-02-03" ; dct:publisher [ foaf:name "Métropole" ] ;
  dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ; dcat:keyword "déchets"@fr ;
  dcat:distribution [ dcat:accessURL <https://data.example.fr/1.csv> ; dct:format "CSV" ] .
<https://data.example.fr/2> a dcat:Dataset ; dct:title "Voisin"@fr ; dct:identifier "2" .
"""


def declared_utf8(body: bytes) -> Answer:
    return Answer(body, headers={"Content-Type": "text/turtle; charset=utf-8"})


PLAIN = described('"Où déposer"@fr')
REPAIRED: dict[str, tuple[Answer, str]] = {
    "gzip": (Answer(gzip.compress(PLAIN.encode())), ""),
    "latin-1": (declared_utf8(PLAIN.encode("latin-1")), "page-charset-repaired"),
    "bom": (Answer(b"\xef\xbb\xbf" + PLAIN.encode()), "page-bom-removed"),
    "language": (Answer(described('"Où déposer"@fr_FR').encode()), "language-tag-invalid"),
    "control": (Answer(described('"Où dép\x0boser"@fr').encode()), "page-control-character"),
    "blank": (Answer(PLAIN.replace("1.csv", "1 a.csv").encode()), "iri-invalid"),
    "date": (Answer(PLAIN.replace("2020-02-03", "2020-13-45").encode()), "date-invalid"),
}
TOUCHED = {"blank": "address", "date": "issued", "control": "description"}


def fields(harvested: Harvested) -> dict[str, object]:
    dataset = harvested.records["https://data.example.fr/1"].dataset
    assert dataset.publisher is not None
    assert dataset.licence is not None
    (distribution,) = dataset.distributions
    return {
        "title": dataset.title[0].value,
        "language": dataset.title[0].language,
        "description": dataset.description[0].value,
        "identifiers": dataset.identifiers,
        "issued": dataset.issued,
        "publisher": dataset.publisher.name[0].value,
        "licence": dataset.licence.code,
        "keyword": dataset.keywords[0].value,
        "address": distribution.access_urls,
        "format": distribution.format.code if distribution.format else "",
        "neighbour": harvested.records["https://data.example.fr/2"].dataset.title[0].value,
    }


WHOLE = {
    "title": "Déchèteries",
    "language": "fr",
    "description": "Où déposer",
    "identifiers": ("1",),
    "issued": "2020-02-03",
    "publisher": "Métropole",
    "licence": "etalab-2.0",
    "keyword": "déchets",
    "address": ("https://data.example.fr/1.csv",),
    "format": "CSV",
    "neighbour": "Voisin",
}


@pytest.mark.parametrize("fault", REPAIRED)
def test_a_repaired_page_keeps_every_field_that_the_poison_did_not_touch(place: Place, fault: str) -> None:
    answer, rule = REPAIRED[fault]
    place.serve("a.ttl", answer)
    harvested = harvest(place)
    assert (harvested.report.status, harvested.report.counts.rejected) == (Status.OK, 0)
    touched = TOUCHED.get(fault, "")
    kept = {name: value for name, value in fields(harvested).items() if name != touched}
    assert kept == {name: value for name, value in WHOLE.items() if name != touched}
    if rule:
        assert rule in harvested.rules


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, "page-bom-removed", id="bom"),
        pytest.param(gzip.compress, "", id="gzip"),
        pytest.param(lambda body: body.replace(b"Jeu 3", b"Jeu\x0b 3"), "page-control-character", id="control"),
        pytest.param(lambda body: body.replace(b"Jeu 3", b"\xc9t\xe9 3"), "page-charset-repaired", id="latin-1"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("protocol", [Protocol.CKAN, Protocol.ODS, Protocol.UDATA])
def test_bad_bytes_of_json_cost_no_record(
    place: Place, protocol: Protocol, spoil: Callable[[bytes], bytes], rule: str
) -> None:
    path, body = SOUND[protocol]
    place.serve(path, declared_utf8(spoil(body)))
    harvested = harvest(place, protocol)
    assert (harvested.report.status, len(harvested.records)) == (Status.OK, 10)
    assert not rule or rule in harvested.rules


def test_one_bad_row_costs_itself(place: Place) -> None:
    rows = json.loads(packages(NUMBERS, 10))
    rows["result"]["results"][4] = "not a package"
    place.serve("package_search", json.dumps(rows).encode())
    harvested = harvest(place, Protocol.CKAN)
    assert (len(harvested.records), harvested.report.counts.rejected) == (9, 1)
    (worst,) = [found for found in harvested.report.findings if found.severity is Severity.ERROR]
    assert worst.rule == "record-not-parseable"


# --- Retry-After ------------------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        (format_datetime(NOW + timedelta(minutes=2), usegmt=True), 120.0),
        (format_datetime(NOW - timedelta(minutes=2), usegmt=True), 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Sun, 99 Foo 2026 12:00:00 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    response = Response("https://data.example.fr", headers={"Retry-After": value} if value else {})
    assert retry_after(response, NOW) == seconds
