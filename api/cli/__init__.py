"""The command line. Each command is a few lines over ``api.services``, which tests call without it."""

from api.cli.application import main

__all__ = ["main"]
