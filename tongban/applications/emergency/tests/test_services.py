"""Calls, plans, units, levels, drills and closing, through the verbs."""

import pytest

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import (
    EmergencyAction,
    EmergencyAssignment,
    EmergencyCall,
    EmergencyIncident,
    EmergencyTrackPoint,
    EmergencyUnit,
)
from tongban.applications.emergency.tests.conftest import HERE, report
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed


def units(*keys):
    return [EmergencyUnit.objects.get(key=key) for key in keys]


def test_a_call_opens_an_incident_and_the_same_call_again_is_the_first_one(city, centre):
    said = report(key="line 3, 12:00", caller_phone="139 0000 0000")
    call = emergency.take_call(actor=city.actor("taker"), department=centre, report=said)
    again = emergency.take_call(actor=city.actor("taker"), department=centre, report=said)

    assert (again.pk, EmergencyIncident.objects.count(), call.incident.level) == (call.pk, 1, "ordinary")
    assert call.caller_phone == "13900000000"
    assert "13900000000" not in str(list(Fact.objects.values_list("data", flat=True)))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, 1),
        ({"latitude": HERE[0] + 0.001}, 1),  # 111 m
        ({"latitude": HERE[0] + 0.01}, 0),  # 1.1 km
        ({"kind": "gas-leak"}, 0),
        ({"drill": True}, 0),
    ],
)
def test_a_call_nearby_about_the_same_is_offered_the_open_incident(city, centre, fire, said, expected):
    asked = {"kind": "fire", "latitude": HERE[0], "longitude": HERE[1]} | said
    assert len(emergency.similar(department=centre, **asked)) == expected


def test_a_joined_call_belongs_to_the_incident_and_a_drill_never_joins_a_real_one(city, centre, fire):
    joined = emergency.take_call(actor=city.actor("taker"), department=centre, report=report(), join=fire)
    with pytest.raises(Invalid):
        emergency.take_call(actor=city.actor("taker"), department=centre, report=report(drill=True), join=fire)

    fire.refresh_from_db()
    assert (joined.joined, fire.calls, EmergencyCall.objects.of(fire).count()) == (True, 2, 2)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"words": " "}, "words"),
        ({"kind": "x"}, "kind"),
        ({"longitude": None}, "latitude"),
        ({"latitude": 91}, "latitude"),
    ],
)
def test_an_unclear_call_is_refused_at_its_field(city, centre, said, field):
    with pytest.raises(Invalid) as refused:
        emergency.take_call(actor=city.actor("taker"), department=centre, report=report(**said))
    assert field in refused.value.errors


@pytest.mark.parametrize("who", ["stranger", "neighbour", "clerk"])
def test_only_the_centre_takes_calls_and_leads(city, centre, fire, who):
    with pytest.raises(NotAllowed):
        emergency.take_call(actor=city.actor(who), department=centre, report=report())
    with pytest.raises(NotAllowed):
        emergency.dispatch(actor=city.actor(who), incident=fire, chosen=units("engine-1"), version=None)


def test_callers_are_read_for_a_purpose_that_is_recorded(city, fire):
    with pytest.raises(emergency.CallersPurposeMissing):
        emergency.read_callers(actor=city.actor("first"), incident=fire, purpose=" ")
    emergency.read_callers(actor=city.actor("first"), incident=fire, purpose="回访")

    assert Fact.objects.get(name="emergency.EmergencyCallerShown").reason == "回访"


def test_stages_of_a_plan_open_one_after_another_and_each_action_is_settled_once(city, fire):
    first = city.actor("first")
    emergency.activate_plan(actor=first, incident=fire, plan="fire")
    states = lambda: {row.key: row.state for row in EmergencyAction.objects.of(fire)}  # noqa: E731
    assert (states()["verify"], states()["engines"], states()["power"]) == ("open", "open", "waiting")
    later = EmergencyAction.objects.select_related("incident").get(key="power")
    with pytest.raises(emergency.ActionWaits):
        emergency.settle_action(actor=first, action=later, done=True)

    verify, engines = (EmergencyAction.objects.select_related("incident").get(key=key) for key in ("verify", "engines"))
    emergency.settle_action(actor=first, action=verify, done=True)
    assert states()["power"] == "waiting"
    with pytest.raises(Invalid):
        emergency.settle_action(actor=first, action=engines, done=False)
    emergency.settle_action(actor=first, action=engines, done=False, words="现场已自行扑灭。")

    assert (states()["engines"], states()["power"]) == ("skipped", "open")
    with pytest.raises(emergency.ActionSettled):
        emergency.settle_action(actor=city.actor("second"), action=verify, done=True)
    with pytest.raises(emergency.PlanActivated):
        emergency.activate_plan(actor=first, incident=fire, plan="fire")


def test_the_graver_plan_comes_first_once_its_level_is_reached(city, fire):
    assert [plan.key for plan in emergency.fitting_plans(fire)] == ["fire"]
    with pytest.raises(emergency.NoFittingPlan):
        emergency.activate_plan(actor=city.actor("first"), incident=fire, plan="fire-major")

    major = emergency.set_level(
        actor=city.actor("first"), incident=fire, level="major", reason="多层过火。", version=fire.version
    )

    assert [plan.key for plan in emergency.fitting_plans(major)] == ["fire-major", "fire"]


def test_of_two_dispatchers_with_one_picture_the_second_is_told(city, fire):
    emergency.dispatch(actor=city.actor("first"), incident=fire, chosen=units("engine-1"), version=fire.version)

    with pytest.raises(emergency.IncidentChanged) as told:
        emergency.dispatch(actor=city.actor("second"), incident=fire, chosen=units("engine-2"), version=fire.version)

    assert "first" in str(told.value)
    assert EmergencyUnit.objects.get(key="engine-2").state == "available"


def test_a_unit_is_sent_to_one_incident_at_a_time(city, centre, fire):
    emergency.dispatch(actor=city.actor("first"), incident=fire, chosen=units("engine-1"), version=None)
    other = emergency.take_call(actor=city.actor("taker"), department=centre, report=report(kind="gas-leak")).incident

    with pytest.raises(emergency.UnitTaken) as told:
        emergency.dispatch(actor=city.actor("second"), incident=other, chosen=units("engine-1"), version=None)

    assert fire.number in str(told.value)


def test_a_real_incident_takes_a_unit_out_of_a_drill_but_no_drill_takes_one(city, centre, fire):
    first = city.actor("first")
    drill = emergency.take_call(actor=city.actor("taker"), department=centre, report=report(drill=True)).incident
    emergency.dispatch(actor=first, incident=drill, chosen=units("engine-1"), version=None)
    assert [row.in_drill for row in emergency.candidates(actor=first, incident=fire)].count(True) == 1

    emergency.dispatch(actor=first, incident=fire, chosen=units("engine-1"), version=None)

    assert units("engine-1")[0].incident_id == fire.pk
    assert EmergencyAssignment.objects.get(incident=drill).released_at
    with pytest.raises(emergency.UnitTaken):
        emergency.dispatch(actor=first, incident=drill, chosen=units("engine-1"), version=None)


def test_units_set_out_arrive_and_come_back_and_only_their_way_at_work_is_kept(city, fire):
    first, (engine,) = city.actor("first"), units("engine-1")
    emergency.record_position(actor=first, unit=engine, at=clock.now(), latitude=30.57, longitude=104.06)
    assert not EmergencyTrackPoint.objects.exists()
    emergency.dispatch(actor=first, incident=fire, chosen=[engine], version=None)
    at = clock.now()
    for _again in range(2):
        emergency.record_position(actor=first, unit=engine, at=at, latitude=30.571, longitude=104.061)
    for step in ("set_out", "arrive"):
        emergency.move_unit(actor=first, unit=engine, step=step)
    with pytest.raises(emergency.UnitStepImpossible):
        emergency.move_unit(actor=first, unit=engine, step="set_out")
    emergency.move_unit(actor=first, unit=engine, step="release")

    fire.refresh_from_db()
    assignment = EmergencyAssignment.objects.get()
    assert (fire.state, fire.arrived_at) == ("on_scene", assignment.arrived_at)
    assert assignment.released_at
    assert (units("engine-1")[0].state, EmergencyTrackPoint.objects.count()) == ("available", 1)


def test_an_incident_is_closed_when_it_is_controlled_and_nobody_is_at_work(city, fire):
    first, (engine,) = city.actor("first"), units("engine-1")
    emergency.dispatch(actor=first, incident=fire, chosen=[engine], version=None)
    with pytest.raises(emergency.NotControlled):
        emergency.close(actor=first, incident=fire, report="已扑灭。", version=None)
    emergency.bring_under_control(actor=first, incident=fire, words="明火已灭。", version=None)
    with pytest.raises(emergency.StillAtWork):
        emergency.close(actor=first, incident=fire, report="已扑灭。", version=None)
    emergency.move_unit(actor=first, unit=engine, step="release")
    with pytest.raises(Invalid):
        emergency.close(actor=first, incident=fire, report=" ", version=None)

    closed = emergency.close(actor=first, incident=fire, report="已扑灭。", version=None, injured=1)

    assert (closed.state, closed.injured) == ("closed", 1)
    with pytest.raises(emergency.IncidentOver):
        emergency.remark(actor=first, incident=closed, words="补充")


def test_a_response_says_its_measures_and_how_long_and_ends_when_things_are_under_control(city, fire):
    first = city.actor("first")
    with pytest.raises(Invalid) as refused:
        emergency.start_response(actor=first, incident=fire, response="5", measures="", hours=0, version=None)
    assert set(refused.value.errors) == {"response", "measures", "hours"}

    started = emergency.start_response(
        actor=first, incident=fire, response="3", measures="增派力量。", hours=6, version=None
    )
    assert started.response == "3"
    over = emergency.bring_under_control(actor=first, incident=fire, words="已控制。", version=None)
    assert over.response == ""
