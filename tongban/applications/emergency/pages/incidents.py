"""One incident: what is known, what is being done, and the steps of who leads it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import (
    EmergencyAction,
    EmergencyAssignment,
    EmergencyCall,
    EmergencyIncident,
    EmergencyLogEntry,
    EmergencyUnit,
    EmergencyWarning,
)
from tongban.applications.emergency.pages import forms, presenting
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui.forms import Form, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.actuation.models import ControlCommand
from tongban.platform.identity import services as identity

COMMAND, TAKE_CALL, WARN = "emergency.command", "emergency.take_call", "emergency.warn"
LOG_SHOWN = 40
TITLES = {
    "level": gettext_lazy("Change the level"),
    "response": gettext_lazy("Start or change the response"),
    "confirm": gettext_lazy("Confirm the alarm"),
    "controlled": pgettext_lazy("emergency", "Under control"),
    "close": gettext_lazy("Close with a report"),
    "remark": pgettext_lazy("emergency", "Add a remark"),
}
FORMS: dict[str, type[Form]] = {
    "level": forms.LevelForm,
    "response": forms.ResponseForm,
    "confirm": forms.IncidentWordsForm,
    "controlled": forms.ControlledForm,
    "close": forms.CloseIncidentForm,
    "remark": forms.IncidentWordsForm,
}
VERBS: dict[str, Any] = {
    "level": emergency.set_level,
    "response": emergency.start_response,
    "confirm": emergency.confirm,
    "controlled": emergency.bring_under_control,
    "close": emergency.close,
    "remark": emergency.remark,
}


@requires("emergency.read")
def incident(request: Request, uid: UUID) -> HttpResponse:
    """Show one incident with what may be done now."""
    found = _found(request, uid)
    assignments = list(EmergencyAssignment.objects.of(found))
    at_work = [one.unit for one in assignments if one.released_at is None]
    leads = _leads(request.actor, found)
    return render_page(
        request,
        "emergency/incident.html",
        row=presenting.row(found),
        incident=found,
        facts=presenting.facts(found),
        marks=presenting.marks(found, at_work),
        calls=[(one, emergency.channels().get(one.channel, one.channel)) for one in EmergencyCall.objects.of(found)],
        stages=presenting.stages(list(EmergencyAction.objects.of(found))),
        plan=_plan_name(found),
        plans=emergency.fitting_plans(found) if leads and not found.plan else [],
        assignments=[(one, presenting.unit_steps(one.unit) if not one.released_at else []) for one in assignments],
        entries=presenting.log(EmergencyLogEntry.objects.newest_of(found, LOG_SHOWN)),
        steps=[(step, TITLES[step]) for step in _possible(request.actor, found)],
        leads=leads,
        controls=list(ControlCommand.objects.about(found.subject).with_names()),
        controls_open=request.actor.holds("actuation.request") or request.actor.holds("actuation.approve_critical"),
        warnings=presenting.warning_rows(EmergencyWarning.objects.of(found)),
        may_warn=not found.ended_at and request.actor.holds(WARN, department=found.department_id, area=found.area),
        takes_calls=request.actor.holds(TAKE_CALL, department=found.department_id, area=found.area),
    )


@requires(COMMAND, TAKE_CALL)
def act(request: Request, uid: UUID, step: str) -> HttpResponse:
    """Take one step of an incident."""
    found = _found(request, uid)
    if step not in _possible(request.actor, found):
        messages.error(request, _("This step is not possible any more. This is how the incident stands now."))
        return redirect("desk:emergency:incident", uid=uid)
    form = FORMS[step](request.POST or None, initial={"version": found.version, "level": found.level})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            VERBS[step](actor=request.actor, incident=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, pgettext("emergency", "Saved: %(step)s.") % {"step": TITLES[step]})
            return redirect("desk:emergency:incident", uid=uid)
    return _asked(request, found, form, str(TITLES[step]))


@requires(COMMAND)
def activate(request: Request, uid: UUID) -> HttpResponse:
    """Activate the plan that was chosen; opened without a choice, the plans that fit are read."""
    found = _found(request, uid)
    if request.method == "POST":
        emergency.activate_plan(
            actor=request.actor, incident=found, plan=request.POST.get("plan", ""), version=found.version
        )
        messages.success(request, _("The plan was activated."))
        return redirect("desk:emergency:incident", uid=uid)
    return render_page(
        request, "emergency/plans.html", plans=presenting.plans(emergency.fitting_plans(found)), incident=found
    )


@requires(COMMAND)
def settle(request: Request, uid: UUID, action: UUID) -> HttpResponse:
    """Confirm an action, or ask why it is left out."""
    found = _found(request, uid)
    row = EmergencyAction.objects.of(found).filter(uid=action).select_related("incident").first()
    row = identity.must_find(row, request.actor, "emergency-action", action)
    form = forms.IncidentReasonForm(request.POST if request.POST.get("left_out") else None)
    if request.method == "POST":
        left_out = bool(request.POST.get("left_out"))
        if not left_out or form.is_valid():
            words = form.cleaned_data["words"] if left_out else ""
            emergency.settle_action(actor=request.actor, action=row, done=not left_out, words=words)
            return redirect("desk:emergency:incident", uid=uid)
    title = _("Leave out: %(action)s") % {"action": worded(row.title, row.english)}
    return _asked(request, found, form, title, left_out=True)


@requires(COMMAND)
def dispatch(request: Request, uid: UUID) -> HttpResponse:
    """Offer the nearest units, and send those that were chosen."""
    found = _found(request, uid)
    form = Form(request.POST or None)
    if request.method == "POST":
        chosen = EmergencyUnit.objects.visible_to(request.actor).filter(uid__in=_uids(request.POST.getlist("units")))
        try:
            version = int(request.POST.get("version", ""))
        except ValueError:
            version = 0
        with refusals_on(form):
            emergency.dispatch(actor=request.actor, incident=found, chosen=list(chosen), version=version)
        if form.is_valid():
            messages.success(request, _("The units were sent."))
            return redirect("desk:emergency:incident", uid=uid)
        found = _found(request, uid)
    offered = emergency.candidates(actor=request.actor, incident=found)
    return render_page(
        request,
        "emergency/dispatch.html",
        row=presenting.row(found),
        incident=found,
        candidates=[(one, emergency.unit_kind_name(one.unit.kind)) for one in offered],
        marks=presenting.marks(found, [one.unit for one in offered]),
        form=form,
        status=422 if form.errors else 200,
    )


@requires(TAKE_CALL)
def callers(request: Request, uid: UUID) -> HttpResponse:
    """Show who called, for a purpose."""
    found = _found(request, uid)
    form = forms.CallersForm(request.POST or None)
    calls: list[EmergencyCall] = []
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            calls = emergency.read_callers(actor=request.actor, incident=found, **form.cleaned_data)
    return render_page(
        request,
        "emergency/callers.html",
        row=presenting.row(found),
        incident=found,
        form=form,
        calls=calls,
        status=422 if form.errors else 200,
    )


@requires("emergency.read")
def report(request: Request, uid: UUID) -> HttpResponse:
    """Show the closing report, to be printed."""
    found = _found(request, uid)
    return render_page(
        request,
        "emergency/report.html",
        row=presenting.row(found),
        incident=found,
        facts=presenting.facts(found),
        entries=presenting.log(EmergencyLogEntry.objects.of(found)[:500]),
        assignments=list(EmergencyAssignment.objects.of(found)),
        stages=presenting.stages(list(EmergencyAction.objects.of(found))),
        plan=_plan_name(found),
    )


def _asked(
    request: Request, found: EmergencyIncident, form: Form, title: str, *, left_out: bool = False
) -> HttpResponse:
    return render_page(
        request,
        "emergency/act.html",
        row=presenting.row(found),
        incident=found,
        form=form,
        title=title,
        left_out=left_out,
        status=422 if form.errors else 200,
    )


def _found(request: Request, uid: UUID) -> EmergencyIncident:
    return identity.get_visible(EmergencyIncident.objects.with_names(), request.actor, "incident", uid=uid)


def _leads(actor: Actor, found: EmergencyIncident) -> bool:
    return not found.ended_at and actor.holds(COMMAND, department=found.department_id, area=found.area)


def _possible(actor: Actor, found: EmergencyIncident) -> list[str]:
    """Return the steps that the actor may take now."""
    steps = []
    if _leads(actor, found):
        if found.source != EmergencyIncident.Source.CALL and not found.confirmed_at:
            steps.append("confirm")
        if emergency.table().kinds[found.kind].level:
            steps.append("level")
        steps += ["response"] if not found.controlled_at else []
        steps += ["close"] if found.controlled_at else ["controlled", "close"]
    if not found.ended_at and actor.holds(TAKE_CALL, department=found.department_id, area=found.area):
        steps.append("remark")
    return steps


def _plan_name(found: EmergencyIncident) -> str:
    if not found.plan or found.plan_from is None:
        return ""
    plan = emergency.plan_as_activated(found.plan, found.plan_from)
    return worded(plan.name, plan.english) if plan else found.plan


def _uids(words: list[str]) -> list[UUID]:
    found = []
    for word in words[:100]:
        try:
            found.append(UUID(word))
        except ValueError:
            continue
    return found
