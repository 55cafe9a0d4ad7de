"""Systems outside that may send alarms: proposed with a basis, approved by somebody else, until a day."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.safecity.events import OutsideSourceApproved, OutsideSourceEnded, OutsideSourceProposed
from tongban.applications.safecity.models import OutsideSource, SafetyAlarm
from tongban.applications.safecity.services import alarms
from tongban.applications.safecity.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotFound, Refusal
from tongban.platform.identity.models import Account, Department

OUTSIDE, SEND = "safecity.outside", "safecity.send_alarm"


class ProposerApproves(Refusal):
    status = 403
    message = gettext_lazy("Somebody other than who proposed it has to approve.")


class ApprovedBefore(Conflict):
    message = gettext_lazy("This was approved already.")


class SourceNotInForce(Refusal):
    status = 403
    message = gettext_lazy("This source is not approved, or its term is over. No alarm of it is taken.")


@dataclass(frozen=True)
class SourceEntry:
    """What is said of a source; see `models.OutsideSource`. client: login of the account whose key it uses."""

    name: str
    operator: str
    department: Department
    purpose: str
    legal_basis: str
    client: str
    keep_days: int
    valid_from: date
    valid_until: date
    area: str = ""


@dataclass(frozen=True)
class OutsideAlarm:
    """An alarm as another system says it: words and a place. There is no field for pictures, nor for a person.

    key   the other system's own number of it, by which the same alarm is known again
    """

    key: str
    title: str
    at: datetime
    words: str = ""
    level: int = 2
    latitude: float | None = None
    longitude: float | None = None


@transaction.atomic
def propose_source(*, actor: Actor, entry: SourceEntry) -> OutsideSource:
    """Propose a source; it may send nothing before somebody else approves it. Raises NotAllowed, Invalid."""
    actor.must_hold(OUTSIDE, department=entry.department.pk, area=entry.area)
    client = Account.objects.with_login(entry.client.strip())
    now, days = terms(), (entry.valid_until - entry.valid_from).days
    wrong = {
        "name": "" if entry.name.strip() and entry.operator.strip() else _("Name the system and who runs it."),
        "purpose": "" if entry.purpose.strip() else _("Say what its alarms are for."),
        "legal_basis": "" if entry.legal_basis.strip() else _("Name the provision or decision that allows it."),
        "client": "" if client and client.kind == "client" else _("No account of another system has this login name."),
        "keep_days": ""
        if 1 <= entry.keep_days <= now.outside_keep_days
        else _("Content is kept for 1 to %(most)s days.") % {"most": now.outside_keep_days},
        "valid_until": ""
        if 0 <= days <= now.outside_term_days
        else _("The term has between 1 and %(most)s days.") % {"most": now.outside_term_days},
    }
    errors = {name: [sentence] for name, sentence in wrong.items() if sentence}
    if errors or client is None:
        raise Invalid(errors)
    source = OutsideSource.objects.create(
        name=entry.name.strip(),
        operator=entry.operator.strip(),
        department=entry.department,
        area=entry.area,
        purpose=entry.purpose.strip(),
        legal_basis=entry.legal_basis.strip(),
        client=client,
        keep_days=entry.keep_days,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        proposed_by_id=actor.account,
        proposer=actor.name,
    )
    journal.write(OutsideSourceProposed(source.pk), by=actor, subject=f"outsidesource:{source.pk}")
    return source


@transaction.atomic
def approve_source(*, actor: Actor, source: OutsideSource) -> OutsideSource:
    """Approve what somebody else proposed. Raises NotAllowed, ProposerApproves, ApprovedBefore."""
    actor.must_hold(OUTSIDE, department=source.department_id, area=source.area)
    found: OutsideSource = OutsideSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if actor.account is None or found.proposed_by_id in (actor.account, *actor.colleagues):
        raise ProposerApproves()
    if found.approved_at or found.ended_on:
        raise ApprovedBefore()
    found.approved_by_id, found.approver, found.approved_at = actor.account, actor.name, clock.now()
    found.save()
    told = OutsideSourceApproved(found.pk, found.valid_until.isoformat())
    journal.write(told, by=actor, subject=f"outsidesource:{found.pk}")
    return found


@transaction.atomic
def end_source(*, actor: Actor, source: OutsideSource) -> OutsideSource:
    """Let a source send no more; one person is enough, and again changes nothing. Raises NotAllowed."""
    actor.must_hold(OUTSIDE, department=source.department_id, area=source.area)
    found: OutsideSource = OutsideSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    if found.ended_on is None:
        found.ended_on = clock.today()
        found.save()
        journal.write(OutsideSourceEnded(found.pk), by=actor, subject=f"outsidesource:{found.pk}")
    return found


def source_of(login: str) -> OutsideSource:
    """Return the newest source that an account of another system sends for. Raises NotFound."""
    found = OutsideSource.objects.filter(client__login=login).order_by("-pk").first()
    if found is None:
        raise NotFound()
    return found


@transaction.atomic
def take_alarm(*, actor: Actor, source: str, alarm: OutsideAlarm) -> SafetyAlarm:
    """Take an alarm of a source in, by the key of its own account; it waits for two people.

    source   its uid. Raises NotAllowed, NotFound, SourceNotInForce, Invalid.
    """
    actor.must_hold(SEND)
    found = OutsideSource.objects.select_related("department").filter(uid=source).first()
    if found is None or found.client_id != actor.account:
        raise NotFound()
    actor.must_hold(SEND, department=found.department_id, area=found.area)
    if not found.in_force(clock.today()):
        raise SourceNotInForce()
    if not alarm.key.strip() or not alarm.title.strip():
        raise Invalid({"title": [_("Say in a few words what happened.")]})
    return alarms.raise_alarm(
        actor=actor,
        kind=SafetyAlarm.Kind.OUTSIDE,
        key=f"outside:{found.pk}:{alarm.key.strip()}",
        department=found.department,
        area=found.area,
        title=alarm.title.strip(),
        words=alarm.words.strip(),
        level=alarm.level,
        place=(alarm.latitude, alarm.longitude),
        happened_at=min(alarm.at, clock.now()),
        source=found,
    )
