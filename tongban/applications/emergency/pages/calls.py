"""The desk of the call taker: calls become incidents, or join one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyIncident
from tongban.applications.emergency.pages import presenting
from tongban.applications.emergency.pages.forms import CallForm
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places

TAKE_CALL = "emergency.take_call"
SHOWN = ("open", "drills", "ended")


@requires("emergency.read")
def incidents(request: Request) -> HttpResponse:
    """List incidents: what is open, drills, what has ended."""
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    parts = [part.with_names() for part in EmergencyIncident.objects.parts_for(request.actor)]
    if shown == "ended":
        found = [part.ended() for part in parts]
        pages = keyset_page(found, request.GET, order=("-ended_at", "-pk"), not_null=("ended_at",))
    else:
        found = [part.open() if shown == "open" else part.drills() for part in parts]
        pages = keyset_page(found, request.GET, order=("-opened_at", "-pk"))
    rows = presenting.rows(pages)
    return render_page(
        request,
        "emergency/incidents.html",
        pages=pages,
        rows=rows,
        shown=shown,
        marks=[mark for row in rows for mark in _mark(row)],
        takes_calls=request.actor.holds(TAKE_CALL),
    )


@requires(TAKE_CALL)
def call(request: Request) -> HttpResponse:
    """Take a call; incidents that it may be about are offered before another one is opened."""
    form = CallForm(request.POST or None, initial={"key": ids.token(20)})
    similar: list[emergency.SimilarIncident] = []
    if request.method == "POST" and form.is_valid():
        said = _said(form.cleaned_data)
        chosen = request.POST.get("join", "")
        department = _office(request)
        if not chosen:
            similar = emergency.similar(
                department=department,
                kind=said["kind"],
                latitude=said["latitude"],
                longitude=said["longitude"],
                drill=said["drill"],
            )
        if not similar:
            with refusals_on(form):
                taken = emergency.take_call(
                    actor=request.actor,
                    department=department,
                    report=emergency.EmergencyReport(**said),
                    join=_joined(request, chosen),
                )
            if form.is_valid():
                joined, opened = _("The call joined incident %(number)s."), _("Incident %(number)s was opened.")
                words = joined if taken.joined else opened
                messages.success(request, words % {"number": taken.incident.number})
                return redirect("desk:emergency:incident", uid=taken.incident.uid)
    rows = [(presenting.row(one.incident), round(one.metres)) for one in similar]
    return render_page(
        request, "emergency/call.html", form=form, similar=rows, status=422 if form.errors or similar else 200
    )


def _said(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed; an address that the map knows gives the position where none was clicked."""
    said = dict(cleaned)
    if said["latitude"] is None and said["longitude"] is None and said["address"]:
        known = places.position_of(said["address"])
        if known is not None:
            said["latitude"], said["longitude"] = known
    return said


def _office(request: Request) -> Department:
    office = identity.workplace(request.actor, TAKE_CALL)
    return identity.must_find(office, request.actor, "department", "")


def _joined(request: Request, chosen: str) -> EmergencyIncident | None:
    """Return the incident that a call is to join; None for a new one."""
    if chosen in {"", "new"}:
        return None
    seen = EmergencyIncident.objects.visible_to(request.actor).with_names()
    try:
        uid = UUID(chosen)
    except ValueError:
        return identity.must_find(None, request.actor, "incident", chosen[:40])
    return identity.must_find(seen.filter(uid=uid).first(), request.actor, "incident", chosen[:40])


def _mark(row: presenting.IncidentRow) -> list[dict[str, Any]]:
    incident = row.incident
    if incident.latitude is None:
        return []
    return [
        {
            "latitude": incident.latitude,
            "longitude": incident.longitude,
            "label": f"{row.title} {incident.number}",
            "tone": row.tone,
        }
    ]
