"""Commands: request → interlock → approval → bounded execution → feedback → automatic release."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.actuation import services as actuation
from tongban.platform.actuation.models import ControlCommand, ControlStep
from tongban.platform.actuation.rules import states
from tongban.platform.actuation.services import running
from tongban.platform.actuation.tests.conftest import later
from tongban.platform.actuation.tests.devices import DEVICE, SAFE
from tongban.platform.workflow.models import Task


def told(command: ControlCommand) -> list[str]:
    """Return the names of the facts about a command, in order."""
    facts = Fact.objects.filter(subject=command.name, name__startswith="actuation.").order_by("pk")
    return list(facts.values_list("name", flat=True))


@pytest.mark.requirement("APP-R-06")
def test_power_is_cut_where_two_detectors_report_smoke_and_comes_back_by_itself(tower):
    tower.on_fire()
    asked = tower.ask(subject="incident:12")
    assert asked.state == "asked"
    assert actuation.look_at_due() == 0
    assert DEVICE.told == []
    actuation.approve(actor=tower.actor("chief"), command=asked)
    actuation.look_at_due()
    assert DEVICE.state == {"supply": "off", "circuit": "B1"}
    with later(1):
        actuation.look_at_due()
    assert tower.fresh(asked).state == "active"
    with later(300):
        actuation.look_at_due()
        assert tower.fresh(asked).state == "active"
    with later(601):
        actuation.look_at_due()
        assert DEVICE.state == SAFE
        assert tower.fresh(asked).state == "released"
    assert DEVICE.commands() == ["cut", "release"]
    assert told(asked) == [
        "actuation.ControlRequested",
        "actuation.ControlApproved",
        "actuation.ControlTookEffect",
        "actuation.ControlReleased",
    ]


@pytest.mark.parametrize(
    ("sensed", "circuit", "key"),
    [
        ({"smoke_1": True, "lift_1": False, "lift_2": False}, "B1", "smoke"),
        ({"smoke_1": True, "smoke_2": False, "lift_1": False, "lift_2": False}, "B1", "smoke"),
        ({"smoke_1": True, "smoke_2": True, "lift_1": True, "lift_2": False}, "B1", "lifts"),
        ({"smoke_1": True, "smoke_2": True, "lift_1": False}, "B1", "lifts"),
        ({"smoke_1": True, "smoke_2": True, "lift_1": False, "lift_2": False}, "ICU", "life-support"),
    ],
)
def test_an_interlock_that_does_not_hold_stops_a_command_and_says_why(tower, sensed, circuit, key):
    tower.sense(**sensed)
    asked = tower.ask(parameters={"circuit": circuit})
    assert asked.state == "blocked"
    (interlock,) = [one for one in actuation.kinds()["building-power"].interlocks if one.key == key]
    assert asked.problem == interlock.refusal
    assert ControlStep.objects.of(asked).last().details["interlocks"] == [key]
    assert told(asked)[-1] == "actuation.ControlBlocked"


def test_what_is_old_or_doubtful_is_not_known_and_stops_a_command(tower):
    tower.sense(at=clock.now() - timedelta(seconds=61), lift_1=False, lift_2=False)
    tower.sense(smoke_1=True, smoke_2=True)
    assert tower.ask().state == "blocked"


def test_interlocks_are_tried_again_at_approval_and_before_the_device_hears(tower):
    tower.on_fire()
    asked = tower.ask()
    tower.sense(at=clock.now() + timedelta(seconds=1), lift_1=True)
    assert actuation.approve(actor=tower.actor("chief"), command=asked).state == "blocked"
    with later(5):
        passed = tower.approved()
        tower.sense(at=clock.now() + timedelta(seconds=1), lift_2=True)
        actuation.look_at_due()
    assert tower.fresh(passed).state == "blocked"
    assert DEVICE.told == []


def test_nobody_approves_what_they_asked_for_and_no_machine_approves(tower):
    tower.on_fire()
    asked = tower.ask()
    with pytest.raises(actuation.OwnRequest):
        actuation.approve(actor=tower.actor("asker"), command=asked)
    for who in ("clerk", "stranger", "nobody"):
        with pytest.raises(NotAllowed):
            actuation.approve(actor=tower.actor(who), command=asked)
    with pytest.raises(actuation.NotAHuman):
        actuation.approve(actor=SYSTEM, command=asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        ControlCommand.objects.filter(pk=asked.pk).update(approved_by=asked.asked_by)


def test_a_refusal_says_why_and_ends_the_task_in_the_list(tower):
    tower.on_fire()
    asked = tower.ask()
    assert Task.objects.of(asked.name).open().count() == 1
    with pytest.raises(actuation.ControlWordsMissing):
        actuation.refuse(actor=tower.actor("chief"), command=asked, words=" ")
    assert actuation.refuse(actor=tower.actor("chief"), command=asked, words="误报").state == "refused"
    assert not Task.objects.of(asked.name).open().exists()
    with pytest.raises(actuation.ControlGoneOn):
        actuation.approve(actor=tower.actor("chief"), command=asked)


def test_what_nobody_approves_in_time_lapses(tower):
    tower.on_fire()
    asked = tower.ask()
    with later(901):
        actuation.look_at_due()
        assert tower.fresh(asked).state == "expired"
        assert not Task.objects.of(asked.name).open().exists()
    assert told(asked)[-1] == "actuation.ControlLapsed"


def test_what_waited_too_long_for_the_worker_is_not_carried_out_any_more(tower):
    asked = tower.approved()
    with later(121):
        actuation.look_at_due()
    assert tower.fresh(asked).state == "expired"
    assert DEVICE.told == []


def test_the_same_request_again_is_the_first_one(tower):
    tower.on_fire()
    first = tower.ask(key="incident:12/power")
    assert tower.ask(key="incident:12/power").pk == first.pk
    assert ControlCommand.objects.count() == 1
    with pytest.raises(actuation.UnknownControl):
        tower.ask(command="run")


def test_a_device_is_under_one_command_at_a_time(tower):
    first = tower.approved()
    second = tower.approved(parameters={"circuit": "B2"})
    assert (first.state, second.state) == ("approved", "blocked")
    with pytest.raises(IntegrityError), transaction.atomic():
        ControlCommand.objects.filter(pk=second.pk).update(state="approved", ended_at=None)


def test_parameters_length_and_reason_are_checked(tower):
    tower.on_fire()
    for parameters in ({}, {"circuit": "X9"}, {"circuit": "B1", "force": True}):
        with pytest.raises(Invalid):
            tower.ask(parameters=parameters)
    with pytest.raises(actuation.ControlTooLong):
        tower.ask(seconds=3601)
    with pytest.raises(actuation.ControlReasonMissing):
        tower.ask(reason=" ")


def test_only_who_holds_the_duty_there_asks(tower):
    for who in ("chief", "stranger", "nobody"):
        with pytest.raises(NotAllowed):
            tower.ask(who)


def test_release_by_hand_is_at_once_and_needs_nobody(tower):
    asked = tower.approved()
    actuation.look_at_due()
    with later(1):
        actuation.look_at_due()
        actuation.release(actor=tower.actor("asker"), command=asked, words="火已扑灭")
        actuation.look_at_due()
        assert DEVICE.state == SAFE
    assert tower.fresh(asked).state == "released"
    with pytest.raises(actuation.ControlGoneOn):
        actuation.release(actor=tower.actor("asker"), command=asked)


def test_what_waits_is_withdrawn_by_letting_go(tower):
    tower.on_fire()
    asked = actuation.release(actor=tower.actor("asker"), command=tower.ask())
    assert asked.state == "withdrawn"
    passed = actuation.release(actor=tower.actor("asker"), command=tower.approved())
    assert passed.state == "withdrawn"
    actuation.look_at_due()
    assert DEVICE.told == []
    with pytest.raises(NotAllowed):
        actuation.release(actor=tower.actor("nobody"), command=asked)


def test_a_drill_goes_all_the_way_and_no_device_hears_of_it(tower):
    asked = tower.approved(drill=True)
    for seconds in (0, 1, 601, 602):
        with later(seconds):
            actuation.look_at_due()
    assert tower.fresh(asked).state == "released"
    assert DEVICE.told == []
    real = tower.approved()
    assert real.state == "approved"


def test_an_automatic_rule_commands_what_a_human_approved_ahead(tower):
    tower.on_fire()
    until = clock.now() + timedelta(days=30)
    said = {"device": tower.device, "command": "cut", "rule": "fire-confirmed", "reason": "夜间无人值守"}
    waiting = tower.ask("system", rule="fire-confirmed")
    assert waiting.state == "asked"
    granted = actuation.grant_standing(actor=tower.actor("chief"), expires_at=until, **said)
    for who in ("clerk", "stranger"):
        with pytest.raises(NotAllowed):
            actuation.grant_standing(actor=tower.actor(who), expires_at=until, **said)
    with pytest.raises(actuation.NoStanding):
        actuation.grant_standing(actor=tower.actor("chief"), expires_at=until + timedelta(days=180), **said)
    assert tower.ask("system", rule="another").state == "asked"
    assert tower.ask("asker", rule="fire-confirmed").state == "asked"
    passed = tower.ask("system", rule="fire-confirmed")
    assert (passed.state, passed.standing_id) == ("approved", granted.pk)
    actuation.end_standing(actor=tower.actor("chief"), approval=granted)
    assert tower.ask("system", rule="fire-confirmed").state == "asked"


def test_an_approval_ahead_ends_by_itself(tower):
    until = clock.now() + timedelta(hours=1)
    said = {"device": tower.device, "command": "cut", "rule": "fire-confirmed", "reason": "夜间无人值守"}
    actuation.grant_standing(actor=tower.actor("chief"), expires_at=until, **said)
    with later(3600):
        tower.on_fire()
        assert tower.ask("system", rule="fire-confirmed").state == "asked"


def test_a_device_that_says_no_did_nothing(tower):
    DEVICE.refusal = "柜门打开，拒绝执行"
    asked = tower.approved()
    actuation.look_at_due()
    found = tower.fresh(asked)
    assert (found.state, found.problem) == ("failed", DEVICE.refusal)


def test_a_device_that_confirms_nothing_is_released(tower):
    DEVICE.deaf = True
    asked = tower.approved()
    for seconds in (0, 1, 31, 32, 33):
        with later(seconds):
            actuation.look_at_due()
    assert tower.fresh(asked).state == "failed"
    assert DEVICE.commands() == ["cut", "release"]
    assert told(asked)[-1] == "actuation.ControlFailed"


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_happens_twice(tower):
    DEVICE.unheard = True
    asked = tower.approved()
    actuation.look_at_due()
    DEVICE.unheard = False
    for seconds in (1, 2, 3):
        with later(seconds):
            actuation.look_at_due()
    assert tower.fresh(asked).state == "active"
    assert DEVICE.commands() == ["cut"]


def test_a_device_of_which_nobody_knows_what_it_did_is_released(tower):
    DEVICE.unheard = True
    asked = tower.approved()
    for seconds in (0, 60, 121, 122):
        with later(seconds):
            actuation.look_at_due()
    assert DEVICE.state == SAFE
    assert tower.fresh(asked).state == "failed"


def test_a_device_that_does_not_confirm_its_release_is_said_aloud_once_and_tried_for_ever(tower):
    asked = tower.approved()
    actuation.look_at_due()
    with later(1):
        actuation.look_at_due()
    DEVICE.silent = True
    for seconds in (600, 620, 640, 700):
        with later(seconds):
            actuation.look_at_due()
    assert tower.fresh(asked).state == "releasing"
    assert told(asked).count("actuation.ControlReleaseOverdue") == 1
    DEVICE.silent = False
    with later(800):
        actuation.look_at_due()
    assert tower.fresh(asked).state == "released"


def test_a_look_that_was_overtaken_counts_no_more(tower):
    asked = tower.approved()
    taken = running._take_up()
    assert taken
    with later(20):  # its lease is over: another process does the same
        actuation.look_at_due()
        actuation.release(actor=tower.actor("asker"), command=asked)
        running.WORK[taken.command.state](taken)
        assert tower.fresh(asked).state == "releasing"
        actuation.look_at_due()
        assert DEVICE.state == SAFE


def test_states_follow_each_other_only_as_the_table_says():
    assert set(states.FOLLOWS) == {"", *states.OPEN}
    assert all(after in states.STATES for row in states.FOLLOWS.values() for after in row)
    assert not any(states.may_follow(over, after) for over in states.OVER for after in states.STATES)
