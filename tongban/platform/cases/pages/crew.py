"""For the inspector on site: what to inspect, photographs, position, finding."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.forms import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.pages import office, site
from tongban.platform.cases.pages.desk import OpinionForm
from tongban.platform.cases.rules.inspection import Inspection, Point
from tongban.platform.documents import services as documents
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

RESULTS = [("pass", gettext_lazy("met")), ("fail", gettext_lazy("not met")), ("none", gettext_lazy("does not apply"))]

# What is said of a point -> how its field is called.
POINT = {"result": "point", "remark": "remark"}


class InspectionForm(OpinionForm):
    """An opinion with the place where it was formed, and with all that the definition asks of an inspection.

    The phone fills the position in, and says so; it can be typed too. What the definition asks for besides is the
    verb's to judge; `say` tells it with what is wrong with the fields themselves.
    """

    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    accuracy_m = forms.FloatField(label=gettext_lazy("Accuracy in metres"), required=False, widget=forms.HiddenInput)
    position_by = forms.CharField(required=False, widget=forms.HiddenInput)
    position_confirmed = forms.BooleanField(label=gettext_lazy("This position is right."), required=False)

    def __init__(self, asked: Inspection | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for point in asked.points if asked else ():
            self.fields[f"point-{point.code}"] = forms.ChoiceField(
                label=point.text, help_text=point.source, choices=RESULTS, widget=forms.RadioSelect
            )
            self.fields[f"remark-{point.code}"] = forms.CharField(
                label=_("Remark"), required=False, max_length=300, widget=forms.TextInput
            )
        for number in range(1, asked.inspectors + 1 if asked else 1):
            self.fields[f"inspector-{number}"] = forms.CharField(
                label=_("Inspector %(number)s") % {"number": number}, max_length=60
            )
            self.fields[f"certificate-{number}"] = forms.CharField(label=_("Certificate number"), max_length=40)

    @property
    def points(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"point-{point.code}"], self[f"remark-{point.code}"]) for point in self._asked_points()]

    @property
    def people(self) -> list[tuple[BoundField, BoundField]]:
        numbers = range(1, self.asked.inspectors + 1) if self.asked else ()
        return [(self[f"inspector-{number}"], self[f"certificate-{number}"]) for number in numbers]

    @property
    def says_yes(self) -> bool:
        return self.cleaned_data.get("passed") == "yes"

    def say(self, lacking: Mapping[str, list[Any]]) -> None:
        """Say what the inspection lacks; of an empty field in the verb's words, of one that is wrong in its own."""
        for name, texts in lacking.items():
            if self.has_error(name, "required"):
                del self.errors[name]
            if not self.has_error(name):
                self.add_error(name, texts)

    def findings(self) -> dict[str, Any]:
        """Return what was found, as the verb takes it; of a form with faults, what can be read of it."""
        data = self.cleaned_data
        position = {name: data[name] for name in ("latitude", "longitude", "accuracy_m") if data.get(name) is not None}
        position["by"] = "device" if data.get("position_by") == "device" and "accuracy_m" in position else "hand"
        if data.get("position_confirmed"):
            position["confirmed"] = True
        points = {
            point.code: {part: data.get(f"{name}-{point.code}", "") for part, name in POINT.items()}
            for point in self._asked_points()
        }
        inspectors = [
            {"name": data.get(f"inspector-{number}", ""), "certificate": data.get(f"certificate-{number}", "")}
            for number in range(1, self.asked.inspectors + 1 if self.asked else 1)
        ]
        return {"position": position, "points": points, "inspectors": inspectors}

    def _asked_points(self) -> Sequence[Point]:
        return self.asked.points if self.asked else ()


@requires("cases.inspect")
def inspect(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, "inspect")
    finish = "finish" in request.POST
    plan = cases.plan_of(matter.version)
    asked = plan.inspection(work.key)
    form = InspectionForm(asked, request.POST) if finish else InspectionForm(asked, initial=_so_far(request))
    photo_problem = ""
    with refusals() as refused:
        photo_problem = _keep_photos(request, work, alone=not finish)
        if request.method == "POST" and not finish and not photo_problem:
            messages.success(request, _("Photographs saved."))
        if finish:
            too_few = _judge(matter, work, form)
            photo_problem = photo_problem or too_few
        if form.is_valid() and not photo_problem:
            _finish(request, work, form)
            messages.success(request, _("Inspection finished. The case continues."))
            return redirect("crew:workflow:todo")
    problem = refused.sentence
    if problem:
        work, matter = office.task_of(request, uid, "inspect")
    workflow.note_seen(actor=request.actor, task=work)
    file: dict[str, Any] = office.dossier(request, matter)
    return render_page(
        request,
        "cases/crew/inspect.html",
        status=409 if problem else 422 if form.errors or photo_problem else 200,
        task=work,
        form=form,
        problem=problem,
        photo_errors={"photos": [photo_problem]} if photo_problem else {},
        written=office.unsaved_text(form) if problem else [],
        may_take_back=cases.may_take_back(request.actor, work),
        photos=Material.objects.of(matter).from_site(),
        asked=asked,
        where=site.site_of(matter, asked, cases.visit_of(matter)) if asked else None,
        **file,
    )


def _so_far(request: Request) -> dict[str, Any]:
    """Return what was typed while photographs were sent; the first inspector is whoever holds the telephone."""
    return {"inspector-1": request.actor.name, **request.POST.dict()}


def _judge(matter: Case, work: Task, form: InspectionForm) -> str:
    """Say at once all that is wrong with the fields and all that the inspection lacks; return what is of the photos."""
    form.full_clean()
    lacking = cases.inspection_lacks(matter, work, passed=form.says_yes, findings=form.findings())
    photos = lacking.pop("photos", [])
    form.say(lacking)
    return " ".join(str(text) for text in photos)


def _finish(request: Request, work: Task, form: InspectionForm) -> None:
    data = form.cleaned_data
    cases.give_opinion(
        actor=request.actor,
        task=work,
        passed=data["passed"] == "yes",
        opinion=data["opinion"],
        findings=form.findings(),
    )


def _keep_photos(request: Request, work: Task, *, alone: bool) -> str:
    """Keep what came along; return why it was refused, "" where it was not. Raises AlreadyDone.

    alone   photographs are all that was sent, so there must be some
    """
    files = request.FILES.getlist("photos")
    if not files:
        return str(documents.NoFile()) if request.method == "POST" and alone else ""
    with refusals() as refused:
        cases.add_site_photos(actor=request.actor, task=work, files=files)
    if isinstance(refused.refusal, workflow.AlreadyDone):
        raise refused.refusal
    return refused.sentence


@requires("cases.inspect")
def visit(request: Request, uid: str) -> HttpResponse:
    """Propose when to come."""
    work, matter = office.task_of(request, uid, "inspect")
    form = site.Proposal(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            cases.propose_visit(actor=request.actor, task=work, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Done. The applicant will be notified."))
            return redirect("crew:cases:inspect", uid=uid)
    asked = cases.plan_of(matter.version).inspection(work.key)
    return render_page(
        request,
        "cases/crew/visit.html",
        status=422 if form.errors else 200,
        task=work,
        case=matter,
        form=form,
        where=site.site_of(matter, asked, cases.visit_of(matter)) if asked else None,
    )


@requires("cases.inspect")
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    return office.paper(request, uid, document)


routes = [
    path("", office.to_the_list),
    path("tasks/<uuid:uid>/", inspect, name="inspect"),
    path("tasks/<uuid:uid>/visit/", visit, name="visit"),
    path("<slug:uid>/files/<uuid:document>/", paper, name="paper"),
]
