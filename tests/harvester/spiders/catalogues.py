"""Small catalogues in the four protocols, as their servers would write them."""

import json
from collections.abc import Iterable, Sequence

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""
LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"


def turtle(numbers: Iterable[int], following: str = "", total: int | None = None, *, literal: bool = False) -> bytes:
    """A page of a DCAT feed: datasets by number, and where the next page is."""
    named = f'"{following}"' if literal else f"<{following}>"
    paging = f" ; hydra:next {named}" if following else ""
    paging += f" ; hydra:totalItems {total}" if total is not None else ""
    datasets = "".join(
        f'<https://data.example.fr/{n}> a dcat:Dataset ; dct:title "Jeu {n}"@fr ; dct:identifier "{n}" .\n'
        for n in numbers
    )
    return f"{PREFIXES}<> a hydra:PartialCollectionView{paging} .\n{datasets}".encode()


def package(number: int) -> dict[str, object]:
    """A CKAN package."""
    return {"id": f"p-{number}", "name": f"jeu-{number}", "title": f"Jeu {number}", "resources": []}


def packages(numbers: Iterable[int], count: int | None = None) -> bytes:
    """An answer of ``package_search``."""
    rows = [package(number) for number in numbers]
    result = {"results": rows} if count is None else {"count": count, "results": rows}
    return json.dumps({"success": True, "result": result}).encode()


def ods_dataset(number: int) -> dict[str, object]:
    """A dataset of Opendatasoft's v2.1."""
    metas = {"default": {"title": f"Jeu {number}", "publisher": "Ville"}}
    return {"dataset_id": f"jeu-{number}", "dataset_uid": f"da_{number:06}", "has_records": True, "metas": metas}


def ods_page(numbers: Iterable[int], total: int) -> bytes:
    """A page of ``catalog/datasets``."""
    return json.dumps({"total_count": total, "results": [ods_dataset(number) for number in numbers]}).encode()


def udata_page(numbers: Sequence[int], total: int, following: str | None = None, page: int = 1) -> bytes:
    """A page of udata's API v1."""
    data = [{"id": f"{number:024x}", "slug": f"jeu-{number}", "title": f"Jeu {number}"} for number in numbers]
    return json.dumps({"data": data, "next_page": following, "page": page, "page_size": 100, "total": total}).encode()
