"""A step that several people sign, on the pages: who has signed, and that nobody reads it as finished before it is."""

import re
import shutil

import pytest

from tests.cast import definition
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import ahead, presenting
from tongban.platform.cases.tests.three import both
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db
SIGNED = '<bpmn:multiInstanceLoopCharacteristics tongban:signing="{rule}" tongban:signers="review review review"/>'


@pytest.fixture
def joint(three, tmp_path):
    """Let three colleagues of the reviewing office sign: joint("percent:60") gives an accepted case."""

    def begin(rule):
        folder = tmp_path / "food-business"
        shutil.copytree(definition("food-business"), folder)
        file = folder / "process.bpmn"
        task = re.search(r'<bpmn:userTask id="review".*?(?=</bpmn:userTask>)', file.read_text(), re.DOTALL)[0]
        file.write_text(file.read_text().replace(task, task + SIGNED.format(rule=rule)))
        catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
        return three.cast.accepted()

    return begin


@pytest.fixture
def colleague(three):
    return identity.actor_of(three.cast.another_official("reviewer"))


def task_of(case, number):
    tasks = Task.objects.of(case.subject).open().select_related("department", "instance")
    return tasks.get(branch=f"review[{number}]")


def sign(actor, case, number, *, passed=True):
    return cases.give_opinion(actor=actor, task=task_of(case, number), passed=passed, opinion=f"意见{number}。")


def review_of(case):
    return next(step for step in ahead.steps(Case.objects.get_with_related(case.pk)) if step.name == "资料审查")


def test_the_page_of_a_task_shows_who_has_signed(three, joint, colleague):
    case = joint("percent:60")
    sign(three.actor("reviewer"), case, 1)

    page = three.cast.browser("reviewer").get(f"/desk/cases/tasks/{task_of(case, 2).uid}/").content.decode()

    assert "已签 1 家，共 3 家" in page
    assert "吴志远" in page
    assert "您已经签过" in page
    assert f"/desk/cases/tasks/{task_of(case, 2).uid}/opinion/" not in page


def test_the_step_is_at_work_until_enough_have_signed(three, joint, colleague):
    case = joint("percent:60")
    sign(three.actor("reviewer"), case, 3)
    assert review_of(case).state == "current"

    sign(colleague, case, 1)

    assert review_of(case).state == "done"
    assert not Task.objects.of(case.subject).open().filter(key="review").exists()


def test_the_record_says_of_each_that_they_signed(three, joint):
    case = joint("all")
    sign(three.actor("reviewer"), case, 1)

    newest = presenting.timeline(Case.objects.get_with_related(case.pk), for_applicant=False)[0]

    assert newest.title == "资料审查：已签署意见"
    assert newest.text == "意见1。"


def test_a_decision_goes_against_what_all_said_together_and_not_against_one(three, joint, colleague):
    case = joint("percent:60")
    sign(three.actor("reviewer"), case, 1, passed=False)
    sign(colleague, case, 2)
    assert cases.contradicted(case, granted=True) == []

    sign(both(three, "outsider", "cases.review"), case, 3)

    assert cases.contradicted(case, granted=True) == []
    assert cases.contradicted(case, granted=False) == ["资料审查"]


def test_whoever_signed_does_not_decide(three, joint):
    case = joint("any")
    sign(three.actor("reviewer"), case, 2)
    three.cast.inspected(Case.objects.get(pk=case.pk))
    task = three.cast.task(case, "approve")

    with pytest.raises(cases.OwnOpinion):
        cases.decide(actor=both(three, "reviewer", "cases.approve"), task=task, granted=True, reason="好")
