"""The desk: the list of orders, one order with all that happened, what a dispatcher and a verifier do with it."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.database.paging import Page, keyset_page
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.deadlines import services as deadlines
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.places import services as places
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import (
    OrderProposal,
    WorkOrder,
    WorkOrderConflict,
    WorkOrderPhoto,
    WorkOrderQuerySet,
    WorkOrderStep,
)
from tongban.platform.workorders.models.orders import MAX_TITLE, SIDES
from tongban.platform.workorders.pages import acting, presenting
from tongban.platform.workorders.rules import moves

DUTIES = tuple(SIDES)
# What is over stands in a list of its own, the newest first; all else as it falls due.
OVER = "over"


class RaiseForm(forms.Form):
    """What is to be done where."""

    dispatcher = forms.ChoiceField(label=gettext_lazy("Dispatching department"))
    verifier = forms.ChoiceField(
        label=gettext_lazy("Verifying department"),
        help_text=gettext_lazy("Whoever verifies an order does not handle it."),
        required=False,
    )
    kind = forms.ChoiceField(label=pgettext_lazy("work order", "Kind"))
    title = forms.CharField(label=gettext_lazy("What is to be done?"), max_length=MAX_TITLE)
    words = forms.CharField(
        label=gettext_lazy("More about it"),
        required=False,
        max_length=acting.MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    urgency = forms.ChoiceField(label=pgettext_lazy("work order", "Urgency"), choices=WorkOrder.Urgency.choices)
    area = forms.ChoiceField(label=pgettext_lazy("work order", "Area"), required=False)
    address = forms.CharField(label=pgettext_lazy("work order", "Address"), max_length=200)
    latitude = forms.FloatField(
        label=pgettext_lazy("work order", "Latitude"), required=False, min_value=-90, max_value=90
    )
    longitude = forms.FloatField(
        label=pgettext_lazy("work order", "Longitude"), required=False, min_value=-180, max_value=180
    )
    crs = forms.ChoiceField(label=gettext_lazy("Coordinate system"), choices=WorkOrder.Crs.choices)
    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput, cleaned=typed.identifier)

    def __init__(
        self, *args: Any, dispatchers: Iterable[Department], verifiers: Iterable[Department], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        same = ("", pgettext("work order", "The dispatching department"))
        self.fields["verifier"].choices = [same, *((one.key, one.title) for one in verifiers)]  # type: ignore[attr-defined]
        self.fields["dispatcher"].choices = [(one.key, one.title) for one in dispatchers]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(one.key, one.title) for one in workorders.kinds().values()]  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", "—"), *places.choices()]  # type: ignore[attr-defined]


@requires(*DUTIES)
def orders(request: Request) -> HttpResponse:
    """List the orders that the official's duties reach, the soonest due first; what is over, the newest first."""
    filters = narrowing(request)
    pages = _page(request, filters)
    return render_page(
        request,
        "workorders/orders.html",
        pages=Page(presenting.lines(pages.rows), pages.next, pages.previous, pages.unread),
        filters=filters,
        **presenting.links(request.actor),
    )


@requires(*DUTIES)
def order(request: Request, uid: UUID) -> HttpResponse:
    """Show an order with all that happened to it."""
    found = _order(request, uid)
    workorders.record_opened(actor=request.actor, order=found)
    can = presenting.may_do(request.actor, found)
    return render_page(
        request,
        "workorders/order.html",
        order=found,
        light=presenting.light_now(found),
        kind=presenting.kind_title(found),
        about=presenting.subject_of(found),
        facts=presenting.facts(found),
        photos=presenting.photo_rows(WorkOrderPhoto.objects.of(found)),
        history=presenting.history(WorkOrderStep.objects.of(found)),
        conflicts=WorkOrderConflict.objects.of(found),
        proposals=OrderProposal.objects.of(found),
        decides=request.actor.holds("workorders.dispatch", department=found.dispatcher_id, area=found.area),
        buttons=[(move, presenting.BUTTONS[move]) for move in can if move in acting.VERBS],
        outdoors=any(moves.MOVES[move].own or move == "accept" for move in can),
    )


@requires(*DUTIES)
def act(request: Request, uid: UUID, move: str) -> HttpResponse:
    """Ask what goes with a step, and take it."""
    if move not in acting.VERBS:
        raise NotFound()
    found = _order(request, uid)
    form = acting.FORMS.get(move, acting.ActForm)(move, request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            acting.act(request.actor, found, move, form)
        if form.is_valid():
            messages.success(request, pgettext("work order", "Done: %(step)s.") % {"step": presenting.STEPS[move]})
            return redirect("desk:workorders:order", uid=uid)
    return render_page(
        request,
        "workorders/act.html",
        order=found,
        form=form,
        action=presenting.BUTTONS[move],
        possible=move in presenting.may_do(request.actor, found),
        status=422 if form.errors else 200,
    )


@requires("workorders.dispatch")
def raise_order(request: Request) -> HttpResponse:
    """Write an order down."""
    working = list(Department.objects.of_the_house().working().in_order())
    reached = [one for one in working if request.actor.holds("workorders.dispatch", department=one.pk)]
    form = RaiseForm(request.POST or None, dispatchers=reached, verifiers=working, initial={"key": ids.token()})
    if request.method == "POST" and form.is_valid():
        said = {name: value for name, value in form.cleaned_data.items() if value not in {None, ""}}
        said |= {side: Department.objects.get(key=said[side]) for side in ("dispatcher", "verifier") if side in said}
        with refusals_on(form):
            found = workorders.raise_order(actor=request.actor, **said)
        if form.is_valid():
            messages.success(request, _("Work order %(number)s was raised.") % {"number": found.number})
            return redirect("desk:workorders:order", uid=found.uid)
    return render_page(request, "workorders/raise.html", form=form, status=422 if form.errors else 200)


@requires(*DUTIES)
def photo(request: Request, uid: UUID, photo: UUID) -> HttpResponse:
    """Send a photograph of an order; small for lists."""
    return send_photo(request, _order(request, uid), photo)


def send_photo(request: Request, order: WorkOrder, photo: UUID) -> HttpResponse:
    one = WorkOrderPhoto.objects.of(order).filter(uid=photo).first()
    one = identity.must_find(one, request.actor, "photograph", photo)
    if "small" in request.GET:
        return documents.thumbnail(one.document)
    return documents.response(one.document, inline="download" not in request.GET)


def _order(request: Request, uid: UUID) -> WorkOrder:
    return identity.get_visible(WorkOrder.objects.with_names(), request.actor, "workorder", uid=uid)


def narrowing(request: Request) -> ListFilters:
    areas = dict(places.choices())
    kinds = {key: kind.title for key, kind in workorders.kinds().items()}
    states = {state: WorkOrder.State(state).label for state in moves.OPEN} | {OVER: pgettext("work orders", "Over")}
    choices = [
        choice(request, "state", pgettext("work order", "State"), pgettext("work orders", "All that are open"), states),
        choice(request, "kind", pgettext("work order", "Kind"), pgettext("work orders", "Every kind"), kinds),
        choice(
            request,
            "area",
            pgettext("work order", "Area"),
            pgettext("work orders", "Everywhere"),
            areas,
        ),
    ]
    departments = identity.departments_reached(request.actor, DUTIES)
    if len(departments) > 1:
        titles = {one.key: str(one.title) for one in departments}
        words = pgettext("list", "Department"), pgettext("to-do list", "Every department")
        choices.append(choice(request, "department", *words, titles))
    words = pgettext("to-do list", "Time limit"), pgettext("to-do list", "Any")
    choices.append(choice(request, "late", *words, deadlines.LATE))
    return ListFilters(choices, request.GET, text=typed.identifier(request.GET.get("q", ""))[:40])


def parts_of(request: Request, filters: ListFilters) -> list[WorkOrderQuerySet]:
    """Return what the official sees of the list as it is narrowed, in parts that an index holds in order."""
    seen = WorkOrder.objects.with_names().parts_for(request.actor)
    return [_narrowed(part, filters) for part in seen]


def _page(request: Request, filters: ListFilters) -> Page[WorkOrder]:
    chosen = filters.values
    parts = parts_of(request, filters)
    if chosen.get("state") == OVER:
        return keyset_page(parts, request.GET, order=("-ended_at", "-pk"), not_null=("ended_at",))
    within = _moments(chosen.get("late", ""))
    return keyset_page(parts, request.GET, order=("due_at", "pk"), within=within)


def _narrowed(rows: WorkOrderQuerySet, filters: ListFilters) -> WorkOrderQuerySet:
    chosen = filters.values
    if filters.text:
        return rows.numbered(filters.text.upper())
    if chosen.get("state") == OVER:
        rows = rows.over()
    elif chosen.get("state"):
        rows = rows.open().in_state(chosen["state"])
    else:
        rows = rows.open()
    if chosen.get("kind"):
        rows = rows.of_kinds(chosen["kind"])
    if chosen.get("area"):
        rows = rows.in_area(_prefix(chosen["area"]))
    if chosen.get("department"):
        rows = rows.at(chosen["department"])
    return rows


def _prefix(code: str) -> str:
    """Return with what the codes begin that lie in an area: of a city without the zeros at its end."""
    return code[:4] if code.endswith("00") and len(code) == 6 else code


def _moments(late: str) -> tuple[datetime | None, datetime] | None:
    days = deadlines.days_of(late)
    if days is None:
        return None
    zone = timezone.get_current_timezone()
    first, last = days
    begin = datetime.combine(first, time.min, zone) if first else None
    return begin, datetime.combine(last, time.max, zone)


routes = [
    path("", orders, name="orders"),
    path("raise/", raise_order, name="raise"),
    path("<uuid:uid>/", order, name="order"),
    path("<uuid:uid>/photos/<uuid:photo>/", photo, name="photo"),
    path("<uuid:uid>/<slug:move>/", act, name="act"),
]
