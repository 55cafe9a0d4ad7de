"""What rules bring about is kept as alerts, and told when something changes: never for each reading."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.sensing.events import AlertCleared, AlertLevelChanged, AlertRaised
from tongban.platform.sensing.models import Alert, AlertRuleState, AlertStep, Thing
from tongban.platform.sensing.models.alerts import LEVELS
from tongban.platform.sensing.rules.evaluating import AlertTransition

if TYPE_CHECKING:
    from tongban.platform.sensing.services.judging import Shown

MAX_EXPLAINED = 20


def record(state: AlertRuleState, told: Sequence[tuple[AlertTransition | None, "Shown | None"]]) -> None:
    """Keep what came of a rule and a thing, in the transaction that holds their state.

    told   in order: a transition with the reading that brought it about; without one, a reading that hit
    """
    opened = Alert.objects.open().filter(rule=state.rule_id, thing=state.thing_id)
    alert = opened.select_related("rule", "thing").first()
    hits: list[Shown] = []
    for transition, one in told:
        if transition is None:
            hits += [one] if one else []
        elif transition.kind == "raised":
            alert = _raise(state, transition, one)
        elif alert is not None:
            if transition.kind == "cleared":
                _hit(alert, hits)
                hits = []
            _change(alert, transition, one)
            alert = None if transition.kind == "cleared" else alert
    if alert is not None:
        _hit(alert, hits)


def _raise(state: AlertRuleState, transition: AlertTransition, one: "Shown | None") -> Alert:
    thing = Thing.objects.select_related("department").get(pk=state.thing_id)
    at = _moment(transition)
    alert = Alert.objects.create(
        rule_id=state.rule_id,
        version_id=state.version_id,
        thing=thing,
        stream_id=one.stream if one else None,
        department=thing.department,
        area=thing.area,
        level=transition.level,
        highest=transition.level,
        raised_at=at,
        value=one.value if one else None,
        explanation={"version": state.version_id, "readings": [_row(one)] if one else []},
    )
    _step(alert, "raised", transition, one)
    journal.write(
        AlertRaised(
            alert.pk, alert.rule.key, thing.key, thing.kind, transition.level, thing.department.key, alert.value
        ),
        by=SYSTEM,
        subject=f"alert:{alert.pk}",
    )
    return alert


def _change(alert: Alert, transition: AlertTransition, one: "Shown | None") -> None:
    subject, keys = f"alert:{alert.pk}", (alert.pk, alert.rule.key, alert.thing.key)
    _step(alert, transition.kind, transition, one)
    if transition.kind == "cleared":
        alert.state, alert.cleared_at = Alert.State.CLEARED, _moment(transition)
        alert.save(update_fields=["state", "cleared_at"])
        journal.write(AlertCleared(*keys, transition.level), by=SYSTEM, subject=subject)
        return
    previous, alert.level = alert.level, transition.level
    alert.highest = max(alert.highest, alert.level, key=LEVELS.index)
    alert.save(update_fields=["level", "highest"])
    told = AlertLevelChanged(*keys, transition.level, previous, transition.kind == "escalated")
    journal.write(told, by=SYSTEM, subject=subject)


def _hit(alert: Alert, hits: Sequence["Shown"]) -> None:
    """Count the readings that hit; the last of them says how it stands."""
    if not hits:
        return
    last = max(hits, key=lambda one: one.at)
    alert.hits += len(hits)
    alert.first_at = min(one.at for one in hits) if alert.first_at is None else alert.first_at
    if alert.last_at is None or last.at >= alert.last_at:
        alert.last_at, alert.value = last.at, last.value
    readings = alert.explanation.get("readings", [])
    if len(readings) < MAX_EXPLAINED:
        more = [_row(one) for one in hits if _row(one) not in readings]
        alert.explanation["readings"] = [*readings, *more][:MAX_EXPLAINED]
    alert.first_at = min(alert.first_at, alert.last_at)
    alert.save(update_fields=["hits", "first_at", "last_at", "value", "explanation"])


def _step(alert: Alert, kind: str, transition: AlertTransition, one: "Shown | None") -> None:
    value = one.value if one else None
    AlertStep.objects.create(alert=alert, kind=kind, level=transition.level, at=_moment(transition), value=value)


def _row(one: "Shown") -> dict[str, Any]:
    return {"stream": one.stream, "at": one.at.isoformat(), "value": one.value}


def _moment(transition: AlertTransition) -> datetime:
    return datetime.fromtimestamp(transition.at, UTC)
