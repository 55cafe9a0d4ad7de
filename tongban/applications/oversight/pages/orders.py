"""Questions to departments: who supervises asks and concludes, the department answers."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.applications.oversight.models.orders import MAX_TITLE
from tongban.applications.oversight.pages import presenting
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

ANSWER, SUPERVISE = "oversight.answer", "oversight.supervise"
STATES = ("open", "answered", "closed")


class OrderForm(forms.Form):
    department = forms.ModelChoiceField(
        label=pgettext_lazy("supervision order", "Department"),
        queryset=Department.objects.none(),
        to_field_name="key",
    )
    title = forms.CharField(label=pgettext_lazy("supervision order", "Subject"), max_length=MAX_TITLE)
    question = forms.CharField(
        label=gettext_lazy("What is the department asked to do or to explain?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
    )
    due_on = forms.DateField(label=gettext_lazy("Last day for the answer"))
    number = forms.CharField(
        label=pgettext_lazy("supervision order", "Case number"),
        help_text=gettext_lazy("Only where it is about a single case."),
        max_length=32,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = Department.objects.of_the_house().working().in_order()  # type: ignore[attr-defined]


class OrderAnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Answer of the department"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )


class OrderReturnForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What is missing?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )
    due_on = forms.DateField(label=gettext_lazy("New last day for the answer"))


class OrderConcludeForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What came of it?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


@requires(ANSWER)
def ours(request: Request) -> HttpResponse:
    return _list(request, ANSWER, "oversight/orders.html")


@requires(SUPERVISE)
def issued(request: Request) -> HttpResponse:
    return _list(request, SUPERVISE, "oversight/issued.html")


@requires(SUPERVISE)
def ask(request: Request) -> HttpResponse:
    form = OrderForm(request.POST or None, initial=_beforehand(request))
    if request.method == "POST" and form.is_valid():
        case = _case(request, form)
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("department", "title", "question", "due_on")}
            with refusals_on(form):
                order = oversight.ask(actor=request.actor, case=case, **said)
            if form.is_valid():
                messages.success(request, _("The department has been asked."))
                return redirect("desk:oversight:order", uid=order.uid)
    return render_page(request, "oversight/ask.html", form=form, status=422 if form.errors else 200)


@requires(ANSWER, SUPERVISE)
def order(request: Request, uid: UUID) -> HttpResponse:
    """Show an order; let the department answer it, and lead who supervises to what they may do."""
    found = identity.get_visible(SupervisionOrder.objects.with_matter(), request.actor, "order", uid=uid)
    form = OrderAnswerForm(request.POST or None)
    if presenting.is_done(
        request, form, partial(oversight.answer_order, order=found), _("Answered. Who asked reads your answer.")
    ):
        return redirect("desk:oversight:order", uid=uid)
    if request.method != "POST":
        oversight.record_order_opened(actor=request.actor, order=found)
    holds = partial(request.actor.holds, department=found.department_id, area=found.area)
    return render_page(
        request,
        "oversight/order.html",
        order=found,
        readable=presenting.may_read(request, found.case),
        form=form,
        answers=bool(form.errors) or (found.state == "open" and holds(ANSWER)),
        supervises=found.state != "closed" and holds(SUPERVISE),
        today=clock.today(),
        status=422 if form.errors else 200,
    )


@requires(SUPERVISE)
def return_answer(request: Request, uid: UUID) -> HttpResponse:
    found = _order(request, uid)
    form = OrderReturnForm(request.POST or None)
    if presenting.is_done(request, form, partial(oversight.return_order, order=found), _("The answer was sent back.")):
        return redirect("desk:oversight:order", uid=uid)
    return _acted(request, found, form, _("Send the answer back"))


@requires(SUPERVISE)
def conclude(request: Request, uid: UUID) -> HttpResponse:
    found = _order(request, uid)
    form = OrderConcludeForm(request.POST or None)
    if presenting.is_done(request, form, partial(oversight.conclude, order=found), _("The order is concluded.")):
        return redirect("desk:oversight:order", uid=uid)
    return _acted(request, found, form, _("Conclude the order"))


def _list(request: Request, duty: str, template: str) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else STATES[0]
    parts = [part.in_state(state).with_matter() for part in SupervisionOrder.objects.parts_for(request.actor, duty)]
    pages = keyset_page(parts, request.GET, order=("due_on", "pk"))
    words = {
        "open": pgettext("supervision orders", "To answer"),
        "answered": pgettext("supervision orders", "Answered"),
        "closed": pgettext("supervision orders", "Concluded"),
    }
    tabs = [(key, words[key], key == state) for key in STATES]
    return render_page(request, template, pages=pages, tabs=tabs, state=state, today=clock.today())


def _beforehand(request: Request) -> dict[str, Any]:
    """Return what is filled in where one comes from a card."""
    uid = request.GET.get("card", "")
    if not ids.is_uid(uid):
        return {}
    cards = SupervisionCard.objects.visible_to(request.actor).with_matter()
    card = cards.filter(uid=uid).first()
    return {"department": card.department.key, "number": card.case.number if card.case else ""} if card else {}


def _case(request: Request, form: forms.Form) -> Case | None:
    """Return the case with the number that was typed, one that the reader may see."""
    if not form.cleaned_data["number"]:
        return None
    found = Case.objects.visible_to(request.actor).found_by(form.cleaned_data["number"])
    cases = list(found.submitted_by_people()[:2])
    if len(cases) != 1:
        form.add_error("number", _("There is no case with this number that you may read."))
        return None
    return cases[0]


def _order(request: Request, uid: UUID) -> SupervisionOrder:
    reached = SupervisionOrder.objects.with_matter().filter(request.actor.within(SUPERVISE))
    found: SupervisionOrder = identity.get_visible(reached, request.actor, "order", uid=uid)
    return found


def _acted(request: Request, found: SupervisionOrder, form: forms.Form, action: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render_page(request, "oversight/act_on_order.html", order=found, form=form, action=action, status=status)
