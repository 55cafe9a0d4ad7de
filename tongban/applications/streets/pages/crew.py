"""On the collector's phone: report what is seen, with photograph and position; what was reported."""

from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.applications.streets.pages import presenting
from tongban.applications.streets.pages.reports import CollectorForm
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires


@requires("streets.collect")
def collect(request: Request) -> HttpResponse:
    """Take a report from the field; below it what was reported before."""
    form = CollectorForm(request.POST or None, request.FILES or None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        seen = parse_datetime(form.cleaned_data["seen_at"]) if form.cleaned_data["seen_at"] else None
        with refusals_on(form):
            received = streets.report(
                actor=request.actor,
                found=form.report(channel="collector", said_at=seen if seen and is_aware(seen) else None),
                photos=form.cleaned_data["photos"],
            )
        if form.is_valid():
            messages.success(request, _("Reported: %(number)s.") % {"number": received.request.number})
            return redirect("crew:streets:collect")
    own = StreetCase.objects.visible_to(request.actor).collected_by(request.actor.account)
    pages = keyset_page(own.with_names(), request.GET, order=("-reported_at", "-pk"))
    return render_page(
        request,
        "streets/collect.html",
        form=form,
        pages=pages,
        rows=presenting.rows(pages),
        status=422 if form.errors else 200,
    )


crew = [path("", collect, name="collect")]
