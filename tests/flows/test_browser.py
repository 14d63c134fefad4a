"""The pages in Chromium, as people use them: what is typed is completed, and nothing else runs or is loaded.

The browser is ``TEST_CHROMIUM``, else the system's; without one these tests say so and are left out.
"""

import os
import re
import shutil
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="TEST_CHROMIUM: no Chromium was found")

# A container's user is root and its /dev/shm small; neither matters to a page of our own.
OPTIONS = ["--no-sandbox", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, client: httpx.Client) -> Iterator[Page]:
    """A page on which any error, and any request that leaves this server, fails the test."""
    opened = browser.new_page(base_url=str(client.base_url), viewport={"width": 390, "height": 800})
    wrong: list[str] = []
    loaded: list[str] = []
    opened.on("console", lambda message: wrong.append(message.text))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("request", lambda asked: loaded.append(asked.url))
    yield opened
    opened.close()
    assert wrong == []
    assert all(url.startswith(str(client.base_url)) for url in loaded)


def test_a_place_completes_the_question(page: Page) -> None:
    page.goto("/?lang=fr")
    question = page.get_by_role("combobox", name="Votre question")
    question.press_sequentially("arrêts de bus renn")
    expect(page.get_by_role("option").nth(1)).to_have_text("arrêts de bus Rennes Ille-et-Vilaine")
    expect(question).to_have_attribute("aria-expanded", "true")

    question.press("ArrowDown")
    question.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text("arrêts de bus Rennes Ille-et-Vilaine")
    question.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=arr%C3%AAts\+de\+bus\+Rennes&lang=fr$"))
    expect(page.get_by_role("link", name="Rennes Métropole").first).to_be_visible()


def test_a_dataset_is_opened_by_the_mouse(page: Page) -> None:
    page.goto("/?lang=en")
    page.get_by_role("combobox").press_sequentially("horaires b")
    chosen = page.get_by_role("option").filter(has_text="bus").first
    title = chosen.evaluate("option => option.firstChild.textContent")
    chosen.click()

    expect(page).to_have_url(re.compile(r"/datasets/[0-9a-f]{16}\?lang=en$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_what_is_typed_stays_what_is_asked(page: Page) -> None:
    page.goto("/?lang=fr")
    question = page.get_by_role("combobox")
    question.press_sequentially("transp")
    expect(page.get_by_role("option", name="Transports Thème")).to_be_visible()
    question.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    question.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=transp&lang=fr$"))


def test_the_form_works_without_scripts(browser: Browser, client: httpx.Client) -> None:
    page = browser.new_page(base_url=str(client.base_url), java_script_enabled=False)
    page.goto("/?lang=fr")
    page.get_by_role("combobox").fill("horaires bus rennes")
    page.get_by_role("button", name="Chercher").click()

    expect(page.get_by_role("link", name="Ouvrir sa page de recherche")).to_be_visible()
    page.close()


@pytest.mark.parametrize("path", ["/", "/search?q=horaires+bus+rennes", "/portals", "/runs", "/portals/paris"])
def test_a_page_fits_a_telephone(page: Page, path: str) -> None:
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
