"""After it was handed in: follow, answer a request for a supplement, take back, ask without signing in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.doors import Request, page, public, signed_in
from tongban.infrastructure.ui.faults import said_in
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Letter
from tongban.platform.cases.pages import telling
from tongban.platform.cases.pages.owning import case_of, material_lines, place_of, sources_of, steps_of, to
from tongban.platform.cases.pages.serving import serve
from tongban.platform.licences.models import Licence


class Reason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you take it back?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class Query(forms.Form):
    number = forms.CharField(label=gettext_lazy("Case number"), max_length=40, cleaned=rules.case_number)
    query_code = forms.CharField(
        label=gettext_lazy("Query code"),
        max_length=8,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@signed_in
def mine(request: Request) -> HttpResponse:
    pages = cases.own(actor=request.actor, params=request.GET)
    return page(
        request,
        "cases/mine.html",
        drafts=cases.drafts(actor=request.actor),
        rows=telling.lines(pages.rows, "/cases/"),
        pages=pages,
    )


@signed_in
def follow(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.state == Case.State.DRAFT:
        return to(request, "fill", uid=uid, step=steps_of(case)[0][0])
    letters, plan = list(Letter.objects.of(case)), cases.plan_of(case.version)
    return page(
        request,
        "cases/follow.html",
        case=case,
        entries=telling.timeline(case, for_applicant=True),
        clocks=telling.clocks(case),
        step=telling.next_step(case),
        letters=letters,
        results=[letter for letter in letters if letter.kind == "grant" and plan.answers_by_letter],
        licences=Licence.objects.of_subject(case.subject).with_people(),
        materials=material_lines(case),
        summary=plan.form.summary(case.answers, remarks=cases.remarks(case)),
        withdrawable=rules.allowed("withdrawn", case.state),
    )


@signed_in
def supplement(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.state != Case.State.SUPPLEMENT:
        return to(request, "follow", uid=uid)
    form = cases.plan_of(case.version).form
    request_made = Action.objects.of(case).asked_for_supplement().last()
    answers, errors = case.answers, {}
    if request.method == "POST":
        read: dict[str, Any] = {}
        for step in form.steps(case.answers):
            read |= form.read(step, request.POST)
        read = cases.hold(case, read)
        answers = {**case.answers, **read}
        again = any(form.again(step, request.POST, answers) for step in form.steps(case.answers))
        errors = {} if again else form.problems(answers)
        try:
            if not errors and not again:
                cases.supplement(
                    actor=request.actor,
                    case=case,
                    answers=read,
                    note=typed.prose(request.POST.get("note", ""), lines=True)[:1000],
                )
                messages.success(request, _("Your supplement was handed in."))
                return to(request, "follow", uid=uid)
        except cases.Incomplete as refusal:
            errors = refusal.errors
        except cases.NotNow as refusal:
            return _overtaken(request, uid, refusal)
    return page(
        request,
        "cases/supplement.html",
        at=place_of(request),
        status=422 if errors else 200,
        case=case,
        asked_of_form=request_made is not None
        and any(not point["material"] for point in request_made.data.get("points", [])),
        points=[entry for entry in telling.timeline(case, for_applicant=True) if entry.points][:1],
        form=form,
        form_steps=form.steps(answers),
        answers=answers,
        errors=errors,
        sources=sources_of(request, case),
        lines=material_lines(case),
    )


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if request.method == "GET" and not rules.allowed("withdrawn", case.state):
        return to(request, "follow", uid=uid)
    form = Reason(request.POST or None)
    if form.is_valid():
        try:
            cases.withdraw(actor=request.actor, case=case, reason=form.cleaned_data["reason"])
        except cases.NotNow as refusal:
            return _overtaken(request, uid, refusal)
        messages.success(request, _("You took the application back. It stays in your list."))
        return to(request, "follow", uid=uid)
    status = 422 if form.errors else 200
    return page(request, "cases/withdraw.html", at=place_of(request), case=case, form=form, status=status)


def _overtaken(request: Request, uid: str, refusal: cases.NotNow) -> HttpResponse:
    """Lead whoever pressed twice, or came too late, to where the case stands now."""
    messages.warning(request, str(refusal))
    return to(request, "follow", uid=uid)


@signed_in
def file(request: Request, uid: str, document: str) -> HttpResponse:
    case = case_of(request, uid)
    codes = {line["code"] for line in cases.plan_of(case.version).lines}
    return serve(request.actor, case, document, inline="download" not in request.GET, codes=codes)


@public
def query(request: Request) -> HttpResponse:
    form = Query(request.POST or None, initial={"number": request.GET.get("number", "")})
    case = None
    if form.is_valid():
        with said_in(form):
            case = cases.asked_for(actor=request.actor, **form.cleaned_data)
    return page(
        request,
        "cases/query.html",
        form=form,
        case=case,
        step=telling.next_step(case) if case else None,
        clocks=telling.clocks(case) if case else [],
        status=422 if form.errors else 200,
    )
