"""What a portal tells of its quota in the headers of its answers.

``X-RateLimit-*`` as Opendatasoft and many others send it (``Reset`` is a moment in words, an epoch or a number of
seconds), and ``RateLimit`` of the IETF's draft in its three generations. The twins for one dataset
(``X-RateLimit-dataset-*``) count something else.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

LONGEST = timedelta(days=7)
"""No quota is believed to last longer."""
DELTA = 10**9
MILLISECONDS = 10**11
"""A number below the first is a duration, above the second an epoch in milliseconds."""

_NUMBER = re.compile(r"\s*(\d{1,18})(?!\d)")
_PARAMETER = re.compile(r"(?:^|[;,\s])(r|remaining|t|reset)\s*=\s*(\d{1,18})")


class Told(Struct, frozen=True):
    """So many requests are left until a moment."""

    remaining: int
    resets: datetime


def told_quota(headers: Mapping[str, str], now: datetime) -> Told | None:
    """The tightest quota that an answer tells; None where it tells none. Header names in lower case."""
    told = [*_in_one_field(headers, now), *_in_three_fields(headers, now)]
    return min(told, key=lambda one: (one.remaining, -one.resets.timestamp()), default=None)


def _in_three_fields(headers: Mapping[str, str], now: datetime) -> Iterator[Told]:
    for prefix in ("x-ratelimit", "x-rate-limit", "ratelimit"):
        left = _NUMBER.match(headers.get(f"{prefix}-remaining", ""))
        if left is not None:
            yield Told(int(left[1]), moment(headers.get(f"{prefix}-reset", ""), now))


def _in_one_field(headers: Mapping[str, str], now: datetime) -> Iterator[Told]:
    """``"day";r=50;t=3600, "minute";r=5;t=30`` or ``limit=100, remaining=50, reset=30``."""
    field = headers.get("ratelimit", "")
    for policy in field.split(",") if '"' in field else [field]:
        found: dict[str, str] = dict(_PARAMETER.findall(policy))
        left = found.get("r") or found.get("remaining")
        if left:
            yield Told(int(left), moment(found.get("t") or found.get("reset", ""), now))


def moment(text: str, now: datetime) -> datetime:
    """When a quota begins anew: as told, else at the next midnight UTC."""
    told = _read(text.strip().strip('"'), now)
    if told is None or told <= now:
        return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return min(told, now + LONGEST)


def _read(text: str, now: datetime) -> datetime | None:
    try:
        if text.isdecimal():
            return _of_number(int(text), now)
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            read = parsedate_to_datetime(text)
        return read if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _of_number(number: int, now: datetime) -> datetime:
    if number < DELTA:
        return now + timedelta(seconds=number)
    return datetime.fromtimestamp(number / 1000 if number >= MILLISECONDS else number, UTC)
