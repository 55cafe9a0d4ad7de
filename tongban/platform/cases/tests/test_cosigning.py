"""加签 and 减签 of a case's steps: who may sign as well, what the record says, what the page offers."""

import pytest

from tests.cast import OFFICIALS
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import cosigning
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

REASON = "涉及公共卫生，请一并签署意见。"


@pytest.fixture
def shao(cast):
    cast.accounts["shao"] = cast.another_official("reviewer")
    return cast.accounts["shao"]


def ask(cast, case, to=None, department="market-regulation", by="reviewer"):
    office = Department.objects.get(key=department)
    return cosigning.add_signer(actor=cast.actor(by), task=first(case), department=office, to=to, reason=REASON)


def first(case):
    return Task.objects.of(case.subject).kind("review").select_related("department", "instance").first()


def opinion(cast, who, task, *, passed=True):
    return cases.give_opinion(actor=cast.actor(who), task=task, passed=passed, opinion="资料齐全。")


def second(case):
    return Task.objects.of(case.subject).select_related("department", "instance").get(branch="review[2]")


def test_another_department_signs_as_well_and_reads_the_case(cast):
    case = ask(cast, cast.accepted(), department="health")

    action = Action.objects.of(case).last()
    assert (action.kind, action.note, action.public) == ("signer_added", REASON, False)
    assert action.data["to"] == Department.objects.get(key="health").name
    assert Case.objects.visible_to(cast.actor("outsider")).filter(pk=case.pk).exists()
    assert Fact.objects.about(case.subject).get(name="cases.CaseSignerAdded").data["department"] == "health"
    opinion(cast, "outsider", second(case), passed=False)
    assert cases.contradicted(Case.objects.get(pk=case.pk), granted=True) == ["资料审查"]
    assert cases.projection_differences(case.pk) == []


def test_asked_twice_it_stands_in_the_record_once(cast, shao):
    case = ask(cast, cast.accepted(), shao)
    ask(cast, case, shao)

    assert Action.objects.of(case).of_kinds(["signer_added"]).count() == 1


def test_who_keeps_out_is_neither_offered_nor_taken(cast, shao):
    case = cast.accepted()
    cases.recuse(actor=cast.actor("shao"), task=first(case), reason="与申请人系亲属。")

    offered = cosigning.who_can_sign_too(cast.actor("reviewer"), case, first(case))

    assert shao not in [account for _office, accounts in offered for account in accounts]
    with pytest.raises(cases.NotForThem, match="邵宁"):
        ask(cast, case, shao)


def test_a_decision_is_signed_by_one(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    office = task.department

    assert cosigning.who_can_sign_too(cast.actor("approver"), case, task) == []
    with pytest.raises(workflow.SignedAlone):
        cosigning.add_signer(actor=cast.actor("approver"), task=task, department=office, to=None, reason=REASON)


def test_whoever_signed_besides_does_not_decide(cast, shao):
    role, office = Role.objects.get(key="approver"), Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=shao, department=office, role=role)
    cast.accounts["shao"] = Account.objects.get(pk=shao.pk)
    case = ask(cast, cast.accepted(), cast.accounts["shao"])
    opinion(cast, "shao", second(case))
    opinion(cast, "reviewer", first(case))
    cast.inspected(Case.objects.get(pk=case.pk))

    with pytest.raises(cases.OwnOpinion):
        cases.decide(actor=cast.actor("shao"), task=cast.task(case, "approve"), granted=True, reason="符合条件。")


def test_the_page_asks_shows_and_takes_away(cast, shao):
    case = cast.accepted()
    task, browser = first(case), cast.browser("reviewer")
    address = f"/desk/cases/tasks/{task.uid}/moves/"
    page = browser.get(address).content.decode()
    assert "加签" in page
    assert "邵宁" in page
    assert "减签" not in page

    assert browser.post(f"{address}sign/", {"sign-to": "", "sign-reason": ""}).status_code == 422
    assert browser.post(f"{address}sign/", {"sign-to": shao.login, "sign-reason": REASON}).status_code == 302
    page = browser.get(f"/desk/cases/tasks/{task.uid}/").content.decode()
    assert "已签 0 家，共 2 家" in page
    assert "加签邵宁" in page.replace(" ", "") or "邵宁" in page
    assert second(case).claimed_by == shao

    assert "减签" in browser.get(address).content.decode()
    sent = {"less-place": "review[2]", "less-reason": "已电话征求意见。"}
    assert browser.post(f"{address}no-longer/", sent).status_code == 302
    assert second(case).state == "cancelled"
    assert Action.objects.of(case).last().kind == "signer_taken_away"
    assert browser.post(f"{address}no-longer/", sent).status_code in {302, 409, 422}


def test_the_applicant_does_not_read_who_was_asked(cast, shao):
    case = ask(cast, cast.accepted(), shao)

    assert "邵宁" not in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert OFFICIALS["reviewer"][0] not in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
