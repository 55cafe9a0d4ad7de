"""The one to-do list: tasks of any subject, each with what its room says of it; none is dropped."""

import re

import pytest
from django.conf import settings

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.ports import SOURCES, TaskSource, TaskSummary
from tongban.platform.workflow.services.todo import PAGE
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn


@pytest.fixture
def bring(cast):
    """Put a task on the desks of market regulation: bring("repair:1")."""
    definition = workflow.ProcessDefinition(bpmn(INSTANT), duties={"approve": "cases.approve"})
    office = Department.objects.get(key="market-regulation")

    def bring(subject, about="路灯不亮"):
        workflow.start(
            actor=SYSTEM,
            definition=definition,
            subject=subject,
            title=about,
            roles={"window": office.pk},
            area="990100",
        )
        return Task.objects.of(subject).open().get()

    return bring


@pytest.fixture
def repairs(monkeypatch):
    """Let a room of tomorrow say what the list tells of its repairs, all but the third."""

    def summarise(tasks, portal):
        known = [task for task in tasks if not task.subject.endswith(":3")]
        return {
            task.id: TaskSummary(url=f"/{portal}/repairs/{task.uid}/", number="R-1", what="路灯维修", who="李四")
            for task in known
        }

    source = TaskSource({"desk": ["cases.approve"]}, summarise, lambda: {"lamp": "路灯"}, {"desk": "两天内修好。"})
    SOURCES.register("repair", source)
    yield
    del SOURCES._supplied["repair"]


def page(cast, address="/desk/workflow/", who="approver"):
    return cast.browser(who).get(address).content.decode()


def test_tasks_of_cases_and_of_other_subjects_stand_in_one_list(cast, bring, repairs):
    task = bring("repair:1")
    case = cast.submitted()

    found = page(cast)
    window = page(cast, "/counter/workflow/", "clerk")

    assert f"/desk/repairs/{task.uid}/" in found
    assert "路灯维修" in found
    assert "两天内修好" in found
    assert "李四" in found
    assert '<option value="lamp">路灯</option>' in found
    assert case.number in window
    assert "路灯维修" not in window, "it is another office's"


def test_a_task_that_nobody_describes_is_shown_by_what_it_knows_itself(cast, bring, repairs):
    bring("repair:3", about="井盖丢失")
    bring("matter:7", about="没有房间认领的事")

    found = page(cast)

    assert "井盖丢失" in found
    assert "没有房间认领的事" in found


def test_pages_stay_full_whatever_the_tasks_are_about(cast, bring, repairs):
    for number in range(PAGE + 2):
        bring(f"repair:1{number}" if number % 2 else f"matter:{number}")

    first = page(cast)
    further = re.search(r'rel="next" href="\?([^"]+)"', first)[1].replace("&amp;", "&")

    assert first.count('<th scope="row">') == PAGE
    assert page(cast, f"/desk/workflow/?{further}").count('<th scope="row">') == 2


@pytest.mark.parametrize("portal", ["desk", "counter", "crew"])
def test_whoever_has_no_task_there_is_refused(cast, portal):
    assert cast.browser("citizen").get(f"/{portal}/workflow/").status_code == 403


@pytest.mark.parametrize(
    ("who", "old", "new"),
    [
        ("reviewer", "/desk/cases/?late=over", "/desk/workflow/?late=over"),
        ("clerk", "/counter/cases/", "/counter/workflow/"),
        ("inspector", "/crew/cases/", "/crew/workflow/"),
    ],
)
def test_where_the_list_once_stood_leads_to_it(cast, who, old, new):
    assert cast.browser(who).get(old).headers["Location"] == new


@pytest.mark.parametrize(("who", "portal"), [("reviewer", "desk"), ("clerk", "counter"), ("inspector", "crew")])
def test_the_working_day_begins_at_the_list(cast, who, portal):
    assert cast.browser(who).get(f"/{portal}/").headers["Location"] == f"/{portal}/workflow/"


def test_it_reads_in_english_too(cast, bring, repairs):
    bring("repair:1")
    browser = cast.browser("approver")
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    found = browser.get("/desk/workflow/").content.decode()

    assert "waiting since" in found
    assert "To do" in found
