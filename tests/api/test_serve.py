"""``serve`` and its keeper, as processes: what is left when they end, however they end."""

import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from api.keeper.harvesting import jobs_for
from api.services import SAMPLE_FOLDER, Services
from api.settings import read_settings
from harvester.crawling.fleet import Fleet
from harvester.registry import Registry
from harvester.sample.federation import SampleFederation
from tests.api.processes import answers, gone, run, running, until


def test_an_empty_folder_is_served_and_says_what_to_do(tmp_path: Path) -> None:
    with running(tmp_path, "serve", "--port", "0") as serve:
        page = until(lambda: answers(serve.url), serve)
        assert "Aucun portail n'a encore été moissonné" in page.text.replace("&#39;", "'")
        assert "aiguillage serve --harvest-now" in page.text
        route = httpx.get(f"{serve.url}/api/route", params={"q": "horaires bus rennes"}).json()["routes"][0]
        assert (route["portal"], route["datasets"], route["coverage"]) == ("rennes-metropole", None, "unknown")
        assert httpx.get(f"{serve.url}/health/ready").status_code == 200
        family = serve.family()
        assert serve.end(signal.SIGINT) == 0
    assert "Arrêté proprement" in serve.text
    assert "Traceback" not in serve.text
    until(lambda: gone(family))  # the resource tracker of multiprocessing ends just after its parent


@pytest.mark.parametrize(("number", "options"), [(signal.SIGTERM, ()), (signal.SIGINT, ("--workers", "2"))])
def test_a_signal_ends_serve_its_workers_and_its_keeper(
    tmp_path: Path, number: signal.Signals, options: tuple[str, ...]
) -> None:
    with running(tmp_path, "serve", "--port", "0", *options) as serve:
        until(lambda: answers(f"{serve.url}/health/live"), serve)
        until(lambda: "kept" in serve.text, serve)
        family = serve.family()
        assert len(family) >= (4 if options else 2)
        assert serve.end(number) == 0
    assert "Traceback" not in serve.text
    until(lambda: gone(family))  # the resource tracker of multiprocessing ends just after its parent


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_nothing_is_left_where_serve_is_killed(tmp_path: Path, options: tuple[str, ...]) -> None:
    with running(tmp_path, "serve", "--port", "0", *options) as serve:
        until(lambda: answers(f"{serve.url}/health/live"), serve)
        until(lambda: "kept" in serve.text, serve)
        family = serve.family()
        serve.process.kill()
        until(lambda: gone(family))


def test_a_port_that_is_taken_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run(tmp_path, "serve", "--port", str(port))
    assert ended.returncode == 1
    assert f"Le port {port} est déjà pris" in ended.stderr
    assert "--port" in ended.stderr
    assert not (tmp_path / "keeper.lock").exists()


def test_one_keeper_holds_the_lock_and_the_next_takes_over(tmp_path: Path) -> None:
    with running(tmp_path, "worker") as first, running(tmp_path, "worker") as second:
        until(lambda: "kept" in first.text + second.text, first)
        until(lambda: "another keeper" in first.text + second.text, first)
        keeping, waiting = (first, second) if "kept" in first.text else (second, first)
        assert keeping.end(signal.SIGTERM) == 0
        until(lambda: "kept" in waiting.text, waiting)
        assert waiting.end(signal.SIGINT) == 0


def test_a_wrong_portal_file_stops_serve_before_it_serves(tmp_path: Path) -> None:
    folder = tmp_path / "portals"
    folder.mkdir()
    (folder / "mine.yml").write_text("id: mine\ntitle: Mine\nlevel: village\nurl: https://example.org\n")
    ended = run(tmp_path, "serve", "--port", "0", PORTALS_DIR=str(folder))
    assert ended.returncode == 2
    assert "mine.yml" in ended.stderr
    assert "level" in ended.stderr
    assert "commune" in ended.stderr


def test_what_is_harvested_beside_a_service_is_served_without_a_restart(tmp_path: Path) -> None:
    with SampleFederation(90, seed=5, folder=tmp_path / SAMPLE_FOLDER):
        begun = Services(read_settings(data_dir=tmp_path), sample=True)
        with Fleet(1, 1) as fleet:
            fleet.harvest(jobs_for(begun, [begun.registry.get("roubaix")]))
        begun.close()
        with running(tmp_path, "serve", "--port", "0") as serve:
            until(lambda: total(serve.url, "roubaix"), serve)
            assert not total(serve.url, "data-gouv-fr")
            harvest = run(tmp_path, "harvest", "data-gouv-fr", "--json")
            assert harvest.returncode == 0, harvest.stderr
            assert "gardien" in harvest.stderr
            assert [report["portal"] for report in json.loads(harvest.stdout)] == ["data-gouv-fr"]
            until(lambda: total(serve.url, "data-gouv-fr"), serve)
            rebuild = run(tmp_path, "index", "--rebuild")
            assert rebuild.returncode == 1
            assert "arrêtez aiguillage serve" in rebuild.stderr
            assert serve.end() == 0


def total(url: str, portal: str) -> int:
    return int(httpx.get(f"{url}/api/search", params={"portal": portal}).json()["total"])


def test_a_harvest_under_way_is_left_to_the_next_start_when_serve_is_told_to_end(tmp_path: Path) -> None:
    with silent_portal() as url:
        only_portal(tmp_path / "portals", url)
        settings = {"PORTALS_DIR": str(tmp_path / "portals"), "ALLOW_PRIVATE_HOSTS": "true"}
        with running(tmp_path, "serve", "--port", "0", "--harvest-now", **settings) as serve:
            until(lambda: run_statuses(tmp_path, **settings) == ["running"], serve)
            family = serve.family()
            assert any("harvester.crawling.crawl" in process.cmdline() for process in family)
            assert serve.end(signal.SIGTERM) == 0
        until(lambda: gone(family))
        archive = Services(read_settings(data_dir=tmp_path)).archive
        assert [run.status for run in archive.resumable(datetime.now(UTC))] == ["running"]
        archive.close()
    assert "Traceback" not in serve.text


def run_statuses(folder: Path, **settings: str) -> list[str]:
    ended = run(folder, "runs", "--json", **settings)
    return [report["status"] for report in json.loads(ended.stdout)] if ended.returncode == 0 else []


def only_portal(folder: Path, url: str) -> None:
    """Portal files that leave no other portal than one of ours."""
    folder.mkdir()
    for portal in Registry.load():
        (folder / f"{portal.id}.yml").write_text(f"id: {portal.id}\nenabled: false\n")
    (folder / "mine.yml").write_text(
        f"id: mine\ntitle: Mine\nlevel: national\nterritories: [national]\nurl: {url}\nprotocol: ckan\n"
        f"endpoint: {url}/api/3/action\n"
    )


@contextmanager
def silent_portal() -> Iterator[str]:
    """A portal that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
