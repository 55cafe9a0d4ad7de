"""The operator's view of background work: what was given up and why, what still waits."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui.doors import Request, needs, page
from tongban.infrastructure.ui.paging import by_key


class Retry(forms.Form):
    job = forms.IntegerField()


@needs("jobs.run")
def dead(request: Request) -> HttpResponse:
    return page(request, "jobs/dead.html", pages=by_key(Job.objects.dead(), request.GET, order=("-id",)))


@needs("jobs.run")
def waiting(request: Request) -> HttpResponse:
    return page(request, "jobs/waiting.html", pages=by_key(Job.objects.waiting(), request.GET, order=("due_at", "id")))


@needs("jobs.run")
@require_POST
def retry(request: Request) -> HttpResponse:
    form = Retry(request.POST)
    if not form.is_valid():
        raise NotFound()
    job = jobs.retry(actor=request.actor, pk=form.cleaned_data["job"])
    messages.success(request, _("%(task)s is tried again.") % {"task": job.task})
    return redirect("desk:jobs:list")


desk = [
    path("", dead, name="list"),
    path("waiting/", waiting, name="waiting"),
    path("retry/", retry, name="retry"),
]
