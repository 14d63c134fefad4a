"""``validate``: anyone's catalogue, from a file or an address, in every syntax."""

import gzip
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest

import api.checks.shacl
from api.cli.application import main
from tests.reference import reference

GOOD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres"@fr ; dct:description "Les arbres"@fr ;
  dct:publisher <https://data.example.fr/ville> ; dcat:distribution <https://data.example.fr/1/csv> .
<https://data.example.fr/ville> a foaf:Agent ; foaf:name "Ville"@fr .
<https://data.example.fr/1/csv> a dcat:Distribution ; dcat:accessURL <https://data.example.fr/1.csv> .
"""
BAD = GOOD.replace('dct:description "Les arbres"@fr ;', "")
PAGED = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<?page={page}> a hydra:PartialCollectionView ; hydra:next <?page={next}> .
<https://data.example.fr/{page}> a dcat:Dataset ; dct:title "Jeu {page}"@fr ; dct:description "D"@fr .
"""
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
<https://example.fr/shape> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
  sh:property [ sh:path dcat:keyword ; sh:minCount 1 ] .
"""
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}

Validated = Callable[..., tuple[int, str, str]]


@pytest.fixture
def validated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Validated:
    """The exit code and what was printed."""
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["validate", *map(str, arguments)])
        printed = capfd.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def site() -> Iterator[str]:
    """A catalogue of four pages, the last of which leads back to the first; page 5 leads to one that is not there."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            number = int(self.path.rpartition("=")[2]) if "page=" in self.path else 0
            body = PAGED.format(page=number, next=0 if number == 5 else number % 4 + 1).encode()
            self.send_response(200 if number else 404)
            self.send_header("Content-Type", "text/turtle")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/catalog"
    server.shutdown()
    thread.join()
    server.server_close()


def written(folder: Path, text: str, kind: str, *, zipped: bool = False) -> Path:
    data = ox.serialize(ox.parse(text.encode(), ox.RdfFormat.TURTLE), format=FORMATS[kind])
    assert data is not None
    file = folder / f"catalogue.{kind}{'.gz' * zipped}"
    file.write_bytes(gzip.compress(data) if zipped else data)
    return file


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kind", FORMATS)
def test_every_syntax_is_judged_alike(validated: Validated, tmp_path: Path, kind: str, *, zipped: bool) -> None:
    assert validated(written(tmp_path, GOOD, kind, zipped=zipped))[0] == 0
    code, out, _ = validated(written(tmp_path, BAD, kind, zipped=zipped), "--json")
    found = json.loads(out)
    assert (code, found["datasets"], found["violations"]) == (1, 1, 1)
    first = found["findings"][0]
    assert (first["rule"], first["count"], first["obligation"], first["violation"]) == (
        "description-missing", 1, "mandatory", True,
    )  # fmt: skip
    assert first["examples"] == [
        {"rule": "description-missing", "record": "https://data.example.fr/1", "place": "dct:description", "value": ""}
    ]


def test_the_file_is_left_as_it_was_and_nothing_beside_it(validated: Validated, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    file = written(folder, GOOD + "\n", "nt", zipped=True)
    before = file.read_bytes()
    validated(file)
    assert [found.read_bytes() for found in folder.iterdir()] == [before]


def test_words_are_in_the_reader_s_language(
    validated: Validated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, BAD, "ttl")
    _, french, _ = validated(file)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    _, english, _ = validated(file)
    assert "1 × La description manque (obligatoire, description-missing)" in french
    assert "1 × The description is missing (mandatory, description-missing)" in english
    assert "/rules/description-missing" in french
    assert "DCAT-AP 3.0.1" in french
    assert "Qualité européenne (MQA) : 10.0 points sur 355 jugeables, mauvais" in french
    assert "Accessibility: 0.0 / 50" in english


def test_what_is_no_catalogue_is_a_violation_and_what_is_not_there_wrong_usage(
    validated: Validated, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><html><body>maintenance</body></html>", encoding="utf-8")
    code, out, _ = validated(page)
    assert code == 1
    assert "page-not-parseable" in out
    code, out, err = validated(tmp_path / "absent.ttl")
    assert (code, out) == (2, "")
    assert "n'existe pas" in err


def test_pages_are_followed_to_the_limit_and_each_once(
    validated: Validated, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGUILLAGE_ALLOW_PRIVATE_HOSTS", "true")
    monkeypatch.setattr("harvester.politeness.manners.sleep", lambda _: None)
    whole = json.loads(validated(f"{site}?page=1", "--json")[1])
    assert (whole["pages"], whole["datasets"], whole["more"]) == (4, 4, "")
    cut = json.loads(validated(f"{site}?page=1", "--json", "--pages", 2)[1])
    assert (cut["pages"], cut["datasets"], cut["more"]) == (2, 2, f"{site}?page=3")
    assert "--pages" in validated(f"{site}?page=1", "--pages", 2)[2]
    code, _, err = validated(f"{site}")
    assert code != 0
    assert "404" in err


def test_a_private_address_is_refused(validated: Validated, site: str) -> None:
    code, _, err = validated(f"{site}?page=1")
    assert code != 0
    assert "127.0.0.1" in err


def test_the_extra_is_named_where_it_is_missing(
    validated: Validated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.checks.shacl, "pyrudof", None)
    file = written(tmp_path, GOOD, "ttl")
    code, _, err = validated(file, "--shacl", file)
    assert code == 2
    assert "aiguillage[shacl]" in err


@pytest.mark.reference
def test_the_official_shapes_say_the_same(validated: Validated, tmp_path: Path) -> None:
    shapes = reference("reference", "shacl", "dcat-ap-3.0.1", "html-shapes.ttl")
    assert validated(written(tmp_path, GOOD, "nt"), "--shacl", shapes)[0] == 0
    good = json.loads(validated(written(tmp_path, GOOD, "rdf"), "--shacl", shapes, "--json")[1])
    assert good["shacl"] == []
    bad = json.loads(validated(written(tmp_path, BAD, "rdf"), "--shacl", shapes, "--json")[1])
    assert [(one["focus"], one["path"]) for one in bad["shacl"]] == [
        ("https://data.example.fr/1", "http://purl.org/dc/terms/description")
    ]


def test_the_shapes_alone_make_a_catalogue_invalid(validated: Validated, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES, encoding="utf-8")
    code, out, _ = validated(written(tmp_path, GOOD, "jsonld"), "--shacl", shapes)
    assert code == 1
    assert "SHACL : 1 résultat(s)" in out


def test_an_illegal_address_does_not_end_the_shapes(validated: Validated, tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SHAPES.replace("dcat:keyword", "dcat:landingPage"), encoding="utf-8")
    page = "dcat:landingPage <https://data.example.fr/a b[1]> ; dct:publisher"
    found = []
    for statement in (page, "dct:publisher"):
        (tmp_path / "catalogue.ttl").write_text(GOOD.replace("dct:publisher", statement, 1), encoding="utf-8")
        _, out, _ = validated(tmp_path / "catalogue.ttl", "--shacl", shapes, "--json")
        found.append(len(json.loads(out)["shacl"]))
    assert found == [0, 1]


def test_shapes_that_are_none_are_wrong_usage(validated: Validated, tmp_path: Path) -> None:
    broken = tmp_path / "shapes.ttl"
    broken.write_text("this is no Turtle", encoding="utf-8")
    code, _, err = validated(written(tmp_path, GOOD, "ttl"), "--shacl", broken)
    assert code == 2
    assert "illisibles" in err


def test_a_file_without_shapes_assures_nobody(validated: Validated, tmp_path: Path) -> None:
    """A catalogue given in place of the shapes would find nothing wrong with anything."""
    code, _, err = validated(written(tmp_path, BAD, "rdf"), "--shacl", written(tmp_path, GOOD, "ttl"))
    assert code == 2
    assert "aucune forme SHACL" in err


def test_a_later_page_that_does_not_come_costs_itself_alone(
    validated: Validated, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGUILLAGE_ALLOW_PRIVATE_HOSTS", "true")
    monkeypatch.setattr("harvester.politeness.manners.sleep", lambda _: None)
    code, out, _ = validated(f"{site}?page=5", "--json")
    found = json.loads(out)
    assert (code, found["pages"], found["datasets"]) == (1, 1, 1)
    (lost,) = [one for one in found["findings"] if one["rule"] == "page-unreachable"]
    assert (lost["violation"], lost["examples"][0]["place"]) == (True, f"{site}?page=0")
