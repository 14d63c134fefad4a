"""Descriptions as they go out: DCAT-AP 3 by the official shapes, under IRIs of ours, losing as little as can be.

``docs/feed.md`` says what is changed and what is left out, and why.
"""

from dcat.publish.addresses import body_key
from dcat.publish.description import agent_key
from dcat.publish.fragment import Carried, Fragment, Related, Source, fragment, stamped
from dcat.publish.gate import Incomplete
from dcat.publish.rules import lacking

__all__ = [
    "Carried",
    "Fragment",
    "Incomplete",
    "Related",
    "Source",
    "agent_key",
    "body_key",
    "fragment",
    "lacking",
    "stamped",
]
