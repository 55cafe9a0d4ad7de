"""Licences for other systems: anyone's verification; own and duty-bound reading, with a purpose (用证事由)."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Path, Query, Router, Schema
from ninja.files import UploadedFile

from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.api_fields import AFTER, NEXT, enum_field
from tongban.infrastructure.ui.rules import masked
from tongban.platform.documents import services as documents
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.licences.rest import kinds, sharing

router = Router(tags=["licences"])
kinds.add_to(router)

BINARY = {"schema": {"type": "string", "format": "binary"}}
Token = Annotated[str, Path(description="the code in the QR picture of the licence")]
Purpose = Annotated[str, Query(description="what a licence of others is read for (用证事由); needed there")]

VALIDITIES = ("valid", "pending", "expired", *(state for state in Licence.State if state not in {"valid", "reserved"}))


class Checked(Schema):
    """What anyone may know of a licence or letter."""

    outcome: str = enum_field(
        ("genuine", "not_valid", "not_genuine", "unknown", "mistyped"),
        "not_valid: genuine, but not to be relied on today; not_genuine: forged or changed; unknown: nothing of it in"
        " the register; mistyped: no number or code at all, or its check character does not fit",
    )
    genuine: bool = Field(description="it was issued here, and a file that was shown is the original, byte for byte")
    reliable: bool = Field(description="it is genuine and may be relied on today")
    validity: str = enum_field(("", *VALIDITIES), "whether the licence is valid today; empty where there is none")
    problems: list[str] = Field(description="why it is not genuine or may not be relied on, in whole sentences")
    warnings: list[str] = Field(
        description="what is unusual about the identifier that was asked for, and does not matter"
    )
    identifier: str = Field("", description="identifier by GB/T 36904")
    kind: str = Field("", description="kind of the licence or of the document")
    name: str = Field("", description="name of the licence or of the document")
    number: str = Field("", description="number printed on it")
    holder: str = Field("", description="name of the holder, masked where it is a person")
    issuer: str = Field("", description="name of the department that issued it")
    issued_on: date | None = Field(None, description="the day it was issued")
    valid_until: date | None = Field(None, description="its last day; null where it has none")
    signer: str = Field("", description="whose seal is on the file that was shown")
    stamped_at: datetime | None = Field(
        None,
        description="when that file existed at the latest, by the word of a time-stamping authority (RFC 3161); null"
        " where it carries none that is trusted",
    )
    stamped_by: str = Field("", description="name of that authority")
    copy_for: str = Field("", description="what an annotated copy (加注件) that was checked may be used for")
    copy_until: date | None = Field(None, description="last day of that copy")


class LicenceSummary(Schema):
    """A licence in a list."""

    token: str = Field(description="the code in its QR picture; it names the licence in addresses")
    identifier: str = Field(description="identifier by GB/T 36904")
    kind: str = Field(description="kind of the licence")
    name: str = Field(description="name of its kind")
    number: str = Field(description="number printed on it")
    holder: str = Field(description="name of the holder")
    issuer: str = Field(description="name of the department that issued it")
    issued_on: date = Field(description="the day it was issued")
    valid_from: date = Field(description="its first day")
    valid_until: date | None = Field(description="its last day; null where it has none")
    validity: str = enum_field(VALIDITIES, "whether it is valid today")


class LicenceDetail(LicenceSummary):
    """A licence with its face."""

    face: dict[str, Any] = Field(description="what is printed on it: name of the item, then its text")
    file_digest: str = Field(description="SHA-256 of the sealed file")


class LicencePage(Schema):
    """A page of licences."""

    items: list[LicenceSummary] = Field(description="the licences of this page")
    next: str = Field(description=NEXT)


class HolderLicences(Schema):
    """Licences of one holder."""

    items: list[LicenceSummary] = Field(description="the licences, newest first, at most a hundred")


@router.get("/verify/{token}", auth=None, response=Checked, include_in_schema=False)
@router.get(
    "/verify/code/{token}",
    auth=None,
    operation_id="licences_verify_code",
    response=Checked,
    summary="Verify by the code in the QR picture",
)
def by_token(request: HttpRequest, token: Token) -> dict[str, Any]:
    return _checked(licences.verify_token(token, actor=request.actor))  # type: ignore[attr-defined]


@router.get(
    "/verify",
    auth=None,
    operation_id="licences_verify",
    response=Checked,
    summary="Verify by identifier (GB/T 36904), or by number and holder",
)
def by_identifier(
    request: HttpRequest,
    identifier: Annotated[str, Query(description="identifier by GB/T 36904")] = "",
    number: Annotated[str, Query(description="number printed on the licence; needs `holder`")] = "",
    holder: Annotated[str, Query(description="full name of the holder")] = "",
) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    if not number:
        return _checked(licences.verify_identifier(identifier, actor=actor))
    if not holder:
        raise licences.HolderMissing()
    return _checked(licences.verify_number(number, holder, actor=actor))


@router.post(
    "/verify",
    auth=None,
    operation_id="licences_verify_file",
    response=Checked,
    summary="Verify a sealed file, byte for byte",
)
def by_file(
    request: HttpRequest, file: Annotated[UploadedFile, File(description="the sealed PDF as it was issued")]
) -> dict[str, Any]:
    content = file.read(licences.MAX_FILE_BYTES + 1)
    return _checked(licences.verify_file(content, actor=request.actor))  # type: ignore[attr-defined]


@router.get("/", response=LicencePage, include_in_schema=False)
@router.get(
    "",
    operation_id="licences_list",
    response=LicencePage,
    summary="List licences: one's own, or those of a duty with a purpose",
)
def listed(
    request: HttpRequest,
    kind: Annotated[str, Query(description="only licences of this kind")] = "",
    purpose: Purpose = "",
    after: Annotated[str, Query(description=AFTER)] = "",
) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    rows = [part.with_people().of_kind(kind) for part in Licence.objects.parts_for(actor)]
    pages = with_readable_cursor(keyset_page(rows, request.GET, order=("-issued_on", "-pk")))
    licences.record_search(actor=actor, found=pages.rows, kind=kind, purpose=purpose)
    return {"items": [_line(licence) for licence in pages.rows], "next": pages.next}


@router.get(
    "/holder",
    operation_id="licences_of_holder",
    response=HolderLicences,
    summary="Licences of one holder, for a purpose and a matter (GB/T 36906)",
)
def of_holder(
    request: HttpRequest,
    code: Annotated[str, Query(description="code of the holder (持证主体代码)")],
    code_type: Annotated[str, Query(description="its type by GB/T 36903: 001 credit code, 111 citizen number …")],
    matter: Annotated[str, Query(description="item or case that they are needed for")] = "",
    kind: Annotated[str, Query(description="only of this kind, or of this 证照类型代码")] = "",
    number: Annotated[str, Query(description="only with this number")] = "",
    purpose: Purpose = "",
) -> dict[str, Any]:
    found = licences.of_holder(
        actor=request.actor,  # type: ignore[attr-defined]
        code=code,
        code_type=code_type,
        purpose=purpose,
        matter=matter,
        kind=kind,
        number=number,
    )
    return {"items": [_line(licence) for licence in found]}


@router.get("/{token}", operation_id="licences_read", response=LicenceDetail, summary="Read one licence with its face")
def one(request: HttpRequest, token: Token, purpose: Purpose = "") -> dict[str, Any]:
    licence = licences.read(actor=request.actor, token=token, purpose=purpose, way="rest")  # type: ignore[attr-defined]
    return {**_line(licence), "face": licence.face, "file_digest": licence.file_digest}


@router.get(
    "/{token}/file",
    operation_id="licences_download",
    summary="Download the sealed file",
    openapi_extra={"responses": {200: {"content": {"application/pdf": BINARY}}}},
)
def file(request: HttpRequest, token: Token, purpose: Purpose = "") -> HttpResponse:
    found = licences.file_of(actor=request.actor, token=token, purpose=purpose)  # type: ignore[attr-defined]
    return documents.response(found)


def _checked(verdict: licences.Verdict) -> dict[str, Any]:
    said: dict[str, Any] = {
        "outcome": verdict.outcome,
        "genuine": verdict.genuine,
        "reliable": verdict.reliable,
        "validity": verdict.validity,
        "problems": list(verdict.problems),
        "warnings": list(verdict.warnings),
        "signer": verdict.signer,
        "stamped_at": verdict.stamped_at,
        "stamped_by": verdict.stamped_by,
    }
    if verdict.copy:
        said |= {"copy_for": verdict.copy.purpose, "copy_until": verdict.copy.valid_until}
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
        "validity": licence.validity(clock.today()),
    }


router.add_router("", sharing.router)
