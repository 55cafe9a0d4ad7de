"""Where nobody else of a department may do a task, its head does: by keeping out, by separation, by leave."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import heading
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow.models import Task

WHY = "与申请人系亲属。"


@pytest.fixture
def head(cast):
    """The head of the office that reviews, with no other duty for cases."""
    account = identity.open_account(actor=SYSTEM, login="head", name="高明", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="head", name="负责人", duties=["cases.lead"], portal="desk")
    office = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
    cast.accounts["head"] = Account.objects.get(pk=account.pk)
    return cast.accounts["head"]


def recuse(cast, case, who="reviewer"):
    return cases.recuse(actor=cast.actor(who), task=task(case), reason=WHY)


def task(case, key="review"):
    return Task.objects.of(case.subject).select_related("department", "instance").filter(key=key).last()


def test_the_head_does_what_nobody_else_may(cast, head):
    case = cast.accepted()
    assert not Task.objects.visible_to(cast.actor("head")).of(case.subject).exists()

    recuse(cast, case)

    action = Action.objects.of(case).last()
    assert (action.kind, action.public) == ("given_to_head", False)
    assert Fact.objects.about(case.subject).filter(name="workflow.TaskGivenToHead").get().data["duty"] == "cases.lead"
    browser, address = cast.browser("head"), f"/desk/cases/tasks/{task(case).uid}/"
    assert "资料审查" in browser.get("/desk/workflow/").content.decode()
    assert "没有其他人员可办理“资料审查”" in browser.get(address).content.decode()
    assert browser.post(f"{address}opinion/", {"passed": "yes", "opinion": "资料齐全。"}).status_code == 302
    assert task(case).done_by == head
    assert cases.projection_differences(case.pk) == []


def test_as_long_as_a_colleague_may_it_stays(cast, head):
    cast.another_official("reviewer")
    case = cast.accepted()

    recuse(cast, case)

    assert task(case).duty == "cases.review"


def test_a_head_who_keeps_out_too_does_not_get_it(cast, head):
    case = cast.accepted()
    Action.objects.create(case=case, kind="recused", account=head.pk, actor="高明", at=clock.now(), on=clock.today())

    with pytest.raises(cases.NobodyElse):
        recuse(cast, case)


def test_away_without_a_deputy_everything_goes_to_the_head(cast, head):
    case = cast.accepted()
    today = clock.today()

    identity.enter_absence(actor=cast.actor("reviewer"), first_on=today, last_on=today + timedelta(days=7))
    jobs.run_all()

    assert task(case).duty == "cases.lead"


def test_what_nobody_may_do_by_separation_goes_to_the_head_within_the_hour(cast, head):
    """The one who decides accepted the case as well."""
    case = cast.examined()
    decider = cast.accounts["approver"]
    Action.objects.of(case).of_kinds(["opinion_given"]).update(account=decider.pk)

    assert heading.see_to_what_nobody_may_do() == 1
    assert heading.see_to_what_nobody_may_do() == 0

    assert task(case, "approve").duty == "cases.lead"
    case = cases.decide(actor=cast.actor("head"), task=task(case, "approve"), granted=True, reason="符合条件。")
    assert Case.objects.get(pk=case.pk).outcome == "granted"
