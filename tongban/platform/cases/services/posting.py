"""邮寄: where the applicant wants it, the result of a granted case is posted; its signed receipt is the delivery."""

from django.db import transaction
from django.urls import reverse

from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import delivering, plan
from tongban.platform.cases.services.acting import WrongCaseState, lock
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity

OCCASION = "result"
# As long as something may still be granted, or was, an address can be chosen.
OPEN = frozenset({"draft", "submitted", "supplement", "accepted", "granted", "completed"})

# While it is handled, papers may be posted to the office.
OPEN_TO_PAPERS = frozenset({"submitted", "supplement", "accepted"})


def is_posted(case: Case) -> bool:
    """Say whether the answers ask for the result by post."""
    rule = plan.of(case.version).posting
    return bool(rule) and case.outcome in {"", "granted"} and eforms.holds(rule["when"], case.answers)


def title_of(case: Case) -> StrOrPromise:
    """Return what is posted, in its words."""
    return str(plan.of(case.version).posting["title"])


def destination_of(case: Case) -> Destination | None:
    """Return where the result is to be posted; None where nobody has begun to say it."""
    return Destination.objects.about(case.subject)


def parcels_of(case: Case) -> list[Parcel]:
    """Return what was posted about a case, or is about to be, the newest first."""
    return list(Parcel.objects.about(case.subject).with_names())


@transaction.atomic
def expect_address(*, actor: Actor, case: Case) -> Destination:
    """Begin to choose where the result is to be posted. Raises NotFound."""
    if not case.is_spoken_for_by(actor) or not is_posted(case) or case.state not in OPEN:
        raise identity.not_found(actor, "case", case.uid)
    return _expected(case)


@transaction.atomic
def post_result(*, case: Case) -> Parcel | None:
    """Let the result of a granted case be posted, where its answers ask for that; twice gives the same parcel."""
    if case.outcome != "granted" or not is_posted(case):
        return None
    _expected(case)
    order = delivery.ParcelOrder(
        subject=case.subject,
        occasion=OCCASION,
        title=str(title_of(case)),
        matter=str(case.number),
        department=case.department,
        area=case.area,
        party=case.applicant,
        service=case.version.service.code,
    )
    return delivery.request(actor=SYSTEM, order=order)


@transaction.atomic
def announce(*, actor: Actor, case: Case, carrier: str, waybill: str, phone: str) -> Parcel:
    """Take down that the applicant posted papers to the office, so that both see where they are.

    Raises NotFound, WrongCaseState, NoSuchCarrier, NoWaybill, WaybillTaken, NoPhone.
    """
    if not case.is_spoken_for_by(actor):
        raise identity.not_found(actor, "case", case.uid)
    case = lock(pk=case.pk)
    if case.state not in OPEN_TO_PAPERS:
        raise WrongCaseState(state=case.get_state_display())
    order = delivery.ParcelOrder(
        subject=case.subject,
        occasion=f"papers:{delivery.waybill_number(waybill)[:30]}",
        title=f"{case.version.service.name}：申请材料",
        matter=str(case.number),
        department=case.department,
        area=case.area,
        party=case.applicant,
        service=case.version.service.code,
    )
    return delivery.announce(actor=actor, order=order, carrier=carrier, waybill=waybill, phone=phone)


@transaction.atomic
def record_signed(*, case: Case, parcel: Parcel) -> None:
    """Take the signed receipt of what was posted as the delivery of the case (送达回证); once."""
    case = lock(pk=case.pk)
    delivering.record_posted(case, receiver=parcel.recipient or case.applicant_name, number=parcel.waybill)


def _expected(case: Case) -> Destination:
    return delivery.expect(
        subject=case.subject,
        party=case.applicant,
        service=case.version.service.code,
        title=str(title_of(case)),
        back=reverse("hall:cases:follow", args=[case.uid]),
    )
