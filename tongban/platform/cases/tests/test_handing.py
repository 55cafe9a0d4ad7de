"""转办 and 委托 of a case's tasks: who can take them, what the record says, who is excluded."""

from datetime import timedelta

import pytest

from tests.cast import OFFICIALS
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import presenting
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position, Role
from tongban.platform.workflow import services as workflow

REASON = "我下周出差。"


@pytest.fixture
def shao(cast):
    cast.accounts["shao"] = cast.another_official("reviewer")
    return cast.accounts["shao"]


def stand_in(cast, deputy, of):
    """Let somebody act in an official's place, confirmed by a second person where that is asked for."""
    today = clock.today()
    identity.delegate(actor=cast.actor(of), to=cast.accounts[deputy], first_on=today, last_on=today + timedelta(days=7))
    Position.objects.in_place_of(cast.accounts[of].pk, on=today).update(proposed_by=None)
    Account.objects.filter(pk=cast.accounts[deputy].pk).update(rights_version=ids.token())
    cast.accounts[deputy] = Account.objects.get(pk=cast.accounts[deputy].pk)
    return cast.actor(deputy)


def hand_over(cast, case, to, key="review", by="reviewer"):
    return cases.hand_over(actor=cast.actor(by), task=cast.task(case, key), to=to, reason=REASON)


def test_a_colleague_takes_the_review_over(cast, shao):
    case = hand_over(cast, cast.accepted(), shao)

    action = Action.objects.of(case).last()
    assert (action.kind, action.note, action.data["to"], action.public) == ("handed_over", REASON, "邵宁", False)
    assert cast.task(case, "review").claimed_by == shao
    assert Fact.objects.about(case.subject).get(name="cases.CaseHandedOver").data["to"] == shao.pk
    assert cases.projection_differences(case.pk) == []


def test_who_gave_an_opinion_is_not_offered_the_decision(cast):
    approver = Role.objects.get(key="approver")
    office = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=cast.accounts["reviewer"], department=office, role=approver)
    case = cast.examined()
    task = cast.task(case, "approve")

    assert cases.who_can_take(cast.actor("approver"), case, task) == []
    with pytest.raises(cases.NotForThem, match=OFFICIALS["reviewer"][0]):
        hand_over(cast, case, Account.objects.get(login="reviewer"), "approve", "approver")
    assert cast.task(case, "approve").claimed_by_id is None


def test_the_applicant_does_not_read_who_handed_what_to_whom(cast, shao):
    case = hand_over(cast, cast.accepted(), shao)

    assert "邵宁" not in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert "“资料审查”转办给邵宁" in cast.browser("reviewer").get(f"/desk/cases/{case.uid}/").content.decode()


def test_another_department_takes_part_from_then_on(cast):
    case = cast.accepted()
    health = Department.objects.get(key="health")
    assert not Case.objects.visible_to(cast.actor("outsider")).filter(pk=case.pk).exists()

    cases.pass_on(actor=cast.actor("reviewer"), task=cast.task(case, "review"), department=health, reason=REASON)

    assert Case.objects.visible_to(cast.actor("outsider")).filter(pk=case.pk).exists()
    case = cases.give_opinion(
        actor=cast.actor("outsider"), task=cast.task(case, "review"), passed=True, opinion="资料齐全。"
    )
    assert Action.objects.of(case).opinions().get().department == health.name
    assert cases.projection_differences(case.pk) == []


def test_a_department_without_the_duty_does_not_take_part(cast):
    case = cast.accepted()
    office = Department.objects.get(key="government-services")

    with pytest.raises(workflow.NobodyAble):
        cases.pass_on(actor=cast.actor("reviewer"), task=cast.task(case, "review"), department=office, reason=REASON)

    assert not Action.objects.of(case).of_kinds(["passed_on"]).exists()


def test_an_opinion_in_a_colleagues_place_names_both(cast, shao):
    case = cast.accepted()
    workflow.claim(actor=cast.actor("reviewer"), task=cast.task(case, "review"))

    case = cases.give_opinion(
        actor=stand_in(cast, "shao", "reviewer"), task=cast.task(case, "review"), passed=True, opinion="资料齐全。"
    )

    opinion = Action.objects.of(case).opinions().get()
    assert (opinion.account, opinion.data["on_behalf_of"]) == (shao.pk, "吴志远")
    assert "邵宁（代吴志远）" in presenting.opinions(case, [])[0].who
    page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert "邵宁" not in page
    assert "吴志远" not in page


def test_who_acts_in_a_colleagues_place_may_do_no_more_than_the_colleague(cast):
    """Shao decides for the reviewer, who gave an opinion: neither of them may."""
    role, office = Role.objects.get(key="approver"), Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=cast.accounts["reviewer"], department=office, role=role)
    cast.accounts["reviewer"] = Account.objects.get(login="reviewer")
    cast.accounts["shao"] = cast.another_official("reviewer")
    case = cast.examined()

    with pytest.raises(cases.OwnOpinion):
        cases.decide(
            actor=stand_in(cast, "shao", "reviewer"), task=cast.task(case, "approve"), granted=True, reason="符合条件。"
        )


def test_the_page_says_in_whose_place_one_acts(cast, shao):
    case = cast.accepted()
    task = cast.task(case, "review")
    workflow.claim(actor=cast.actor("reviewer"), task=task)
    assert "已签收" in cast.browser("shao").get(f"/desk/cases/tasks/{task.uid}/").content.decode()

    stand_in(cast, "shao", "reviewer")

    assert "您代吴志远办理" in cast.browser("shao").get(f"/desk/cases/tasks/{task.uid}/").content.decode()


def test_withdrawn_in_the_middle_the_answer_is_refused_with_a_sentence(cast, shao):
    case = cast.accepted()
    task = cast.task(case, "review")
    workflow.claim(actor=cast.actor("reviewer"), task=task)
    stand_in(cast, "shao", "reviewer")
    identity.withdraw_delegation(actor=cast.actor("reviewer"), deputy=shao)
    cast.accounts["shao"] = Account.objects.get(pk=shao.pk)

    answer = cast.browser("shao").post(
        f"/desk/cases/tasks/{task.uid}/opinion/", {"passed": "yes", "opinion": "资料齐全。"}
    )

    assert answer.status_code == 409
    assert "吴志远" in answer.content.decode()


def test_the_page_hands_over_and_passes_on(cast, shao):
    case = cast.accepted()
    task, browser = cast.task(case, "review"), cast.browser("reviewer")
    address = f"/desk/cases/tasks/{task.uid}/moves/"
    assert "邵宁" in browser.get(address).content.decode()

    assert browser.post(f"{address}hand/", {"hand-to": "", "hand-reason": ""}).status_code == 422
    assert browser.post(f"{address}hand/", {"hand-to": shao.login, "hand-reason": REASON}).status_code == 302
    assert cast.task(case, "review").claimed_by == shao
    sent = {"pass-department": "health", "pass-reason": REASON}
    assert cast.browser("shao").post(f"{address}pass/", sent).status_code == 302
    assert cast.task(case, "review").department.key == "health"
