"""告知承诺: granted at once, checked afterwards, revoked where it was false, and then barred for a while."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from tests.cast import POINTS
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, FollowUpInspection
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.workflow.models import Task

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
OFFER = {
    "conditions": ["经营场所与申报的平面图一致。", "从业人员持有健康合格证。"],
    "check_days": 30,
    "role": "review",
    "source": "本市告知承诺制事项目录",
}
FINDING = "现场没有申报的专间，承诺不属实。"


@pytest.fixture
def offered(cast, on, monkeypatch):
    """Let the service be granted on a commitment, on Monday 2 March 2026."""
    with on(MONDAY):
        draft = cast.draft()
        monkeypatch.setitem(cases.plan_of(draft.version).guide, "commitment", OFFER)
        yield draft


def commit(cast, draft: Case) -> Case:
    case = cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True, committed=True)
    jobs.run_all()
    assert not Job.objects.dead().exists()
    return Case.objects.get_with_related(case.pk)


def check(cast, case: Case, *, kept: bool, by: str = "reviewer") -> Case:
    task = cast.task(case, cases.CHECK)
    return cases.check_commitment(actor=cast.actor(by), task=task, kept=kept, finding=FINDING)


def test_it_is_granted_at_once_and_its_check_has_a_day(cast, offered):
    case = commit(cast, offered)

    assert (case.state, case.outcome) == ("completed", "granted")
    letters = {letter.kind for letter in Letter.objects.about(case.subject)}
    assert {"commitment", "grant"} <= letters
    task = cast.task(case, cases.CHECK)
    assert (task.due_on, task.department.key) == (date(2026, 4, 14), "market-regulation")
    linked = FollowUpInspection.objects.of(case).get()
    assert (linked.kind, linked.due_on, linked.closed_on) == ("commitment", date(2026, 4, 14), None)
    assert cases.projection_differences(case.pk) == []
    assert cases.person_until(case) is None


def test_a_commitment_that_is_kept_changes_nothing(cast, offered):
    case = check(cast, commit(cast, offered), kept=True)

    assert case.state == "completed"
    assert FollowUpInspection.objects.of(case).get().result == "kept"
    assert not Task.objects.of(case.subject).open().exists()


def test_a_false_one_takes_decision_and_licence_away(cast, offered):
    case = commit(cast, offered)
    with pytest.raises(NotAllowed):
        check(cast, case, kept=False, by="clerk")

    check(cast, case, kept=False)
    jobs.run_all()

    case = Case.objects.get_with_related(case.pk)
    assert (case.state, case.outcome, cases.result_code(case)) == ("revoked", "revoked", "2")
    assert {one.state for one in Licence.objects.of_subject(case.subject)} <= {"revoked"}
    assert Letter.objects.about(case.subject).get(kind="revocation").title == "撤销决定书"
    summary = cases.refusal_of(case)
    assert summary is not None
    assert summary.reason == FINDING
    assert FINDING in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()


def test_whoever_committed_falsely_goes_the_usual_way_for_a_while(cast, offered, on):
    company = cast.people["company"].pk
    check(cast, commit(cast, offered), kept=False)

    assert cases.barred_until(company, date(2026, 3, 2)) == date(2028, 3, 2)
    assert cases.barred_until(company, date(2028, 3, 3)) is None
    another = cast.draft()
    assert not cases.may_commit(another)
    with pytest.raises(cases.CommitmentBarred):
        cases.submit(actor=cast.actor("agent"), uid=another.uid, declared=True, committed=True)


def test_a_service_that_does_not_offer_it_refuses(cast):
    with pytest.raises(cases.NoCommitment):
        cases.submit(actor=cast.actor("agent"), uid=cast.draft().uid, declared=True, committed=True)


def test_no_opinion_is_given_in_place_of_the_check(cast, offered):
    case = commit(cast, offered)

    with pytest.raises(cases.WrongCaseState):
        cases.give_opinion(
            actor=cast.actor("reviewer"), task=cast.task(case, cases.CHECK), passed=True, opinion=POINTS[0]["text"]
        )


def test_it_is_chosen_and_checked_on_the_pages(cast, offered):
    hall, desk = cast.browser("agent"), cast.browser("reviewer")
    page = f"/cases/{offered.uid}/review/"
    assert OFFER["conditions"][0] in hall.get(page).content.decode()

    assert hall.post(page, {"declared": "on", "committed": "1"}).status_code == 302
    jobs.run_all()
    case = Case.objects.get_with_related(offered.pk)
    address = f"/desk/cases/tasks/{cast.task(case, cases.CHECK).uid}/"
    shown = desk.get(address).content.decode()
    assert "告知承诺" in shown
    assert "核查记录" in shown
    assert "审批人据此决定" not in shown
    sent = {"passed": "no", "opinion": FINDING, "revision": case.revision, "confirm": "1"}
    assert desk.post(f"{address}opinion/", sent).status_code == 302

    assert Case.objects.get(pk=case.pk).state == "revoked"
    assert Action.objects.of(case).of_kinds(["revoked"]).get().opinion == FINDING


def test_a_false_commitment_is_shown_before_it_is_revoked(cast, offered):
    case, desk = commit(cast, offered), cast.browser("reviewer")
    jobs.run_all()
    address = f"/desk/cases/tasks/{cast.task(case, cases.CHECK).uid}/opinion/"
    said = {"passed": "no", "opinion": "现场没有专间。"}

    shown = desk.post(address, said).content.decode()

    assert "确认撤销决定和证照" in shown
    assert Case.objects.get(pk=case.pk).state == "completed"
    desk.post(address, {**said, "confirm": "1"})
    assert Case.objects.get(pk=case.pk).state == "revoked"


def test_another_system_hands_a_commitment_in(cast, offered):
    account = identity.open_account(actor=SYSTEM, login="portal", name="园区门户", kind="client")
    _token, key = identity.make_token(actor=SYSTEM, account=account, title="园区门户", duties=["cases.file"])
    role = identity.define_role(actor=SYSTEM, key="portal", name="园区门户", duties=("cases.file",))
    office = Department.objects.get(key="government-services")
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
    Case.objects.filter(pk=offered.pk).update(filed_by=account)
    caller = Client(headers={"authorization": f"Bearer {key}"})

    answer = caller.post(
        f"/api/v1/cases/{offered.uid}/submit", {"declared": True, "committed": True}, content_type="application/json"
    )

    assert answer.status_code == 200, answer.content
    assert Action.objects.of(offered).filter(kind="commitment_made").exists()
