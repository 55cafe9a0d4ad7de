"""A case in plain words: what happened, who holds it now, what is expected of whom, by when."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Letter
from tongban.platform.codes import services as codes
from tongban.platform.workflow.models import Task

SUPERVISION = Path(__file__).parent.parent / "data" / "supervision.toml"

WORDS = {
    "submitted": gettext_lazy("Application handed in"),
    "supplement_requested": gettext_lazy("A supplement was asked for, once and for all points"),
    "supplemented": gettext_lazy("Supplement handed in"),
    "accepted": gettext_lazy("Application accepted; the time limits run from now on"),
    "deemed_accepted": gettext_lazy("Nobody answered in time, so the law holds the application accepted"),
    "not_accepted": gettext_lazy("Application not accepted"),
    "opinion_given": gettext_lazy("%(title)s finished"),
    "granted": gettext_lazy("Granted"),
    "refused": gettext_lazy("Refused"),
    "completed": gettext_lazy("Completed: the result was handed over"),
    "withdrawn": gettext_lazy("Withdrawn by the applicant"),
}

LIGHT_WORDS = {
    "green": gettext_lazy("In time"),
    "yellow": gettext_lazy("Due soon"),
    "red": gettext_lazy("Overdue"),
    "grey": gettext_lazy("Not running"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    title: str
    who: str
    text: str
    points: list[dict[str, str]]
    letter: Letter | None
    outcome: str = ""


@dataclass(frozen=True)
class Clock:
    """One of the two clocks, as both sides see it."""

    name: str
    due_on: date | None
    light: rules.Light
    word: str


@dataclass(frozen=True)
class Line:
    """A case in a list."""

    url: str
    case: Case
    service: str
    state: str
    light: Clock
    handed_in: str

    @property
    def due(self) -> str:
        return self.light.due_on.isoformat() if self.light.due_on else "—"

    @property
    def promised(self) -> str:
        return self.case.promised_due_on.isoformat() if self.case.promised_due_on else "—"


@dataclass(frozen=True)
class NextStep:
    """Who has to do what now."""

    holder: str
    text: str
    due_on: date | None
    yours: bool = False


def timeline(case: Case, *, for_applicant: bool) -> list[Entry]:
    """Return what happened, newest first. The applicant reads the office, not the name of the official."""
    letters = {letter.action_id: letter for letter in Letter.objects.of(case)}
    names = {line["code"]: line["name"] for line in cases.plan_of(case.version).lines}
    found = []
    for action in Action.objects.of(case):
        if action.kind not in WORDS or (for_applicant and not action.public):
            continue
        found.append(
            Entry(
                at=action.at,
                title=str(WORDS[action.kind]) % {"title": action.data.get("title", "")},
                who=action.department
                if for_applicant and action.department
                else f"{action.department} {action.actor}".strip(),
                text=action.opinion,
                points=[{**point, "name": names.get(point["material"], "")} for point in action.data.get("points", [])],
                letter=letters.get(action.pk),
                outcome=action.data.get("outcome", ""),
            )
        )
    return found[::-1]


def clocks(case: Case) -> list[Clock]:
    """Return both clocks, the promise first."""
    today, calendar, warn = clock.today(), codes.calendar(), warning()
    return [
        _clock(name, case, due, today, calendar, warn)
        for name, due in ((_("Promised by"), case.promised_due_on), (_("By law until"), case.statutory_due_on))
    ]


def light_of(case: Case) -> Clock:
    """Return the clock that supervision looks at: the promise; before acceptance the five days."""
    if case.accepted_on is None:
        return _clock(
            _("To answer by"),
            case,
            case.acceptance_due_on,
            clock.today(),
            codes.calendar(),
            warning(),
            case.received_on,
        )
    return _clock(_("Promised by"), case, case.promised_due_on, clock.today(), codes.calendar(), warning())


def lines(found: Iterable[Case], at: str) -> list[Line]:
    """Say of each case what a line of a list says. Long lists are looked at often, so words are ready to print.

    at   address of a case, without the word that names it
    """
    states = {value: str(word) for value, word in Case.State.choices}
    return [
        Line(
            url=f"{at}{case.uid}/",
            case=case,
            service=case.version.service.name,
            state=states[case.state],
            light=light_of(case),
            handed_in=f"{localtime(case.submitted_at):%Y-%m-%d %H:%M}" if case.submitted_at else "",
        )
        for case in found
    ]


def next_step(case: Case) -> NextStep:
    """Say who holds the case, what they have to do, and by when."""
    office = case.department.name
    if case.state == Case.State.DRAFT:
        return NextStep(_("You"), _("Finish the application and hand it in."), None, yours=True)
    if case.state == Case.State.SUPPLEMENT:
        return NextStep(_("You"), _("Hand in what the request asks for; everything stands in it."), None, yours=True)
    if case.state == Case.State.SUBMITTED:
        return NextStep(
            office, _("The window checks whether everything is there, and tells you."), case.acceptance_due_on
        )
    if case.state == Case.State.ACCEPTED:
        held = [
            f"{task.department.name} · {task.title}"
            for task in Task.objects.of(case.subject).open().select_related("department")
        ]
        return NextStep(
            "、".join(held) or office,
            _("The departments examine your case. You need not do anything."),
            case.promised_due_on,
        )
    if case.state in {Case.State.GRANTED, Case.State.REFUSED}:
        return NextStep(office, _("The decision is made; the document is being sealed. This takes a moment."), None)
    return NextStep("", _("Nothing more is expected of you."), None)


@cache
def _supervision() -> list[dict[str, Any]]:
    return list(tomllib.loads(SUPERVISION.read_text())["warning"])


def warning() -> int:
    return rules.warn_percent(_supervision(), clock.today())


def _clock(
    name: str, case: Case, due: date | None, today: date, calendar: Any, warn: int, start: date | None = None
) -> Clock:
    light = rules.light(
        start=start or case.accepted_on,
        due=due,
        today=today,
        done=case.decided_on,
        calendar=calendar,
        warn_percent=warn,
    )
    if case.state in {Case.State.WITHDRAWN, Case.State.NOT_ACCEPTED, Case.State.SUPPLEMENT}:
        light = "grey"
    return Clock(name, due, light, str(LIGHT_WORDS[light]))
