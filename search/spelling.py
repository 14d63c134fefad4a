"""What was meant by words that nobody writes."""

import re
from collections.abc import Mapping

from dcat.text import fold
from search.vocabulary import Vocabulary

WORD = re.compile(r"[^\W\d_]+")


def meant(question: str, vocabulary: Vocabulary) -> dict[str, str]:
    """Folded word → the word of the catalogue that it may stand for, where it is not written as it stands."""
    typed = dict.fromkeys(fold(word) for word in WORD.findall(question))
    return {word: other for word in typed if (other := vocabulary.meant(word))}


def corrected(question: str, meant: Mapping[str, str]) -> str | None:
    """The question as it was probably meant, None where nothing was mistyped."""
    if not meant:
        return None
    return WORD.sub(lambda found: meant.get(fold(found.group()), found.group()), question)
