"""The door to the one to-do list: what waits for an official, at a desk, at a window, on the road."""

from collections.abc import Callable, Iterator

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow

View = Callable[[Request], HttpResponse]


class PortalDuties:
    """The duties whose tasks are done in a portal: known once all rooms have said what they bring."""

    def __init__(self, portal: str) -> None:
        self.portal = portal

    def __iter__(self) -> Iterator[str]:
        return iter(workflow.duties_at(self.portal))


def _list(portal: str, template: str) -> View:
    duties = PortalDuties(portal)

    @signed_in
    def todo(request: Request) -> HttpResponse:
        """Show the open tasks that this official may do here, the most urgent first."""
        actor = request.actor
        if not any(actor.holds(duty) for duty in duties):
            raise NotAllowed()
        departments = identity.departments_reached(actor, duties)
        filters = _filters(request, departments)
        only = _wanted(filters, departments)
        tasks = workflow.todo(actor=actor, portal=portal, params=request.GET, only=only)
        rows = workflow.summarised(tasks.rows, portal)
        return render_page(
            request,
            template,
            pages=tasks,
            rows=rows,
            remarks=workflow.remarks(rows, portal),
            filters=filters,
            everybodys=filters.without("mine"),
        )

    todo.duties = duties  # type: ignore[attr-defined]
    return todo


@signed_in
def copies(request: Request) -> HttpResponse:
    """Show what was sent to this official, or to their department, to be read."""
    if not any(request.actor.holds(duty) for duty in PortalDuties("desk")):
        raise NotAllowed()
    pages = workflow.copies(actor=request.actor, portal="desk", params=request.GET)
    return render_page(request, "workflow/copies.html", pages=pages, rows=workflow.summarised_copies(pages.rows))


copies.duties = PortalDuties("desk")  # type: ignore[attr-defined]


def _filters(request: Request, departments: list[Department]) -> ListFilters:
    # The applicant's time is no official's: what waits for them has no day, and stands last.
    late = choice(request, "late", pgettext("to-do list", "Time limit"), pgettext("to-do list", "Any"), deadlines.LATE)
    choices = [choice(request, "topic", pgettext("to-do list", "Matter"), _("Every matter"), workflow.topics())]
    if len(departments) > 1:
        titles = {department.key: department.title for department in departments}
        choices.append(
            choice(
                request,
                "department",
                pgettext("list", "Department"),
                pgettext("to-do list", "Every department"),
                titles,
            )
        )
    choices.append(late)
    if not late.chosen:
        words = {"arrival": _("Oldest first")}
        choices.append(choice(request, "order", pgettext("list", "Order"), _("Soonest due first"), words))
    return ListFilters(choices, request.GET)


def _wanted(filters: ListFilters, departments: list[Department]) -> workflow.TodoFilters:
    chosen = filters.values
    numbers = {department.key: department.pk for department in departments}
    return workflow.TodoFilters(
        mine=bool(filters.asked.get("mine")),
        topic=chosen.get("topic", ""),
        department=numbers.get(chosen.get("department", "")),
        late=chosen.get("late", ""),
        arrival=bool(chosen.get("order")),
    )


desk = [path("", _list("desk", "workflow/todo.html"), name="todo"), path("copies/", copies, name="copies")]
counter = [path("", _list("counter", "workflow/todo.html"), name="todo")]
crew = [path("", _list("crew", "workflow/outdoors.html"), name="todo")]
