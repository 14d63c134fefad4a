"""OAI-PMH: what an answer says of itself, records in every format that we read, errors that come with status 200."""

import gzip

import pytest

from dcat.model import Record, Text
from dcat.portal import Protocol
from harvester.parsers import oai_pmh
from harvester.parsers.oai_pmh import Answer, formats_offered, granularity, read_answer
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, page_of, rules_of
from tests.reference import reference

URL = "https://data.exemple.fr/oai?verb=ListRecords"
DC = (
    '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "{}</oai_dc:dc>"
)
ISO = (
    '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
    "<gmd:fileIdentifier><gco:CharacterString>fiche-1</gco:CharacterString></gmd:fileIdentifier><gmd:identificationInfo>"
    "<gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Eau</gco:CharacterString>"
    "</gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"
)
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" '
    'xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="https://a.fr/jeu/1"><dct:title>Eau</dct:title>'
    "</dcat:Dataset>{}</rdf:RDF>"
)


def record(identifier: str, metadata: str, about: str = "") -> str:
    return (
        f"<record><header><identifier>{identifier}</identifier><datestamp>2024-05-06</datestamp></header>"
        f"<metadata>{metadata}</metadata>{about}</record>"
    )


def gone(identifier: str) -> str:
    return f'<record><header status="deleted"><identifier>{identifier}</identifier></header></record>'


def answer(inside: str, verb: str = "ListRecords") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f'<responseDate>2024-05-06T00:00:00Z</responseDate><request verb="{verb}">{URL}</request>'
        f"{f'<{verb}>{inside}</{verb}>' if verb != 'error' else inside}</OAI-PMH>"
    ).encode()


def fetched(body: bytes) -> Fetched:
    return Fetched(URL, body)


def read(*records: str, token: str = "") -> tuple[ParsedPage, list[ParsedRecord]]:
    return page_of(Protocol.OAI_PMH, answer("".join(records) + token))


def only(*records: str) -> Record:
    (parsed,) = read(*records)[1]
    assert parsed.record is not None, parsed.findings
    return parsed.record


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (
            '<resumptionToken completeListSize="8" cursor="0">a&amp;b</resumptionToken>',
            Answer("ListRecords", token="a&b", size=8),
        ),
        ("<oai:resumptionToken xmlns:oai='o'> 11 </oai:resumptionToken>", Answer("ListRecords", token="11")),
        ("<resumptionToken><![CDATA[x|y]]></resumptionToken>", Answer("ListRecords", token="x|y")),
        ('<resumptionToken completeListSize="8"/>', Answer("ListRecords", size=8)),
        ("<resumptionToken></resumptionToken>", Answer("ListRecords")),
        ("", Answer("ListRecords")),
    ],
    ids=["size", "prefix", "section", "empty element", "empty", "none"],
)
def test_tokens(token: str, expected: Answer) -> None:
    assert read_answer(fetched(answer(token))) == expected


def test_an_answer_is_read_however_it_is_packed() -> None:
    body = answer('<resumptionToken completeListSize="3">t</resumptionToken>')
    for packed in (gzip.compress(body), body.decode().encode("utf-16")):
        assert read_answer(fetched(packed)) == Answer("ListRecords", token="t", size=3)


def test_a_broken_record_does_not_hide_the_token() -> None:
    body = answer(record("a", "<dc>&nbsp;<oops></dc>") + "<resumptionToken>t</resumptionToken>")
    assert read_answer(fetched(body)).token == "t"


def test_the_formats_are_known_by_their_namespaces_best_first() -> None:
    def offered(prefix: str, namespace: str) -> str:
        return (
            f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>s</schema>"
            f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        )

    dublin = offered("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
    old, new = (
        offered("gmd", "http://www.isotc211.org/2005/gmd"),
        offered("mdb", "http://standards.iso.org/iso/19115/-3/mdb/2.0"),
    )
    rdf, other = offered("rdf", "http://www.w3.org/ns/dcat#"), offered("mods", "http://www.loc.gov/mods/v3")
    body = answer(dublin + other + old + rdf + new, "ListMetadataFormats")
    assert formats_offered(fetched(body)) == ("rdf", "mdb", "gmd", "oai_dc")
    assert formats_offered(fetched(answer(other, "ListMetadataFormats"))) == ()


def test_formats_and_granularity_of_real_servers() -> None:
    folder = reference("fixtures", "portals", "oai-pmh")
    assert formats_offered(fetched((folder / "sickle-ListMetadataFormats.xml").read_bytes())) == ("oai_dc",)
    assert granularity(fetched((folder / "pycsw-Identify.xml").read_bytes())) == "YYYY-MM-DDThh:mm:ssZ"


@pytest.mark.parametrize("code", ["badResumptionToken", "cannotDisseminateFormat", "badArgument", "badVerb"])
def test_an_error_with_status_200_is_an_error(code: str) -> None:
    body = answer(f'<error code="{code}">Le jeton a &amp; b</error>', "error")
    assert read_answer(fetched(body)) == Answer(error=code, words="Le jeton a & b")
    with pytest.raises(UnreadablePage, match=f"{code}: Le jeton a & b"):
        page_of(Protocol.OAI_PMH, body)


def test_nothing_that_matches_is_an_empty_list() -> None:
    page, records = page_of(Protocol.OAI_PMH, answer('<error code="noRecordsMatch"/>', "error"))
    assert (records, page.findings) == ([], ())


@pytest.mark.parametrize("verb", ["Identify", "ListMetadataFormats"])
def test_answers_to_other_verbs_are_pages_without_records(verb: str) -> None:
    assert page_of(Protocol.OAI_PMH, answer("<x/>", verb))[1] == []


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"{}", b"<rss/>", b'<!DOCTYPE x [<!ENTITY a "b">]><OAI-PMH/>'])
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePage):
        page_of(Protocol.OAI_PMH, body)


def test_a_deleted_record_is_none_and_is_named() -> None:
    page, records = read(gone("oai:a:1"), record("oai:a:2", DC.format("<dc:title>Eau</dc:title>")), gone("oai:a:3"))
    assert page.deleted == ("oai:a:1", "oai:a:3")
    assert [one.source_key for one in records] == ["oai:a:2"]


def test_the_key_is_the_identifier_of_the_header_in_every_format() -> None:
    for metadata in (DC.format("<dc:title>Eau</dc:title>"), ISO, RDF.format("")):
        found = only(record("oai:a:1", metadata))
        assert (found.source_key, found.modified) == ("oai:a:1", "2024-05-06")
        assert found.dataset.title[0].value == "Eau"
    assert only(record("oai:a:1", ISO)).dataset.other_identifiers == ("fiche-1",)
    assert only(record("oai:a:1", RDF.format(""))).dataset.iri == "https://a.fr/jeu/1"


def test_a_second_dataset_in_a_record_is_kept_under_its_own_key() -> None:
    more = '<dcat:Dataset rdf:about="https://a.fr/jeu/2"><dct:title>Air</dct:title></dcat:Dataset>'
    keys = sorted(one.source_key for one in read(record("oai:a:1", RDF.format(more)))[1])
    assert len(keys) == 2
    assert "oai:a:1" in keys


def test_dublin_core_describes_the_resource() -> None:
    said = (
        "<dc:title>Eau</dc:title><dc:identifier>doi:10.1/x</dc:identifier><dc:identifier>https://a.fr/x</dc:identifier>"
        "<dc:date>2011</dc:date><dc:subject>eau</dc:subject><dc:publisher>\n Ville \n</dc:publisher>"
        "<dc:rights>Licence Ouverte 2.0</dc:rights><dc:language>fre</dc:language>"
    )
    found = only(record("oai:a:1", DC.format(said)))
    dataset = found.dataset
    assert dataset.identifiers == ("doi:10.1/x", "https://a.fr/x")
    assert (dataset.issued, dataset.modified) == ("2011", "")
    assert (dataset.landing_pages, found.page) == (("https://a.fr/x",), "https://a.fr/x")
    assert dataset.publisher is not None
    assert dataset.publisher.name == (Text("Ville"),)
    assert dataset.licence is not None
    assert dataset.title == (Text("Eau", "fr"),)


def test_where_a_record_was_taken_from() -> None:
    about = (
        "<about><provenance><originDescription><baseURL>https://www.hal.ailleurs.fr/oai</baseURL>"
        "<identifier>oai:hal:7</identifier><originDescription><baseURL>https://plus-loin.fr</baseURL></originDescription>"
        "</originDescription></provenance></about>"
    )
    origin = only(record("oai:a:1", DC.format("<dc:title>Eau</dc:title>"), about)).origin
    assert origin is not None
    assert (origin.domain, origin.remote_id) == ("hal.ailleurs.fr", "oai:hal:7")


def test_what_breaks_on_a_record_costs_it_alone() -> None:
    sound = record("oai:a:2", DC.format("<dc:title>Eau</dc:title>"))
    records = read(
        record("oai:a:1", ""), sound, "<record><metadata/></record>", record("oai:a:4", "<rdf:RDF xmlns:rdf='x'/>")
    )[1]
    assert [(one.source_key, one.record is not None) for one in records] == [
        ("oai:a:1", False),
        ("oai:a:2", True),
        ("", False),
        ("oai:a:4", False),
    ]
    assert all("record-not-parseable" in rules_of(one) or one.findings for one in records if one.record is None)


def test_a_cut_page_keeps_what_came() -> None:
    body = answer(record("oai:a:1", DC.format("<dc:title>Eau</dc:title>")) + record("oai:a:2", DC.format("")))
    page = oai_pmh.parse(fetched(body[:-150]), PORTAL)
    came = iter(page.records)
    assert next(came).source_key == "oai:a:1"
    with pytest.raises(UnreadablePage, match="page-truncated"):
        list(came)
