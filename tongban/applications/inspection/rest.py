"""Draws and decisions that are public, and inspections that a key's duty reaches, for other systems."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Router, Schema

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import FieldInspection, InspectionDraw, PenaltyCase
from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT

router = Router(tags=["inspection"])


class InspectionLine(Schema):
    """An inspection that was recorded."""

    uid: UUID = Field(description="names the inspection")
    number: str = Field(description="its number")
    matter: str = Field(description="key of the supervision matter (监管事项)")
    entity: str = Field(description="name of the supervised object")
    department: str = Field(description="key of the department")
    area: str = Field(description="code of the area")
    origin: str = Field(description="draw, plan or clue")
    outcome: str = Field(description="clean, corrected, ordered, case or absent")
    findings: list[str] = Field(description="keys of the items that were not in order")
    inspected_at: datetime = Field(description="moment of the inspection, as the phone said it")


class InspectionLines(Schema):
    """A page of inspections."""

    items: list[InspectionLine] = Field(description="the inspections of this page, the latest record first")
    next: str = Field(description=NEXT)


class DecisionLine(Schema):
    """A decision on a penalty that is public now. Names of persons are masked."""

    number: str = Field(description="its number")
    words: str = Field(description="what was published")
    department: str = Field(description="key of the department that decided")
    decided_on: date = Field(description="day of the decision")
    published_on: date = Field(description="day of the publication")


class DecisionLines(Schema):
    """A page of decisions."""

    items: list[DecisionLine] = Field(description="the decisions of this page, the latest first")
    next: str = Field(description=NEXT)


class InspectionCursor(Schema):
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get(
    "/inspections",
    operation_id="inspection_inspections",
    response=InspectionLines,
    summary="Inspections that were recorded and that the key's duty inspection.manage reaches",
)
def inspections(request: HttpRequest, cursor: Query[InspectionCursor]) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    parts = [part.done().with_names() for part in FieldInspection.objects.managed_by(actor)]
    pages = with_readable_cursor(
        keyset_page(parts, request.GET, order=("-done_at", "-pk"), not_null=("done_at",), size=50)
    )
    return {"items": [_inspection(one) for one in pages], "next": pages.next}


@router.get(
    "/decisions",
    auth=None,
    operation_id="inspection_decisions",
    response=DecisionLines,
    summary="Decisions on penalties that are public now",
)
def decisions(request: HttpRequest, cursor: Query[InspectionCursor]) -> Any:
    rows = PenaltyCase.objects.published().select_related("department")
    pages = with_readable_cursor(
        keyset_page(rows, request.GET, order=("-published_on", "-pk"), not_null=("published_on",), size=50)
    )
    items = [
        {
            "number": case.number,
            "words": case.published,
            "department": case.department.key,
            "decided_on": case.decided_on,
            "published_on": case.published_on,
        }
        for case in pages
    ]
    return {"items": items, "next": pages.next}


@router.get(
    "/draws/{uid}",
    auth=None,
    operation_id="inspection_draw",
    response=dict[str, Any],
    summary="All that is public of a random draw, to draw it again from",
)
def draw(request: HttpRequest, uid: Annotated[UUID, Path(description="name of the draw")]) -> Any:
    return inspection.published(get_object_or_404(InspectionDraw.objects.with_names(), uid=uid))


def _inspection(one: FieldInspection) -> dict[str, Any]:
    return {
        "uid": one.uid,
        "number": one.number,
        "matter": one.matter,
        "entity": one.entity.name,
        "department": one.department.key,
        "area": one.area,
        "origin": one.origin,
        "outcome": one.outcome,
        "findings": [found["key"] for found in one.findings],
        "inspected_at": one.at,
    }
