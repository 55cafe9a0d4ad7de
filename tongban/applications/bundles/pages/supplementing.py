"""What several offices ask for, on one page."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.applications.bundles.pages.applying import application_of
from tongban.infrastructure.kernel import text as written
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms

MAX_NOTE = 1000


@signed_in
def supplement(request: Request, uid: str) -> HttpResponse:
    application = application_of(request, uid)
    items = BundleItem.objects.of(application)
    if not bundles.asked_of(application, items).items:
        return redirect("hall:bundles:follow", uid)
    if request.method != "POST":
        return _page(request, application, items)
    problem = documents.Problems()
    if documents.brings_papers(request):
        wanted = bundles.supplement_materials(request.actor, application)
        problem = documents.change(wanted, actor=request.actor, request=request)
    form = bundles.whole_of(application, items).form
    typed = eforms.hold(form, application, form.read_some(request.POST))
    if problem or "send" not in request.POST or _again(request, application, items, typed):
        return _page(request, application, items, typed=typed, problem=problem)
    with refusals() as refused:
        note = written.prose(request.POST.get("note", ""), lines=True)[:MAX_NOTE]
        bundles.supplement(actor=request.actor, uid=uid, answers=typed, note=note)
        messages.success(request, _("Your supplement has been submitted."))
        return redirect("hall:bundles:follow", uid)
    errors = refused.errors if isinstance(refused.refusal, Invalid) else {"": [refused.sentence]}
    return _page(request, application, items, typed=typed, errors=errors)


def _again(request: Request, application: BundleApplication, items: list[BundleItem], typed: Mapping[str, Any]) -> bool:
    """Say whether the page is shown again first: rows, or questions that follow from an answer."""
    form, asked = bundles.whole_of(application, items).form, bundles.asked_of(application, items, typed)
    answers = {**application.answers, **typed}
    return any(form.needs_reload(step, request.POST, answers, among=asked.opened) for step in form.all_steps)


def _page(
    request: Request,
    application: BundleApplication,
    items: list[BundleItem],
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    problem: documents.Problems | None = None,
) -> HttpResponse:
    whole, typed = bundles.whole_of(application, items), typed or {}
    asked = bundles.asked_of(application, items, typed)
    answers = {**application.answers, **typed}
    wanted = bundles.supplement_materials(request.actor, application)
    offers = documents.offers(wanted, request.actor)
    rows = documents.line_rows(asked.lines, BundlePaper.objects.current_of(application), problem, offers)
    steps = [
        replace(step, fields=tuple(field for field in step.fields if field.name in asked.opened))
        for step in whole.form.steps(answers)
    ]
    return render_page(
        request,
        "bundles/supplement.html",
        status=422 if errors else problem.status if problem else 200,
        wait_seconds=problem.wait_seconds if problem else 0,
        application=application,
        bundle=application.version.bundle,
        points=asked.points,
        form=whole.form,
        form_steps=[step for step in steps if step.fields],
        answers=answers,
        errors=errors or {},
        summary=_summary(errors or {}, problem or documents.Problems(), rows),
        sources=eforms.sources_shown(whole.form, application),
        lines=rows,
        action=reverse("hall:bundles:supplement", args=[application.uid]),
        note=request.POST.get("note", ""),
        max_note=MAX_NOTE,
        typed=request.method == "POST",
    )


def _summary(
    errors: Mapping[str, list[str]], problem: documents.Problems, rows: list[dict[str, Any]]
) -> dict[str, list[str]]:
    """Return what is wrong with the whole page, each with the id of what it is about."""
    codes = [row["line"]["code"] for row in rows]
    found = problem.by_id(codes)
    for path, texts in errors.items():
        kind, _colon, code = path.partition(":")
        if kind == "material":
            missing = [_("Material missing: %(name)s") % {"name": text} for text in texts]
            found.setdefault(f"material-{code}" if code in codes else "", []).extend(missing)
        else:
            found.setdefault(f"q-{path}" if path else "", []).extend(texts)
    return found
