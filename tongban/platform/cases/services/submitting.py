"""Hand in an application; take it back."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid, Refusal
from tongban.platform.cases.events import CaseSubmitted, CaseWithdrawn
from tongban.platform.cases.models import Case, Material
from tongban.platform.cases.services import again, committing, deferring, facts, plan
from tongban.platform.cases.services.acting import WrongCaseState, act, let_in, lock, must_speak_for
from tongban.platform.cases.services.deciding_at_once import decide_at_once
from tongban.platform.cases.services.drafting import ServiceChanged, ServiceNoLongerOffered, checklist
from tongban.platform.catalogue.models import Version
from tongban.platform.identity import services as identity
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance

# The answer of this name says in which area the matter lies; without it, where the department is.
DISTRICT = "district"


class NotDeclared(Refusal):
    status = 422
    message = _("Please confirm the declaration: you are responsible for the truth of what you submit.")


class Incomplete(Invalid):
    message = _("The application is not complete yet.")


@transaction.atomic
def submit(
    *,
    actor: Actor,
    uid: str,
    declared: bool,
    by_person: bool = False,
    deferred: bool = False,
    committed: bool = False,
) -> Case:
    """Turn a draft into a case: number, query code, process, journal. Submitting it twice gives the same case.

    by_person   the applicant wants a person to decide, where the system could do so at once
    deferred    the applicant promises to bring what is missing after acceptance, where the service lets it follow
    committed   the applicant commits to meeting the conditions, to be granted at once and checked afterwards

    Raises NotFound, NotDeclared, Incomplete, FactsChanged, ServiceChanged, ServiceNoLongerOffered, NoCommitment,
    CommitmentBarred.
    """
    case = identity.must_find(Case.objects.locked_with_applicant(uid), actor, "case", uid)
    must_speak_for(actor, case)
    if case.state != Case.State.DRAFT:
        return case
    if not declared:
        raise NotDeclared()
    _check_version(case.version)
    definition = plan.of(case.version)
    if facts.stale(case):
        raise facts.FactsChanged()
    case.answers = definition.form.relevant(case.answers)
    contents = Material.objects.contents_of(case)
    still = checklist(case, {code for code, _digest in contents})
    if not (still.ready or (deferred and still.may_wait)):
        raise Incomplete(still.faults)
    now = clock.now()
    case.area = str(case.answers.get(DISTRICT) or case.area)
    case.number = f"{case.area or '000000'}-{clock.today():%Y%m%d}-{ids.token(7)}"
    case.query_code = ids.digits(6)
    case.about = again.about(case)
    case.submitted_at = now
    case.fees = fees_due(definition.guide)
    case.unit = definition.limits.unit
    with bulk.batch():
        act(
            case,
            "submitted",
            actor=actor,
            data={**where(actor), **facts.noted(case), **_confirmed(case)},
        )
        if still.missing:
            deferring.promise(case, actor, still.missing)
        process = committing.take(case, actor) if committed else _started(case, actor)
        let_in(case, {task.department_id for task in process.opened}, first=True)
        journal.write(_told(case, contents), by=actor, subject=case.subject)
    if committed:
        return committing.grant(case)
    return decide_at_once(case) if definition.instant and not by_person else case


def _started(case: Case, actor: Actor) -> Instance:
    """Begin the process of the service: its first tasks are on desks."""
    definition = plan.of(case.version)
    return workflow.start(
        actor=actor,
        definition=definition.process,
        subject=case.subject,
        title=f"{case.version.service.name} · {case.applicant_name}",
        topic=case.version.service.code,
        data={},
        roles=definition.departments(),
        area=case.area,
        due=case.acceptance_due_on,
    )


@transaction.atomic
def withdraw(*, actor: Actor, case: Case, reason: str) -> Case:
    """Take an application back before it is decided. Raises NotFound, WrongCaseState."""
    case = lock(pk=case.pk)
    must_speak_for(actor, case)
    if case.person_asked_on:  # what was decided already stands
        raise WrongCaseState(state=case.get_state_display())
    act(case, "withdrawn", actor=actor, opinion=reason, data=where(actor))
    workflow.cancel(actor=actor, subject=case.subject, reason=reason)
    journal.write(CaseWithdrawn(case.pk, str(case.number)), by=actor, subject=case.subject, reason=reason)
    return case


def _told(case: Case, contents: Iterable[tuple[str, str]]) -> CaseSubmitted:
    return CaseSubmitted(case.pk, str(case.number), case.version.service.code, digest_of(case, contents))


def digest_of(case: Case, contents: Iterable[tuple[str, str]] | None = None) -> str:
    """Return the keyed digest of all answers and files of a case: what a fact in the journal says was handed in.

    contents   code and file digest of its materials, where they were read already
    """
    papers = Material.objects.contents_of(case) if contents is None else contents
    return crypto.digest_of(json.dumps([case.answers, list(papers)], ensure_ascii=False, sort_keys=True))


def fees_due(guide: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the definition charges: name, amount in fen, unit, legal basis."""
    fee = guide.get("fee", {})
    return [dict(item) for item in fee.get("item", [])] if fee.get("charged") else []


def where(actor: Actor) -> dict[str, bool]:
    """Say that an official did this for the applicant, who stood at the window."""
    return {"window": True} if actor.kind == "staff" else {}


def _confirmed(case: Case) -> dict[str, list[str]]:
    """Name the checks whose finding the applicant confirmed, for the record; what they said stays with the case."""
    return {"confirmed": sorted(case.confirmed)} if case.confirmed else {}


def _check_version(version: Version) -> None:
    if version.state == Version.State.SUPERSEDED:
        raise ServiceChanged()
    if version.state != Version.State.PUBLISHED:
        raise ServiceNoLongerOffered()
