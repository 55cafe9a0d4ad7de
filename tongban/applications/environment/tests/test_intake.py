"""Packets that are taken in, refused, doubled; what loggers are told; exceedances that become to-dos."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import DeviceCommand, ReceivedPacket, RetainedSample
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.frames import Decoder
from tongban.applications.environment.services import commanding
from tongban.applications.environment.services.intake import WholePacket
from tongban.applications.environment.tests.conftest import MN, NOON
from tongban.applications.environment.tests.test_frames import FRAMES
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert, Datastream, Observation, RawFrame
from tongban.platform.workflow.models import Task
from tongban.platform.workorders import services as workorders


def sent(*said, qn="20260803123000001", cn="2061", flag=5, pw="123456", mn=MN, at="20260803110000"):
    """Build what a logger sends: items as (name, value)."""
    groups = ((("DataTime", at),), *(((name, value),) for name, value in said))
    packet = packets.Packet(qn, "32", cn, mn, pw, flag, groups=groups)
    return WholePacket(packet, b"".join(packets.sent(packet)))


def received(frame):
    [found] = Decoder().feed(frame)
    return WholePacket(packets.read(found.data), found.raw)


def values(stream):
    row = Datastream.objects.with_key(f"{MN}/{stream}")
    rows = Observation.objects.of_stream(row).order_by("at") if row else []
    return [(one.value, one.quality, one.flag) for one in rows]


def test_a_packet_of_the_standard_is_kept_and_acknowledged(point):
    [answered] = environment.take_in([received(FRAMES[5])])

    assert packets.sent(answered.answers[0])[0].startswith(b"##0087QN=20160801085000001;ST=91;CN=9014;PW=123456;")
    assert values("w00000/minute") == [(17.5, "valid", "N")]
    assert values("w00000-Cou/minute") == [(10.5, "valid", "N")]
    assert values("w01001/minute") == [(7.5, "valid", "N")]
    frame = RawFrame.objects.get()
    assert (bytes(frame.body), frame.source, frame.outcome) == (FRAMES[5], MN, "taken")
    point.refresh_from_db()
    assert point.heard_at == NOON


def test_the_same_packet_again_is_acknowledged_and_changes_nothing(point):
    for _time in range(3):
        first, second = environment.take_in([received(FRAMES[5])] * 2)
        assert first.answers == second.answers != ()
        assert not second.fresh

    assert RawFrame.objects.count() == 1
    assert ReceivedPacket.objects.count() == 1
    assert len(values("w01001/minute")) == 1


def test_a_kept_frame_can_be_read_again(point):
    environment.take_in([received(FRAMES[5])])
    Observation.objects.all().delete()

    taken = sensing.replay(actor=SYSTEM, frame=RawFrame.objects.get())
    assert taken.fresh == 3
    assert values("w01001/minute") == [(7.5, "valid", "N")]


@pytest.mark.parametrize(("changed", "code"), [({"mn": "FFFF"}, "4"), ({"pw": "000000"}, "3"), ({"cn": "2099"}, "8")])
def test_strangers_are_told_why_and_nothing_of_them_is_kept(point, changed, code):
    [answered] = environment.take_in([sent(("w01018-Avg", "30"), **changed)])

    assert (answered.answers[0].cn, answered.answers[0].parameters) == ("9011", {"QnRtn": code})
    assert not RawFrame.objects.exists()
    assert not ReceivedPacket.objects.exists()


def test_who_wants_no_answer_gets_none_and_no_password_is_forgiven(point):
    [answered] = environment.take_in([sent(("w01018-Avg", "30"), flag=4, pw="")])
    assert (answered.answers, answered.point) == ((), point.pk)


@pytest.mark.parametrize(("flag", "quality"), [("N", "valid"), ("T", "doubtful"), ("D", "invalid"), ("C", "invalid")])
def test_what_is_not_normal_is_kept_and_does_not_count(point, flag, quality):
    environment.take_in([sent(("w01018-Avg", "80"), ("w01018-Flag", flag))])

    assert values("w01018/hour") == [(80.0, quality, flag)]
    assert Alert.objects.exists() == (flag == "N")


def test_an_unknown_factor_costs_only_itself_and_is_said(point):
    environment.take_in([sent(("w01018-Avg", "30"), ("w99999-Avg", "1"))])

    assert values("w01018/hour") == [(30.0, "valid", "")]
    assert "w99999" in RawFrame.objects.get().problem


def test_states_of_the_plant_are_kept(point):
    environment.take_in([sent(("SB1-RS", "1"), ("SB2-RS", "4"), cn="2021")])
    assert (values("SB1-RS/realtime"), values("SB2-RS/realtime")) == ([(1.0, "valid", "")], [(4.0, "valid", "")])


# Exceedances


def test_a_value_above_its_limit_becomes_a_to_do_of_the_office_until_it_is_handled(city, point):
    environment.take_in([sent(("w01018-Avg", "46"), ("w01018-Flag", "N"), at="20260803100000", qn="20260803113000001")])
    jobs.run_all()
    assert [alert.level for alert in Alert.objects.all()] == ["blue"]
    assert not Task.objects.open().exists()

    environment.take_in([sent(("w01018-Avg", "51"), ("w01018-Flag", "N"))])
    jobs.run_all()
    [alert], [task] = Alert.objects.all(), Task.objects.open()
    assert (alert.level, alert.rule.name) == ("yellow", "临湖出水口 化学需氧量超标")
    assert (task.department.key, task.subject) == ("health", f"exceedance:{alert.pk}")

    with pytest.raises(NotAllowed):
        environment.handle_exceedance(actor=city.actor("neighbour"), alert=alert, found="已查")
    with pytest.raises(Invalid):
        environment.handle_exceedance(actor=city.actor("watcher"), alert=alert, found=" ")
    environment.handle_exceedance(actor=city.actor("watcher"), alert=alert, found="曝气风机检修，已恢复。")
    alert.refresh_from_db()
    assert (alert.state, alert.reason) == ("closed", "曝气风机检修，已恢复。")
    assert not Task.objects.open().exists()
    with pytest.raises(environment.ExceedanceClosed):
        environment.handle_exceedance(actor=city.actor("watcher"), alert=alert, found="再次")


def test_a_limit_exceeded_again_joins_the_to_do_that_nobody_dealt_with_yet(city, point):
    for number, (hour, value) in enumerate([("09", "80"), ("10", "20"), ("11", "70")]):
        environment.take_in([sent(("w01018-Avg", value), at=f"20260803{hour}0000", qn=f"2026080312300000{number}")])
        jobs.run_all()
    first, second = Alert.objects.order_by("pk")

    assert (first.state, second.state) == ("cleared", "open")
    assert first.subject == second.subject == f"exceedance:{first.pk}"
    assert environment.alerts_joined(first) == [second]
    assert Task.objects.open().count() == 1
    sensing.close_alert(actor=SYSTEM, alert=first, reason="误报")
    jobs.run_all()
    assert Task.objects.open().count() == 1
    environment.handle_exceedance(actor=city.actor("watcher"), alert=second, found="已恢复")
    jobs.run_all()
    assert {alert.state for alert in Alert.objects.all()} == {"closed"}
    assert not Task.objects.open().exists()


def test_one_crew_at_a_time_looks_at_an_exceedance_and_it_is_not_closed_before_they_did(city, point):
    environment.take_in([sent(("w01018-Avg", "80"))])
    jobs.run_all()
    alert, fire = Alert.objects.get(), Department.objects.get(key="fire-rescue")
    with pytest.raises(NotAllowed):
        environment.send_crew(actor=city.actor("neighbour"), alert=alert, department=fire)

    order = environment.send_crew(actor=city.actor("watcher"), alert=alert, department=fire, words="查看曝气池")
    again = environment.send_crew(actor=city.actor("watcher"), alert=alert, department=fire)

    assert again == order
    assert (order.subject, order.verifier.key, order.department.key) == (
        f"exceedance:{alert.pk}", "health", "fire-rescue",
    )  # fmt: skip
    assert (order.latitude, order.longitude) == (alert.thing.latitude, alert.thing.longitude)
    with pytest.raises(environment.CrewUnderWay):
        environment.handle_exceedance(actor=city.actor("watcher"), alert=alert, found="已恢复")
    workorders.cancel(actor=SYSTEM, order=order, words="误派")
    second = environment.send_crew(actor=city.actor("watcher"), alert=alert, department=fire)
    assert [one.pk for one in environment.crews_of(alert)] == [order.pk, second.pk]


def test_an_alert_closed_elsewhere_goes_off_the_list(point):
    environment.take_in([sent(("w01018-Avg", "120"))])
    jobs.run_all()
    sensing.close_alert(actor=SYSTEM, alert=Alert.objects.get(), reason="误报")
    jobs.run_all()
    assert not Task.objects.open().exists()


def test_a_limit_is_dated_and_the_one_before_stays_on_record(city, point):
    later = NOON.date() + timedelta(days=30)
    watcher = city.actor("watcher")
    wanted = {"point": point, "factor": "w01018", "period": "hour", "source": "新标准"}
    environment.set_limit(actor=watcher, most=30, valid_from=later, **wanted)

    before, after = point.limits.order_by("valid_from")
    assert (before.valid_until, after.most) == (later - timedelta(days=1), 30)
    with pytest.raises(Invalid):
        environment.set_limit(actor=watcher, most=20, valid_from=NOON.date() - timedelta(days=1), **wanted)
    with pytest.raises(NotAllowed):
        environment.set_limit(actor=city.actor("neighbour"), most=20, **wanted)


# Commands


def asked(city, point, cn="1062", parameters=None):
    return environment.ask(actor=city.actor("watcher"), point=point, cn=cn, parameters=parameters or {}, reason="核查")


def answer(command, cn, **said):
    packet = packets.Packet(command.qn, "91", cn, MN, "123456", 4, groups=tuple(((k, v),) for k, v in said.items()))
    environment.take_in([WholePacket(packet, b"".join(packets.sent(packet)))])
    command.refresh_from_db()
    return command.state


def test_a_command_goes_to_the_logger_that_is_there_and_ends_with_its_answers(city, point):
    command = asked(city, point, parameters={"RtdInterval": "30"})
    assert environment.take_to_send(numbers={"FFFF"}) == []

    [(mn, frame)] = environment.take_to_send(numbers={MN})
    assert (mn, packets.read(next(Decoder().feed(frame)).data).parameters) == (MN, {"RtdInterval": "30"})
    assert environment.take_to_send(numbers={MN}) == []
    assert answer(command, "9011", QnRtn="1") == "accepted"
    assert answer(command, "9012", ExeRtn="1") == "done"
    assert answer(command, "9012", ExeRtn="5") == "done"


@pytest.mark.parametrize(
    ("cn", "said", "state"), [("9011", {"QnRtn": "2"}, "refused"), ("9012", {"ExeRtn": "5"}, "failed")]
)
def test_a_logger_may_refuse_or_fail(city, point, cn, said, state):
    command = asked(city, point, "3012", {"PolId": "w01018"})
    environment.take_to_send(numbers={MN})
    assert answer(command, cn, **said) == state


def test_a_silent_logger_is_asked_three_times_more_and_given_up(city, point):
    command = asked(city, point, "1011")
    frames = []
    for number in range(6):
        with clock.at(NOON + timedelta(seconds=11 * number)):
            frames += environment.take_to_send(numbers={MN})
    command.refresh_from_db()
    assert (len(frames), len(set(frames)), command.state) == (4, 1, "silent")


def test_a_logger_that_never_comes_is_given_up(city, point):
    command = asked(city, point, "1011")
    with clock.at(NOON + timedelta(hours=2)):
        assert environment.expire() == 1
    command.refresh_from_db()
    assert command.state == DeviceCommand.State.SILENT


def test_only_who_may_commands_and_only_what_the_standard_has(city, point):
    with pytest.raises(NotAllowed):
        environment.ask(actor=city.actor("neighbour"), point=point, cn="1011", parameters={}, reason="核查")
    with pytest.raises(environment.UnknownCommand):
        asked(city, point, "2081")
    with pytest.raises(Invalid) as refused:
        asked(city, point, "1062", {"RtdInterval": "7"})
    assert refused.value.errors.keys() == {"RtdInterval"}


def test_a_new_password_counts_once_the_logger_has_it(city, point):
    command = asked(city, point, "1072", {"NewPW": "abc999"})
    environment.take_to_send(numbers={MN})
    point.refresh_from_db()
    assert point.password == "123456"
    answer(command, "9012", ExeRtn="1")
    point.refresh_from_db()
    assert point.password == "abc999"


def test_a_sample_is_retained_when_ordered_and_by_itself_and_tested_once(city, point):
    command = asked(city, point, "3015")
    environment.take_to_send(numbers={MN})
    ordered = sent(("VaseNo", "7"), cn="3015", qn=command.qn, flag=4)
    itself = sent(("VaseNo", "8"), cn="3015", qn="20260803122000000", at="20260803122000")
    environment.take_in([ordered, itself, ordered])

    samples = RetainedSample.objects.of_point(point)
    assert [(sample.bottle, sample.occasion) for sample in samples] == [("8", "exceeded"), ("7", "ordered")]
    command.refresh_from_db()
    assert command.said["VaseNo"] == "7"
    tested = environment.record_result(actor=city.actor("watcher"), sample=samples[0], values={"w01018": 61})
    assert tested.result == {"w01018": "61"}
    with pytest.raises(environment.TestedAlready):
        environment.record_result(actor=city.actor("watcher"), sample=tested, values={"w01018": 1})


def test_a_logger_that_asks_for_the_time_is_told_it(point):
    notice = sent(cn="1013", qn="20260803123000009")
    [answered] = environment.take_in([replace(notice)])

    assert answered.answers[0].cn == "9013"
    [(_mn, frame)] = environment.take_to_send(numbers={MN})
    said = packets.read(next(Decoder().feed(frame)).data)
    assert (said.cn, said.parameters["SystemTime"]) == ("1012", "20260803123000")


def test_a_camera_is_opened_with_a_purpose_that_is_on_record(city, point, station):
    watcher = city.actor("watcher")
    assert environment.open_video(actor=watcher, point=point, purpose="核查超标") == "CAM-7"
    with pytest.raises(Invalid):
        environment.open_video(actor=watcher, point=point, purpose="")
    with pytest.raises(environment.NoCamera):
        environment.open_video(actor=watcher, point=station, purpose="看")
    with pytest.raises(NotAllowed):
        environment.open_video(actor=city.actor("neighbour"), point=point, purpose="看")


def test_nobody_answers_a_packet_that_nobody_asked(point):
    packet = packets.Packet("20260803000000000", "91", "9012", MN, "123456", 4)
    assert commanding.take_answer(point=point, packet=packet) is None
