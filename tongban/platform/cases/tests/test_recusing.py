"""Keeping out of a case: one's own matters, and a conflict that somebody declares; colleagues go on."""

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action
from tongban.platform.cases.rules.separation import why_apart
from tongban.platform.cases.tests.three import decide, kept, opinion, task_of
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role
from tongban.platform.parties import services as parties
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db
REASON = "本人与申请人的法定代表人是近亲属。"


@pytest.fixture
def colleague(three):
    return identity.actor_of(three.cast.another_official("reviewer"))


def recuse(three, who="reviewer", key="review", reason=REASON):
    return cases.recuse(actor=three.actor(who), task=task_of(three, "accepted", key), reason=reason)


@pytest.mark.parametrize(
    ("kind", "did", "one_for_all", "why"),
    [
        ("accept", {"filed"}, False, "filed"),
        ("accept", {"accepted", "opinion_given"}, False, None),
        ("accept", {"filed"}, True, None),
        ("review", {"filed"}, False, "filed"),
        ("review", {"accepted"}, False, None),
        ("inspect", {"filed", "accepted"}, False, "filed"),
        ("approve", set(), False, None),
        ("approve", {"filed"}, False, "filed"),
        ("approve", {"accepted"}, False, "accepted"),
        ("approve", {"opinion_given"}, False, "opinion_given"),
        ("approve", {"filed", "opinion_given", "accepted"}, False, "filed"),
        ("approve", {"opinion_given", "accepted"}, False, "opinion_given"),
        ("approve", {"filed", "accepted"}, True, None),
        ("approve", {"filed", "opinion_given"}, True, "opinion_given"),
        ("verify", {"filed"}, False, "filed"),
        ("verify", {"accepted"}, False, None),
    ],
)
def test_who_did_what_may_not_do_what(kind, did, one_for_all, why):
    assert why_apart(kind, did, one_for_all=one_for_all) == why


def test_whoever_declares_a_conflict_keeps_out_and_colleagues_go_on(three, colleague):
    workflow.claim(actor=three.actor("reviewer"), task=task_of(three, "accepted", "review"))

    case = recuse(three)

    action = Action.objects.of(case).last()
    assert (action.kind, action.opinion, action.public) == ("recused", REASON, False)
    assert Fact.objects.about(case.subject).filter(name="cases.OfficialRecused").get().data["task"] == "review"
    assert task_of(three, "accepted", "review").claimed_by is None
    with pytest.raises(cases.Recused):
        opinion(three, "review")
    task = task_of(three, "accepted", "review")
    cases.give_opinion(actor=colleague, task=task, passed=True, opinion="资料齐全。")
    assert Task.objects.get(pk=task.pk).done_by_id == colleague.account


def test_why_somebody_may_not_is_said_before(three, colleague):
    case = recuse(three)
    task = task_of(three, "accepted", "review")

    assert isinstance(cases.why_another(three.actor("reviewer"), case, task), cases.Recused)
    assert cases.why_another(colleague, case, task) is None


def test_a_conflict_declared_twice_is_recorded_once(three, colleague):
    recuse(three)
    recuse(three)

    assert Action.objects.of(kept(three, "accepted")).filter(kind="recused").count() == 1


def test_the_case_stands_where_it_stood(three, colleague):
    before = kept(three, "accepted")
    after = recuse(three)

    assert (after.state, after.revision, after.promised_due_on) == (
        before.state,
        before.revision,
        before.promised_due_on,
    )
    assert not list(cases.all_differences())


@pytest.mark.parametrize("reason", ["", " \n "])
def test_a_conflict_is_stated(three, colleague, reason):
    with pytest.raises(cases.NoConflictStated):
        recuse(three, reason=reason)


def test_where_nobody_else_is_left_the_head_has_to_decide(three):
    with pytest.raises(cases.NobodyElse) as refused:
        recuse(three)

    assert refused.value.status == 409
    assert not Action.objects.of(kept(three, "accepted")).filter(kind="recused").exists()


def test_a_colleague_who_keeps_out_as_well_is_nobody_left(three, colleague):
    task = task_of(three, "accepted", "review")
    cases.recuse(actor=colleague, task=task, reason=REASON)

    with pytest.raises(cases.NobodyElse):
        recuse(three)


def test_nobody_keeps_out_of_what_is_not_theirs(three, colleague):
    with pytest.raises(NotAllowed):
        recuse(three, "outsider")


def test_an_official_keeps_out_of_a_matter_of_whom_they_represent(three, examined):
    account = three.cast.accounts["approver"]
    person = parties.register_person(
        actor=SYSTEM, name="赵国清", id_number="990102197001010016", account=account, area="990102"
    )
    parties.give_mandate(actor=SYSTEM, principal=three.cast.people["company"], agent=person, source="register")

    with pytest.raises(cases.OwnMatter):
        decide(three)

    assert kept(three, "accepted").state == "accepted"


def test_a_person_with_other_matters_only_decides(three, examined):
    account = three.cast.accounts["approver"]
    parties.register_person(actor=SYSTEM, name="赵国清", id_number="990102197001010016", account=account, area="990102")

    assert decide(three).state == "granted"


def test_the_page_of_a_task_takes_the_declaration_and_says_so_afterwards(three, colleague):
    browser, task = three.cast.browser("reviewer"), task_of(three, "accepted", "review")
    page = f"/desk/cases/tasks/{task.uid}/"
    assert "我需要回避" in browser.get(page).content.decode()

    empty = browser.post(f"{page}recuse/", {"conflict-reason": ""})
    assert empty.status_code == 422
    told = browser.post(f"{page}recuse/", {"conflict-reason": REASON}, follow=True)

    assert told.status_code == 200
    shown = browser.get(page).content.decode()
    assert "您已声明回避" in shown
    assert f"{page}opinion/" not in shown


def test_a_page_of_somebody_alone_says_whom_to_ask(three):
    browser, task = three.cast.browser("reviewer"), task_of(three, "accepted", "review")

    told = browser.post(f"/desk/cases/tasks/{task.uid}/recuse/", {"conflict-reason": REASON})

    assert told.status_code == 409
    assert REASON in told.content.decode()


def test_the_applicant_does_not_read_why_somebody_keeps_out(three, colleague):
    case = recuse(three)

    page = three.cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()

    assert REASON not in page
    assert "回避" not in page


def test_who_holds_a_duty_is_found_in_the_office_and_above(three):
    office = Department.objects.get(key="market-regulation")
    boss = identity.open_account(actor=SYSTEM, login="boss", name="丁一", kind="staff")
    role = Role.objects.get(key="reviewer")
    identity.appoint(actor=SYSTEM, account=boss, department=Department.objects.get(key="city"), role=role, subtree=True)

    found = [account.login for account in identity.holders_of("cases.review", department=office)]

    assert set(found) == {"reviewer", "boss"}
    assert [one.login for one in identity.holders_of("cases.inspect", department=office)] == []
