"""Hand in an application; answer a request for a supplement; take it back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import writing
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases.events import CaseSubmitted, CaseSupplemented, CaseWithdrawn
from tongban.platform.cases.models import Case, Participation
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, lock, must_speak_for
from tongban.platform.cases.services.drafting import ServiceChanged, ServiceWithdrawn, checklist
from tongban.platform.catalogue.models import Version
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

# The answer of this name says in which area the matter lies; without it, where the department is.
DISTRICT = "district"


class NotDeclared(Refusal):
    status = 422
    message = _("Please confirm the declaration: you answer for the truth of what you hand in.")


class Incomplete(Invalid):
    message = _("The application is not complete yet.")


@transaction.atomic
def submit(*, actor: Actor, uid: str, declared: bool) -> Case:
    """Turn a draft into a case: number, query code, process, journal. Submitting it twice gives the same case.

    Raises NotFound, NotDeclared, Incomplete, ServiceChanged, ServiceWithdrawn.
    """
    case = lock(uid=uid)
    must_speak_for(actor, case)
    if case.state != Case.State.DRAFT:
        return case
    if not declared:
        raise NotDeclared()
    _check_version(case.version)
    definition = plan.of(case.version)
    case.answers = definition.form.relevant(case.answers)
    still = checklist(case)
    if not still.ready:
        raise Incomplete({**still.problems, **{f"material:{line['code']}": [line["name"]] for line in still.missing}})
    now = clock.now()
    case.area = str(case.answers.get(DISTRICT) or case.area)
    case.number = f"{case.area or '000000'}-{clock.today():%Y%m%d}-{ids.token(7)}"
    case.query_code = ids.digits(6)
    case.submitted_at = now
    case.fees = fees_due(definition.guide)
    case.unit = definition.limits.unit
    departments = definition.departments()
    with writing.together():
        act(
            case,
            "submitted",
            actor=actor,
            data=_where(actor),
            also=("answers", "area", "number", "query_code", "submitted_at", "fees", "unit"),
        )
        taking_part = {case.department_id, *departments.values()}
        writing.insert(
            *[
                Participation(case=case, department_id=pk, area=case.area, state=case.state, submitted_at=now)
                for pk in sorted(taking_part)
            ]
        )
        workflow.start(
            actor=actor,
            definition=definition.process,
            subject=case.subject,
            title=f"{case.version.service.name} · {case.applicant_name}",
            data={},
            roles=departments,
            area=case.area,
            due=case.acceptance_due_on,
        )
        journal.write(CaseSubmitted(case.pk, case.number, case.version.service.code), by=actor, subject=case.subject)
    return case


@transaction.atomic
def supplement(*, actor: Actor, case: Case, answers: Mapping[str, Any], note: str = "") -> Case:
    """Hand in what the window asked for. Raises NotFound, NotNow, Incomplete."""
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    case.answers = plan.of(case.version).form.relevant({**case.answers, **answers})
    still = checklist(case)
    if not still.ready:
        raise Incomplete({**still.problems, **{f"material:{line['code']}": [line["name"]] for line in still.missing}})
    act(case, "supplemented", actor=actor, opinion=note, data=_where(actor), also=("answers",))
    for task in Task.objects.of(case.subject).open().kind("accept"):
        workflow.reschedule(actor=SYSTEM, task=task, due_on=case.acceptance_due_on)
    journal.write(CaseSupplemented(case.pk, str(case.number)), by=actor, subject=case.subject)
    return case


@transaction.atomic
def withdraw(*, actor: Actor, case: Case, reason: str) -> Case:
    """Take an application back before it is decided. Raises NotFound, NotNow."""
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    act(case, "withdrawn", actor=actor, opinion=reason, data=_where(actor))
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
    journal.write(CaseWithdrawn(case.pk, str(case.number)), by=actor, subject=case.subject, reason=reason)
    return case


def fees_due(guide: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the definition charges: name, amount in fen, unit, legal basis."""
    fee = guide.get("fee", {})
    return [dict(item) for item in fee.get("item", [])] if fee.get("charged") else []


def _where(actor: Actor) -> dict[str, bool]:
    """Say that an official did this for the applicant, who stood at the window."""
    return {"window": True} if actor.kind == "staff" else {}


def _check_version(version: Version) -> None:
    if version.state == Version.State.SUPERSEDED:
        raise ServiceChanged()
    if version.state != Version.State.PUBLISHED:
        raise ServiceWithdrawn()
