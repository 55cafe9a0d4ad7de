"""The desk: routing rules, written as a table, tried on past orders, published from a day on."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import RoutingEdition
from tongban.platform.workorders.pages import presenting
from tongban.platform.workorders.rules.routing import NAMES

ROUTE = "workorders.route"
# So many empty rows stand below the rules that are there.
SPARE = 3
MAX_ROWS = 200
MEANINGS = {
    "kind": gettext_lazy('key of the kind of order, as "repair"'),
    "group": gettext_lazy('group of the kind, as "设施"'),
    "urgency": gettext_lazy('"normal", "urgent" or "emergency"'),
    "area": gettext_lazy('code of the area, as "990102"'),
    "address": gettext_lazy("the address as it was written"),
    "owner": gettext_lazy("key of the department that the thing belongs to"),
    "source": gettext_lazy('what the order is about: "alert", "request", ""'),
    "hour": gettext_lazy("hour at which it was raised, 0 to 23"),
    "weekday": gettext_lazy("1 for Monday to 7 for Sunday"),
    "workday": gettext_lazy("true on working days, make-up days among them"),
}


class RoutingRow(NamedTuple):
    """A rule in the editor. number: from 1, of the fields; typed_place: what was typed where it is no number."""

    number: int
    when: str
    department: str
    note: str
    typed_place: str = ""


class RoutingPublishForm(forms.Form):
    valid_from = forms.DateField(label=gettext_lazy("The rules count from"))
    reason = forms.CharField(label=pgettext_lazy("routing", "Reason"), max_length=300)


@requires(ROUTE)
def routing(request: Request) -> HttpResponse:
    """List the editions of rules, and the departments that dispatch by them."""
    pages = keyset_page(
        RoutingEdition.objects.visible_to(request.actor).select_related("department"),
        request.GET,
        order=("-written_at", "-pk"),
    )
    return render_page(
        request,
        "workorders/routing.html",
        pages=pages,
        departments=_departments(request),
        **presenting.links(request.actor),
    )


@requires(ROUTE)
def edit(request: Request, department: str) -> HttpResponse:
    """Write the rules of a department: a row each, the first that fits counts."""
    found = next((one for one in _departments(request) if one.key == department), None)
    found = identity.must_find(found, request.actor, "department", department)
    if request.method == "POST":
        rows = _sent(request.POST)
        with refusals() as refused:
            workorders.draft_rules(actor=request.actor, department=found, rows=[_plain(row) for row in rows])
        if not refused:
            messages.success(request, _("The draft is saved. Try it on past orders, then publish it."))
            draft = RoutingEdition.objects.draft_of(found.pk)
            return redirect("desk:workorders:edition", uid=draft.uid)  # type: ignore[union-attr]
        return _editor(request, found, rows, problems=refused.errors, status=422)
    return _editor(request, found, _numbered(_latest(found)))


@requires(ROUTE)
def edition(request: Request, uid: UUID) -> HttpResponse:
    """Show an edition; of a draft, what can be done with it."""
    return _edition(request, _found(request, uid))


@require_POST
@requires(ROUTE)
def try_rules(request: Request, uid: UUID) -> HttpResponse:
    """Try an edition on the orders of the last month, and show what would have become of them."""
    found = _found(request, uid)
    trial = workorders.try_rules(actor=request.actor, edition=found)
    titles = _titles()
    shown = {
        **vars(trial),
        "moves": [(titles[before], titles[after], number) for (before, after), number in trial.moves.most_common()],
        "examples": [(order, titles[then], titles[now], number) for order, then, now, number in trial.examples],
    }
    return _edition(request, _found(request, uid), trial=shown)


@require_POST
@requires(ROUTE)
def publish(request: Request, uid: UUID) -> HttpResponse:
    found = _found(request, uid)
    form = RoutingPublishForm(request.POST)
    if form.is_valid():
        with refusals_on(form):
            workorders.publish_rules(actor=request.actor, edition=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The rules are published."))
            return redirect("desk:workorders:edition", uid=uid)
    return _edition(request, found, form=form, status=422)


def _found(request: Request, uid: UUID) -> RoutingEdition:
    editions = RoutingEdition.objects.select_related("department")
    return identity.get_visible(editions, request.actor, "routing", uid=uid)


def _edition(
    request: Request, found: RoutingEdition, *, status: int = 200, form: RoutingPublishForm | None = None, **more: Any
) -> HttpResponse:
    titles = _titles()
    return render_page(
        request,
        "workorders/edition.html",
        status=status,
        edition=found,
        rules=[(row, titles.get(row["department"], row["department"])) for row in found.rules],
        in_force=RoutingEdition.objects.in_force(found.department_id, on=clock.today()) == found,
        form=form or RoutingPublishForm(initial={"valid_from": clock.today()}),
        **more,
    )


def _editor(
    request: Request,
    department: Department,
    rows: Sequence[RoutingRow],
    *,
    problems: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    spare = [RoutingRow(len(rows) + number, "", "", "") for number in range(1, SPARE + 1)]
    found = problems or {}
    return render_page(
        request,
        "workorders/rules.html",
        status=status,
        department=department,
        rows=[(row, found.get(f"when-{row.number}"), found.get(f"department-{row.number}")) for row in [*rows, *spare]],
        departments=list(Department.objects.of_the_house().working().in_order()),
        problems=found,
        meanings=[(name, MEANINGS[name]) for name in NAMES],
    )


def _sent(sent: QueryDict) -> list[RoutingRow]:
    """Return the rows of the form that say something, numbered anew, in the order that their numbers give."""
    rows = []
    for number in range(1, MAX_ROWS + SPARE + 1):
        when = typed.prose(sent.get(f"when-{number}", ""))
        if when.strip():
            place = sent.get(f"place-{number}", "")
            is_number = place.isdecimal() and len(place) < 5
            order = int(place) if is_number else number
            department, note = sent.get(f"department-{number}", ""), typed.prose(sent.get(f"note-{number}", ""))
            kept = "" if is_number else place[:200]
            rows.append((order, number, when[:2000], department[:60], note[:200], kept))
    return [RoutingRow(at, *row[2:]) for at, row in enumerate(sorted(rows), start=1)]


def _latest(department: Department) -> list[Mapping[str, str]]:
    draft = RoutingEdition.objects.draft_of(department.pk)
    latest = draft or RoutingEdition.objects.of(department.pk).first()
    return list(latest.rules) if latest else []


def _numbered(rules: Sequence[Mapping[str, str]]) -> list[RoutingRow]:
    return [
        RoutingRow(number, row["when"], row["department"], row.get("note", ""))
        for number, row in enumerate(rules, start=1)
    ]


def _plain(row: RoutingRow) -> dict[str, str]:
    return {"when": row.when, "department": row.department, "note": row.note}


def _departments(request: Request) -> list[Department]:
    working = Department.objects.of_the_house().working().in_order()
    return [one for one in working if request.actor.holds(ROUTE, department=one.pk, area=one.area)]


def _titles() -> dict[str, str]:
    return {one.key: str(one.title) for one in Department.objects.in_order()}
