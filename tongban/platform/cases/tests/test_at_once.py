"""An instant service decides at once by its table, or a person does."""

from datetime import timedelta

import pytest

from tests.cast import definition, example
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

ANSWERS = {
    name: value
    for name, value in example("flexible-employment")["answers"].items()
    if name not in {"name", "id_number"}
}


@pytest.fixture
def city(cast):
    office = identity.put_department(
        actor=SYSTEM, key="human-resources", name="云泽市人力资源和社会保障局", parent=None, area="990100"
    )
    seals.make(actor=SYSTEM, department=Department.objects.get(pk=office.pk), name="行政审批专用章")
    draft = catalogue.load(actor=SYSTEM, folder=definition("flexible-employment"))
    catalogue.publish(actor=SYSTEM, version=draft.version)
    return cast


def handed_in(city, *, by_person=False, **changes):
    actor = city.actor("citizen")
    case = cases.begin(actor=actor, service="flexible-employment")
    case = cases.fill(actor=actor, case=case, answers=ANSWERS | changes, revision=case.revision)
    cases.fetch(actor=actor, case=case, code="identity")
    return cases.submit(actor=actor, uid=case.uid, declared=True, by_person=by_person)


@pytest.mark.found("A6")
def test_what_the_table_says_yes_to_is_decided_on_submission(city):
    case = handed_in(city)

    assert case.state == "granted"
    assert not Task.objects.of(case.subject).open().exists()
    granted = Action.objects.of(case).get(kind="granted")
    assert granted.data["rule"] == {"table": "at_once.dmn", "version": case.version.number}
    fact = Fact.objects.get(name__endswith="DecidedByRule", subject=case.subject)
    assert fact.data["table"] == "at_once.dmn"
    jobs.run_all()
    assert Case.objects.get(pk=case.pk).state == "completed"
    assert Letter.objects.about(case.subject).filter(kind="grant").exists()
    page = city.browser("citizen").get(f"/cases/{case.uid}/").content.decode()
    assert "系统按本事项第1版的规则 at_once.dmn 自动办理" in page


@pytest.mark.found("A6")
@pytest.mark.parametrize(
    "otherwise",
    [
        {"by_person": True},
        {"job_kind": "part-time", "employer_name": "湖畔旅店", "weekly_hours": 20, "platform_name": None},
    ],
)
def test_what_it_does_not_say_yes_to_or_who_wants_a_person_waits_for_one(city, otherwise):
    case = handed_in(city, **otherwise)

    assert case.state == "submitted"
    task = Task.objects.of(case.subject).open().select_related("department").get()
    cases.decide(actor=city.actor("clerk"), task=task, granted=False, reason="单位已办理就业登记。")
    assert "rule" not in Action.objects.of(case).get(kind="refused").data


@pytest.mark.found("A6")
def test_the_page_offers_that_a_person_decides(city):
    actor = city.actor("citizen")
    case = cases.begin(actor=actor, service="flexible-employment")
    case = cases.fill(actor=actor, case=case, answers=ANSWERS, revision=case.revision)
    cases.fetch(actor=actor, case=case, code="identity")
    browser = city.browser("citizen")

    assert "我要求由工作人员办理" in browser.get(f"/cases/{case.uid}/review/").content.decode()
    browser.post(f"/cases/{case.uid}/review/", {"declared": "on", "by_person": "1"})

    assert Case.objects.get(pk=case.pk).state == "submitted"


WHY = "登记的从业类型与我实际从事的工作不符。"


def asked_for_a_person(city):
    case = handed_in(city)
    jobs.run_all()
    city.browser("citizen").post(f"/cases/{case.uid}/person/", {"reason": WHY})
    return Case.objects.get(pk=case.pk)


@pytest.mark.found("A6")
def test_after_an_automatic_decision_one_can_ask_for_a_person(city):
    case = handed_in(city)
    jobs.run_all()
    browser = city.browser("citizen")

    assert "申请人工复核" in browser.get(f"/cases/{case.uid}/").content.decode()
    assert browser.post(f"/cases/{case.uid}/person/", {"reason": " "}).status_code == 422
    assert browser.post(f"/cases/{case.uid}/person/", {"reason": WHY}).status_code == 302

    case.refresh_from_db()
    task = Task.objects.of(case.subject).open().get()
    assert (case.state, case.outcome, task.kind) == ("accepted", "", "approve")
    assert (
        str(case.number) in city.browser("clerk").get("/counter/workflow/?topic=flexible-employment").content.decode()
    )
    assert case.promised_due_on == codes.calendar().add(clock.today(), 5)
    assert Fact.objects.named("cases.PersonAskedFor").get().subject == case.subject
    jobs.run_all()
    assert Notice.objects.filter(subject=case.subject, title="“灵活就业登记”已转人工复核").exists()
    assert WHY in city.browser("clerk").get(f"/counter/cases/tasks/{task.uid}/").content.decode()
    page = browser.get(f"/cases/{case.uid}/").content.decode()
    assert "/person/" not in page
    assert "灵活就业登记凭证" in page
    with pytest.raises(cases.WrongCaseState):
        cases.withdraw(actor=city.actor("citizen"), case=case, reason="不复核了")


@pytest.mark.found("A6")
def test_a_person_decides_and_not_to_the_worse(city):
    case = asked_for_a_person(city)
    task = Task.objects.of(case.subject).open().select_related("department").get()
    clerk = city.actor("clerk")

    with pytest.raises(cases.NotWorse):
        cases.decide(actor=clerk, task=task, granted=False, reason="不符合条件。")
    cases.decide(actor=clerk, task=task, granted=True, reason="经复核，登记无误。")
    jobs.run_all()

    case.refresh_from_db()
    assert (case.state, case.outcome) == ("completed", "granted")
    first, second = Action.objects.of(case).grants()
    assert "rule" in first.data
    assert "rule" not in second.data
    assert second.account == clerk.account
    assert len(set(Letter.objects.about(case.subject).filter(kind="grant").values_list("number", flat=True))) == 2
    assert Notice.objects.filter(key__startswith=f"case:{case.pk}:completed:").count() == 2
    assert cases.person_until(case) is None
    status = steps.project(
        Action.objects.of(case).values_list("kind", "on"), cases.plan_of(case.version).limits, codes.calendar()
    )
    assert (status.state, status.decided_on) == (case.state, case.decided_on)


@pytest.mark.found("A6")
def test_a_person_is_asked_for_in_time_once_and_only_after_the_system(city):
    late, by_person = handed_in(city), handed_in(city, by_person=True)
    task = Task.objects.of(by_person.subject).open().select_related("department").get()
    cases.decide(actor=city.actor("clerk"), task=task, granted=True, reason="")
    jobs.run_all()

    assert cases.person_until(Case.objects.get(pk=by_person.pk)) is None
    with clock.at(clock.now() + timedelta(days=75)):
        assert city.browser("citizen").post(f"/cases/{late.uid}/person/", {"reason": WHY}).status_code == 422
    with pytest.raises(NotFound):
        cases.ask_for_person(actor=city.actor("stranger"), case=late, reason=WHY)
    cases.ask_for_person(actor=city.actor("citizen"), case=late, reason=WHY)
    with pytest.raises(cases.NoPersonToAsk):
        cases.ask_for_person(actor=city.actor("citizen"), case=late, reason=WHY)


@pytest.mark.found("S-LOW")
def test_the_office_in_whose_name_it_is_done_reads_it_once_it_is_decided(city):
    account = identity.open_account(actor=SYSTEM, login="leader", name="马力", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="leader", name="分管", duties=["cases.read", "cases.approve"])
    place = Department.objects.get(key="human-resources")
    identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
    leader = identity.actor_of(Account.objects.get(pk=account.pk))
    at_once, by_person = handed_in(city), handed_in(city, by_person=True)

    assert list(Case.objects.visible_to(leader)) == [at_once]
    task = Task.objects.of(by_person.subject).open().select_related("department").get()
    cases.decide(actor=city.actor("clerk"), task=task, granted=True, reason="")
    assert set(Case.objects.visible_to(leader)) == {at_once, by_person}
