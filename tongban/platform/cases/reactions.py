"""What follows from a step: letters are written, the applicant is told, a delivered result closes the case."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.wording import all_worded
from tongban.platform.cases import services as cases
from tongban.platform.cases.events import (
    AnnulmentDecided,
    CaseAccepted,
    CaseCompleted,
    CaseDecided,
    CaseForwarded,
    CaseNotAccepted,
    CaseTerminated,
    CaseWithdrawn,
    CommitmentChecked,
)
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import (
    charging,
    delivering,
    following_up,
    heading,
    offices,
    posting,
    publishing,
    relimiting,
    succeeding,
)
from tongban.platform.cases.steps import STEPS, StepNotice
from tongban.platform.catalogue.events import ServicePublished
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes
from tongban.platform.codes.events import CalendarLoaded
from tongban.platform.delivery.events import ParcelDispatched, ParcelLost, ParcelRequested, ParcelReturned, ParcelSigned
from tongban.platform.delivery.models import Parcel
from tongban.platform.documents.events import GlyphsAdded, GlyphsMissing
from tongban.platform.identity.events import AbsenceEntered, DepartmentDissolved
from tongban.platform.identity.models import Account, Department
from tongban.platform.letters.events import LetterIssued
from tongban.platform.licences.events import LicenceIssued, LicenceOpened
from tongban.platform.notices import services as notices
from tongban.platform.payments.events import BillPaid, RefundDone
from tongban.platform.payments.models import Bill

VISIT_PARTS = {"morning": _("in the morning"), "afternoon": _("in the afternoon")}


def _told_by(event: type) -> list[str]:
    return [kind for kind, step in STEPS.items() if step.event is event]


def follow(event: type) -> None:
    """Have letters written and the applicant told where the steps behind this fact call for it."""

    def write_letters(fact: Any) -> None:
        cases.write_letters(_case(fact.case_id))

    def notify(fact: Any) -> None:
        case = _case(fact.case_id)
        # What was sent once is not sent again: of a step that happens several times, each is told in its turn.
        for action in Action.objects.of(case).of_kinds(_told_by(event)):
            _notify_of(case, action)

    # Jobs are called by name, so each fact has reactions of its own.
    for reaction in (write_letters, notify):
        reaction.__name__ = f"{reaction.__name__}_on_{event.__name__}"
    kinds = _told_by(event)
    if any(STEPS[kind].letter for kind in kinds):
        journal.on(event, atomic=False)(write_letters)
    if any(STEPS[kind].notice for kind in kinds):
        journal.on(event)(notify)


for event in dict.fromkeys(step.event for step in STEPS.values()):
    follow(event)


@journal.on(CalendarLoaded, atomic=False)
def count_open_cases_anew(event: CalendarLoaded) -> None:
    cases.recount(since=date.fromisoformat(event.first) if event.first else date(event.year, 1, 1))


@journal.on(AbsenceEntered)
def give_to_head_what_nobody_may_do(event: AbsenceEntered) -> None:
    heading.see_to_the_tasks_of(Account.objects.get(pk=event.account))


@journal.on(DepartmentDissolved, atomic=False)
def go_on_in_successor(event: DepartmentDissolved) -> None:
    if event.successor:
        department = Department.objects.get(key=event.department)
        succeeding.take_over(department=department, successor=department.acting)


@journal.on(ServicePublished, atomic=False)
def limit_open_cases(event: ServicePublished) -> None:
    """Count last days of open cases anew, where new limits of their service count for them too."""
    relimiting.limit_open_cases(Version.objects.numbered(event.number).get(service=event.service_id))


@journal.on(LetterIssued)
def complete_by_letter(event: LetterIssued) -> None:
    """Close a decided case whose letter is the result; not as long as one waits for a typeface."""
    case = _case_of(event.origin)
    if case is None or case.state not in {Case.State.GRANTED, Case.State.REFUSED}:
        return
    # Whoever asked for a person holds their licence already.
    by_letter = cases.plan_of(case.version).answers_by_letter or case.person_asked_on
    if (case.outcome != "granted" or by_letter) and not cases.letters_unwritten(case):
        cases.complete(case=case)


@journal.on(CaseDecided)
def plan_follow_up(event: CaseDecided) -> None:
    """Plan the inspection that follows a grant, where the definition asks for one."""
    if event.granted:
        following_up.plan_follow_up(case=_case(event.case_id))


@journal.on(CaseCompleted)
def publish_decision(event: CaseCompleted) -> None:
    """Show the decision about a permit to everybody (双公示)."""
    case = _case(event.case_id)
    if publishing.is_published(case):
        publishing.publish_decision(case=case)


@journal.on(CaseCompleted)
def post_result(event: CaseCompleted) -> None:
    """Let the result be posted, where the applicant wants it by post."""
    posting.post_result(case=_case(event.case_id))


@journal.on(ParcelRequested)
def ask_for_address(event: ParcelRequested) -> None:
    if not event.placed:
        _notify_of_parcel(
            event.parcel_id,
            "address",
            _("“%(service)s”: tell us where to post it"),
            _("%(contents)s is ready to be posted. Choose the address. Number %(number)s."),
        )


@journal.on(ParcelDispatched)
def tell_of_dispatch(event: ParcelDispatched) -> None:
    _notify_of_parcel(
        event.parcel_id,
        "dispatched",
        _("“%(service)s”: %(contents)s is on its way to you"),
        _("Waybill number %(waybill)s. You can see here where it is. Number %(number)s."),
    )


@journal.on(ParcelSigned)
def record_signed_parcel(event: ParcelSigned) -> None:
    """Take the signed receipt of a posted result as its delivery; of materials, tell that they are here."""
    case = _case_of(event.about)
    if case is None:
        return
    if event.inward:
        url = reverse("hall:delivery:parcel", args=[Parcel.objects.get(pk=event.parcel_id).uid])
        title, body = _("“%(service)s”: your papers have arrived"), _("The office has them. Number %(number)s.")
        _notify_at(url, case, f"parcel:{event.parcel_id}:here", title, body)
        return
    posting.record_signed(case=case, parcel=Parcel.objects.get(pk=event.parcel_id))
    _notify_of_parcel(
        event.parcel_id,
        "signed",
        _("“%(service)s”: %(contents)s was delivered"),
        _(
            "The carrier says that it was signed for. If you have not received it, contact %(office)s. "
            "Number %(number)s."
        ),
    )


@journal.on(ParcelReturned)
def tell_of_return(event: ParcelReturned) -> None:
    if _tell_sender(event.parcel_id, _("The courier brings them back to you. Post them again, or bring them.")):
        return
    _notify_of_parcel(
        event.parcel_id,
        "returned",
        _("“%(service)s”: %(contents)s came back"),
        _(
            "The courier could not deliver it. It waits at the window; bring the query code of the case, or ask "
            "%(office)s to post it again. Number %(number)s."
        ),
    )


@journal.on(ParcelLost)
def tell_of_loss(event: ParcelLost) -> None:
    if _tell_sender(event.parcel_id, _("The courier has lost them. Ask the courier, or bring other copies.")):
        return
    _notify_of_parcel(
        event.parcel_id,
        "lost",
        _("“%(service)s”: %(contents)s was lost on its way"),
        _("%(office)s makes it anew and posts it again. You need not do anything. Number %(number)s."),
    )


@journal.on(CaseAccepted)
def charge_fee(event: CaseAccepted) -> None:
    """Issue the bill that has to be paid before the decision."""
    charging.charge(case=_case(event.case_id), due="decision")


@journal.on(CaseDecided)
def charge_fee_of_grant(event: CaseDecided) -> None:
    """Issue the bill that has to be paid before the result; after a refusal see to what was paid."""
    case = _case(event.case_id)
    if event.granted:
        charging.charge(case=case, due="result")
    else:
        charging.settle(case=case)


@journal.on(BillPaid)
def go_on_once_paid(event: BillPaid) -> None:
    case = _case_of(event.about)
    if case:
        charging.record_paid(case=case, bill=Bill.objects.get(pk=event.bill_id))


@journal.on(RefundDone)
def record_refund(event: RefundDone) -> None:
    case = _case_of(event.about)
    if case and event.cause != "surplus":
        charging.record_refunded(case=case, refund=event.refund, amount_fen=event.amount_fen)


def see_to_fee_after(event: type) -> None:
    """Have the fee seen to where a case ended by this fact."""

    def settle_fee(fact: Any) -> None:
        charging.settle(case=_case(fact.case_id))

    settle_fee.__name__ = f"settle_fee_on_{event.__name__}"
    journal.on(event)(settle_fee)


for event in (CaseNotAccepted, CaseWithdrawn, CaseTerminated, CaseForwarded, CommitmentChecked, AnnulmentDecided):
    see_to_fee_after(event)


@journal.on(GlyphsMissing)
def notify_that_it_takes_longer(event: GlyphsMissing) -> None:
    case = _case_of(event.origin)
    if case:
        _notify(
            case,
            f"glyphs-{event.kind}",
            _("“%(service)s”: a document will take longer"),
            _(
                "It contains a rare character, %(shown)s, that our font does not have yet. The operator has been "
                "notified and will add it; the document will then be produced automatically. You need not do "
                "anything. Number %(number)s."
            ),
            shown=event.shown,
        )


@journal.on(GlyphsAdded, atomic=False)
def write_letters_that_waited(event: GlyphsAdded) -> None:
    case = _case_of(event.origin)
    if case:
        cases.write_letters(case)


@journal.on(LicenceOpened)
def deliver_by_opening(event: LicenceOpened) -> None:
    """Take the holder's first opening of the licence as the electronic delivery of the result."""
    case = _case_of(event.origin)
    if case and case.applicant_id == event.holder_id:
        delivering.record_opened_licence(case=case)


@journal.on(LicenceIssued)
def hand_over_licence(event: LicenceIssued) -> None:
    case = _case_of(event.origin)
    if case:
        cases.complete(case=case, licence=event.identifier)


def _tell_sender(pk: int, body: StrOrPromise) -> bool:
    """Tell the applicant that what they posted to the office does not arrive; False where nobody posted it to us."""
    parcel = Parcel.objects.get(pk=pk)
    case = _case_of(parcel.subject)
    if not parcel.inward or case is None:
        return False
    url = reverse("hall:delivery:parcel", args=[parcel.uid])
    key = f"parcel:{pk}:{parcel.state}"
    _notify_at(url, case, key, _("“%(service)s”: your papers have not reached the office"), body)
    return True


def _notify_of_parcel(pk: int, occasion: str, title: StrOrPromise, body: StrOrPromise) -> None:
    """Tell the applicant of what is posted about their case."""
    parcel = Parcel.objects.get(pk=pk)
    case = _case_of(parcel.subject)
    if case and not parcel.inward:
        words = {"contents": parcel.title, "waybill": parcel.waybill, "office": lambda: case.department.title}
        url = reverse("hall:delivery:parcel", args=[parcel.uid])
        _notify_at(url, case, f"parcel:{pk}:{occasion}", title, body, **words)


def _case_of(origin: str) -> Case | None:
    pk = Subject.parse(origin).number("case")
    return None if pk is None else _case(pk)


def _case(pk: int) -> Case:
    case: Case = Case.objects.get_with_related(pk)
    return case


def _missing(case: Case, asked: Action) -> str:
    """Name what a request for a supplement asks for: a line for each point."""
    names = {line["code"]: line["name"] for line in all_worded(cases.plan_of(case.version).lines)}
    points = [(names.get(point["material"], ""), point["text"]) for point in asked.data["points"]]
    return "\n".join(
        f"{number}. {name}：{text}" if name else f"{number}. {text}" for number, (name, text) in enumerate(points, 1)
    )


def _who_took_back(action: Action) -> str:
    return str(_("%(name)s, at the window,")) % {"name": action.actor} if action.data.get("window") else action.actor


DAYS = ("acceptance_due_on", "promised_due_on", "statutory_due_on")
# What notices may say of a step besides what its data and the case hold.
SAID: Mapping[str, Callable[[Case, Action], object]] = {
    "service": lambda case, _action: case.version.service.title,
    "office": lambda case, _action: case.department.title,
    "office_then": lambda case, action: offices.handling_then(case, action).title,
    "decision": lambda case, _action: cases.wording_of(case).decided(case.outcome),
    "points": lambda _case, action: len(action.data["points"]),
    "list": _missing,
    "labels": lambda case, action: cases.labels_of(case, action.data["answers"]),
    "limit": lambda _case, action: codes.in_words(action.data["days"], "workday"),
    "moved_to": lambda _case, action: next(action.data[name] for name in DAYS if name in action.data),
    "when": lambda _case, action: (
        str(_("%(day)s %(part)s")) % {"day": action.data["day"], "part": VISIT_PARTS[action.data["part"]]}
    ),
    "to_office": lambda _case, action: action.data["office"],
    "who": lambda _case, action: _who_took_back(action),
}
_NAMED = re.compile(r"%\((\w+)\)s")


def _notify_of(case: Case, action: Action) -> None:
    """Tell the applicant of a step; once, however often it is called."""
    notice = STEPS[action.kind].notice
    if notice is None or action.is_taken_over or (notice.by_office and not action.department):
        return
    if notice.refused and case.outcome == "refused":
        notice = notice.refused
    words = {name: partial(_said, notice.names.get(name, name), case, action) for name in _named_in(notice)}
    _notify(case, f"{action.kind}:{action.pk}", notice.title, notice.body, **words)


def _named_in(notice: StepNotice) -> set[str]:
    return set(_NAMED.findall(f"{notice.title} {notice.body}"))


def _said(name: str, case: Case, action: Action) -> object:
    if name in SAID:
        return SAID[name](case, action)
    return action.data[name] if name in action.data else getattr(case, name)


def _notify(case: Case, occasion: str, title: StrOrPromise, body: StrOrPromise, **details: object) -> None:
    _notify_at(reverse("hall:cases:follow", args=[case.uid]), case, occasion, title, body, **details)


def _notify_at(url: str, case: Case, occasion: str, title: StrOrPromise, body: StrOrPromise, **details: object) -> None:
    """Tell the applicant, and lead to this page."""
    words = {"service": lambda: case.version.service.title, "number": case.number, **details}
    notices.send(
        to=case.applicant,
        **notices.in_both(title, body, words),
        url=url,
        subject=case.subject,
        service=case.version.service.code,
        key=f"case:{case.pk}:{occasion}",
    )
