"""One open alert for a rule and a thing: raised, rising and falling, cleared, looked after, closed."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, AlertRuleState, AlertStep
from tongban.platform.sensing.tests.conftest import NOW
from tongban.platform.sensing.tests.gauges import HIGH, HIGHER, gauge, level_of, measure, rule


def told(*names):
    facts = Fact.objects.filter(name__startswith="sensing.Alert").exclude(name="sensing.AlertRulePublished")
    return [fact.name.removeprefix("sensing.Alert") for fact in facts.order_by("pk")]


@pytest.fixture
def stream(city):
    return level_of(gauge())


def test_a_threshold_raises_one_alert_however_often_it_is_hit(stream):
    rule(("yellow", HIGH))
    measure(stream, 2.0, 3.2, 3.3, 3.4)
    measure(stream, 3.6, 3.5, begin=NOW + timedelta(minutes=10))

    alert = Alert.objects.get()
    assert (alert.state, alert.level, alert.hits, alert.value) == ("open", "yellow", 5, 3.5)
    assert alert.raised_at == NOW + timedelta(minutes=1)
    assert alert.explanation["readings"][0]["value"] == 3.2
    assert told() == ["Raised"]


def test_it_ends_only_short_of_its_limit(stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2, 2.8, 2.6)
    assert Alert.objects.get().state == "open"

    measure(stream, 2.4, begin=NOW + timedelta(minutes=3))

    alert = Alert.objects.get()
    assert (alert.state, alert.cleared_at) == ("cleared", NOW + timedelta(minutes=3))
    assert told() == ["Raised", "Cleared"]


def test_it_rises_and_falls_by_levels_and_keeps_the_highest(stream):
    rule(("yellow", HIGH), ("red", HIGHER))
    measure(stream, 3.2, 4.2, 3.4)

    alert = Alert.objects.get()
    assert (alert.level, alert.highest) == ("yellow", "red")
    assert [(step.kind, step.level) for step in AlertStep.objects.of_alert(alert)] == [
        ("raised", "yellow"),
        ("level", "red"),
        ("level", "yellow"),
    ]
    assert told() == ["Raised", "LevelChanged", "LevelChanged"]


def test_after_it_was_cleared_the_next_one_is_another_alert(stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2, 2.0, 3.2)

    assert [(alert.state, alert.hits) for alert in Alert.objects.order_by("pk")] == [("cleared", 1), ("open", 1)]


def test_a_closed_alert_is_raised_again_only_after_its_condition_has_ended(city, stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    sensing.close_alert(actor=city.actor("duty"), alert=Alert.objects.get(), reason="已到现场查看，闸门正常。")

    measure(stream, 3.3, begin=NOW + timedelta(minutes=1))
    assert Alert.objects.count() == 1

    measure(stream, 2.0, 3.3, begin=NOW + timedelta(minutes=2))
    assert [alert.state for alert in Alert.objects.order_by("pk")] == ["closed", "open"]


def test_a_closed_alert_says_who_and_why_and_stays_closed(city, stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    alert = sensing.close_alert(actor=city.actor("duty"), alert=Alert.objects.get(), reason="误报。")

    assert (alert.closer_name, alert.reason, alert.closed_at) == ("duty", "误报。", NOW)
    assert told() == ["Raised", "Closed"]
    with pytest.raises(sensing.AlertClosedAlready):
        sensing.close_alert(actor=city.actor("duty"), alert=alert, reason="再关一次。")


def test_a_closed_alert_needs_a_reason(city, stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    with pytest.raises(Invalid):
        sensing.close_alert(actor=city.actor("duty"), alert=Alert.objects.get(), reason=" ")


def test_it_is_acknowledged_once_and_linked_to_what_takes_care_of_it(city, stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    alert = Alert.objects.get()
    for _time in range(2):
        sensing.acknowledge_alert(actor=city.actor("duty"), alert=alert)
        sensing.link_alert(actor=SYSTEM, alert=alert, subject="workorder:12")

    assert Alert.objects.linked_to("workorder:12").get().acknowledger_name == "duty"
    assert told() == ["Raised", "Acknowledged", "Linked"]


@pytest.mark.parametrize("who", ["agent", "stranger", "neighbour", "clerk"])
def test_only_the_duty_of_its_department_looks_after_an_alert(city, stream, who):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    alert = Alert.objects.get()
    for verb in (
        lambda: sensing.acknowledge_alert(actor=city.actor(who), alert=alert),
        lambda: sensing.close_alert(actor=city.actor(who), alert=alert, reason="误报。"),
        lambda: sensing.link_alert(actor=city.actor(who), alert=alert, subject="workorder:12"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert not Alert.objects.visible_to(city.actor(who)).exists()


def test_what_does_not_count_raises_nothing(stream):
    rule(("yellow", HIGH))
    measure(stream, 9.0, quality="invalid")
    sensing.observe(actor=SYSTEM, stream=stream, at=NOW + timedelta(hours=3), value=9.0)

    assert not Alert.objects.exists()


def test_a_late_reading_beyond_the_limit_raises_nothing(stream):
    rule(("yellow", HIGH))
    measure(stream, 2.0)
    measure(stream, 9.0, begin=NOW - timedelta(hours=1))

    assert not Alert.objects.exists()


def test_a_rule_is_about_its_kind_of_thing_alone(city):
    rule(("yellow", HIGH))
    other = sensing.register_thing(
        actor=SYSTEM, key="tank", name="水箱", department=gauge().department, kind="water-tank"
    )
    measure(level_of(other), 9.0)

    assert not Alert.objects.exists()


def test_a_duration_is_reached_by_the_clock_without_a_further_reading(stream):
    rule(("orange", {"kind": "duration", "property": "water-level", "op": ">", "limit": 3.0, "seconds": 600}))
    measure(stream, 3.2)
    assert not Alert.objects.exists()

    with clock.at(NOW + timedelta(seconds=599)):
        sensing.look_at_due()
    assert not Alert.objects.exists()

    with clock.at(NOW + timedelta(seconds=600)):
        sensing.look_at_due()
    assert Alert.objects.get().level == "orange"


def test_silence_is_noticed_by_the_clock_and_ends_with_the_next_reading(city, stream):
    rule(("blue", {"kind": "absence", "property": "water-level", "seconds": 3600}))
    jobs.run_all()
    with clock.at(NOW + timedelta(hours=1)):
        sensing.look_at_due()
    assert (Alert.objects.get().level, Alert.objects.get().stream) == ("blue", None)

    with clock.at(NOW + timedelta(hours=2)):
        measure(stream, 2.0)
    assert Alert.objects.get().state == "cleared"


def test_an_alert_that_nobody_acknowledged_rises_by_the_clock(city, stream):
    rule(("blue", HIGH), escalate_seconds=900)
    measure(stream, 3.2)
    for minutes in (15, 30):
        with clock.at(NOW + timedelta(minutes=minutes)):
            sensing.look_at_due()
    assert Alert.objects.get().level == "orange"

    sensing.acknowledge_alert(actor=city.actor("duty"), alert=Alert.objects.get())
    with clock.at(NOW + timedelta(hours=3)):
        sensing.look_at_due()
    assert Alert.objects.get().level == "orange"
    assert [fact.data["escalated"] for fact in Fact.objects.filter(name="sensing.AlertLevelChanged")] == [True, True]


def test_it_is_cleared_after_a_time_without_its_condition(stream):
    rule(("yellow", HIGH), clear_seconds=300)
    measure(stream, 3.2, 2.0)
    assert Alert.objects.get().state == "open"

    with clock.at(NOW + timedelta(seconds=360)):
        sensing.look_at_due()
    assert Alert.objects.get().state == "cleared"


def test_another_version_holds_from_its_moment_and_keeps_the_open_alert(city, stream):
    rule(("yellow", HIGH))
    measure(stream, 3.2)
    with clock.at(NOW + timedelta(hours=1)):
        rule(("orange", HIGH))
        jobs.run_all()

    alert = Alert.objects.get()
    assert (alert.state, alert.level) == ("open", "orange")


def test_a_rule_that_ends_clears_its_alerts(city, stream):
    version = rule(("yellow", HIGH))
    measure(stream, 3.2)
    with clock.at(NOW + timedelta(hours=1)):
        sensing.publish_rule(
            actor=SYSTEM,
            key="high-water",
            name="水位超警戒",
            department=version.rule.department,
            definition={},
            source="市防指通知",
        )
        jobs.run_all()
        measure(stream, 9.0)

    assert Alert.objects.get().state == "cleared"
    assert not AlertRuleState.objects.due(at=NOW + timedelta(days=1)).exists()


def test_a_rule_says_what_is_wrong_with_it(city):
    with pytest.raises(Invalid) as refused:
        rule(("yellow", HIGH | {"clear": 3.5}), ("blue", HIGHER))

    assert len(refused.value.errors["definition"]) == 2
