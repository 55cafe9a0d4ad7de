"""What carriers say of a parcel: heard or asked, taken once, in whatever order it comes."""

from collections.abc import Iterable
from datetime import timedelta

import structlog
from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery import rules
from tongban.platform.delivery.events import ParcelDispatched, ParcelLost, ParcelReturned, ParcelSigned
from tongban.platform.delivery.models import Parcel, ParcelEvent
from tongban.platform.delivery.ports import CarrierRefused, CarrierSilent, TrackLine
from tongban.platform.delivery.services import carriers, terms

log = structlog.get_logger(__name__)

# So many parcels are asked about in one round; so many lines of one are kept.
AT_ONCE = 50
MAX_LINES = 300
# What is told of a time to come is told by a clock that is wrong; some minutes are nothing.
EARLY = timedelta(minutes=10)
_CARRIED = {Parcel.State.BOOKED, Parcel.State.PICKED_UP, Parcel.State.ON_WAY}


def ask(parcel: Parcel) -> Parcel:
    """Ask the carrier where a parcel is, and take what it says; where it is silent, it is asked again later."""
    if not parcel.waybill or parcel.state not in _CARRIED:
        return parcel
    try:
        lines = carriers.carrier(parcel.carrier).track(waybill=parcel.waybill, phone=parcel.phone)
    except (CarrierSilent, CarrierRefused, carriers.NoSuchCarrier) as problem:
        log.warning("a parcel cannot be asked about", carrier=parcel.carrier, reason=str(problem))
        return _later(parcel)
    return _later(take(carrier=parcel.carrier, waybill=parcel.waybill, lines=lines) or parcel)


def ask_carriers() -> int:
    """Ask about parcels of which nothing was heard for a while; return how many."""
    used = {one.key for one in carriers.in_use()}
    waiting = [one for one in Parcel.objects.to_ask(clock.now())[:AT_ONCE] if one.carrier in used]
    for parcel in waiting:
        ask(parcel)
    return len(waiting)


@transaction.atomic
def take(*, carrier: str, waybill: str, lines: Iterable[TrackLine]) -> Parcel | None:
    """Take lines of a track; what was told before changes nothing. None for a parcel that is not ours."""
    found = Parcel.objects.select_for_update(of=("self",)).filter(carrier=carrier, waybill=waybill)
    parcel = found.first()
    if parcel is None:
        return None
    known = list(ParcelEvent.objects.of(parcel))
    keys = {event.key for event in known}
    latest = clock.now() + EARLY
    fresh = {line.key: line for line in lines if line.key not in keys and line.at <= latest}
    for line in list(fresh.values())[: MAX_LINES - len(known)]:
        known.append(
            ParcelEvent.objects.create(
                parcel=parcel,
                key=line.key[:64],
                at=line.at,
                kind=line.kind,
                place=line.place,
                words=line.words,
                heard_at=clock.now(),
            )
        )
    if fresh:
        _move(parcel, sorted(known, key=lambda event: (event.at, event.pk)))
    return parcel


@transaction.atomic
def hint(*, carrier: str, waybill: str) -> None:
    """Ask soon: somebody who cannot be believed says that there is news."""
    found = Parcel.objects.select_for_update(of=("self",)).filter(carrier=carrier, waybill=waybill)
    parcel = found.first()
    if parcel is not None and parcel.state in _CARRIED:
        parcel.ask_at = clock.now()
        parcel.save(update_fields=["ask_at"])


def _move(parcel: Parcel, track: list[ParcelEvent]) -> None:
    before, after = parcel.state, rules.state_after(parcel.state, [event.kind for event in track])
    moved = [event for event in track if event.kind != "note"]
    dispatched = parcel.picked_up_at is None and bool(moved) and after != before
    if dispatched:
        parcel.picked_up_at = moved[0].at
    parcel.state = after
    if after not in _CARRIED and after != before:
        parcel.ended_at = next(event.at for event in track if event.kind == after)
        parcel.ask_at = None
    parcel.save(update_fields=["state", "picked_up_at", "ended_at", "ask_at"])
    if after != before:
        _tell(parcel, dispatched=dispatched)


def _tell(parcel: Parcel, *, dispatched: bool) -> None:
    about, number = parcel.subject, parcel.waybill
    if parcel.state == Parcel.State.SIGNED:
        signed = ParcelSigned(parcel.pk, about, parcel.carrier, number, parcel.inward)
        journal.write(signed, by=SYSTEM, subject=about)
    elif parcel.state == Parcel.State.RETURNED:
        journal.write(ParcelReturned(parcel.pk, about, number), by=SYSTEM, subject=about)
    elif parcel.state == Parcel.State.LOST:
        journal.write(ParcelLost(parcel.pk, about, number), by=SYSTEM, subject=about)
    elif dispatched and not parcel.inward:
        journal.write(ParcelDispatched(parcel.pk, about, parcel.carrier, number), by=SYSTEM, subject=about)


@transaction.atomic
def _later(parcel: Parcel) -> Parcel:
    """Ask again after a while, each time after a longer one."""
    rhythm = terms.term("asking", clock.today())
    held = Parcel.objects.select_for_update(of=("self",)).get(pk=parcel.pk)
    if held.state in _CARRIED:
        pause = min(rhythm["first_seconds"] * 2 ** min(held.asked, 10), rhythm["most_seconds"])
        held.asked, held.ask_at = held.asked + 1, clock.now() + timedelta(seconds=pause)
        held.save(update_fields=["asked", "ask_at"])
    return held
