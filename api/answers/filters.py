"""The filters of a search, read: codes as the index has them, or what is allowed instead."""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from api.errors import BadRequest
from api.services import Services
from dcat.authority import languages_by_tag, table
from dcat.portal import Level
from dcat.rights import access_rights
from search.query import SearchRequest
from search.question import territory_named

NAMED_AT_MOST = 60  # allowed values in a message


def read_filters(services: Services, request: SearchRequest) -> SearchRequest:
    """Territories by code or name, the rest by code in any case, languages also by tag. Raises ``BadRequest``.

    Publishers, formats and licences are free words: one that nobody uses finds nothing.
    """
    read = {
        name: tuple(_read(name, value, known) for value in values)
        for name, codes in CLOSED.items()
        if (values := getattr(request, name)) and (known := codes(services))
    }
    return replace(request, territory=tuple(map(territory_code, request.territory)), **read)


def territory_code(value: str) -> str:
    """The code of a territory given as ``level:code``, a postal code or a name. Raises ``BadRequest``."""
    found = territory_named(value)
    if found is None:
        raise BadRequest(
            f"Territoire inconnu : « {value[:80]} ». Écrivez niveau:code (commune:35238, epci:243500139, "
            "departement:35, region:53), national, un code postal ou un nom",
            f"Unknown territory: “{value[:80]}”. Write level:code (commune:35238, epci:243500139, departement:35, "
            "region:53), national, a postal code or a name",
        )
    return found.code


def theme_code(value: str) -> str:
    """An EU data theme. Raises ``BadRequest``."""
    return _read("theme", value, _by_name(table("data-theme")))


def portal_code(services: Services, value: str) -> str:
    """A portal's id. Raises ``BadRequest``."""
    return _read("portal", value, _by_name(services.portals))


def _by_name(codes: Iterable[str]) -> dict[str, str]:
    return {str(code).lower(): str(code) for code in codes}


def _languages(_: Services) -> dict[str, str]:
    tags = {tag: concept.code for tag, concept in languages_by_tag().items()}
    return _by_name(table("language")) | tags


def _read(name: str, value: str, known: Mapping[str, str]) -> str:
    code = known.get(value.strip().lower())
    if code is None:
        allowed = sorted(set(known.values()))
        named = ", ".join(allowed[:NAMED_AT_MOST]) + ("…" if len(allowed) > NAMED_AT_MOST else "")
        raise BadRequest(
            f"{name} : « {value[:80]} » n'existe pas. Valeurs admises : {named}",
            f"{name}: there is no “{value[:80]}”. Allowed values: {named}",
        )
    return code


CLOSED: Mapping[str, Callable[[Services], Mapping[str, str]]] = {
    "theme": lambda _: _by_name(table("data-theme")),
    "level": lambda _: _by_name(Level),
    "access": lambda _: _by_name(access_rights()),
    "language": _languages,
    "portal": lambda services: _by_name(services.portals),
}
"""Filter → what it may be, in lower case → its code; made only of a filter that is asked."""
