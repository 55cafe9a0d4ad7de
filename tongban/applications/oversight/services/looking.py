"""Look at what happened and take up what the rules find: again and again, and each thing once."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from tongban.applications.oversight.events import CardRaised, CardRepeated
from tongban.applications.oversight.models import SupervisionCard, SupervisionOrder
from tongban.applications.oversight.rules import CardFinding, CardMove, Occurrence
from tongban.applications.oversight.services.cards import append, settle
from tongban.applications.oversight.services.findings import findings_of_cases, findings_of_exports, findings_of_reads
from tongban.applications.oversight.services.terms import terms
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases.models import Case
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department

DAY = timedelta(days=1)


def examine(*, ids: Iterable[int]) -> int:
    """Judge these cases by what was done to them; return how many cards are new or have grown by it."""
    found = findings_of_cases(ids)
    return sum(take_up(finding=finding, case=pk) for pk, findings in found.items() for finding in findings)


def examine_exports(*, day: date) -> int:
    return sum(take_up(finding=finding) for finding in findings_of_exports(day))


def examine_day(*, day: date) -> int:
    """Judge what officials did on a day; certain once the days of grace after it are over."""
    return examine_exports(day=day) + sum(take_up(finding=finding) for finding in findings_of_reads(day))


def take_up_order(*, order: SupervisionOrder) -> bool:
    """Raise the card of an order that nobody answered in time."""
    key = f"order-overdue:order:{order.pk}:{order.turn}"
    late = Occurrence(str(order.turn), order.due_on + DAY, order.department_id, details={"order": order.title})
    if terms().rule("order-overdue", late.on) is None:
        return False
    return take_up(finding=CardFinding(key, "order-overdue", (late,)), case=order.case_id)


@transaction.atomic
def take_up(*, finding: CardFinding, case: int | None = None) -> bool:
    """Raise the card of a finding, or add to it what is new. Twice raises once. Returns whether anything was new."""
    found = SupervisionCard.objects.select_for_update(of=("self",)).filter(key=finding.key).first()
    if found is None:
        _raise(finding, case)
        return True
    if finding.until and found.state == "noted":
        settle(card=found, on=finding.until)
        return False
    occurrences = [one.as_json() for one in finding.occurrences]
    if occurrences == found.occurrences:
        return False
    grown = len(occurrences) > len(found.occurrences)
    found.occurrences = occurrences
    found.save(update_fields=["occurrences"])
    if grown:
        _repeat(found, finding)
    return grown


def _raise(finding: CardFinding, case: int | None) -> SupervisionCard:
    first = finding.first
    rule = terms().rule(finding.rule, first.on)
    assert rule, "what arose on a day arose by a rule of that day"
    today = clock.today()
    card = SupervisionCard(
        key=finding.key,
        rule=finding.rule,
        case_id=case,
        department_id=first.department,
        area=Case.objects.get(pk=case).area if case else "",
        account=first.account,
        official=first.official,
        occurrences=[one.as_json() for one in finding.occurrences],
        arose_on=first.on,
        raised_at=clock.now(),
    )
    due_on = codes.calendar().add(today, rule.answer_workdays) if rule.answer_workdays else None
    append(card, CardMove("raised", today, rule.grade, due_on), by=SYSTEM)
    key = Department.objects.get(pk=first.department).key
    event = CardRaised(card.pk, card.rule, card.grade, key, card.arose_on.isoformat(), case)
    journal.write(event, by=SYSTEM, subject=card.subject)
    if finding.until and card.state == "noted":
        settle(card=card, on=finding.until)
    return card


def _repeat(card: SupervisionCard, finding: CardFinding) -> None:
    """Say that there is more; a card that was closed is open again."""
    last = finding.occurrences[-1]
    rule = terms().rule(finding.rule, last.on)
    days = rule.answer_workdays if rule else 0
    due_on = codes.calendar().add(clock.today(), days) if days and card.state == "closed" else None
    append(card, CardMove("repeated", clock.today(), due_on=due_on), by=SYSTEM)
    journal.write(CardRepeated(card.pk, len(card.occurrences)), by=SYSTEM, subject=card.subject)
