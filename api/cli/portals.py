"""``portals``: the registry, and whether its addresses answer."""

from pkgutil import resolve_name
from typing import Annotated

import typer

from api.answers.portals import portal_views
from api.checks.addresses import check_portals
from api.cli.console import language, out, print_json, print_table, tell
from api.cli.session import opened
from api.keeper.harvesting import host_port
from api.messages import say
from harvester.registry import portal_yaml

app = typer.Typer(help="The portals of this installation.", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json")]


@app.command("list")
def list_portals(json: Json = False) -> None:
    """List every portal."""
    with opened() as services:
        if json:
            print_json(portal_views(services, services.registry))
            return
        columns = ("portal", "title", "level", "protocol", "url")
        print_table(columns, ((p.id, p.title, p.level, p.protocol, p.url) for p in services.registry))


@app.command()
def show(portal: Annotated[str, typer.Argument(help="a portal's id")], json: Json = False) -> None:
    """Show one portal as its file would say it."""
    with opened() as services:
        found = services.registry.get(portal)
        if json:
            print_json(found)
        else:
            out.print(portal_yaml(found), markup=False, end="")


@app.command()
def check(
    portals: Annotated[list[str] | None, typer.Argument(help="portals' ids; every portal without any")] = None,
    json: Json = False,
) -> None:
    """Try the address, the endpoint and the search page of portals; 1 where one does not answer."""
    with opened() as services:
        chosen = [services.registry.get(name) for name in portals] if portals else list(services.registry)
        settings = services.settings
        own = tuple({host_port(portal.endpoint) for portal in services.registry if portal.sample})
        results = check_portals(chosen, settings.agent, own, allow_private=settings.allow_private_hosts)
        if json:
            print_json(results)
        else:
            rows = (
                (r.portal, r.what, r.url, "ok" if r.ok else say(language(), "check_failed"), r.detail) for r in results
            )
            print_table(("portal", "check", "url", "status", "detail"), rows)
        if not all(result.ok for result in results):
            raise typer.Exit(1)


@app.command()
def new(url: Annotated[str, typer.Argument(help="any address of the portal")], json: Json = False) -> None:
    """Recognise the software behind an address and print a portal file; 1 where nothing is recognised."""
    with opened() as services:
        recognised = resolve_name("api.cli.recognising:recognised")(services, url, language(), quiet=json)
        if json:
            print_json(recognised)
        elif recognised.file:
            out.print(recognised.file, markup=False, end="")
        if not recognised.file:
            tell("recognise_nothing", url=url, tried=len(recognised.attempts))
            raise typer.Exit(1)
