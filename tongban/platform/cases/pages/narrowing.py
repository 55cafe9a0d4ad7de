"""How officials narrow a list of cases: what can be chosen, and what was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui.filters import FilterChoice, ListFilters, choice
from tongban.infrastructure.ui.views import Request
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case
from tongban.platform.catalogue.models import Service
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

LATE = {**deadlines.LATE, "still": gettext_lazy("Time limit paused")}


@dataclass(frozen=True)
class CaseFilters(ListFilters):
    """What can be chosen above a list of cases."""

    departments: Mapping[str, int] = field(default_factory=dict)

    def only(self) -> cases.Narrowed:
        """Return what is wanted."""
        chosen = {choice.name: choice.chosen for choice in self.choices}
        return cases.Narrowed(
            state=chosen.get("state", ""),
            service=chosen.get("service", ""),
            department=self.departments.get(chosen.get("department", "")),
            late=chosen.get("late", ""),
            by_day=bool(chosen.get("order")),
        )


def of_cases(request: Request) -> CaseFilters:
    """Return how the list of all cases is narrowed."""
    departments = identity.departments_reached(request.actor, READING)
    states = {value: word for value, word in Case.State.choices if value != Case.State.DRAFT}
    late = choice(request, "late", _("Time limit"), _("Any"), LATE)
    text = typed.prose(request.GET.get("q", ""))
    choices = [
        choice(request, "state", _("State"), _("Every state"), states),
        choice(request, "service", _("Service"), _("Every service"), Service.objects.applied_for()),
        *of_departments(request, departments),
        late,
    ]
    if not (late.chosen or text):
        # By day for lateness and newest first for a search: there nothing is to be chosen.
        words = {"day": _("Soonest due first (open cases)")}
        choices.append(choice(request, "order", pgettext("list", "Order"), _("Newest first"), words))
    return CaseFilters(choices, request.GET, text, {department.key: department.pk for department in departments})


def of_departments(request: Request, found: Sequence[Department]) -> list[FilterChoice]:
    """Return the choice of a department, where there are several."""
    options = {department.key: department.title for department in found}
    label = pgettext("list", "Department")
    return [choice(request, "department", label, _("Every department"), options)] if len(found) > 1 else []
