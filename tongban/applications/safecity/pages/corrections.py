"""Community corrections: orders of positions at the desk; in the hall, one's own, with who read what."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import PersonPosition, PositionOrder, PositionReading
from tongban.applications.safecity.pages.cameras import SafetyReasonForm
from tongban.applications.safecity.pages.choosing import departments
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties import services as parties

CORRECT, APPROVE = "safecity.correct", "safecity.approve_correction"


class PositionOrderForm(forms.Form):
    id_number = forms.CharField(
        label=gettext_lazy("ID number of the person"),
        help_text=gettext_lazy("The person is shown that you looked them up, and what for."),
        max_length=30,
    )
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department in charge"), queryset=Department.objects.none(), to_field_name="key"
    )
    number = forms.CharField(label=gettext_lazy("Number of the decision"), max_length=60)
    legal_basis = forms.CharField(label=pgettext_lazy("safety", "Legal basis"), max_length=200)
    device = forms.CharField(label=gettext_lazy("Number of the approved device"), max_length=40)
    begins_on = forms.DateField(label=pgettext_lazy("term", "First day"))
    ends_on = forms.DateField(label=pgettext_lazy("term", "Last day"))
    officer = forms.ModelChoiceField(
        label=gettext_lazy("Officer who is told when the device leaves the area"),
        queryset=Account.objects.none(),
        to_field_name="login",
    )
    boundary = forms.CharField(
        label=gettext_lazy("Corners of the permitted area"),
        help_text=gettext_lazy("One a line: latitude, longitude. Without any, no alarm is raised."),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
    )

    def __init__(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = departments(request.actor, CORRECT)
        self.fields["department"].queryset = offices  # type: ignore[attr-defined]
        officers = identity.officials_for(CORRECT, departments=offices)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]

    def clean_boundary(self) -> Sequence[tuple[float, float]]:
        """Read the corners; the first line that cannot be read is named."""
        lines = [line for line in self.cleaned_data["boundary"].splitlines() if line.strip()]
        return [_corner(number, line) for number, line in enumerate(lines, 1)]


class PositionPurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What do you read the positions for?"),
        help_text=gettext_lazy("The person sees it, with your name and the time."),
        max_length=200,
    )


@requires(CORRECT, APPROVE)
def corrections(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in PositionOrder.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("-pk",))
    return render_page(request, "safecity/corrections.html", pages=pages, may_propose=request.actor.holds(CORRECT))


@requires(CORRECT, APPROVE)
def correction(request: Request, uid: UUID) -> HttpResponse:
    """Show an order, without a position: those are read with a purpose."""
    return _page(request, _order(request, uid))


@requires(CORRECT)
def add_correction(request: Request) -> HttpResponse:
    form = PositionOrderForm(request, request.POST or None, initial={"begins_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        purpose = _("Community corrections, decision %(number)s") % {"number": given["number"]}
        found = parties.find(actor=request.actor, number=given.pop("id_number"), purpose=purpose)
        if not found:
            form.add_error("id_number", _("Nobody is registered under this number."))
        else:
            with refusals_on(form):
                entry = safecity.OrderEntry(party=found[0], **given, area=given["department"].area)
                order = safecity.propose_order(actor=request.actor, entry=entry)
        if form.is_valid():
            messages.success(request, _("Proposed. No position is taken before somebody else approves it."))
            return redirect("desk:safecity:correction", uid=order.uid)
    return render_page(request, "safecity/add_correction.html", form=form, status=422 if form.errors else 200)


@require_POST
@requires(APPROVE)
def approve_correction(request: Request, uid: UUID) -> HttpResponse:
    found = _order(request, uid)
    with refusals(403) as refused:
        safecity.approve_order(actor=request.actor, order=found)
    if refused.refusal:
        return _page(request, found, wrong={"": [str(refused.refusal)]}, status=refused.refusal.status)
    messages.success(request, _("In force until its last day; the person has been told."))
    return redirect("desk:safecity:correction", uid=uid)


@requires(CORRECT, APPROVE)
def end_correction(request: Request, uid: UUID) -> HttpResponse:
    found = _order(request, uid)
    form = SafetyReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            safecity.end_order(actor=request.actor, order=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The order has ended; the person has been told."))
            return redirect("desk:safecity:correction", uid=uid)
    return render_page(
        request, "safecity/end_correction.html", order=found, form=form, status=422 if form.errors else 200
    )


@requires(CORRECT)
def positions(request: Request, uid: UUID) -> HttpResponse:
    """Ask what the positions are read for; then show them once."""
    found = _order(request, uid)
    form, read = PositionPurposeForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            read = safecity.read_positions(actor=request.actor, order=found, **form.cleaned_data)
    return render_page(
        request,
        "safecity/positions.html",
        order=found,
        form=form,
        read=read,
        marks=_marks(read or []),
        status=422 if form.errors else 200,
    )


@signed_in
def orders(request: Request) -> HttpResponse:
    """Show a person the orders about themself."""
    pages = keyset_page(PositionOrder.objects.of_person(request.actor).with_names(), request.GET, order=("-pk",))
    return render_page(request, "safecity/orders.html", pages=pages)


@signed_in
def order(request: Request, uid: UUID) -> HttpResponse:
    """Show a person one of them: every position that is kept, and who read any, when and what for."""
    rows = PositionOrder.objects.with_names().of_person(request.actor)
    found = identity.get_visible(rows, request.actor, "order", uid=uid)
    kept = keyset_page(PersonPosition.objects.of_order(found), request.GET, order=("-at", "-pk"))
    return render_page(
        request,
        "safecity/order.html",
        order=found,
        pages=kept,
        marks=_marks(kept.rows),
        readings=PositionReading.objects.of_order(found)[:100],
    )


def _page(
    request: Request, found: PositionOrder, *, wrong: dict[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    approves = actor.holds(APPROVE, department=found.department_id, area=found.area)
    return render_page(
        request,
        "safecity/correction.html",
        order=found,
        runs=found.runs(clock.today()),
        readings=PositionReading.objects.of_order(found)[:50],
        may_approve=approves and found.state == "proposed" and found.proposed_by_id != actor.account,
        may_read=actor.holds(CORRECT, department=found.department_id, area=found.area),
        wrong=wrong,
        status=status,
    )


def _order(request: Request, uid: UUID) -> PositionOrder:
    rows = PositionOrder.objects.reached_by(request.actor).with_names()
    return identity.get_visible(rows, request.actor, "order", uid=uid)


def _corner(number: int, line: str) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in line.replace("，", ",").split(","))
    except ValueError as error:
        sentence = _("Line %(number)s cannot be read: %(line)s") % {"number": number, "line": line[:80]}
        raise forms.ValidationError(sentence) from error
    return latitude, longitude


def _marks(read: Sequence[PersonPosition]) -> list[dict[str, Any]]:
    return [
        {**one.place, "label": f"{one.at:%m-%d %H:%M}", "tone": "red" if one.outside else "blue"} for one in read[:100]
    ]
