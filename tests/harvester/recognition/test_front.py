"""What is read in a front page."""

import pytest

from harvester.parsers.page import Fetched
from harvester.recognition.front import plain_title, read_front

URL = "https://data.exemple.fr/accueil"


def page(head: str, body: str = "", **headers: str) -> Fetched:
    return Fetched(URL, f"<html><head>{head}</head><body>{body}</body></html>".encode(), headers=headers)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Accueil — Rennes Métropole en accès libre</title>", "Rennes Métropole en accès libre"),
        ("<title>Rennes\n  Métropole | Accueil</title>", "Rennes Métropole"),
        ("<title>x</title><meta property='og:site_name' content='Data Grand Lyon'>", "Data Grand Lyon"),
        ("<title>Accueil</title><meta property='og:title' content='Paris Data'>", "Paris Data"),
        ("<title>D&eacute;ch&egrave;teries</title>", "Déchèteries"),
        ("", ""),
    ],
)
def test_the_title_is_the_site_s(head: str, title: str) -> None:
    assert read_front(page(head)).title == title


def test_words_of_every_front_page_are_left_out() -> None:
    assert plain_title("Bienvenue sur Open Data Angers") == "Open Data Angers"
    assert plain_title("Home | Data - Accueil") == "Data"


def test_feeds_are_announced_and_linked() -> None:
    head = '<link rel="alternate" type="text/turtle" href="/a.ttl"><link rel="stylesheet" href="/b.css">'
    links = ("wsi/csw?service=CSW", "/contact", "https://[x", "javascript:catalog.ttl")
    body = "".join(f'<a href="{link}">…</a>' for link in links)
    assert read_front(page(head, body)).feeds == (
        "https://data.exemple.fr/a.ttl",
        "https://data.exemple.fr/wsi/csw?service=CSW",
    )


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff\xfe<\x00", b"<html", b"<html><title>", b"<html>\x00<title>A</title>"]
)
def test_nothing_raises(body: bytes) -> None:
    read_front(Fetched(URL, body, headers={"content-type": "text/html; charset=klingon"}))
