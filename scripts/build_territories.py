"""Build ``dcat/tables/territories-2026.tsv.gz`` from two unpacked npm packages; ``docs/territories.md`` explains.

    python -m scripts.build_territories NPM_6_FOLDER NPM_05_FOLDER

The folders are those of ``@etalab/decoupage-administratif`` 6.0.0 (territories of 1 January 2026) and 0.5.1 (history of
communes and EPCI up to 2019), each with its ``package.json`` and ``data``. The same input always gives the same bytes.

The file is gzip'd UTF-8 text, four sections separated by an empty line: the header; a row a territory; old code →
current code; folded name → the places that bear it. ``dcat.territory`` reads it.
"""

import argparse
import gzip
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dcat.territory import TABLE
from dcat.text import fold
from scripts.territory_names import names_of_arrondissement, names_of_collectivity, names_of_epci

TABLES = Path(__file__).resolve().parents[1] / "dcat" / "tables"
PACKAGE = "@etalab/decoupage-administratif"
FILES = {
    "6.0.0": ("communes", "departements", "regions", "epci", "ept"),
    "0.5.1": ("historique-communes", "epci"),
}
COLLECTIVE_CODES = {
    # Codes of INSEE's table of collectivities with the powers of a département.
    "departement:69M": "epci:200046977",
    "departement:69D": "departement:69",
    "departement:75C": "departement:75",
    "departement:6AE": "departement:67",
    "departement:20": "region:94",
    "departement:20R": "region:94",
    "departement:972R": "region:02",
    "departement:973R": "region:03",
    # Régions before 2016.
    "region:21": "region:44",
    "region:22": "region:32",
    "region:23": "region:28",
    "region:25": "region:28",
    "region:26": "region:27",
    "region:31": "region:32",
    "region:41": "region:44",
    "region:42": "region:44",
    "region:43": "region:27",
    "region:54": "region:75",
    "region:72": "region:75",
    "region:73": "region:76",
    "region:74": "region:75",
    "region:82": "region:84",
    "region:83": "region:84",
    "region:91": "region:76",
}
KIND_OF_TYPE = {"commune-deleguee": "D", "commune-associee": "S"}
KIND_ORDER = "ODSAF"

Item = dict[str, Any]


class Sources:
    """The JSON files of both packages, with a digest of each for the header."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self.digests: dict[str, str] = {}
        self._read: dict[tuple[str, str], list[Item]] = {}
        for version, folder in folders.items():
            found = json.loads((folder / "package.json").read_text(encoding="utf-8"))
            if (found["name"], found["version"]) != (PACKAGE, version):
                message = f"{folder} holds {found['name']} {found['version']}; {PACKAGE} {version} is needed"
                raise SystemExit(message)
            for name in FILES[version]:
                content = (folder / "data" / f"{name}.json").read_bytes()
                self.digests[f"{version}/{name}"] = hashlib.sha256(content).hexdigest()
                self._read[version, name] = json.loads(content)

    def __call__(self, version: str, name: str) -> list[Item]:
        """One file."""
        return self._read[version, name]


class Table:
    """What is written: rows, codes and names, gathered level by level."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.rows: dict[str, tuple[str, ...]] = {}
        self.codes: dict[str, str] = dict(COLLECTIVE_CODES)
        self.population: Counter[str] = Counter()
        self._names: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
        self.sirens = dict(line.split(",") for line in (TABLES / "collectivities.csv").read_text().split()[1:])
        everything = sources("6.0.0", "communes")
        self.current = {item["code"]: item for item in everything if item["type"] == "commune-actuelle"}
        self.arrondissements = [item for item in everything if item["type"] == "arrondissement-municipal"]
        self.parts = [item for item in everything if item["type"] in KIND_OF_TYPE]
        self.overseas = {item["code"] for item in sources("6.0.0", "regions") if item["zone"] == "com"}
        self.epci = {member["code"]: group["code"] for group in sources("6.0.0", "epci") for member in group["membres"]}
        self.ept = {member["code"]: group["code"] for group in sources("6.0.0", "ept") for member in group["membres"]}

    def row(self, code: str, name: str, **columns: str) -> None:
        """Add a territory and its official name. Column order is that of ``dcat.territory``."""
        order = ("type", "siren", "epci", "ept", "departement", "region", "parent", "postal_codes")
        kind, siren, *rest = (columns.get(column, "") for column in order)
        self.rows[code] = (name, kind, str(self.population[code]), siren, *rest)
        self.name(name, code, "O")

    def name(self, name: str, code: str, kind: str, former: str = "") -> None:
        """Add a name unless the place already has it as a better kind."""
        entries = self._names[fold(name)]
        known = next((kind for kind, place in entries if place == code), "")
        if not known or KIND_ORDER.index(kind) < KIND_ORDER.index(known):
            entries.pop((known, code), None)
            entries[kind, code] = f"{kind}{code}" + (f"<{former}" if former else "")

    def has_official(self, folded: str) -> bool:
        """Whether a commune, département or région is already called so."""
        return any(kind == "O" for kind, _ in self._names.get(folded, ()))

    def names(self) -> Iterator[tuple[str, str]]:
        """Folded name, entries: official first, then the most populated."""
        for folded, entries in sorted(self._names.items()):
            best_first = sorted(
                entries.items(),
                key=lambda item: (KIND_ORDER.index(item[0][0]), -self.population[item[0][1]], item[0][1]),
            )
            if folded:
                yield folded, " ".join(entry for _, entry in best_first)


def add_communes(table: Table) -> None:
    """Current communes, then municipal arrondissements with their city as parent."""
    for code, item in sorted(table.current.items()):
        table.population[f"commune:{code}"] = item.get("population", 0)
        table.row(f"commune:{code}", item["nom"], siren=item.get("siren", ""), **relations(table, item, code))
    for item in sorted(table.arrondissements, key=lambda item: item["code"]):
        code, city = f"commune:{item['code']}", item["commune"]
        table.population[code] = item["population"]
        table.row(code, item["nom"], type="arrondissement", parent=city, **relations(table, item, city))
        for name in names_of_arrondissement(item["nom"]):
            table.name(name, code, "A")


def relations(table: Table, item: Item, code: str) -> dict[str, str]:
    """What a commune lies in. An overseas collectivity is a région here and has no département."""
    return {
        "epci": table.epci.get(code, ""),
        "ept": table.ept.get(code, ""),
        "departement": "" if item["departement"] in table.overseas else item["departement"],
        "region": item["region"],
        "postal_codes": " ".join(item.get("codesPostaux", ())),
    }


def add_collectivities(table: Table) -> None:
    """Départements, régions with the overseas collectivities, and the nation; population is their communes'."""
    regions = table.sources("6.0.0", "regions")
    departements = [item for item in table.sources("6.0.0", "departements") if item["zone"] != "com"]
    for item in table.current.values():
        for place in (f"departement:{item['departement']}", f"region:{item['region']}", "national"):
            table.population[place] += item.get("population", 0)
    for level, items in (("departement", departements), ("region", regions)):
        for item in sorted(items, key=lambda item: str(item["code"])):
            code = f"{level}:{item['code']}"
            table.row(code, item["nom"], siren=table.sirens.get(code, ""), region=item.get("region", ""))
            for name in names_of_collectivity(level, item["code"], item["nom"], item["typeLiaison"]):
                table.name(name, code, "A")
    table.row("national", "France")
    table.codes |= {f"departement:{code}": f"region:{code}" for code in table.overseas}


def add_groups(table: Table) -> None:
    """EPCI and the territorial bodies of Grand Paris, with their names with and without the legal form."""
    metropolis = {group["code"] for group in table.sources("6.0.0", "epci") if "75056" in members(group)}
    for group in (*table.sources("6.0.0", "epci"), *table.sources("6.0.0", "ept")):
        code = f"epci:{group['code']}"
        table.population[code] = sum(table.population[f"commune:{member}"] for member in members(group))
        within = {level: majority(table, level, members(group)) for level in ("departement", "region")}
        if group["type"] == "EPT":
            within["epci"] = "".join(metropolis)
        table.row(code, group["nom"], type=group["type"], siren=group["code"], **within)
    for group in (*table.sources("6.0.0", "epci"), *table.sources("6.0.0", "ept")):
        add_names_of_epci(table, f"epci:{group['code']}", group, "A")


def add_names_of_epci(table: Table, code: str, group: Item, kind: str, former: str = "") -> None:
    """A name that is also a commune's, a département's or a région's is not added: it means that one."""
    for name in names_of_epci(group["nom"], group["type"]):
        if not table.has_official(fold(name)):
            table.name(name, code, kind, former)


def members(group: Item) -> list[str]:
    """INSEE codes of the communes of a group."""
    return [member["code"] for member in group["membres"]]


def majority(table: Table, level: str, communes: Iterable[str]) -> str:
    """The département or région where more than half of the inhabitants live, else ``""``."""
    shares: Counter[str] = Counter()
    for code in communes:
        shares[table.current[code][level]] += table.population[f"commune:{code}"]
    best, share = max(shares.items(), key=lambda item: (item[1], item[0]))
    return best if 2 * share > shares.total() and best not in table.overseas else ""


def add_former_communes(table: Table) -> None:
    """Delegated and associated communes, codes taken over since (``anciensCodes``), and every name since 1943."""
    for code, item in table.current.items():
        table.codes |= {f"commune:{old}": f"commune:{code}" for old in item.get("anciensCodes", ())}
    for item in table.parts:
        current = f"commune:{item['chefLieu']}"
        if item["code"] not in table.current:
            table.codes[f"commune:{item['code']}"] = current
        table.name(item["nom"], current, KIND_OF_TYPE[item["type"]], item["code"])
    for item in table.sources("0.5.1", "historique-communes"):
        code = f"commune:{item['code']}"
        table.name(item["nom"], table.codes.get(code, code), "F", item["code"])


def add_former_groups(table: Table) -> None:
    """EPCI of 2019: their names then, and the codes of those whose communes all went to one other EPCI."""
    for group in table.sources("0.5.1", "epci"):
        code = f"epci:{group['code']}"
        if code not in table.rows:
            current = {code.removeprefix("commune:") for code in (table.codes.get(f"commune:{old}", f"commune:{old}")
                                                                  for old in members(group))}  # fmt: skip
            heirs = {table.epci.get(commune, "") for commune in current}
            if len(heirs) != 1 or heirs == {""}:
                continue
            table.codes[code] = f"epci:{heirs.pop()}"
        add_names_of_epci(table, table.codes.get(code, code), group, "F", group["code"])


def header(sources: Sources) -> Iterator[str]:
    """What the file says of itself."""
    yield "# format: 1"
    yield "# territories: Code officiel géographique, 1 January 2026"
    yield f"# source: npm {PACKAGE} 6.0.0 and 0.5.1 (INSEE, DGCL, La Poste; data under Licence Ouverte, code MIT)"
    yield "# siren of départements and régions: dcat/tables/collectivities.csv"
    yield "# columns: code name type population siren epci ept departement region parent postal_codes"
    for name, digest in sorted(sources.digests.items()):
        yield f"# sha256 {name}: {digest}"


def build(sources: Sources) -> bytes:
    """The bytes of the table."""
    table = Table(sources)
    add_communes(table)
    communes = dict(table.rows)
    table.rows.clear()
    add_collectivities(table)
    collectivities = dict(table.rows)
    table.rows.clear()
    add_groups(table)
    groups = dict(sorted(table.rows.items()))
    add_former_communes(table)
    add_former_groups(table)
    rows = (communes | groups | collectivities).items()
    sections = (
        header(sources),
        ("\t".join((code, *columns)) for code, columns in rows),
        ("\t".join(pair) for pair in sorted(table.codes.items())),
        ("\t".join(pair) for pair in table.names()),
    )
    text = "\n\n".join("\n".join(section) for section in sections)
    return gzip.compress(text.encode(), mtime=0)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Build the table of territories.")
    parser.add_argument("current", type=Path, help=f"unpacked {PACKAGE} 6.0.0")
    parser.add_argument("history", type=Path, help=f"unpacked {PACKAGE} 0.5.1")
    arguments = parser.parse_args()
    content = build(Sources({"6.0.0": arguments.current, "0.5.1": arguments.history}))
    (TABLES / TABLE).write_bytes(content)
    print(f"{TABLE}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
