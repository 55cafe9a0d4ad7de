"""What work orders tell the house. `origin` is what an order is about: "alert:12", "" where it stands alone.

City systems hear these to go on with their own matter: close an alert when its order was verified, say.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class WorkOrderRaised:
    """A job was written down, to be dispatched."""

    title: ClassVar[StrOrPromise] = _("Work order raised")

    order: int
    origin: str
    kind: str


@dataclass(frozen=True)
class WorkOrderDispatched:
    """An order was given to a department. by_hand: not by a routing rule; rule: number of that rule, 0 for none."""

    title: ClassVar[StrOrPromise] = _("Work order dispatched")

    order: int
    origin: str
    department: str
    by_hand: bool = True


@dataclass(frozen=True)
class WorkOrderRerouted:
    """An order went from one department, or crew, to another."""

    title: ClassVar[StrOrPromise] = _("Work order rerouted")

    order: int
    origin: str
    source: str
    department: str


@dataclass(frozen=True)
class WorkOrderAccepted:
    """Somebody of the department took an order on."""

    title: ClassVar[StrOrPromise] = _("Work order accepted")

    order: int
    origin: str


@dataclass(frozen=True)
class WorkOrderArrived:
    """The crew reached the place. at: when, ISO 8601, as the phone said."""

    title: ClassVar[StrOrPromise] = _("Crew arrived")

    order: int
    origin: str
    at: str


@dataclass(frozen=True)
class WorkOrderNoted:
    """The crew wrote something down about an order that goes on."""

    title: ClassVar[StrOrPromise] = _("Note written on a work order")

    order: int
    origin: str


@dataclass(frozen=True)
class WorkOrderFinished:
    """The crew finished; somebody else verifies. in_time: by the order's time limit; at: as for arrival."""

    title: ClassVar[StrOrPromise] = _("Work order finished")

    order: int
    origin: str
    department: str
    in_time: bool
    at: str


@dataclass(frozen=True)
class WorkOrderVerified:
    """What was finished was found good; the order is closed."""

    title: ClassVar[StrOrPromise] = _("Work order verified and closed")

    order: int
    origin: str
    kind: str


@dataclass(frozen=True)
class WorkOrderSentBack:
    """What was finished was not good enough; it is done again. times: how often that was."""

    title: ClassVar[StrOrPromise] = _("Work order sent back to be done again")

    order: int
    origin: str
    times: int


@dataclass(frozen=True)
class WorkOrderReturned:
    """The department gave an order back with a reason; it is dispatched anew."""

    title: ClassVar[StrOrPromise] = _("Work order returned by the department")

    order: int
    origin: str
    department: str


@dataclass(frozen=True)
class WorkOrderHungUp:
    """An order waits for something beyond the department; its clock stands still."""

    title: ClassVar[StrOrPromise] = _("Work order hung up")

    order: int
    origin: str


@dataclass(frozen=True)
class WorkOrderResumed:
    """An order that was hung up goes on. handling_due_at: the new end of its limit, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Work order resumed")

    order: int
    origin: str
    handling_due_at: str


@dataclass(frozen=True)
class WorkOrderExtended:
    """An order got more time. handling_due_at: the new end of its limit, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Time limit of a work order extended")

    order: int
    origin: str
    handling_due_at: str


@dataclass(frozen=True)
class WorkOrderCancelled:
    """An order is not needed any more."""

    title: ClassVar[StrOrPromise] = _("Work order cancelled")

    order: int
    origin: str


@dataclass(frozen=True)
class WorkOrderPhotographed:
    """A photograph was added to an order. side: "before" or "after"."""

    title: ClassVar[StrOrPromise] = _("Photograph added to a work order")

    order: int
    origin: str
    side: str


@dataclass(frozen=True)
class WorkOrderConflicted:
    """A phone sent what the order no longer allowed; it was kept beside it. move: what it wanted to do."""

    title: ClassVar[StrOrPromise] = _("Step from a phone came too late")

    order: int
    origin: str
    move: str


@dataclass(frozen=True)
class WorkOrderConflictSettled:
    """Somebody decided what becomes of a step that came too late."""

    title: ClassVar[StrOrPromise] = _("Late step from a phone dealt with")

    order: int
    origin: str


@dataclass(frozen=True)
class WorkOrderOpened:
    """An official read an order."""

    title: ClassVar[StrOrPromise] = _("Work order read")

    order: int


@dataclass(frozen=True)
class OrderProposalMade:
    """A crew asked for more time, or that an order is hung up. kind: "extend" or "hang_up"."""

    title: ClassVar[StrOrPromise] = _("Crew asked the dispatcher for something")

    order: int
    origin: str
    kind: str


@dataclass(frozen=True)
class OrderProposalDecided:
    """The dispatcher granted or refused it."""

    title: ClassVar[StrOrPromise] = _("Dispatcher answered a crew")

    order: int
    origin: str
    kind: str
    granted: bool


@dataclass(frozen=True)
class WorkOrdersExported:
    """A copy of a list of orders left the house. narrowed: by what; the reason says what for."""

    title: ClassVar[StrOrPromise] = _("Work orders exported")

    number: int
    narrowed: dict[str, str]


@dataclass(frozen=True)
class RoutingDrafted:
    """Routing rules were written. department: that dispatches by them."""

    title: ClassVar[StrOrPromise] = _("Routing rules drafted")

    department: str
    number: int
    rules: int


@dataclass(frozen=True)
class RoutingTried:
    """Routing rules were tried on past orders: on how many, how many would have gone elsewhere, or by hand."""

    title: ClassVar[StrOrPromise] = _("Routing rules tried on past orders")

    department: str
    number: int
    orders: int
    different: int
    by_hand: int


@dataclass(frozen=True)
class RoutingPublished:
    """Routing rules count from a day on, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Routing rules published")

    department: str
    number: int
    valid_from: str


@dataclass(frozen=True)
class CrewTeamFormed:
    """A department has a new team."""

    title: ClassVar[StrOrPromise] = _("Team formed")

    team: int
    department: str


@dataclass(frozen=True)
class CrewTeamEnded:
    """A team is no more."""

    title: ClassVar[StrOrPromise] = _("Team dissolved")

    team: int


@dataclass(frozen=True)
class CrewMemberJoined:
    """Somebody belongs to a team now."""

    title: ClassVar[StrOrPromise] = _("Member joined a team")

    team: int
    account: int


@dataclass(frozen=True)
class CrewMemberLeft:
    """Somebody belongs to a team no more."""

    title: ClassVar[StrOrPromise] = _("Member left a team")

    team: int
    account: int


@dataclass(frozen=True)
class CrewShiftBegun:
    """Somebody is on duty. until: at the latest, ISO 8601."""

    title: ClassVar[StrOrPromise] = _("Shift begun")

    shift: int
    team: int
    until: str


@dataclass(frozen=True)
class CrewShiftEnded:
    """Somebody is off duty."""

    title: ClassVar[StrOrPromise] = _("Shift ended")

    shift: int
    team: int


@dataclass(frozen=True)
class CrewPositionsRead:
    """An official looked at where people on duty are. accounts: whose; the reason says what for."""

    title: ClassVar[StrOrPromise] = _("Positions of crews read")

    accounts: list[int]


@dataclass(frozen=True)
class CrewPositionsDeleted:
    """Positions whose day had come were deleted."""

    title: ClassVar[StrOrPromise] = _("Positions of crews deleted")

    number: int
