"""How much of what portals write is recognised, and how fast a record is normalised and validated.

    python -m benchmarks.normalise [FILE…] [--corpus FILE.parquet] [--seconds S] [--json]

FILES are DCAT documents (Turtle, RDF/XML, JSON-LD, N-Triples); without any, the portal fixtures in ``REFERENCE_DIR``,
of every protocol, read by the real parsers. A value counts each time that a source writes it; values that say nothing
(``not specified``, ``null``) count as empty. The odd values of ``tests/dcat/normalise/read`` count once each. Precision
is the share of the codes given that were read as right, by eye.

With ``--corpus`` also, on a catalogue export: the share of records with a keyword that get a theme, the share of local
authorities whose territory is known, and both precisions, on the records that were read.

Speed is measured on one core over generated records of four distributions, each with texts of its own and values drawn
from what Opendatasoft and CKAN write: where a language is declared, and where langdetect must be asked; and over the
records of FILES, with the share of each for which langdetect was asked; normalising alone, and normalising and
validating together, as a harvest does both.
"""

import argparse
import gc
import hashlib
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from benchmarks.raw import portal_of, records_of
from benchmarks.read import (
    corpus_records,
    digest_of,
    fixture_verdicts,
    odd_concepts,
    publisher_figures,
    theme_figures,
)
from dcat.findings import Finding
from dcat.language import detect
from dcat.model import Agent, Concept, ContactPoint, Dataset, Distribution, Place, Record, Text
from dcat.normalise import normalise
from dcat.normalise.bodies import resolve_publisher
from dcat.normalise.concepts import recognise_language
from dcat.normalise.formats import is_vague, recognise_format
from dcat.normalise.frequency import recognise_frequency
from dcat.normalise.licences import recognise_licence, says_no_licence
from dcat.normalise.notes import Notes
from dcat.normalise.places import resolve_places
from dcat.normalise.rights import recognise_rights
from dcat.normalise.themes import says_no_theme, theme_of_keywords
from dcat.normalise.words import is_silent, shown
from dcat.portal import Level, Portal, Protocol
from dcat.validate import validate

FIXTURES = Path(os.environ.get("REFERENCE_DIR", "../shared"), "fixtures", "portals")
NATION = portal_of(Protocol.DCAT)
PORTAL = Portal(
    id="rennes-metropole",
    title="Rennes Métropole",
    level=Level.EPCI,
    territories=("epci:243500139",),
    url="https://data.rennesmetropole.fr",
)
SHOWN = 40

Values = Iterator[Concept | None]


def _licences(dataset: Dataset) -> Values:
    yield dataset.licence
    yield from (distribution.licence for distribution in dataset.distributions)


FIELDS: dict[str, Callable[[Dataset], Values]] = {
    "licence": _licences,
    "frequency": lambda dataset: iter((dataset.frequency,)),
    "format": lambda dataset: (distribution.format for distribution in dataset.distributions),
    "media type": lambda dataset: (distribution.media_type for distribution in dataset.distributions),
    "language": lambda dataset: iter(dataset.languages),
    "theme": lambda dataset: iter(dataset.themes),
    "access rights": lambda dataset: iter((dataset.access_rights,)),
}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    files = options.files or sorted(path for path in FIXTURES.rglob("*") if path.is_file())
    if not files:
        print(f"no file given and none in {FIXTURES}: set REFERENCE_DIR or name files", file=sys.stderr)
        return 2
    records = list(records_of(files, FIXTURES))
    figures: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "records": len(records),
        "fields": recognition(records),
        "findings": dict(_findings(records).most_common()),
        "corpus": corpus_figures(options.corpus) if options.corpus else None,
        "speeds": _speeds(records, options.seconds),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--corpus", type=Path, help="a catalogue export in Parquet, with tags, organisations and zones")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each speed is measured")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


ODD: dict[str, Callable[[Concept], Concept | None]] = {
    "licence": recognise_licence,
    "frequency": recognise_frequency,
    "format": recognise_format,
    "access rights": recognise_rights,
    "language": recognise_language,
}


class Tally:
    """The values of one field: how many say something, which of them get no code, and whose code was read as right."""

    def __init__(self, field: str) -> None:
        self._field = field
        self._said = 0
        self._unknown: Counter[str] = Counter()
        self._verdicts: list[bool] = []

    def add(self, before: Concept, after: Concept, right: str | None) -> None:
        """``right`` is the code that was read as right; None where nobody read the value."""
        if _says_nothing(self._field, before):
            return
        self._said += 1
        if not after.code:
            self._unknown[shown(before)] += 1
        elif right is not None:
            self._verdicts.append(after.code == right)

    def figures(self) -> dict[str, Any]:
        """Counts, shares, and the commonest values without a code."""
        unknown = self._unknown.total()
        return {
            "said": self._said,
            "recognised": self._said - unknown,
            "rate": round(1 - unknown / self._said, 4) if self._said else None,
            "read": len(self._verdicts),
            "precision": round(sum(self._verdicts) / len(self._verdicts), 4) if self._verdicts else None,
            "unknown": dict(self._unknown.most_common(SHOWN)),
        }


def recognition(records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Per field, over the records and the odd values."""
    verdicts = fixture_verdicts()
    tallies = {field: Tally(field) for field in FIELDS}
    for record in records:
        normal = normalise(record, NATION)[0].dataset
        for field, values in FIELDS.items():
            for before, after in zip(values(record.dataset), values(normal), strict=False):
                if before is not None and after is not None:
                    tallies[field].add(before, after, verdicts.get(digest_of(field, before)))
    for field, recognise in ODD.items():
        for concept, expected in odd_concepts(field):
            tallies[field].add(concept, recognise(concept) or concept, expected)
    return {field: tally.figures() for field, tally in tallies.items()}


def corpus_figures(path: Path) -> dict[str, Any]:
    """Themes by keywords and territories of publishers, over a whole catalogue export."""
    themes: dict[str, str] = {}
    territories: dict[str, str] = {}
    with_keyword = 0
    for record in corpus_records(path):
        if record.dataset.keywords:
            with_keyword += 1
            themes[record.source_key] = theme_of_keywords(record.dataset.keywords)[0]
        notes = Notes(record, NATION, None)
        publisher = resolve_publisher(resolve_places(record.dataset, notes), notes).publisher
        territories[record.source_key] = publisher.territory if publisher else ""
    share = sum(map(bool, themes.values())) / with_keyword
    return {
        "records": len(territories),
        "theme": {"with_keyword": with_keyword, "share": round(share, 4), **theme_figures(themes)},
        "publisher": publisher_figures(territories),
    }


def _says_nothing(field: str, concept: Concept) -> bool:
    if field == "licence":
        return says_no_licence(concept)
    if field == "theme":
        return says_no_theme(concept)
    return is_vague(concept) if field == "format" else is_silent(concept)


def _findings(records: Sequence[Record]) -> Counter[str]:
    found: list[Finding] = []
    for record in records:
        found += normalise(record, NATION)[1]
    return Counter(one.rule for one in found)


def _speeds(records: Sequence[Record], seconds: float) -> dict[str, dict[str, float]]:
    """Of each kind of record: how many a second of processor time are normalised, and normalised and validated, and the
    share for which langdetect was asked."""
    declared = _generated(Random(1), 2_000)
    kinds = {
        "generated, a language declared": (declared, PORTAL),
        "generated, none declared": ([_undeclared(record) for record in declared], _silent(PORTAL)),
        "of the files": (records, NATION),
    }
    return {
        kind: {
            "normalised_per_s": round(_speed(some, portal, seconds, _normalised)),
            "validated_per_s": round(_speed(some, portal, seconds, _validated)),
            "langdetect_share": _langdetect_share(some, portal),
        }
        for kind, (some, portal) in kinds.items()
    }


def _normalised(record: Record, portal: Portal) -> Record | None:
    return normalise(record, portal)[0]


def _validated(record: Record, portal: Portal) -> None:
    normal = _normalised(record, portal)
    if normal is not None:
        validate(normal)


def _langdetect_share(records: Sequence[Record], portal: Portal) -> float:
    detect.cache_clear()
    for record in records:
        normalise(record, portal)
    asked = detect.cache_info()
    return round((asked.hits + asked.misses) / len(records), 4)


def _silent(portal: Portal) -> Portal:
    return replace(portal, language="")


def _undeclared(record: Record) -> Record:
    """The same without any language declared."""
    dataset = record.dataset
    title = tuple(Text(text.value) for text in dataset.title)
    description = tuple(Text(text.value) for text in dataset.description)
    return replace(record, dataset=replace(dataset, title=title, description=description, languages=()))


def _speed(
    records: Sequence[Record], portal: Portal, seconds: float, work: Callable[[Record, Portal], object]
) -> float:
    """Records a second of processor time; each round gets titles of its own, so that nothing is remembered from the
    last."""
    done, rounds, spent = 0, 0, 0.0
    while spent < seconds:
        rounds += 1
        fresh = [_retitled(record, rounds) for record in records]
        detect.cache_clear()
        gc.collect()
        start = time.process_time()
        for record in fresh:
            work(record, portal)
        spent += time.process_time() - start
        done += len(fresh)
    return done / spent


def _retitled(record: Record, number: int) -> Record:
    return replace(record, dataset=replace(record.dataset, title=(*record.dataset.title, Text(f"Édition {number}"))))


def _generated(random: Random, count: int) -> list[Record]:
    return [_record(random, number) for number in range(count)]


SENTENCE = (
    "la liste des équipements du territoire avec leurs horaires et les lignes qui desservent les quartiers de la ville"
)
WORDS = SENTENCE.split()
FORMATS = ("CSV", "json", "SHP", "GeoJSON", "xlsx", "OGC:WMS", "application/vnd.oasis.opendocument.spreadsheet")
PUBLISHERS = ("Ville de Rennes", "Rennes Métropole", "Ville de Vezin le Coquet", "Les Champs Libres")
THEMES = ("Mobilité, Transport", "Environnement", "Citoyenneté", "Culture, Sports, Loisirs")
LICENCES = ("Licence Ouverte v2.0 (Etalab)", "Open Database License (ODbL)")
FREQUENCIES = ("annuelle", "quotidienne", "http://purl.org/cld/freq/weekly")


def _record(random: Random, number: int) -> Record:
    sentence = " ".join(random.choices(WORDS, k=60))
    page = f"https://data.rennesmetropole.fr/explore/dataset/jeu-{number}"
    dataset = Dataset(
        iri=page,
        identifiers=(f"jeu-{number}",),
        title=(Text(f"Jeu de données {number}", "fr"),),
        description=(
            Text(f"<p>{sentence}</p><p>Voir <a href='{page}'>la page</a>.</p>" if number % 2 else sentence, "fr"),
        ),
        publisher=Agent(name=(Text(random.choice(PUBLISHERS)),)),
        contact_points=(ContactPoint(email="mailto:opendata@rennesmetropole.fr"),),
        keywords=tuple(Text(word, "fr") for word in random.sample(WORDS, 5)),
        themes=(Concept(label=(Text(random.choice(THEMES), "fr"),)),),
        spatial=(Place(label=(Text("Rennes"),)),),
        issued=f"2019-0{1 + number % 9}-11T07:43:09+00:00",
        modified=f"2021-04-{1 + number % 28:02}T07:43:{number % 60:02}+00:00",
        frequency=Concept(label=(Text(random.choice(FREQUENCIES)),)),
        languages=(Concept(iri="http://id.loc.gov/vocabulary/iso639-1/fr"),),
        licence=Concept(label=(Text(random.choice(LICENCES)),)),
        landing_pages=(page,),
        distributions=tuple(_distribution(random, page, index) for index in range(4)),
    )
    return Record(id=f"r:{number}", portal=PORTAL.id, source_key=f"jeu-{number}", dataset=dataset, page=page)


def _distribution(random: Random, page: str, index: int) -> Distribution:
    name = random.choice(FORMATS)
    return Distribution(
        iri=f"{page}/exports/{index}",
        title=(Text(f"Export {name}", "fr"),),
        access_urls=(page,),
        download_urls=(f"{page}/exports/{index}?lang=fr",),
        format=Concept(label=(Text(name),)),
        licence=Concept(iri="http://opendatacommons.org/licenses/odbl/"),
        issued="2019-01-11T07:43:09+00:00",
        modified=f"2021-04-0{1 + index}T07:43:09+00:00",
    )


def _table(figures: dict[str, Any]) -> str:
    lines = [
        f"{figures['records']} records; {figures['machine']}",
        f"{'field':<14}{'said':>7}{'known':>7}{'rate':>8}{'read':>7}{'right':>8}  unknown",
    ]
    for field, found in figures["fields"].items():
        unknown = ", ".join(" ".join(word.split()) for word in list(found["unknown"])[:3])
        counts = f"{found['said']:>7}{found['recognised']:>7}{_share(found['rate']):>8}"
        lines.append(f"{field:<14}{counts}{found['read']:>7}{_share(found['precision']):>8}  {unknown[:80]}")
    lines += _corpus_lines(figures["corpus"]) if figures["corpus"] else []
    lines += [f"{'records/s of processor time, one core':<38}{'normalise':>10}{'+ validate':>12}{'langdetect':>12}"]
    for kind, found in figures["speeds"].items():
        speeds = f"{found['normalised_per_s']:>10}{found['validated_per_s']:>12}"
        lines.append(f"{kind:<38}{speeds}{_share(found['langdetect_share']):>12}")
    return "\n".join(lines)


def _corpus_lines(found: dict[str, Any]) -> list[str]:
    theme, publisher = found["theme"], found["publisher"]
    return [
        f"{found['records']} records of the corpus",
        f"  theme: {_share(theme['share'])} of {theme['with_keyword']} with a keyword; {_right(theme)}",
        f"  publisher: {_share(publisher['resolved'])} of {publisher['local']} local authorities; {_right(publisher)}",
    ]


def _right(found: dict[str, Any]) -> str:
    return f"{_share(found['precision'])} of {found['read']} read are right"


def _share(number: float | None) -> str:
    return "–" if number is None else f"{number:.1%}"


if __name__ == "__main__":
    sys.exit(main())
