"""``GET /api/datasets/{id}``: one dataset, its elected description and its copies."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from api.datasets import dataset
from api.schemas import DatasetAnswer
from api.wire import PROBLEMS, Asked, Lang, answer
from search.catalogue import Redirect

router = APIRouter(tags=["datasets"], responses=PROBLEMS)


@router.get("/api/datasets/{identity}", response_model=DatasetAnswer, summary="One dataset")
def show_dataset(services: Asked, identity: str, lang: Lang = "fr") -> Response:
    """The elected record as harvested, every copy with its own words, and why this one was elected.

    An id that a merge has ended answers 301 to the dataset that took it over.
    """
    found = dataset(services, identity, lang)
    if isinstance(found, Redirect):
        return RedirectResponse(f"/api/datasets/{found.target}", status_code=301)
    return answer(found)
