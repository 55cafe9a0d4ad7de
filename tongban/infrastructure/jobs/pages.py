"""The operator's view of background work: what failed and why, what still waits, what was given up."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import Page, keyset_page
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires


class RetryForm(forms.Form):
    job = forms.IntegerField()


class GiveUpForm(forms.Form):
    job = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason for abandoning the task"),
        help_text=_("It is recorded in the journal. Say why the task is no longer needed, or who did it by hand."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires("jobs.run")
def dead(request: Request) -> HttpResponse:
    pages = keyset_page(Job.objects.dead(), request.GET, order=("-id",))
    rows = [(job, about, _asking(job)) for job, about in _about(pages.rows)]
    return render_page(request, "jobs/dead.html", rows=rows, pages=pages)


@requires("jobs.run")
def given_up(request: Request) -> HttpResponse:
    pages = keyset_page(Job.objects.given_up(), request.GET, order=("-finished_at", "-id"), not_null=("finished_at",))
    return render_page(request, "jobs/given_up.html", rows=_about(pages.rows), pages=pages)


@requires("jobs.run")
def waiting(request: Request) -> HttpResponse:
    pages = keyset_page(Job.objects.waiting(), request.GET, order=("due_at", "id"))
    return render_page(request, "jobs/waiting.html", rows=_about(pages.rows), pages=pages)


@requires("jobs.run")
@require_POST
def retry(request: Request) -> HttpResponse:
    form = RetryForm(request.POST)
    if not form.is_valid():
        raise NotFound()
    job = jobs.retry(actor=request.actor, pk=form.cleaned_data["job"])
    messages.success(request, _("%(task)s will be tried again.") % {"task": job.task})
    return redirect("desk:jobs:list")


@requires("jobs.run")
@require_POST
def give_up(request: Request) -> HttpResponse:
    form = GiveUpForm(request.POST)
    form.is_valid()
    if "job" not in form.cleaned_data:
        raise NotFound()
    pk = form.cleaned_data["job"]
    if form.errors:
        job = Job.objects.dead().filter(pk=pk).first()
        if job is None:
            raise NotFound()
        return render_page(request, "jobs/dead.html", status=422, rows=[(*_about([job])[0], form)], pages=Page([job]))
    job = jobs.give_up(actor=request.actor, pk=pk, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(task)s was abandoned; the reason is in the journal.") % {"task": job.task})
    return redirect("desk:jobs:list")


def _about(jobs: Sequence[Job]) -> list[tuple[Job, str]]:
    """Return the jobs and what each concerns, in words where a room knows them: the number of a case."""
    known = subjects.describe(job.lane for job in jobs)
    return [(job, known.get(job.lane, job.lane)) for job in jobs]


def _asking(job: Job) -> GiveUpForm:
    """Return the form that asks why; a page shows it once for each job, so its fields are told apart by the job."""
    return GiveUpForm(initial={"job": job.pk}, auto_id=f"id_{job.pk}_%s")


desk = [
    path("", dead, name="list"),
    path("waiting/", waiting, name="waiting"),
    path("given-up/", given_up, name="given_up"),
    path("retry/", retry, name="retry"),
    path("give-up/", give_up, name="give_up"),
]
