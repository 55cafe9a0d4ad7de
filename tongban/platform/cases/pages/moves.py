"""What an official may do with a task besides doing it: each a form on one page, and a view of its own."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import office, presenting
from tongban.platform.cases.pages.copies import CopyForm
from tongban.platform.cases.pages.ways import MOVES, Way
from tongban.platform.cases.services import copying, cosigning, pairing
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

DOING = ("cases.review", "cases.approve", "cases.inspect", "cases.lead")
KINDS = ("review", "approve", "inspect")


class SendBackForm(forms.Form):
    prefix = "back"
    target = forms.ChoiceField(label=gettext_lazy("Back to which step"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("What has to be looked at again"),
        help_text=gettext_lazy("Whoever does the step reads this; the applicant does not."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, steps: list[workflow.EarlierStep], data: Any = None) -> None:
        super().__init__(data)
        choice = cast(forms.ChoiceField, self.fields["target"])
        choice.choices = [(step.place, _meaning(step)) for step in steps]
        if data is not None and not steps:  # whoever comes too late hears it from the verb
            choice.choices = [(sent, sent) for sent in [data.get(self.add_prefix("target"))] if sent]


class HandOverForm(forms.Form):
    prefix = "hand"
    to = forms.ChoiceField(label=gettext_lazy("To which colleague"))
    reason = forms.CharField(
        label=gettext_lazy("Why somebody else is to do it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, colleagues: list[Account], data: Any = None) -> None:
        super().__init__(data)
        self.known = {account.login: account for account in colleagues}
        choice = cast(forms.ChoiceField, self.fields["to"])
        choice.choices = [
            ("", pgettext("hand over", "Choose")),
            *((login, account.name) for login, account in self.known.items()),
        ]

    def clean_to(self) -> Account:
        return self.known[self.cleaned_data["to"]]


class PassOnForm(forms.Form):
    prefix = "pass"
    department = forms.ChoiceField(label=gettext_lazy("To which department"))
    reason = forms.CharField(
        label=gettext_lazy("Why another department is to do it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, departments: list[Department], data: Any = None) -> None:
        super().__init__(data)
        self.known = {department.key: department for department in departments}
        choice = cast(forms.ChoiceField, self.fields["department"])
        choice.choices = [
            ("", pgettext("hand over", "Choose")),
            *((key, department.title) for key, department in self.known.items()),
        ]

    def clean_department(self) -> Department:
        return self.known[self.cleaned_data["department"]]


class SignTooForm(forms.Form):
    """Who is to sign as well: a colleague, or anybody of a department who may."""

    prefix = "sign"
    to = forms.ChoiceField(label=gettext_lazy("Who signs as well"))
    reason = forms.CharField(
        label=gettext_lazy("Why another signature is needed"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, found: list[tuple[Department, list[Account]]], data: Any = None) -> None:
        super().__init__(data)
        self.known: dict[str, tuple[Department, Account | None]] = {}
        groups: list[tuple[str, Any]] = [("", pgettext("hand over", "Choose"))]
        for department, colleagues in found:
            anybody = [(f"@{department.key}", _("Whoever has the duty"))]
            groups.append((department.title, anybody + [(one.login, one.name) for one in colleagues]))
            self.known[f"@{department.key}"] = department, None
            self.known |= {one.login: (department, one) for one in colleagues}
        cast(forms.ChoiceField, self.fields["to"]).choices = groups

    def clean_to(self) -> tuple[Department, Account | None]:
        return self.known[self.cleaned_data["to"]]


class NoLongerForm(forms.Form):
    """Whose signature is not needed any more."""

    prefix = "less"
    place = forms.ChoiceField(label=gettext_lazy("Whose signature"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why it is not needed any more"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, signatures: list[workflow.Signature], data: Any = None) -> None:
        super().__init__(data)
        names = Account.objects.names_of([one.account for one in signatures if one.account])
        choice = cast(forms.ChoiceField, self.fields["place"])
        choice.choices = [
            (one.place, " · ".join(filter(None, [one.office, names.get(one.account or 0, "")]))) for one in signatures
        ]
        if data is not None and not signatures:  # whoever comes too late hears it from the verb
            choice.choices = [(sent, sent) for sent in [data.get(self.add_prefix("place"))] if sent]


class SecondForm(forms.Form):
    """Who does the task together with whoever has it."""

    prefix = "second"
    to = forms.ChoiceField(label=gettext_lazy("Second officer"))

    def __init__(self, colleagues: list[Account], data: Any = None) -> None:
        super().__init__(data)
        self.known = {account.login: account for account in colleagues}
        cast(forms.ChoiceField, self.fields["to"]).choices = [
            ("", pgettext("hand over", "Choose")),
            *((login, account.name) for login, account in self.known.items()),
        ]

    def clean_to(self) -> Account:
        return self.known[self.cleaned_data["to"]]


class ConfirmSecondForm(forms.Form):
    """The second officer has nothing to fill in."""

    prefix = "confirm"


def _departments(work: Task) -> list[Department]:
    """Return the other departments of the same city in which somebody holds the duty of a task."""
    return identity.departments_with(work.duty, beside=work.department)


def _meaning(step: workflow.EarlierStep) -> str:
    """Say what going back to a step means: what is done again, and who stops."""
    between = pgettext("between names", ", ")
    said = [step.title]
    if step.again[1:]:
        said.append(_("done again after it: %(steps)s") % {"steps": between.join(step.again[1:])})
    if step.off_desks:
        said.append(_("no longer to be done for now: %(steps)s") % {"steps": between.join(step.off_desks)})
    return pgettext("between parts of a sentence", "; ").join(said)


@requires(*DOING)
def show(request: Request, uid: str) -> HttpResponse:
    """Show what else may be done with a task now."""
    return _page(request, uid)


@requires(*DOING)
def send_back(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, *KINDS)
    form = SendBackForm(cases.earlier_steps(work), request.POST)

    def verb() -> Case:
        return cases.send_back(
            actor=request.actor, task=work, revision=forms.sent_revision(request.POST), **form.cleaned_data
        )

    return _taken(request, uid, verb, back=form)


@requires(*DOING)
def take_back(request: Request, uid: str) -> HttpResponse:
    """Take one's own opinion back into one's hands."""
    work, matter = office.task_of(request, uid, *KINDS)
    if request.method != "POST":
        return redirect(presenting.task_address(work.kind, uid, "desk"))
    cases.take_back(actor=request.actor, task=work)
    messages.success(request, _("Your opinion no longer counts. The task is with you again."))
    again = Task.objects.visible_to(request.actor).of(matter.subject).open().claimed_by(request.actor).first()
    return redirect(presenting.task_address(again.kind, again.uid, "desk") if again else "desk:workflow:todo")


@requires(*DOING)
def hand_over(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = HandOverForm(cases.who_can_take(request.actor, matter, work), request.POST)
    return _taken(request, uid, lambda: cases.hand_over(actor=request.actor, task=work, **form.cleaned_data), hand=form)


@requires(*DOING)
def pass_on(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, *KINDS)
    form = PassOnForm(_departments(work), request.POST)
    return _taken(
        request, uid, lambda: cases.pass_on(actor=request.actor, task=work, **form.cleaned_data), **{"pass": form}
    )


@requires(*DOING)
def sign_too(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = SignTooForm(cosigning.who_can_sign_too(request.actor, matter, work), request.POST)

    def verb() -> Case:
        (department, to), reason = form.cleaned_data["to"], form.cleaned_data["reason"]
        return cosigning.add_signer(actor=request.actor, task=work, department=department, to=to, reason=reason)

    return _taken(request, uid, verb, sign=form)


@requires(*DOING)
def no_longer(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, *KINDS)
    form = NoLongerForm(_removable(work), request.POST)
    return _taken(
        request,
        uid,
        lambda: cosigning.take_away_signer(actor=request.actor, task=work, **form.cleaned_data),
        less=form,
    )


@requires(*DOING)
def send_copy(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, *KINDS)
    form = CopyForm(work.department, request.POST)
    return _taken(
        request, uid, lambda: copying.send_copy(actor=request.actor, task=work, **form.cleaned_data), copy=form
    )


@requires(*DOING)
def second(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = SecondForm(cases.who_can_take(request.actor, matter, work), request.POST)
    return _taken(
        request, uid, lambda: pairing.name_second(actor=request.actor, task=work, **form.cleaned_data), second=form
    )


@requires(*DOING)
def confirm(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, *KINDS)
    form = ConfirmSecondForm(request.POST)
    return _taken(request, uid, lambda: pairing.confirm_second(actor=request.actor, task=work), confirm=form)


def _removable(work: Task) -> list[workflow.Signature]:
    """Return the signatures of a task's step that can be taken away."""
    return [one for one in workflow.signatures(work) if one.removable and one.place != work.place]


def _taken(request: Request, uid: str, verb: Callable[[], object], **sent: forms.Form) -> HttpResponse:
    """Take one of these ways with the form that was sent."""
    (form,) = sent.values()
    return office.give(
        request,
        verb,
        form=form,
        done=_("Done. The case continues."),
        page=reverse("desk:cases:moves", args=[uid]),
        onward=reverse("desk:workflow:todo"),
        again=lambda problem: _page(request, uid, problem=problem, **sent),
    )


def _page(request: Request, uid: str, *, problem: str = "", **sent: forms.Form) -> HttpResponse:
    """Show the ways there are now; with what was typed, where it was refused. sent: a form, by its prefix."""
    work, matter = office.task_of(request, uid, *KINDS)
    possible = _possible(request, work, matter, sent) if work.state == Task.State.OPEN else {}
    # What was typed into a form that the page does not show now can be copied.
    lost = [form for name, form in sent.items() if problem and name not in possible]
    return render_page(
        request,
        "cases/office/moves.html",
        status=409 if problem else 422 if any(form.errors for form in sent.values()) else 200,
        task=work,
        case=matter,
        address=presenting.task_address(work.kind, uid, "desk"),
        clocks=presenting.clocks(matter),
        light=presenting.light_of(matter),
        state=cases.state_of(matter),
        problem=problem,
        written=office.unsaved_text(*lost),
        leads_back="back" in possible,
        ways=[_way(name, uid, possible[name]) for name in MOVES if name in possible],
    )


def _way(name: str, uid: str, form: forms.Form) -> Way:
    title, note, label, door = MOVES[name]
    return Way(name, title, note, label, "primary", reverse(f"desk:cases:{door}", args=[uid]), form)


def _possible(request: Request, work: Task, matter: Case, sent: dict[str, forms.Form]) -> dict[str, forms.Form]:
    """Return the forms of the ways there are, by their prefixes: those that were sent as they were sent."""
    found: dict[str, forms.Form] = {}
    if steps := cases.earlier_steps(work):
        found["back"] = SendBackForm(steps)
    if colleagues := cases.who_can_take(request.actor, matter, work):
        found["hand"] = HandOverForm(colleagues)
    if departments := _departments(work):
        found["pass"] = PassOnForm(departments)
    if signers := cosigning.who_can_sign_too(request.actor, matter, work):
        found["sign"] = SignTooForm(signers)
    if signatures := _removable(work):
        found["less"] = NoLongerForm(signatures)
    if workflow.needs_two(work):
        if work.second_id == request.actor.account and not work.seconded_at:
            found["confirm"] = ConfirmSecondForm()
        elif work.second_id != request.actor.account and colleagues:
            found["second"] = SecondForm(colleagues)
    found["copy"] = CopyForm(work.department)
    return {name: sent.get(name, form) for name, form in found.items()}


routes = [
    path("tasks/<uuid:uid>/moves/", show, name="moves"),
    path("tasks/<uuid:uid>/moves/back/", send_back, name="send_back"),
    path("tasks/<uuid:uid>/moves/hand/", hand_over, name="hand_over"),
    path("tasks/<uuid:uid>/moves/pass/", pass_on, name="pass_on"),
    path("tasks/<uuid:uid>/moves/sign/", sign_too, name="sign_too"),
    path("tasks/<uuid:uid>/moves/no-longer/", no_longer, name="no_longer"),
    path("tasks/<uuid:uid>/moves/copy/", send_copy, name="send_copy"),
    path("tasks/<uuid:uid>/moves/second/", second, name="second"),
    path("tasks/<uuid:uid>/moves/confirm/", confirm, name="confirm_second"),
    path("tasks/<uuid:uid>/moves/take-back/", take_back, name="take_back"),
]
