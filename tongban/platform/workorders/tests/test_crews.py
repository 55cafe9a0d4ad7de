"""Teams, being on duty, positions with a purpose and an end; what crews ask for."""

from datetime import timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import CrewPosition, CrewShift, CrewTeam, OrderProposal, WorkOrder
from tongban.platform.workorders.services import PhoneStamp, TimeLimit

HERE = PhoneStamp(latitude=30.5731, longitude=104.0672, accuracy_m=9)


@pytest.fixture
def team(town) -> CrewTeam:
    actor = town.actor("everything")
    found = workorders.form_team(actor=actor, department=town.departments["roads"], name="一班", purpose="就近派遣工单")
    workorders.join(actor=actor, team=found, member=town.accounts["crew"])
    return found


def test_a_position_is_taken_on_duty_only(town, team):
    crew = town.actor("crew")
    with pytest.raises(workorders.NotOnDuty):
        workorders.report_position(actor=crew, stamp=HERE)
    workorders.begin_shift(actor=crew, team=team, hours=8)
    assert workorders.report_position(actor=crew, stamp=HERE).delete_on == clock.today() + timedelta(days=30)

    workorders.end_shift(actor=crew)
    with pytest.raises(workorders.NotOnDuty):
        workorders.report_position(actor=crew, stamp=HERE)


def test_a_team_without_a_purpose_gives_no_position(town):
    actor = town.actor("everything")
    team = workorders.form_team(actor=actor, department=town.departments["roads"], name="二班")
    workorders.join(actor=actor, team=team, member=town.accounts["crew"])
    workorders.begin_shift(actor=town.actor("crew"), team=team, hours=8)

    with pytest.raises(workorders.NotOnDuty):
        workorders.report_position(actor=town.actor("crew"), stamp=HERE)


def test_a_shift_ends_by_itself_and_positions_are_deleted_on_their_day(town, team):
    workorders.begin_shift(actor=town.actor("crew"), team=team, hours=4)
    workorders.report_position(actor=town.actor("crew"), stamp=HERE)

    with clock.at(clock.now() + timedelta(hours=5)):
        workorders.end_overdue_shifts()
    assert not CrewShift.objects.running().exists()
    assert workorders.delete_positions() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert workorders.delete_positions() == 1
    assert not CrewPosition.objects.exists()


def test_each_look_at_positions_has_a_purpose_and_is_recorded(town, team):
    workorders.begin_shift(actor=town.actor("crew"), team=team, hours=4)
    workorders.report_position(actor=town.actor("crew"), stamp=HERE)
    with pytest.raises(workorders.PurposeMissing):
        workorders.read_positions(actor=town.actor("everything"), purpose=" ")

    seen = workorders.read_positions(actor=town.actor("everything"), purpose="就近派遣抢险工单")

    assert seen[0].position.latitude == HERE.latitude
    fact = Fact.objects.get(name="workorders.CrewPositionsRead")
    assert fact.data["accounts"] == [town.accounts["crew"].pk]


@pytest.mark.parametrize("who", ["mate", "verifier"])
def test_only_its_people_go_on_duty_with_a_team(town, team, who):
    with pytest.raises(NotAllowed):
        workorders.begin_shift(actor=town.actor(who), team=team, hours=8)


def test_who_leaves_a_team_goes_off_duty(town, team):
    workorders.begin_shift(actor=town.actor("crew"), team=team, hours=8)

    workorders.leave(actor=town.actor("everything"), team=team, member=town.accounts["crew"])

    assert not CrewShift.objects.running().exists()


def test_a_crew_asks_for_more_time_and_somebody_else_grants_it(town, handled):
    before = handled.handling_due_at
    asked = workorders.propose(
        actor=town.actor("crew"), order=handled, kind="extend", words="缺配件", more=TimeLimit(2, "workday")
    )
    assert WorkOrder.objects.get(pk=handled.pk).handling_due_at == before
    with pytest.raises(workorders.ProposalPending):
        workorders.propose(actor=town.actor("crew"), order=handled, kind="hang_up", words="待改造")

    workorders.decide_proposal(actor=town.actor("dispatcher"), proposal=asked, granted=True)

    assert WorkOrder.objects.get(pk=handled.pk).handling_due_at > before
    with pytest.raises(workorders.ProposalDecided):
        workorders.decide_proposal(actor=town.actor("dispatcher"), proposal=asked, granted=False, words="不")


def test_nobody_grants_what_they_asked_for(town):
    order = town.order(department=town.departments["roads"])
    workorders.accept(actor=town.actor("everything"), order=order)
    asked = workorders.propose(actor=town.actor("everything"), order=order, kind="hang_up", words="待改造")

    with pytest.raises(workorders.ProposedByYourself):
        workorders.decide_proposal(actor=town.actor("everything"), proposal=asked, granted=True)
    assert OrderProposal.objects.get().granted is None


def test_what_is_refused_says_why(town, handled):
    asked = workorders.propose(actor=town.actor("crew"), order=handled, kind="hang_up", words="待改造")
    with pytest.raises(workorders.ReasonMissing):
        workorders.decide_proposal(actor=town.actor("dispatcher"), proposal=asked, granted=False)

    workorders.decide_proposal(actor=town.actor("dispatcher"), proposal=asked, granted=False, words="可先行处置")
    assert WorkOrder.objects.get(pk=handled.pk).state == "accepted"


def test_the_figures_of_a_department_divide_what_they_say(town):
    for number in range(3):
        order = town.order(department=town.departments["roads"])
        if number:
            workorders.accept(actor=town.actor("crew"), order=order)

    figures = workorders.figures(actor=town.actor("everything"), first=clock.today(), last=clock.today())

    assert [(one.department.key, one.counts["raised"], one.counts["handled"]) for one in figures] == [("roads", 3, 0)]
    assert all(rate is None or indicator.key == "closed" for indicator, rate, _grade in figures[0].rates)
