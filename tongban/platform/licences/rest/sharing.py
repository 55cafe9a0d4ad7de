"""Sharing of licences with other systems (GB/T 36906): by holder, annotated copies."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router, Schema, Status

from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences

router = Router(tags=["licences"])


class CopyOrder(Schema):
    """What an annotated copy is for."""

    purpose: str = Field(description="what it may be used for (加注事由), at most 200 characters")
    valid_until: date = Field(description="its last day, at most a year from now")


class CopyDetail(Schema):
    """An annotated copy (加注件) that was ordered."""

    token: str = Field(description="the code by which it is fetched and verified")
    valid_until: date = Field(description="its last day")


@router.post(
    "/{token}/copies",
    operation_id="licences_annotate",
    response={202: CopyDetail},
    summary="Order an annotated copy of a licence; its file is there a moment later",
)
def annotate(
    request: HttpRequest,
    token: Annotated[str, Path(description="the code in the QR picture of the licence")],
    order: CopyOrder,
) -> Status[dict[str, Any]]:
    copy = licences.annotate(actor=request.actor, token=token, **order.dict())  # type: ignore[attr-defined]
    return Status(202, {"token": copy.token, "valid_until": copy.valid_until})


@router.get(
    "/{token}/copies/{copy_token}/file",
    operation_id="licences_copy_file",
    summary="Download an annotated copy that one ordered",
    openapi_extra={
        "responses": {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
def copy_file(
    request: HttpRequest,
    token: Annotated[str, Path(description="the code in the QR picture of the licence")],
    copy_token: Annotated[str, Path(description="the code of the copy")],
) -> HttpResponse:
    return documents.response(licences.copy_file(actor=request.actor, token=token, copy=copy_token))  # type: ignore[attr-defined]
