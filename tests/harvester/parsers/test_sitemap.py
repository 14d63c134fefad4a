"""Sitemaps: every form, and what is none."""

import gzip

import pytest

from harvester.parsers import schema_org, sitemap
from harvester.parsers.page import Fetched
from harvester.parsers.sitemap import Entry, is_listing, read_sitemap
from tests.harvester.parsers.answers import PORTAL

NAMESPACE = ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = (
    f"<?xml version='1.0' encoding='UTF-8'?><!-- made by hand --><urlset{NAMESPACE}>"
    "<url><loc> https://a.fr/x?a=1&amp;b=2 </loc><lastmod>2024-05-06</lastmod></url>"
    "<url><loc>https://a.fr/y</loc></url><url><lastmod>2024</lastmod></url></urlset>"
).encode()
ENTRIES = [Entry("https://a.fr/x?a=1&b=2", "2024-05-06"), Entry("https://a.fr/y")]


def read(body: bytes, url: str = "https://a.fr/sitemap.xml") -> tuple[bool, list[Entry]]:
    found = read_sitemap(Fetched(url, body))
    assert found is not None
    return found.index, list(found.entries)


@pytest.mark.parametrize(
    "body",
    [
        PAGES,
        gzip.compress(PAGES),
        PAGES.replace(NAMESPACE.encode(), b""),
        b"\xef\xbb\xbf" + PAGES,
        PAGES.decode().encode("utf-16"),
    ],
    ids=["plain", "gzip", "no namespace", "byte order mark", "utf-16"],
)
def test_a_list_of_pages(body: bytes) -> None:
    assert read(body) == (False, ENTRIES)


def test_an_index() -> None:
    body = f"<sitemapindex{NAMESPACE}><sitemap><loc>https://a.fr/1.xml.gz</loc></sitemap></sitemapindex>".encode()
    assert read(body) == (True, [Entry("https://a.fr/1.xml.gz")])


def test_plain_text() -> None:
    assert read(b"https://a.fr/x\r\nnot an address\n https://a.fr/y ", "https://a.fr/sitemap.txt") == (
        False,
        [Entry("https://a.fr/x"), Entry("https://a.fr/y")],
    )


def test_robots_txt_names_sitemaps() -> None:
    body = b"User-agent: *\nDisallow: /admin\n# Sitemap: https://a.fr/no.xml\nSITEMAP: https://a.fr/1.xml\nSitemap:https://a.fr/2.xml"
    assert read(body, "https://a.fr/robots.txt") == (True, [Entry("https://a.fr/1.xml"), Entry("https://a.fr/2.xml")])


def test_a_cut_sitemap_gives_what_came_and_says_so() -> None:
    cut = Fetched("https://a.fr/sitemap.xml", PAGES[: PAGES.index(b"<url><loc>https://a.fr/y")])
    found = read_sitemap(cut)
    assert found is not None
    assert (found.whole, list(found.entries)) == (False, ENTRIES[:1])
    page = schema_org.parse(cut, PORTAL)
    assert [one.rule for one in page.findings] == ["page-truncated"]


def test_signs_that_xml_does_not_allow_stay_in_the_address() -> None:
    body = b"<urlset><url><loc>https://a.fr/x?a=1&b=2</loc></url></urlset>"
    assert read(body)[1] == [Entry("https://a.fr/x?a=1&b=2")]


def test_a_sitemap_is_read_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 3)
    many = "".join(f"<url><loc>https://a.fr/{number}</loc></url>" for number in range(5))
    assert len(read(f"<urlset>{many}</urlset>".encode())[1]) == 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body>urlset</body></html>",
        b"<rss/>",
        b"{}",
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset/>',
        b"\x1f\x8bbroken",
    ],
)
def test_what_is_no_sitemap(body: bytes) -> None:
    assert read_sitemap(Fetched("https://a.fr/sitemap.xml", body)) is None
    assert not is_listing(Fetched("https://a.fr/sitemap.xml", body))


def test_a_robots_txt_that_names_none_lists_nothing() -> None:
    answer = Fetched("https://a.fr/robots.txt", b"User-agent: *\nDisallow:")
    assert read_sitemap(answer) is None
    assert is_listing(answer)
