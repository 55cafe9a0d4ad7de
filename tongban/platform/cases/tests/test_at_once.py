"""An instant service decides at once by its table, or a person does."""

import pytest

from tests.cast import DEFINITIONS, example
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case, Letter
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals
from tongban.platform.workflow.models import Task

ANSWERS = {
    name: value
    for name, value in example("flexible-employment")["answers"].items()
    if name not in {"name", "id_number"}
}


@pytest.fixture
def city(cast):
    office = identity.place_department(
        actor=SYSTEM, key="human-resources", name="云泽市人力资源和社会保障局", parent=None, area="990100"
    )
    seals.make(actor=SYSTEM, department=Department.objects.get(pk=office.pk), name="行政审批专用章")
    draft = catalogue.load(actor=SYSTEM, folder=DEFINITIONS / "flexible-employment")
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
    assert Letter.objects.of(case).filter(kind="grant").exists()
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
