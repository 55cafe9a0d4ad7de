"""Answer a request for a supplement: one form that opens what was asked for, and shows the rest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.infrastructure.kernel import text as written
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import presenting
from tongban.platform.cases.pages.applicant import (
    case_of,
    change_papers,
    material_lines,
    offers_of,
    redirect_to,
    sources_of,
    url_namespace,
)
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms

MAX_NOTE = 1000


@signed_in
def supplement(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.state != Case.State.SUPPLEMENT:
        return redirect_to(request, "follow", uid=uid)
    if request.method != "POST":
        return _page(request, case)
    problem = change_papers(request, case) if documents.brings_papers(request) else documents.Problems()
    form, typed = _form(case), _typed(request, case)
    answers = {**case.answers, **typed}
    if problem or _again(request, case, typed):
        return _page(request, case, typed=typed, problem=problem)
    errors = {
        path: texts
        for path, texts in form.problems(answers).items()
        if path.partition(".")[0] in cases.opened(case, typed)
    }
    if errors:
        return _page(request, case, typed=typed, errors=errors)
    with refusals() as refused:
        note = written.prose(request.POST.get("note", ""), lines=True)[:MAX_NOTE]
        cases.supplement(actor=request.actor, case=case, answers=typed, note=note)
        messages.success(request, _("Your supplement has been submitted."))
        return redirect_to(request, "follow", uid=uid)
    if isinstance(refused.refusal, cases.WrongCaseState):
        messages.warning(request, refused.sentence)
        return redirect_to(request, "follow", uid=uid)
    return _page(request, case, typed=typed, errors=refused.errors)


def materials(request: Request, case: Case) -> HttpResponse:
    """Change papers of a supplement; what was typed on the page they stand on comes along and stays there."""
    if request.method != "POST":
        return redirect_to(request, "supplement", uid=case.uid)
    problem = change_papers(request, case)
    if problem or "_shown" in request.POST:
        return _page(request, case, typed=_typed(request, case), problem=problem)
    return redirect_to(request, "supplement", uid=case.uid)


def _page(
    request: Request,
    case: Case,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    problem: documents.Problems | None = None,
) -> HttpResponse:
    form, typed = _form(case), typed or {}
    answers, opened = {**case.answers, **typed}, cases.opened(case, typed)
    asked = form.steps(answers)
    lines = material_lines(case, problem, offers_of(request, case), answers)
    for item in lines:
        item["open"] = cases.may_change(case, item["line"]["code"])
    return render_page(
        request,
        "cases/supplement.html",
        at=url_namespace(request),
        status=422 if errors else problem.status if problem else 200,
        wait_seconds=problem.wait_seconds if problem else 0,
        case=case,
        points=[entry for entry in presenting.timeline(case, for_applicant=True) if entry.points][:1],
        form=form,
        form_steps=[step for step in _among(asked, opened) if step.fields],
        rest=[(title, rows) for title, rows in _rest(form, asked, opened, answers) if rows],
        answers=answers,
        sources=sources_of(request, case),
        errors=errors or {},
        summary=_summary(lines, errors or {}, problem or documents.Problems()),
        lines=[item for item in lines if item["open"]],
        closed=[item for item in lines if not item["open"]],
        note=request.POST.get("note", ""),
        max_note=MAX_NOTE,
        typed=request.method == "POST",
    )


def _form(case: Case) -> eforms.Form:
    return cases.plan_of(case.version).form


def _typed(request: Request, case: Case) -> dict[str, Any]:
    return cases.hold(case, _form(case).read_some(request.POST))


def _again(request: Request, case: Case, typed: Mapping[str, Any]) -> bool:
    """Say whether the page is shown again first: rows, or questions that follow from an answer."""
    form, opened = _form(case), cases.opened(case, typed)
    answers = {**case.answers, **typed}
    return any(form.needs_reload(step, request.POST, answers, among=opened) for step in form.all_steps)


def _among(steps: list[eforms.Step], names: frozenset[str]) -> list[eforms.Step]:
    return [replace(step, fields=tuple(field for field in step.fields if field.name in names)) for step in steps]


def _rest(
    form: eforms.Form, steps: list[eforms.Step], opened: frozenset[str], answers: Mapping[str, Any]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what stays as it was handed in: step, then question and answer."""
    return [
        (step.title, [(field.label, form.text(field, answers)) for field in step.fields if field.name not in opened])
        for step in steps
    ]


def _summary(
    lines: list[dict[str, Any]], errors: Mapping[str, list[str]], problem: documents.Problems
) -> dict[str, list[str]]:
    """Return what is wrong with the whole page, each with the id of what it is about."""
    open_lines = [item["line"]["code"] for item in lines if item["open"]]
    found = problem.by_id(open_lines)
    for path, texts in errors.items():
        kind, _colon, code = path.partition(":")
        if kind == "material":
            missing = [_("Material missing: %(name)s") % {"name": text} for text in texts]
            found.setdefault(f"material-{code}" if code in open_lines else "", []).extend(missing)
        else:
            found.setdefault(f"q-{path}" if path else "", []).extend(texts)
    return found
