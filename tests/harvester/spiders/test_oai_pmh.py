"""Walks over OAI-PMH: from the formats to the last token, and what servers answer in place of records."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from tests.harvester.parsers.test_oai_pmh import DC, ISO, answer, gone, record
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer

Query = dict[str, str]
Respond = Callable[[Query], "bytes | Answer"]

IDENTIFY = answer("<deletedRecord>transient</deletedRecord><granularity>YYYY-MM-DD</granularity>", "Identify")
DUBLIN = "http://www.openarchives.org/OAI/2.0/oai_dc/"
GMD = "http://www.isotc211.org/2005/gmd"


def formats(**offered: str) -> bytes:
    return answer(
        "".join(
            f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix>"
            f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
            for prefix, namespace in offered.items()
        ),
        "ListMetadataFormats",
    )


def page(*inside: str, token: str = "", size: int | None = None) -> bytes:
    attribute = f' completeListSize="{size}"' if size is not None else ""
    return answer("".join(inside) + f"<resumptionToken{attribute}>{token}</resumptionToken>")


def dublin(number: int) -> str:
    return record(f"r-{number}", DC.format(f"<dc:title>Jeu {number}</dc:title>"))


def error(code: str) -> bytes:
    return answer(f'<error code="{code}">non</error>', "error")


def server(records: Respond, offered: bytes | Answer = b"", identify: bytes | Answer = IDENTIFY) -> Respond:
    def respond(query: Query) -> bytes | Answer:
        if query["verb"] == "Identify":
            return identify
        if query["verb"] == "ListMetadataFormats":
            return offered or formats(oai_dc=DUBLIN)
        return records(query)

    return respond


def harvest(place: Place, respond: Respond, query: str = "", **settings: object) -> Harvested:
    place.serve("oai", respond)
    return place.harvest(Protocol.OAI_PMH, f"{place.base}/oai{query}", **settings)


def asked(place: Place) -> list[Query]:
    """The records that were asked for."""
    queries = (dict(parse_qsl(path.partition("?")[2])) for path in place.asked())
    return [query for query in queries if query["verb"] == "ListRecords"]


def keys(harvested: Harvested) -> list[int]:
    return sorted(int(key.removeprefix("r-")) for key in harvested.records)


def by_token(pages: dict[str, bytes]) -> Respond:
    return lambda query: pages[query.get("resumptionToken", "")]


def test_from_token_to_token_until_an_empty_one(place: Place) -> None:
    pages = {"": page(dublin(1), dublin(2), token="a&b/1", size=3), "a&b/1": page(dublin(3), size=3)}
    harvested = harvest(place, server(by_token(pages)))
    assert keys(harvested) == [1, 2, 3]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert harvested.report.counts.declared == 3
    assert asked(place) == [
        {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
        {"verb": "ListRecords", "resumptionToken": "a&b/1"},
    ]


def test_the_best_format_that_is_offered_is_asked_for(place: Place) -> None:
    def records(query: Query) -> bytes:
        return page(record("r-1", ISO if query["metadataPrefix"] == "iso" else DC.format("<dc:title>x</dc:title>")))

    harvested = harvest(place, server(records, formats(oai_dc=DUBLIN, iso=GMD, mods="http://www.loc.gov/mods/v3")))
    assert harvested.records["r-1"].dataset.other_identifiers == ("fiche-1",)
    assert [query["metadataPrefix"] for query in asked(place)] == ["iso"]


def test_a_format_that_cannot_be_given_leads_to_the_next(place: Place) -> None:
    def records(query: Query) -> bytes:
        return error("cannotDisseminateFormat") if query["metadataPrefix"] == "iso" else page(dublin(1))

    harvested = harvest(place, server(records, formats(oai_dc=DUBLIN, iso=GMD)))
    assert keys(harvested) == [1]
    assert harvested.report.status is Status.OK
    assert [query["metadataPrefix"] for query in asked(place)] == ["iso", "oai_dc"]


def test_a_server_that_lists_no_formats_is_asked_for_each(place: Place) -> None:
    def records(query: Query) -> bytes:
        return page(dublin(1)) if query["metadataPrefix"] == "oai_dc" else error("cannotDisseminateFormat")

    harvested = harvest(place, server(records, Answer(status=404)))
    assert keys(harvested) == [1]
    assert [query["metadataPrefix"] for query in asked(place)] == ["dcat", "iso19115-3", "iso19139", "oai_dc"]


def test_the_set_and_the_format_of_the_endpoint(place: Place) -> None:
    harvested = harvest(place, server(lambda _: page(dublin(1))), "?set=geo%3Aopen&metadataPrefix=gn&map=x")
    assert keys(harvested) == [1]
    assert asked(place) == [{"map": "x", "verb": "ListRecords", "metadataPrefix": "gn", "set": "geo:open"}]


def test_deleted_records_are_absent_and_no_gap(place: Place) -> None:
    """The size of the list counts them: three announced, one there."""
    pages = {"": page(gone("r-7"), token="2", size=3), "2": page(dublin(1), gone("r-8"))}
    harvested = harvest(place, server(by_token(pages)))
    assert keys(harvested) == [1]
    assert (harvested.report.counts.declared, harvested.report.counts.received) == (1, 1)
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert "total-mismatch" not in harvested.rules


def test_a_list_that_ends_before_its_size_is_partial(place: Place) -> None:
    harvested = harvest(place, server(by_token({"": page(dublin(1), token="2", size=9), "2": page(dublin(2))})))
    assert harvested.report.counts.declared == 9
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)


def test_a_token_that_was_forgotten_sends_back_to_the_start_once(place: Place) -> None:
    refused: list[str] = []

    def records(query: Query) -> bytes:
        token = query.get("resumptionToken", "")
        if token == "2" and not refused:
            refused.append(token)
            return error("badResumptionToken")
        return {"": page(dublin(1), token="2", size=2), "2": page(dublin(2), size=2)}[token]

    harvested = harvest(place, server(records))
    assert keys(harvested) == [1, 2]
    assert harvested.report.counts.merged == 1
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert [query.get("resumptionToken") for query in asked(place)] == [None, "2", None, "2"]


def test_a_token_that_is_always_refused_ends_the_walk(place: Place) -> None:
    def records(query: Query) -> bytes:
        return error("badResumptionToken") if "resumptionToken" in query else page(dublin(1), token="2")

    harvested = harvest(place, server(records))
    assert keys(harvested) == [1]
    assert harvested.report.status is Status.PARTIAL
    assert harvested.found("page-not-parseable").value == "badResumptionToken: non"


def test_a_token_that_leads_to_itself_ends_the_walk(place: Place) -> None:
    def records(query: Query) -> bytes:
        return page(dublin(len(query.get("resumptionToken", "")) + len(asked(place))), token="same")

    harvested = harvest(place, server(records))
    assert len(asked(place)) == 2
    assert "page-repeated" in harvested.rules
    assert not harvested.report.complete


def test_an_empty_repository_is_empty(place: Place) -> None:
    harvested = harvest(place, server(lambda _: error("noRecordsMatch")))
    assert harvested.report.status is Status.OK
    assert harvested.records == {}


def test_503_with_retry_after_is_waited_for(place: Place) -> None:
    tried: list[Query] = []

    def records(query: Query) -> bytes | Answer:
        tried.append(query)
        return Answer(status=503, headers={"Retry-After": "0"}) if len(tried) == 1 else page(dublin(1))

    assert keys(harvest(place, server(records))) == [1]


def test_a_server_that_does_not_speak_oai_fails_with_its_words(place: Place) -> None:
    harvested = harvest(place, server(lambda _: b"", identify=error("badVerb")))
    assert harvested.report.status is Status.FAILED
    assert harvested.found("page-not-parseable").value == "badVerb: non"
