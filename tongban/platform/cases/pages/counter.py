"""For the window clerk: what came in, accept it, ask once for what is missing, or decide on the spot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import office, post_data, window
from tongban.platform.workflow.models import Task

KINDS = ("accept", "approve")
QUESTIONS = "questions"
# answer -> what the button says that gives it (of a decision `office.sends` does), and what is said afterwards
CONFIRM = {
    "accept": gettext_lazy("Accept and send"),
    "supplement": gettext_lazy("Confirm and send the request"),
    "not_accept": gettext_lazy("Do not accept, and send"),
}
DONE = {
    "accept": gettext_lazy("Accepted. The process goes on; both time limits run."),
    "supplement": gettext_lazy("The request for a supplement is on its way, with all points in one notice."),
    "not_accept": gettext_lazy("Not accepted. The decision with its reason is being sealed."),
    "grant": gettext_lazy("Decided. The result is being sealed and handed over."),
    "refuse": gettext_lazy("Decided. The result is being sealed and handed over."),
}


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
                "Only for the point above about the form. Where nothing is chosen, all answers may be changed; "
                "you will see what was."
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
        label=gettext_lazy("Reason, and where the applicant can turn instead"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class InstantDecision(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "A refusal needs one, and so does a decision against an opinion; it is written in the decision."
        ),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@requires("cases.accept")
def inbox(request: Request) -> HttpResponse:
    return office.inbox(
        request, "cases/office/inbox.html", KINDS, due_word=_("To answer by"), all_url=reverse("counter:cases:all")
    )


@requires("cases.accept", "cases.read")
def all_cases(request: Request) -> HttpResponse:
    return office.all_cases(request, "cases/office/all.html")


@requires("cases.accept", "cases.read")
def case(request: Request, uid: str) -> HttpResponse:
    return render_page(request, "cases/office/case.html", **office.dossier(request, office.case_of(request, uid)))


@requires("cases.accept", "cases.approve")
def task(request: Request, uid: str) -> HttpResponse:
    """Show one task with everything needed to do it; the three answers are forms of their own on the same page."""
    work, matter = office.task_of(request, uid, *KINDS)
    plan = cases.plan_of(matter.version)
    asked = [(field.name, field.label) for step in plan.form.steps(matter.answers) for field in step.fields]
    answer = request.POST.get("answer", "")
    points = Points(
        request.POST if answer == "supplement" else None,
        lines=plan.lines_for(matter.answers),
        questions=asked,
    )
    refusal = NotAccepted(request.POST if answer == "not_accept" else None)
    spot = InstantDecision(request.POST if answer in {"grant", "refuse"} else None)
    problem = ""
    given = _given(request, work, points, refusal, spot)
    if given is not None and "change" not in request.POST:
        try:
            if office.to_confirm(request):
                return office.confirm(request, work, matter, _confirmed(matter, answer), given)
            given()
            return _done(request, str(DONE[answer]))
        except cases.AgainstOpinion as said_no:
            spot.add_error("reason", str(said_no))
        except Refusal as said_no:
            problem = str(said_no)
            work, matter = office.task_of(request, uid, *KINDS)
    wrong = points.errors or refusal.errors or spot.errors
    return render_page(
        request,
        "cases/office/task.html",
        status=409 if problem else 422 if wrong else 200,
        task=work,
        points=points,
        refusal=refusal,
        spot=spot,
        asked=Action.objects.of(matter).supplement_requests().exists(),
        problem=problem,
        another=cases.why_another(request.actor, matter, work),
        written=office.unsaved_text(points, refusal, spot) if problem else [],
        answer=answer,
        **office.dossier(request, matter),
    )


@requires("cases.accept", "cases.read")
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    return office.paper(request, uid, document)


def _confirmed(matter: Case, answer: str) -> str:
    if answer in CONFIRM:
        return str(CONFIRM[answer])
    return office.sends(cases.wording_of(matter), granted=answer == "grant")


def _given(
    request: Request, work: Task, points: Points, refusal: NotAccepted, spot: InstantDecision
) -> Callable[[], Case] | None:
    """Return the answer that was sent, ready to be given; None where none was, or not all that it needs."""
    answer, actor, revision = request.POST.get("answer", ""), request.actor, post_data.revision(request)
    if answer == "accept":
        return lambda: cases.accept(actor=actor, task=work, revision=revision)
    if answer == "supplement" and points.is_valid():
        return lambda: cases.request_supplement(actor=actor, task=work, points=points.points(), revision=revision)
    if answer == "not_accept" and refusal.is_valid():
        reason = refusal.cleaned_data["reason"]
        return lambda: cases.not_accept(actor=actor, task=work, reason=reason, revision=revision)
    if answer in {"grant", "refuse"} and spot.is_valid():
        reason = spot.cleaned_data["reason"]
        return lambda: cases.decide(actor=actor, task=work, granted=answer == "grant", reason=reason, revision=revision)
    return None


def _done(request: Request, text: str) -> HttpResponse:
    messages.success(request, text)
    return redirect("counter:cases:inbox")


routes = [
    path("", inbox, name="inbox"),
    path("all/", all_cases, name="all"),
    path("window/", include((window.routes, "window"))),
    path("tasks/<uuid:uid>/", task, name="task"),
    path("<slug:uid>/", case, name="case"),
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
