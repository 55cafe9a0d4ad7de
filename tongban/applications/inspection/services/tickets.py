"""当场处罚: a decision on the spot, within the limits of the simple procedure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from tongban.applications.inspection.events import PenaltyMoved
from tongban.applications.inspection.models import EnforcementOfficer, FieldInspection, PenaltyCase, SupervisedEntity
from tongban.applications.inspection.rules import limits, steps
from tongban.applications.inspection.services import chaining, inspecting, laws
from tongban.applications.inspection.services.refusing import AgainstTheLaw, refuse
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui.templatetags import ui
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity.models import Department
from tongban.platform.letters import services as letters
from tongban.platform.parties.models import Party

INSPECT, PUNISH = "inspection.inspect", "inspection.punish"
# The fields that every penalty case begins with.
Opening = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ActFound:
    """An act that is to be punished: whose, which one, what is known of it, and who found it.

    violated_on   the day on which it ended; today where it goes on
    """

    party: Party
    violation: str
    facts: str
    violated_on: date
    officers: tuple[EnforcementOfficer, EnforcementOfficer]
    department: Department
    area: str
    entity: SupervisedEntity | None = None
    inspection: FieldInspection | None = None


def found_at(inspection: FieldInspection, violation: str, facts: str) -> ActFound:
    """Return an act that an inspection found. Raises NotAllowed where nobody is known whose object it is."""
    if inspection.entity.party is None or inspection.at is None:
        raise NotAllowed()
    return ActFound(
        party=inspection.entity.party,
        violation=violation,
        facts=facts,
        violated_on=inspection.at.date(),
        officers=(inspection.first_officer, inspection.second_officer),
        department=inspection.department,
        area=inspection.area,
        entity=inspection.entity,
        inspection=inspection,
    )


@transaction.atomic
def write_ticket(
    *, actor: Actor, act: ActFound, step: str, fine_fen: int = 0, said: str = "", key: str = ""
) -> PenaltyCase:
    """Decide on the spot: a warning, or a fine within the limits; served at once, filed with the office afterwards.

    step   of discretion; said: what the party stated when it was told; key: the phone's, the same again is the same
    The fine is paid elsewhere (罚缴分离). Raises NotAllowed, AgainstTheLaw.
    """
    _must_inspect(actor, act)
    if key and (written := PenaltyCase.objects.filter(key=key).first()):
        return written
    today, law = clock.today(), laws.law()
    opening = opened(act, law)
    citizen = act.party.kind == Party.Kind.PERSON
    outcome = within_step(law, act.violation, step, fine_fen)
    broken = limits.on_the_spot(law, outcome=outcome, fine_fen=fine_fen, citizen=citizen)
    refuse(broken, law)
    calendar = codes.calendar()
    fined = outcome == limits.FINE
    case = PenaltyCase.objects.create(
        **opening,
        procedure=PenaltyCase.Procedure.SIMPLE,
        state=steps.SERVED if fined else steps.WARNED,
        number=letters.number(mark="当罚", year=today.year, serial=ids.token(7), turn=1),
        step=step,
        outcome=outcome,
        fine_fen=fine_fen,
        proposed=outcome,
        proposed_fen=fine_fen,
        told_on=today,
        stated=bool(said.strip()),
        considered=True,
        decided_on=today,
        decided_by=actor.account,
        served_on=today,
        file_until=calendar.add(today, law.value("simple_file")),
        pay_until=deadlines.last_day(today, law.value("pay"), "day", calendar) if fined else None,
        publish_until=calendar.add(today, law.value("publish")),
        ended_on=None if fined else today,
        key=key or None,
    )
    if act.inspection:
        chaining.enter(case, actor, "evidence", f"{act.inspection.number} {act.inspection.digest}")
    chaining.enter(case, actor, "told", said or "当事人未作陈述、申辩。")
    chaining.enter(case, actor, "ticket", f"{outcome} {fine_fen}")
    told = PenaltyMoved(case.pk, "ticket", case.state)
    journal.write(told, by=actor, subject=case.subject)
    return case


def opened(act: ActFound, law: limits.PenaltyLaw) -> Opening:
    """Return the fields a case begins with, after what bars any penalty: officers, age, time, a fine before.

    Raises AgainstTheLaw, UnknownViolation, and OneOfficer of inspecting.
    """
    today = clock.today()
    found_on = act.inspection.at.date() if act.inspection and act.inspection.at else today
    inspecting.must_be_two(act.officers, on=today, department=act.department.pk)
    violation = laws.violation(act.violation)
    born = act.party.birth_date
    refuse(limits.too_young(law, born=date.fromisoformat(born) if born else None, on=act.violated_on), law)
    refuse(limits.barred(law, violated_on=act.violated_on, found_on=found_on, grave=violation.grave), law)
    for other in PenaltyCase.objects.about(act.party, act.violation)[:50]:
        same = other.violated_on == act.violated_on and other.entity_id == (act.entity.pk if act.entity else None)
        if same and other.state not in {steps.SPARED, steps.ENDED}:
            raise AgainstTheLaw("twice", law=law)
    first, second = act.officers
    return {
        "party": act.party,
        "entity": act.entity,
        "inspection": act.inspection,
        "department": act.department,
        "area": act.area,
        "first_officer": first,
        "second_officer": second,
        "violation": act.violation,
        "facts": act.facts.strip(),
        "violated_on": act.violated_on,
        "found_on": found_on,
        "filed_on": today,
    }


def within_step(law: limits.PenaltyLaw, violation: str, step: str, fine_fen: int) -> str:
    """Return the outcome of a step of discretion. Raises AgainstTheLaw where there is no such step, or fine in it."""
    known = laws.violation(violation).step(step)
    if known is None or limits.out_of_step(fine_fen=fine_fen, least_fen=known.least, most_fen=known.most):
        least, most = (known.least, known.most) if known else (0, 0)
        raise AgainstTheLaw("step", law=law, least=ui.yuan(least), most=ui.yuan(most))
    return known.outcome


def _must_inspect(actor: Actor, act: ActFound) -> None:
    accounts = {officer.account_id for officer in act.officers}
    if actor.account not in accounts or not actor.holds(INSPECT):
        actor.must_hold(PUNISH, department=act.department.pk, area=act.area)
