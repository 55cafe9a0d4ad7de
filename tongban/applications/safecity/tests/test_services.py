"""What two people must do together, what a term ends, who sees what: cameras, video, patrols, alarms, positions."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import (
    Camera,
    OutsideSource,
    PatrolVisit,
    PersonPosition,
    PositionOrder,
    PositionReading,
    SafetyAlarm,
    SipDevice,
    VideoLook,
)
from tongban.applications.safecity.rules import manscdp
from tongban.applications.safecity.tests import building
from tongban.applications.safecity.tests.conftest import NOON
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact, Reading
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed, NotFound
from tongban.platform.identity.models import Account, Department
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder

RING = ((30.0, 118.0), (30.0, 119.0), (31.0, 119.0), (31.0, 118.0))


def later(**amount):
    return clock.at(NOON + timedelta(**amount))


# Cameras and video


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"purpose": " "}, "purpose"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"sign": ""}, "sign"),
        ({"retention_days": 29}, "retention_days"),
        ({"retention_days": 91}, "retention_days"),
        ({"video": "ftp://x"}, "video"),
    ],
)
def test_a_camera_without_purpose_basis_sign_or_lawful_retention_is_not_registered(city, office, wrong, field):
    entry = replace(building.camera_entry(office, office.area, number="AF-2"), **wrong)
    with pytest.raises(Invalid) as refused:
        safecity.register_camera(actor=city.actor("lead"), entry=entry)
    assert field in refused.value.errors
    assert Camera.objects.count() == 1


def test_registering_the_same_again_changes_nothing(city, office, camera):
    entry = building.camera_entry(office, office.area, device=building.NUMBER, sip_channel=building.CHANNEL)
    before = Fact.objects.count()
    safecity.register_camera(actor=city.actor("lead"), entry=entry, camera=camera)
    assert Fact.objects.count() == before


def asked(city, camera):
    return safecity.ask_video(
        actor=city.actor("watch"), camera=camera, matter="警情20260803", purpose="现场", minutes=10
    )


def test_a_camera_out_of_its_term_gives_no_link(city, camera):
    request = asked(city, camera)
    with later(days=366), pytest.raises(safecity.CameraNotInUse):
        safecity.decide_video(actor=city.actor("lead"), request=request, granted=True)
    with later(days=366), pytest.raises(safecity.CameraNotInUse):
        asked(city, camera)


def test_who_asks_does_not_decide(city, camera):
    watch = city.actor("watch")
    asker = replace(watch, grants=(*watch.grants, *city.actor("lead").grants))
    request = asked(city, camera)
    with pytest.raises(safecity.AskerDecides):
        safecity.decide_video(actor=asker, request=request, granted=True)


def test_an_approved_link_opens_once_for_its_asker_within_its_minutes_and_each_look_is_on_record(city, camera):
    request = safecity.decide_video(actor=city.actor("lead"), request=asked(city, camera), granted=True)
    watch = city.actor("watch")
    token = safecity.make_link(actor=watch, request=request)
    with pytest.raises(NotFound):
        safecity.look(actor=city.actor("watch2"), token=token)
    assert safecity.look(actor=watch, token=token).stream == building.STREAM
    with pytest.raises(NotFound):
        safecity.look(actor=watch, token=token)
    second = safecity.make_link(actor=watch, request=request)
    with later(minutes=11), pytest.raises(safecity.VideoTimeOver):
        safecity.look(actor=watch, token=second)

    look, fact = VideoLook.objects.get(), Fact.objects.get(name="safecity.CameraSeen")
    assert (look.name, fact.reason, fact.data["matter"]) == ("watch", "现场", "警情20260803")
    assert VideoLook.objects.visible_to(city.actor("lead")).exists()
    assert not VideoLook.objects.visible_to(city.actor("neighbour")).exists()


def test_a_link_lasts_no_longer_than_the_dated_terms_allow(city, camera):
    most = safecity.terms().video_minutes
    with pytest.raises(Invalid):
        safecity.ask_video(actor=city.actor("watch"), camera=camera, matter="1", purpose="现场", minutes=most + 1)


# Patrols

PLANS = [
    safecity.CheckpointPlan("东门", 30.2601, 118.3305, time(13), time(14)),
    safecity.CheckpointPlan("西门", 30.2648, 118.3262, time(14), time(15)),
]


@pytest.fixture
def shift(city, office):
    lead = city.actor("lead")
    route = safecity.plan_route(actor=lead, department=office, area=office.area, name="湖滨线", checkpoints=PLANS)
    officer = Account.objects.get(login="walker")
    return safecity.plan_shift(actor=lead, route=route, officer=officer, day=NOON.date(), begins=time(8))


def visits(shift):
    return list(PatrolVisit.objects.of_shift(shift))


@pytest.mark.requirement("APP-X-03")
def test_people_and_technology_go_together_a_missed_window_becomes_an_alarm_and_a_work_order(city, shift):
    first, second = visits(shift)
    with later(minutes=70):
        safecity.check_in(actor=city.actor("walker"), visit=first, given=safecity.CheckIn(30.2602, 118.3306))
    with later(hours=3, minutes=20):
        assert safecity.find_missed() == 0  # a phone without a connection may still report
    with later(hours=3, minutes=31):
        assert (safecity.find_missed(), safecity.find_missed()) == (1, 0)
        alarm = SafetyAlarm.objects.get()
        assert (alarm.title, alarm.visit) == ("点位“西门”漏巡", second)
        crew = Department.objects.get(key="fire-rescue")
        order = safecity.send_somebody(actor=city.actor("lead"), alarm=alarm, department=crew)
        assert (order.kind, order.state, order.latitude) == ("safecity.patrol", "dispatched", 30.2648)
        assert safecity.send_somebody(actor=city.actor("lead"), alarm=alarm) == order

        workorders.cancel(actor=SYSTEM, order=order, words="已补巡")
        jobs.run_all()
    alarm.refresh_from_db()
    assert (alarm.state, WorkOrder.objects.get().subject) == ("closed", f"safetyalarm:{alarm.pk}")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        (safecity.CheckIn(30.27, 118.34), safecity.TooFarAway),
        (safecity.CheckIn(), safecity.NothingShown),
        (safecity.CheckIn(code="NONSENSE"), safecity.WrongCheckpointCode),
    ],
)
def test_a_check_in_proves_that_somebody_was_there(city, shift, given, refusal):
    with later(minutes=70), pytest.raises(refusal):
        safecity.check_in(actor=city.actor("walker"), visit=visits(shift)[0], given=given)


def test_the_code_at_the_checkpoint_proves_it_within_the_window_only(city, shift):
    first = visits(shift)[0]
    given = safecity.CheckIn(code=first.checkpoint.code.lower())
    with later(minutes=50), pytest.raises(safecity.OutsideTheWindow):
        safecity.check_in(actor=city.actor("walker"), visit=first, given=given)
    with later(minutes=61):
        assert safecity.check_in(actor=city.actor("walker"), visit=first, given=given).by_code
        with pytest.raises(NotFound):
            safecity.check_in(actor=city.actor("lead"), visit=first, given=given)


def test_a_check_in_that_was_kept_on_the_phone_withdraws_the_alarm(city, shift):
    first = visits(shift)[0]
    with later(hours=3):
        safecity.find_missed()
        given = safecity.CheckIn(30.2601, 118.3305, at=NOON + timedelta(minutes=75), offline=True)
        visit = safecity.check_in(actor=city.actor("walker"), visit=first, given=given)
    assert (visit.checked_at, visit.offline) == (NOON + timedelta(minutes=75), True)
    assert SafetyAlarm.objects.of_visit(first.pk).state == "closed"


def test_nobody_patrols_who_has_not_the_duty(city, office, shift):
    lead, other = city.actor("lead"), Account.objects.get(login="watch")
    with pytest.raises(safecity.NotAnOfficer):
        safecity.plan_shift(actor=lead, route=shift.route, officer=other, day=NOON.date(), begins=time(8))


# Devices


def test_a_device_that_misses_its_signs_of_life_is_offline_until_it_is_heard(city, device):
    safecity.appear(number=device.number, contact="udp 10.0.0.7:5060", seconds=3600)
    with later(seconds=179):
        assert safecity.find_silent() == 0
    with later(seconds=181):
        assert (safecity.find_silent(), safecity.find_silent()) == (1, 0)
        assert SafetyAlarm.objects.get().title == "设备离线　广场录像机"
        assert not safecity.hear(number=device.number, contact="udp 10.0.0.8:5060")  # from elsewhere
        assert safecity.hear(number=device.number, contact="udp 10.0.0.7:6000")
    assert SipDevice.objects.get().online
    assert SafetyAlarm.objects.get().state == "closed"


def test_the_password_of_a_device_is_encrypted(city, device):
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM safecity_sipdevice")
        assert building.PASSWORD not in cursor.fetchone()[0]
    assert safecity.password_of(device.number) == building.PASSWORD
    assert safecity.password_of("99010200001110009999") == ""


# Alarms from outside


@pytest.fixture
def source(city, office):
    entry = building.source_entry(office, "sender", office.area)
    return safecity.propose_source(actor=city.actor("lead"), entry=entry)


def said(key="1"):
    return safecity.OutsideAlarm(
        key=key, title="车站路停车场线索", at=NOON, words="请核实", latitude=30.2, longitude=118.3
    )


def sent(city, source, key="1"):
    return safecity.take_outside_alarm(actor=city.actor("sender"), source=str(source.uid), alarm=said(key))


@pytest.fixture
def outside(city, source):
    safecity.approve_source(actor=city.actor("lead2"), source=source)
    return sent(city, source)


def test_a_source_sends_nothing_before_somebody_else_approved_it_nor_after_its_term(city, source):
    with pytest.raises(safecity.SourceNotInForce):
        sent(city, source)
    with pytest.raises(safecity.ProposerApproves):
        safecity.approve_source(actor=city.actor("lead"), source=source)
    safecity.approve_source(actor=city.actor("lead2"), source=source)
    assert sent(city, source) == sent(city, source)
    with later(days=31), pytest.raises(safecity.SourceNotInForce):
        sent(city, source, "2")
    safecity.end_source(actor=city.actor("lead"), source=source)
    with pytest.raises(safecity.SourceNotInForce):
        sent(city, source, "3")
    with pytest.raises(NotAllowed):
        safecity.take_outside_alarm(actor=city.actor("tracker"), source=str(source.uid), alarm=said())


@pytest.mark.requirement("APP-R-02")
def test_an_alarm_from_outside_waits_for_two_different_people_before_anybody_is_sent(city, outside):
    first, second = city.actor("watch"), city.actor("watch2")
    assert (outside.state, outside.source.legal_basis, outside.source.approver) == (
        "waiting",
        "人民警察法第九条",
        "lead2",
    )
    with pytest.raises(safecity.TwoPeopleFirst):
        safecity.send_somebody(actor=first, alarm=outside)
    safecity.confirm(actor=first, alarm=outside)
    with pytest.raises(safecity.ConfirmedByYou):
        safecity.confirm(actor=first, alarm=outside)
    with pytest.raises(safecity.TwoPeopleFirst):
        safecity.send_somebody(actor=first, alarm=outside)
    with pytest.raises(NotAllowed):
        safecity.confirm(actor=city.actor("neighbour"), alarm=outside)
    found = safecity.confirm(actor=second, alarm=outside)
    assert (found.state, found.confirmer, found.seconder) == ("open", "watch", "watch2")
    crew = Department.objects.get(key="fire-rescue")
    assert safecity.send_somebody(actor=second, alarm=found, department=crew).state == "dispatched"
    told = Fact.objects.filter(name="safecity.OutsideAlarmConfirmed").order_by("pk")
    assert [(fact.actor, fact.data["by"]) for fact in told] == [("watch", 1), ("watch2", 2)]


@pytest.mark.parametrize("by", [{}, {"confirmed_by": "watch"}, {"confirmed_by": "watch", "seconded_by": "watch"}])
def test_the_database_itself_holds_that_two_people_confirm(city, outside, by):
    accounts = {name: Account.objects.get(login=login) for name, login in by.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyAlarm.objects.filter(pk=outside.pk).update(state="open", **accounts)


def test_what_came_from_outside_ends_unconfirmed_and_its_content_is_deleted(city, outside):
    with later(minutes=61):
        safecity.expire()
        with pytest.raises(safecity.AlarmNotWaiting):
            safecity.confirm(actor=city.actor("watch"), alarm=outside)
    outside.refresh_from_db()
    assert (outside.state, outside.words) == ("expired", "请核实")
    with later(days=7, minutes=61):
        safecity.expire()
    outside.refresh_from_db()
    assert (outside.title, outside.words, outside.latitude) == ("外部告警（内容已删除）", "", None)
    assert OutsideSource.objects.get().approver == "lead2"  # who allowed it stays


# Positions in community corrections


@pytest.fixture
def order(city, office):
    entry = safecity.OrderEntry(
        party=city.people["citizen"], department=office, area=office.area, number="矫定1号",
        legal_basis="社区矫正法第二十九条",
        device="DW-1", begins_on=NOON.date(), ends_on=NOON.date() + timedelta(days=30),
        officer=Account.objects.get(login="corrector"), boundary=RING,
    )  # fmt: skip
    return safecity.propose_order(actor=city.actor("corrector"), entry=entry)


def at(city, latitude=30.5, minutes=0):
    moment = NOON + timedelta(minutes=minutes)
    tracker = city.actor("tracker")
    return safecity.take_position(actor=tracker, device="DW-1", at=moment, latitude=latitude, longitude=118.5)


@pytest.mark.requirement("APP-R-03")
def test_positions_are_taken_in_the_term_of_an_approved_order_only_and_end_by_themselves(city, order):
    with pytest.raises(safecity.OrderNotInForce):
        at(city)
    with pytest.raises(NotAllowed):
        safecity.approve_order(actor=city.actor("corrector"), order=order)
    order = safecity.approve_order(actor=city.actor("lead"), order=order)
    assert at(city) == at(city)
    with later(days=31):
        with pytest.raises(safecity.OrderNotInForce):
            at(city)
        with pytest.raises(safecity.OrderNotInForce):
            safecity.read_positions(actor=city.actor("corrector"), order=order, purpose="核查")
        safecity.keep_terms()
    order.refresh_from_db()
    assert (order.state, order.end_reason, PersonPosition.objects.count()) == ("ended", "期限届满。", 1)
    with later(days=31 + safecity.terms().positions_keep_days):
        safecity.keep_terms()
    assert not PersonPosition.objects.exists()
    titles = list(Notice.objects.filter(party=city.people["citizen"]).order_by("pk").values_list("title", flat=True))
    assert titles == ["2026-08-03至2026-09-02期间将记录您的位置", "已停止记录您的位置"]


def test_each_reading_has_a_purpose_and_is_shown_to_the_person(city, order):
    safecity.approve_order(actor=city.actor("lead"), order=order)
    at(city)
    order = PositionOrder.objects.get()
    with pytest.raises(safecity.PurposeOfReadingMissing):
        safecity.read_positions(actor=city.actor("corrector"), order=order, purpose=" ")
    with pytest.raises(NotAllowed):
        safecity.read_positions(actor=city.actor("watch"), order=order, purpose="看看")
    [position] = safecity.read_positions(actor=city.actor("corrector"), order=order, purpose="每周核查")
    assert position.place == {"latitude": 30.5, "longitude": 118.5}
    assert (PositionReading.objects.get().purpose, Reading.objects.get().party) == (
        "每周核查",
        city.people["citizen"].pk,
    )


def test_leaving_the_boundary_tells_the_officer_once_without_name_or_place(city, order):
    safecity.approve_order(actor=city.actor("lead"), order=order)
    for minutes, latitude in ((0, 30.5), (1, 31.2), (2, 31.3), (3, 30.6), (4, 31.2)):
        with later(minutes=minutes):
            at(city, latitude, minutes)
    alarms = list(SafetyAlarm.objects.order_by("pk"))
    assert [alarm.title for alarm in alarms] == ["矫定1号的设备离开规定区域"] * 2
    assert {(alarm.latitude, alarm.words) for alarm in alarms} == {(None, "")}
    assert Notice.objects.filter(account__login="corrector").count() == 2
    assert Party.objects.get(pk=order.party_id).name not in str([vars(alarm) for alarm in alarms])


def test_the_place_of_a_person_is_encrypted(city, order):
    safecity.approve_order(actor=city.actor("lead"), order=order)
    at(city)
    with connection.cursor() as cursor:
        cursor.execute("SELECT place FROM safecity_personposition")
        assert "30.5" not in cursor.fetchone()[0]


def test_the_same_alarm_of_a_device_is_one(city, device):
    told = manscdp.read(building.alarm(at="2026-08-03T11:59:00"))
    assert safecity.take_alarm(number=device.number, told=told) == safecity.take_alarm(number=device.number, told=told)
