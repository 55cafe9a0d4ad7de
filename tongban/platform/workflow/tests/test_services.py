import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.identity.models import Account, Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Instance, Task
from tongban.platform.workflow.tests.drawings import INSTANT, TWO_BRANCHES, bpmn

pytestmark = pytest.mark.django_db

DUTIES = {kind: f"cases.{kind}" for kind in ("accept", "review", "inspect", "approve")}


@pytest.fixture
def market():
    return Department.objects.create(key="market", name="市场监管局", path="market/")


@pytest.fixture
def fire():
    return Department.objects.create(key="fire", name="消防支队", path="fire/")


def an_official(name, department, *duties, area=""):
    account = Account.objects.create(login=name, name=name, kind="staff", created_at="2026-01-01T00:00Z")
    departments = frozenset({department.pk})
    return Actor("staff", account.pk, name, grants=tuple(Grant(duty, departments, area) for duty in duties))


@pytest.fixture
def wu(market):
    return an_official("吴志远", market, "cases.accept", "cases.review", "cases.approve")


@pytest.fixture
def he(fire):
    return an_official("何岚", fire, "cases.inspect")


def a_start(market, fire, text=TWO_BRANCHES, subject="case:1", **more):
    definition = workflow.Definition(bpmn=bpmn(text), duties=DUTIES)
    roles = {"window": market, "review": market, "inspection": fire, "approver": market}
    return workflow.start(actor=SYSTEM, definition=definition, subject=subject, roles=roles, area="990102", **more)


def the_task(key, subject="case:1"):
    return Task.objects.get(key=key, subject=subject, state="open")


def open_keys(subject="case:1"):
    return [task.key for task in Task.objects.of(subject).open()]


def test_a_process_opens_two_branches_and_ends_with_the_outcome_of_the_approver(market, fire, wu, he):
    instance = a_start(market, fire)
    assert open_keys() == ["accept"]

    task = workflow.complete(actor=wu, task=the_task("accept"), outcome="accept")
    assert [new.key for new in task.opened] == open_keys() == ["review", "inspect"]
    workflow.complete(actor=he, task=the_task("inspect"), outcome="pass", opinion="现场符合要求")
    assert open_keys() == ["review"]
    workflow.complete(actor=wu, task=the_task("review"), outcome="pass")
    task = workflow.complete(actor=wu, task=the_task("approve"), outcome="grant")

    assert task.instance == instance
    assert (task.instance.state, task.instance.outcome) == ("ended", "granted")
    assert open_keys() == []
    names = list(Fact.objects.about("case:1").values_list("name", flat=True))
    assert names == ["workflow.TaskDone"] * 4 + ["workflow.ProcessEnded"]


def test_a_finished_task_cannot_be_finished_again(market, fire, wu):
    a_start(market, fire)
    task = the_task("accept")
    workflow.complete(actor=wu, task=task, outcome="accept")

    with pytest.raises(workflow.AlreadyDone):
        workflow.complete(actor=wu, task=task, outcome="accept")


def test_starting_takes_two_statements_once_the_definition_is_known(market, fire, django_assert_num_queries, monkeypatch):
    a_start(market, fire)
    definition = workflow.Definition(bpmn=bpmn(TWO_BRANCHES), duties=DUTIES)
    monkeypatch.setattr(workflow, "_kept", {(str(workflow.connection.settings_dict["NAME"]), definition.pk)})

    with django_assert_num_queries(2):
        a_start(market, fire, subject="case:2")
