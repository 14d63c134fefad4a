"""``demo``: the whole line, once, offline."""

from typing import Annotated

import typer

from api.demo import run_demo


def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one")] = 8000,
    datasets: Annotated[int, typer.Option(min=45, max=1_000_000, help="how many datasets to generate")] = 2500,
    seed: Annotated[int, typer.Option(help="the same seed gives the same federation")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="end once the question is answered")] = False,
) -> None:
    """The main job from nothing, offline: a sample federation, harvested, deduplicated, indexed, served."""
    run_demo(port=port, datasets=datasets, seed=seed, serve=not no_serve)
