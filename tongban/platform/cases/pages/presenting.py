"""A case in plain words: what happened, who holds it now, what is expected of whom, by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tongban.infrastructure.kernel import links
from tongban.infrastructure.kernel.wording import all_worded, english
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, CaseRow, Material
from tongban.platform.cases.pages import site
from tongban.platform.cases.services import fees, lights, sending
from tongban.platform.cases.services.returning import opinions_that_count
from tongban.platform.cases.steps import STEPS
from tongban.platform.cases.steps.shape import LegalStep
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.workflow.models import Task

# Before the window has answered.
UNANSWERED = frozenset({Case.State.SUBMITTED, Case.State.SUPPLEMENT})


@dataclass(frozen=True)
class TimelineEntry:
    """One line of the timeline. against: the opinions that a decision went against."""

    at: datetime
    title: str
    who: str
    text: str
    points: list[dict[str, str]]
    letter: Letter | None
    outcome: str = ""
    against: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Opinion:
    """What one branch found, for whoever decides.

    photos     what its author brought from the site
    position   where it was formed: latitude, longitude, accuracy_m, by ("device" or "hand"), away_km: how far from the
               address; each where known
    points     the checklist: code, text, source, result, remark
    inspectors name and certificate of each
    standing   it counts: the matter was not sent back, nor the opinion taken back, since it was given
    """

    title: str
    who: str
    at: datetime
    passed: bool
    text: str
    photos: list[Material]
    position: Mapping[str, Any]
    points: list[dict[str, str]]
    inspectors: list[dict[str, str]]
    standing: bool

    @property
    def signed_by(self) -> str:
        """The inspectors in one line, each with the number of the certificate."""
        return "、".join(f"{person['name']}（{person['certificate']}）" for person in self.inspectors)


@dataclass(frozen=True)
class CaseClock:
    """One of the clocks, as both sides see it.

    note      what follows when the last day passes, or why the clock stands still; "" where there is nothing to say
    waiting   what it waits for, where it has no last day yet
    is_provisional   no notice about holidays is published yet for its last day, so that it may still move
    """

    name: str
    due_on: date | None
    light: deadlines.Light
    word: str
    note: str = ""
    waiting: str = ""
    is_provisional: bool = False

    @property
    def day(self) -> str:
        """The last day in words, with a mark where it may still move; "" where there is none."""
        said = ui.day(self.due_on)
        return _("%(day)s (provisional)") % {"day": said} if said and self.is_provisional else said


@dataclass(frozen=True)
class ListItem:
    """A case in a list."""

    url: str
    case: CaseRow
    state: str
    light: CaseClock
    handed_in: str

    @property
    def shape(self) -> tuple[str, str]:
        return cases.shape_of(self.case)

    @property
    def due(self) -> str:
        return self.light.day or "—"


@dataclass(frozen=True)
class NextStep:
    """Who has to do what now."""

    holder: str
    text: str
    due_on: date | None
    yours: bool = False


def timeline(case: Case, *, for_applicant: bool) -> list[TimelineEntry]:
    """Return what happened, newest first. The applicant reads the office, not the name of the official."""
    letters = {letter.occasion: letter for letter in Letter.objects.about(case.subject)}
    names = {line["code"]: line["name"] for line in all_worded(cases.plan_of(case.version).lines)}
    stages, offices = _stages(case), Department.objects.titles() if for_applicant and english() else {}
    found = []
    for action in Action.objects.of(case):
        step = STEPS.get(action.kind)
        if step is None or (for_applicant and not action.public):
            continue
        found.append(
            TimelineEntry(
                at=action.at,
                title=cases.decision_of(action.kind, case)
                if step.is_decision
                else _words(action, step) % _told(case, action, stages),
                who=_who(action, offices, for_applicant=for_applicant),
                text=action.opinion or ("" if for_applicant else action.note),
                points=[{**point, "name": names.get(point["material"], "")} for point in action.data.get("points", [])],
                letter=letters.get(action.occasion),
                outcome=action.data.get("outcome", ""),
                against=action.data.get("against", []),
            )
        )
    return found[::-1]


def _words(action: Action, step: LegalStep) -> str:
    """Return what is said about an action; of several who sign a step, each has signed and none has finished it."""
    one_of_several = action.kind == "opinion_given" and str(action.data.get("branch", "")).endswith("]")
    return pgettext("timeline", "%(title)s: signed") if one_of_several else str(step.words)


def _stages(case: Case) -> dict[str, str]:
    """Return what the steps of a case are called in English, for whoever reads it."""
    rows = cases.plan_of(case.version).guide.get("stage", []) if english() else []
    return {row["key"]: row["name"] for row in all_worded(rows)}


def _told(case: Case, action: Action, stages: Mapping[str, str]) -> dict[str, Any]:
    """Return what the words about an action may name."""
    data = action.data
    labels = {"labels": cases.labels_of(case, data["answers"])} if action.kind == "facts_renewed" else {}
    due_on = {
        name: ui.day(date.fromisoformat(data[name]))
        for name in ("due_on", "day", "ended_on", "last_on")
        if data.get(name)
    }
    visit = {"visit": site.when(date.fromisoformat(data["day"]), data["part"])} if "part" in data else {}
    title = stages.get(data.get("task", ""), data.get("title", ""))
    return {**data, "title": title, **due_on, **visit, **labels}


def _who(action: Action, offices: Mapping[str, str], *, for_applicant: bool) -> str:
    if rule := action.data.get("rule"):
        return str(_("by the system, under the rule %(table)s of version %(version)s of this service") % rule)
    if known := action.data.get("taken_over"):
        return str(_("taken over from %(system)s (number there: %(number)s)") % known)
    if action.data.get("window"):
        return _("%(name)s, for the applicant at the window") % {"name": action.actor}
    if for_applicant and action.department:
        return offices.get(action.department, action.department)
    return signature(action)


def signature(action: Action) -> str:
    """Return who did something, for officials: department, name, in whose place, and the second officer."""
    told = {"name": f"{action.department} {action.actor}".strip(), "colleague": action.data.get("on_behalf_of", "")}
    who = _("%(name)s (in place of %(colleague)s)") % told if told["colleague"] else told["name"]
    second = action.data.get("second")
    return _("%(name)s with %(second)s") % {"name": who, "second": second} if second else who


def opinions(case: Case, materials: Iterable[Material]) -> list[Opinion]:
    """Return what the branches found, the first to finish first.

    materials   those of the case, photographs among them; they belong to what whoever brought them found on site
    """
    photos = [material for material in materials if material.code == Material.SITE]
    standing = {action.pk for action in opinions_that_count(case)}
    return [
        Opinion(
            title=action.data["title"],
            who=signature(action),
            at=action.at,
            passed=action.data["outcome"] == "pass",
            text=action.opinion,
            photos=[
                photo for photo in photos if action.data["findings"] and photo.document.created_by == action.account
            ],
            position=action.data["findings"].get("position", {}),
            points=action.data["findings"].get("points", []),
            inspectors=action.data["findings"].get("inspectors", []),
            standing=action.pk in standing,
        )
        for action in Action.objects.of(case).opinions()
    ]


def clocks(case: Case) -> list[CaseClock]:
    """Return the clocks of a case, the promise before the law; until acceptance the limit for the answer first."""
    context = deadlines.now()
    unanswered = case.state in UNANSWERED
    pause = "" if unanswered else _pause(case)
    waiting = _("starts on acceptance") if unanswered else _("paused") if pause else ""
    promise, law = (
        replace(_clock(name, case, due, context), waiting=waiting)
        for name, due in ((_("Promised by"), case.promised_due_on), (_("By law until"), case.statutory_due_on))
    )
    if not unanswered:
        return [_provisional(promise, context), _provisional(replace(law, note=pause), context)]
    return [_provisional(_answer_clock(case), context), promise, law]


def _provisional(of: CaseClock, context: deadlines.ClockContext) -> CaseClock:
    """Say of a day in weeks for which no notice about holidays is published yet that it may still move."""
    if not _may_move(of.due_on, context):
        return of
    note = _("This day may still change when the holidays of the coming year are announced.")
    return replace(of, note=f"{of.note} {note}".strip())


def _pause(case: Case) -> str:
    """Say for what the clocks of a case stand still, since when, and for how long; "" while they run."""
    begun = cases.open_procedure(case) if case.state == Case.State.ACCEPTED else None
    if begun is None:
        return ""
    return _("Both time limits have been paused since %(since)s: %(procedure)s, expected until %(until)s.") % {
        "since": ui.day(begun.on),
        "procedure": begun.data["procedure"],
        "until": ui.day(codes.calendar().add(begun.on, begun.data["days"])),
    }


def light_of(case: Case | CaseRow, context: deadlines.ClockContext | None = None) -> CaseClock:
    """Return the clock that supervision looks at: the promise; before acceptance the days for an answer."""
    context = context or deadlines.now()
    if case.accepted_on is None:
        # Whoever waits for the applicant has no last day; it is counted anew from the day the supplement comes in.
        due = None if case.state == Case.State.SUPPLEMENT else case.acceptance_due_on
        return _clock(_("To answer by"), case, due, context, start=case.received_on)
    return _clock(_("Promised by"), case, case.promised_due_on, context)


def task_address(kind: str, uid: object, portal: str) -> str:
    """Return where a task is done: inspections outdoors where there is that portal, others in their own."""
    outdoors = links.url_of("inspection", str(uid)) if kind == "inspect" else ""
    return outdoors or reverse(f"{portal}:cases:task", args=[uid])


def list_items(found: Iterable[CaseRow], page: str = "") -> list[ListItem]:
    """Say of each case what a line of a list says. Long lists are looked at often, so words are ready to print.

    page   name of the page of a case that lines lead to; "" where they lead nowhere
    """
    context = deadlines.now()
    return [
        ListItem(
            url=reverse(page, args=[case.uid]) if page else "",
            case=case,
            state=cases.state_of(case),
            light=light_of(case, context),
            handed_in=ui.moment(case.submitted_at),
        )
        for case in found
    ]


def next_step(case: Case) -> NextStep:
    """Say who holds the case, what they have to do, and by when."""
    return _fee_to_pay(case) or _next_of_offices(case)


def _fee_to_pay(case: Case) -> NextStep | None:
    bill = fees.bill_of(case) if case.state in {Case.State.ACCEPTED, Case.State.GRANTED} else None
    if bill is None or bill.state != "due":
        return None
    text = _("Pay the fee; the case goes on by itself as soon as it has come in.")
    return NextStep(_("Your turn"), text, bill.due_on, yours=True)


def _next_of_offices(case: Case) -> NextStep:
    office = case.department.title
    stages = _stages(case)
    if case.state == Case.State.DRAFT:
        return NextStep(_("Your turn"), _("Complete the application and submit it."), None, yours=True)
    if case.state == Case.State.SUPPLEMENT:
        return NextStep(
            _("Your turn"),
            _("Submit what the request asks for; it lists everything."),
            case.applicant_due_on,
            yours=True,
        )
    if case.state == Case.State.SUBMITTED and case.window and sending.unsent(case):
        text = _("The window sends the file to %(office)s, which will notify you.") % {"office": office}
        return NextStep(case.window.title, text, None)
    if case.state == Case.State.SUBMITTED:
        return NextStep(
            office, _("The window is checking whether everything is there and will notify you."), case.acceptance_due_on
        )
    if case.state == Case.State.ACCEPTED and case.applicant_due_on:
        text = _("Bring what you promised. The departments go on meanwhile, but decide nothing before it is there.")
        return NextStep(_("Your turn"), text, case.applicant_due_on, yours=True)
    if case.state == Case.State.ACCEPTED:
        held = [
            f"{task.department.title} · {stages.get(task.key, task.title)}"
            for task in Task.objects.of(case.subject).open().select_related("department")
        ]
        return NextStep(
            pgettext("between offices that hold a case", ", ").join(held) or office,
            _("The time limits are paused during a special procedure. You need not do anything.")
            if case.paused_on
            else _("The departments are reviewing your case. You need not do anything."),
            case.promised_due_on,
        )
    if case.state in {Case.State.GRANTED, Case.State.REFUSED} and documents.papers_waiting(case.subject):
        return NextStep(
            office,
            _(
                "The decision has been made; the document is waiting until our font has every character it contains. "
                "We will notify you."
            ),
            None,
        )
    if case.state in {Case.State.GRANTED, Case.State.REFUSED}:
        return NextStep(
            office, _("The decision has been made; the document is being sealed. This takes a moment."), None
        )
    if case.outcome in cases.NO:
        return NextStep("", _("The case is closed. If you do not agree, you can object until the dates given."), None)
    return NextStep("", _("You need not do anything more."), None)


def _answer_clock(case: Case) -> CaseClock:
    days = cases.plan_of(case.version).limits.acceptance_days
    note = _("Without an answer within %(limit)s, the application is deemed accepted by law.")
    answer = light_of(case)
    waiting = _("counted again from the day the supplement comes in")
    return replace(
        answer, note=note % {"limit": codes.in_words(days, "workday")} if answer.due_on else "", waiting=waiting
    )


def _clock(
    name: str, case: Case | CaseRow, due: date | None, context: deadlines.ClockContext, start: date | None = None
) -> CaseClock:
    light = lights.light(case, due, context, start)
    word = context.word(light, done=case.decided_on is not None)
    return CaseClock(name, due, light, word, is_provisional=_may_move(due, context) and case.decided_on is None)


def _may_move(due: date | None, context: deadlines.ClockContext) -> bool:
    return due is not None and due >= context.today and not codes.calendar().knows(due)
