"""Bundles for other systems: what there is and what applies, for everybody; apply for somebody, and follow it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Field, File, Header, Path, Router, Schema, Status
from ninja.files import UploadedFile

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import Bundle, BundleApplication, BundleItem, BundleVersion
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, NotFound
from tongban.infrastructure.kernel.wording import recorded
from tongban.infrastructure.ui.api_fields import enum_field
from tongban.platform.cases.models import Case
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties

router = Router(tags=["bundles"])

Code = Annotated[str, Path(description="code of the bundle")]
Ref = Annotated[str, Path(description="uid of the joint application")]
Line = Annotated[str, Path(description="code of the line in the merged list of materials")]
Attached = Annotated[UploadedFile, File(description="the file, of a kind that the line takes")]


class BundleSummary(Schema):
    """Something that is done once."""

    code: str = Field(description="code of the bundle")
    name: str = Field(description="what it is called")
    summary: str = Field(description="what it puts together")
    department: str = Field(description="name of the department that leads")


class BundleList(Schema):
    """What is offered; there are few, so all of them."""

    items: list[BundleSummary] = Field(description="the bundles on offer")


class Situation(Schema):
    """Answers to the questionnaire of a bundle."""

    situation: dict[str, Any] = Field(description="answers by the names of the questionnaire's questions")


class ItemApplying(Schema):
    """Whether an item applies in a situation."""

    key: str = Field(description="what the item is called in the bundle")
    service: str = Field(description="catalogue code of the service")
    applies: bool = Field(description="whether it applies")
    reason: str = Field(description="why, or why not")


class Guidance(Schema):
    """What applies in a situation."""

    items: list[ItemApplying] = Field(description="every item of the bundle")
    questionnaire: dict[str, Any] = Field(description="the questionnaire as JSON Schema")


class JointApplicant(Schema):
    """For whom it is; number and name must both fit a registered party."""

    id_kind: Literal["identity-card", "uscc", "passport"] = Field(description="kind of the number")
    id_number: str = Field(description="number of the identity card, organisation or passport")
    name: str = Field(description="full name, as registered")


class JointFiling(Situation):
    """A joint application to begin."""

    bundle: str = Field(description="code of the bundle")
    applicant: JointApplicant = Field(description="for whom it is")


class JointAnswers(Schema):
    """Answers to change; the others stay."""

    answers: dict[str, Any] = Field(description="answers by the names of the merged form; null empties one")
    confirmed: list[str] = Field([], max_length=100, description="checks that the applicant stands by")


class JointSubmission(Schema):
    """The word with which everything is handed in."""

    declared: bool = Field(description="the applicant declares that everything is true and complete")


class JointItem(Schema):
    """One item of a joint application."""

    key: str = Field(description="what the item is called in the bundle")
    service: str = Field(description="catalogue code of the service")
    state: str = enum_field(BundleItem.State, "whether it is handed in, waits, or will not be handled")
    after: list[str] = Field(description="keys of the items that have to be granted first")
    case: str | None = Field(description="number of its case; null before it is handed in")
    case_state: str = enum_field(["", *Case.State], "where its case stands; empty before it is handed in")
    note: str = Field(description="why it was not handed in; empty where nothing stands against it")


class JointDetail(Schema):
    """A joint application with its items and its clock."""

    uid: str = Field(description="what names it in addresses")
    number: str | None = Field(description="its number; null for a draft")
    bundle: str = Field(description="code of the bundle")
    applicant: str = Field(description="name of the applicant")
    state: str = enum_field(BundleApplication.State, "how the whole stands")
    submitted_at: datetime | None = Field(description="when it was handed in; null for a draft")
    promised_due_on: date | None = Field(description="last day of the promise for the whole")
    statutory_due_on: date | None = Field(description="last day of the law for the whole")
    items: list[JointItem] = Field(description="its items, in the order of the bundle")
    questions: list[str] = Field(description="of a draft: names of the questions of the merged form")
    materials: list[str] = Field(description="of a draft: codes of the lines that these answers call for")
    missing: dict[str, list[str]] = Field(
        description="of a draft: what still has to be done, by question, material:CODE or confirm:ID"
    )


@router.get("", auth=None, operation_id="bundles_list", response=BundleList, summary="What can be done as one thing")
def listed(request: HttpRequest) -> dict[str, Any]:
    return {
        "items": [
            {"code": one.code, "name": one.name, "summary": one.summary, "department": one.department.name}
            for one in Bundle.objects.offered()
        ]
    }


@router.post(
    "/which/{code}", auth=None, operation_id="bundles_which", response=Guidance, summary="What applies in a situation"
)
def which(request: HttpRequest, code: Code, sent: Situation) -> dict[str, Any]:
    """Nothing of it is kept. 422 names the answers that are missing or wrong."""
    version = _version(code)
    said = bundles.applying(version, sent.situation)
    return {
        "items": [
            {"key": one.item.key, "service": one.item.service, "applies": one.applies, "reason": one.why}
            for one in said
        ],
        "questionnaire": version.content["form"]["schema"],
    }


@router.post(
    "/applications",
    operation_id="bundles_begin",
    response={200: JointDetail, 201: JointDetail},
    summary="Begin a joint application for somebody",
)
def begin(
    request: HttpRequest,
    filing: JointFiling,
    idempotency_key: Annotated[
        str, Header(min_length=8, max_length=60, description="the same key gives the same application")
    ],
) -> Status[Any]:
    actor = _for_party(_actor(request), filing.applicant)
    key = f"api:{actor.account}:{idempotency_key}"
    known = BundleApplication.objects.with_key(key) is not None
    made = bundles.begin(actor=actor, bundle=filing.bundle, situation=filing.situation, once=key)
    return Status(200 if known else 201, _told(made))


@router.get("/applications/{ref}", operation_id="bundles_read", response=JointDetail, summary="One joint application")
def one(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    return _told(_application(request, ref))


@router.patch(
    "/applications/{ref}", operation_id="bundles_answer", response=JointDetail, summary="Change answers of a draft"
)
def fill(request: HttpRequest, ref: Ref, sent: JointAnswers) -> dict[str, Any]:
    found = _application(request, ref)
    actor = _acting(request, found)
    found = bundles.fill(actor=actor, uid=found.uid, answers=sent.answers, revision=found.revision)
    if sent.confirmed:
        found = bundles.confirm(actor=actor, uid=found.uid, checks=sent.confirmed)
    return _told(_application(request, ref))


@router.post(
    "/applications/{ref}/materials/{code}",
    operation_id="bundles_attach_file",
    response=JointDetail,
    summary="Add a file to a line of the merged list",
)
def attach(request: HttpRequest, ref: Ref, code: Line, file: Attached) -> dict[str, Any]:
    """It reaches every item that asks for it. What the house has already is fetched at the same time."""
    found = _application(request, ref)
    actor = _acting(request, found)
    documents.attach_to(bundles.materials_of(actor, found), actor=actor, code=code, file=file)
    bundles.fetch_all(actor=actor, application=found)
    return _told(found)


@router.post(
    "/applications/{ref}/submit", operation_id="bundles_submit", response=JointDetail, summary="Hand all of it in"
)
def submit(request: HttpRequest, ref: Ref, sent: JointSubmission) -> dict[str, Any]:
    """Twice gives the same application. 422 names everything that is missing or wrong; then nothing is handed in."""
    found = _application(request, ref)
    actor = _acting(request, found)
    if found.is_draft:
        bundles.fetch_all(actor=actor, application=found)
    bundles.submit(actor=actor, uid=found.uid, declared=sent.declared)
    return _told(_application(request, ref))


def _version(code: str) -> BundleVersion:
    found = Bundle.objects.offered_as(code)
    if found is None or found.current is None:
        raise NotFound()
    return found.current


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _for_party(actor: Actor, applicant: JointApplicant) -> Actor:
    """Return the system acting for a party it names; number and name must both fit. Raises NotAllowed, Invalid."""
    actor.must_hold("cases.file")
    purpose = recorded(_("File a joint application for them"))
    for party in parties.find(actor=actor, number=applicant.id_number, purpose=purpose):
        if party.id_kind == applicant.id_kind and parties.same_name(party.name, applicant.name):
            return replace(actor, acting_for=party.pk)
    raise Invalid({"applicant": [_("No party with this number and this name is registered.")]})


def _application(request: HttpRequest, ref: str) -> BundleApplication:
    """Return what the key reaches: by its duty to lead, or because it filed it. Raises NotFound, noting the attempt."""
    actor, found = _actor(request), BundleApplication.objects.with_uid(ref)
    if found and (_filed(actor, found) or BundleApplication.objects.visible_to(actor).filter(pk=found.pk).exists()):
        return found
    raise identity.not_found(actor, "joint application", ref)


def _filed(actor: Actor, found: BundleApplication) -> bool:
    return actor.holds("cases.file") and found.filed_by_id == actor.account


def _acting(request: HttpRequest, found: BundleApplication) -> Actor:
    """Return the caller acting for the applicant of what it filed; anybody else as they are."""
    actor = _actor(request)
    return replace(actor, acting_for=found.applicant_id) if _filed(actor, found) else actor


def _told(found: BundleApplication) -> dict[str, Any]:
    items = BundleItem.objects.of(found)
    draft = found.is_draft
    whole = bundles.whole_of(found, items)
    lines = whole.lines_for(found.answers) if draft else []
    return {
        "uid": found.uid,
        "number": found.number,
        "bundle": found.version.bundle.code,
        "applicant": found.applicant_name,
        "state": found.state,
        "submitted_at": found.submitted_at,
        "promised_due_on": found.promised_due_on,
        "statutory_due_on": found.statutory_due_on,
        "items": [_item(item) for item in items],
        "questions": sorted(whole.asked.names()) if draft else [],
        "materials": [line["code"] for line in lines],
        "missing": bundles.checklist(found, items).faults if draft else {},
    }


def _item(item: BundleItem) -> dict[str, Any]:
    return {
        "key": item.key,
        "service": item.version.service.code,
        "state": item.state,
        "after": item.after,
        "case": item.case.number if item.case else None,
        "case_state": item.case.state if item.case else "",
        "note": item.note,
    }
