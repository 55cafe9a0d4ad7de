"""The figures for machines: how many rated, and how. Public; no single rating leaves the house."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tongban.applications.ratings.models import Tally
from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT

router = Router(tags=["ratings"])


class RatingFigure(Schema):
    """The ratings of one service in one department."""

    service: str = Field(description="catalogue code")
    service_name: str = Field(description="name of the service")
    department: str = Field(description="name of the department")
    department_key: str = Field(description="key of the department")
    asked: int = Field(description="completed cases whose applicants could rate")
    given: int = Field(description="those who did")
    good: int = Field(description="good ratings (好评)")
    low: int = Field(description="low ratings (差评)")
    answered: int = Field(description="low ratings that the department has answered")
    good_percent: float | None = Field(description="good of given in per cent; null where nobody rated")


class RatingFigures(Schema):
    """A page of figures."""

    items: list[RatingFigure] = Field(description="the figures of this page")
    next: str = Field(description=NEXT)


class FigureFilter(Schema):
    department: str = Field("", description="key of a department")
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get(
    "/figures",
    auth=None,
    operation_id="ratings_figures",
    response=RatingFigures,
    summary="Read how services were rated",
)
def figures(request: HttpRequest, narrow: Query[FigureFilter]) -> Any:
    tallies = Tally.objects.with_names()
    if narrow.department:
        tallies = tallies.of(narrow.department)
    pages = with_readable_cursor(keyset_page(tallies, request.GET, order=("-given", "-pk"), size=50))
    return {"items": [_figure(tally) for tally in pages], "next": pages.next}


def _figure(tally: Tally) -> dict[str, Any]:
    counts = {name: getattr(tally, name) for name in ("asked", "given", "good", "low", "answered", "good_percent")}
    names = {"service": tally.service.code, "service_name": tally.service.name}
    return {**names, "department": tally.department.name, "department_key": tally.department.key, **counts}
