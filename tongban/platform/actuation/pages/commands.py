"""The desk: the list of commands, one command with all that happened, and what is decided about it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext, pgettext_lazy

from tongban.infrastructure.database.paging import Page, keyset_page
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.filters import ListFilters, choice
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlCommandQuerySet, ControlStep
from tongban.platform.actuation.models.devices import DUTIES
from tongban.platform.actuation.pages import presenting
from tongban.platform.actuation.rules import states
from tongban.platform.identity import services as identity

OVER = "over"


class ControlActForm(forms.Form):
    """What goes with a decision: a few words, and the version that was looked at."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label=pgettext_lazy("control", "Remark"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=1000,
        required=False,
    )

    def __init__(self, move: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if move == "refuse":
            self.fields["words"].required = True
            self.fields["words"].label = pgettext_lazy("control", "Why not?")


@requires(*DUTIES)
def commands(request: Request) -> HttpResponse:
    """List the commands that are open, the newest first; what is over stands in a list of its own."""
    known = {state: ControlCommand.State(state).label for state in states.OPEN} | {OVER: pgettext("controls", "Over")}
    first = pgettext("controls", "All that are open")
    filters = ListFilters(
        [choice(request, "state", pgettext("control", "State"), first, known)],
        request.GET,
        text=typed.identifier(request.GET.get("q", ""))[:40],
    )
    state = filters.values.get("state", "")
    parts = [
        _narrowed(part, state, filters.text) for part in ControlCommand.objects.with_names().parts_for(request.actor)
    ]
    if state == OVER:
        pages = keyset_page(parts, request.GET, order=("-ended_at", "-pk"), not_null=("ended_at",))
    else:
        pages = keyset_page(parts, request.GET, order=("-asked_at", "-pk"))
    lines = Page(presenting.lines(pages.rows), pages.next, pages.previous, pages.unread)
    return render_page(request, "actuation/commands.html", pages=lines, filters=filters)


@requires(*DUTIES)
def command(request: Request, uid: UUID) -> HttpResponse:
    """Show a command with all that happened to it."""
    found = _command(request, uid)
    actuation.record_opened(actor=request.actor, command=found)
    return render_page(
        request,
        "actuation/command.html",
        command=found,
        title=presenting.title_of(found),
        facts=presenting.facts(found),
        history=presenting.history(ControlStep.objects.of(found)),
        buttons=presenting.buttons(request.actor, found),
    )


@requires(*DUTIES)
def act(request: Request, uid: UUID, move: str) -> HttpResponse:
    """Ask what goes with a decision, and take it."""
    if move not in VERBS:
        raise NotFound()
    found = _command(request, uid)
    form = ControlActForm(move, request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            VERBS[move](request, found, form.cleaned_data)
        if form.is_valid():
            messages.success(request, presenting.DONE[move])
            return redirect("desk:actuation:command", uid=uid)
    return render_page(
        request,
        "actuation/act.html",
        command=found,
        form=form,
        action=presenting.BUTTONS[move],
        title=presenting.title_of(found),
        facts=presenting.facts(found),
        possible=move in dict(presenting.buttons(request.actor, found)),
        status=422 if form.errors else 200,
    )


def _approve(request: Request, found: ControlCommand, given: dict[str, Any]) -> None:
    held = actuation.approve(actor=request.actor, command=found, words=given["words"], version=given["version"])
    if held.state == states.BLOCKED:
        messages.error(request, held.problem)


def _refuse(request: Request, found: ControlCommand, given: dict[str, Any]) -> None:
    actuation.refuse(actor=request.actor, command=found, words=given["words"], version=given["version"])


def _release(request: Request, found: ControlCommand, given: dict[str, Any]) -> None:
    actuation.release(actor=request.actor, command=found, words=given["words"])


VERBS = {"approve": _approve, "refuse": _refuse, "release": _release}


def _narrowed(rows: ControlCommandQuerySet, state: str, text: str) -> ControlCommandQuerySet:
    if text:
        return rows.numbered(text.upper())
    if state == OVER:
        return rows.over()
    return rows.open().in_state(state) if state else rows.open()


def _command(request: Request, uid: UUID) -> ControlCommand:
    return identity.get_visible(ControlCommand.objects.with_names(), request.actor, "control", uid=uid)
