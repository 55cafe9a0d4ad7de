"""In the street: what is it and where, was it reported already, the report; what is nearby."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.streets import services as streets
from tongban.applications.streets.pages.reports import PublicReportForm, WhereForm
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page
from tongban.platform.requests import services as requests

RADII = {"300": 300, "1000": 1000, "3000": 3000}


class NearbyForm(forms.Form):
    """Around where?"""

    latitude = forms.FloatField(label=pgettext_lazy("street", "Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=pgettext_lazy("street", "Longitude"), min_value=-180, max_value=180)
    radius = forms.ChoiceField(
        label=gettext_lazy("How far around?"),
        choices=[("300", "300 m"), ("1000", "1 km"), ("3000", "3 km")],
        initial="1000",
        required=False,
    )


@public
def report(request: Request) -> HttpResponse:
    """Ask first what it is and where; then show what is likely the same; then take the report."""
    if request.method == "POST":
        return _taken(request)
    where = WhereForm(request.GET if "matter" in request.GET else None)
    if not where.is_bound or not where.is_valid():
        return render_page(request, "streets/where.html", form=where, status=422 if where.errors else 200)
    form = PublicReportForm(initial={**where.cleaned_data, "key": uuid4(), "public": True})
    return _details(request, form, where)


@public
def nearby(request: Request) -> HttpResponse:
    """List the public reports around a position, the nearest first."""
    form = NearbyForm(request.GET if "latitude" in request.GET else None)
    found = []
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        radius = RADII.get(said["radius"], RADII["1000"])
        found = streets.near(said["latitude"], said["longitude"], radius_m=radius)
    return render_page(
        request,
        "streets/nearby.html",
        form=form,
        asked=form.is_bound and form.is_valid(),
        near=seen(found),
        marks=[_mark(one) for one in found],
        status=422 if form.errors else 200,
    )


def seen(found: list[streets.Near]) -> list[dict[str, Any]]:
    """Return what lists show of reports nearby: what everybody may see."""
    return [
        {
            "uid": one.request.uid,
            "view": requests.public_view(one.request),
            "at": one.request.received_at,
            "metres": round(one.metres),
        }
        for one in found
    ]


def _mark(one: streets.Near) -> dict[str, Any]:
    """Return a report as a map marks it."""
    view = requests.public_view(one.request)
    return {
        "latitude": one.request.latitude,
        "longitude": one.request.longitude,
        "label": f"{view.what} {view.state}",
        "url": reverse("hall:requests:request", args=[one.request.uid]),
        "tone": "blue",
    }


def _taken(request: Request) -> HttpResponse:
    form = PublicReportForm(request.POST, request.FILES)
    received = None
    if form.is_valid():
        with refusals_on(form):
            received = _report(request, form)
    if received is None:
        return _details(request, form, None)
    return render_page(
        request,
        "streets/thanks.html",
        number=received.request.number,
        code=received.code,
        uid=received.request.uid,
        own=received.request.party_id is not None,
        due_on=received.request.due_on,
    )


def _report(request: Request, form: PublicReportForm) -> requests.ReceivedRequest:
    said = form.cleaned_data
    contact = {"phone": said["phone"]} if said["phone"] and not request.actor.represents_fully else {}
    if said["anonymous"] and said["phone"]:
        raise Invalid({"phone": [_("A report without a name has no telephone number either.")]})
    return streets.report(
        actor=request.actor,
        found=form.report(
            contact=contact,
            anonymous=said["anonymous"] or (not request.actor.represents_fully and not contact),
            public=said["public"],
        ),
        photos=said["photos"],
    )


def _details(request: Request, form: PublicReportForm, where: WhereForm | None) -> HttpResponse:
    found: list[streets.Near] = []
    if where is not None and where.cleaned_data["latitude"] is not None:
        said = where.cleaned_data
        found = streets.suggestions(matter=said["matter"], latitude=said["latitude"], longitude=said["longitude"])
    return render_page(
        request, "streets/report.html", form=form, similar=seen(found), status=422 if form.errors else 200
    )


hall = [
    path("", report, name="report"),
    path("nearby/", nearby, name="nearby"),
]
