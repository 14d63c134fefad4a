"""What is told, in words and as data."""

import json
import string

import msgspec
import pytest
from msgspec.structs import replace

from dcat.findings import Severity, rules
from harvester.notify.notice import _texts
from harvester.notify.standing import Standing, Turn
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import FindingCount
from tests.harvester.notify.examples import BASE, FAILED, FOUND, notice, report


@pytest.mark.parametrize("row", _texts().values(), ids=lambda row: row["key"])
def test_every_sentence_exists_in_both_languages_with_the_same_values(row: dict[str, str]) -> None:
    fields = [{name for _, name, _, _ in string.Formatter().parse(row[language]) if name} for language in ("fr", "en")]
    assert row["fr"]
    assert row["en"]
    assert fields[0] == fields[1]


def test_a_failure_says_what_to_repair_and_where_to_read_on() -> None:
    assert FAILED.subject == "[Aiguillage] Rennes Métropole : le moissonnage n'a pas pu tout lire"
    assert "Une partie de la source n'a pas pu être lue" in FAILED.text
    assert "reçues : 80 ; acceptées : 80" in FAILED.text
    assert f"{BASE}/runs/42" in FAILED.text
    for rule in ("page-unreachable", "licence-missing", "date-invalid"):
        assert rules()[rule].remedy_fr in FAILED.text
        assert f"{BASE}/rules/{rule}" in FAILED.text
    assert rules()["email-invalid"].label_fr not in FAILED.text  # three at most
    assert "champ notify" in FAILED.text


def test_what_lost_records_is_told_before_what_records_lack() -> None:
    lacking = [
        FindingCount(rule, Severity.WARNING, 80) for rule in ("licence-missing", "date-invalid", "email-invalid")
    ]
    found = (*lacking, FindingCount("total-mismatch", Severity.WARNING, 1))
    told = notice(Turn(Standing.WELL, Standing.FAILED), report(Status.PARTIAL, 80, *found))
    labels = [rules()[rule].label_fr for rule in ("total-mismatch", "licence-missing", "date-invalid")]
    assert sorted(labels, key=told.text.index) == labels
    assert rules()["email-invalid"].label_fr not in told.text


def test_what_is_worth_knowing_is_no_news() -> None:
    told = notice(Turn(Standing.WELL, Standing.FAILED), report(Status.FAILED, 0, FOUND[-1]))
    assert rules()["html-cleaned"].label_fr not in told.text


def test_a_held_run_says_how_to_approve_it() -> None:
    told = notice(Turn(Standing.WELL, Standing.HELD), report(Status.HELD, 400, held=155), "en")
    assert told.subject == "[Aiguillage] Rennes Métropole: deletions wait for an approval"
    assert "did not come: 155" in told.text
    assert "aiguillage approve 42" in told.text


def test_a_fall_says_from_what() -> None:
    told = notice(Turn(Standing.WELL, Standing.FALL, 100), report(Status.OK, 50))
    assert "acceptées : 50" in told.text
    assert "tout allait bien : 100" in told.text


def test_that_it_is_well_again_asks_for_nothing() -> None:
    told = notice(Turn(Standing.FAILED, Standing.WELL), report(Status.OK, 100, *FOUND))
    assert told.subject.endswith("tout va bien à nouveau")
    assert rules()["licence-missing"].remedy_fr not in told.text
    assert "ne sera pas répété" not in told.text


def test_a_run_of_changes_does_not_say_that_all_was_read() -> None:
    turn, run = Turn(Standing.FAILED, Standing.WELL), report(Status.OK, 5)
    assert "Toute la source a été lue." in notice(turn, run).text
    changes = notice(turn, replace(run, mode=Mode.INCREMENTAL)).text
    assert "Toute la source" not in changes
    assert "Ce qui a changé depuis le moissonnage précédent a été lu." in changes


@pytest.mark.parametrize(("language", "spoken"), [("fr", "fr"), ("en", "en"), ("br", "fr")])
def test_a_portal_is_told_in_its_language(language: str, spoken: str) -> None:
    assert notice(FAILED.turn, FAILED.report, language).language == spoken


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.RUNNING])
@pytest.mark.parametrize("now", list(Standing))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_turn_has_words(status: Status, now: Standing, language: str) -> None:
    told = notice(Turn(Standing.WELL, now, 10), report(status), language)
    assert "{" not in told.text
    assert json.loads(msgspec.json.encode(told.as_json()))["now"] == now


def test_a_machine_gets_the_report_and_the_reason() -> None:
    told = json.loads(msgspec.json.encode(FAILED.as_json()))
    assert (told["event"], told["before"], told["now"]) == ("harvest.failed", "well", "failed")
    assert told["portal"] == {
        "id": "rennes-metropole",
        "title": "Rennes Métropole",
        "url": "https://data.rennesmetropole.fr",
    }
    assert told["report"]["counts"]["accepted"] == 80
    assert told["report_url"] == f"{BASE}/runs/42"
    assert [found["rule"] for found in told["findings"]] == ["page-unreachable", "licence-missing", "date-invalid"]
    assert told["text"] == FAILED.text
