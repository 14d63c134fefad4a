"""Other names that follow from an official one: arrondissements, groups of communes, départements and régions."""

import re
from collections.abc import Iterator

ARRONDISSEMENT = re.compile(r"(?P<city>\w+) (?P<number>\d+)(?:er|e) Arrondissement")
LIAISONS = ("de ", "d'", "du ", "de la ", "des ", "de l'", "des ", "de las ", "de los ")
"""How a name follows ``département`` or ``région``, by INSEE's ``typeLiaison``."""

LEGAL_FORMS = {
    "CC": ("communauté de communes", "CC", "comcom"),
    "CA": ("communauté d'agglomération", "agglomération", "CA", "agglo"),
    "CU": ("communauté urbaine", "CU"),
    "METRO": ("métropole",),
    "MET69": ("métropole",),
    "EPT": ("établissement public territorial", "EPT"),
}
LEGAL_FORM = re.compile(r"(?:CC|CA|CU|Métropole|Eurométropole)\b\s*", re.IGNORECASE)
ARTICLE = re.compile(r"(?:d[ue]s?\s+la\s+|d[ue]s?\s+l'|d[ue]s?\s+|d'|la\s+|les?\s+|l')", re.IGNORECASE)
QUALIFIER = re.compile(r"\s*\([^)]*\)")


def names_of_arrondissement(official: str) -> Iterator[str]:
    """``Paris 11e Arrondissement`` → Paris 11, Paris 11e, 11e arrondissement de Paris, and English."""
    match = ARRONDISSEMENT.fullmatch(official)
    if not match:
        message = f"not the name of a municipal arrondissement: {official}"
        raise ValueError(message)
    city, number = match["city"], int(match["number"])
    french = ("1er",) if number == 1 else (f"{number}e", f"{number}ème", f"{number}eme")
    for ordinal in (*french, english_ordinal(number)):
        yield f"{city} {ordinal}"
        yield f"{city} {ordinal} arrondissement"
        yield f"{ordinal} arrondissement de {city}"
        yield f"{ordinal} arrondissement {city}"
    yield f"{english_ordinal(number)} arrondissement of {city}"
    yield f"{city} {number}"
    yield f"{city} {number:02d}"


def english_ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th… (below 21)."""
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def names_of_epci(official: str, legal_form: str) -> Iterator[str]:
    """``CC du Faucigny`` → the name under each spelling of its legal form, with and without article, and alone."""
    core = LEGAL_FORM.sub("", QUALIFIER.sub("", official), count=1) if LEGAL_FORM.match(official) else official
    bare = ARTICLE.sub("", core, count=1) if ARTICLE.match(core) else core
    yield core
    yield bare
    for form in LEGAL_FORMS[legal_form]:
        yield f"{form} {core}"
        yield f"{form} {bare}"
    if acronym := re.search(r"\((\w+)\)", official):
        yield acronym[1]


def names_of_collectivity(level: str, code: str, official: str, liaison: int) -> Iterator[str]:
    """``Ain`` → département de l'Ain, conseil départemental de l'Ain, département 01, CD01; région likewise."""
    after = LIAISONS[liaison] + official
    if level == "region":
        for body in ("région", "conseil régional", "région administrative"):
            yield f"{body} {after}"
            yield f"{body} {official}"
        return
    for body in ("département", "conseil départemental", "conseil général"):
        yield f"{body} {after}"
        yield f"{body} {official}"
        yield f"{body} {code}"
    yield f"CD {code}"
    yield f"CD{code}"
    yield f"le {code}"
