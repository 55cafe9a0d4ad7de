"""Who acts in an official's place, and when they are away: each official for themself."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Absence, Account, Position

HERE = "desk:identity:deputy"


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label)


class DelegationForm(forms.Form):
    prefix = "delegation"
    to = forms.ChoiceField(label=_("Colleague"))
    first_on = _day(_("First day"))
    last_on = _day(_("Last day in one's place"))
    reason = forms.CharField(
        label=pgettext_lazy("delegation", "Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, account: int, data: Any = None) -> None:
        super().__init__(data)
        alike, others = identity.possible_deputies(account)
        self.known = {one.account.login: one.account for one in (*alike, *others)}
        groups = [(_("The same work"), alike), (_("Others of the department"), others)]
        choice = cast(forms.ChoiceField, self.fields["to"])
        choice.choices = [("", _("Choose")), *((title, _named(found)) for title, found in groups if found)]

    def clean_to(self) -> Account:
        return self.known[self.cleaned_data["to"]]


def _named(colleagues: list[identity.Colleague]) -> list[tuple[str, str]]:
    between = pgettext("between names", ", ")
    return [(one.account.login, f"{one.account.name} · {between.join(one.roles)}") for one in colleagues]


class AbsenceForm(forms.Form):
    prefix = "absence"
    first_on = _day(_("First day away"))
    last_on = _day(_("Last day away"))


def _me(request: Request) -> int:
    if request.actor.kind != "staff" or request.actor.account is None:
        raise NotAllowed()
    return request.actor.account


@signed_in
def deputy(request: Request) -> HttpResponse:
    """Show who acts in one's place, in whose place one acts, and when one is away."""
    return _shown(request, _me(request))


@signed_in
def delegate(request: Request) -> HttpResponse:
    me = _me(request)
    form = DelegationForm(me, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            given = identity.delegate(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        waiting = any(position.proposed_by_id for position in given)
        messages.success(request, _PROPOSED if waiting else _("Done. Your colleague acts in your place on these days."))
        return redirect(HERE)
    return _shown(request, me, delegation=form)


@signed_in
def withdraw(request: Request) -> HttpResponse:
    """Take back what a colleague may do in one's place."""
    me = _me(request)
    held = Position.objects.in_place_of(me, on=clock.today())
    deputy = Account.objects.filter(login=request.POST.get("deputy", ""), pk__in=held.values("account")).first()
    if request.method == "POST" and deputy is not None:
        identity.withdraw_delegation(actor=request.actor, deputy=deputy)
        messages.success(request, _("Withdrawn. What they had claimed in your place is open to all again."))
    return redirect(HERE)


@signed_in
def leave(request: Request) -> HttpResponse:
    """Enter that one is away."""
    me = _me(request)
    form = AbsenceForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            identity.enter_absence(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, _("Your absence has been entered."))
        return redirect(HERE)
    return _shown(request, me, absence=form)


@signed_in
def back(request: Request) -> HttpResponse:
    """End one's absences: one is back."""
    _me(request)
    if request.method == "POST":
        identity.end_absences(actor=request.actor)
        messages.success(request, _("Your absence has ended."))
    return redirect(HERE)


_PROPOSED = _(
    "Your positions include the power to decide, so your colleague can use it only once an account manager has "
    "confirmed it."
)


def _shown(
    request: Request, me: int, *, delegation: DelegationForm | None = None, absence: AbsenceForm | None = None
) -> HttpResponse:
    today: date = clock.today()
    around = ("account", "role", "department", "deputy_for")
    sent = [form for form in (delegation, absence) if form is not None]
    return render_page(
        request,
        "identity/deputy.html",
        given=Position.objects.in_place_of(me, on=today).select_related(*around),
        taken=Position.objects.taken_by(me, on=today).select_related(*around),
        absences=Absence.objects.of(me, on=today),
        delegation=delegation or DelegationForm(me),
        absence=absence or AbsenceForm(),
        status=422 if any(form.errors for form in sent) else 200,
    )


routes = [
    path("deputy/", deputy, name="deputy"),
    path("deputy/delegate/", delegate, name="delegate"),
    path("deputy/withdraw/", withdraw, name="withdraw_delegation"),
    path("deputy/leave/", leave, name="leave"),
    path("deputy/back/", back, name="back"),
]
