"""Put objects under supervision, class their risk, give officers their cards, keep conflicts of interest."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.applications.inspection.events import EntityClassed, EntityListed, OfficerCarded, OfficerConflictDeclared
from tongban.applications.inspection.models import EnforcementOfficer, EntityRisk, OfficerConflict, SupervisedEntity
from tongban.applications.inspection.models.entities import EntityKind, RiskClass
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.identity.models import Account, Department
from tongban.platform.parties.models import Party

MANAGE = "inspection.manage"


@transaction.atomic
def list_entity(
    *,
    actor: Actor,
    name: str,
    kind: str,
    address: str,
    department: Department,
    area: str,
    party: Party | None = None,
    risk: str = RiskClass.B,
    source: str,
    reason: str,
    thing: str = "",
) -> SupervisedEntity:
    """Put an object under the supervision of a department, with its first risk class. Raises NotAllowed, Invalid."""
    actor.must_hold(MANAGE, department=department.pk, area=area)
    if not name.strip() or kind not in EntityKind.values:
        raise Invalid({"name": [_("Say what the object is called, and of which kind it is.")]})
    entity = SupervisedEntity.objects.create(
        name=name.strip(),
        kind=kind,
        address=address.strip(),
        department=department,
        area=area,
        party=party,
        risk=risk,
        thing=thing,
        listed_on=clock.today(),
    )
    _class(actor, entity, risk, clock.today(), source, reason)
    journal.write(EntityListed(entity.pk, kind, department.key), by=actor, subject=entity.subject)
    return entity


@transaction.atomic
def classify(
    *, actor: Actor, entity: SupervisedEntity, risk: str, source: str, reason: str, valid_from: date | None = None
) -> EntityRisk:
    """Put an object into a risk class from a day on, not before the last change. Raises NotAllowed, Invalid."""
    actor.must_hold(MANAGE, department=entity.department_id, area=entity.area)
    entity = SupervisedEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    day = valid_from or clock.today()
    last = EntityRisk.objects.of(entity).first()
    if risk not in RiskClass.values:
        raise Invalid({"risk": [_("There is no such risk class.")]})
    if not source.strip() or not reason.strip():
        raise Invalid({"reason": [_("Say where the class comes from, and why.")]})
    if day > clock.today() or (last and day < last.valid_from):
        raise Invalid({"risk": [_("A class counts from today at the latest, and never before the last change.")]})
    row = _class(actor, entity, risk, day, source, reason)
    entity.risk = risk
    entity.save(update_fields=["risk"])
    return row


@transaction.atomic
def end_entity(*, actor: Actor, entity: SupervisedEntity) -> SupervisedEntity:
    """Say that an object is supervised no more. Twice is once. Raises NotAllowed."""
    actor.must_hold(MANAGE, department=entity.department_id, area=entity.area)
    entity = SupervisedEntity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    entity.ended_on = entity.ended_on or clock.today()
    entity.save(update_fields=["ended_on"])
    return entity


@transaction.atomic
def card_officer(
    *, actor: Actor, account: Account, card: str, department: Department, valid_until: date
) -> EnforcementOfficer:
    """Enter the enforcement card of an official, or its new last day. Raises NotAllowed."""
    actor.must_hold(MANAGE, department=department.pk, area=department.area)
    officer, _created = EnforcementOfficer.objects.update_or_create(
        account=account, defaults={"card": card, "department": department, "valid_until": valid_until}
    )
    journal.write(OfficerCarded(officer.pk, card), by=actor, subject=f"enforcement-officer:{officer.pk}")
    return officer


@transaction.atomic
def declare_conflict(
    *, actor: Actor, officer: EnforcementOfficer, entity: SupervisedEntity, reason: str
) -> OfficerConflict:
    """Say that an officer keeps away from an object: by whoever manages, or by the officer. Raises NotAllowed."""
    if officer.account_id != actor.account:
        actor.must_hold(MANAGE, department=officer.department_id, area=entity.area)
    if not reason.strip():
        raise Invalid({"reason": [_("Say what the conflict of interest is.")]})
    conflict, created = OfficerConflict.objects.get_or_create(
        officer=officer, entity=entity, defaults={"reason": reason.strip(), "declared_on": clock.today()}
    )
    if created:
        journal.write(OfficerConflictDeclared(officer.pk, entity.pk), by=actor, subject=entity.subject)
    return conflict


def _class(actor: Actor, entity: SupervisedEntity, risk: str, day: date, source: str, reason: str) -> EntityRisk:
    row = EntityRisk.objects.create(
        entity=entity, risk=risk, valid_from=day, source=source.strip(), reason=reason.strip(), actor=actor.name
    )
    journal.write(EntityClassed(entity.pk, risk, day.isoformat()), by=actor, subject=entity.subject)
    return row
