"""A supervised office: its cards, and its answers. No page of it closes, lowers or puts off a card."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import CardStep, SupervisionCard
from tongban.applications.oversight.pages import presenting
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity

ANSWER = "oversight.answer"


class CardAnswerForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What happened, why, and what was done about it?"),
        help_text=gettext_lazy("Who supervises reads this. It cannot be changed once it is sent."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )


@requires("oversight.answer")
def cards(request: Request) -> HttpResponse:
    state = presenting.state_of(request)
    parts = [part.in_state(state).with_matter() for part in SupervisionCard.objects.parts_for(request.actor, ANSWER)]
    order = presenting.BY_DAY if state == "open" else presenting.NEWEST
    pages = keyset_page(parts, request.GET, order=order, not_null=("due_on",))
    return render_page(
        request,
        "oversight/cards.html",
        pages=pages,
        lines=presenting.lines(pages.rows),
        tabs=presenting.tabs(state),
        state=state,
        today=clock.today(),
    )


@requires("oversight.answer", "oversight.supervise")
def card(request: Request, uid: UUID) -> HttpResponse:
    """Show a card; let the office answer it, and lead who supervises to what they may do."""
    found = identity.get_visible(SupervisionCard.objects.with_matter(), request.actor, "card", uid=uid)
    form = CardAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            oversight.answer(actor=request.actor, card=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Answered. Who supervises reads your answer and decides about the card."))
            return redirect("desk:oversight:card", uid=uid)
    if request.method != "POST":
        oversight.record_opened(actor=request.actor, card=found)
    holds = partial(request.actor.holds, department=found.department_id, area=found.area)
    return render_page(
        request,
        "oversight/card.html",
        line=presenting.line(found),
        card=found,
        facts=presenting.facts(found),
        occurrences=presenting.occurrences(found),
        history=presenting.history(list(CardStep.objects.of(found))),
        readable=presenting.may_read(request, found.case),
        form=form,
        answers=bool(form.errors) or (found.state == "open" and holds(ANSWER)),
        supervises=holds("oversight.supervise"),
        today=clock.today(),
        status=422 if form.errors else 200,
    )
