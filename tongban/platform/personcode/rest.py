"""Person codes for machines that scan them: gates, service halls, machines for self-service."""

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.platform.parties import services as parties
from tongban.platform.personcode import rules
from tongban.platform.personcode import services as personcode
from tongban.platform.personcode.models import MAX_PLACE, MAX_PURPOSE

router = Router(tags=["personcode"])


class CodeScan(Schema):
    """A code that a person showed, and what for."""

    code: str = Field(description="what the QR code says", max_length=rules.MAX_CODE)
    use: Literal["window", "check-in"] = Field(description="what it is scanned for")
    purpose: str = Field(description="in words; the person reads it", max_length=MAX_PURPOSE)
    place: str = Field("", description="where, in words", max_length=MAX_PLACE)


class ScannedPerson(Schema):
    """Who showed the code."""

    party: str = Field(description="the person's number in this house, random")
    name: str = Field(description="the name, partly hidden")


@router.post(
    "/scans",
    operation_id="personcode_scan",
    response=ScannedPerson,
    summary="Say who shows a code; the person reads who scanned it, when, where and what for",
)
def scan(request: HttpRequest, scan: CodeScan) -> dict[str, Any]:
    found = personcode.scan(actor=request.actor, **scan.dict())  # type: ignore[attr-defined]
    return {"party": str(found.party.uid), "name": parties.masked("name", found.party.name)}
