"""转办 and 委托 of tasks, and officials who are away, closed or moved: a task always finds somebody, and says whom."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Position
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.tests.at_once import at_once
from tongban.platform.workflow.tests.returning import PERMIT, do, open_keys, task

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
REASON = "我下周出差。"


@pytest.fixture
def permit(begun, wu):
    begun(PERMIT)
    return task("look")


@pytest.fixture
def shao(official, market):
    return official("邵宁", market, "cases.review")


def account(actor):
    return Account.objects.get(pk=actor.account)


def again(actor):
    """Return somebody as their next request brings them."""
    return identity.actor_of(account(actor))


def hand_over(actor, to, key="look", reason=REASON):
    return workflow.hand_over(actor=actor, task=task(key), to=account(to), reason=reason)


def in_place(actor, of, days=7):
    today = clock.today()
    identity.delegate(actor=again(of), to=account(actor), first_on=today, last_on=today + timedelta(days=days))
    Position.objects.in_place_of(of.account, on=today).update(proposed_by=None)
    Account.objects.filter(pk=actor.account).update(rights_version=ids.token())
    return again(actor)


def leave(actor, days=7):
    today = clock.today()
    identity.enter_absence(actor=actor, first_on=today, last_on=today + timedelta(days=days))
    jobs.run_all()


# 转办


def test_a_colleague_gets_the_task_and_only_they_can_do_it(permit, wu, shao):
    handed = hand_over(wu, shao)

    assert (handed.claimed_by_id, handed.version) == (shao.account, 2)
    with pytest.raises(workflow.ClaimedByAnother, match="邵宁"):
        do(wu, "look")
    do(shao, "look")
    assert open_keys() == ["inspect", "review"]


def test_it_is_told_with_its_reason(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)
    hand_over(wu, shao)
    hand_over(shao, shao)

    fact = Fact.objects.get(name="workflow.TaskHandedOver")
    assert (fact.data["before"], fact.data["to"], fact.reason) == (wu.account, shao.account, REASON)


def test_only_who_holds_the_duty_there_can_be_chosen(permit, wu, he, shao, official, fire):
    elsewhere = official("唐宇", fire, "cases.review")

    assert {found.name for found in workflow.able(permit, besides=wu.account)} == {"邵宁"}
    for somebody in (he, elsewhere):
        with pytest.raises(workflow.NotAble):
            hand_over(wu, somebody)


def test_who_works_in_another_area_cannot_be_chosen(permit, wu, official, market):
    far = official("远", market, "cases.review", area="990103")

    with pytest.raises(workflow.NotAble):
        hand_over(wu, far)


@pytest.mark.parametrize("reason", ["", " "])
def test_a_reason_is_asked_for(permit, wu, shao, reason):
    with pytest.raises(workflow.WhyHandedOver):
        hand_over(wu, shao, reason=reason)


def test_nobody_hands_over_what_is_not_theirs(permit, wu, he, shao):
    with pytest.raises(NotAllowed):
        hand_over(he, shao)
    workflow.claim(actor=shao, task=permit)
    with pytest.raises(workflow.ClaimedByAnother):
        hand_over(wu, wu)


def test_a_finished_task_is_not_handed_over(permit, wu, shao):
    do(wu, "look")

    with pytest.raises(workflow.AlreadyDone):
        workflow.hand_over(actor=wu, task=permit, to=account(shao), reason=REASON)


def test_who_gets_it_has_not_opened_it_yet(permit, wu, shao):
    workflow.note_seen(actor=wu, task=permit)

    assert hand_over(wu, shao).seen_at is None


@pytest.mark.django_db(transaction=True)
def test_handing_over_and_finishing_at_the_same_moment_are_one_of_the_two(permit, wu, shao):
    refusals = at_once(
        lambda: hand_over(wu, shao),
        lambda: workflow.complete(actor=wu, task=permit, outcome="pass"),
    )

    assert len(refusals) == 1
    assert isinstance(refusals[0], workflow.AlreadyDone | workflow.ClaimedByAnother)


def test_another_department_gets_the_task(permit, wu, shao, fire, official):
    tang = official("唐宇", fire, "cases.review")
    workflow.claim(actor=wu, task=permit)

    passed = workflow.pass_on(actor=wu, task=permit, department=fire, reason=REASON)

    assert (passed.department, passed.claimed_by_id) == (fire, None)
    with pytest.raises(NotAllowed):
        do(wu, "look")
    do(tang, "look")
    fact = Fact.objects.get(name="workflow.TaskPassedOn")
    assert (fact.data["before"], fact.data["department"]) == ("market-regulation", "fire-rescue")


def test_a_department_where_nobody_can_do_it_does_not_get_it(permit, wu, fire, he):
    with pytest.raises(workflow.NobodyAble, match="消防"):
        workflow.pass_on(actor=wu, task=permit, department=fire, reason=REASON)


def test_the_same_department_again_changes_nothing(permit, wu, market):
    workflow.pass_on(actor=wu, task=permit, department=market, reason=REASON)

    assert not Fact.objects.filter(name="workflow.TaskPassedOn").exists()


# 委托


def test_what_is_done_in_a_colleagues_place_names_both(permit, wu, market, official):
    newcomer = official("何青", market, "cases.accept")
    deputy = in_place(newcomer, wu)

    done = workflow.complete(actor=deputy, task=permit, outcome="pass", opinion="代为审查。")

    assert (done.done_by_id, done.on_behalf_of_id) == (newcomer.account, wu.account)
    fact = Fact.objects.get(name="workflow.TaskDone")
    assert (fact.account, fact.data["on_behalf_of"]) == (newcomer.account, wu.account)


def test_who_holds_the_duty_as_well_acts_as_themself(permit, wu, shao):
    done = workflow.complete(actor=in_place(shao, wu), task=permit, outcome="pass")

    assert done.on_behalf_of_id is None


def test_what_a_colleague_has_claimed_is_done_in_their_place(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)

    done = workflow.complete(actor=in_place(shao, wu), task=permit, outcome="pass")

    assert done.on_behalf_of_id == wu.account


def test_claiming_it_leaves_it_with_the_colleague(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)

    assert workflow.claim(actor=in_place(shao, wu), task=permit).claimed_by_id == wu.account


def test_withdrawn_in_the_middle_the_task_comes_back(permit, wu, market, official):
    newcomer = official("何青", market, "cases.accept")
    deputy = in_place(newcomer, wu)
    workflow.claim(actor=deputy, task=permit)

    identity.withdraw_delegation(actor=wu, deputy=account(newcomer))
    jobs.run_all()

    with pytest.raises(NotAllowed):
        do(again(newcomer), "look")
    assert task("look").claimed_by_id is None
    do(wu, "look")


def test_withdrawn_in_the_middle_what_was_claimed_stays_with_its_official(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)
    in_place(shao, wu)
    identity.withdraw_delegation(actor=wu, deputy=account(shao))
    jobs.run_all()

    with pytest.raises(workflow.ClaimedByAnother):
        do(again(shao), "look")
    do(wu, "look")


def test_after_its_last_day_it_is_over(permit, wu, market, official):
    newcomer = official("何青", market, "cases.accept")
    workflow.claim(actor=in_place(newcomer, wu), task=permit)

    with clock.at(clock.now() + timedelta(days=9)):
        workflow.return_all_claimed()
        assert task("look").claimed_by_id is None
        with pytest.raises(NotAllowed):
            do(again(newcomer), "look")


# on leave, closed, moved


def test_on_leave_without_a_deputy_what_was_claimed_goes_back_to_the_list(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)

    leave(wu)

    assert task("look").claimed_by_id is None
    do(shao, "look")


def test_on_leave_with_a_deputy_it_stays_and_the_deputy_does_it(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)
    deputy = in_place(shao, wu)

    leave(wu)

    assert task("look").claimed_by_id == wu.account
    do(deputy, "look")


def test_the_deputy_is_withdrawn_while_the_official_is_away(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)
    in_place(shao, wu)
    leave(wu)

    identity.withdraw_delegation(actor=again(wu), deputy=account(shao))
    jobs.run_all()

    assert task("look").claimed_by_id is None


def test_leave_that_begins_later_frees_what_was_claimed_on_its_day(permit, wu, shao):
    workflow.claim(actor=wu, task=permit)
    first = clock.today() + timedelta(days=3)
    identity.enter_absence(actor=wu, first_on=first, last_on=first + timedelta(days=5))
    jobs.run_all()
    assert task("look").claimed_by_id == wu.account

    with clock.at(clock.now() + timedelta(days=4)):
        workflow.return_all_claimed()

    assert task("look").claimed_by_id is None


def test_nothing_is_handed_to_whoever_is_away_without_a_deputy(permit, wu, shao):
    leave(shao)

    assert workflow.able(permit, besides=wu.account) == []
    with pytest.raises(workflow.OnLeave, match="邵宁"):
        hand_over(wu, shao)


def test_whoever_is_away_with_a_deputy_can_be_chosen(permit, wu, shao, market, official):
    in_place(official("何青", market, "cases.accept"), shao)
    leave(shao)

    assert hand_over(wu, shao).claimed_by_id == shao.account


def test_a_closed_account_loses_its_tasks_and_gets_none(permit, wu, shao):
    workflow.claim(actor=shao, task=permit)
    identity.deactivate(actor=SYSTEM, account=account(shao), reason="离职。")
    jobs.run_all()

    assert task("look").claimed_by_id is None
    assert workflow.able(permit, besides=wu.account) == []
    with pytest.raises(workflow.NotAble):
        hand_over(wu, shao)


def test_a_task_that_belongs_to_the_house_alone_is_for_nobody(begun, wu):
    begun(PERMIT, duties={})

    assert workflow.able(Task.objects.get()) == []
    with pytest.raises(NotAllowed):
        hand_over(wu, wu)
