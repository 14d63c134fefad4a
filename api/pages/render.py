"""Pages from templates: escaped by default, in the language of the visitor."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from api.errors import Problem
from api.messages import Language, say
from api.pages.reading import day
from api.pages.words import duration, moment, number, outcome, short, signed

_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
_templates.env.trim_blocks = True
_templates.env.lstrip_blocks = True

# Pages load nothing from elsewhere, and run no script but the one that completes a question.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def render(
    request: Request, template: str, language: Language, values: Mapping[str, object], status: int = 200
) -> HTMLResponse:
    """One page. ``say`` in the template speaks the visitor's language."""
    context: dict[str, object] = {
        "lang": language,
        "say": partial(say, language),
        "day": partial(day, language),
        "number": partial(number, language),
        "signed": partial(signed, language),
        "moment": partial(moment, language),
        "outcome": partial(outcome, language),
        "short": partial(short, language),
        "duration": partial(duration, language),
        "url_with": lambda name, value: url_with(request, **{name: value}),
        "url_without": lambda name: url_with(request, **{name: None}),
        "other_language_url": url_with(request, lang="en" if language == "fr" else "fr"),
        "q": "",
        "sample": False,
        **values,
    }
    return _templates.TemplateResponse(request, template, context, status_code=status, headers=SECURITY_HEADERS)


def render_error(request: Request, problem: Problem, language: Language, headers: Mapping[str, str]) -> HTMLResponse:
    """A problem as a page."""
    page = render(request, "error.html", language, {"problem": problem, "text": problem.text(language)}, problem.status)
    page.headers.update(headers)
    return page


def url_with(request: Request, **changes: object) -> str:
    """This address with parameters changed (None: removed); any change but of the page goes back to page 1."""
    dropped = changes.keys() if {"page", "lang"} & changes.keys() else {*changes, "page"}
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name not in dropped]
    parameters = [*kept, *((name, str(value)) for name, value in changes.items() if value is not None)]
    return f"{request.url.path}?{urlencode(parameters)}" if parameters else request.url.path
