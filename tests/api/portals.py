"""Installations of one portal."""

from pathlib import Path

from harvester.registry import Registry


def only_portal(folder: Path, endpoint: str, *more: str) -> dict[str, str]:
    """Portal files that leave no other portal than ``mine``, a DCAT feed; the settings that go with them."""
    folder.mkdir()
    for portal in Registry.load():
        (folder / f"{portal.id}.yml").write_text(f"id: {portal.id}\nenabled: false\n")
    lines = (
        *("id: mine", "title: Mine", "level: national", "territories: [national]", "url: https://data.example.fr"),
        *("protocol: dcat", f"endpoint: {endpoint}", "politeness: {delay: 0}"),
    )
    (folder / "mine.yml").write_text("\n".join((*lines, *more)))
    return {"PORTALS_DIR": str(folder), "ALLOW_PRIVATE_HOSTS": "true"}


def move(folder: Path, portal: str, url: str) -> None:
    """The portal answers at another address from now on."""
    file = folder / "sample" / "portals" / f"{portal}.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"endpoint: {url}/catalog.ttl" if line.startswith("endpoint:") else line for line in lines]
    file.write_text("\n".join(lines), encoding="utf-8")
