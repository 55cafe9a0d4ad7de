"""Alerts at the desk: which are open, what each is about, who looks after it, what came of it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, AlertStep
from tongban.platform.sensing.models.alerts import AlertLevel
from tongban.platform.sensing.pages import presenting
from tongban.platform.sensing.rules import charts

READ, RESPOND = "sensing.read", "sensing.respond"


class AlertCloseForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("alert", "What was found and done?"),
        help_text=gettext_lazy("It stays with the alert."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
    )


@requires(READ)
def alerts(request: Request) -> HttpResponse:
    """List the alerts that nobody closed yet, or those of a state or level."""
    states, levels = dict(Alert.State.choices), dict(AlertLevel.choices)
    choices = [
        choice(request, "state", pgettext("alert", "State"), pgettext("alert", "Not closed"), states),
        choice(request, "level", pgettext("alert", "Level"), pgettext("alert", "Every level"), levels),
    ]
    filters = ListFilters(choices, request.GET)
    chosen = filters.values
    parts = [
        part.in_state(chosen.get("state", "")).of_level(chosen.get("level", "")).with_names()
        for part in Alert.objects.parts_for(request.actor)
    ]
    pages = keyset_page(parts, request.GET, order=("-raised_at",))
    return render_page(request, "sensing/alerts.html", pages=pages, filters=filters)


@requires(READ)
def alert(request: Request, uid: UUID) -> HttpResponse:
    return _shown(request, _found(request, uid), AlertCloseForm())


@requires(RESPOND)
@require_POST
def acknowledge(request: Request, uid: UUID) -> HttpResponse:
    sensing.acknowledge_alert(actor=request.actor, alert=_found(request, uid))
    messages.success(request, _("You look after this alert."))
    return redirect("desk:sensing:alert", uid=uid)


@requires(RESPOND)
def close(request: Request, uid: UUID) -> HttpResponse:
    found, form = _found(request, uid), AlertCloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            sensing.close_alert(actor=request.actor, alert=found, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(request, _("The alert was closed."))
            return redirect("desk:sensing:alerts")
    return _shown(request, found, form)


def _found(request: Request, uid: UUID) -> Alert:
    return identity.get_visible(Alert.objects.with_names(), request.actor, "alert", uid=uid)


def _shown(request: Request, found: Alert, form: forms.Form) -> HttpResponse:
    stream, series, limits = sensing.around(found)
    held = request.actor.holds(RESPOND, department=found.department_id, area=found.area)
    return render_page(
        request,
        "sensing/alert.html",
        status=422 if form.errors else 200,
        alert=found,
        colour=presenting.COLOURS[found.level],
        facts=presenting.facts_of(found),
        stream=stream,
        series=series,
        chart=series and charts.drawn(series.points, begin=series.begin, end=series.end, limits=limits),
        history=[_entry(step) for step in AlertStep.objects.of_alert(found)],
        form=form,
        may_respond=held and found.state != Alert.State.CLOSED,
    )


def _entry(step: AlertStep) -> dict[str, Any]:
    title = step.get_kind_display()
    if step.kind in (AlertStep.Kind.RAISED, AlertStep.Kind.LEVEL, AlertStep.Kind.ESCALATED):
        title = _("%(what)s: %(level)s") % {"what": title, "level": step.get_level_display()}
    return {"title": title, "at": step.at, "who": step.by, "text": step.words or presenting.number(step.value)}
