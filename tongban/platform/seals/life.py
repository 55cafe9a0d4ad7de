"""The life of a seal: applied for, made, in use, suspended, destroyed; each step proposed by one, confirmed by another.

The house itself may take a step alone: where a city is founded, and where a department is dissolved.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed, NotFound, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.seals import drawing, rules
from tongban.platform.seals.events import (
    SealActivated,
    SealApproved,
    SealChangeProposed,
    SealChangeRejected,
    SealMade,
    SealResumed,
    SealSuspended,
    SealWithdrawn,
)
from tongban.platform.seals.models import Seal, SealChange, SealWait

Step, Outcome, State = SealChange.Step, SealChange.Outcome, Seal.State
FACTS: dict[str, Any] = {
    Step.APPLY: SealApproved,
    Step.ACTIVATE: SealActivated,
    Step.SUSPEND: SealSuspended,
    Step.RESUME: SealResumed,
    Step.DESTROY: SealWithdrawn,
}


class SealExists(Refusal):
    message = _("%(department)s already has a seal %(name)s.")


class ChangeOpen(Refusal):
    message = _("A change of this seal is waiting for a second person already. Let them confirm or reject it first.")


class StepImpossible(Refusal):
    message = _("This step is not possible: the seal is %(state)s.")


class NoChangeReason(Refusal):
    status, field = 422, "reason"
    message = _("Say why; the second person decides by it, and it stays on record.")


class SamePerson(Refusal):
    message = _("You proposed this change yourself. Somebody else who looks after seals has to confirm it.")


class SinceWrong(Refusal):
    status, field = 422, "since"
    message = _("Only a destruction names since when the key is in wrong hands, and that moment has passed.")


class ValidityWrong(Refusal):
    status, field = 422, "valid_until"
    message = _("A seal is valid until a day that has not passed, and not before its first day.")


@transaction.atomic
def apply_for(
    *,
    actor: Actor,
    department: Department,
    name: str,
    reason: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> SealChange:
    """Apply for a seal of a department; somebody else confirms it. Raises NotAllowed, SealExists, ValidityWrong."""
    actor.must_hold("seals.manage", department=department.pk, area=department.area)
    begins = valid_from or clock.today()
    if valid_until and valid_until < max(begins, clock.today()):
        raise ValidityWrong()
    seal = _created(department, name, State.APPLIED, valid_from=begins, valid_until=valid_until)
    return _proposed(actor, seal, Step.APPLY, reason)


@transaction.atomic
def propose(*, actor: Actor, seal: Seal, step: str, reason: str, since: datetime | None = None) -> SealChange:
    """Propose the next step of a seal. Raises NotAllowed, StepImpossible, ChangeOpen, NoChangeReason, SinceWrong.

    since   of a destruction: from when on its key was in wrong hands, so that nothing it signed later is good
    """
    _must_look_after(actor, seal)
    seal = Seal.objects.select_for_update(of=("self",)).select_related("department").get(pk=seal.pk)
    if step not in rules.possible(seal.state):
        raise StepImpossible(state=seal.get_state_display())
    if since and (step != Step.DESTROY or since > clock.now()):
        raise SinceWrong()
    return _proposed(actor, seal, step, reason, since)


@transaction.atomic
def confirm(*, actor: Actor, change: SealChange) -> Seal:
    """Take the step that somebody else proposed. Raises NotAllowed, SamePerson, Conflict, StepImpossible."""
    change, seal = _locked(actor, change)
    if change.proposed_by == actor.account or not actor.account:
        raise SamePerson()
    step = rules.STEPS[change.step]
    if seal.state not in step.before:
        raise StepImpossible(state=seal.get_state_display())
    _settle(actor, change, Outcome.CONFIRMED, "")
    _take(actor, seal, change)
    return seal


@transaction.atomic
def reject(*, actor: Actor, change: SealChange, remark: str) -> SealChange:
    """Reject a step that was proposed, or take back one's own. Raises NotAllowed, Conflict, NoChangeReason."""
    change, _seal = _locked(actor, change)
    if not remark.strip():
        raise NoChangeReason()
    _settle(actor, change, Outcome.REJECTED, remark)
    return change


@transaction.atomic
def make(
    *,
    actor: Actor,
    department: Department,
    name: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    order: int = 0,
) -> Seal:
    """Let the house give a department a seal that is in use at once, with key and certificate.

    Raises NotAllowed for everybody else, SealExists.

    name   what kind of seal it is: "电子证照专用章", "行政审批专用章"
    """
    _must_be_house(actor)
    begins = valid_from or clock.today()
    seal = _created(department, name, State.ACTIVE, valid_from=begins, valid_until=valid_until, order=order)
    _equip(seal)
    journal.write(SealMade(seal.pk, department.key, name), by=actor, subject=f"seal:{seal.pk}")
    return seal


@transaction.atomic
def suspend(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Let the house suspend a seal. Raises NotAllowed, NotFound."""
    return _moved(actor, seal, Step.SUSPEND, reason)


@transaction.atomic
def resume(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Let the house bring a suspended seal back into use. Raises NotAllowed, NotFound."""
    return _moved(actor, seal, Step.RESUME, reason)


@transaction.atomic
def withdraw(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Let the house destroy a seal. What waits for a second person is rejected. Raises NotAllowed, NotFound."""
    for change in SealChange.objects.open_of([seal]):
        _settle(actor, change, Outcome.REJECTED, reason)
    return _moved(actor, seal, Step.DESTROY, reason)


@transaction.atomic
def take_over(*, department: Department) -> list[Seal]:
    """Withdraw every seal of a department that was dissolved, and give its successor those of its kinds it lacks.

    What was sealed before stays good. Returns the new seals; a second time there are none.
    """
    old = list(Seal.objects.not_withdrawn_of(department).select_related("department"))
    reason = gettext("%(department)s was dissolved.") % {"department": department.name}
    for seal in old:
        withdraw(actor=SYSTEM, seal=seal, reason=reason)
    successor = department.acting
    if successor == department:
        return []
    held = set(Seal.objects.not_withdrawn_of(successor).values_list("name", flat=True))
    lacking = [seal for seal in old if seal.name not in held and seal.state == State.ACTIVE]
    return [make(actor=SYSTEM, department=successor, name=seal.name, order=seal.order) for seal in lacking]


def _created(
    department: Department, name: str, state: str, *, valid_from: date, valid_until: date | None, order: int = 0
) -> Seal:
    try:
        with transaction.atomic():
            return Seal.objects.create(
                department=department,
                name=name,
                text=department.name,
                code=_next_code(department),
                picture=b"",
                owner=f"department:{department.key}",
                state=state,
                valid_from=valid_from,
                valid_until=valid_until,
                order=order,
                made_at=clock.now(),
            )
    except IntegrityError as error:
        raise SealExists(department=department.name, name=name) from error


def _equip(seal: Seal) -> None:
    """Give a seal its key with a certificate, and its impression."""
    crypto.key_for(seal.owner, common_name=f"{seal.department.name}电子印章")
    font = Path(apps.get_app_config("documents").path) / "fonts"
    seal.picture = drawing.drawn(drawing.Impression(seal.text, seal.name, seal.code), font)
    seal.made_at = clock.now()
    seal.save(update_fields=["picture", "made_at"])


def _proposed(actor: Actor, seal: Seal, step: str, reason: str, since: datetime | None = None) -> SealChange:
    if not reason.strip():
        raise NoChangeReason()
    if not actor.account:
        raise NotAllowed()
    try:
        with transaction.atomic():
            change = SealChange.objects.create(
                seal=seal,
                step=step,
                reason=reason.strip()[:200],
                since=since,
                proposed_by=actor.account,
                proposer=actor.name,
                proposed_at=clock.now(),
            )
    except IntegrityError as error:
        raise ChangeOpen() from error
    event = SealChangeProposed(seal.pk, seal.department.key, step)
    journal.write(event, by=actor, subject=f"seal:{seal.pk}", reason=change.reason)
    return change


def _locked(actor: Actor, change: SealChange) -> tuple[SealChange, Seal]:
    seal = Seal.objects.select_for_update(of=("self",)).select_related("department").get(pk=change.seal_id)
    _must_look_after(actor, seal)
    found = SealChange.objects.select_for_update().get(pk=change.pk)
    if found.outcome:
        raise Conflict()
    return found, seal


def _settle(actor: Actor, change: SealChange, outcome: str, remark: str) -> None:
    change.outcome, change.remark = outcome, remark.strip()[:200]
    change.settled_by, change.settler, change.settled_at = actor.account, actor.name, clock.now()
    change.save(update_fields=["outcome", "remark", "settled_by", "settler", "settled_at"])
    if outcome == Outcome.CONFIRMED:
        return
    seal = change.seal
    if change.step == Step.APPLY:
        seal.state = State.REFUSED
        seal.save(update_fields=["state"])
    event = SealChangeRejected(seal.pk, seal.department.key, change.step)
    journal.write(event, by=actor, subject=f"seal:{seal.pk}", reason=change.remark)


def _take(actor: Actor, seal: Seal, change: SealChange) -> None:
    """Take a confirmed step, and what it brings with it."""
    seal.state = rules.STEPS[change.step].after
    if change.step == Step.ACTIVATE:
        seal.valid_from = max(seal.valid_from, clock.today())
    seal.save(update_fields=["state", "valid_from"])
    if change.step == Step.MAKE:
        _equip(seal)
        event: Any = SealMade(seal.pk, seal.department.key, seal.name)
    else:
        event = FACTS[change.step](seal.pk, seal.department.key)
    journal.write(event, by=actor, subject=f"seal:{seal.pk}", reason=change.reason)
    if change.since:
        _revoke_keys(actor, seal, change.since, change.reason)
    if seal.state == State.ACTIVE:
        _let_waiting_go_on(seal)


def _moved(actor: Actor, seal: Seal, step: str, reason: str) -> Seal:
    _must_be_house(actor)
    change = rules.STEPS[step]
    before = {*change.before, "applied"} if step == Step.DESTROY else change.before
    locked = Seal.objects.select_for_update().filter(pk=seal.pk, state__in=before).first()
    if locked is None:
        raise NotFound()
    locked.state = change.after
    locked.save(update_fields=["state"])
    event = FACTS[step](seal.pk, seal.department.key)
    journal.write(event, by=actor, subject=f"seal:{seal.pk}", reason=reason)
    if locked.state == State.ACTIVE:
        _let_waiting_go_on(locked)
    return locked


def _revoke_keys(actor: Actor, seal: Seal, since: datetime, reason: str) -> None:
    """Trust nothing that the keys of the seal's department signed since then: they sign for all of its seals."""
    for key in Key.objects.not_revoked_of([seal.owner, f"sm2:{seal.owner}"]):
        crypto.revoke(actor=actor, key_digest=key.key_digest, reason=reason, since=since)


def _let_waiting_go_on(seal: Seal) -> None:
    """Let the papers that wait for a seal of this department be made at once."""
    jobs.hasten(SealWait.objects.of(seal.department).values_list("subject", flat=True))


def _must_look_after(actor: Actor, seal: Seal) -> None:
    actor.must_hold("seals.manage", department=seal.department_id, area=seal.department.area)


def _must_be_house(actor: Actor) -> None:
    if actor.kind != "system":
        raise NotAllowed()


def _next_code(department: Department) -> str:
    """Return area and running number, 13 digits, as the seals of authorities are numbered."""
    area = f"{department.area:0<6}"[:6]
    last = Seal.objects.select_for_update().filter(code__startswith=area).order_by("-code").first()
    return f"{area}{int(last.code[6:]) + 1 if last else 1:07}"
