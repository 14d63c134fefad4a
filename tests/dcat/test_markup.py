"""HTML and Markdown of portals as plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.markup import has_html, plain_line, plain_text


@pytest.mark.parametrize(
    "written",
    ["Plan&#x202E; local", "Plan&#1<!-- --> local", "Plan&#xFEFF; local", "<p>Plan&#8294; local</p>"],
)
def test_what_no_text_may_carry_does_not_come_back_by_a_reference(written: str) -> None:
    assert plain_text(written) == "Plan local"
    assert plain_line(written) == "Plan local"


def test_an_address_carries_it_neither() -> None:
    assert plain_text("[plan](https://x.fr/&#8238b)") == "plan (https://x.fr/b)"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<p>Liste des antennes du conseil régional.</p>\n", "Liste des antennes du conseil régional."),
        ("<p>\n\tEvolution annuelle\n des circuits</p>", "Evolution annuelle des circuits"),
        ("<p>Un</p><p>Deux</p>", "Un\n\nDeux"),
        ("Un<br/>Deux", "Un\nDeux"),
        ("<ul><li>un</li><li>deux</li></ul>fin", "- un\n- deux\n\nfin"),
        ('voir <a href="https://x.fr/?a=1&amp;b=2">ici</a>', "voir ici (https://x.fr/?a=1&b=2)"),
        ('<a href="https://x.fr">https://x.fr</a>', "https://x.fr"),
        ('<a href="mailto:a@b.fr?subject=x">a@b.fr</a>', "a@b.fr"),
        ('<a href="javascript:alert(1)">clic</a><script>alert(1)</script>', "clic"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\n\nc"),
        ("L&#39;eau &amp; la ville", "L'eau & la ville"),
        (
            "[RNA](https://www.data.gouv.fr/datasets/x_(y)/) publié",
            "RNA (https://www.data.gouv.fr/datasets/x_(y)/) publié",
        ),
        ("du **gras** et `code_commune`", "du gras et code_commune"),
        ("# Titre\n\n## Partie\n> cité", "Titre\n\nPartie\ncité"),
        ("<https://x.fr/a>", "https://x.fr/a"),
        ("a < b et c > d, <5 ans", "a < b et c > d, <5 ans"),
        ("&amp;lt;b&amp;gt;gras&amp;lt;/b&amp;gt;", "gras"),
        ("snake_case_name et 2 * 3 * 4", "snake_case_name et 2 * 3 * 4"),
        ("un\r\n\r\n\r\n\r\ndeux  ", "un\n\ndeux"),
        ("<p>x", "x"),
        ("", ""),
    ],
)
def test_keeps_words_and_links(written: str, expected: str) -> None:
    assert plain_text(written) == expected


def test_a_title_is_one_line() -> None:
    assert plain_line("  Budget &amp; <b>comptes</b>\n 2020 ") == "Budget & comptes 2020"


def test_tells_html_from_angle_brackets() -> None:
    assert has_html("<p>x")
    assert has_html("a &eacute; b")
    assert not has_html("moins de <5 ans & plus")
    assert not has_html("voir <https://x.fr>")


MARKUP = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<a href='x'>",
            "</a>",
            "<b",
            ">",
            "<",
            "&lt;",
            "&amp;",
            "&#60;",
            "**",
            "_",
            "__",
            "`",
            "[",
            "]",
            "(",
            ")",
            "](",
            "\\",
            "#",
            "\n",
            " ",
            "a",
            "é",
            "<li>",
            "<br>",
            "<script>",
            "<!--",
            "![",
            "> ",
        ]
    ),
    max_size=30,
).map("".join)


@given(MARKUP | st.text(max_size=60))
def test_doing_it_twice_is_doing_it_once(text: str) -> None:
    once = plain_text(text)
    assert plain_text(once) == once
    line = plain_line(text)
    assert plain_line(line) == line


@given(MARKUP)
def test_no_live_markup_is_left(text: str) -> None:
    assert "<script" not in plain_text(text)
