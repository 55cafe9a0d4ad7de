"""For officials: review the file, decide, look things up."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case
from tongban.platform.cases.pages import exporting, figures, office, post_data, presenting
from tongban.platform.catalogue import services as catalogue
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

KINDS = ("review", "approve", "inspect")


class OpinionForm(forms.Form):
    passed = forms.ChoiceField(
        label=gettext_lazy("Your finding"),
        choices=[("yes", gettext_lazy("Meets the conditions")), ("no", gettext_lazy("Does not meet the conditions"))],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(
        label=gettext_lazy("Opinion"),
        help_text=gettext_lazy("The approver decides on it, and the applicant can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CaseDecisionForm(forms.Form):
    granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "A refusal needs one, and so does a decision against an opinion; it is written in the decision."
        ),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, wording: cases.Wording, data: Any = None, *, may_refuse: bool = True) -> None:
        super().__init__(data)
        choice = cast(forms.ChoiceField, self.fields["granted"])
        choice.choices = [("yes", wording.grant), *([("no", wording.refuse)] if may_refuse else [])]

    def clean(self) -> dict[str, str]:
        data: dict[str, str] = super().clean() or {}
        if data.get("granted") == "no" and not data.get("reason", "").strip():
            self.add_error("reason", str(cases.NoReasonGiven()))
        return data


class ExtensionForm(forms.Form):
    prefix = "extension"
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It stands in the notice that the applicant gets."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class BeginProcedure(forms.Form):
    prefix = "beginning"
    procedure = forms.ChoiceField(label=gettext_lazy("Special procedure"), widget=forms.RadioSelect)
    days = forms.IntegerField(label=gettext_lazy("Expected to take, in working days"), min_value=1, max_value=365)
    reason = forms.CharField(
        label=gettext_lazy("Why it is needed"),
        help_text=gettext_lazy("It stands in the notice that the applicant gets."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, procedures: Mapping[str, int], words: Mapping[str, str], data: Any = None) -> None:
        name, days = next(iter(procedures.items()), ("", None))
        super().__init__(data, initial={"procedure": name, "days": days})
        choice = cast(forms.ChoiceField, self.fields["procedure"])
        choice.choices = [
            (name, _("%(procedure)s (usually %(limit)s)") % {"procedure": name, "limit": words[name]})
            for name in procedures
        ]


class EndProcedure(forms.Form):
    prefix = "ending"
    result = forms.CharField(
        label=gettext_lazy("What came of it"),
        help_text=gettext_lazy("The approver decides on it, and the applicant can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires("cases.review", "cases.approve", "cases.inspect")
def inbox(request: Request) -> HttpResponse:
    return office.inbox(
        request, "cases/office/inbox.html", KINDS, due_word=_("Promised by"), all_url=reverse("desk:cases:all")
    )


@requires(*READING)
def all_cases(request: Request) -> HttpResponse:
    return office.all_cases(request, "cases/office/all.html")


@requires(*READING)
def case(request: Request, uid: str) -> HttpResponse:
    return render_page(request, "cases/office/case.html", **office.dossier(request, office.case_of(request, uid)))


@requires("cases.approve")
def limits(request: Request, uid: str) -> HttpResponse:
    """Extend the law's limit, or stop both clocks for a special procedure and let them run again."""
    matter = office.case_of(request, uid)
    request.actor.must_hold("cases.approve", department=matter.department_id, area=matter.area)
    plan = cases.plan_of(matter.version)
    words = catalogue.limits(plan.guide)
    chosen = request.POST.get("answer", "")
    forms_of = {
        "extend": ExtensionForm(request.POST if chosen == "extend" else None),
        "begin": BeginProcedure(plan.procedures, words.procedures, request.POST if chosen == "begin" else None),
        "end": EndProcedure(request.POST if chosen == "end" else None),
    }
    form = forms_of.get(chosen)
    problem = ""
    if form is not None and form.is_valid():
        try:
            _change_limits(request, uid, chosen, form.cleaned_data)
            messages.success(request, _("Done. The applicant is told."))
            return redirect("desk:cases:case", uid=uid)
        except Refusal as said_no:
            problem = str(said_no)
            matter = office.case_of(request, uid)
    begun = cases.open_procedure(matter)
    return render_page(
        request,
        "cases/office/limits.html",
        status=409 if problem else 422 if form is not None and form.errors else 200,
        case=matter,
        clocks=presenting.clocks(matter),
        light=presenting.light_of(matter),
        state=cases.state_of(matter),
        limits=plan.guide["limits"],
        words=words,
        procedures=plan.procedures,
        begun=begun,
        forms=forms_of,
        problem=problem,
        written=office.unsaved_text(form) if form and problem and (chosen == "end") != bool(begun) else [],
    )


@requires("cases.review", "cases.approve")
def task(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, "review", "approve")
    wording = cases.wording_of(matter)
    form: forms.Form = OpinionForm(request.POST or None)
    if work.kind == "approve":
        form = CaseDecisionForm(wording, request.POST or None, may_refuse=not matter.person_asked_on)
    problem = ""
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        try:
            if work.kind == "approve" and office.to_confirm(request):
                word = office.sends(wording, granted=form.cleaned_data["granted"] == "yes")
                return office.confirm(request, work, matter, word, lambda: _answer(request, work, form.cleaned_data))
            _answer(request, work, form.cleaned_data)
            messages.success(request, _("Done. The case goes on."))
            return redirect("desk:cases:inbox")
        except cases.AgainstOpinion as said_no:
            form.add_error("reason", str(said_no))
        except Refusal as said_no:
            problem = str(said_no)
            work, matter = office.task_of(request, uid, "review", "approve")
    return render_page(
        request,
        "cases/office/task.html",
        status=409 if problem else 422 if form.errors else 200,
        task=work,
        form=form,
        problem=problem,
        another=cases.why_another(request.actor, matter, work),
        written=office.unsaved_text(form) if problem else [],
        **office.dossier(request, matter),
    )


@requires("cases.review", "cases.approve", "cases.inspect")
def claim(request: Request, uid: str) -> HttpResponse:
    """Take a task into one's own hands, or put it back."""
    work, _matter = office.task_of(request, uid, *KINDS)
    if request.method == "POST":
        (workflow.release if "release" in request.POST else workflow.claim)(actor=request.actor, task=work)
    return redirect("crew:cases:inspect" if work.kind == "inspect" else "desk:cases:task", uid=uid)


@requires(*READING)
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    return office.paper(request, uid, document)


def _change_limits(request: Request, uid: str, chosen: str, data: dict[str, Any]) -> Case:
    changes: dict[str, Callable[..., Case]] = {
        "extend": cases.extend,
        "begin": cases.begin_procedure,
        "end": cases.end_procedure,
    }
    return changes[chosen](actor=request.actor, uid=uid, revision=post_data.revision(request), **data)


def _answer(request: Request, work: Task, data: dict[str, str]) -> Case:
    revision = post_data.revision(request)
    if work.kind == "approve":
        return cases.decide(
            actor=request.actor, task=work, granted=data["granted"] == "yes", reason=data["reason"], revision=revision
        )
    return cases.give_opinion(actor=request.actor, task=work, passed=data["passed"] == "yes", opinion=data["opinion"])


routes = [
    path("", inbox, name="inbox"),
    path("all/", all_cases, name="all"),
    path("all/export/", exporting.export, name="export"),
    path("figures/", figures.show, name="figures"),
    path("figures/figures.csv", figures.export, name="figures_csv"),
    path("figures/cases/", figures.behind, name="behind"),
    path("tasks/<uuid:uid>/", task, name="task"),
    path("tasks/<uuid:uid>/claim/", claim, name="claim"),
    path("<slug:uid>/", case, name="case"),
    path("<slug:uid>/limits/", limits, name="limits"),
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
