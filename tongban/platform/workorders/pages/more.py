"""The desk beside the list: the dispatcher's board, copies of lists, figures."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import csv_files, forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import CrewShift, CrewTeam, OrderProposal, WorkOrder, WorkOrderConflict
from tongban.platform.workorders.models.orders import SIDES
from tongban.platform.workorders.pages import presenting
from tongban.platform.workorders.pages.desk import narrowing, parts_of
from tongban.platform.workorders.rules import moves

DISPATCH = "workorders.dispatch"
# So many of each stand on the board; the list has the others.
SHOWN = 10


class OrderExportForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What is the copy for?"),
        help_text=gettext_lazy("It is recorded in the journal with your name."),
        max_length=200,
    )


class ConflictSettleForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What becomes of it?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ProposalAnswerForm(forms.Form):
    granted = forms.ChoiceField(
        label=pgettext_lazy("work order", "Answer"),
        choices=[("yes", pgettext_lazy("work order", "Grant")), ("no", pgettext_lazy("work order", "Refuse"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("Reason, where you refuse"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FigureDaysForm(forms.Form):
    first = forms.DateField(label=gettext_lazy("Raised from"))
    last = forms.DateField(label=pgettext_lazy("work orders", "to"))


@requires(DISPATCH)
def board(request: Request) -> HttpResponse:
    """Show what waits for a dispatcher: orders, with what the rules suggest; crews that ask; phones that came late."""
    actor = request.actor.holding(DISPATCH)
    parts = WorkOrder.objects.with_names().of_side(actor, DISPATCH)
    waiting = keyset_page(
        [part.open().in_state(state) for part in parts for state in moves.TO_DISPATCH],
        {},
        order=("due_at", "pk"),
        size=SHOWN,
    )
    late = keyset_page(
        [part.open().late(at=clock.now()).in_state(*moves.IN_HAND) for part in parts],
        {},
        order=("due_at", "pk"),
        size=SHOWN,
    )
    teams = list(CrewTeam.objects.visible_to(actor).working().in_order()[:50])
    on_duty: dict[int, list[str]] = {}
    for shift in CrewShift.objects.of_teams(teams):
        on_duty.setdefault(shift.team_id, []).append(shift.account.name)
    suggested = _suggested(waiting.rows)
    return render_page(
        request,
        "workorders/board.html",
        waiting=[(line, suggested.get(line.order.pk, "")) for line in presenting.lines(waiting.rows)],
        more=bool(waiting.next),
        late=presenting.lines(late.rows),
        proposals=_oldest([part.open() for part in OrderProposal.objects.with_order().parts_for(actor)]),
        conflicts=_oldest([part.unsettled() for part in WorkOrderConflict.objects.with_order().parts_for(actor)]),
        **presenting.links(request.actor),
        teams=[(team, on_duty.get(team.pk, [])) for team in teams],
    )


def _oldest(parts: Sequence[QuerySet[Any, Any]]) -> list[Any]:
    """Return what has waited longest of a list in parts."""
    return list(keyset_page(parts, {}, order=("pk",), size=SHOWN).rows)


@requires(DISPATCH)
def decide(request: Request, uid: UUID) -> HttpResponse:
    """Answer what a crew asked for."""
    found = identity.get_visible(OrderProposal.objects.with_order(), request.actor, "proposal", uid=uid)
    form = ProposalAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        granted = form.cleaned_data["granted"] == "yes"
        with refusals_on(form):
            workorders.decide_proposal(
                actor=request.actor, proposal=found, granted=granted, words=form.cleaned_data["words"]
            )
        if form.is_valid():
            messages.success(request, _("Answered; the crew sees it with the order."))
            return redirect("desk:workorders:order", uid=found.order.uid)
    more = codes.in_words(found.amount, found.unit) if found.amount else ""
    status = 422 if form.errors else 200
    return render_page(request, "workorders/decide.html", proposal=found, more=more, form=form, status=status)


@requires(DISPATCH)
def settle(request: Request, uid: UUID) -> HttpResponse:
    """Say what becomes of a step that came too late from a phone."""
    found = identity.get_visible(WorkOrderConflict.objects.with_order(), request.actor, "conflict", uid=uid)
    form = ConflictSettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            workorders.settle_conflict(actor=request.actor, conflict=found, words=form.cleaned_data["words"])
        if form.is_valid():
            messages.success(request, _("Dealt with."))
            return redirect("desk:workorders:order", uid=found.order.uid)
    status = 422 if form.errors else 200
    return render_page(request, "workorders/settle.html", conflict=found, form=form, status=status)


@requires(*SIDES)
def export(request: Request) -> HttpResponse:
    """Ask what for, then send the list as it is narrowed."""
    filters = narrowing(request)
    form = OrderExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = workorders.exported(
                actor=request.actor,
                parts=parts_of(request, filters),
                purpose=form.cleaned_data["purpose"],
                narrowed=filters.values,
            )
        if form.is_valid():
            return csv_files.csv_response("workorders.csv", _rows(found))  # type: ignore[return-value]
    status = 422 if form.errors else 200
    return render_page(request, "workorders/export.html", form=form, filters=filters, status=status)


@requires(*SIDES)
def figures(request: Request) -> HttpResponse:
    """Show what became of the orders of some days, by department."""
    today = clock.today()
    form = FigureDaysForm(request.GET if "first" in request.GET else None)
    first, last = today.replace(day=1), today
    if form.is_bound and form.is_valid():
        first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    return render_page(
        request,
        "workorders/figures.html",
        first=first,
        last=last,
        indicators=workorders.indicators(last),
        figures=[_shown(one) for one in workorders.figures(actor=request.actor, first=first, last=last)],
        **presenting.links(request.actor),
    )


# Of a rate: colour and word.
GRADES: dict[int, tuple[str, Any]] = {
    1: ("green", pgettext_lazy("grade", "excellent")),
    2: ("green", pgettext_lazy("grade", "good")),
    3: ("yellow", pgettext_lazy("grade", "fair")),
    4: ("yellow", pgettext_lazy("grade", "weak")),
    5: ("red", pgettext_lazy("grade", "poor")),
}


def _shown(figure: workorders.OrderFigure) -> dict[str, Any]:
    shown = [(one, rate, *(GRADES[grade] if grade else ("grey", ""))) for one, rate, grade in figure.rates]
    return {"department": figure.department, "counts": figure.counts, "shown": shown}


def _suggested(orders: Sequence[WorkOrder]) -> dict[int, str]:
    """Return what the routing rules say of orders, in words, by their keys; nothing where none fits."""
    matches = workorders.suggestions(orders)
    working = Department.objects.with_keys({match.rule.department for match in matches.values()})
    titles = {one.key: str(one.title) for one in working}
    return {
        key: _("Rule %(number)s: %(department)s")
        % {"number": match.number, "department": titles.get(match.rule.department, match.rule.department)}
        for key, match in matches.items()
    }


def _rows(found: Sequence[WorkOrder]) -> Iterator[Sequence[Any]]:
    yield [
        _("Number of the order"),
        pgettext("work order", "What is to be done"),
        pgettext("work order", "Kind"),
        pgettext("work order", "State"),
        pgettext("work order", "Address"),
        pgettext("work order", "Handled by"),
        pgettext("work order", "Raised"),
        pgettext("work order", "Due"),
        pgettext("work order", "Times done again"),
    ]
    for line in presenting.lines(found):
        order = line.order
        due = order.due.isoformat() if order.due else ""
        yield [
            order.number,
            order.title,
            line.kind,
            order.get_state_display(),
            order.address,
            presenting.handled_by(order),
            order.raised_at.isoformat(),
            due,
            order.reworks,
        ]
