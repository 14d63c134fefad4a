"""Whether the addresses of distributions answer: a sample of each portal's, asked politely."""

from harvester.links.asking import LinkAsker
from harvester.links.sample import due

__all__ = ["LinkAsker", "due"]
