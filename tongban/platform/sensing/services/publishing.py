"""Publishing what is alarming, from a moment on."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.identity.models import Department
from tongban.platform.sensing.events import AlertRulePublished
from tongban.platform.sensing.models import AlertRule, AlertRuleState, AlertRuleVersion, Thing
from tongban.platform.sensing.rules import definitions
from tongban.platform.sensing.services import judging, wording

RULE = "sensing.rule"
CHUNK = 200


@transaction.atomic
def publish_rule(
    *,
    actor: Actor,
    key: str,
    name: str,
    department: Department,
    definition: Mapping[str, Any],
    source: str,
    valid_from: datetime | None = None,
    english: str = "",
) -> AlertRuleVersion:
    """Publish a rule, or its next version; the same as holds already changes nothing.

    definition   see `rules.definitions`; {} ends the rule
    source       on what it rests: a standard, a plan, an order
    valid_from   None: from now on. What was valid before stays on record, and cannot be changed afterwards
    Raises NotAllowed, Invalid.
    """
    now = clock.now()
    begin = valid_from or now
    actor.must_hold(RULE, department=department.pk, area=department.area)
    _refuse_faulty(key, name, definition, source, begin if valid_from else None, now)
    named = {"name": name, "english": english, "department": department, "area": department.area}
    rule = AlertRule.objects.select_for_update(of=("self",)).filter(key=key).first()
    if rule is None:
        rule = AlertRule.objects.create(key=key, **named)
    else:
        actor.must_hold(RULE, department=rule.department_id, area=rule.area)
        AlertRule.objects.filter(pk=rule.pk).update(**named)
    last = AlertRuleVersion.objects.of_rule(rule).first()
    if last and last.definition == definition and last.source == source and last.valid_from <= begin:
        return last
    if last and last.valid_from >= begin:
        raise Invalid({"valid_from": [_("A version is valid later than that. Choose a later moment.")]})
    version = AlertRuleVersion.objects.create(
        rule=rule,
        number=last.number + 1 if last else 1,
        valid_from=begin,
        definition=dict(definition),
        source=source,
        publisher_name=actor.name,
        published_at=now,
    )
    told = AlertRulePublished(key, version.number, begin.isoformat())
    journal.write(told, by=actor, subject=f"alertrule:{rule.pk}")
    judging.forget_rules()
    jobs.enqueue(begin_version, lane=f"alertrule:{rule.pk}", due_at=begin, version=version.pk)
    return version


@jobs.task
def begin_version(version: int, after: int = 0) -> None:
    """Judge the things that a version is about, and those its rule was about, some at a time."""
    found = AlertRuleVersion.objects.get(pk=version)
    judging.forget_rules()
    rows = Thing.objects.filter(pk__gt=after).order_by("pk")
    known = AlertRuleState.objects.filter(rule=found.rule_id, thing__gt=after).order_by("thing")
    definition = definitions.parsed(found.definition, judging.zone())
    fitting = rows.filter(kind=definition.kind) if definition.kind else rows
    fitting = fitting.filter(key__in=definition.things) if definition.things else fitting
    if not definition.ladder:
        fitting = rows.none()
    things = sorted({*fitting.values_list("pk", flat=True)[:CHUNK], *known.values_list("thing", flat=True)[:CHUNK]})
    things = things[:CHUNK]
    judging.apply_version(version=found, things=things)
    if things:
        lane = f"alertrule:{found.rule_id}"
        jobs.enqueue(begin_version, lane=lane, version=version, after=things[-1])


def _refuse_faulty(
    key: str, name: str, definition: Mapping[str, Any], source: str, begin: datetime | None, now: datetime
) -> None:
    errors: dict[str, list[Any]] = {}
    if not key.strip():
        errors["key"] = [_("Give the rule a key.")]
    if not name.strip():
        errors["name"] = [_("Give the rule a name.")]
    if not source.strip():
        errors["source"] = [_("Say on what the rule rests.")]
    if begin and begin < now:
        errors["valid_from"] = [_("A rule cannot hold from a moment that is past.")]
    if definition and (faults := definitions.faults(definition)):
        errors["definition"] = [wording.fault(fault) for fault in faults]
    if errors:
        raise Invalid(errors)
