"""Licences for other systems: anyone's verification; own and duty-bound reading, with a purpose (用证事由)."""

from datetime import date
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.paging import as_sent, by_key
from tongban.infrastructure.ui.rules import masked
from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

router = Router(tags=["licences"])

BINARY = {"schema": {"type": "string", "format": "binary"}}
TRIED_TOO_OFTEN = {"responses": {409: {"description": "Too many attempts from this address; wait a little."}}}


class Checked(Schema):
    """What anyone may know of a licence or letter. holder: masked where it is a person.

    outcome    not_valid: genuine, but not to be relied on today; not_genuine: forged or changed; unknown: nothing of it
               in the register; mistyped: no number or code at all, or its check character does not fit
    """

    outcome: Literal["genuine", "not_valid", "not_genuine", "unknown", "mistyped"]
    genuine: bool
    reliable: bool
    standing: Literal["", "valid", "pending", "expired", "suspended", "revoked", "cancelled", "superseded"]
    problems: list[str]
    identifier: str = ""
    kind: str = ""
    name: str = ""
    number: str = ""
    holder: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_until: date | None = None
    signer: str = ""


class Line(Schema):
    """A licence in a list."""

    token: str
    identifier: str
    kind: str
    name: str
    number: str
    holder: str
    issuer: str
    issued_on: date
    valid_from: date
    valid_until: date | None
    standing: str


class Whole(Line):
    """A licence with its face."""

    face: dict[str, Any]
    file_digest: str


class Lines(Schema):
    """A page of a list. next: the query string of the next page, "" on the last one."""

    items: list[Line]
    next: str


@router.get(
    "/verify/{token}",
    auth=None,
    response=Checked,
    summary="Verify by the code in the QR picture",
    openapi_extra=TRIED_TOO_OFTEN,
)
def by_token(request: HttpRequest, token: str) -> dict[str, Any]:
    return _checked(licences.verify_token(token, actor=request.actor))  # type: ignore[attr-defined]


@router.get(
    "/verify",
    auth=None,
    response=Checked,
    summary="Verify by identifier (GB/T 36904), or by number and holder",
    openapi_extra=TRIED_TOO_OFTEN,
)
def by_identifier(request: HttpRequest, identifier: str = "", number: str = "", holder: str = "") -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    if not number:
        return _checked(licences.verify_identifier(identifier, actor=actor))
    if not holder:
        raise licences.HolderMissing()
    return _checked(licences.verify_number(number, holder, actor=actor))


@router.post("/verify", auth=None, response=Checked, summary="Verify a sealed file, byte for byte")
def by_file(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    content = file.read(licences.FILE_MAX_BYTES + 1)
    return _checked(licences.verify_file(content, actor=request.actor))  # type: ignore[attr-defined]


@router.get("/", response=Lines, summary="List licences: one's own, or those of a duty with a purpose")
def listed(request: HttpRequest, kind: str = "", purpose: str = "", after: str = Query("")) -> dict[str, Any]:  # type: ignore[type-arg]
    actor = request.actor  # type: ignore[attr-defined]
    rows = [part.with_people().of_kind(kind) for part in Licence.objects.parts_for(actor)]
    pages = as_sent(by_key(rows, request.GET, order=("-issued_on", "-pk")))
    licences.searched(actor=actor, found=pages.rows, kind=kind, purpose=purpose)
    return {"items": [_line(licence) for licence in pages.rows], "next": pages.next}


@router.get("/{token}", response=Whole, summary="Read one licence with its face")
def one(request: HttpRequest, token: str, purpose: str = "") -> dict[str, Any]:
    licence = licences.read(actor=request.actor, token=token, purpose=purpose, way="rest")  # type: ignore[attr-defined]
    return {**_line(licence), "face": licence.face, "file_digest": licence.file_digest}


@router.get(
    "/{token}/file",
    summary="Download the sealed file",
    openapi_extra={"responses": {200: {"content": {"application/pdf": BINARY}}}},
)
def file(request: HttpRequest, token: str, purpose: str = "") -> HttpResponse:
    found = licences.file_of(actor=request.actor, token=token, purpose=purpose)  # type: ignore[attr-defined]
    return documents.response(found)


def _checked(verdict: licences.Verdict) -> dict[str, Any]:
    said: dict[str, Any] = {
        "outcome": verdict.outcome,
        "genuine": verdict.genuine,
        "reliable": verdict.reliable,
        "standing": verdict.standing,
        "problems": list(verdict.problems),
        "signer": verdict.signer,
    }
    if verdict.licence:
        line = _line(verdict.licence)
        if verdict.licence.holder.kind == "person":
            line["holder"] = masked(line["holder"])
        said |= {name: line[name] for name in Checked.model_fields if name in line}
    elif verdict.document:
        said |= {"kind": verdict.document.kind, "name": verdict.document.title, "issuer": verdict.document.source}
    return said


def _line(licence: Licence) -> dict[str, Any]:
    return {
        "token": licence.token,
        "identifier": licence.identifier,
        "kind": licence.kind,
        "name": licence.kind_name,
        "number": licence.number,
        "holder": licence.holder.name,
        "issuer": licence.issuer.name,
        "issued_on": licence.issued_on,
        "valid_from": licence.valid_from,
        "valid_until": licence.valid_until,
        "standing": licence.standing(clock.today()),
    }
