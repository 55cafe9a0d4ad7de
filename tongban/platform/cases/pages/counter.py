"""For the window clerk: what came in, accept it, ask once for what is missing, or decide on the spot."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import delivery, office, sending, window
from tongban.platform.cases.services import sending as moving
from tongban.platform.parties import services as parties
from tongban.platform.workflow.models import Task

KINDS = ("accept", "approve")
SHOWN = (*KINDS, *sending.MOVING)
QUESTIONS = "questions"


class Points(forms.Form):
    """One text for each material line, and one for anything else; and which answers may then be changed.

    questions   (name, label) of those that were asked
    """

    def __init__(
        self,
        *args: object,
        lines: Sequence[Mapping[str, Any]],
        questions: Sequence[tuple[str, str]] = (),
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for line in [*lines, {"code": "", "name": _("The form, or anything else")}]:
            self.fields[f"point-{line['code']}"] = forms.CharField(
                label=line["name"], required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
            )

        self.fields[QUESTIONS] = forms.MultipleChoiceField(
            label=_("Answers that the applicant may change"),
            help_text=_(
                "Only for the point above about the form. If nothing is chosen, all answers may be changed; you will "
                "see what they were before."
            ),
            choices=questions,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get(QUESTIONS) and not found.get("point-"):
            self.add_error("point-", _("Write what is wrong with the answers that you chose."))
        return found

    def points(self) -> list[dict[str, Any]]:
        chosen = self.cleaned_data.get(QUESTIONS) or []
        return [
            {
                "material": name.removeprefix("point-"),
                "text": text,
                **({"questions": chosen} if name == "point-" and chosen else {}),
            }
            for name, text in self.cleaned_data.items()
            if text and name != QUESTIONS
        ]


class NotAccepted(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason, and where the applicant can apply instead"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class InstantDecision(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Required for a refusal and for a decision against an opinion; it is stated in the decision."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires("cases.accept", "cases.read")
def all_cases(request: Request) -> HttpResponse:
    return office.all_cases(request, "cases/office/all.html")


@requires("cases.accept", "cases.read")
def case(request: Request, uid: str) -> HttpResponse:
    matter = office.case_of(request, uid)
    waiting = _awaited(request, matter)
    return render_page(request, "cases/office/case.html", awaited=waiting, **office.dossier(request, matter))


@requires("cases.accept", "cases.approve")
def task(request: Request, uid: str) -> HttpResponse:
    """Show one task with everything needed to do it; each answer is a form on this page, and a view of its own."""
    return _task_page(request, uid)


@requires("cases.accept")
def accept(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    verb = partial(cases.accept, actor=request.actor, task=work, revision=forms.sent_revision(request.POST))
    return office.give(
        request,
        verb,
        preview=partial(office.confirm, request, work, matter, _("Accept and send"), verb),
        done=_("Accepted. The process continues, and both time limits are running."),
        **_around(request, uid),
    )


@requires("cases.accept")
def request_supplement(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = _points(matter, request.POST)

    def verb() -> Case:
        return cases.request_supplement(
            actor=request.actor, task=work, points=form.points(), revision=forms.sent_revision(request.POST)
        )

    return office.give(
        request,
        verb,
        form=form,
        preview=partial(office.confirm, request, work, matter, _("Confirm and send the request"), verb),
        done=_("The request for a supplement has been sent, with all points in one notice."),
        **_around(request, uid, points=form),
    )


@requires("cases.accept")
def not_accept(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = NotAccepted(request.POST)

    def verb() -> Case:
        reason = form.cleaned_data["reason"]
        return cases.not_accept(
            actor=request.actor, task=work, reason=reason, revision=forms.sent_revision(request.POST)
        )

    return office.give(
        request,
        verb,
        form=form,
        preview=partial(office.confirm, request, work, matter, _("Do not accept, and send"), verb),
        done=_("Not accepted. The decision with its reason is being sealed."),
        **_around(request, uid, refusal=form),
    )


@requires("cases.approve")
def decide(request: Request, uid: str) -> HttpResponse:
    """Decide on the spot about an instant service."""
    work, matter = office.task_of(request, uid, *KINDS)
    form, granted = InstantDecision(request.POST), request.POST.get("granted") == "yes"
    word = office.sends(cases.wording_of(matter), granted=granted)

    def verb() -> Case:
        return cases.decide(
            actor=request.actor,
            task=work,
            granted=granted,
            reason=form.cleaned_data["reason"],
            revision=forms.sent_revision(request.POST),
        )

    return office.give(
        request,
        verb,
        form=form,
        preview=partial(office.confirm, request, work, matter, word, verb),
        done=_("Decided. The result is being sealed and delivered."),
        **_around(request, uid, spot=form),
    )


@requires("cases.accept")
def send(request: Request, uid: str) -> HttpResponse:
    """Send the file of a case to the office of another area that handles it."""
    work, _matter = office.task_of(request, uid, sending.SEND)
    form = sending.FileToSend(request.POST)

    def verb() -> Case:
        said = form.cleaned_data
        return moving.send_file(
            actor=request.actor,
            task=work,
            identity_checked=said["identity"],
            originals_checked=said["originals"],
            parcel=said["parcel"],
        )

    done = _("The file is on its way. You see here how the case goes on.")
    return office.give(request, verb, form=form, done=done, **_around(request, uid, sent=form))


@requires("cases.accept")
def sign(request: Request, uid: str) -> HttpResponse:
    work, _matter = office.task_of(request, uid, sending.SIGN)
    return office.give(
        request,
        lambda: moving.sign_for_file(actor=request.actor, task=work),
        done=_("Signed for. The case is on your list, and your days for an answer are running."),
        **_around(request, uid),
    )


@requires("cases.accept")
def transfer(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, *KINDS)
    form = sending.TransferForm(sending.targets(matter), request.POST)

    def verb() -> Case:
        said = form.cleaned_data
        return moving.transfer(
            actor=request.actor,
            task=work,
            office=sending.office_of(matter, said["office"]),
            reason=said["reason"],
            revision=forms.sent_revision(request.POST),
        )

    return office.give(
        request,
        verb,
        form=form,
        preview=partial(office.confirm, request, work, matter, _("Transfer, and send"), verb),
        done=_("Transferred. The applicant will be notified."),
        **_around(request, uid, moved=form),
    )


@requires("cases.accept", "cases.read")
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    return office.paper(request, uid, document)


def _awaited(request: Request, matter: Case) -> str:
    """Return the page at the window for what the case waits for from the visitor who stands here; "" for nothing."""
    visitor = parties.visitor(request.session)
    if visitor is None or not matter.is_spoken_for_by(parties.serving(request.actor, visitor)):
        return ""
    if matter.state == Case.State.SUPPLEMENT:
        return "supplement"
    if matter.state != Case.State.ACCEPTED:
        return ""
    return "deferred" if matter.applicant_due_on else "hearing" if cases.hearing_of(matter).stage == "offered" else ""


def _around(request: Request, uid: str, **shown: forms.Form) -> dict[str, Any]:
    """Return where an answer comes from and leads to, and how its page is shown again with what was typed."""
    return {
        "page": reverse("counter:cases:task", args=[uid]),
        "onward": reverse("counter:workflow:todo"),
        "again": lambda problem: _task_page(request, uid, problem=problem, **shown),
    }


def _task_page(
    request: Request,
    uid: str,
    *,
    problem: str = "",
    points: forms.Form | None = None,
    refusal: forms.Form | None = None,
    spot: forms.Form | None = None,
    sent: forms.Form | None = None,
    moved: forms.Form | None = None,
) -> HttpResponse:
    """Show the task as it is now; with what was typed, where it was refused."""
    work, matter = office.task_of(request, uid, *SHOWN)
    typed = [form for form in (points, refusal, spot, sent, moved) if form is not None]
    return render_page(
        request,
        "cases/office/task.html",
        status=409 if problem else 422 if any(form.errors for form in typed) else 200,
        task=work,
        points=points or _points(matter),
        refusal=refusal or NotAccepted(),
        spot=spot or InstantDecision(),
        sending=sent or sending.FileToSend(),
        sender=sending.sender_of(matter),
        transfer=moved or _transfer(work, matter),
        asked=Action.objects.of(matter).supplement_requests().exists(),
        deferred=cases.deferred_materials(matter) if cases.plan_of(matter.version).deferral else [],
        problem=problem,
        another=None if work.kind in sending.MOVING else cases.why_another(request.actor, matter, work),
        written=office.unsaved_text(*typed) if problem else [],
        **office.dossier(request, matter),
    )


def _transfer(work: Task, matter: Case) -> forms.Form | None:
    """Return the form by which a case goes to the office that handles it; None where there is no other."""
    offices = sending.targets(matter) if work.kind == "accept" else []
    return sending.TransferForm(offices) if offices else None


def _points(matter: Case, data: Any = None) -> Points:
    plan = cases.plan_of(matter.version)
    asked = [(field.name, field.label) for step in plan.form.steps(matter.answers) for field in step.fields]
    return Points(data, lines=plan.lines_for(matter.answers), questions=asked)


routes = [
    path("", office.to_the_list),
    path("all/", all_cases, name="all"),
    path("window/", include((window.routes, "window"))),
    path("tasks/<uuid:uid>/", task, name="task"),
    path("tasks/<uuid:uid>/accept/", accept, name="accept"),
    path("tasks/<uuid:uid>/supplement/", request_supplement, name="request_supplement"),
    path("tasks/<uuid:uid>/not-accept/", not_accept, name="not_accept"),
    path("tasks/<uuid:uid>/decide/", decide, name="decide"),
    path("tasks/<uuid:uid>/send/", send, name="send"),
    path("tasks/<uuid:uid>/sign/", sign, name="sign"),
    path("tasks/<uuid:uid>/transfer/", transfer, name="transfer"),
    path("<slug:uid>/", case, name="case"),
    *delivery.routes,
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
