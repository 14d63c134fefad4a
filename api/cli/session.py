"""The services of one command: settings read, everything closed at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.logs import configure
from api.services import Services
from api.settings import read_settings


@contextmanager
def opened(**overrides: object) -> Iterator[Services]:
    """Services for the time of the block; ``overrides`` are settings that the command line gives."""
    settings = read_settings(**{name: value for name, value in overrides.items() if value is not None})
    configure(settings)
    services = Services(settings)
    try:
        yield services
    finally:
        services.close()
