"""How much of what portals write is recognised, and how fast a record is normalised.

    python benchmarks/normalise.py [FILE…] [--seconds S] [--json]

FILES are DCAT documents (Turtle, RDF/XML, JSON-LD, N-Triples); without any, those of the portal fixtures in
``REFERENCE_DIR``. A value counts each time that a source writes it; values that say nothing (``not specified``,
``null``) count as empty. Speed is measured on one core over generated records of four distributions, each with texts of
its own and values drawn from what Opendatasoft and CKAN write, and over the records of FILES.
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

from msgspec.structs import replace

from dcat.findings import Finding
from dcat.licence import names_no_licence
from dcat.model import Agent, Concept, ContactPoint, Dataset, Distribution, Place, Record, Text
from dcat.normalise import normalise
from dcat.normalise.formats import is_vague
from dcat.normalise.words import is_silent, shown
from dcat.portal import Level, Portal
from dcat.rdf import UnreadableRdf, read_bytes

FIXTURES = Path(os.environ.get("REFERENCE_DIR", "../shared"), "fixtures", "portals", "dcat")
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
    records = list(_read(files))
    figures: dict[str, Any] = {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "records": len(records),
        "fields": _recognition(records),
        "findings": dict(_findings(records).most_common()),
        "generated_per_s": round(_speed(_generated(Random(1), 2_000), options.seconds)),
        "files_per_s": round(_speed(records, options.seconds)),
    }
    print(json.dumps(figures, ensure_ascii=False, indent=1) if options.json else _table(figures))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each speed is measured")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def _read(files: Iterable[Path]) -> Iterator[Record]:
    for path in files:
        try:
            page = read_bytes(path.read_bytes(), url=path.resolve().as_uri())
        except UnreadableRdf as error:
            print(f"{path.name}: {error}", file=sys.stderr)
            continue
        for number, (dataset, _) in enumerate(page.datasets):
            yield Record(id=f"{path.name}:{number}", portal=PORTAL.id, source_key=dataset.iri, dataset=dataset)


def _recognition(records: Sequence[Record]) -> dict[str, dict[str, object]]:
    """Per field: values said, values with a code, and the commonest that have none."""
    said: Counter[str] = Counter()
    unknown: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for record in records:
        normal = normalise(record, PORTAL)[0].dataset
        for field, values in FIELDS.items():
            for before, after in zip(values(record.dataset), values(normal), strict=False):
                if before is None or after is None or _says_nothing(field, before):
                    continue
                said[field] += 1
                if not after.code:
                    unknown[field][shown(before)] += 1
    return {
        field: {
            "said": said[field],
            "recognised": said[field] - unknown[field].total(),
            "rate": round(1 - unknown[field].total() / said[field], 4) if said[field] else None,
            "unknown": dict(unknown[field].most_common(SHOWN)),
        }
        for field in FIELDS
    }


def _says_nothing(field: str, concept: Concept) -> bool:
    if field == "licence":
        return names_no_licence(shown(concept))
    return is_vague(concept) if field == "format" else is_silent(concept)


def _findings(records: Sequence[Record]) -> Counter[str]:
    found: list[Finding] = []
    for record in records:
        found += normalise(record, PORTAL)[1]
    return Counter(one.rule for one in found)


def _speed(records: Sequence[Record], seconds: float) -> float:
    """Records a second; each round gets titles of its own, so that nothing is remembered from the last."""
    done, rounds, spent = 0, 0, 0.0
    while spent < seconds:
        rounds += 1
        fresh = [_retitled(record, rounds) for record in records]
        start = time.perf_counter()
        for record in fresh:
            normalise(record, PORTAL)
        spent += time.perf_counter() - start
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
        f"{'field':<14}{'said':>7}{'known':>7}{'rate':>8}  unknown",
    ]
    for field, found in figures["fields"].items():
        rate = "–" if found["rate"] is None else f"{found['rate']:.1%}"
        unknown = ", ".join(list(found["unknown"])[:3])
        lines.append(f"{field:<14}{found['said']:>7}{found['recognised']:>7}{rate:>8}  {unknown[:90]}")
    speeds = f"{figures['generated_per_s']} generated records/s, {figures['files_per_s']} of the files/s"
    lines.append(f"normalised on one core: {speeds}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
