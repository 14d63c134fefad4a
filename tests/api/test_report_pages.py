"""The pages that a portal's administrator reads, over an archive that many things happened to."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs
from sqlalchemy import event

from api.keeper.indexing import follow
from api.pages.harvests import Sparkline, gap_of, missing_of, sparkline
from api.pages.portal import schedule_in_words
from api.services import Services
from api.settings import read_settings
from dcat.findings import finding, rules
from dcat.model import Text
from dcat.portal import Portal
from harvester.archive import Start
from harvester.parsers.page import ParsedRecord
from harvester.registry import Registry
from harvester.runs.outcome import Ending, Mode, Status
from harvester.runs.report import Counts, Report
from tests.harvester.sources import NOON, catalogue, harvest, make_record, parsed, rejected
from tests.installation import served

RENNES = Registry.load().get("rennes-metropole")
ANGERS = Registry.load().get("angers")
TEN = [f"jeu-{number}" for number in range(10)]
DAY = timedelta(days=1)
SCRIPT = '<script src="/static/suggest.js" defer></script>'  # of the search box, where a page has it


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=tmp_path, contact_email="opendata@example.org"))
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> Iterator[httpx.Client]:
    with served(services) as client:
        client.headers["Accept"] = "text/html"
        yield client


def run(services: Services, records: list[ParsedRecord], portal: Portal = RENNES, **how: Any) -> int:
    report = harvest(services.archive, records, portal=portal, **how)
    follow(services)
    assert report.run is not None
    return report.run


def mine(*keys: str, portal: Portal = RENNES) -> list[ParsedRecord]:
    return catalogue(*keys, portal=portal)


def flawed(key: str, *rules: str, value: str = "") -> ParsedRecord:
    return parsed(key, f"Arbres {key}", *(finding(rule, key, "dct:x", value) for rule in rules), portal=RENNES)


def shown(client: httpx.Client, path: str, lang: str = "fr", status: int = 200) -> str:
    """The text of a page, on one line, as a reader sees it."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}")
    assert answer.status_code == status, answer.text
    assert f'<html lang="{lang}">' in answer.text
    assert "<script" not in answer.text.replace(SCRIPT, "")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    text = re.sub(r"<(title|style)>.*?</\1>", "", answer.text, flags=re.DOTALL)
    text = re.sub(r"</(td|th|dt|dd|li|p|h\d)>", " ", text)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", text)).replace("\u202f", "").split())


def links(client: httpx.Client, path: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', client.get(path).text)]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "fr",
            ["réussi", "Toute la source a été lue", "Énumération complète prouvée", "Tout ce que la source annonce"],
        ),
        ("en", ["done", "The whole source was read", "Complete enumeration proven", "All that the source declares"]),
    ],
)
def test_a_sound_run(services: Services, client: httpx.Client, lang: str, words: list[str]) -> None:
    number = run(services, mine(*TEN), declared=10)
    page = shown(client, f"/runs/{number}", lang)
    assert all(word in page for word in words), page
    assert "Rennes Métropole" in page
    assert ("Rien à signaler" if lang == "fr" else "Nothing to report") in page


def test_the_numbers_are_shown_to_add_up(services: Services, client: httpx.Client) -> None:
    run(services, mine(*TEN), declared=10)
    records = [parsed("jeu-0", "Bancs", portal=RENNES), *mine(*TEN[1:], "neuf"), *mine("jeu-9"), rejected("x")]
    number = run(services, records, declared=12)
    page = shown(client, f"/runs/{number}")
    assert "Reçues 13 = acceptées 11 + rejetées 1 + fusionnées 1" in page
    assert "Acceptées 11 = nouvelles 1 + modifiées 1 + inchangées 9" in page


def test_a_run_that_lost_a_page_says_what_explains_the_gap(services: Services, client: httpx.Client) -> None:
    lost = parsed("jeu-0", "Arbres", finding("page-unreachable", place="https://data.example.fr/9"), portal=RENNES)
    number = run(services, [lost, *mine(*TEN[1:])], declared=12, ending=Ending.FAILED)
    page = shown(client, f"/runs/{number}")
    assert "partiel" in page
    assert "Énumération complète non prouvée" in page
    assert "Fiches manquantes : 2 sur 12 annoncées. Ce qui l'explique : La page n'a pas pu être lue." in page
    assert "rien n'est supprimé" in page


def test_what_kept_a_run_from_its_end_is_to_be_repaired_first(services: Services, client: httpx.Client) -> None:
    looped = parsed("jeu-0", "Arbres", finding("page-repeated", place="https://data.example.fr/9"), portal=RENNES)
    records = [looped, *(flawed(key, "licence-missing") for key in TEN[1:])]
    page = shown(client, f"/runs/{run(services, records, declared=12, ending=Ending.CAPPED)}")
    assert page.index("1 fois Une page déjà lue est revenue") < page.index("9 fois La licence n'est pas indiquée")


def test_a_held_run_lists_what_waits_and_how_to_approve(services: Services, client: httpx.Client) -> None:
    run(services, mine(*TEN))
    number = run(services, mine(*TEN[:4]), declared=4)
    page = shown(client, f"/runs/{number}")
    assert "Suppressions en attente d'approbation Fiches concernées : 6." in page
    assert f"aiguillage approve {number}" in page
    assert f"{RENNES.url}/explore/dataset/jeu-7/" in links(client, f"/runs/{number}")
    listed = shown(client, f"/runs/{number}/changes?kind=held")
    assert all(key in listed for key in TEN[4:])
    assert "jeu-0" not in listed


def test_what_to_repair_comes_with_remedy_place_and_examples(services: Services, client: httpx.Client) -> None:
    records = [flawed(key, "licence-missing", "html-cleaned") for key in TEN] + [flawed("mauvais", "date-invalid")]
    number = run(services, records)
    page = shown(client, f"/runs/{number}")
    assert page.index("10 fois La licence n'est pas indiquée") < page.index("1 fois La date n'est pas lisible")
    assert page.index("La date n'est pas lisible") < page.index("Du HTML a été retiré")
    assert rules()["licence-missing"].remedy_fr in page
    assert "Où, dans Opendatasoft : Back-office > Catalogue" in page
    found = links(client, f"/runs/{number}")
    assert f"{RENNES.url}/explore/dataset/jeu-2/" in found
    assert f"{RENNES.url}/explore/dataset/jeu-3/" not in found  # three examples
    assert f"/runs/{number}/findings?rule=licence-missing&lang=fr" in found
    assert "/rules/licence-missing?lang=fr" in found
    ours = [link for link in found if link.startswith("/datasets/")]
    assert client.get(ours[0]).status_code == 200


def test_the_difference_from_the_run_before(services: Services, client: httpx.Client) -> None:
    run(services, [flawed(key, "licence-missing") for key in TEN])
    number = run(services, [flawed(TEN[0], "licence-missing"), *(flawed(key) for key in TEN[1:9]), *mine("neuf")])
    page = shown(client, f"/runs/{number}")
    assert "Depuis l'exécution 1 Fiches : nouvelles : 1 · supprimées : 1" in page
    assert "réparés : 9" in page
    moved = shown(client, f"/runs/{number}/changes")
    assert "nouvelle Arbres" in moved
    assert "supprimée Arbres jeu-9" in moved


def test_runs_that_cannot_be_compared_say_so(services: Services, client: httpx.Client) -> None:
    run(services, mine(*TEN))
    number = run(services, mine("jeu-0"), ending=Ending.FAILED)
    assert "ce qui semble disparu n'est peut-être que non lu" in shown(client, f"/runs/{number}")


def test_findings_are_filtered_and_paged(services: Services, client: httpx.Client) -> None:
    number = run(services, [flawed(f"jeu-{n}", "licence-missing", "html-cleaned") for n in range(60)], page_size=60)
    first = client.get(f"/runs/{number}/findings?rule=licence-missing&lang=fr").text
    assert first.count("<tr>") == 1 + 50
    assert "page 1 sur 2" in first
    second = client.get(f"/runs/{number}/findings?rule=licence-missing&page=2&lang=fr").text
    assert second.count("<tr>") == 1 + 10
    everything = shown(client, f"/runs/{number}/findings")
    assert "La licence n'est pas indiquée 60" in everything
    assert "Du HTML a été retiré du texte 60" in everything
    assert "Aucun constat" in shown(client, f"/runs/{number}/findings?rule=title-missing")


def test_a_run_page_costs_the_same_however_much_was_found(services: Services, client: httpx.Client) -> None:
    small = run(services, [flawed("jeu-0", "licence-missing")])
    many = [flawed(f"jeu-{n}", *list(rules())[n % 40 : n % 40 + 3]) for n in range(200)]
    large = run(services, many, page_size=200)
    larger = run(services, many[:150], page_size=200)
    asked: list[str] = []
    event.listen(services.archive.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counted = []
    for number in (large, larger, small):
        client.get(f"/runs/{number}")
        asked.clear()
        assert client.get(f"/runs/{number}").status_code == 200
        counted.append(sum(statement.startswith("SELECT") for statement in asked))
    assert counted[0] <= counted[2] + 6  # the first run has no run before it, nor anything held
    assert max(counted) <= 24


def test_what_strangers_write_is_shown_as_text(services: Services, client: httpx.Client) -> None:
    record = make_record("k", portal=RENNES)
    titled = structs.replace(record.dataset, title=(Text("<script>alert(1)</script>", "fr"),))
    evil = structs.replace(record, dataset=titled, page="javascript:alert(1)")
    noted = finding("licence-unknown", "k", "<b>", "<img src=x onerror=alert(1)>")
    number = run(services, [ParsedRecord("k", evil, (noted,))])
    for path in (f"/runs/{number}", f"/runs/{number}/findings", f"/runs/{number}/changes", "/runs"):
        text = client.get(path).text
        assert "<script" not in text
        assert "<img" not in text
        assert "javascript:" not in text


@pytest.mark.parametrize(("status", "words"), [("failed", "Rien n'a pu être lu"), ("blocked", "refuse notre agent")])
def test_a_run_that_read_nothing(services: Services, client: httpx.Client, status: str, words: str) -> None:
    number = run(services, [], ending=Ending(status))
    page = shown(client, f"/runs/{number}")
    assert words in page
    assert "ce qui était connu reste" in page.lower()


def test_a_run_under_way(services: Services, client: httpx.Client) -> None:
    started = services.archive.begin_run(RENNES, Start(), NOON)
    page = shown(client, f"/runs/{started.id}")
    assert "La lecture est en cours" in page
    assert "Énumération" not in page


def test_an_unknown_run_is_a_page_that_says_so(client: httpx.Client) -> None:
    for path in ("/runs/99", "/runs/99/findings", "/runs/99/changes"):
        assert "Aucune exécution ne porte le numéro 99" in shown(client, path, status=404)


def test_the_list_of_runs(services: Services, client: httpx.Client) -> None:
    for number in range(3):
        run(services, [flawed("jeu-0", "licence-missing")], now=NOON + number * DAY)
    run(services, mine("a", portal=ANGERS), portal=ANGERS)
    page = shown(client, "/runs")
    assert "4 Angers Loire Métropole réussi" in page
    assert "3 Rennes Métropole réussi 03/03/2026 13:00 1 0 0 0 0 1" in page
    only = shown(client, "/runs?portal=rennes-metropole")
    assert "Moissonnages de Rennes Métropole" in only
    assert "Angers" not in only
    assert client.get("/runs?portal=nowhere").status_code == 404


def test_a_portal_that_was_harvested(services: Services, client: httpx.Client) -> None:
    run(services, mine(*TEN))
    run(services, mine(*TEN[:9]), ending=Ending.FAILED, now=NOON + DAY)
    page = shown(client, "/portals/rennes-metropole")
    assert "Fiches connues 10" in page
    assert "Opendatasoft" in page
    assert "chaque jour vers 01:00" in page
    assert "Dernier moissonnage partiel" in page
    assert "Dernière lecture complète : 1er mars 2026 à 13:00" in page
    assert "Aucun autre portail connu" in page
    assert {"/runs/2?lang=fr", "/search?portal=rennes-metropole&lang=fr"} <= set(
        links(client, "/portals/rennes-metropole")
    )
    assert "every day about 01:00" in shown(client, "/portals/rennes-metropole", "en")


def test_who_publishes_the_same_datasets(services: Services, client: httpx.Client) -> None:
    shared = make_record("a", portal=RENNES)
    iri = f"{RENNES.url}/explore/dataset/a/"
    one, other = (
        ParsedRecord(
            "a", structs.replace(make_record("a", portal=portal), dataset=structs.replace(shared.dataset, iri=iri))
        )
        for portal in (RENNES, ANGERS)
    )
    run(services, [one])
    run(services, [other], portal=ANGERS)
    assert "Angers Loire Métropole 1 " in shown(client, "/portals/rennes-metropole")


def test_a_portal_that_was_never_harvested_is_unknown_not_empty(services: Services, client: httpx.Client) -> None:
    for harvested in (False, True):
        if harvested:
            run(services, mine("a"))
        page = shown(client, "/portals/angers")
        assert "on ne sait pas ce qu'il contient" in page
        assert "Fiches connues" not in page
    assert "Vouliez-vous dire : rennes-metropole" in shown(client, "/portals/rennes-metropol", status=404)


def test_every_rule_has_its_page(client: httpx.Client) -> None:
    index = set(links(client, "/rules"))
    for code, rule in rules().items():
        assert f"/rules/{code}?lang=fr" in index
        for lang in ("fr", "en"):
            page = shown(client, f"/rules/{code}", lang)
            assert " ".join(rule.label(lang).split()) in page
            assert rule.remedy(lang) in page
    assert "Aucun constat n'a le code" in shown(client, "/rules/no-such-rule", status=404)


def test_how_not_to_be_harvested(client: httpx.Client) -> None:
    page = shown(client, "/exclusion")
    assert "écrivez à opendata@example.org en donnant" in page
    assert "User-agent: Aiguillage Disallow: /" in page
    assert "seuls ceux d'un service sont repris" in page
    assert "mailto:opendata@example.org" in links(client, "/exclusion")
    assert "/exclusion?lang=fr" in links(client, "/")


@pytest.mark.parametrize(("lang", "words"), [("fr", "Toute la source a été lue"), ("en", "The whole source was read")])
def test_how_to_read_a_report(services: Services, client: httpx.Client, lang: str, words: str) -> None:
    assert words in shown(client, "/guide", lang)
    run(services, mine("a"))
    assert "/guide?lang=fr" in links(client, "/runs/1")


@pytest.mark.parametrize("kept", ["keep", "role-only", "drop"])
def test_the_exclusion_page_says_what_this_installation_does(tmp_path: Path, kept: str) -> None:
    with served(Services(read_settings(data_dir=tmp_path, personal_data=kept))) as client:
        assert "AIGUILLAGE_CONTACT_EMAIL" in shown(client, "/exclusion", "en")


def test_an_empty_installation_writes_nothing_to_answer(tmp_path: Path) -> None:
    with served(Services(read_settings(data_dir=tmp_path))) as client:
        for path in ("/runs", "/portals/mel", "/guide", "/rules", "/rules/title-missing", "/exclusion"):
            shown(client, path)
        client.headers["Accept"] = "text/html"
        shown(client, "/runs/1", status=404)
    assert list(tmp_path.iterdir()) == []


# What the pages are made of


def a_report(**counts: int | None) -> Report:
    return Report(1, "p", Status.OK, True, Mode.FULL, NOON, NOON, Counts(**counts))  # type: ignore[arg-type]


def test_the_gap_counts_distinct_records() -> None:
    assert missing_of(Counts(declared=10, received=10, merged=2)) == 2
    assert missing_of(Counts(declared=10, received=12)) == -2
    assert missing_of(Counts(received=12)) is None
    assert gap_of(a_report(declared=10, received=10)).reasons == ()


def test_a_sparkline_goes_from_the_oldest_to_the_newest() -> None:
    newest_first = [a_report(accepted=20), a_report(accepted=10), a_report(accepted=0)]
    assert sparkline(newest_first) == Sparkline("0.0,19.0 50.0,10.0 100.0,1.0", 0, 20, 3)
    assert sparkline(newest_first[:1]) is None
    assert sparkline([a_report(), a_report()]) == Sparkline("0.0,19.0 100.0,19.0", 0, 0, 2)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 3 * * *", "chaque jour vers 03:00"),
        ("30 14 * * *", "chaque jour vers 14:30"),
        ("0 3 * * 1", "selon « 0 3 * * 1 » (heure de Paris)"),
    ],
)
def test_a_schedule_in_words(cron: str, words: str) -> None:
    assert schedule_in_words("fr", cron) == words
