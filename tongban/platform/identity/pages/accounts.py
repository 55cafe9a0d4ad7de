"""Accounts and positions, for whoever looks after them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position, ResetLink, Role
from tongban.platform.identity.pages.signing_in import MAX_PASSWORD

PROPOSED = _(
    "The position has been proposed. It includes the power to decide, so it takes effect once a second account "
    "manager has confirmed it."
)


class OpenAccountForm(forms.Form):
    kind = forms.ChoiceField(
        label=pgettext_lazy("account", "For whom"), choices=Account.Kind, initial=Account.Kind.STAFF
    )
    login = forms.CharField(label=_("Sign-in name"), max_length=80, cleaned=typed.address)
    name = forms.CharField(label=pgettext_lazy("account", "Name"), max_length=MAX_ACTOR_NAME, cleaned=typed.name)
    password = forms.CharField(
        label=_("First password"),
        help_text=_("Leave this empty for another system: it signs in with a key."),
        max_length=MAX_PASSWORD,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not identity.manages_all(actor):
            staff = Account.Kind.STAFF
            self.fields["kind"].choices = [(staff.value, staff.label)]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("account", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class PurposeForm(forms.Form):
    purpose = forms.CharField(
        label=_("Reason, and how you verified the person's identity"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AppointmentForm(forms.Form):
    role = forms.ModelChoiceField(
        label=_("Role"), empty_label=_("Choose"), queryset=Role.objects.none(), to_field_name="key"
    )
    department = forms.ModelChoiceField(
        label=pgettext_lazy("position", "Department"),
        empty_label=_("Choose"),
        queryset=Department.objects.none(),
        to_field_name="key",
    )
    subtree = forms.BooleanField(label=_("Includes every department below it"), required=False)
    area = forms.RegexField(
        "^[0-9]{6,12}$",
        label=_("Area code"),
        help_text=_("Six digits; leave it empty for the whole city."),
        required=False,
        error_messages={"invalid": _("An area code has 6 to 12 digits.")},
    )
    valid_from = forms.DateField(label=pgettext_lazy("position", "From"), required=False)
    valid_until = forms.DateField(label=pgettext_lazy("position", "Last day"), required=False)
    deputy_for = forms.ModelChoiceField(
        label=_("Deputises for (sign-in name)"),
        queryset=Account.objects.none(),
        to_field_name="login",
        required=False,
        widget=forms.TextInput,
        error_messages={"invalid_choice": _("Nobody has this sign-in name.")},
    )

    def __init__(self, actor: Actor, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["role"].queryset = identity.roles_to_give(actor)  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.working().in_order()  # type: ignore[attr-defined]
        self.fields["deputy_for"].queryset = Account.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> None:
        start, last = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")
        if last and last < (start or clock.today()):
            self.add_error("valid_until", _("The last day cannot be before the first."))


@requires("identity.manage")
def accounts(request: Request) -> HttpResponse:
    text = typed.prose(request.GET.get("q", ""))
    found = Account.objects.visible_to(request.actor).found_by(text).defer("email", "phone", "password")
    return render_page(
        request,
        "identity/accounts.html",
        pages=keyset_page(found, request.GET, order=("login",), size=30),
        q=text,
        proposed=identity.proposed_to(request.actor),
    )


@requires("identity.manage")
def open_account(request: Request) -> HttpResponse:
    form = OpenAccountForm(request.actor, request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            account = identity.open_account(actor=request.actor, **{**given, "password": given["password"] or None})
    if form.is_valid():
        messages.success(request, _("The account has been opened."))
        return redirect("desk:identity:account", uid=account.uid)
    return render_page(request, "identity/open_account.html", form=form, status=422 if form.errors else 200)


@requires("identity.manage")
def account(request: Request, uid: str) -> HttpResponse:
    found = _account(request, uid)
    return _shown(request, found, AppointmentForm(request.actor), ReasonForm())


@requires("identity.manage")
def appoint(request: Request, uid: str) -> HttpResponse:
    found = _account(request, uid)
    form = AppointmentForm(request.actor, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            given = identity.appoint(actor=request.actor, account=found, **form.cleaned_data)
    if form.is_valid():
        messages.success(request, PROPOSED if given.proposed_by_id else _("The position has been assigned."))
        return redirect("desk:identity:account", uid=uid)
    return _shown(request, found, form, ReasonForm())


@requires("identity.manage")
def confirm_position(request: Request, uid: str, position: str) -> HttpResponse:
    found = _position(request, uid, position)
    if request.method == "POST":
        identity.confirm_position(actor=request.actor, position=found)
        messages.success(request, _("The position has been assigned."))
    return redirect("desk:identity:account", uid=uid)


@requires("identity.manage")
def end_position(request: Request, uid: str, position: str) -> HttpResponse:
    found = _position(request, uid, position)
    if request.method == "POST":
        identity.end_position(
            actor=request.actor, position=found, reason=typed.prose(request.POST.get("reason", ""), lines=True)[:500]
        )
        messages.success(request, _("The position has ended."))
    return redirect("desk:identity:account", uid=uid)


@requires("identity.manage")
def close(request: Request, uid: str) -> HttpResponse:
    """Deactivate the account, or let it in again."""
    found = _account(request, uid)
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        return _shown(request, found, AppointmentForm(request.actor), form)
    if found.active:
        identity.deactivate(actor=request.actor, account=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("The account has been closed and signed out everywhere."))
    else:
        identity.reactivate(actor=request.actor, account=found, reason=form.cleaned_data["reason"])
        messages.success(request, _("The account is open again."))
    return redirect("desk:identity:account", uid=uid)


@sensitive_variables("address")
@never_cache
@requires("identity.manage")
def make_link(request: Request, uid: str) -> HttpResponse:
    """Make a one-time link to a new password, and show it this once."""
    found = _account(request, uid)
    form = PurposeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            link = identity.make_link(actor=request.actor, account=found, reason=form.cleaned_data["purpose"])
    if form.is_valid() and link.proposed:
        messages.success(
            request, _("Your request has been recorded. A second account manager creates the link on this page.")
        )
        return redirect("desk:identity:account", uid=uid)
    if form.is_valid():
        address = identity.address_of(link)
        return render_page(request, "identity/link_made.html", account=found, link=link, address=address)
    return _shown(request, found, AppointmentForm(request.actor), ReasonForm(), form)


def _shown(
    request: Request, found: Account, appointment: AppointmentForm, reason: ReasonForm, link: PurposeForm | None = None
) -> HttpResponse:
    link = link or PurposeForm()
    positions = Position.objects.of(found.pk).select_related("role", "department", "deputy_for", "proposed_by")
    today = clock.today()
    to_hold = list(positions.still_to_hold(on=today))
    mine = [position for position in to_hold if identity.manages(request.actor, position)]
    return render_page(
        request,
        "identity/account.html",
        account=found,
        positions=positions,
        mine=mine,
        all_mine=len(mine) == len(to_hold),
        appointment=appointment,
        reason=reason,
        link=link,
        link_proposed=ResetLink.objects.proposed_for(found.pk, at=clock.now()),
        joint=identity.may_decide(found),
        no_second=_no_second(request.actor, found, to_hold),
        today=today,
        myself=found.pk == request.actor.account,
        status=422 if appointment.errors or reason.errors or link.errors else 200,
    )


def _no_second(actor: Actor, found: Account, to_hold: list[Position]) -> bool:
    """Say whether what waits here, or would, has nobody to confirm it besides the reader."""
    return identity.may_decide(found) and not identity.has_a_second(to_hold, besides=[actor.account, found.pk])


def _position(request: Request, uid: str, position: str) -> Position:
    held = Position.objects.of(_account(request, uid).pk)
    return identity.must_find(held.filter(uid=position).first(), request.actor, "position", position)


def _account(request: Request, uid: str) -> Account:
    found: Account = identity.get_visible(Account.objects, request.actor, "account", uid=uid)
    return found


routes = [
    path("", accounts, name="accounts"),
    path("open/", open_account, name="open_account"),
    path("<uuid:uid>/", account, name="account"),
    path("<uuid:uid>/appoint/", appoint, name="appoint"),
    path("<uuid:uid>/close/", close, name="close"),
    path("<uuid:uid>/link/", make_link, name="make_link"),
    path("<uuid:uid>/positions/<uuid:position>/confirm/", confirm_position, name="confirm_position"),
    path("<uuid:uid>/positions/<uuid:position>/end/", end_position, name="end_position"),
]
