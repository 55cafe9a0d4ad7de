"""How officials narrow a list: what can be chosen, what was, and how each choice is dropped again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.database.paging import AFTER, BEFORE
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.ui.views import Request
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case
from tongban.platform.catalogue.models import Service
from tongban.platform.identity.models import Department

LATE: dict[str, StrOrPromise] = {
    "over": pgettext_lazy("filter", "Overdue"),
    "today": gettext_lazy("Due today"),
    "soon": gettext_lazy("Due within 3 working days"),
    "still": gettext_lazy("Time limit paused"),
}


class Dropped(NamedTuple):
    """A choice that was made, and the list without it."""

    word: str
    query: str


@dataclass(frozen=True)
class FilterChoice:
    """One way to narrow a list. options: value → word, without the one for all; first: the word for all."""

    name: str
    label: str
    first: str
    options: dict[str, str]
    chosen: str = ""

    @property
    def word(self) -> str:
        return self.options.get(self.chosen, self.first)


@dataclass(frozen=True)
class ListFilters:
    """What can be chosen above a list. asked: the address; text: what was searched for."""

    choices: list[FilterChoice]
    asked: QueryDict
    text: str = ""
    departments: dict[str, int] = field(default_factory=dict)

    def only(self, *, by_day: bool = False) -> cases.Narrowed:
        """Return what is wanted. by_day: the list runs by day where nobody chooses another order."""
        chosen = {choice.name: choice.chosen for choice in self.choices}
        order = chosen.get("order", "")
        return cases.Narrowed(
            state=chosen.get("state", ""),
            service=chosen.get("service", ""),
            department=self.departments.get(chosen.get("department", "")),
            late=chosen.get("late", ""),
            by_day=not order if by_day else bool(order),
        )

    @property
    def chosen(self) -> list[Dropped]:
        """What narrows the list, each with the list as it is without it; the order narrows nothing."""
        found = [
            Dropped(_("%(label)s: %(word)s") % {"label": choice.label, "word": choice.word}, self.without(choice.name))
            for choice in self.choices
            if choice.chosen and choice.name != "order"
        ]
        if self.text:
            found.append(Dropped(_("Searched for: %(text)s") % {"text": self.text}, self.without("q")))
        return found

    @property
    def values(self) -> dict[str, str]:
        """What narrows the list, for the record; what was searched for may be a name, and is none of its business."""
        return {choice.name: choice.chosen for choice in self.choices if choice.chosen}

    @property
    def query(self) -> str:
        return self.without()

    def without(self, *names: str) -> str:
        """Return the address of the first page without these choices."""
        kept = self.asked.copy()
        for name in (*names, AFTER, BEFORE):
            kept.pop(name, None)
        return kept.urlencode()


def of_cases(request: Request) -> ListFilters:
    """Return how the list of all cases is narrowed."""
    departments = _departments(request.actor, READING)
    states = {value: str(word) for value, word in Case.State.choices if value != Case.State.DRAFT}
    late = _choice(request, "late", _("Time limit"), _("Any"), {name: str(word) for name, word in LATE.items()})
    choices = [
        _choice(request, "state", _("State"), _("Every state"), states),
        _service(request),
        *_department(request, departments),
        late,
    ]
    if not (late.chosen or _text(request)):
        choices.append(_order(request, _("Newest first"), {"day": _("Soonest due first (open cases)")}))
    return _filters(request, choices, departments)


def of_tasks(request: Request, duties: Iterable[str]) -> ListFilters:
    """Return how a list of tasks is narrowed."""
    departments = _departments(request.actor, duties)
    # The applicant's time is no official's: what waits for them has no day, and stands last.
    late = _choice(
        request,
        "late",
        _("Time limit"),
        _("Any"),
        {name: str(word) for name, word in LATE.items() if name != "still"},
    )
    choices = [_service(request), *_department(request, departments), late]
    if not late.chosen:
        choices.append(_order(request, _("Soonest due first"), {"arrival": _("Oldest first")}))
    return _filters(request, choices, departments)


def _filters(request: Request, choices: list[FilterChoice], departments: Sequence[Department]) -> ListFilters:
    numbers = {department.key: department.pk for department in departments}
    return ListFilters(choices, request.GET, _text(request), numbers)


def _text(request: Request) -> str:
    return typed.prose(request.GET.get("q", ""))


def _order(request: Request, first: str, options: dict[str, str]) -> FilterChoice:
    """Return the choice of an order: none where it is settled, by day for lateness and newest first for a search."""
    return _choice(request, "order", pgettext("list", "Order"), first, options)


def _choice(request: Request, name: str, label: str, first: str, options: dict[str, str]) -> FilterChoice:
    """Return a choice as it was made; what is none of the options is taken for all."""
    asked = request.GET.get(name, "")
    return FilterChoice(name, label, first, options, asked if asked in options else "")


def _service(request: Request) -> FilterChoice:
    return _choice(request, "service", _("Service"), _("Every service"), Service.objects.applied_for())


def _department(request: Request, found: Sequence[Department]) -> list[FilterChoice]:
    options = {department.key: department.title for department in found}
    label = pgettext("list", "Department")
    return [_choice(request, "department", label, _("Every department"), options)] if len(found) > 1 else []


def _departments(actor: Actor, duties: Iterable[str]) -> list[Department]:
    """Return the departments that these duties of an official reach, where there are several."""
    grants = [grant for grant in actor.grants if grant.duty in set(duties)]
    if any(grant.departments is None for grant in grants):
        return list(Department.objects.in_order())
    reached = {number for grant in grants for number in grant.departments or ()}
    return list(Department.objects.in_order().filter(pk__in=reached)) if len(reached) > 1 else []
