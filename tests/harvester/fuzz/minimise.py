"""A body that shows a fault, made as small as it goes while it shows the same fault."""

from collections.abc import Callable
from time import monotonic

LONGEST = 20.0
"""Seconds."""


def minimised(body: bytes, shows: Callable[[bytes], bool]) -> bytes:
    """Leaves out ever smaller pieces, from the end to the beginning, as long as ``shows`` says yes."""
    until = monotonic() + LONGEST
    size = max(1, len(body) // 2)
    while size and monotonic() < until:
        start, before = len(body), len(body)
        while start > 0 and monotonic() < until:
            start = max(0, start - size)
            shorter = body[:start] + body[start + size :]
            if shows(shorter):
                body = shorter
        if len(body) == before or size > len(body):
            size //= 2
    return body
