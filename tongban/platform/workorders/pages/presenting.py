"""What pages say of orders, at the desk and on the phone."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.ui.templatetags.ui import moment
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places
from tongban.platform.workorders import ports
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder, WorkOrderPhoto, WorkOrderStep
from tongban.platform.workorders.models.orders import SIDES
from tongban.platform.workorders.rules import moves
from tongban.platform.workorders.services.lights import OrderLight, light_of

# What a step is called once it was taken, and the button with which it is taken.
STEPS = {
    "raise": pgettext_lazy("work order", "Raised"),
    "dispatch": pgettext_lazy("work order", "Dispatched"),
    "reroute": pgettext_lazy("work order", "Given to another department"),
    "cancel": pgettext_lazy("work order", "Cancelled"),
    "accept": pgettext_lazy("work order", "Accepted"),
    "return": pgettext_lazy("work order", "Returned to the dispatcher"),
    "arrive": pgettext_lazy("work order", "Arrived"),
    "note": pgettext_lazy("work order", "Note"),
    "finish": pgettext_lazy("work order", "Finished"),
    "hang_up": pgettext_lazy("work order", "Hung up"),
    "resume": pgettext_lazy("work order", "Resumed"),
    "extend": pgettext_lazy("work order", "Time limit extended"),
    "verify": pgettext_lazy("work order", "Verified and closed"),
    "send_back": pgettext_lazy("work order", "Sent back to be done again"),
}
BUTTONS = {
    "dispatch": pgettext_lazy("work order", "Dispatch"),
    "reroute": pgettext_lazy("work order", "Give to another department"),
    "cancel": pgettext_lazy("work order", "Cancel the order"),
    "accept": pgettext_lazy("work order", "Accept the order"),
    "return": pgettext_lazy("work order", "Return the order"),
    "arrive": pgettext_lazy("work order", "I have arrived"),
    "note": pgettext_lazy("work order", "Write a note"),
    "finish": pgettext_lazy("work order", "Finish"),
    "hang_up": pgettext_lazy("work order", "Hang up"),
    "resume": pgettext_lazy("work order", "Resume"),
    "extend": pgettext_lazy("work order", "Extend the time limit"),
    "verify": pgettext_lazy("work order", "Verify and close"),
    "send_back": pgettext_lazy("work order", "Have it done again"),
}
DOUBTS = {
    "future": gettext_lazy("The clock of the phone was ahead; the time of receipt counts."),
    "before": gettext_lazy("By the clock of the phone this came before the last step; the time of receipt counts."),
}


class OrderLine(NamedTuple):
    """What a list says of an order."""

    order: WorkOrder
    kind: str
    light: OrderLight


class HistoryEntry(NamedTuple):
    """A step, as `ui/timeline.html` takes it."""

    title: str
    at: Any
    who: str
    text: str
    state: str = "done"


def links(actor: Actor) -> dict[str, bool]:
    """Return what the links beside the list depend on."""
    return {"dispatches": actor.holds("workorders.dispatch"), "routes": actor.holds("workorders.route")}


def lines(orders: Iterable[WorkOrder]) -> list[OrderLine]:
    kinds, now = workorders.kinds(), deadlines.now()
    return [OrderLine(order, kind_title(order, kinds), light_of(order, now)) for order in orders]


def light_now(order: WorkOrder) -> OrderLight:
    return light_of(order, deadlines.now())


def kind_title(order: WorkOrder, kinds: Mapping[str, Any] | None = None) -> str:
    """Return what the kind of an order is called; its key where no kind of today has it."""
    kind = (kinds or workorders.kinds()).get(order.kind)
    return kind.title if kind else order.kind


def sides_of(actor: Actor, order: WorkOrder) -> list[str]:
    """Return on which sides of an order the actor stands."""
    return [
        duty.removeprefix("workorders.")
        for duty, column in SIDES.items()
        if actor.holds(duty, department=getattr(order, f"{column}_id"), area=order.area)
    ]


def may_do(actor: Actor, order: WorkOrder) -> list[str]:
    """Return what the actor may do with an order now."""
    mine = order.handler_id in {None, actor.account}
    found = moves.possible(order.state, sides_of(actor, order), mine=mine and order.handler_id is not None)
    if not mine:
        found = [move for move in found if move not in {"accept", "return"}]
    if order.state == moves.FINISHED and not workorders.may_verify(actor, order):
        found = [move for move in found if moves.MOVES[move].side != moves.VERIFIER]
    return found


def subject_of(order: WorkOrder) -> ports.OrderSubject | None:
    """Return what an order is about, in words and where to read it; None where it stands alone or nobody knows."""
    if not order.subject:
        return None
    kind, key = Subject.parse(order.subject)
    if kind in ports.SUBJECTS and key.isdecimal() and (found := ports.SUBJECTS[kind]([int(key)]).get(int(key))):
        return found
    words = subjects.describe([order.subject]).get(order.subject, "")
    return ports.OrderSubject(words) if words else None


def facts(order: WorkOrder) -> list[tuple[str, Any]]:
    """Return what an order says, a line each."""
    owner = Department.objects.with_keys([order.owner]).first() if order.owner else None
    about = [
        (pgettext("work order", "Kind"), kind_title(order)),
        (pgettext("work order", "What is to be done"), order.words or order.title),
        (pgettext("work order", "Urgency"), order.get_urgency_display()),
        (pgettext("work order", "Area"), places.full_name_of(order.area) if order.area else ""),
        (pgettext("work order", "Address"), order.address),
        (pgettext("work order", "Position"), position_words(order.latitude, order.longitude, order.get_crs_display())),
        (pgettext("work order", "Belongs to"), owner.title if owner else order.owner),
        (pgettext("work order", "Dispatched by"), order.dispatcher.title),
        (pgettext("work order", "Handled by"), handled_by(order)),
        (pgettext("work order", "Verified by"), order.verifier.title),
        (_("Time for handling"), codes.in_words(order.limit_amount, order.limit_unit)),
    ]
    return [(label, value) for label, value in about if value]


def position_words(latitude: float | None, longitude: float | None, crs: str) -> str:
    if latitude is None or longitude is None:
        return ""
    return f"{latitude:.6f}, {longitude:.6f} ({crs})"


def history(steps: Iterable[WorkOrderStep]) -> list[HistoryEntry]:
    """Return the steps of an order in words, with what is odd about them."""
    return [_entry(step) for step in steps]


def photo_rows(photos: Iterable[WorkOrderPhoto]) -> list[tuple[WorkOrderPhoto, str]]:
    """Return photographs with what stands under each."""
    return [(photo, position_words(photo.latitude, photo.longitude, photo.crs)) for photo in photos]


def handled_by(order: WorkOrder) -> str:
    """Return where an order is handled, and by whom; "" before it is dispatched."""
    if order.state in {moves.NEW, moves.RETURNED}:
        return ""
    names = [order.department.title, order.team.name if order.team else "", order.handler.name if order.handler else ""]
    return " · ".join(str(name) for name in names if name)


def _entry(step: WorkOrderStep) -> HistoryEntry:
    said = [step.words] if step.words and step.move != "raise" else []
    if step.details.get("department"):
        names = Department.objects.with_keys([step.details["department"]])
        said[:0] = [str(one.title) for one in names]
    if place := position_words(step.latitude, step.longitude, step.crs):
        said.append(place)
    if step.offline:
        words = _("Done offline; received at %(moment)s.")
        said.append(words % {"moment": moment(step.received_at)})
    if step.doubt:
        said.append(str(DOUBTS[step.doubt]))
    return HistoryEntry(str(STEPS[step.move]), step.at, step.actor, "\n".join(said))
