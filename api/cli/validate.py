"""``validate``: what a catalogue lacks or has wrong, whoever publishes it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from api.checks.shacl import Shapes
from api.checks.validating import RuleFound, Validation, validated
from api.cli.console import language, out, print_json, tell
from api.cli.session import opened
from api.messages import say
from api.pages.words import number
from dcat.quality import Indicator, Mean, indicators


def validate(
    source: Annotated[
        str, typer.Argument(metavar="FILE_OR_URL", help="a DCAT catalogue: Turtle, RDF/XML, JSON-LD, N-Triples")
    ],
    shacl: Annotated[
        list[Path] | None, typer.Option(exists=True, dir_okay=False, help="SHACL shapes in Turtle")
    ] = None,
    pages: Annotated[int, typer.Option(min=1, max=1000, help="pages of a paged catalogue to read at most")] = 20,
    json: Annotated[bool, typer.Option("--json", help="one JSON document on standard output")] = False,
) -> None:
    """Check a catalogue against DCAT-AP 3, its high-value profile and French practice; 1 where it is not valid."""
    with opened() as services:
        shapes = Shapes(shacl) if shacl else None
        found = validated(source, services.settings, language(), pages=pages, shapes=shapes)
    if json:
        print_json(found)
    else:
        _show(found)
    if not found.valid:
        raise typer.Exit(1)


def _show(found: Validation) -> None:
    spoken = language()
    out.print(
        say(spoken, "validate_summary", datasets=found.datasets, pages=found.pages, violations=found.violations),
        style="bold",
    )
    for one in found.findings:
        _show_rule(one)
    if not found.findings:
        out.print(say(spoken, "validate_no_finding"))
    _show_quality(found.quality)
    if found.shacl is not None:
        out.print("\n" + say(spoken, "validate_shacl", count=len(found.shacl)), style="bold")
        for result in found.shacl:
            out.print(f"{result.severity} {result.focus} {result.path} {result.value} {result.message}", markup=False)
    if found.more:
        tell("validate_more_pages")


def _show_quality(mean: Mean) -> None:
    """The points by dimension; those of addresses that nobody asked are left out."""
    if mean.rating is None:
        return
    spoken = language()
    rating = say(spoken, f"quality_{mean.rating}")
    points, worth = number(spoken, mean.points), number(spoken, mean.known)
    out.print("\n" + say(spoken, "quality_points", points=points, known=worth, rating=rating), style="bold")
    for dimension, reached in mean.dimensions.items():
        known = sum(one.points for one in indicators().values() if one.dimension == dimension and _judged(mean, one))
        name = say(spoken, f"quality_{dimension}") + say(spoken, "colon")
        out.print(f"  {name} {number(spoken, reached)} / {known}", markup=False)


def _judged(mean: Mean, indicator: Indicator) -> bool:
    return mean.met[indicator.code] is not None


def _show_rule(one: RuleFound) -> None:
    spoken = language()
    kind = say(spoken, f"validate_{one.obligation or one.severity}")
    colour = "red" if one.violation else "cyan"
    out.print(f"\n[{colour}]{one.count} × {escape(one.label)}[/] ({kind}, {one.rule})")
    out.print(f"  {say(spoken, 'validate_remedy')}{say(spoken, 'colon')} {one.remedy}. {one.url}", markup=False)
    if one.source:
        out.print(f"  {say(spoken, 'validate_source')}{say(spoken, 'colon')} {one.source}", markup=False)
    for example in one.examples:
        said = "  ".join(part for part in (example.record, example.place, example.value) if part)
        out.print(f"  – {said}", markup=False)
