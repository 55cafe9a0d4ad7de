"""Devices at the desk: how they are, what their interlocks say now, asking for a command, approving ahead."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.database.prefixes import beginning_with
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.filters import ListFilters
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlledDevice, StandingApproval
from tongban.platform.actuation.models.devices import DUTIES
from tongban.platform.actuation.pages import presenting
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.rules.kinds import KindOfCommand
from tongban.platform.identity import services as identity

APPROVE = ("actuation.approve", "actuation.approve_critical")
SHOWN_COMMANDS = 10


class ControlForm(forms.Form):
    """A command with its parameters, as its kind says."""

    key = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput, cleaned=typed.identifier)
    minutes = forms.IntegerField(
        label=gettext_lazy("For how many minutes?"),
        help_text=gettext_lazy("Then the device goes back to its fail-safe state by itself."),
        min_value=1,
    )
    reason = forms.CharField(
        label=pgettext_lazy("control", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
    drill = forms.BooleanField(
        label=pgettext_lazy("control", "This is a drill"),
        help_text=gettext_lazy("Everything happens but that the device hears of it."),
        required=False,
    )

    def __init__(self, *args: Any, wanted: KindOfCommand, device: ControlledDevice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parameters = [one.key for one in wanted.parameters]
        for one in wanted.parameters:
            label = worded(one.title, one.english)
            words = one.words(device.properties)
            self.fields[one.key] = (
                forms.FloatField(label=label, min_value=one.lowest, max_value=one.highest)
                if one.is_number
                else forms.ChoiceField(label=label, choices=[(word, word) for word in words])
            )
        minutes = self.fields["minutes"]
        if wanted.max_seconds:
            most = max(1, wanted.max_seconds // 60)
            minutes.initial = most
            minutes.max_value = most  # type: ignore[attr-defined]
            minutes.validators.append(forms_at_most(most))
        else:
            del self.fields["minutes"]
        self.order_fields([*self.parameters, "minutes", "reason", "drill", "key"])

    @property
    def arguments(self) -> dict[str, Any]:
        """What the verb takes."""
        given = self.cleaned_data
        lasting = given["minutes"] * 60 if "minutes" in given else 0
        parameters = {name: given[name] for name in self.parameters}
        return {
            "parameters": parameters,
            "seconds": lasting,
            **{name: given[name] for name in ("reason", "drill", "key")},
        }


def forms_at_most(most: int) -> Any:
    """Return a check that a number is no larger than this."""

    def check(value: int) -> None:
        if value > most:
            raise forms.ValidationError(_("At most %(most)s minutes.") % {"most": most})

    return check


class StandingForm(forms.Form):
    """What is approved ahead."""

    rule = forms.CharField(
        label=gettext_lazy("Automatic rule"),
        help_text=gettext_lazy("By the name under which it asks, such as fire-confirmed."),
        max_length=120,
        cleaned=typed.address,
    )
    days = forms.IntegerField(label=gettext_lazy("For how many days?"), min_value=1, max_value=366)
    reason = forms.CharField(
        label=pgettext_lazy("control", "Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=300
    )


@requires(*DUTIES)
def devices(request: Request) -> HttpResponse:
    """List the devices that the official's duties reach, by name."""
    text = typed.prose(request.GET.get("q", ""))[:80].strip()
    parts = [part.with_names() for part in ControlledDevice.objects.parts_for(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name",), within=beginning_with(text))
    return render_page(
        request,
        "actuation/devices.html",
        pages=presenting.device_lines(pages),
        filters=ListFilters([], request.GET, text),
    )


@requires(*DUTIES)
def device(request: Request, uid: UUID) -> HttpResponse:
    """Show how a device is, what can be commanded, and what was."""
    found = _device(request, uid)
    kind = actuation.kinds().get(found.kind)
    recent = ControlCommand.objects.of(found).with_names()[:SHOWN_COMMANDS]
    return render_page(
        request,
        "actuation/device.html",
        device=found,
        facts=presenting.device_facts(found, kind),
        commands=_offered(request, found, kind.commands if kind else ()),
        interlocks=presenting.interlocks_now(found, kind) if kind else [],
        recent=presenting.lines(recent),
        standing=[presenting.standing_line(one, kind) for one in StandingApproval.objects.of(found)[:SHOWN_COMMANDS]],
    )


@requires("actuation.request")
def ask(request: Request, uid: UUID, command: str) -> HttpResponse:
    """Ask for a command."""
    found = _device(request, uid)
    kind, wanted = actuation.command_of(found, command)
    form = ControlForm(request.POST or None, wanted=wanted, device=found, initial={"key": ids.token()})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            asked = actuation.request(actor=request.actor, device=found, command=command, **form.arguments)
        if form.is_valid():
            if asked.state == states.BLOCKED:
                messages.error(request, asked.problem)
            else:
                messages.success(request, presenting.ASKED.get(asked.state, presenting.ASKED[states.ASKED]))
            return redirect("desk:actuation:command", uid=asked.uid)
    return render_page(
        request,
        "actuation/ask.html",
        device=found,
        title=worded(wanted.title, wanted.english),
        form=form,
        interlocks=presenting.interlocks_now(found, kind, command),
        approvals=wanted.approvals,
        status=422 if form.errors else 200,
    )


@requires(*APPROVE)
def grant(request: Request, uid: UUID, command: str) -> HttpResponse:
    """Approve ahead what an automatic rule may command."""
    found = _device(request, uid)
    _kind, wanted = actuation.command_of(found, command)
    form = StandingForm(request.POST or None, initial={"days": min(30, wanted.standing_days or 30)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            actuation.grant_standing(
                actor=request.actor,
                device=found,
                command=command,
                rule=given["rule"],
                reason=given["reason"],
                expires_at=clock.now() + timedelta(days=given["days"]),
            )
        if form.is_valid():
            messages.success(request, _("It is approved ahead."))
            return redirect("desk:actuation:device", uid=uid)
    return render_page(
        request,
        "actuation/grant.html",
        device=found,
        title=worded(wanted.title, wanted.english),
        form=form,
        status=422 if form.errors else 200,
    )


@requires(*APPROVE)
def end(request: Request, uid: UUID) -> HttpResponse:
    """Ask whether an approval ahead is taken back, and take it back."""
    found = identity.get_visible(StandingApproval.objects.with_names(), request.actor, "standing approval", uid=uid)
    form = forms.Form(request.POST or None)
    if request.method == "POST":
        with refusals_on(form):
            actuation.end_standing(actor=request.actor, approval=found)
        if form.is_valid():
            messages.success(request, _("The approval was taken back."))
            return redirect("desk:actuation:device", uid=found.device.uid)
    kind = actuation.kinds().get(found.device.kind)
    return render_page(
        request,
        "actuation/end.html",
        device=found.device,
        line=presenting.standing_line(found, kind),
        form=form,
        status=422 if form.errors else 200,
    )


def _offered(
    request: Request, found: ControlledDevice, commands: Sequence[KindOfCommand]
) -> list[tuple[str, str, bool, bool]]:
    """Return what may be asked for here: key, title, whether by this official, whether they may approve it ahead."""
    place: dict[str, Any] = {"department": found.department_id, "area": found.area}
    asks = found.in_service and request.actor.holds("actuation.request", **place)
    return [
        (
            one.key,
            worded(one.title, one.english),
            asks,
            bool(one.standing_days) and request.actor.holds(one.approve_duty, **place),
        )
        for one in commands
    ]


def _device(request: Request, uid: UUID) -> ControlledDevice:
    return identity.get_visible(ControlledDevice.objects.with_names(), request.actor, "device", uid=uid)
