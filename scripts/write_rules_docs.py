"""Writes docs/rules/ from dcat/tables/findings.csv, specifications.csv and repairs.csv: a page for each rule, and their
index."""

from collections.abc import Iterator
from pathlib import Path

from dcat.findings import Rule, Severity, rules
from dcat.repairs import repairs_of
from dcat.validate import Obligation, specifications

FOLDER = Path(__file__).parents[1] / "docs" / "rules"

WORDS = {
    "fr": {
        "language": "Français",
        Severity.ERROR: "erreur : quelque chose a été perdu",
        Severity.WARNING: "avertissement : réparé ou douteux",
        Severity.INFO: "information : bon à savoir",
        "remedy": "Que faire",
        "why": "Pourquoi",
        "example": "Exemple",
        "software": "logiciel",
        "where": "où corriger (les menus varient selon la version)",
        "source": "Source",
        Obligation.MANDATORY: "obligatoire",
        Obligation.RECOMMENDED: "recommandé",
        Obligation.PRACTICE: "bonne pratique",
    },
    "en": {
        "language": "English",
        Severity.ERROR: "error: something was lost",
        Severity.WARNING: "warning: repaired or doubtful",
        Severity.INFO: "information: worth knowing",
        "remedy": "What to do",
        "why": "Why",
        "example": "Example",
        "software": "software",
        "where": "where to repair it (menus differ by version)",
        "source": "Source",
        Obligation.MANDATORY: "mandatory",
        Obligation.RECOMMENDED: "recommended",
        Obligation.PRACTICE: "good practice",
    },
}

INDEX = """# Que veut dire chaque constat ? · What does each finding mean?

Un moissonnage dit ce qu'il a trouvé par des codes stables. Chacun a sa page ici, et dans le programme à `/rules/CODE`.
Comment lire un rapport : [rapports.md](../rapports.md).

A harvest says what it found with stable codes. Each code has its page here, and in the program at `/rules/CODE`.
How to read a report: [reports.md](../reports.md).

These pages are written by `python scripts/write_rules_docs.py` from `dcat/tables/findings.csv`,
`specifications.csv` and `repairs.csv`. What `aiguillage validate` checks: [validate.md](../validate.md).
"""


def pages() -> dict[str, str]:
    """File name → text, of every file in the folder."""
    return {"README.md": index()} | {f"{rule.code}.md": page(rule) for rule in rules().values()}


def index() -> str:
    """The rules by severity, each with its meaning in both languages."""
    return INDEX + "".join(_section(severity) for severity in Severity)


def _section(severity: Severity) -> str:
    titles = " · ".join(WORDS[language][severity].capitalize() for language in ("fr", "en"))
    found = [rule for rule in rules().values() if rule.severity is severity]
    rows = "".join(f"| [{rule.code}]({rule.code}.md) | {rule.label_fr} | {rule.label_en} |\n" for rule in found)
    return f"\n## {titles}\n\n| code | français | English |\n| --- | --- | --- |\n{rows}"


def page(rule: Rule) -> str:
    """One rule, in French then in English."""
    return f"# `{rule.code}`\n" + "".join("".join(_spoken(rule, language)) for language in ("fr", "en"))


def _spoken(rule: Rule, language: str) -> Iterator[str]:
    words = WORDS[language]
    yield f"\n## {words['language']}\n\n**{rule.label(language)}** ({words[rule.severity]}).\n"
    for name, text in (("remedy", rule.remedy(language)), ("why", rule.why(language))):
        if text:
            yield f"\n**{words[name]}.** {text.rstrip('.')}.\n"
    if rule.example:
        yield f"\n**{words['example']}.** `{rule.example}`\n"
    if asked := specifications().get(rule.code):
        yield (
            f"\n**{words['source']}.** {words[asked.obligation].capitalize()} : "
            f"`{asked.subject}`, `{asked.property}`. {asked.source}.\n"
        )
    if repairs := repairs_of(rule.field):
        yield f"\n| {words['software']} | {words['where']} |\n| --- | --- |\n"
        yield from (f"| {repair.software} | {repair.text(language)} |\n" for repair in repairs)


def write() -> None:
    """The folder, and nothing else in it: the page of a rule that was renamed goes."""
    FOLDER.mkdir(exist_ok=True)
    found = pages()
    for file in FOLDER.glob("*.md"):
        if file.name not in found:
            file.unlink()
    for name, text in found.items():
        FOLDER.joinpath(name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
