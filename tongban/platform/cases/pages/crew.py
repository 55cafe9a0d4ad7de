"""For the inspector on site: what to inspect, photographs, position, finding."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.doors import Request, needs, page
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Material
from tongban.platform.cases.pages import office
from tongban.platform.cases.pages.desk import Opinion
from tongban.platform.cases.pages.sent import NoFile
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task


class Finding(Opinion):
    """An opinion with the place where it was formed; the phone fills the position in, it can be typed too."""

    latitude = forms.FloatField(label=gettext_lazy("Latitude"), min_value=-90, max_value=90)
    longitude = forms.FloatField(label=gettext_lazy("Longitude"), min_value=-180, max_value=180)
    accuracy_m = forms.FloatField(label=gettext_lazy("Accuracy in metres"), required=False, widget=forms.HiddenInput)

    field_order = ("latitude", "longitude", "passed", "opinion")


@needs("cases.inspect")
def tasks(request: Request) -> HttpResponse:
    return office.inbox(request, "cases/crew/tasks.html", ("inspect",))


@needs("cases.inspect")
def inspect(request: Request, uid: str) -> HttpResponse:
    work, matter = office.task_of(request, uid, "inspect")
    finish = "finish" in request.POST
    form = Finding(request.POST) if finish else Finding(initial=request.POST.dict())
    problem = photo_problem = ""
    try:
        photo_problem = _keep_photos(request, work, alone=not finish)
        if request.method == "POST" and not finish and not photo_problem:
            messages.success(request, _("Photographs kept."))
        if form.is_valid() and not photo_problem:
            data = form.cleaned_data
            position = {
                name: data[name] for name in ("latitude", "longitude", "accuracy_m") if data.get(name) is not None
            }
            cases.give_opinion(
                actor=request.actor,
                task=work,
                passed=data["passed"] == "yes",
                opinion=data["opinion"],
                findings={"position": position},
            )
            messages.success(request, _("Inspection finished. The case goes on."))
            return redirect("crew:cases:tasks")
    except Refusal as said_no:
        problem = str(said_no)
        work, matter = office.task_of(request, uid, "inspect")
    file: dict[str, Any] = office.dossier(request, matter)
    return page(
        request,
        "cases/crew/inspect.html",
        status=409 if problem else 422 if form.errors or photo_problem else 200,
        task=work,
        form=form,
        problem=problem,
        photo_errors={"photos": [photo_problem]} if photo_problem else {},
        written=office.written(form) if problem else [],
        photos=Material.objects.of(matter).from_site(),
        **file,
    )


def _keep_photos(request: Request, work: Task, *, alone: bool) -> str:
    """Keep what came along; return why it was refused, "" where it was not. Raises AlreadyDone.

    alone   photographs are all that was sent, so there must be some
    """
    files = request.FILES.getlist("photos")
    if not files:
        return str(NoFile()) if request.method == "POST" and alone else ""
    try:
        cases.add_site_photos(actor=request.actor, task=work, files=files)
    except workflow.AlreadyDone:
        raise
    except Refusal as said_no:
        return str(said_no)
    return ""


@needs("cases.inspect")
def file(request: Request, uid: str, document: str) -> HttpResponse:
    return office.file(request, uid, document)


routes = [
    path("", tasks, name="tasks"),
    path("tasks/<uuid:uid>/", inspect, name="inspect"),
    path("<slug:uid>/files/<uuid:document>/", file, name="file"),
]
