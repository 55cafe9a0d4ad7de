"""What goes wrong, and how it ends: lost, sent again, handed over at the window, not needed any more."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.delivery.events import PapersFiled, ParcelEnded, ParcelLost
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.services.requesting import ParcelOrder, request
from tongban.platform.identity import services as identity

_UNDER_WAY = {Parcel.State.BOOKED, Parcel.State.PICKED_UP, Parcel.State.ON_WAY}
_HERE = {Parcel.State.REQUESTED, Parcel.State.RETURNED, Parcel.State.LOST}


class WhyLost(Refusal):
    status, field = 422, "reason"
    message = _("Write what the carrier said, and when.")


class NotLost(Refusal):
    message = _("Only a parcel that the carrier has can be lost.")


class NothingToSendAgain(Refusal):
    message = _("Only what was lost or came back is sent again.")


class NotHere(Refusal):
    message = _("These papers have not arrived yet.")


@transaction.atomic
def file_papers(*, actor: Actor, parcel: Parcel) -> Parcel:
    """Write down that posted papers were put with their matter. Again changes nothing.

    Raises NotFound, NotAllowed, NotHere.
    """
    held = _locked(actor, parcel)
    if held.state == Parcel.State.FILED:
        return held
    if not held.inward or held.state != Parcel.State.SIGNED:
        raise NotHere()
    held.state = Parcel.State.FILED
    held.save(update_fields=["state"])
    journal.write(PapersFiled(held.pk, held.subject), by=actor, subject=held.subject)
    return held


@transaction.atomic
def report_lost(*, actor: Actor, parcel: Parcel, reason: str) -> Parcel:
    """Write down that the carrier lost a parcel. Again changes nothing.

    Raises NotFound, NotAllowed, WhyLost, NotLost.
    """
    held = _locked(actor, parcel)
    if held.state == Parcel.State.LOST:
        return held
    if not reason.strip():
        raise WhyLost()
    if held.inward or held.state not in _UNDER_WAY:
        raise NotLost()
    held.state, held.problem, held.ended_at, held.ask_at = Parcel.State.LOST, reason.strip()[:200], clock.now(), None
    held.save(update_fields=["state", "problem", "ended_at", "ask_at"])
    told = ParcelLost(held.pk, held.subject, held.waybill)
    journal.write(told, by=actor, subject=held.subject, reason=reason.strip())
    return held


@transaction.atomic
def send_again(*, actor: Actor, parcel: Parcel) -> Parcel:
    """Post anew what was lost or came back; again returns the same new parcel.

    Raises NotFound, NotAllowed, NothingToSendAgain.
    """
    held = _locked(actor, parcel)
    turn = Parcel.objects.filter(subject=held.subject).count() + 1
    if held.state == Parcel.State.REPLACED:
        return held.followed_by.get()
    if held.inward or held.state not in {Parcel.State.RETURNED, Parcel.State.LOST}:
        raise NothingToSendAgain()
    held.state = Parcel.State.REPLACED
    held.save(update_fields=["state"])
    order = ParcelOrder(
        subject=held.subject,
        occasion=f"{held.occasion.partition('#')[0]}#{turn}",
        title=held.title,
        matter=held.matter,
        department=held.department,
        area=held.area,
        party=held.party,
        service=held.service,
    )
    return request(actor=actor, order=order, follows=held)


@transaction.atomic
def end(*, actor: Actor, subject: str, how: str) -> int:
    """Let nothing about a subject be posted any more that has not left, or came back; return how many that were.

    how   "collected" at the window, "cancelled". For rooms that know the subject.
    """
    rows = Parcel.objects.select_for_update(of=("self",)).filter(subject=subject, state__in=_HERE, inward=False)
    # An order that a carrier may have is taken back first.
    ended = [parcel for parcel in rows if parcel.state != Parcel.State.REQUESTED or not parcel.carrier]
    for parcel in ended:
        parcel.state, parcel.ended_at = Parcel.State(how), clock.now()
        parcel.save(update_fields=["state", "ended_at"])
        journal.write(ParcelEnded(parcel.pk, subject, how), by=actor, subject=subject)
    return len(ended)


def _locked(actor: Actor, parcel: Parcel) -> Parcel:
    rows = Parcel.objects.visible_to(actor).select_related("department", "party")
    found = rows.select_for_update(of=("self",)).filter(pk=parcel.pk).first()
    held = identity.must_find(found, actor, "parcel", parcel.uid)
    actor.must_hold("delivery.post", department=held.department_id, area=held.area)
    return held
