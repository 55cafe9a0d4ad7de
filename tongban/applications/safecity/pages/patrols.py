"""Patrols at the desk: routes, shifts, and how a shift goes."""

from datetime import time
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import PatrolRoute, PatrolShift, PatrolVisit
from tongban.applications.safecity.pages.choosing import departments
from tongban.applications.safecity.services import CheckpointPlan
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department

READ, MANAGE = "safecity.read", "safecity.manage"


class RouteForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the route"), max_length=120)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department in charge"), queryset=Department.objects.none(), to_field_name="key"
    )
    checkpoints = forms.CharField(
        label=pgettext_lazy("patrol route", "Checkpoints"),
        help_text=gettext_lazy(
            "One a line, in the order of the way: name, latitude, longitude, from, until. "
            "Example: East gate, 30.2601, 118.3312, 20:00, 21:30"
        ),
        widget=forms.Textarea,
        max_length=8000,
    )

    def __init__(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments(request.actor, MANAGE)  # type: ignore[attr-defined]

    def clean_checkpoints(self) -> list[CheckpointPlan]:
        """Read the lines; the first one that cannot be read is named."""
        lines = [line for line in self.cleaned_data["checkpoints"].splitlines() if line.strip()]
        return [_checkpoint(number, line) for number, line in enumerate(lines, 1)]


class PatrolShiftForm(forms.Form):
    officer = forms.ModelChoiceField(
        label=pgettext_lazy("patrol", "Officer"), queryset=Account.objects.none(), to_field_name="login"
    )
    day = forms.DateField(label=pgettext_lazy("patrol", "Day"))
    begins = forms.RegexField(
        r"^([01][0-9]|2[0-3]):[0-5][0-9]$", label=gettext_lazy("The shift begins at (hours:minutes)"), initial="08:00"
    )

    def __init__(self, *args: Any, route: PatrolRoute, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        officers = identity.officials_for("safecity.patrol", departments=[route.department])
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]

    def clean_begins(self) -> time:
        return time.fromisoformat(self.cleaned_data["begins"])


@requires(READ)
def shifts(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in PatrolShift.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("-begins_at", "-pk"))
    return render_page(request, "safecity/shifts.html", pages=pages)


@requires(READ)
def shift(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(PatrolShift.objects.with_names(), request.actor, "shift", uid=uid)
    visits = list(PatrolVisit.objects.of_shift(found))
    marks = [
        {
            "latitude": visit.checkpoint.latitude,
            "longitude": visit.checkpoint.longitude,
            "label": visit.checkpoint.name,
            "tone": "green" if visit.checked_at else "red" if visit.missed_at else "grey",
            "sign": str(visit.checkpoint.place)[:1],
        }
        for visit in visits
    ]
    return render_page(request, "safecity/shift.html", shift=found, visits=visits, marks=marks)


@requires(MANAGE)
def add_shift(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(PatrolRoute.objects.with_names(), request.actor, "route", uid=uid)
    form = PatrolShiftForm(request.POST or None, route=found, initial={"day": clock.today()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            planned = safecity.plan_shift(actor=request.actor, route=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The shift is planned; the officer finds it on the phone."))
            return redirect("desk:safecity:shift", uid=planned.uid)
    return render_page(request, "safecity/add_shift.html", route=found, form=form, status=422 if form.errors else 200)


@requires(READ)
def routes(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in PatrolRoute.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name", "pk"))
    return render_page(request, "safecity/routes.html", pages=pages, may_manage=request.actor.holds(MANAGE))


@requires(READ)
def route(request: Request, uid: UUID) -> HttpResponse:
    """Show a route; to whoever manages it also the codes that are put up at its checkpoints."""
    found = identity.get_visible(PatrolRoute.objects.with_names(), request.actor, "route", uid=uid)
    may_manage = request.actor.holds(MANAGE, department=found.department_id, area=found.area)
    points = list(found.checkpoints.order_by("place"))
    rows = [(point, _qr(point.code) if may_manage else "") for point in points]
    marks = [
        {
            "latitude": point.latitude,
            "longitude": point.longitude,
            "label": point.name,
            "tone": "blue",
            "sign": str(point.place)[:1],
        }
        for point in points
    ]
    return render_page(request, "safecity/route.html", route=found, rows=rows, marks=marks, may_manage=may_manage)


@requires(MANAGE)
def add_route(request: Request) -> HttpResponse:
    form = RouteForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            found = safecity.plan_route(actor=request.actor, **given, area=given["department"].area)
        if form.is_valid():
            messages.success(request, _("The route is planned. Print the codes and put them up at the checkpoints."))
            return redirect("desk:safecity:route", uid=found.uid)
    return render_page(request, "safecity/add_route.html", form=form, status=422 if form.errors else 200)


@require_POST
@requires(MANAGE)
def end_route(request: Request, uid: UUID) -> HttpResponse:
    found = identity.get_visible(PatrolRoute.objects.with_names(), request.actor, "route", uid=uid)
    safecity.end_route(actor=request.actor, route=found)
    messages.success(request, _("No more shifts are planned on this route."))
    return redirect("desk:safecity:route", uid=uid)


def _checkpoint(number: int, line: str) -> CheckpointPlan:
    parts = [part.strip() for part in line.replace("，", ",").split(",")]
    try:
        name, latitude, longitude, opens, closes = parts
        return CheckpointPlan(
            name, float(latitude), float(longitude), time.fromisoformat(opens), time.fromisoformat(closes)
        )
    except ValueError as error:
        sentence = _("Line %(number)s cannot be read: %(line)s") % {"number": number, "line": line[:80]}
        raise forms.ValidationError(sentence) from error


def _qr(code: str) -> str:
    return str(segno.make(code, error="m", micro=False).svg_data_uri(scale=4, border=2))
