"""Which software is behind an address, and the portal file that follows: ``aiguillage portals new URL``."""

from harvester.recognition.described import portal_text
from harvester.recognition.recogniser import Attempt, Recognition, recognise
from harvester.recognition.visits import Visitor

__all__ = ["Attempt", "Recognition", "Visitor", "portal_text", "recognise"]
