"""Hand in an application; take it back."""

import json
from collections.abc import Iterable, Sequence

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
from tongban.platform.cases.services import about_licence, again, committing, deferring, facts, plan, sending
from tongban.platform.cases.services.acting import WrongCaseState, act, let_in, lock, must_speak_for
from tongban.platform.cases.services.deciding_at_once import decide_at_once
from tongban.platform.cases.services.drafting import ServiceChanged, ServiceNoLongerOffered, checklist
from tongban.platform.cases.services.fees import fees_due
from tongban.platform.cases.services.starting import start_process
from tongban.platform.catalogue.models import Version
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
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
    CommitmentBarred, LicenceOver, LicenceBusy.
    """
    case = identity.must_find(Case.objects.locked_with_applicant(uid), actor, "case", uid)
    must_speak_for(actor, case)
    if case.state != Case.State.DRAFT:
        return case
    if not declared:
        raise NotDeclared()
    _check_version(case.version)
    contents = Material.objects.contents_of(case)
    return take_in(case, actor, contents, by_person=by_person, deferred=deferred, committed=committed)


def take_in(
    case: Case,
    actor: Actor,
    contents: Sequence[tuple[str, str]],
    *,
    by_person: bool = False,
    deferred: bool = False,
    committed: bool = False,
) -> Case:
    """Turn a draft that is held, its applicant too, into a case; the beats of `submit` after the lock.

    contents   code and file digest of its materials
    """
    definition = plan.of(case.version)
    if facts.stale(case):
        raise facts.FactsChanged()
    case.answers = definition.form.relevant(case.answers)
    still = checklist(case, {code for code, _digest in contents})
    if not (still.ready or (deferred and still.may_wait)):
        raise Incomplete(still.faults)
    held = about_licence.must_hold(case)
    now = clock.now()
    case.area = str(case.answers.get(DISTRICT) or case.area) if case.area_office is None else case.area
    window = None if committed else sending.receiving_window(case, actor)
    case.window = window
    case.number = f"{case.area or '000000'}-{clock.today():%Y%m%d}-{ids.token(7)}"
    case.query_code = ids.digits(6)
    case.about = again.about(case)
    case.submitted_at = now
    case.fees = fees_due(definition, case.answers, clock.today(), facts.age(case, clock.today()))
    case.unit = definition.limits.unit
    with bulk.batch():
        act(
            case,
            "submitted",
            actor=actor,
            data={**where(actor), **facts.noted(case), **_confirmed(case), **held},
        )
        if still.missing:
            deferring.promise(case, actor, still.missing)
        process = committing.take(case, actor) if committed else _started(case, actor, window)
        let_in(case, {task.department_id for task in process.opened}, first=True, area=process.area)
        journal.write(_told(case, contents), by=actor, subject=case.subject)
    if committed:
        return committing.grant(case)
    return decide_at_once(case) if definition.instant and not by_person else case


def _started(case: Case, actor: Actor, window: Department | None) -> Instance:
    """Begin the process of the service; at a window elsewhere the file has to be sent to its office first."""
    if window is not None:
        return sending.begin_sending(case, actor, window)
    return start_process(case, actor, due=case.acceptance_due_on)


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
