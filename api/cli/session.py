"""The services of one command: settings read, everything closed at the end."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from api.logs import configure
from api.services import Services
from api.settings import read_settings


@contextmanager
def opened(*, serving: bool = False) -> Iterator[Services]:
    """Services for the time of the block; what serves keeps a log of what it does."""
    settings = read_settings()
    configure(settings, level=logging.INFO if serving else logging.WARNING)
    services = Services(settings)
    try:
        yield services
    finally:
        services.close()
