"""A typed reader of one JSON object: takes fields out by name, and notes each whose value has not the right type."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from dcat.findings import Finding, finding
from dcat.model import Text, Texts

# So many findings tell what is wrong with a record; more would only fill the report.
MOST_NOTES = 20

Note = tuple[str, str, str]


class Notes:
    """What was met while one record was read: rule, place, value. ``found`` names the record once its key is known."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._opened: list[Fields] = []

    def add(self, rule: str, place: str, value: object = "") -> None:
        """Note, unless the same was noted or there are enough."""
        note = (rule, place, str(value)[:200])
        if len(self._notes) < MOST_NOTES and note not in self._notes:
            self._notes.append(note)

    def opened(self, fields: "Fields") -> None:
        """One more object of the record is being read."""
        self._opened.append(fields)

    def unread(self, known: Mapping[str, frozenset[str]] = MappingProxyType({})) -> Iterator[tuple[str, object]]:
        """What holds something and was never asked for, in any of the objects of one place: path (``resources[].x``)
        and value. ``known``: place → names to pass over."""
        read: dict[str, set[str]] = {}
        for fields in self._opened:
            asked = read.setdefault(fields.place, set(known.get(fields.place, ())))
            asked |= fields.asked
        for fields in self._opened:
            yield from fields.beyond(read[fields.place])

    def found(self, record: str) -> tuple[Finding, ...]:
        """The findings of the record."""
        return tuple(finding(rule, record, place, value) for rule, place, value in self._notes)


class Fields:
    """The members of an object. Every getter takes several names and gives the first that holds something; nothing held
    is ``""``, ``()``, None or an object without members. ``null`` and blank texts hold nothing.
    """

    __slots__ = ("_notes", "_path", "_values", "asked", "place")

    def __init__(
        self, values: Mapping[str, Any], notes: Notes | None = None, path: str = "", place: str | None = None
    ) -> None:
        self._values = values
        self._notes = notes if notes is not None else Notes()
        self._path = path
        # Where the object stands in the record, the same for every item of a list: ``resources[]``.
        self.place = path if place is None else place
        self.asked: set[str] = set()
        self._notes.opened(self)

    def beyond(self, known: set[str]) -> Iterator[tuple[str, object]]:
        """The members that hold something and are not known, by their place."""
        if self._values.keys() <= known:
            return
        for name, value in self._values.items():
            if name not in known and not _is_empty(value):
                yield self._placed(name), value

    def __bool__(self) -> bool:
        return bool(self._values)

    def text(self, *names: str) -> str:
        """A text, as written; of a number its digits, of a list or languages the first text."""
        self.asked.update(names)
        for name in names:
            if value := self._text(name):
                return value
        return ""

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts, each once; one text alone is a list of one."""
        self.asked.update(names)
        for name in names:
            if values := self._texts(name):
                return values
        return ()

    def words(self, *names: str, language: str = "") -> Texts:
        """A text in ``language``, or texts by language where the value is an object of them."""
        self.asked.update(names)
        for name in names:
            value = self._get(name)
            if isinstance(value, dict):
                if texts := tuple(_by_language(value)):
                    return texts
            elif text := self._text(name):
                return (Text(text, language),)
        return ()

    def integer(self, *names: str) -> int | None:
        """A whole number, zero or more, also where it is written as a text in digits or with a fraction of zero."""
        self.asked.update(names)
        for name in names:
            if (value := self._get(name)) is not None:
                number = _integer(value)
                if number is None or not isinstance(value, int):
                    self._ill_typed(name, value)
                if number is not None:
                    return number
        return None

    def number(self, *names: str) -> float | None:
        """A number, also where it is written as a text."""
        self.asked.update(names)
        for name in names:
            if (value := self._get(name)) is not None:
                number = _number(value)
                if number is not None:
                    return number
                self._ill_typed(name, value)
        return None

    def boolean(self, name: str) -> bool | None:
        """True or false, also in words or as 0 and 1."""
        value = self._get(name)
        if value is None or isinstance(value, bool):
            return value
        self._ill_typed(name, value)
        return _BOOLEANS.get(str(value).strip().lower())

    def member(self, name: str) -> "Fields":
        """An object; a list of one object is that object."""
        value = self._get(name)
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            self._ill_typed(name, value)
            value = value[0]
        if not isinstance(value, dict):
            if value is not None:
                self._ill_typed(name, value)
            value = {}
        return Fields(value, self._notes, self._at(name), self._placed(name))

    def members(self, *names: str) -> tuple["Fields", ...]:
        """A list of objects; one object alone is a list of one, and what is no object is left out."""
        self.asked.update(names)
        for name in names:
            value = self._get(name)
            values = [value] if isinstance(value, dict) else value if isinstance(value, list) else []
            if value is not None and not isinstance(value, (list, dict)):
                self._ill_typed(name, value)
            found = tuple(self._members(name, values))
            if found:
                return found
        return ()

    def listed(self, *names: str) -> tuple[str, ...]:
        """As ``texts``; one text alone may hold several, parted by commas or semicolons: ``en,es,ca``."""
        values = self.texts(*names)
        if len(values) != 1:
            return values
        parts = (part.strip() for part in values[0].replace(";", ",").split(","))
        return tuple(dict.fromkeys(filter(None, parts)))

    def over(self, others: Mapping[str, Any]) -> "Fields":
        """These members, and those of another place in the document where these hold nothing."""
        held = {name: value for name, value in self._values.items() if not _is_empty(value)}
        return Fields({**others, **held}, self._notes, self._path, self.place)

    def names(self) -> tuple[str, ...]:
        """The names of the members."""
        return tuple(self._values)

    def pairs(self) -> Iterable[tuple[str, Any]]:
        """Names and values as they are."""
        return self._values.items()

    def holds_objects(self, name: str) -> bool:
        """An object, or a list with one at least: not a text, nor a list of texts."""
        value = self._values.get(name)
        if isinstance(value, list):
            return any(isinstance(item, dict) for item in value)
        return isinstance(value, dict) and bool(value)

    def value(self, name: str) -> Any:
        """The value as it is, for what has no fixed type (a geometry)."""
        return self._get(name)

    def kind(self, name: str) -> type:
        """The Python type of a value, without reading it."""
        return type(self._values.get(name))

    def ignore(self, *names: str) -> None:
        """Known and of no use here."""
        self.asked.update(names)

    def note(self, rule: str, name: str, value: object = "") -> None:
        """A finding about one of the fields."""
        self._notes.add(rule, self._at(name), value)

    def _get(self, name: str) -> Any:
        self.asked.add(name)
        value = self._values.get(name)
        return None if _is_empty(value) else value

    def _at(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _placed(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def _ill_typed(self, name: str, value: object) -> None:
        self._notes.add("value-ill-typed", self._at(name), value)

    def _text(self, name: str) -> str:
        value = self._get(name)
        if value is None or isinstance(value, str):
            return value or ""
        self._ill_typed(name, value)
        return next(iter(_flat(value)), "")

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._get(name)
        if value is None:
            return ()
        if not (isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value))):
            self._ill_typed(name, value)
        return tuple(dict.fromkeys(_flat(value)))

    def _members(self, name: str, values: Iterable[Any]) -> Iterable["Fields"]:
        for position, value in enumerate(values):
            if isinstance(value, dict):
                yield Fields(value, self._notes, f"{self._at(name)}[{position}]", f"{self._placed(name)}[]")
            elif value is not None:
                self._notes.add("value-ill-typed", f"{self._at(name)}[{position}]", value)


_BOOLEANS = {"true": True, "1": True, "yes": True, "oui": True, "false": False, "0": False, "no": False, "non": False}


def _is_empty(value: object) -> bool:
    """``null``, a blank text, an empty list or object hold nothing; false and zero hold something."""
    return value is None or (isinstance(value, str) and not value.strip()) or value == [] or value == {}


def _flat(value: object) -> Iterable[str]:
    """The texts in a value that should have been a text."""
    if isinstance(value, str):
        return iter((value,) if value.strip() else ())
    if isinstance(value, bool):
        return iter((str(value).lower(),))
    if isinstance(value, (int, float)):
        return iter((str(value),))
    if isinstance(value, dict):
        return (text.value for text in _by_language(value))
    if isinstance(value, list):
        return (text for item in value if not isinstance(item, list) for text in _flat(item))
    return iter(())


def _by_language(value: Mapping[str, Any]) -> Iterable[Text]:
    """``{"fr": "Eau", "en": "Water"}``: keys that can be no language tag are not texts."""
    for language, text in value.items():
        if 2 <= len(language.partition("-")[0].partition("_")[0]) <= 3 and isinstance(text, str) and text.strip():
            yield Text(text, language.lower().replace("_", "-"))


def _integer(value: object) -> int | None:
    number = _number(value)
    if number is None or number < 0 or number != int(number):
        return None
    return value if isinstance(value, int) else int(number)


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None
