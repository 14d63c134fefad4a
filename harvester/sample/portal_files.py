"""The demo's portal files: the registry's portals, spoken by the sample server."""

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from dcat.portal import Expectation, Politeness, Portal
from harvester.registry import portal_yaml
from harvester.sample.network import SamplePortal

POLITENESS = Politeness(delay=0, concurrency=4)
"""The server is ours, and on this machine."""


def sampled(portal: SamplePortal, server: str) -> Portal:
    """The real portal with the sample's protocol and endpoint; title, territories and search page stay."""
    return replace(
        portal.portal,
        protocol=portal.protocol,
        endpoint=f"{server}/{portal.id}{portal.endpoint}",
        sample=True,
        politeness=POLITENESS,
        expect=Expectation(),
    )


def write_portal_files(portals: Iterable[SamplePortal], server: str, folder: Path) -> None:
    """One ``{id}.yml`` a portal; files of portals that a former run had are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    written = {f"{portal.id}.yml" for portal in portals}
    for old in folder.glob("*.yml"):
        if old.name not in written:
            old.unlink()
    for portal in portals:
        (folder / f"{portal.id}.yml").write_text(portal_yaml(sampled(portal, server)), encoding="utf-8")
