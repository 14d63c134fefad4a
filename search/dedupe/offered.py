"""The best values of a dataset's copies: the elected copy's are shown, better ones of the others are offered."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from dcat.model import text_in
from search.document import Copy

LONGER = 1.5  # times the elected copy's description: a few words more are not better


class Offered(Struct, frozen=True):
    """A value of another copy that says more than the elected one's. ``field`` is the name that search results give it
    (design §6); lists are parted by a comma."""

    field: str
    value: str
    record: str
    portal: str


class _Field(Struct, frozen=True):
    """``worth`` grows with how much a copy says; ``least`` is how many times the elected copy's worth is better."""

    worth: Callable[[Copy], float | str]
    shown: Callable[[Copy], str]
    least: float = 1.0


FIELDS: Mapping[str, _Field] = {
    "description": _Field(
        lambda copy: len(text_in(copy.description)), lambda copy: text_in(copy.description), least=LONGER
    ),
    "licence": _Field(lambda copy: len(copy.licence) > 0, lambda copy: copy.licence),
    "themes": _Field(lambda copy: len(copy.themes) > 0, lambda copy: ", ".join(copy.themes)),
    "publisher": _Field(lambda copy: len(copy.publisher) > 0, lambda copy: copy.publisher),
    "formats": _Field(lambda copy: len(copy.formats), lambda copy: ", ".join(copy.formats)),
    "modified": _Field(lambda copy: copy.modified, lambda copy: copy.modified),
}


def offered(copies: Sequence[Copy]) -> tuple[Offered, ...]:
    """By field, from copies of which the elected one is the first; of equal ones the first in that order."""
    elected, *others = copies
    found = []
    for name, field in FIELDS.items():
        best = max(others, key=field.worth, default=None)
        if best is not None and _is_better(field, best, elected):
            found.append(Offered(name, field.shown(best), best.record, best.portal))
    return tuple(found)


def _is_better(field: _Field, best: Copy, elected: Copy) -> bool:
    one, other = field.worth(best), field.worth(elected)
    if isinstance(one, str) or isinstance(other, str):
        return str(one) > str(other)
    return one > other * field.least
