"""A department is dissolved while its cases are under way: they go on in the one that took it over."""

import pytest

from tests.cast import Cast
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Participation
from tongban.platform.cases.services import letters, rebuilding
from tongban.platform.catalogue.models import Service
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice
from tongban.platform.seals.models import Seal
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task


def department(key: str) -> Department:
    return Department.objects.get(key=key)


def dissolve(key: str = "market-regulation", into: str | None = "public-security") -> None:
    successor = department(into) if into else None
    identity.dissolve(actor=SYSTEM, department=department(key), successor=successor, reason="云机编〔2026〕3号")
    jobs.run_all()


def again(cast: Cast, *names: str) -> None:
    """Let these officials come again, with what they may do from now on."""
    for name in names:
        cast.accounts[name] = Account.objects.get(pk=cast.accounts[name].pk)


@pytest.fixture
def case(cast):
    """A case that the department reviews, and whose review somebody has claimed."""
    case = cast.accepted()
    jobs.run_all()
    return case


def test_a_case_in_the_middle_goes_on_in_the_successor(cast, case):
    dissolve()
    again(cast, "reviewer", "approver")

    task = cast.task(case, "review")
    assert task.department.key == "public-security"
    cases.give_opinion(actor=cast.actor("reviewer"), task=task, passed=True, opinion="资料齐全。")
    cast.inspected(Case.objects.get(pk=case.pk))
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。")
    jobs.run_all()

    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.department.key) == ("completed", "public-security")
    assert Licence.objects.get(subject=case.subject).issuer.key == "public-security"


def test_its_letters_are_sealed_by_the_successor(cast, case):
    dissolve()

    accepted = Action.objects.of(case).filter(kind="accepted").get()
    assert letters.order(Case.objects.get(pk=case.pk), accepted).department.key == "public-security"


def test_its_days_stay_and_its_record_says_what_happened(cast, case):
    dissolve()

    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.promised_due_on, after.statutory_due_on) == (
        case.state,
        case.promised_due_on,
        case.statutory_due_on,
    )
    (said,) = Action.objects.of(case).filter(kind="office_succeeded")
    assert said.data["successor"] == department("public-security").name
    assert rebuilding.differences(case.pk) == []


def test_the_applicant_is_told_once(cast, case):
    dissolve()
    dissolve()

    assert sum(department("public-security").name in one.body for one in Notice.objects.all()) == 1
    assert Fact.objects.filter(name="cases.CaseOfficeSucceeded").count() == 1


def test_the_successor_finds_it_and_nobody_else(cast, case):
    dissolve()
    again(cast, "reviewer")

    assert Participation.objects.departments_in(case.pk) >= {department("public-security").pk}
    assert department("market-regulation").pk not in Participation.objects.departments_in(case.pk)
    assert case in Case.objects.visible_to(cast.actor("reviewer"))
    assert case not in Case.objects.visible_to(cast.actor("outsider"))


def test_it_stands_once_in_the_lists_of_the_whole_city(cast, case):
    dissolve("government-services", into="fire-rescue")

    assert Participation.objects.filter(case=case, first=True).count() == 1


def test_two_departments_of_one_case_become_one(cast, case):
    dissolve("fire-rescue", into="market-regulation")
    again(cast, "inspector")

    assert cast.task(case, "inspect").department.key == "market-regulation"
    assert cast.inspected(case)


def test_a_claimed_task_stays_with_whoever_claimed_it(cast, case):
    workflow.claim(actor=cast.actor("reviewer"), task=cast.task(case, "review"))
    dissolve()

    assert cast.task(case, "review").claimed_by_id == cast.accounts["reviewer"].pk


def test_later_steps_are_the_successor_s_as_well(cast, case):
    dissolve()

    played = Instance.objects.of(case.subject).get().roles.values()
    assert department("market-regulation").pk not in played


def test_what_is_over_keeps_the_name_of_who_decided_it(cast):
    case = cast.decided()
    dissolve()
    again(cast, "approver")

    assert Case.objects.get(pk=case.pk).department.key == "market-regulation"
    assert case in Case.objects.visible_to(cast.actor("approver"))


def test_a_new_application_goes_to_the_successor(cast):
    dissolve()
    again(cast, "reviewer")

    assert Service.objects.get(code="food-business").department.key == "public-security"
    case = cast.accepted()
    assert case.department.key == "public-security"
    assert cast.task(case, "review").department.key == "public-security"


def test_a_draft_of_before_goes_there_too(cast):
    draft = cast.draft()
    dissolve()

    assert cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True).department.key == "public-security"


def test_seals_are_withdrawn_and_the_successor_has_one_of_each_kind(cast):
    dissolve("market-regulation", into="health")

    assert not Seal.objects.not_withdrawn_of(department("market-regulation")).exists()
    (made,) = Seal.objects.not_withdrawn_of(department("health"))
    assert (made.name, made.text) == ("行政审批专用章", department("health").name)


def test_a_department_with_open_work_needs_a_successor(cast, case):
    with pytest.raises(identity.WorkLeft) as refused:
        dissolve(into=None)

    said = str(refused.value)
    assert "1项待办任务" in said
    assert "1件未办结办件" in said
    assert "1个在办事项" in said
    assert Task.objects.of(case.subject).open().filter(department__key="market-regulation").exists()


def test_a_department_without_work_ends(cast):
    dissolve("health", into=None)

    assert department("health").dissolved_on
