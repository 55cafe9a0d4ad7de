"""Alarms at the desk: what is open, who stands for it, who is sent, what was found."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import OutsideSource, SafetyAlarm
from tongban.applications.safecity.pages.picture import LEVELS
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

RESPOND = "safecity.respond"
LEVEL_WORDS = {
    1: pgettext_lazy("safety alarm", "level 1"),
    2: pgettext_lazy("safety alarm", "level 2"),
    3: pgettext_lazy("safety alarm", "level 3"),
    4: pgettext_lazy("safety alarm", "level 4"),
}


class AlarmWordsForm(forms.Form):
    """What is said where an alarm ends."""

    words = forms.CharField(
        label=gettext_lazy("What was found, or why"), widget=forms.Textarea, max_length=1000, required=False
    )

    def __init__(self, alarm: SafetyAlarm, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class SendForm(forms.Form):
    department = forms.ModelChoiceField(
        label=gettext_lazy("Whose crew goes"), queryset=Department.objects.none(), to_field_name="key", required=False
    )
    words = forms.CharField(
        label=gettext_lazy("What is to be done there"), widget=forms.Textarea, max_length=1000, required=False
    )

    def __init__(self, alarm: SafetyAlarm, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whose alarm it is verifies what was done, so that others do it.
        others = Department.objects.of_the_house().in_order().exclude(pk=alarm.department_id)
        self.fields["department"].queryset = others  # type: ignore[attr-defined]


STEPS = {
    "confirm": (pgettext_lazy("safety alarm", "Confirm"), None),
    "reject": (pgettext_lazy("safety alarm", "Reject"), AlarmWordsForm),
    "send": (gettext_lazy("Send somebody"), SendForm),
    "close": (pgettext_lazy("safety alarm", "Close"), AlarmWordsForm),
}
VERBS = {
    "confirm": safecity.confirm,
    "reject": safecity.reject,
    "send": safecity.send_somebody,
    "close": safecity.close,
}


@requires(RESPOND)
def alarms(request: Request) -> HttpResponse:
    """List the alarms that are open, or those that are over."""
    ended = request.GET.get("ended") == "1"
    parts = [
        (part.ended() if ended else part.unclosed()).with_names() for part in SafetyAlarm.objects.listed(request.actor)
    ]
    pages = keyset_page(parts, request.GET, order=("-raised_at", "-pk"))
    rows = [(row, LEVELS[row.level], LEVEL_WORDS[row.level]) for row in pages.rows]
    return render_page(request, "safecity/alarms.html", pages=pages, rows=rows, ended=ended)


@requires(RESPOND)
def alarm(request: Request, uid: UUID) -> HttpResponse:
    found = _alarm(request, uid)
    mark = {"latitude": found.latitude, "longitude": found.longitude, "label": found.title, "tone": LEVELS[found.level]}
    return render_page(
        request,
        "safecity/alarm.html",
        alarm=found,
        facts=_facts(found),
        steps=[(step, STEPS[step][0], STEPS[step][1] is None) for step in _possible(request.actor, found)],
        tone=LEVELS[found.level],
        level=LEVEL_WORDS[found.level],
        marks=[mark] if found.latitude is not None else [],
    )


@requires(RESPOND)
def act(request: Request, uid: UUID, step: str) -> HttpResponse:
    """Take a step with an alarm; where words are asked for, on a page of its own."""
    found = _alarm(request, uid)
    if step not in STEPS:
        raise identity.not_found(request.actor, "step", step)
    word, kind = STEPS[step]
    form = kind(found, request.POST or None) if kind else forms.Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            VERBS[step](actor=request.actor, alarm=found, **form.cleaned_data)  # type: ignore[operator]
        if form.is_valid():
            messages.success(request, pgettext("safety alarm", "Done: %(step)s.") % {"step": word})
            return redirect("desk:safecity:alarm", uid=uid)
    return render_page(
        request, "safecity/act.html", alarm=found, form=form, word=word, status=422 if form.errors else 200
    )


def _alarm(request: Request, uid: UUID) -> SafetyAlarm:
    return identity.get_visible(SafetyAlarm.objects.with_names(), request.actor, "alarm", uid=uid)


def _possible(actor: Actor, alarm: SafetyAlarm) -> list[str]:
    if alarm.state == SafetyAlarm.State.WAITING:
        return ["reject"] if alarm.confirmed_by_id == actor.account else ["confirm", "reject"]
    return {"open": ["send", "close"], "sent": ["close"]}.get(alarm.state, [])


def _facts(alarm: SafetyAlarm) -> list[tuple[str, Any]]:
    """Return what is known of an alarm, line by line."""
    rows: list[tuple[str, Any]] = [
        (pgettext("safety alarm", "Kind"), alarm.get_kind_display()),
        (_("Department in charge"), alarm.department.title),
        (pgettext("safety alarm", "What was said"), alarm.words),
    ]
    if source := alarm.source:
        rows += [
            (_("Sent by"), f"{source.name}（{source.operator}）"),
            (pgettext("safety", "Legal basis"), source.legal_basis),
            (pgettext("outside source", "Approved by"), _approved(source)),
            (_("First person"), alarm.confirmer),
            (_("Second person"), alarm.seconder),
        ]
    if alarm.result:
        rows += [
            (pgettext("safety alarm", "Result"), alarm.result),
            (pgettext("safety alarm", "Closed by"), alarm.closer),
        ]
    return rows


def _approved(source: OutsideSource) -> str:
    said = pgettext("outside source", "%(name)s, until %(day)s")
    return said % {"name": source.approver, "day": date_format(source.valid_until, "DATE_FORMAT")}
