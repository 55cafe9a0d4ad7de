"""Warnings at the desk: proposed, published, replaced, lifted, answered; and those in force, for everybody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyIncident, EmergencyWarning
from tongban.applications.emergency.pages import presenting
from tongban.applications.emergency.pages.forms import AnswerWarningForm, LiftForm, WarningForm
from tongban.applications.emergency.rules import kinds
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags import ui
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.identity import services as identity

WARN = "emergency.warn"
MAX_SHOWN = 100


@requires("emergency.read")
def warnings(request: Request) -> HttpResponse:
    """List warnings, ours and those of other offices, the newest first."""
    parts = [part.with_names() for part in EmergencyWarning.objects.parts_for(request.actor)]
    pages = keyset_page(parts, request.GET, order=("-sent_at", "-pk"))
    rows = presenting.warning_rows(pages)
    return render_page(request, "emergency/warnings.html", pages=pages, rows=rows, may_warn=request.actor.holds(WARN))


@requires("emergency.read")
def warning(request: Request, uid: UUID) -> HttpResponse:
    """Show one warning with what may be done now."""
    found = _found(request, uid)
    may = request.actor.holds(WARN, department=found.department_id, area=found.area) and not found.received
    row = presenting.warning_row(found)
    return render_page(
        request,
        "emergency/warning.html",
        row=row,
        warning=found,
        facts=_facts(found),
        marks=_marks(found),
        may_publish=may and row["stands"] == "proposed",
        may_answer=row["stands"] == "in_force" and _may_answer(request, found),
        may_end=may and row["stands"] in {"in_force", "expired"} and found.message != "Cancel",
    )


@requires(WARN)
def warn(request: Request) -> HttpResponse:
    """Write a warning down, for an incident or another one's place where they are named in the address."""
    incident, replaced = _named(request)
    form = WarningForm(request.POST or None, initial=_initial(incident, replaced))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        office = identity.must_find(identity.workplace(request.actor, WARN), request.actor, "department", "")
        circle = _circle(incident, replaced, said.pop("radius_km"))
        drill = said.pop("drill")
        with refusals_on(form):
            made = emergency.propose_warning(
                actor=request.actor,
                department=incident.department if incident else replaced.department if replaced else office,
                words=emergency.WarningWords(**said, circle=circle),
                incident=incident or (replaced.incident if replaced else None),
                replaces=replaced,
                drill=replaced.drill if replaced else drill,
            )
        if form.is_valid():
            return redirect("desk:emergency:warning", uid=made.uid)
    title = _("Replace the warning") if replaced else _("Write a warning")
    return render_page(request, "emergency/warn.html", form=form, title=title, status=422 if form.errors else 200)


@requires(WARN)
def publish(request: Request, uid: UUID) -> HttpResponse:
    """Publish what was proposed."""
    found = _found(request, uid)
    if request.method == "POST":
        emergency.publish_warning(actor=request.actor, warning=found)
        messages.success(request, _("The warning was published."))
    return redirect("desk:emergency:warning", uid=uid)


@requires(WARN)
def lift(request: Request, uid: UUID) -> HttpResponse:
    """Lift a warning, with the reason."""
    found = _found(request, uid)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            emergency.lift_warning(actor=request.actor, warning=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The warning was lifted."))
            return redirect("desk:emergency:warning", uid=uid)
    return render_page(
        request,
        "emergency/warn.html",
        form=form,
        title=_("Lift the warning"),
        lifted=presenting.warning_row(found),
        status=422 if form.errors else 200,
    )


@requires("emergency.take_call")
def answer(request: Request, uid: UUID) -> HttpResponse:
    """Open an incident for what another office warns of."""
    found = _found(request, uid)
    form = AnswerWarningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            incident = emergency.answer_warning(actor=request.actor, warning=found, **form.cleaned_data)
        if form.is_valid():
            return redirect("desk:emergency:incident", uid=incident.uid)
    return render_page(
        request,
        "emergency/warn.html",
        form=form,
        title=_("Open an incident"),
        lifted=presenting.warning_row(found),
        status=422 if form.errors else 200,
    )


@public
def in_force(request: Request) -> HttpResponse:
    """Show everybody the warnings in force."""
    rows = EmergencyWarning.objects.in_public(at=clock.now()).with_names().order_by("-sent_at", "-pk")[:MAX_SHOWN]
    shown = presenting.warning_rows(one for one in rows if one.message != "Cancel")
    return render_page(request, "emergency/in_force.html", rows=shown)


def _may_answer(request: Request, found: EmergencyWarning) -> bool:
    waits = found.received and not found.incident
    return waits and request.actor.holds("emergency.take_call", department=found.department_id, area=found.area)


def _found(request: Request, uid: UUID) -> EmergencyWarning:
    return identity.get_visible(EmergencyWarning.objects.with_names(), request.actor, "emergency-warning", uid=uid)


def _named(request: Request) -> tuple[EmergencyIncident | None, EmergencyWarning | None]:
    """Return the incident, or the warning that is replaced, that the address names."""
    try:
        incident = UUID(request.GET["incident"]) if request.GET.get("incident") else None
        replaced = UUID(request.GET["replaces"]) if request.GET.get("replaces") else None
    except ValueError as error:
        raise identity.not_found(request.actor, "emergency-warning", "") from error
    seen = EmergencyIncident.objects.with_names()
    return (
        identity.get_visible(seen, request.actor, "incident", uid=incident) if incident else None,
        _found(request, replaced) if replaced else None,
    )


def _initial(incident: EmergencyIncident | None, replaced: EmergencyWarning | None) -> dict[str, Any]:
    if replaced is not None:
        names = ("kind", "colour", "headline", "description", "instruction", "areas")
        return {name: getattr(replaced, name) for name in names} | {
            "hours": 12,
            "radius_km": replaced.circle[2] if replaced.circle else None,
        }
    if incident is not None:
        return {
            "kind": incident.kind,
            "colour": kinds.colour_of(incident.level) or "blue",
            "areas": [incident.area] if incident.area else [],
            "hours": 12,
            "drill": incident.drill,
            "radius_km": 1 if incident.latitude is not None else None,
        }
    return {"hours": 12}


def _circle(
    incident: EmergencyIncident | None, replaced: EmergencyWarning | None, radius_km: float | None
) -> tuple[float, ...]:
    if not radius_km:
        return ()
    if incident is not None and incident.latitude is not None and incident.longitude is not None:
        return incident.latitude, incident.longitude, radius_km
    return (replaced.circle[0], replaced.circle[1], radius_km) if replaced and replaced.circle else ()


def _facts(found: EmergencyWarning) -> list[tuple[str, str]]:
    rows = [
        (pgettext("emergency warning", "Message"), found.message),
        (
            pgettext("emergency warning", "Identifier"),
            found.identifier if found.published_at else "",
        ),
        (pgettext("emergency warning", "Sender"), found.sender),
        (pgettext("emergency warning", "Event"), found.event),
        (pgettext("emergency warning", "Areas"), presenting.warning_row(found)["areas"]),
        (pgettext("emergency warning", "Begins"), ui.moment(found.effective_at)),
        (pgettext("emergency warning", "Expires"), ui.moment(found.expires_at)),
        (_("Published by"), found.publisher_name),
    ]
    return [(label, text) for label, text in rows if text]


def _marks(found: EmergencyWarning) -> list[dict[str, Any]]:
    if not found.circle:
        return []
    return [
        {
            "latitude": found.circle[0],
            "longitude": found.circle[1],
            "label": found.headline,
            "tone": presenting.WARNING_TONES[found.colour],
        }
    ]
