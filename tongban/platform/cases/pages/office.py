"""What every office page about cases shares: the to-do list, the case file, the papers."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.doors import Request, page
from tongban.infrastructure.ui.menus import portal_of
from tongban.infrastructure.ui.paging import Page, by_key, kept
from tongban.platform.cases import services as cases
from tongban.platform.cases.events import CaseOpened
from tongban.platform.cases.models import PAGE, READING, Case, Letter, Material
from tongban.platform.cases.pages import telling
from tongban.platform.cases.pages.serving import serve
from tongban.platform.identity import services as identity
from tongban.platform.licences.models import Licence
from tongban.platform.workflow.models import Task


def inbox(request: Request, template: str, kinds: Iterable[str], **context: Any) -> HttpResponse:
    """Show the open tasks that this official may do, the most urgent first."""
    actor, kinds = request.actor, tuple(kinds)
    mine = actor.account if request.GET.get("mine") else None

    def parts() -> list[QuerySet[Task]]:
        if mine:
            return [Task.objects.visible_to(actor).open().kind(*kinds).claimed_by(actor).with_line()]
        duties = [cases.DUTIES[kind] for kind in kinds]
        return [part.open().kind(*kinds).with_line() for part in Task.objects.parts_for(actor, duties)]

    tasks: Page[Task] = by_key(
        kept(("inbox", actor.kind, actor.grants, kinds, mine), parts), request.GET, order=("due_on", "id"), size=PAGE
    )
    found = Case.objects.lines_of(_case_id(task) for task in tasks.rows)
    lines = {line.case.pk: line for line in telling.lines(found.values(), "")}
    rows = [(task, lines[_case_id(task)], _url(request, task)) for task in tasks.rows if _case_id(task) in lines]
    return page(request, template, rows=rows, pages=tasks, **context)


def all_cases(request: Request, template: str) -> HttpResponse:
    """Show the cases of the departments this official reaches, newest first, found by number or applicant."""
    text = request.GET.get("q", "").strip()
    state = request.GET.get("state", "")
    pages = cases.listed(actor=request.actor, params=request.GET, text=text, state=state)
    return page(
        request,
        template,
        rows=telling.lines(pages.rows, f"/{portal_of(request.path)}/cases/"),
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
    case = Case.objects.with_standing().filter(pk=_case_id(task)).first()
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


def _case_id(task: Task) -> int:
    """Return the case a task is about, 0 where it is about something else."""
    kind, _colon, pk = task.subject.partition(":")
    return int(pk) if kind == "case" else 0


def _url(request: Request, task: Task) -> str:
    """Return where a task is done: inspections on site, everything else in the portal that shows it."""
    return f"/{'crew' if task.kind == 'inspect' else portal_of(request.path)}/cases/tasks/{task.uid}/"
