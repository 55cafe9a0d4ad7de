"""Cases for other systems: list and read what the key reaches; file for others with the duty cases.file."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import Field, File, Header, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile

from tongban.infrastructure.database.paging import with_readable_cursor
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.kernel.wording import recorded
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT, enum_field
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, CaseRow
from tongban.platform.cases.pages.files import serve
from tongban.platform.cases.rest import public
from tongban.platform.cases.steps import STEPS
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.parties import services as parties

router = Router(tags=["cases"])
public.add_publications(router)

OUTCOMES = ("", "granted", "refused", "not_accepted", "withdrawn", "lapsed", "terminated", "forwarded", "revoked")
LETTERS = sorted({step.letter.template for step in STEPS.values() if step.letter})
PAPERS = ("application/pdf", "image/jpeg", "image/png")
BINARY = {"schema": {"type": "string", "format": "binary"}}

Ref = Annotated[str, Path(description="number or uid of the case")]
Material = Annotated[str, Path(description="code of the material line, from the questions of the service")]


class CaseSummary(Schema):
    """A case in a list."""

    uid: str = Field(description="what names the case in addresses, from its first day")
    number: str | None = Field(description="case number (办件编号); null for a draft")
    service: str = Field(description="catalogue code of the service")
    service_name: str = Field(description="name of the service")
    applicant: str = Field(description="name of the applicant")
    department: str = Field(description="name of the department that decides")
    state: str = enum_field(Case.State, "where the case stands")
    outcome: str = enum_field(OUTCOMES, "how it ended; empty while it is open")
    submitted_at: datetime | None = Field(description="when it was handed in; null for a draft")
    acceptance_due_on: date | None = Field(description="last day to answer whether it is accepted")
    accepted_on: date | None = Field(description="the day it was accepted (受理)")
    promised_due_on: date | None = Field(description="last day of the promised time limit")
    statutory_due_on: date | None = Field(description="last day of the law's time limit")
    decided_on: date | None = Field(description="the day of the decision")


class CasePage(Schema):
    """A page of cases."""

    items: list[CaseSummary] = Field(description="the cases of this page")
    next: str = Field(description=NEXT)


class CaseStep(Schema):
    """One thing that was done to the case."""

    kind: str = enum_field(STEPS, "what was done")
    at: datetime = Field(description="when it was done")
    on: date = Field(description="the day that counts for the time limits")
    department: str = Field(description="name of the department that did it; empty where the applicant did")
    opinion: str = Field(description="what the official wrote to the applicant")
    data: dict[str, Any] = Field(description="what belongs to this kind of step, such as the points of a supplement")


class Paper(Schema):
    """A letter of the case; its file is at `papers/{uid}`."""

    uid: str = Field(description="what names the document in addresses")
    title: str = Field(description="title of the letter")
    kind: str = enum_field(LETTERS, "which letter it is")


class CaseFee(Schema):
    """One fee of the case, as its service's definition charges it."""

    name: str = Field(description="what is charged (收费项目)")
    amount_fen: int = Field(description="amount in fen (分)")
    unit: str = Field(description="for what unit: a licence, a time")
    basis: str = Field(description="the rule that sets it")
    rate_fen: int | None = Field(None, description="amount in fen for one unit, where a table computes the fee")
    quantity: float | None = Field(None, description="of how many units, where a table computes the fee")
    waived: str = Field("", description="why nothing is charged; empty where it is")


class CaseDetail(CaseSummary):
    """A case with its answers, what happened, and what came out."""

    paused_on: date | None = Field(description="since when a special procedure stops both time limits; else null")
    applicant_due_on: date | None = Field(
        description="until when the applicant has to bring what it waits for; else null"
    )
    licence: str = Field(description="identifier by GB/T 36904 of the licence it acts on; empty where it acts on none")
    result_code: str = Field(description="how it was closed (办结结果, code list case-result); empty while it is open")
    answers: dict[str, Any] = Field(description="answers by the names of the service's questions")
    fees: list[CaseFee] = Field(description="what has to be paid; empty where nothing is charged")
    steps: list[CaseStep] = Field(description="what was done to it, as the applicant sees it")
    letters: list[Paper] = Field(description="sealed letters about it")
    licences: list[str] = Field(description="identifiers by GB/T 36904 of what was issued")
    missing: dict[str, list[str]] = Field(
        description="of a draft: what still has to be done, by question, material:CODE or confirm:ID"
    )


class Applicant(Schema):
    """For whom the application is; number and name must both fit a registered party."""

    id_kind: Literal["identity-card", "uscc", "passport"] = Field(description="kind of the number")
    id_number: str = Field(description="number of the identity card, organisation or passport")
    name: str = Field(description="full name, as registered")


class Filing(Schema):
    """An application to begin."""

    service: str = Field(description="catalogue code of a service that can be applied for online")
    licence: str = Field("", description="code (token) of the licence that a 变更、延续、补办、注销 service acts on")
    applicant: Applicant = Field(description="for whom it is")
    answers: dict[str, Any] = Field({}, description="answers by the names of the service's questions")
    area: str = Field(
        "", max_length=12, description="code of the area whose office handles it, where the law lets one choose"
    )


class CaseAnswers(Schema):
    """CaseAnswers to change; the others stay."""

    answers: dict[str, Any] = Field(description="answers by the names of the service's questions; null empties one")


class Submission(Schema):
    """What the applicant declares when the application is handed in."""

    declared: bool = Field(description="the applicant answers for the truth of what is handed in")
    by_person: bool = Field(False, description="a person is to decide where the system could do so at once")
    deferred: bool = Field(False, description="what is missing is promised for later, where the service allows it")
    committed: bool = Field(
        False, description="the applicant commits to meeting the conditions, where the service offers that (告知承诺)"
    )
    confirmed: list[str] = Field(
        [],
        max_length=50,
        description="checks that the applicant was asked about and stands by: ID of “confirm:ID” in `missing`",
    )


State = Literal[
    "",
    "submitted",
    "supplement",
    "accepted",
    "granted",
    "refused",
    "completed",
    "not_accepted",
    "withdrawn",
    "lapsed",
    "terminated",
    "forwarded",
    "revoked",
]


class Listing(Schema):
    state: State = Field("", description="only cases in this state; empty for all")
    q: str = Field("", description="beginning of a case number or of the applicant's name")
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get("/", response=CasePage, include_in_schema=False)
@router.get("", operation_id="cases_list", response=CasePage, summary="Cases that the key reaches, newest first")
def listed(request: HttpRequest, listing: Query[Listing]) -> dict[str, Any]:
    found = cases.listed(actor=_actor(request), params=request.GET, text=typed.prose(listing.q), state=listing.state)
    pages = with_readable_cursor(found)
    return {"items": [_line(case) for case in pages.rows], "next": pages.next}


@router.get("/{ref}", operation_id="cases_read", response=CaseDetail, summary="One case, by number or uid")
def one(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    return _read(request, _case(request, ref))


@router.post("/", response={200: CaseDetail, 201: CaseDetail}, include_in_schema=False)
@router.post(
    "",
    operation_id="cases_begin",
    response={200: CaseDetail, 201: CaseDetail},
    summary="Begin an application for somebody",
)
def create(
    request: HttpRequest,
    filing: Filing,
    idempotency_key: Annotated[
        str,
        Header(alias="Idempotency-Key", min_length=8, max_length=100, description="your own name of this application"),
    ],
) -> Status[dict[str, Any]]:
    """Begin a draft and fill it in. The same Idempotency-Key again returns the case that is there (200)."""
    actor = _filing_for(_actor(request), filing.applicant)
    key = f"{actor.account}:{idempotency_key}"
    case, begun = cases.file(
        actor=actor,
        service=filing.service,
        answers=filing.answers,
        key=key,
        licence=filing.licence,
        area=filing.area,
    )
    return Status(201, _whole(case)) if begun else Status(200, _read(request, case))


@router.patch("/{ref}", operation_id="cases_answer", response=CaseDetail, summary="Change answers of a draft")
def fill(request: HttpRequest, ref: Ref, sent: CaseAnswers) -> dict[str, Any]:
    case = _case(request, ref)
    cases.must_agree(case, sent.answers)
    case = cases.fill(actor=_for(request, case), case=case, answers=sent.answers, revision=case.revision)
    return _read(request, case)


@router.post(
    "/{ref}/materials/{code}",
    operation_id="cases_attach_file",
    response=CaseDetail,
    summary="Add a file to a material line",
)
def attach(
    request: HttpRequest,
    ref: Ref,
    code: Material,
    file: Annotated[UploadedFile, File(description="one file of a kind that the material line takes")],
) -> dict[str, Any]:
    case = _case(request, ref)
    cases.attach(actor=_for(request, case), case=case, code=code, file=file)
    return _read(request, case)


@router.post(
    "/{ref}/materials/{code}/fetch",
    operation_id="cases_fetch_material",
    response=CaseDetail,
    summary="Let the house fetch a material",
)
def fetch(request: HttpRequest, ref: Ref, code: Material) -> dict[str, Any]:
    """Look for the material in the house's own licences and registers. 409 where nothing is found."""
    case = _case(request, ref)
    cases.fetch(actor=_for(request, case), case=case, code=code)
    return _read(request, case)


@router.post("/{ref}/submit", operation_id="cases_submit", response=CaseDetail, summary="Hand the application in")
def submit(request: HttpRequest, ref: Ref, submission: Submission) -> dict[str, Any]:
    """Doing it twice gives the same case. 422 names every answer and material that is missing or wrong.

    `confirm:ID` stands before what is strange: ask the applicant, and name the ID in `confirmed`.
    409 where a register was changed meanwhile: its answers were renewed; read them, then hand in again.
    """
    case = _case(request, ref)
    if submission.confirmed and case.state == Case.State.DRAFT:
        case = cases.confirm(actor=_for(request, case), case=case, checks=submission.confirmed)
    actor, by_person = _for(request, case), submission.by_person
    try:
        case = cases.submit(
            actor=actor,
            uid=case.uid,
            declared=submission.declared,
            by_person=by_person,
            deferred=submission.deferred,
            committed=submission.committed,
        )
    except cases.FactsChanged:
        # Renewed now, so that the system reads the answers as they are and can hand them in.
        cases.renew_facts(case=case)
        raise
    return _read(request, case)


@router.get(
    "/{ref}/papers/{document}",
    operation_id="cases_download_paper",
    summary="A letter or a material of the case",
    openapi_extra={"responses": {200: {"content": dict.fromkeys(PAPERS, BINARY)}}},
)
def paper(
    request: HttpRequest, ref: Ref, document: Annotated[str, Path(description="uid of a letter or of a handed in file")]
) -> HttpResponse:
    return serve(_actor(request), _case(request, ref), document, inline=False)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _case(request: HttpRequest, ref: str) -> Case:
    """Return a case the key reaches: by its duty, or because it filed it."""
    actor = _actor(request)
    case = Case.objects.visible_to(actor).referred_to(ref)
    if case is None and actor.holds("cases.file"):
        case = Case.objects.filed_by(actor).referred_to(ref)
    return identity.must_find(case, actor, "case", ref)


def _filing_for(actor: Actor, applicant: Applicant) -> Actor:
    """Return the system acting for a party it names; number and name must both fit. Raises NotAllowed, Invalid."""
    actor.must_hold("cases.file")
    purpose = recorded(_("File an application for them"))
    for party in parties.find(actor=actor, number=applicant.id_number, purpose=purpose):
        if party.id_kind == applicant.id_kind and parties.same_name(party.name, applicant.name):
            return replace(actor, acting_for=party.pk)
    raise Invalid({"applicant": [_("No party with this number and this name is registered.")]})


def _for(request: HttpRequest, case: Case) -> Actor:
    """Return the caller acting for the applicant of a case it filed; anybody else as they are."""
    actor = _actor(request)
    if actor.holds("cases.file") and case.filed_by_id == actor.account:
        return replace(actor, acting_for=case.applicant_id)
    return actor


def _line(case: CaseRow) -> dict[str, Any]:
    return {
        "uid": case.uid,
        "number": case.number,
        "service": case.service,
        "service_name": case.service_name,
        "applicant": case.applicant_name,
        "department": case.department_name,
        "state": case.state,
        "outcome": case.outcome,
        "submitted_at": case.submitted_at,
        "acceptance_due_on": case.acceptance_due_on,
        "accepted_on": case.accepted_on,
        "promised_due_on": case.promised_due_on,
        "statutory_due_on": case.statutory_due_on,
        "decided_on": case.decided_on,
    }


def _read(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the whole of a case, and write down that it was read: others may have changed it since it was filed."""
    cases.record_opened(_actor(request), case)
    return _whole(case)


def _whole(case: Case) -> dict[str, Any]:
    case = Case.objects.get_with_related(case.pk)
    told = {
        **_line(case.row),
        "paused_on": case.paused_on,
        "applicant_due_on": case.applicant_due_on,
        "licence": case.licence.identifier if case.licence else "",
        "result_code": cases.result_code(case),
        "answers": case.answers,
        "fees": case.fees,
    }
    if case.state == Case.State.DRAFT:
        return {**told, "steps": [], "letters": [], "licences": [], "missing": _missing(case)}
    return {
        **told,
        "steps": [_step(action) for action in Action.objects.of(case).shown_to_applicant()],
        "letters": [
            {"uid": str(letter.document.uid), "title": letter.title, "kind": letter.kind}
            for letter in Letter.objects.about(case.subject)
        ],
        "licences": [licence.identifier for licence in Licence.objects.of_subject(case.subject)],
        "missing": {},
    }


def _step(action: Action) -> dict[str, Any]:
    told = {name: getattr(action, name) for name in ("kind", "at", "on", "department", "opinion")}
    # The applicant reads the office, not the names of officials.
    return {**told, "data": {name: value for name, value in action.data.items() if name != "on_behalf_of"}}


def _missing(case: Case) -> dict[str, list[str]]:
    return cases.checklist(case).faults
