"""The one way a case changes: an action is appended, and the case follows."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import writing
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotFound, Refusal
from tongban.platform.cases import rules
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import plan
from tongban.platform.codes import services as codes


class NotNow(Refusal):
    message = _("This cannot be done any more: the case is “%(state)s”.")


def lock(*, pk: int | None = None, uid: str = "", revision: int | None = None) -> Case:
    """Take the case with this key or name for this transaction. Raises NotFound; Conflict at another revision."""
    case: Case | None = Case.objects.locked(pk=pk, uid=uid)
    if case is None:
        raise NotFound()
    if revision is not None and case.revision != revision:
        raise Conflict()
    return case


def must_speak_for(actor: Actor, case: Case) -> None:
    """Raise NotFound unless the actor speaks for the applicant: who they are, by mandate, or at the window by duty."""
    if actor.kind == "system":
        return
    if case.applicant_id != actor.stands_for or not actor.may_act_in(case.version.service.code):
        raise NotFound()
    if actor.kind != "person":
        actor.must_hold("cases.file")
        if not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
            raise NotFound()


def act(
    case: Case,
    kind: str,
    *,
    actor: Actor,
    on: date | None = None,
    department: str = "",
    opinion: str = "",
    data: dict[str, Any] | None = None,
    public: bool = True,
    also: Iterable[str] = (),
) -> Action:
    """Append an action to a locked case and move the case along. Raises NotNow.

    also   other fields of the case that the caller has changed and wants kept
    """
    if not rules.allowed(kind, case.state):
        raise NotNow(state=case.get_state_display())
    now, day = clock.now(), on or clock.today()
    action = Action(
        case=case,
        kind=kind,
        at=now,
        on=day,
        account=actor.account,
        actor=actor.name,
        department=department,
        opinion=opinion,
        data=data or {},
        public=public,
    )
    writing.insert(action)
    standing = rules.after(standing_of(case), kind, day, plan.of(case.version).limits, codes.calendar())
    moved = {name: value for name, value in asdict(standing).items() if value != getattr(case, name)}
    for name, value in moved.items():
        setattr(case, name, value)
    case.updated_at = now
    if kind not in rules.ASIDE:
        case.revision += 1
    writing.change(case, [*moved, "updated_at", "revision", *also])
    if kind != "submitted" and rules.STEPS[kind][1]:
        Participation.objects.follow(case)
    return action


def standing_of(case: Case) -> rules.Standing:
    return rules.Standing(**{name: getattr(case, name) for name in rules.Standing.__dataclass_fields__})
