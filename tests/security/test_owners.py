"""It is told apart who files, who accepts and who decides; and a matter is its applicant's, whoever typed it in."""

import pytest
from django.test import Client

from tests.cast import ANSWERS, FLOOR_PLAN, POINTS, RULES, Cast, upload
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

WINDOW = "/counter/cases/window/"
EVERYTHING = ("cases.accept", "cases.review", "cases.approve", "cases.file", "cases.read", "parties.find")


@pytest.fixture
def clerk(cast: Cast) -> Account:
    """Appoint somebody with every duty of a case, in every department that takes part."""
    account = identity.open_account(actor=SYSTEM, login="every.duty", name="陈静", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="every-duty", name="综合", duties=EVERYTHING, portal="counter")
    city = Department.objects.get(key="city")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=role, subtree=True)
    cast.accounts["every.duty"] = Account.objects.get(pk=account.pk)
    return account


@pytest.fixture
def window(cast: Cast, clerk: Account) -> Client:
    """Open that clerk's window, where the company is being served."""
    browser = cast.browser("every.duty")
    company = cast.people["company"]
    browser.post("/counter/parties/visitor/", {"party": str(company.uid), "purpose": "咨询"})
    return browser


def at_the_window(cast: Cast) -> Actor:
    return parties.serving(cast.actor("every.duty"), cast.people["company"])


def filed_at_the_window(cast: Cast) -> Case:
    actor = at_the_window(cast)
    case = cases.begin(actor=actor, service="food-business")
    case = cases.fill(actor=actor, case=case, answers=ANSWERS, revision=case.revision)
    cases.fetch(actor=actor, case=case, code="business-licence")
    cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN))
    cases.attach(actor=actor, case=case, code="safety-rules", file=upload(RULES))
    return cases.submit(actor=actor, uid=case.uid, declared=True)


@pytest.mark.found("S-H1")
def test_a_clerk_changes_nothing_that_the_applicant_filed_online(cast: Cast, window: Client) -> None:
    case = cast.submitted()
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    paper = Material.objects.of(case).under(["floor-plan"]).get().document
    actor = at_the_window(cast)

    for address, sent in (
        ("withdraw/", {"reason": "不办了"}),
        ("supplement/", {"note": "当面补交"}),
        ("materials/", {"code": "floor-plan", "remove": str(paper.uid)}),
        ("materials/", {"code": "floor-plan", "file": upload(FLOOR_PLAN, "另一份.pdf")}),
    ):
        assert window.post(f"{WINDOW}{case.uid}/{address}", sent).status_code == 404
    for address in ("", "receipt.pdf", "submitted/", "supplement/", f"files/{paper.uid}/"):
        assert window.get(f"{WINDOW}{case.uid}/{address}").status_code == 404
    for tried in (
        lambda: cases.withdraw(actor=actor, case=case, reason="不办了"),
        lambda: cases.supplement(actor=actor, case=case, answers={"premises_area": 1}),
        lambda: cases.attach(actor=actor, case=case, code="floor-plan", file=upload(FLOOR_PLAN)),
        lambda: cases.remove(actor=actor, case=case, document=str(paper.uid)),
    ):
        with pytest.raises(NotFound):
            tried()
    case.refresh_from_db()
    assert case.state == "supplement"
    assert Material.objects.of(case).under(["floor-plan"]).get().document == paper
    assert Fact.objects.filter(name="identity.AccessDenied").exists()


@pytest.mark.found("S-H1")
def test_what_the_clerk_filed_the_clerk_may_take_back_and_the_applicant_hears_of_it(cast: Cast, window: Client) -> None:
    case = filed_at_the_window(cast)

    answer = window.post(f"{WINDOW}{case.uid}/withdraw/", {"reason": "申请人当面要求撤回"})
    jobs.run_all()

    case.refresh_from_db()
    assert (answer.status_code, case.state) == (302, "withdrawn")
    notice = Notice.objects.get(party=cast.people["company"], key__startswith=f"case:{case.pk}:withdrawn:")
    assert "窗口工作人员陈静撤回了这项申请" in notice.body
    assert case.number in notice.body


@pytest.mark.found("S-H1")
def test_the_applicant_hears_of_a_withdrawal_by_the_agent_too(cast: Cast) -> None:
    case = cast.submitted()

    cases.withdraw(actor=cast.actor("agent"), case=case, reason="内容有误")
    jobs.run_all()

    notice = Notice.objects.get(party=cast.people["company"], key__startswith=f"case:{case.pk}:withdrawn:")
    assert "周文博撤回了这项申请" in notice.body


@pytest.mark.found("S-M12")
def test_who_filed_does_not_accept_and_who_accepted_does_not_decide(cast: Cast, clerk: Account) -> None:
    case, actor = filed_at_the_window(cast), cast.actor("every.duty")
    task = cast.task(case, "accept")

    for answer in (
        lambda: cases.accept(actor=actor, task=task),
        lambda: cases.request_supplement(actor=actor, task=task, points=POINTS),
        lambda: cases.not_accept(actor=actor, task=task, reason="不予受理"),
    ):
        with pytest.raises(cases.OwnFiling, match="负责该环节的其他同事"):
            answer()
    shown = cast.browser("every.duty").get(f"/counter/cases/tasks/{task.uid}/").content.decode()
    assert "由您代为提交" in shown
    assert f"{task.uid}/accept/" not in shown
    other = cast.submitted()
    cases.accept(actor=actor, task=cast.task(other, "accept"))
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(other, "review"), passed=True, opinion="齐全。")
    cast.inspected(other)
    with pytest.raises(cases.OwnAcceptance, match="负责审批的其他同事"):
        cases.decide(actor=actor, task=cast.task(other, "approve"), granted=True, reason="")

    cases.decide(actor=cast.actor("approver"), task=cast.task(other, "approve"), granted=True, reason="")
    cases.accept(actor=cast.actor("clerk"), task=task)


@pytest.mark.found("S-M13")
@pytest.mark.parametrize("lost", ["account", "position", "role"])
def test_what_somebody_signed_for_who_may_not_do_it_any_more_is_on_the_list_again(cast: Cast, lost: str) -> None:
    case = cast.accepted()
    colleague = cast.another_official("reviewer")
    task = workflow.claim(actor=cast.actor("reviewer"), task=cast.task(case, "review"))
    account = cast.accounts["reviewer"]
    if lost == "account":
        identity.deactivate(actor=SYSTEM, account=account, reason="离职")
    elif lost == "position":
        for position in account.positions.all():
            identity.end_position(actor=SYSTEM, position=position, reason="调离")
    else:
        identity.define_role(actor=SYSTEM, key="reviewer", name="读者", duties=["cases.read"])
        role = identity.define_role(actor=SYSTEM, key="new", name="审查", duties=["cases.review"])
        office = Department.objects.get(key="market-regulation")
        identity.appoint(actor=SYSTEM, account=colleague, department=office, role=role)
    actor = identity.actor_of(Account.objects.get(pk=colleague.pk))

    assert workflow.claimer(Task.objects.get(pk=task.pk)) is None
    jobs.run_all()

    task = Task.objects.get(pk=task.pk)
    assert task.claimed_by is None
    assert Fact.objects.filter(name="workflow.TaskReleased", actor_kind="system").exists()
    cases.give_opinion(actor=actor, task=task, passed=True, opinion="资料齐全。")


@pytest.mark.found("S-M13")
def test_a_colleague_need_not_wait_until_the_worker_has_returned_the_task(cast: Cast) -> None:
    case = cast.accepted()
    actor = identity.actor_of(cast.another_official("reviewer"))
    task = workflow.claim(actor=cast.actor("reviewer"), task=cast.task(case, "review"))
    with pytest.raises(workflow.ClaimedByAnother):
        cases.give_opinion(actor=actor, task=task, passed=True, opinion="资料齐全。")

    identity.deactivate(actor=SYSTEM, account=cast.accounts["reviewer"], reason="离职")

    cases.give_opinion(actor=actor, task=Task.objects.get(pk=task.pk), passed=True, opinion="资料齐全。")
