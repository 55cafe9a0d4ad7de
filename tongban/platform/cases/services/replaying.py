"""Walk a case through what happened to it in an older system: its record, its process, its lists; nothing is sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.rules.takeover import ForeignStep
from tongban.platform.cases.services import offices, plan
from tongban.platform.cases.services.acting import act, foreseen, let_in
from tongban.platform.cases.services.extending import move_tasks
from tongban.platform.codes import services as codes
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# By these a case ends before its process does.
ENDS = frozenset({"not_accepted", "withdrawn", "lapsed", "terminated", "forwarded"})
CHANNEL = "import"

SENTENCES: Mapping[str, StrOrPromise] = {
    "head": gettext_lazy("The first line must say {“format”: “%(format)s”, “version”: …, “system”: …}."),
    "version": gettext_lazy("Version %(version)s of the format is not known here; known is %(known)s."),
    "system": gettext_lazy("The first line must name the older system (“system”)."),
    "not_object": gettext_lazy("The line is no JSON object."),
    "unknown_key": gettext_lazy("“%(name)s” is not known. Known are: %(known)s."),
    "missing": gettext_lazy("“%(name)s” is missing, or is not what it should be."),
    "unknown_step": gettext_lazy(
        "Step %(turn)s: “%(step)s” is not a step that can be taken over. These can: %(known)s."
    ),
    "step_lacks": gettext_lazy("Step %(turn)s, “%(step)s”: “%(name)s” is missing, or is not what it should be."),
    "no_moment": gettext_lazy("Step %(turn)s: “at” must be a moment with its zone, like 2025-03-04T09:30:00+08:00."),
    "future": gettext_lazy("Step %(turn)s lies in the future: %(at)s."),
    "backwards": gettext_lazy("Step %(turn)s lies before the step before it: %(at)s."),
    "not_submitted": gettext_lazy("The first step must be “submitted”, not “%(step)s”."),
    "undelivered": gettext_lazy(
        "The case was decided there, and its result is given out there: take it over with the step “completed”."
    ),
}


class DoesNotFit(Refusal):
    """A case of an older system cannot be taken over; the sentence says why."""

    status = 422
    message = "%(reason)s"


def sentence(word: str, details: Mapping[str, Any]) -> str:
    """Return what is wrong with a line, in words. word: of `rules.takeover`"""
    return str(SENTENCES[word]) % details


def replay(case: Case, done: Sequence[ForeignStep], accounts: Mapping[str, int], *, system: str, number: str) -> None:
    """Take the steps one after another, each at its moment. case: a draft that nobody else has seen.

    accounts   login -> account of the officials who are named with one
    Raises DoesNotFit.
    """
    with clock.at(done[0].at):
        mark = {"taken_over": {"system": system, "number": number}}
        _submit(case, _actor(done[0], accounts), mark)
    for turn, step in enumerate(done[1:], 2):
        if not steps.is_allowed(step.kind, case.state):
            words = {"turn": turn, "step": step.kind, "state": case.get_state_display()}
            raise DoesNotFit(reason=_("Step %(turn)s, “%(step)s”, is not possible: the case is “%(state)s”.") % words)
        follow = _FOLLOWING[step.kind]
        with clock.at(step.at):
            follow(case, step, _actor(step, accounts), turn)


def _submit(case: Case, actor: Actor, mark: Mapping[str, Any]) -> None:
    definition = plan.of(case.version)
    act(case, "submitted", actor=actor, data=dict(mark))
    process = workflow.start(
        actor=actor,
        definition=definition.process,
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        data={},
        roles=offices.roles_of(case),
        area=case.area,
        due=case.acceptance_due_on,
    )
    let_in(case, {task.department_id for task in process.opened}, first=True)


def _take(case: Case, step: ForeignStep, actor: Actor, _turn: int, **data: Any) -> Action:
    """Append the step to the record; what belongs to it is said as the verbs of this house say it."""
    said = {**data, "taken_over": {}}
    return act(
        case, step.kind, actor=actor, department=step.office, opinion=str(step.said.get("opinion", "")), data=said
    )


def _accept(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    _take(case, step, actor, turn)
    for task in _open(case).kind("accept"):
        workflow.complete(actor=actor, task=task, outcome="accept", due=case.promised_due_on)


def _ask_for_supplement(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    points = [{"material": "", "text": text} for text in step.said["points"]]
    due_on = str(foreseen(case, "supplement_requested").applicant_due_on or "")
    _take(case, step, actor, turn, points=points, due_on=due_on)
    move_tasks(case, None, "")


def _supplement(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    _take(case, step, actor, turn, turn=2)
    for task in _open(case).kind("accept"):
        workflow.reschedule(actor=actor, task=task, due_on=case.acceptance_due_on)


def _give_opinion(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    task = _open(case).filter(key=step.said["task"]).kind("review", "inspect").first()
    if task is None:
        words = {"turn": turn, "task": step.said["task"], "open": ", ".join(_open(case).values_list("key", flat=True))}
        raise DoesNotFit(reason=_("Step %(turn)s: the task “%(task)s” is not open then. Open are: %(open)s.") % words)
    outcome = str(step.said["outcome"])
    _take(case, step, actor, turn, task=task.key, title=task.title, outcome=outcome, findings={})
    opinion = str(step.said.get("opinion", ""))
    workflow.complete(actor=actor, task=task, outcome=outcome, opinion=opinion, due=case.promised_due_on)


def _decide(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    task = _open(case).kind("approve").first()
    if task is None:
        words = {"turn": turn, "open": ", ".join(_open(case).values_list("key", flat=True))}
        raise DoesNotFit(
            reason=_("Step %(turn)s: nothing is decided before everybody has given an opinion. Open are: %(open)s.")
            % words
        )
    _take(case, step, actor, turn, task=task.key, title=task.title, decision={}, against=[])
    workflow.complete(actor=actor, task=task, outcome="grant" if step.kind == "granted" else "refuse")


def _end(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    said = {
        "lapsed": {"due_on": str(case.applicant_due_on or "")},
        "terminated": {"cause": str(step.said.get("cause", "other"))},
        "forwarded": {"office": str(step.said.get("to_office", ""))},
    }
    _take(case, step, actor, turn, **said.get(step.kind, {}))
    workflow.cancel(actor=actor, subject=case.subject, reason=str(step.said.get("opinion", "")))


def _extend(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    due_on = str(foreseen(case, "extended").statutory_due_on or "")
    _take(case, step, actor, turn, days=plan.limiting(case).limits.extension_days, due_on=due_on)


def _begin_procedure(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    days = int(step.said["days"])
    turns = Action.objects.of(case).procedures().count() + 1
    _take(case, step, actor, turn, procedure=str(step.said["procedure"]), days=days, turn=turns)
    move_tasks(case, codes.calendar().add(clock.today(), days), "")
    workflow.pause_timers(subject=case.subject)


def _end_procedure(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    begun = Action.objects.of(case).procedures().newest() if case.paused_on else None
    if begun is None:
        raise DoesNotFit(reason=_("Step %(turn)s: no special procedure is under way then.") % {"turn": turn})
    _take(case, step, actor, turn, **{name: begun.data[name] for name in ("procedure", "turn")})
    move_tasks(case, case.promised_due_on, "")
    workflow.resume_timers(subject=case.subject)


def _complete(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    _take(case, step, actor, turn, licence="", document="")


def _deliver(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    said = {"how": "", "receiver": str(step.said["receiver"]), "number": "", "papers": [], "turn": 1}
    _take(case, step, actor, turn, **said)


def _archive(case: Case, step: ForeignStep, actor: Actor, turn: int) -> None:
    _take(case, step, actor, turn, contents=[])


_FOLLOWING: Mapping[str, Callable[[Case, ForeignStep, Actor, int], Any]] = {
    "supplement_requested": _ask_for_supplement,
    "supplemented": _supplement,
    "accepted": _accept,
    "deemed_accepted": _accept,
    "extended": _extend,
    "procedure_begun": _begin_procedure,
    "procedure_ended": _end_procedure,
    "opinion_given": _give_opinion,
    "granted": _decide,
    "refused": _decide,
    "completed": _complete,
    "delivered": _deliver,
    "archived": _archive,
    **dict.fromkeys(ENDS, _end),
}


def _actor(step: ForeignStep, accounts: Mapping[str, int]) -> Actor:
    """Return whoever took the step there; here the house writes it down in their name."""
    return Actor("system", account=accounts.get(step.login), name=step.actor, channel=CHANNEL)


def _open(case: Case) -> Any:
    return Task.objects.of(case.subject).open().select_related("department")
