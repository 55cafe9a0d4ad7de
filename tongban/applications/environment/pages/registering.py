"""Registering sources, points and limits at the desk."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import MonitoringPoint, PollutionSource
from tongban.applications.environment.models.sources import PERIODS, PointKind, SourceKind
from tongban.applications.environment.services import tables
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

MANAGE = "environment.manage"


class SourceForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Number of the discharge permit"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name of the source"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of source"), choices=SourceKind.choices)
    organisation = forms.CharField(label=gettext_lazy("Run by"), max_length=120, required=False)
    address = forms.CharField(label=pgettext_lazy("pollution source", "Address"), max_length=200, required=False)


class PointForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the point"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of point"), choices=PointKind.choices)
    mn = forms.CharField(label=gettext_lazy("Number of the logger (MN)"), max_length=24)
    st = forms.ChoiceField(label=gettext_lazy("What it speaks of (ST)"))
    password = forms.CharField(
        label=gettext_lazy("Password of the logger"),
        help_text=gettext_lazy("One to six letters and digits. It is encrypted and never shown again."),
        max_length=6,
    )
    latitude = forms.FloatField(label=gettext_lazy("Latitude of the point"), required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude of the point"), required=False)
    video = forms.CharField(label=gettext_lazy("Camera that looks at it"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["st"].choices = list(tables.dialects().systems.items())  # type: ignore[attr-defined]


class LimitForm(forms.Form):
    factor = forms.ChoiceField(label=gettext_lazy("Factor"))
    period = forms.ChoiceField(label=gettext_lazy("Values that are compared"))
    most = forms.FloatField(label=gettext_lazy("Highest allowed value"), min_value=0)
    source = forms.CharField(label=gettext_lazy("Standard or permit it stands in"), max_length=200)
    valid_from = forms.DateField(label=gettext_lazy("Holds from"), required=False)
    converted = forms.BooleanField(
        label=gettext_lazy("The value at the reference oxygen content is compared"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        factors = tables.dialects().factors.values()
        self.fields["factor"].choices = [(one.code, f"{one.name} {one.unit}") for one in factors]  # type: ignore[attr-defined]
        words = {
            "realtime": pgettext_lazy("period of values", "instant"),
            "minute": pgettext_lazy("period of values", "minutes"),
            "hour": pgettext_lazy("period of values", "hour"),
            "day": pgettext_lazy("period of values", "day"),
        }
        self.fields["period"].choices = [(period, words[period]) for period in PERIODS]  # type: ignore[attr-defined]


@requires(MANAGE)
def add_source(request: Request) -> HttpResponse:
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        office = _office(request)
        with refusals_on(form):
            made = environment.register_source(actor=request.actor, department=office, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The source is registered."))
            return redirect("desk:environment:source", uid=made.uid)
    return _page(request, form, _("Register a pollution source"), "desk:environment:sources", None)


@requires(MANAGE)
def add_point(request: Request, uid: UUID) -> HttpResponse:
    source = identity.get_visible(PollutionSource.objects.with_names(), request.actor, "pollution source", uid=uid)
    form = PointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            environment.register_point(
                actor=request.actor, source=source, department=source.department, area=source.area, **form.cleaned_data
            )
        if form.is_valid():
            messages.success(request, _("The point is registered; its logger may connect."))
            return redirect("desk:environment:source", uid=uid)
    return _page(request, form, _("Register a monitoring point"), "desk:environment:source", uid)


@requires(MANAGE)
def add_limit(request: Request, uid: UUID) -> HttpResponse:
    point = identity.get_visible(MonitoringPoint.objects.with_names(), request.actor, "monitoring point", uid=uid)
    form = LimitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"most": Decimal(str(form.cleaned_data["most"]))}
        with refusals_on(form):
            environment.set_limit(actor=request.actor, point=point, **said)
        if form.is_valid():
            messages.success(request, _("The limit is set; what held before ends on the day before."))
            return redirect("desk:environment:point", uid=uid)
    return _page(request, form, _("Set an emission limit"), "desk:environment:point", uid)


def _office(request: Request) -> Department:
    """Return the department in which the official manages sources: the first of several."""
    numbers = sorted(n for n in request.actor.reach(MANAGE) if n is not None)
    return Department.objects.get(pk=numbers[0]) if numbers else Department.objects.get(key="city")


def _page(request: Request, form: forms.Form, title: str, back: str, uid: UUID | None) -> HttpResponse:
    return render_page(
        request,
        "environment/register.html",
        form=form,
        title=title,
        back=back,
        uid=uid,
        status=422 if form.errors else 200,
    )
