"""``GET /api/datasets/{id}``: one dataset, its elected description and its copies."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.answers.datasets import dataset
from api.routes.wire import PROBLEMS, Asked, Lang, answer
from api.schemas.base import shown
from api.schemas.datasets import DATASET, DatasetAnswer
from search.catalogue import Redirect

router = APIRouter(tags=["datasets"], responses=PROBLEMS)

Identity = Annotated[str, Path(max_length=200, description="id of a dataset", examples=["c30a09456d230eaa"])]
MOVED: dict[int | str, dict[str, Any]] = {301: {"description": "A merge has ended this id; `Location` has the new one"}}


@router.get(
    "/api/datasets/{identity}", response_model=DatasetAnswer, summary="One dataset", responses=shown(DATASET) | MOVED
)
def show_dataset(request: Request, services: Asked, identity: Identity, lang: Lang = "fr") -> Response:
    """The elected record as harvested, every copy with its own words, and why this one was elected.

    An id that a merge has ended answers 301 to the dataset that took it over.
    """
    found = dataset(services, identity, lang)
    if isinstance(found, Redirect):
        return RedirectResponse(request.url.replace(path=f"/api/datasets/{found.target}"), status_code=301)
    return answer(found)
