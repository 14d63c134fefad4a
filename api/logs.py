"""Logs: words and key-values on standard error, for a console or as JSON lines."""

import logging
import sys

import structlog

from api.settings import Settings


def configure(settings: Settings | None = None, *, level: int = logging.WARNING) -> None:
    """Set up logging of this process; ``LOG_FORMAT`` decides the shape. What serves tells from INFO on, a command
    from WARNING on: it speaks by itself."""
    as_json = settings is not None and settings.log_format == "json"
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_logger,
    )
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # an index that is away is told in our own words
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)


def _logger(*_: object) -> structlog.PrintLogger:
    """Writes to what standard error is now, not to what it was when logging was set up."""
    return structlog.PrintLogger(sys.stderr)
