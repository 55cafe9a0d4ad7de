"""Units and plans: what can be sent, where it is, and what is written down beforehand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyTrackPoint, EmergencyUnit
from tongban.applications.emergency.pages import presenting
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity

TRACK_SHOWN = 200


@requires("emergency.read")
def units(request: Request) -> HttpResponse:
    """List the units with their states, on a map as well."""
    parts = [part.with_names() for part in EmergencyUnit.objects.parts_for(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name", "pk"), size=40)
    return render_page(
        request,
        "emergency/units.html",
        pages=pages,
        rows=[
            (unit, emergency.unit_kind_name(unit.kind), presenting.UNIT_TONES.get(unit.state, "grey")) for unit in pages
        ],
        marks=[presenting.unit_mark(unit) for unit in pages],
    )


@requires("emergency.read")
def unit(request: Request, uid: UUID) -> HttpResponse:
    """Show one unit with its way to its last incidents."""
    found = identity.get_visible(EmergencyUnit.objects.with_names(), request.actor, "emergency-unit", uid=uid)
    if request.method == "POST":
        emergency.move_unit(actor=request.actor, unit=found, step=request.POST.get("step", ""))
        messages.success(request, _("The step was recorded."))
        back = request.POST.get("incident", "")
        if back and found.incident and str(found.incident.uid) == back:
            return redirect("desk:emergency:incident", uid=back)
        return redirect("desk:emergency:unit", uid=uid)
    track = EmergencyTrackPoint.objects.newest_of(found, TRACK_SHOWN)
    may = any(
        request.actor.holds(duty, department=found.department_id, area=found.area)
        for duty in ("emergency.follow", "emergency.command")
    )
    return render_page(
        request,
        "emergency/unit.html",
        unit=found,
        kind=emergency.unit_kind_name(found.kind),
        tone=presenting.UNIT_TONES.get(found.state, "grey"),
        steps=presenting.unit_steps(found) if may else [],
        marks=[presenting.unit_mark(found)],
        shapes=presenting.way(track),
        track=track[:10],
    )


@requires("emergency.read")
def plans(request: Request) -> HttpResponse:
    """Show the plans in force."""
    found = presenting.plans(emergency.plans_in_force())
    return render_page(request, "emergency/plans.html", plans=found, incident=None)


@requires("emergency.read")
def plan(request: Request, key: str) -> HttpResponse:
    """Show one plan with its actions."""
    found = next((one for one in emergency.plans_in_force() if one.key == key), None)
    if found is None:
        raise identity.not_found(request.actor, "emergency-plan", key)
    return render_page(request, "emergency/plan.html", plan=presenting.plans([found])[0])
