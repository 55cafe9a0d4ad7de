from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase, StreetCentre
from tongban.applications.streets.rules import grid
from tongban.applications.streets.tests.conftest import (
    EAST,
    HERE,
    LAMP,
    WEST,
    a_report,
    again,
    case_of,
    done_again,
    finished,
    reported,
)
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, Invalid, NotAllowed, Refusal
from tongban.platform.identity.models import Department
from tongban.platform.notices.models import Notice
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest
from tongban.platform.requests.tests.pictures import photograph
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder


@pytest.mark.requirement("APP-X-11")
def test_a_report_goes_through_the_seven_steps_and_its_person_is_answered(city):
    case = reported(city)
    assert (case.state, case.cell.code, case.area) == ("reported", WEST, "990102001001")
    case = finished(city, case)
    assert case.state == "finished"
    streets.verify(actor=city.actor("checker"), case=case)
    case = again(case)

    assert (case.state, case.in_time, case.reworks) == ("closed", True, 0)
    assert case.request.state == "closed"
    assert "城市管理局" in case.request.answer
    assert Notice.objects.filter(party=city.people["citizen"], title__contains="已答复").count() == 1
    names = set(Fact.objects.filter(subject=case.subject).values_list("name", flat=True))
    assert {f"streets.StreetCase{what}" for what in ("Reported", "Filed", "Closed")} <= names


def test_what_was_not_done_well_is_done_again(city):
    case = finished(city, reported(city))
    streets.send_back(actor=city.actor("checker"), case=case, words="仍有残留。")
    assert again(case).state == "handling"
    case = done_again(city, case)
    streets.verify(actor=city.actor("checker"), case=case)

    assert (again(case).state, again(case).reworks) == ("closed", 1)


def test_a_thing_with_an_owner_goes_to_its_owner_at_once(city):
    case = reported(city, matter="C0113", component=LAMP, words="路灯不亮。")
    streets.file_case(actor=city.actor("supervisor"), case=case)
    case = again(case)

    assert (case.state, case.order.department.key, case.order.owner) == (
        "dispatched",
        "urban-management",
        "urban-management",
    )
    assert (case.order.dispatcher.key, case.order.verifier.key) == ("street-command", "street-supervision")
    assert (case.order.limit_amount, case.order.limit_unit) == (2, "workday")
    assert case.request.state == "assigned"


@pytest.mark.parametrize("who", ["citizen", "collector", "commander", "crew", "other_supervisor", "stranger"])
def test_only_the_supervision_centre_files_and_verifies(city, who):
    case = reported(city)
    with pytest.raises(NotAllowed):
        streets.file_case(actor=city.actor(who), case=case)
    case = finished(city, case)
    with pytest.raises(Refusal):
        streets.verify(actor=city.actor(who), case=case)
    assert again(case).state == "finished"


DUTIES = (
    "streets.supervise",
    "streets.command",
    "requests.receive",
    "workorders.dispatch",
    "workorders.handle",
    "workorders.verify",
)
PLACES = ("street-supervision", "street-command", "urban-management")


@pytest.mark.requirement("APP-X-07")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(held=st.sets(st.tuples(st.sampled_from(DUTIES), st.sampled_from(PLACES)), max_size=8))
def test_whoever_may_dispatch_or_handle_a_case_never_files_or_verifies_it(city, held):
    """Over all sets of duties that somebody may have been given, by mistake or not."""
    if not hasattr(city, "standing"):
        city.standing = (reported(city), finished(city, reported(city, photos=[])))
    keys = {key: Department.objects.get(key=key).pk for key in PLACES}
    actor = Actor("staff", account=987654, grants=tuple(Grant(duty, frozenset({keys[key]})) for duty, key in held))
    hands = ("workorders.dispatch", "street-command") in held
    handles = ("workorders.handle", "urban-management") in held
    new, done = city.standing

    for verb, case, apart in ((streets.file_case, new, not hands), (streets.verify, done, not (hands or handles))):
        filed = _tried(verb, actor, case)
        assert not filed or apart


def _tried(verb, actor, case):
    """Say whether a verb let somebody do it, and take back what it did."""
    try:
        with transaction.atomic():
            verb(actor=actor, case=case)
            transaction.set_rollback(True)
    except Refusal:
        return False
    return True


def test_the_supervision_centre_is_never_sent_to_handle(city):
    case = reported(city)
    with pytest.raises(Conflict):
        streets.file_case(actor=city.actor("supervisor"), case=case, department=case.supervision)
    with pytest.raises(streets.CentresAlike):
        streets.set_centres(actor=SYSTEM, area="990104", supervision=case.command, command=case.command)


def test_two_officials_on_one_report_judge_it_once(city):
    case = reported(city)
    streets.file_case(actor=city.actor("supervisor"), case=case)
    for verb in (streets.decline, streets.file_case):
        more = {"words": "不属于城管范围。"} if verb is streets.decline else {}
        with pytest.raises(streets.JudgedAlready):
            verb(actor=city.actor("checker"), case=case, **more)

    assert WorkOrder.objects.about(case.subject).count() == 1


def test_a_report_that_is_no_case_is_declined_with_its_reason(city):
    case = reported(city)
    with pytest.raises(requests.WordsMissing):
        streets.decline(actor=city.actor("supervisor"), case=case, words="")
    case = streets.decline(actor=city.actor("supervisor"), case=case, words="现场未发现问题。")

    assert (case.state, PublicRequest.objects.get(pk=case.request_id).state) == ("declined", "declined")


def test_the_same_seen_twice_is_suggested_and_merged(city):
    first = reported(city)
    near = streets.suggestions(matter="E0102", latitude=30.5732, longitude=104.0673)
    assert [one.request.pk for one in near] == [first.request_id]
    assert streets.suggestions(matter="E0501", latitude=30.5732, longitude=104.0673) == []
    assert streets.suggestions(matter="E0102", latitude=30.5790, longitude=104.0673) == []

    second = reported(city, "stranger")
    second = streets.merge(actor=city.actor("supervisor"), case=second, into=first, words="同一处垃圾。")
    assert second.state == "merged"
    assert PublicRequest.objects.get(pk=first.request_id).supporters == 1


@pytest.mark.requirement("APP-X-08")
def test_what_lies_in_another_area_is_handed_over_with_its_number_and_day(city):
    case = reported(city)
    lake = StreetCentre.objects.get(area="990103")
    case = streets.hand_over(actor=city.actor("supervisor"), case=case, centre=lake, words="位于滨湖区。")

    with pytest.raises(NotAllowed):
        streets.file_case(actor=city.actor("supervisor"), case=case)
    request = PublicRequest.objects.get(pk=case.request_id)
    assert (request.office.key, request.state) == ("lake-supervision", "transferred")
    assert StreetCase.objects.visible_to(city.actor("other_supervisor")).get().request.words == "垃圾堆在路边。"
    bureau = Department.objects.get(key="urban-management")
    filed = streets.file_case(actor=city.actor("other_supervisor"), case=case, department=bureau)
    assert WorkOrder.objects.visible_to(city.actor("crew")).get() == filed.order
    with pytest.raises(streets.JudgedAlready):
        streets.hand_over(actor=city.actor("other_supervisor"), case=case, centre=lake, words="退回。")


def test_on_the_border_of_two_cells_one_of_them_has_it(city):
    case = reported(city, place=requests.RequestPlace("", 30.575, 104.070, "CGCS2000", "交界处"))
    east = reported(city, place=requests.RequestPlace("", 30.575, 104.0701, "CGCS2000", "交界处"), photos=[])

    assert (case.cell.code, east.cell.code) == (WEST, EAST)


def test_a_collector_offline_for_a_day_keeps_the_time_and_sends_once(city):
    seen = clock.now() - timedelta(days=1)
    for _time in range(2):
        case = reported(city, "collector", channel="collector", said_at=seen, key="phone-7")

    assert StreetCase.objects.count() == 1
    assert (case.reported_at, case.request.said_at) == (seen, seen)
    assert case.request.received_at > seen
    assert case.collector == city.accounts["collector"].pk


def test_nobody_reports_as_a_collector_without_the_duty(city):
    with pytest.raises(NotAllowed):
        streets.report(actor=city.actor("citizen"), found=a_report(channel="collector"))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"matter": "E01"}, streets.UnknownMatter),
        ({"matter": "E9999"}, streets.UnknownMatter),
        ({"component": "9901020113999999"}, streets.UnknownComponent),
        ({"place": requests.RequestPlace()}, streets.NoPlace),
        ({"place": requests.RequestPlace("110101", address="别处")}, streets.NobodySeesToIt),
        ({"words": ""}, Invalid),
    ],
)
def test_what_cannot_be_seen_to_is_refused_with_its_reason(city, changes, refusal):
    with pytest.raises(refusal):
        streets.report(actor=ANONYMOUS, found=a_report(**changes))

    assert not PublicRequest.objects.exists()


def test_a_report_without_its_case_gets_one_from_the_worker(city):
    """The process may end between the request and its case."""
    made = streets.report(actor=ANONYMOUS, found=a_report(), photos=[photograph()]).request
    StreetCase.objects.all().delete()

    assert again(streets.open_case(request=made)).request_id == made.pk
    assert StreetCase.objects.count() == 1


def test_a_withdrawn_report_ends_and_an_unsolved_one_is_judged_anew(city):
    case = reported(city)
    requests.withdraw(actor=city.actor("citizen"), request=case.request)
    assert again(case).state == "withdrawn"

    case = finished(city, reported(city))
    streets.verify(actor=city.actor("checker"), case=case)
    again(case)
    requests.reopen(actor=city.actor("citizen"), request=case.request, words="第二天又堆满了。")
    assert again(case).state == "reported"
    streets.file_case(actor=city.actor("supervisor"), case=again(case))
    assert WorkOrder.objects.about(case.subject).count() == 2


@pytest.mark.requirement("APP-X-10")
def test_the_sheet_counts_areas_departments_and_collectors(city):
    case = finished(city, reported(city, "collector", channel="collector"))
    streets.verify(actor=city.actor("checker"), case=case)
    again(case)
    reported(city, photos=[])
    first, last = clock.today().replace(day=1), clock.today()

    def sheet(subject):
        lines = streets.evaluate(actor=city.actor("supervisor"), subject=subject, first=first, last=last)
        return [(line.counts.reported, line.counts.filed, line.counts.in_time, line.points) for line in lines]

    assert sheet("area") == [(2, 1, 1, "100.0")]
    assert sheet("department") == [(1, 1, 1, "100.0")]
    assert sheet("post") == [(1, 1, 1, "100.0")]
    assert streets.evaluate(actor=city.actor("other_supervisor"), subject="area", first=first, last=last) == []


@pytest.mark.requirement("APP-X-05")
def test_components_and_events_of_the_whole_table_are_handled_and_analysed(city):
    kinds = {kind.key for kind in streets.order_kinds(clock.today())}
    assert kinds == {f"streets.{matter.code}" for matter in streets.table().kinds()}
    assert {matter.code[0] for matter in streets.table().kinds()} == {"C", "E"}
    for changes in ({}, {"matter": "C0113", "component": LAMP, "words": "路灯不亮。"}):
        case = finished(city, reported(city, **changes))
        streets.verify(actor=city.actor("checker"), case=case)
        assert again(case).state == "closed"

    today = clock.today()
    lines = streets.evaluate(actor=city.actor("supervisor"), subject="area", first=today, last=today)
    assert [(line.counts.filed, line.counts.closed, line.points) for line in lines] == [(2, 2, "100.0")]


@pytest.mark.requirement("APP-X-09")
def test_what_is_reported_is_coded_by_cell_and_component(city):
    case = reported(city, matter="C0113", component=LAMP, words="路灯不亮。")

    assert (case.cell.code, case.component.code) == (WEST, LAMP)
    assert case.component.cell == WEST
    assert grid.cell_code(case.cell.code).area == case.area
    assert grid.event_code(case.area, "E0102") == "9901020102"


def test_the_command_centre_sees_nothing_before_it_was_filed(city):
    case = reported(city)
    commander = city.actor("commander")
    assert not StreetCase.objects.visible_to(commander).exists()
    streets.file_case(actor=city.actor("supervisor"), case=case)

    assert StreetCase.objects.visible_to(commander).get() == case
    assert not StreetCase.objects.visible_to(city.actor("other_supervisor")).exists()


def test_cells_that_change_are_dated_and_broken_ones_refused(city):
    ring = [[104.060, 30.570], [104.069, 30.570], [104.069, 30.580], [104.060, 30.580], [104.060, 30.570]]
    day = clock.today() - timedelta(days=5)
    rows = [streets.CellRow(WEST, ring)]
    assert streets.load_cells(actor=SYSTEM, source="调整", valid_from=day, cells=rows) == 1
    assert streets.load_cells(actor=SYSTEM, source="调整", valid_from=day, cells=rows) == 0
    assert streets.area_of(30.575, 104.0695) == ""
    for broken in (streets.CellRow(WEST, ring[:-1]), streets.CellRow("12", ring)):
        with pytest.raises(streets.BrokenCell):
            streets.load_cells(actor=SYSTEM, source="调整", valid_from=day, cells=[broken])
    with pytest.raises(NotAllowed):
        streets.load_cells(actor=city.actor("supervisor"), source="x", valid_from=day, cells=rows)


def test_hostile_words_stay_words(city):
    case = reported(city, words="<img src=x onerror=alert(1)> 井盖'; DROP TABLE")
    page = city.browser("supervisor").get(f"/desk/streets/{case.uid}/").content.decode()

    assert "&lt;img src=x" in page
    assert "<img src=x" not in page


def test_nearby_shows_what_is_public_only(city):
    shown = reported(city)
    reported(city, public=False, photos=[])
    near = streets.near(HERE.latitude, HERE.longitude, radius_m=100)

    assert [one.request.pk for one in near] == [shown.request_id]
    assert case_of(near[0].request) == shown
    assert workorders.kind_named("streets.E0102").title == "暴露垃圾"
