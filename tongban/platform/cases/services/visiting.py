"""When the inspector comes: proposed by them, agreed by the applicant, or another time proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Refusal
from tongban.platform.cases.events import VisitAnswered, VisitProposed
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.accepting import lock_subject
from tongban.platform.cases.services.acting import act, lock, must_hold_duty, must_speak_for
from tongban.platform.cases.services.submitting import where
from tongban.platform.workflow.models import Task

PARTS = ("morning", "afternoon")


class NoSuchTime(Refusal):
    status = 422
    message = _("Choose a day from today on, and morning or afternoon.")


class NothingProposed(Refusal):
    message = _("No visit is awaiting your answer.")


@dataclass(frozen=True)
class Visit:
    """When an inspection is, as far as that is known.

    state       proposed: the applicant may still answer; agreed: it is so, also where nobody answered in time;
                other: the applicant proposed this time, and the inspector has not said yet
    answer_by   until when the applicant may answer
    """

    day: date
    part: str
    state: Literal["proposed", "agreed", "other"]
    answer_by: datetime | None = None
    note: str = ""


@transaction.atomic
def propose_visit(*, actor: Actor, task: Task, day: date, part: str) -> Case:
    """Tell the applicant when the inspector comes; the time they proposed themselves is agreed with it.

    Raises NotAllowed, NoSuchTime, WrongCaseState, Conflict.
    """
    must_hold_duty(actor, "visit_proposed", task)
    if task.kind != "inspect" or task.state != Task.State.OPEN:
        raise Conflict()
    if day < clock.today() or part not in PARTS:
        raise NoSuchTime()
    case = lock_subject(actor, task, None)
    before = visit_of(case)
    asked = plan.of(case.version).inspection(task.key)
    agreed = before is not None and (before.state, before.day, before.part) == ("other", day, part)
    answer_by = clock.now() + timedelta(hours=asked.answer_hours if asked else 24)
    data = {"day": day.isoformat(), "part": part, "answer_by": answer_by.isoformat()}
    act(
        case,
        "visit_agreed" if agreed else "visit_proposed",
        actor=actor,
        department=task.department.name,
        data=data,
    )
    turn = Action.objects.of(case).visits().count()
    journal.write(VisitProposed(case.pk, str(case.number), data["day"], part, turn), by=actor, subject=case.subject)
    return case


@transaction.atomic
def answer_visit(
    *, actor: Actor, case: Case, agreed: bool, day: date | None = None, part: str = "", note: str = ""
) -> Case:
    """Agree to the proposed time, or propose another. Raises NotFound, NothingProposed, NoSuchTime, WrongCaseState."""
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    proposed = visit_of(case)
    if proposed is None or proposed.state != "proposed":
        raise NothingProposed()
    if agreed:
        day, part = proposed.day, proposed.part
    if day is None or day < clock.today() or part not in PARTS:
        raise NoSuchTime()
    wanted = {"day": day.isoformat(), "part": part}
    kind = "visit_agreed" if agreed else "visit_countered"
    act(case, kind, actor=actor, opinion=note.strip(), data={**wanted, **where(actor)})
    journal.write(VisitAnswered(case.pk, str(case.number), agreed, wanted["day"], part), by=actor, subject=case.subject)
    return case


def visit_of(case: Case) -> Visit | None:
    """Return when the inspector comes to this case; None where nobody has said anything."""
    return visits_of([case.pk]).get(case.pk)


def visits_of(cases: Iterable[int]) -> Mapping[int, Visit]:
    """Return when the inspectors come: case -> visit, of those where somebody has proposed a time."""
    return {action.case_id: _visit(action) for action in Action.objects.among(cases).visits()}


def _visit(action: Action) -> Visit:
    data = action.data
    answer_by = datetime.fromisoformat(data["answer_by"]) if "answer_by" in data else None
    states: Mapping[str, Literal["proposed", "agreed", "other"]] = {
        "visit_agreed": "agreed",
        "visit_countered": "other",
        "visit_proposed": "agreed" if answer_by and clock.now() > answer_by else "proposed",
    }
    return Visit(date.fromisoformat(data["day"]), data["part"], states[action.kind], answer_by, action.opinion)
