"""For officials: review the file, decide, look things up."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case
from tongban.platform.cases.pages import (
    copies,
    exporting,
    figures,
    follow_ups,
    further,
    moves,
    office,
    packaging,
    presenting,
)
from tongban.platform.cases.pages.reasons import reason_field
from tongban.platform.cases.pages.recusing import ConflictForm
from tongban.platform.cases.services import following_up
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
        help_text=gettext_lazy("The approver decides on the basis of it, and the applicant can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CommitmentFinding(OpinionForm):
    """What the check of a commitment found; nobody decides after it."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["opinion"].help_text = _("It stands in the record of the check, and the applicant can read it.")


class CaseDecisionForm(forms.Form):
    granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Required for a refusal and for a decision against an opinion; it is stated in the decision."
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
    reason = reason_field()


class BeginProcedure(forms.Form):
    prefix = "beginning"
    procedure = forms.ChoiceField(label=gettext_lazy("Special procedure"), widget=forms.RadioSelect)
    days = forms.IntegerField(label=gettext_lazy("Expected to take, in working days"), min_value=1, max_value=365)
    reason = reason_field(label=gettext_lazy("Why it is needed"), required=False)

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
        label=gettext_lazy("Result of the special procedure"),
        help_text=gettext_lazy("The approver decides on the basis of it, and the applicant can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires(*READING)
def all_cases(request: Request) -> HttpResponse:
    return office.all_cases(request, "cases/office/all.html")


@requires(*READING)
def case(request: Request, uid: str) -> HttpResponse:
    return render_page(request, "cases/office/case.html", **office.dossier(request, office.case_of(request, uid)))


@requires("cases.approve")
def limits(request: Request, uid: str) -> HttpResponse:
    """Show both time limits; each change of them is a form on this page, and a view of its own."""
    return _limits_page(request, uid)


@requires("cases.approve")
def extend(request: Request, uid: str) -> HttpResponse:
    """Move the law's last day once."""
    return _change_limits(request, uid, cases.extend, extension=ExtensionForm(request.POST))


@requires("cases.approve")
def begin_procedure(request: Request, uid: str) -> HttpResponse:
    """Stop both clocks for a special procedure."""
    matter = _own(request, uid)
    plan = cases.plan_of(matter.version)
    form = BeginProcedure(plan.procedures, catalogue.limits(plan.guide).procedures, request.POST)
    return _change_limits(request, uid, cases.begin_procedure, beginning=form)


@requires("cases.approve")
def end_procedure(request: Request, uid: str) -> HttpResponse:
    """Let both clocks run again."""
    return _change_limits(request, uid, cases.end_procedure, ending=EndProcedure(request.POST))


@requires("cases.review", "cases.approve", "cases.lead")
def task(request: Request, uid: str) -> HttpResponse:
    """Show one task with everything needed to do it; the answer is a form on this page, and a view of its own."""
    return _task_page(request, uid)


@requires("cases.review", "cases.lead")
def opinion(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, "review")
    form = _finding(work, request.POST)

    def verb() -> Case:
        said = form.cleaned_data
        if work.key == cases.CHECK:
            kept = said["passed"] == "yes"
            return cases.check_commitment(actor=request.actor, task=work, kept=kept, finding=said["opinion"])
        if work.key == following_up.FOLLOW_UP:
            kept = said["passed"] == "yes"
            return following_up.record_follow_up(actor=request.actor, task=work, kept=kept, finding=said["opinion"])
        return cases.give_opinion(
            actor=request.actor, task=work, passed=said["passed"] == "yes", opinion=said["opinion"]
        )

    preview = None
    if work.key == cases.CHECK and request.POST.get("passed") == "no":
        # What it sends revokes a decision and its licences.
        preview = partial(office.confirm, request, work, matter, _("Revoke the decision and the licence"), verb)
    return office.give(request, verb, form=form, preview=preview, **_around(request, uid, form))


@requires("cases.approve", "cases.lead")
def decide(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, "approve")
    form = _decision(matter, request.POST)
    word = office.sends(cases.wording_of(matter), granted=request.POST.get("granted") == "yes")

    def verb() -> Case:
        said = form.cleaned_data
        return cases.decide(
            actor=request.actor,
            task=work,
            granted=said["granted"] == "yes",
            reason=said["reason"],
            revision=forms.sent_revision(request.POST),
        )

    preview = partial(office.confirm, request, work, matter, word, verb)
    return office.give(request, verb, form=form, preview=preview, **_around(request, uid, form))


@requires("cases.review", "cases.approve", "cases.lead")
def recuse(request: Request, uid: str) -> HttpResponse:
    """Keep out of the case because of a conflict; colleagues go on."""
    work, _matter = office.task_of(request, uid, "review", "approve")
    form = ConflictForm(request.POST)

    def verb() -> Case:
        return cases.recuse(actor=request.actor, task=work, reason=form.cleaned_data["reason"])

    around = _around(request, uid, form) | {
        "done": _("Recorded. Your colleagues will handle the case."),
        "again": lambda problem: _task_page(request, uid, problem=problem, conflict=form),
    }
    return office.give(request, verb, form=form, **around)


@requires("cases.review", "cases.approve", "cases.inspect", "cases.lead")
def claim(request: Request, uid: str) -> HttpResponse:
    """Take a task into one's own hands, or put it back."""
    work, _matter = office.task_of(request, uid, *KINDS)
    if request.method == "POST":
        (workflow.release if "release" in request.POST else workflow.claim)(actor=request.actor, task=work)
    return redirect(presenting.task_address(work.kind, uid, "desk"))


@requires(*READING)
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    return office.paper(request, uid, document)


def _around(request: Request, uid: str, form: forms.Form) -> dict[str, Any]:
    """Return where an answer comes from and leads to, and how its page is shown again with what was typed."""
    return {
        "page": reverse("desk:cases:task", args=[uid]),
        "onward": reverse("desk:workflow:todo"),
        "done": _("Done. The case continues."),
        "again": lambda problem: _task_page(request, uid, problem=problem, typed=form),
    }


def _task_page(
    request: Request,
    uid: str,
    *,
    problem: str = "",
    typed: forms.Form | None = None,
    conflict: forms.Form | None = None,
) -> HttpResponse:
    """Show the task as it is now; with what was typed, where it was refused."""
    work, matter = office.task_of(request, uid, "review", "approve")
    workflow.note_seen(actor=request.actor, task=work)
    return render_page(
        request,
        "cases/office/task.html",
        status=409 if problem else 422 if any(form is not None and form.errors for form in (typed, conflict)) else 200,
        task=work,
        form=typed or (_decision(matter) if work.kind == "approve" else _finding(work)),
        problem=problem,
        another=cases.why_another(request.actor, matter, work),
        conflict=conflict or ConflictForm(),
        colleague=cases.in_place(request.actor, work).get("on_behalf_of", ""),
        may_take_back=cases.may_take_back(request.actor, work),
        written=office.unsaved_text(typed) if typed is not None and problem else [],
        **office.dossier(request, matter),
    )


def _finding(work: Task, data: Any = None) -> OpinionForm:
    return CommitmentFinding(data) if work.key in following_up.CHECKS else OpinionForm(data)


def _decision(matter: Case, data: Any = None) -> CaseDecisionForm:
    return CaseDecisionForm(cases.wording_of(matter), data, may_refuse=not matter.person_asked_on)


def _own(request: Request, uid: str) -> Case:
    """Return a case whose time limits the actor may change. Raises NotAllowed, NotFound."""
    matter = office.case_of(request, uid)
    request.actor.must_hold("cases.approve", department=matter.department_id, area=matter.area)
    return matter


def _change_limits(request: Request, uid: str, verb: Callable[..., Case], **sent: forms.Form) -> HttpResponse:
    """Change the time limits with the one form that was sent."""
    _own(request, uid)
    (form,) = sent.values()
    return office.give(
        request,
        lambda: verb(actor=request.actor, uid=uid, revision=forms.sent_revision(request.POST), **form.cleaned_data),
        form=form,
        done=_("Done. The applicant will be notified."),
        page=reverse("desk:cases:limits", args=[uid]),
        onward=reverse("desk:cases:case", args=[uid]),
        again=lambda problem: _limits_page(request, uid, problem=problem, **sent),
    )


def _limits_page(request: Request, uid: str, *, problem: str = "", **sent: forms.Form) -> HttpResponse:
    """Show the time limits as they are now; with what was typed, where it was refused.

    sent   a form that was sent, by its prefix: extension, beginning, ending
    """
    matter = _own(request, uid)
    plan = cases.plan_of(matter.version)
    words, begun = catalogue.limits(plan.guide), cases.open_procedure(matter)
    # What was typed into a form that the page does not show now can be copied.
    lost = [form for name, form in sent.items() if problem and (name == "ending") != bool(begun)]
    return render_page(
        request,
        "cases/office/limits.html",
        status=409 if problem else 422 if any(form.errors for form in sent.values()) else 200,
        case=matter,
        clocks=presenting.clocks(matter),
        light=presenting.light_of(matter),
        state=cases.state_of(matter),
        limits=plan.guide["limits"],
        words=words,
        procedures=plan.procedures,
        begun=begun,
        problem=problem,
        written=office.unsaved_text(*lost),
        extension=sent.get("extension") or ExtensionForm(),
        beginning=sent.get("beginning") or BeginProcedure(plan.procedures, words.procedures),
        ending=sent.get("ending") or EndProcedure(),
    )


routes = [
    path("", office.to_the_list),
    path("all/", all_cases, name="all"),
    path("all/export/", exporting.export, name="export"),
    path("figures/", figures.show, name="figures"),
    path("figures/figures.csv", figures.export, name="figures_csv"),
    path("figures/cases/", figures.behind, name="behind"),
    path("tasks/<uuid:uid>/", task, name="task"),
    path("tasks/<uuid:uid>/opinion/", opinion, name="opinion"),
    path("tasks/<uuid:uid>/decide/", decide, name="decide"),
    path("tasks/<uuid:uid>/claim/", claim, name="claim"),
    path("tasks/<uuid:uid>/recuse/", recuse, name="recuse"),
    *follow_ups.routes,
    *moves.routes,
    *copies.routes,
    path("<slug:uid>/", case, name="case"),
    *further.routes,
    *packaging.routes,
    path("<slug:uid>/limits/", limits, name="limits"),
    path("<slug:uid>/limits/extend/", extend, name="extend"),
    path("<slug:uid>/limits/begin/", begin_procedure, name="begin_procedure"),
    path("<slug:uid>/limits/end/", end_procedure, name="end_procedure"),
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
