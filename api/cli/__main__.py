"""``python -m api.cli``."""

from api.cli.application import main

main()
