"""How the clock of an order stands, in a colour and a word."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import pgettext

from tongban.platform.deadlines.services import ClockContext, Light
from tongban.platform.workorders.models import WorkOrder
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.services.terms import terms


class OrderLight(NamedTuple):
    """The light of the present step. due: its last moment, day: its last day; None where nothing runs."""

    colour: Light
    word: str
    due: datetime | None = None
    day: date | None = None


def light_of(order: WorkOrder, now: ClockContext) -> OrderLight:
    """Return the light of an order; of one that is over it says whether it was finished in time."""
    if order.state == moves.CANCELLED or (order.state == moves.CLOSED and order.in_time is None):
        return OrderLight("grey", now.word("grey"))
    if order.state == moves.CLOSED:
        word = pgettext("work order", "Finished in time") if order.in_time else pgettext("work order", "Finished late")
        return OrderLight("green" if order.in_time else "red", word)
    if order.due is None:
        return OrderLight("grey", pgettext("work order", "Hung up"))
    side, limits = moves.side_of(order.state), terms()
    limit = {moves.DISPATCHER: limits.dispatch, moves.VERIFIER: limits.verify}.get(side, order.limit)
    colour = now.light_at(start=order.raised_at, due=order.due, limit=limit)
    return OrderLight(colour, now.word(colour), order.due, timezone.localtime(order.due).date())
