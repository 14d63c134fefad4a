"""What was read in a question. Spans are character offsets into the question as it was typed."""

from enum import StrEnum

from msgspec import Struct

Span = tuple[int, int]


class Clue(StrEnum):
    """How a place was recognised."""

    PARAMETER = "parameter"
    POSTAL_CODE = "postal-code"
    INSEE_CODE = "insee-code"
    NUMBER = "departement-number"
    ARRONDISSEMENT = "arrondissement"
    NAME = "name"
    FORMER_NAME = "former-name"
    ALIAS = "alias"
    SERVICE = "service"
    PART = "part"
    TYPING_ERROR = "typing-error"
    ADJECTIVE = "adjective"
    NATIONAL_WORD = "national-word"
    PUBLISHER = "publisher"


class ReadTerritory(Struct, frozen=True):
    """One reading of a place in the question; ``probability`` that this is what was meant."""

    code: str
    label: str
    level: str
    matched: str
    span: Span
    probability: float
    kind: Clue


class Mention(Struct, frozen=True):
    """One place in the question with its readings, best first; more than one where it is ``ambiguous``."""

    matched: str
    span: Span
    readings: tuple[ReadTerritory, ...]

    @property
    def best(self) -> ReadTerritory:
        """The likeliest reading."""
        return self.readings[0]

    @property
    def ambiguous(self) -> bool:
        """Whether several readings are left to the reader to choose from."""
        return len(self.readings) > 1


class ReadCompetence(Struct, frozen=True):
    """A competence that the question may be about, and the words that say so."""

    id: str
    probability: float
    matched: str


class ReadPublisher(Struct, frozen=True):
    """A publisher named in the question; ``cut`` is ``span`` with the words that lead to it (*publié par l'*).

    ``names`` are those that the index has for it, the commonest first; none where it has none, or nobody asked it.
    ``announced``: the words say that it published what is asked for. ``national``: one of ``tables/bodies.csv`` for
    the whole country.
    """

    label: str
    matched: str
    span: Span
    cut: Span
    names: tuple[str, ...] = ()
    announced: bool = False
    national: bool = False

    @property
    def value(self) -> str:
        """What the filter on publishers takes."""
        return self.names[0] if self.names else self.label


class Question(Struct, frozen=True):
    """A question, read.

    ``mentions`` are the places asked about, in the order of the question; ``containers`` places that only served to
    tell a mention from its namesakes ("Valence, *Tarn-et-Garonne*"). ``publishers`` are named in the question; one
    may be a mention, too ("publié par la ville de Rennes"). ``words`` are the folded words that name neither place,
    year nor format. ``period`` is ``(first year, last year)`` or None.
    """

    original: str
    folded: tuple[str, ...]
    language: str
    mentions: tuple[Mention, ...] = ()
    containers: tuple[Mention, ...] = ()
    competences: tuple[ReadCompetence, ...] = ()
    publishers: tuple[ReadPublisher, ...] = ()
    theme: str = ""
    period: tuple[int, int] | None = None
    formats: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def territories(self) -> tuple[ReadTerritory, ...]:
        """Every reading of every place, the likeliest place and reading first."""
        return tuple(reading for mention in self.mentions for reading in mention.readings)

    @property
    def ambiguous(self) -> bool:
        """Whether a place has several readings and none is clearly meant."""
        return any(mention.ambiguous for mention in self.mentions)

    def without_places(self) -> str:
        """The question as typed, less the places and the small words that led to them."""
        return cut(self.original, self._places)

    def without_names(self, *, places: bool = True) -> str:
        """The question as typed, less the publishers that the index holds or that are announced as places, and its
        places unless they are to stay."""
        held = tuple(publisher.cut for publisher in self.publishers if publisher.names or self._is_place(publisher))
        return cut(self.original, (*held, *self._places) if places else held)

    def _is_place(self, publisher: ReadPublisher) -> bool:
        start, end = publisher.cut
        return publisher.announced and any(start <= read.span[0] and read.span[1] <= end for read in self.territories)

    @property
    def _places(self) -> tuple[Span, ...]:
        return tuple(mention.span for mention in (*self.mentions, *self.containers))


def cut(text: str, spans: tuple[Span, ...]) -> str:
    """The text without some spans, with single spaces."""
    kept, position = [], 0
    for start, end in sorted(span for span in spans if span[0] < span[1]):  # of a network's name nothing is left out
        kept.append(text[position:start])
        position = max(position, end)
    kept.append(text[position:])
    return " ".join(" ".join(kept).split()).strip(" ,;:-–?!'’")
