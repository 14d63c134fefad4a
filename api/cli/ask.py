"""``search`` and ``route``: a question, answered as the API answers."""

from collections.abc import Iterator
from typing import Annotated

import typer
from rich.markup import escape

from api.answers.routing import read
from api.answers.routing import route as routed
from api.answers.searching import SearchAnswer
from api.answers.searching import search as searched
from api.cli.console import out, print_json, print_table, tell
from api.cli.session import opened
from api.messages import Language, say
from search.answer import AnswerType, Route, RoutingAnswer
from search.query import SearchRequest

Query = Annotated[str, typer.Argument(help="a question in plain words, with its place")]
Territory = Annotated[str, typer.Option(help="level:code or a name, e.g. commune:35238")]
Theme = Annotated[str, typer.Option(help="EU data theme, e.g. TRAN")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]


def route(
    query: Query,
    territory: Territory = "",
    theme: Theme = "",
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
    lang: Annotated[str, typer.Option(help="fr | en; the question's own by default")] = "",
    json: Json = False,
) -> None:
    """Say which portal a question should go to, and why."""
    with opened() as services:
        answer = routed(services, read(services, query, territory, theme), lang, limit)
        if json:
            print_json(answer.as_json())
            return
        show_route(answer)
        if not services.harvested:
            tell("cli_empty_archive")


def search(
    query: Query,
    territory: Territory = "",
    theme: Theme = "",
    page: Annotated[int, typer.Option(min=1)] = 1,
    page_size: Annotated[int, typer.Option(min=1, max=100)] = 10,
    lang: Annotated[str, typer.Option(help="fr | en; the question's own by default")] = "",
    json: Json = False,
) -> None:
    """Search what was harvested, and say where the question should go."""
    with opened() as services:
        asked = SearchRequest(
            q=query,
            territory=(territory,) if territory else (),
            theme=(theme,) if theme else (),
            page=page,
            page_size=page_size,
            lang=lang,
        )
        answer = searched(services, asked)
        if json:
            print_json(answer)
            return
        show_route(answer.route)
        _show_results(answer)
        if not services.harvested:
            tell("cli_empty_archive")


def show_route(answer: RoutingAnswer) -> None:
    """The routes with their reasons: the first alone, or all where each is needed or is a choice."""
    spoken: Language = "en" if answer.language == "en" else "fr"
    out.print(say(spoken, f"route_{answer.answer_type}"), style="bold")
    every = answer.answer_type in (AnswerType.MULTI, AnswerType.AMBIGUOUS)
    for number, found in enumerate(answer.routes if every else answer.routes[:1], 1):
        _show_one(number, found)
    others = () if every else answer.routes[1:]
    if others:
        titles = ", ".join(found.title for found in others)
        out.print(f"{say(spoken, 'route_others')}{say(spoken, 'colon')} {titles}", markup=False)
    if answer.hint:
        out.print(answer.hint, style="yellow", markup=False)


def _show_one(number: int, found: Route) -> None:
    out.print(f"{number}. [bold green]{escape(found.title)}[/]  {escape(found.search_url)}  ({found.confidence:.2f})")
    for reason in found.reasons:
        out.print(f"   • {reason.text}", markup=False)
    for skipped in found.skipped:
        out.print(f"   – {skipped.reason}", style="dim", markup=False)


def _show_results(answer: SearchAnswer) -> None:
    """How many there are, in the language of the question, what was made of its words, and the first ones."""
    spoken: Language = "en" if answer.route.language == "en" else "fr"
    out.print()
    out.print(say(spoken, "results_count", count=answer.total), style="bold")
    for told in _told_of_words(answer, spoken):
        out.print(told, style="yellow", markup=False)
    rows = [(result.id, result.title, result.publisher.name, result.portal) for result in answer.results]
    if rows:
        print_table(("dataset", "title", "publisher", "portal"), rows)


def _told_of_words(answer: SearchAnswer, spoken: Language) -> Iterator[str]:
    """What the page of results says too: other words, the others' datasets, what to try where there is nothing."""
    if answer.suggestion:
        yield f"{say(spoken, 'suggestion')}{say(spoken, 'colon')} {answer.suggestion}"
    if answer.relaxed:
        yield say(spoken, "results_relaxed")
    if answer.others:
        yield say(spoken, "results_others")
    if not answer.total:
        yield f"{say(spoken, 'results_none')}. {say(spoken, 'results_none_remedy')}"
