"""INSPIRE Atom: what feeds say of datasets and files, and which record gets which."""

import pytest
from msgspec import structs

from dcat.identity import record_id
from dcat.model import Concept, Dataset, Distribution, Record, Text
from harvester.parsers.atom import Entry, files_of, read_feed, with_files
from harvester.parsers.page import Fetched, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL
from tests.reference import reference

URL = "https://atom.exemple.fr/service.xml"


def feed(*entries: str) -> bytes:
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0"><title>Service</title>'
        f"{''.join(f'<entry>{entry}</entry>' for entry in entries)}</feed>"
    ).encode()


def named(code: str, namespace: str = "", link: str = "") -> str:
    return (
        f"<inspire_dls:spatial_dataset_identifier_code>{code}</inspire_dls:spatial_dataset_identifier_code>"
        f"<inspire_dls:spatial_dataset_identifier_namespace>{namespace}</inspire_dls:spatial_dataset_identifier_namespace>"
        f'<link rel="alternate" type="application/atom+xml" href="{link}"/>'
    )


FILE = (
    "<title>Réseau d'eau</title><updated>2024-05-06T00:00:00Z</updated><rights>Licence Ouverte</rights>"
    '<category term="http://www.opengis.net/def/crs/EPSG/0/2154" label="RGF93 / Lambert-93"/>'
    '<link rel="alternate" type="application/x-shapefile" href="eau.zip" length="2048" hreflang="fr" title="Eau, SHP"/>'
    '<link rel="alternate" type="text/html" href="eau.html"/><link rel="self" href="x"/>'
)


def read(body: bytes, url: str = URL) -> tuple[Entry, ...]:
    return read_feed(Fetched(url, body))


def test_a_real_service_feed() -> None:
    (entry,) = read(
        reference("fixtures", "portals", "atom", "pdok-service.xml").read_bytes(), "http://xyz.org/download/en.xml"
    )
    assert entry.names == ("http://xyz.org/wn_id1", "abcISO19139")
    assert entry.feeds == ("http://xyz.org/data/waternetwork_feed.xml",)
    assert (entry.code, entry.files) == ("wn_id1", ())


def test_a_file_with_all_that_is_said_of_it() -> None:
    (entry,) = read(feed(FILE), "https://atom.exemple.fr/feeds/eau.xml")
    form = Concept(label=(Text("application/x-shapefile"),))
    system = Concept(iri="http://www.opengis.net/def/crs/EPSG/0/2154", label=(Text("RGF93 / Lambert-93"),))
    assert entry.files == (
        Distribution(
            title=(Text("Eau, SHP", "fr"),),
            access_urls=("https://atom.exemple.fr/feeds/eau.zip",),
            download_urls=("https://atom.exemple.fr/feeds/eau.zip",),
            format=form,
            media_type=form,
            rights=(Text("Licence Ouverte"),),
            conforms_to=(system,),
            byte_size=2048,
            modified="2024-05-06T00:00:00Z",
        ),
    )


def test_a_file_in_several_parts() -> None:
    parts = "".join(f'<link rel="section" type="application/gml+xml" href="{n}.gml"/>' for n in (1, 2))
    (entry,) = read(feed(f"<title>Eau</title>{parts}"))
    assert [file.download_urls for file in entry.files] == [
        ("https://atom.exemple.fr/1.gml",),
        ("https://atom.exemple.fr/2.gml",),
    ]


@pytest.mark.parametrize(
    ("code", "namespace", "names"),
    [
        ("eau", "https://ville.fr", ("https://ville.fr/eau",)),
        ("eau", "https://ville.fr/", ("https://ville.fr/eau",)),
        ("eau", "urn:ville:", ("urn:ville:eau",)),
        ("https://ville.fr/eau", "https://autre.fr", ("https://ville.fr/eau",)),
        ("eau", "", ()),
        ("TODO", "https://ville.fr", ()),
    ],
)
def test_a_code_counts_in_its_namespace(code: str, namespace: str, names: tuple[str, ...]) -> None:
    (entry,) = read(feed(named(code, namespace)))
    assert entry.names == names


@pytest.mark.parametrize(
    "address",
    [
        "https://a.fr/srv/api/records/2f6b7f3e-1111",
        "https://a.fr/meta/2f6b7f3e-1111.xml",
        "https://a.fr/csw?service=CSW&amp;request=GetRecordById&amp;id=2f6b7f3e-1111",
        "https://a.fr/metadata.get?uuid=2f6b7f3e-1111",
    ],
)
def test_the_address_of_the_metadata_names_the_record(address: str) -> None:
    (entry,) = read(feed(f'<link rel="describedby" href="{address}"/>'))
    assert "2f6b7f3e-1111" in entry.names


@pytest.mark.parametrize("body", [b"", b"<html/>", b"<rss><entry/></rss>", b"{}", b"<feed><entry>"])
def test_what_is_no_feed_says_why(body: bytes) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read(body)
    assert refused.value.findings


@pytest.mark.parametrize(
    "link", ["", '<link rel="alternate"/>', '<link href="http://["/>', '<link href="mailto:a@b.fr"/>']
)
def test_a_link_that_leads_nowhere_is_none(link: str) -> None:
    (entry,) = read(feed(f"<title>Eau</title>{link}"))
    assert (entry.feeds, entry.files) == ((), ())


# --- which record gets which files ------------------------------------------------------------------------------------


def a_file(address: str) -> Distribution:
    return Distribution(access_urls=(address,), download_urls=(address,))


def parsed(key: str, *identifiers: str, distributions: tuple[Distribution, ...] = ()) -> ParsedRecord:
    dataset = Dataset(identifiers=identifiers, distributions=distributions)
    return ParsedRecord(key, Record(record_id("exemple", key), "exemple", key, dataset))


def files(record: ParsedRecord, *entries: Entry, **feeds: tuple[Entry, ...]) -> list[str]:
    """The files of a record, where a portal has these feeds."""
    portal = structs.replace(PORTAL, files=files_of({URL: entries, **feeds}))
    (one,) = with_files([record], portal)
    assert one.record is not None
    return [url for file in one.record.dataset.distributions for url in file.download_urls]


X = a_file("https://a.fr/x.zip")
LED = {"feed": (Entry(files=(X,)),)}


@pytest.mark.parametrize(
    ("record", "entry"),
    [
        (parsed("uuid-1", "https://ville.fr/eau"), Entry(names=("https://ville.fr/eau",))),
        (parsed("uuid-1", "http://www.ville.fr/eau/"), Entry(names=("https://ville.fr/eau",))),
        (parsed("uuid-1", "eau"), Entry(names=("https://ville.fr/eau",), code="eau")),
        (parsed("uuid-1"), Entry(names=("uuid-1",))),
        (parsed("uuid-1"), Entry(code="uuid-1")),
    ],
    ids=["identifier", "spelling", "code", "record", "code of the record"],
)
def test_files_go_to_the_record_with_the_identifier(record: ParsedRecord, entry: Entry) -> None:
    assert files(record, structs.replace(entry, files=(X,))) == ["https://a.fr/x.zip"]
    assert files(record, structs.replace(entry, feeds=("feed",)), **LED) == ["https://a.fr/x.zip"]


def test_a_code_that_two_datasets_have_is_no_identifier() -> None:
    entries = (
        Entry(names=("a/1",), code="1", files=(X,)),
        Entry(names=("b/1",), code="1", files=(a_file("https://a.fr/y"),)),
    )
    assert files(parsed("uuid", "1"), *entries) == []
    assert files(parsed("uuid", "a/1"), *entries) == ["https://a.fr/x.zip"]


def test_others_get_nothing() -> None:
    entry = Entry(names=("https://ville.fr/eau",), files=(X,))
    assert files(parsed("uuid-1", "https://ville.fr/air"), entry) == []
    rejected = ParsedRecord("uuid-1", None)
    assert list(with_files([rejected], structs.replace(PORTAL, files={"uuid-1": (X,)}))) == [rejected]
    assert files(parsed("uuid-1"), Entry(), Entry(files=(X,))) == []


def test_a_file_that_the_record_has_already_is_not_put_twice() -> None:
    known = a_file("http://www.a.fr/x.zip")
    record = parsed("uuid-1", distributions=(known,))
    assert files(record, Entry(names=("uuid-1",), files=(X, X, a_file("https://a.fr/y.zip")))) == [
        "http://www.a.fr/x.zip",
        "https://a.fr/y.zip",
    ]
