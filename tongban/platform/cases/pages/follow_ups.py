"""事后核查 at the desk: inspections after a grant, each with the case that it follows."""

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, FollowUpInspection
from tongban.platform.cases.services import following_up
from tongban.platform.identity import services as identity
from tongban.platform.workflow.models import Task

KINDS = {
    FollowUpInspection.Kind.COMMITMENT: _("Check of a commitment"),
    FollowUpInspection.Kind.ORDINARY: _("Inspection after the grant"),
}
RESULTS = {
    following_up.KEPT: _("The conditions are met"),
    following_up.BROKEN: _("The conditions are not met"),
    "": _("Ended without a result: nothing is granted any more"),
}


@requires(*READING)
def listed(request: Request) -> HttpResponse:
    """List the inspections that somebody has to do, the soonest last day first."""
    found = (
        FollowUpInspection.objects.visible_to(request.actor)
        .open()
        .select_related("case__version__service", "department")
    )
    pages = keyset_page(found, request.GET, order=("due_on", "pk"))
    return render_page(request, "cases/office/follow_ups.html", pages=pages, kinds=KINDS)


@requires(*READING)
def show(request: Request, uid: str) -> HttpResponse:
    """Show one inspection: its number, days and result, and the way to the first case and to its task."""
    found = FollowUpInspection.objects.visible_to(request.actor).with_uid(uid)
    follow_up = identity.must_find(found, request.actor, "follow-up", uid)
    case = follow_up.case
    cases.record_opened(request.actor, case)
    task = Task.objects.visible_to(request.actor).of(case.subject).open().filter(key__in=following_up.CHECKS).first()
    return render_page(
        request,
        "cases/office/follow_up.html",
        follow_up=follow_up,
        case=case,
        kind=KINDS[FollowUpInspection.Kind(follow_up.kind)],
        result=RESULTS[follow_up.result] if follow_up.closed_on else "",
        state=cases.state_of(case),
        task=task if not follow_up.closed_on else None,
        may_revoke=follow_up.result == following_up.BROKEN
        and case.state == "completed"
        and request.actor.holds("cases.approve", department=case.department_id, area=case.area),
    )


routes = [
    path("follow-ups/", listed, name="follow_ups"),
    path("follow-ups/<slug:uid>/", show, name="follow_up"),
]
