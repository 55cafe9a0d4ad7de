"""容缺受理: the main materials are there; the applicant promises the others, and the case is accepted without them.

Until they come nothing is decided; where they do not come in time the application counts as withdrawn.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.cases.events import CaseWithdrawn, DeferralBegun, DeferralEnded, DeferralPromised
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.services import plan
from tongban.platform.cases.services.acting import act, foreseen, lock, must_speak_for
from tongban.platform.cases.services.lapsing import must_be_over
from tongban.platform.workflow import services as workflow

Lines = Iterable[Mapping[str, Any]]


class NotDeferrable(Refusal):
    status = 422
    message = _("This service does not let these materials follow later: %(named)s.")


class MaterialsMissing(Refusal):
    message = _("Nothing can be decided yet: the applicant still has to bring %(named)s, until %(until)s.")


class NothingDeferred(Refusal):
    message = _("Nothing is waited for in this case.")


def promise(case: Case, actor: Actor, lines: Lines) -> None:
    """Take the applicant's promise to bring these materials after acceptance. Raises NotDeferrable."""
    lines = list(lines)
    days = plan.of(case.version).deferral.get("days")
    stray = [line for line in lines if not line.get("deferrable")] if days else lines
    if stray:
        raise NotDeferrable(named=_named(stray))
    codes = [line["code"] for line in lines]
    act(case, "deferral_promised", actor=actor, data={"materials": codes, "named": _named(lines), "days": days})
    journal.write(DeferralPromised(case.pk, str(case.number), codes), by=actor, subject=case.subject)


def lacking(case: Case) -> list[Mapping[str, Any]]:
    """Return the lines of the materials that were promised for later and are not there yet."""
    promised = Action.objects.of(case).deferrals().newest()
    if promised is None:
        return []
    there = Material.objects.codes_of(case)
    wanted = [code for code in promised.data["materials"] if code not in there]
    return [line for line in plan.of(case.version).lines if line["code"] in wanted]


def is_awaited(case: Case, code: str) -> bool:
    """Say whether papers may come and go under this line of a case that was handed in without it."""
    if case.state not in {Case.State.SUBMITTED, Case.State.ACCEPTED}:
        return False
    said = Action.objects.of(case).of_kinds(["deferral_promised", "deferral_ended"]).newest()
    return said is not None and said.kind == "deferral_promised" and code in said.data["materials"]


def begin(case: Case, actor: Actor, department: str) -> None:
    """Say, as the case is accepted, what is still to come and until when; nothing where nothing is."""
    lines = lacking(case)
    if not lines:
        return
    due_on, codes = str(foreseen(case, "deferral_begun").applicant_due_on), [line["code"] for line in lines]
    data = {"materials": codes, "named": _named(lines), "due_on": due_on}
    act(case, "deferral_begun", actor=actor, department=department, data=data)
    journal.write(DeferralBegun(case.pk, str(case.number), codes, due_on), by=actor, subject=case.subject)


@transaction.atomic
def bring_deferred(*, actor: Actor, case: Case) -> Case:
    """Say that everything promised is there: the case goes on. Doing it twice changes nothing.

    Raises NotFound, NothingDeferred, MaterialsMissing, WrongCaseState.
    """
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    begun = Action.objects.of(case).of_kinds(["deferral_begun", "deferral_ended"]).newest()
    if begun is None:
        raise NothingDeferred()
    if begun.kind == "deferral_ended":
        return case
    must_have_everything(case)
    act(case, "deferral_ended", actor=actor, data={"named": begun.data["named"]})
    journal.write(DeferralEnded(case.pk, str(case.number)), by=actor, subject=case.subject)
    return case


def must_have_everything(case: Case) -> None:
    """Raise MaterialsMissing while something promised for later is missing."""
    if lines := lacking(case):
        raise MaterialsMissing(named=_named(lines), until=case.applicant_due_on or "")


@transaction.atomic
def deem_withdrawn(*, case: Case) -> Case:
    """End a case whose applicant did not bring in time what they promised. Doing it twice changes nothing.

    Source: 安阳市政务服务条例 (逾期未补齐的，视为撤回申请). Raises StillTime, WrongCaseState.
    """
    case = lock(pk=case.pk)
    if case.state == Case.State.WITHDRAWN:
        return case
    due_on, lines = must_be_over(case).isoformat(), lacking(case)
    act(case, "deemed_withdrawn", actor=SYSTEM, data={"due_on": due_on, "named": _named(lines)})
    workflow.cancel(actor=SYSTEM, subject=case.subject, reason="promised materials overdue")
    journal.write(CaseWithdrawn(case.pk, str(case.number)), by=SYSTEM, subject=case.subject)
    return case


def may_wait(missing: Collection[Mapping[str, Any]], definition: plan.Plan) -> bool:
    """Say whether an application may be handed in without these materials, against a promise."""
    return bool(missing and definition.deferral) and all(line.get("deferrable") for line in missing)


def _named(lines: Lines) -> str:
    return "、".join(line["name"] for line in lines)
