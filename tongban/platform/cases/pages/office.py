"""What every office page about cases shares: the to-do list, the case file, the papers."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.doors import Request, page
from tongban.infrastructure.ui.paging import by_key
from tongban.platform.cases import services as cases
from tongban.platform.cases.events import CaseOpened
from tongban.platform.cases.models import READING, Case, Letter, Material
from tongban.platform.cases.pages import telling
from tongban.platform.cases.pages.serving import serve
from tongban.platform.identity import services as identity
from tongban.platform.licences.models import Licence
from tongban.platform.workflow.models import Task


def inbox(request: Request, template: str, kinds: Iterable[str], **context: Any) -> HttpResponse:
    """Show the open tasks that this official may do, the most urgent first."""
    tasks = Task.objects.visible_to(request.actor).open().kind(*kinds).with_line()
    if request.GET.get("mine"):
        tasks = tasks.claimed_by(request.actor)
    pages = by_key(tasks, request.GET, order=("due_on", "id"))
    by_subject = _cases_of(pages.rows)
    rows = [
        {"task": task, "case": by_subject[task.subject], "light": telling.light_of(by_subject[task.subject])}
        for task in pages.rows
        if task.subject in by_subject
    ]
    return page(request, template, rows=rows, pages=pages, **context)


def all_cases(request: Request, template: str) -> HttpResponse:
    """Show the cases of the departments this official reaches, newest first, found by number or applicant."""
    text = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    pages = cases.listed(actor=request.actor, params=request.GET, text=text, state=state)
    return page(
        request,
        template,
        rows=[(case, telling.light_of(case)) for case in pages.rows],
        pages=pages,
        text=text,
        state=state,
        states=[choice for choice in Case.State.choices if choice[0] != "draft"],
    )


def case_of(request: Request, uid: str) -> Case:
    """Return a case this official may see, and note that they looked. Raises NotFound, noting the attempt."""
    case = Case.objects.visible_to(request.actor).submitted_by_people().with_standing().filter(uid=uid).first()
    if case is None:
        raise identity.missing(request.actor, "case", uid)
    return case


def task_of(request: Request, uid: str, *kinds: str) -> tuple[Task, Case]:
    task = Task.objects.visible_to(request.actor).select_related("department").kind(*kinds).with_uid(uid).first()
    if task is None:
        raise identity.missing(request.actor, "task", uid)
    case = _cases_of([task]).get(task.subject)
    if case is None:
        raise identity.missing(request.actor, "task", uid)
    return task, case


def dossier(request: Request, case: Case) -> dict[str, Any]:
    """Return the whole file of a case for an official, and write down that they opened it."""
    purpose = next((duty for duty in READING if request.actor.holds(duty, department=None)), "")
    journal.write(CaseOpened(case.pk, str(case.number), purpose), by=request.actor, subject=case.subject)
    plan = cases.plan_of(case.version)
    names = {line["code"]: line["name"] for line in plan.lines}
    materials = [
        {"name": names.get(material.code, _("From the site")), "material": material}
        for material in Material.objects.of(case)
    ]
    return {
        "case": case,
        "guide": plan.guide,
        "summary": [{"title": title, "rows": rows} for title, rows in plan.form.summary(case.answers)],
        "materials": materials,
        "entries": telling.timeline(case, for_applicant=False),
        "clocks": telling.clocks(case),
        "light": telling.light_of(case),
        "letters": Letter.objects.of(case),
        "licences": Licence.objects.of_subject(case.subject).with_people(),
        "tasks": Task.objects.visible_to(request.actor).of(case.subject).open().select_related("department"),
        "sources": case.sources,
        "today": clock.today(),
    }


def file(request: Request, uid: str, document: str) -> HttpResponse:
    return serve(request.actor, case_of(request, uid), document, inline="download" not in request.GET)


def _cases_of(tasks: Iterable[Task]) -> dict[str, Case]:
    ids = [int(task.subject.partition(":")[2]) for task in tasks if task.subject.startswith("case:")]
    return {case.subject: case for case in Case.objects.with_line().filter(pk__in=ids)}
