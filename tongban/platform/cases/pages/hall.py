"""For the applicant: begin, fill in, hand in, follow, supplement, take back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.infrastructure.ui.doors import Request, page, public, signed_in
from tongban.infrastructure.ui.paging import by_key
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Letter, Material
from tongban.platform.cases.pages import telling
from tongban.platform.cases.pages.serving import serve
from tongban.platform.catalogue.models import Service
from tongban.platform.identity import services as identity
from tongban.platform.licences.models import Licence
from tongban.platform.parties.models import Party

MATERIALS, REVIEW = "materials", "review"


class Declaration(forms.Form):
    declared = forms.BooleanField(
        label=gettext_lazy(
            "I declare that what I state and hand in is true and complete, and that I answer for it by law."
        ),
        error_messages={"required": gettext_lazy("Please confirm the declaration to hand in the application.")},
    )


class Reason(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why do you take it back?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class Query(forms.Form):
    number = forms.CharField(label=gettext_lazy("Case number"), max_length=32)
    query_code = forms.CharField(
        label=gettext_lazy("Query code"), max_length=8, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    def clean_number(self) -> str:
        return str(self.cleaned_data["number"]).strip().upper()


@signed_in
def begin(request: Request, code: str) -> HttpResponse:
    service = Service.objects.begun().coded(code).first()
    if service is None or request.actor.stands_for is None:
        raise NotFound()
    if request.method == "POST":
        case = cases.begin(actor=request.actor, service=code)
        return redirect("hall:cases:fill", uid=case.uid, step=_steps(case)[0][0])
    return page(
        request,
        "cases/begin.html",
        service=service,
        guide=service.current.guide,
        party=Party.objects.get(pk=request.actor.stands_for),
    )


@signed_in
def mine(request: Request) -> HttpResponse:
    seen = Case.objects.visible_to(request.actor).with_standing().filter(applicant=request.actor.stands_for)
    pages = by_key(seen.submitted_by_people(), request.GET, order=("-submitted_at", "-id"))
    return page(
        request,
        "cases/mine.html",
        drafts=seen.drafts()[:20],
        rows=[(case, telling.light_of(case)) for case in pages.rows],
        pages=pages,
    )


@signed_in
def follow(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    if case.state == Case.State.DRAFT:
        return redirect("hall:cases:fill", uid=uid, step=_steps(case)[0][0])
    return page(
        request,
        "cases/follow.html",
        case=case,
        entries=telling.timeline(case, for_applicant=True),
        clocks=telling.clocks(case),
        step=telling.next_step(case),
        letters=Letter.objects.of(case),
        licences=Licence.objects.of_subject(case.subject).with_people(),
        materials=_materials(case),
        summary=cases.plan_of(case.version_id).form.summary(case.answers),
        withdrawable=case.state in {"submitted", "supplement", "accepted"},
    )


@signed_in
def fill(request: Request, uid: str, step: str) -> HttpResponse:
    case = _draft(request, uid)
    form = cases.plan_of(case.version_id).form
    steps = _steps(case)
    if step not in dict(steps):
        raise NotFound()
    answers, errors = case.answers, {}
    if request.method == "POST":
        read = form.read(step, request.POST)
        answers = {**case.answers, **read}
        # Shown again for a new row or a question that follows from an answer: nothing is judged or kept yet.
        again = form.again(step, request.POST, answers) and "later" not in request.POST
        errors = {} if again else form.problems(answers, step)
        try:
            if not again:
                revision = int(request.POST.get("revision") or 0)
                case = cases.fill(actor=request.actor, case=case, answers=read, revision=revision)
        except Conflict as refusal:
            # The same draft was filled in elsewhere: what was typed here is shown, nothing is overwritten.
            errors = {"": [str(refusal)], **errors}
            case = _draft(request, uid)
        if "later" in request.POST and "" not in errors:
            messages.success(request, _("Saved. You can go on later, on any device."))
            return redirect("hall:cases:mine")
        if not errors and not again:
            return redirect(_after(case, step))
    return page(
        request,
        "cases/fill.html",
        status=422 if errors else 200,
        case=case,
        form=form,
        step=step,
        steps=_progress(case, step),
        answers=answers,
        errors=errors,
        sources=case.sources,
        changed=_changed(case),
    )


@signed_in
def materials(request: Request, uid: str) -> HttpResponse:
    case = _editable(request, uid)
    problem: dict[str, Any] = {}
    if request.method == "POST":
        code = request.POST.get("code", "")
        try:
            _change_material(request, case, code)
            return redirect(
                "hall:cases:supplement" if case.state == Case.State.SUPPLEMENT else "hall:cases:materials", uid=uid
            )
        except Refusal as refusal:
            problem = {code: str(refusal)}
    elif case.state == Case.State.DRAFT:
        cases.fetch_all(actor=request.actor, case=case)
    return page(
        request,
        "cases/materials.html",
        status=422 if problem else 200,
        case=case,
        lines=_materials(case, problem),
        steps=_progress(case, MATERIALS),
        errors={f"material-{code}": [text] for code, text in problem.items()},
        after=_after(case, MATERIALS),
    )


@signed_in
def review(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    if case.state != Case.State.DRAFT:
        return redirect("hall:cases:submitted", uid=uid)
    declaration = Declaration(request.POST or None)
    if request.method == "POST" and declaration.is_valid():
        submitted = cases.submit(actor=request.actor, case=case, declared=True)
        return redirect("hall:cases:submitted", uid=submitted.uid)
    still = cases.checklist(case)
    form = cases.plan_of(case.version_id).form
    return page(
        request,
        "cases/review.html",
        status=422 if declaration.errors else 200,
        case=case,
        steps=_progress(case, REVIEW),
        summary=_summary(case),
        lines=_materials(case),
        still=still,
        problems={f"{name}": texts for name, texts in still.problems.items()},
        fees=cases.fees_due(cases.plan_of(case.version_id).guide),
        form=form,
        declaration=declaration,
        changed=_changed(case),
    )


@signed_in
def submitted(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    if case.state == Case.State.DRAFT:
        return redirect("hall:cases:review", uid=uid)
    return page(request, "cases/submitted.html", case=case, step=telling.next_step(case))


@signed_in
def receipt(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    if case.number is None:
        raise NotFound()
    response = HttpResponse(cases.receipt(case), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response


@signed_in
def supplement(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    if case.state != Case.State.SUPPLEMENT:
        return redirect("hall:cases:follow", uid=uid)
    form = cases.plan_of(case.version_id).form
    request_made = Action.objects.of(case).asked_for_supplement().last()
    answers, errors = case.answers, {}
    if request.method == "POST":
        read: dict[str, Any] = {}
        for step in form.steps(case.answers):
            read |= form.read(step, request.POST)
        answers = {**case.answers, **read}
        again = any(form.again(step, request.POST, answers) for step in form.steps(case.answers))
        errors = {} if again else form.problems(answers)
        try:
            if not errors and not again:
                cases.supplement(actor=request.actor, case=case, answers=read, note=request.POST.get("note", "")[:1000])
                messages.success(request, _("Your supplement was handed in."))
                return redirect("hall:cases:follow", uid=uid)
        except cases.Incomplete as refusal:
            errors = refusal.errors
    return page(
        request,
        "cases/supplement.html",
        status=422 if errors else 200,
        case=case,
        asked=request_made,
        points=[entry for entry in telling.timeline(case, for_applicant=True) if entry.points][:1],
        form=form,
        form_steps=form.steps(answers),
        answers=answers,
        errors=errors,
        lines=_materials(case),
    )


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    case = _case(request, uid)
    form = Reason(request.POST or None)
    if form.is_valid():
        cases.withdraw(actor=request.actor, case=case, reason=form.cleaned_data["reason"])
        messages.success(request, _("You took the application back. It stays in your list."))
        return redirect("hall:cases:follow", uid=uid)
    return page(request, "cases/withdraw.html", case=case, form=form, status=422 if form.errors else 200)


@signed_in
def discard(request: Request, uid: str) -> HttpResponse:
    case = _draft(request, uid)
    if request.method == "POST":
        cases.discard(actor=request.actor, case=case)
        messages.success(request, _("The draft was thrown away."))
        return redirect("hall:cases:mine")
    return page(request, "cases/discard.html", case=case)


@signed_in
def move_on(request: Request, uid: str) -> HttpResponse:
    case = _draft(request, uid)
    if request.method == "POST":
        case = cases.move_on(actor=request.actor, case=case)
        messages.success(request, _("Your answers were taken over. Please look through them once more."))
    return redirect("hall:cases:fill", uid=uid, step=_steps(case)[0][0])


@signed_in
def file(request: Request, uid: str, document: str) -> HttpResponse:
    case = _case(request, uid)
    codes = {line["code"] for line in cases.plan_of(case.version_id).lines}
    return serve(request.actor, case, document, inline="download" not in request.GET, codes=codes)


@public
def query(request: Request) -> HttpResponse:
    form = Query(request.POST or None, initial={"number": request.GET.get("number", "")})
    case = None
    if form.is_valid():
        identity.throttle("case-query", request.actor.address)
        case = Case.objects.with_standing().numbered(form.cleaned_data["number"]).first()
        if case is None or case.query_code != form.cleaned_data["query_code"]:
            identity.door_tried(request.actor, "case-query", form.cleaned_data["number"])
            form.add_error(None, ValidationError(_("No case has this number with this query code.")))
            case = None
    return page(
        request,
        "cases/query.html",
        form=form,
        case=case,
        step=telling.next_step(case) if case else None,
        clocks=telling.clocks(case) if case else [],
        status=422 if form.errors else 200,
    )


def _case(request: Request, uid: str) -> Case:
    case = (
        Case.objects.visible_to(request.actor)
        .with_standing()
        .filter(uid=uid, applicant=request.actor.stands_for)
        .first()
    )
    if case is None:
        raise identity.missing(request.actor, "case", uid)
    return case


def _draft(request: Request, uid: str) -> Case:
    case = _case(request, uid)
    if case.state != Case.State.DRAFT:
        raise NotFound()
    return case


def _editable(request: Request, uid: str) -> Case:
    case = _case(request, uid)
    if case.state not in {Case.State.DRAFT, Case.State.SUPPLEMENT}:
        raise NotFound()
    return case


def _steps(case: Case) -> list[tuple[str, str]]:
    """Return the steps of the application: those of the form, then the materials, then the review."""
    form = cases.plan_of(case.version_id).form
    found = [(step.key, step.title) for step in form.steps(case.answers)]
    if cases.plan_of(case.version_id).lines_for(case.answers):
        found.append((MATERIALS, _("Materials")))
    return [*found, (REVIEW, _("Check and hand in"))]


def _progress(case: Case, current: str) -> list[dict[str, Any]]:
    steps = _steps(case)
    at = [key for key, _title in steps].index(current) if current in dict(steps) else 0
    return [
        {
            "title": title,
            "url": _url(case, key),
            "state": "done" if index < at else "current" if index == at else "todo",
        }
        for index, (key, title) in enumerate(steps)
    ]


def _url(case: Case, step: str) -> str:
    if step in {MATERIALS, REVIEW}:
        return f"/cases/{case.uid}/{step}/"
    return f"/cases/{case.uid}/fill/{step}/"


def _after(case: Case, step: str) -> str:
    keys = [key for key, _title in _steps(case)]
    at = keys.index(step) if step in keys else -1
    return _url(case, keys[min(at + 1, len(keys) - 1)])


def _summary(case: Case) -> list[dict[str, Any]]:
    form = cases.plan_of(case.version_id).form
    steps = {step.title: step.key for step in form.steps(case.answers)}
    return [
        {"title": title, "rows": rows, "url": _url(case, steps[title]) if title in steps else ""}
        for title, rows in form.summary(case.answers)
    ]


def _materials(case: Case, problem: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Return the lines that this applicant sees, each with its documents and what was wrong with the last try."""
    there: dict[str, list[Material]] = {}
    for material in Material.objects.of(case):
        there.setdefault(material.code, []).append(material)
    return [
        {"line": line, "papers": there.get(line["code"], []), "problem": (problem or {}).get(line["code"], "")}
        for line in cases.plan_of(case.version_id).lines_for(case.answers)
    ]


def _change_material(request: Request, case: Case, code: str) -> None:
    if uid := request.POST.get("remove"):
        cases.remove(actor=request.actor, case=case, document=uid)
    elif "fetch" in request.POST:
        cases.fetch(actor=request.actor, case=case, code=code)
    else:
        for upload in request.FILES.getlist("file") or [None]:
            if upload is None:
                raise NoFile()
            cases.attach(actor=request.actor, case=case, code=code, file=upload)


class NoFile(Refusal):
    status = 422
    message = gettext_lazy("Choose a file first.")


def _changed(case: Case) -> str:
    """Say whether the service was changed or withdrawn while this draft lay here."""
    current = cases.current_version(case)
    if current is None:
        return "withdrawn"
    return "changed" if current.pk != case.version_id else ""


routes = [
    path("", mine, name="mine"),
    path("query/", query, name="query"),
    path("begin/<slug:code>/", begin, name="begin"),
    path("<slug:uid>/", follow, name="follow"),
    path("<slug:uid>/fill/<slug:step>/", fill, name="fill"),
    path("<slug:uid>/materials/", materials, name="materials"),
    path("<slug:uid>/review/", review, name="review"),
    path("<slug:uid>/submitted/", submitted, name="submitted"),
    path("<slug:uid>/receipt.pdf", receipt, name="receipt"),
    path("<slug:uid>/supplement/", supplement, name="supplement"),
    path("<slug:uid>/withdraw/", withdraw, name="withdraw"),
    path("<slug:uid>/discard/", discard, name="discard"),
    path("<slug:uid>/move-on/", move_on, name="move_on"),
    path("<slug:uid>/files/<uuid:document>/", file, name="file"),
]
