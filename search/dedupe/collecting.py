"""Python's collector of cycles, less often while very many things are made that hold none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 200_000  # more things made than dropped: then it looks for cycles among the new ones


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For the whole process. By itself it looks through all that is alive each time that this has grown by a quarter,
    and through the new things each time that there are 700: a fifth to a quarter of what a rebuild takes."""
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
