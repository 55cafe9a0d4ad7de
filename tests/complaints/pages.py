"""Fill in a complaint, step by step."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse

from tests.complaints import services as complaints
from tests.complaints.models import Complaint, Paper
from tongban import urls
from tongban.infrastructure.kernel.refusals import Conflict
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity

TITLE, MATERIALS = "投诉", "materials"


@signed_in
def go_on(request: Request, uid: str) -> HttpResponse:
    """Lead on to where it was left."""
    complaint = _complaint(request, uid)
    return redirect(_address(complaint, eforms.step_left(_keys(complaint.answers), complaint)))


@signed_in
def fill(request: Request, uid: str, step: str) -> HttpResponse:
    complaint, form = _complaint(request, uid), complaints.form()
    if step not in _keys(complaint.answers):
        return redirect(_address(complaint, _keys(complaint.answers)[0]))
    answers, errors = complaint.answers, {}
    if request.method == "POST":
        sent = eforms.sent_step(form, complaint, step, request.POST)
        answers = sent.answers
        with refusals() as refused:
            if not sent.again:
                on, revision = sent.next(_keys(answers)), sent.revision
                complaint = complaints.fill(
                    actor=request.actor, uid=uid, answers=sent.typed, revision=revision, step=on
                )
        errors = {**sent.errors, **refused.errors}
        if isinstance(refused.refusal, Conflict):
            complaint = _complaint(request, uid)  # what was typed is shown above what was saved meanwhile
        if sent.later and not refused:
            return redirect("/")
        if not errors and not sent.again:
            found = complaints.findings(complaint)
            errors = eforms.errors_of(found, form, step)
            if not errors:
                waits = eforms.unconfirmed(found, form, complaint, step)
                return redirect(reverse("complaints:confirm", args=[uid, step]) if waits else _after(complaint, step))
    return render_page(
        request,
        "eforms/fill.html",
        status=422 if errors else 200,
        title=TITLE,
        steps=_progress(complaint, step),
        form=form,
        step=step,
        filled=complaint,
        answers=answers,
        errors=errors,
        sources=eforms.sources_shown(form, complaint),
    )


@signed_in
def confirm(request: Request, uid: str, step: str) -> HttpResponse:
    complaint, form = _complaint(request, uid), complaints.form()
    waiting = eforms.unconfirmed(complaints.findings(complaint), form, complaint, step)
    if request.method == "POST":
        complaints.confirm(actor=request.actor, uid=uid, checks=request.POST.getlist("confirm"))
    if request.method == "POST" or not waiting:
        return redirect(_after(complaint, step))
    return render_page(
        request,
        "eforms/confirm.html",
        title=TITLE,
        steps=_progress(complaint, step),
        waiting=eforms.to_confirm(form, complaint, waiting, partial(_address, complaint)),
    )


@signed_in
def materials(request: Request, uid: str) -> HttpResponse:
    complaint = _complaint(request, uid)
    wanted, problems = complaints.materials_of(request.actor, complaint), documents.Problems()
    if request.method == "POST":
        problems = documents.change(wanted, actor=request.actor, request=request)
        if not problems and "continue" not in request.POST:
            return redirect(_address(complaint, MATERIALS))
        if not problems:
            with refusals() as refused:
                complaints.send(actor=request.actor, uid=uid)
                return redirect("/")
            problems = documents.Problems({path: " ".join(texts) for path, texts in refused.errors.items()})
    return render_page(
        request,
        "documents/materials.html",
        status=problems.status,
        wait_seconds=problems.wait_seconds,
        title=TITLE,
        steps=_progress(complaint, MATERIALS),
        errors=problems.by_id([line["code"] for line in complaints.LINES]),
        lines=documents.line_rows(
            complaints.LINES, Paper.objects.current_of(complaint), problems, documents.offers(wanted, request.actor)
        ),
        action=_address(complaint, MATERIALS),
        file_url="complaints:paper",
        uid=uid,
    )


@signed_in
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    found = Paper.objects.of(_complaint(request, uid)).named(document).first()
    return documents.response(identity.must_find(found, request.actor, "document", document).document, inline=True)


def _complaint(request: Request, uid: str) -> Complaint:
    found: Complaint = identity.must_find(
        Complaint.objects.visible_to(request.actor).filter(uid=uid).first(), request.actor, "complaint", uid
    )
    return found


def _keys(answers: Mapping[str, Any]) -> list[str]:
    return [*(step.key for step in complaints.form().steps(answers)), MATERIALS]


def _address(complaint: Complaint, step: str) -> str:
    if step == MATERIALS:
        return reverse("complaints:materials", args=[complaint.uid])
    return reverse("complaints:fill", args=[complaint.uid, step])


def _after(complaint: Complaint, step: str) -> str:
    return _address(complaint, eforms.step_after(_keys(complaint.answers), step))


def _progress(complaint: Complaint, step: str) -> list[dict[str, str]]:
    titles = [(step.key, step.title) for step in complaints.form().steps(complaint.answers)] + [(MATERIALS, "材料")]
    return eforms.progress([(key, title, _address(complaint, key)) for key, title in titles], step)


hall = [
    path("<slug:uid>/", go_on, name="go_on"),
    path("<slug:uid>/fill/<slug:step>/", fill, name="fill"),
    path("<slug:uid>/confirm/<slug:step>/", confirm, name="confirm"),
    path("<slug:uid>/materials/", materials, name="materials"),
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
urlpatterns = [path("complaints/", include((hall, "complaints"))), *urls.urlpatterns]
