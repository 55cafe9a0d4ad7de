"""The figures of supervision for machines. Public; no official and no case leaves the house."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.services import DepartmentFigure

router = Router(tags=["oversight"])


class DepartmentSupervision(Schema):
    """What supervision says of one department."""

    department: str = Field(description="name of the department")
    department_key: str = Field(description="key of the department")
    received: int = Field(description="cases received")
    decided: int = Field(description="those that were decided")
    on_time: int = Field(description="those that were decided within the promised time")
    yellow: int = Field(description="yellow cards (黄牌)")
    red: int = Field(description="red cards (红牌)")
    advice: int = Field(description="formal supervision advice (监察建议书)")
    open: int = Field(description="cards that are not closed")


class SupervisionFigures(Schema):
    """The figures of some days."""

    first: date = Field(description="first day on which cases were received and cards arose")
    last: date = Field(description="last such day")
    items: list[DepartmentSupervision] = Field(description="one for each department with cases or cards")


@router.get(
    "/figures",
    auth=None,
    operation_id="oversight_figures",
    response=SupervisionFigures,
    summary="Read how departments keep their time limits, and which cards they got",
)
def figures(request: HttpRequest) -> Any:
    first, last = oversight.public_days()
    found = oversight.public_figures(first=first, last=last)
    return {"first": first, "last": last, "items": [_figure(one) for one in found]}


def _figure(one: DepartmentFigure) -> dict[str, Any]:
    names = ("received", "decided", "on_time")
    cases = {name: getattr(one.cases, name) if one.cases else 0 for name in names}
    cards = {name: getattr(one.cards, name) for name in ("yellow", "red", "advice", "open")}
    return {"department": one.department.name, "department_key": one.department.key, **cases, **cards}
