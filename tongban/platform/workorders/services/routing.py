"""Routing rules of a dispatching department: written as a draft, tried on past orders, published from a day on."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.problems import sentence
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, Refusal
from tongban.platform.codes import services as codes
from tongban.platform.identity.models import Department
from tongban.platform.workorders.events import RoutingDrafted, RoutingPublished, RoutingTried
from tongban.platform.workorders.models import RoutingEdition, WorkOrder
from tongban.platform.workorders.ports import WorkOrderKind
from tongban.platform.workorders.rules import routing as rules
from tongban.platform.workorders.rules.routing import RoutingMatch
from tongban.platform.workorders.services.terms import kinds

# So many days of past orders a draft is tried on, the newest of them at most.
TRIED_DAYS, MAX_TRIED = 31, 5000
MAX_RULES, MAX_EXAMPLES = 200, 20


class RuleBroken(Invalid):
    message = _("Some routing rules cannot be read yet.")


class NotTried(Conflict):
    message = _("Try these rules on past orders first; then they can be published.")


class NoRules(Refusal):
    status = 422
    message = _("There is no rule that could be published.")


class InThePast(Refusal):
    status, field = 422, "valid_from"
    message = _("Rules begin to count today at the earliest.")


@dataclass
class RoutingTrial:
    """What rules would have done with past orders.

    orders     how many were looked at; same, different: as they were handled, or elsewhere; by_hand: no rule fits
    moves      (where they were handled, where they would go) -> how many
    rules      number of a rule -> how many orders it fits
    examples   (order, department of then, department by the rules, number of the rule), of those that differ
    """

    first: date
    last: date
    orders: int = 0
    same: int = 0
    different: int = 0
    by_hand: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    rules: Counter[int] = field(default_factory=Counter)
    examples: list[tuple[WorkOrder, str, str, int]] = field(default_factory=list)


def suggestion(order: WorkOrder) -> RoutingMatch | None:
    """Return the rule that fits an order today; None where none does, or the department has none."""
    edition = RoutingEdition.objects.in_force(order.dispatcher_id, on=clock.today())
    if edition is None:
        return None
    return rules.route(rules.rules_of(edition.rules), _facts(order, kinds()), on=clock.today())


def suggestions(orders: Sequence[WorkOrder]) -> dict[int, RoutingMatch]:
    """Return the rules that fit orders today, by the orders' keys; the editions are read once for each department."""
    today, known = clock.today(), kinds()
    editions = {key: RoutingEdition.objects.in_force(key, on=today) for key in {one.dispatcher_id for one in orders}}
    found = {
        order.pk: rules.route(rules.rules_of(edition.rules), _facts(order, known), on=today)
        for order in orders
        if (edition := editions[order.dispatcher_id])
    }
    return {key: match for key, match in found.items() if match is not None}


@transaction.atomic
def draft_rules(*, actor: Actor, department: Department, rows: Sequence[Mapping[str, str]]) -> RoutingEdition:
    """Write the draft of a department's rules, anew or once more. Raises NotAllowed, RuleBroken.

    rows   {"when", "department", "note"} in the order in which they are asked
    """
    actor.must_hold("workorders.route", department=department.pk, area=department.area)
    kept = [dict(rules.RoutingRule(one["when"].strip(), one["department"], one.get("note", "").strip())._asdict())
            for one in rows]  # fmt: skip
    _must_be_sound(kept)
    draft = RoutingEdition.objects.select_for_update().draft_of(department.pk)
    if draft is None:
        newest = RoutingEdition.objects.of(department.pk).first()
        draft = RoutingEdition(department=department, area=department.area, number=newest.number + 1 if newest else 1)
    draft.rules, draft.written_at, draft.writer = kept, clock.now(), actor.name
    draft.save()
    journal.write(RoutingDrafted(department.key, draft.number, len(kept)), by=actor, subject=f"routing:{draft.pk}")
    return draft


@transaction.atomic
def try_rules(*, actor: Actor, edition: RoutingEdition) -> RoutingTrial:
    """Try rules on the orders of the last month; nothing changes but that they count as tried. Raises NotAllowed."""
    actor.must_hold("workorders.route", department=edition.department_id, area=edition.area)
    today = clock.today()
    trial = RoutingTrial(today - timedelta(days=TRIED_DAYS), today)
    written, known = rules.rules_of(edition.rules), kinds()
    for order in WorkOrder.objects.dispatched_by(edition.department_id, since=trial.first)[:MAX_TRIED]:
        _try(trial, order, written, known)
    if edition.state == RoutingEdition.State.DRAFT:
        edition.tried = _digest(edition)
        edition.save(update_fields=["tried"])
    said = RoutingTried(edition.department.key, edition.number, trial.orders, trial.different, trial.by_hand)
    journal.write(said, by=actor, subject=f"routing:{edition.pk}")
    return trial


@transaction.atomic
def publish_rules(*, actor: Actor, edition: RoutingEdition, valid_from: date, reason: str) -> RoutingEdition:
    """Let a draft count from a day on. Raises NotAllowed, NoRules, NotTried, InThePast."""
    actor.must_hold("workorders.route", department=edition.department_id, area=edition.area)
    found: RoutingEdition = RoutingEdition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if found.state != RoutingEdition.State.DRAFT:
        return found
    if not found.rules:
        raise NoRules()
    if found.tried != _digest(found):
        raise NotTried()
    if valid_from < clock.today():
        raise InThePast()
    found.state, found.valid_from, found.reason = RoutingEdition.State.PUBLISHED, valid_from, reason.strip()
    found.published_at, found.publisher = clock.now(), actor.name
    found.save()
    said = RoutingPublished(edition.department.key, found.number, valid_from.isoformat())
    journal.write(said, by=actor, subject=f"routing:{found.pk}", reason=reason)
    return found


def _must_be_sound(rows: Sequence[Mapping[str, str]]) -> None:
    known = set(Department.objects.with_keys({row["department"] for row in rows}).values_list("key", flat=True))
    errors: dict[str, list[Any]] = {}
    for number, row in enumerate(rows, start=1):
        if problem := rules.unreadable(row["when"]):
            said = _("Rule %(number)s: %(problem)s") % {"number": number, "problem": sentence(problem)}
            errors.setdefault(f"when-{number}", []).append(said)
        if row["department"] not in known:
            errors.setdefault(f"department-{number}", []).append(
                _("Rule %(number)s: choose a department.") % {"number": number}
            )
    if len(rows) > MAX_RULES:
        errors[""] = [_("At most %(most)s rules.") % {"most": MAX_RULES}]
    if errors:
        raise RuleBroken(errors)


def _try(
    trial: RoutingTrial,
    order: WorkOrder,
    written: Sequence[rules.RoutingRule],
    known: Mapping[str, WorkOrderKind],
) -> None:
    trial.orders += 1
    match = rules.route(written, _facts(order, known), on=timezone.localdate(order.raised_at))
    if match is None:
        trial.by_hand += 1
        return
    trial.rules[match.number] += 1
    if match.rule.department == order.department.key:
        trial.same += 1
        return
    trial.different += 1
    trial.moves[(order.department.key, match.rule.department)] += 1
    if len(trial.examples) < MAX_EXAMPLES:
        trial.examples.append((order, order.department.key, match.rule.department, match.number))


def _facts(order: WorkOrder, known: Mapping[str, WorkOrderKind]) -> dict[str, Any]:
    at = timezone.localtime(order.raised_at)
    kind = known.get(order.kind)
    return rules.facts_of(
        kind=order.kind,
        group=kind.group if kind else "",
        urgency=order.urgency,
        area=order.area,
        address=order.address,
        owner=order.owner,
        source=order.subject.partition(":")[0],
        at=at,
        workday=codes.calendar().is_workday(at.date()),
    )


def _digest(edition: RoutingEdition) -> str:
    return sha256(json.dumps(edition.rules, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
