"""The one to-do list: tasks of any subject, each with what its room says of it; none is dropped."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Account
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Task
from tongban.platform.workflow.ports import SOURCES, TaskSource, TaskSummary
from tongban.platform.workflow.services.todo import PAGE
from tongban.platform.workflow.tests.drawings import INSTANT, bpmn

LIST = "/desk/workflow/"
ROW = '<th scope="row">'


@pytest.fixture
def bring(market, calendar):
    """Put a task on the desks of market regulation: bring("repair:1")."""
    definition = workflow.ProcessDefinition(bpmn(INSTANT), duties={"approve": "cases.approve"})

    def bring(subject, title="路灯不亮", **more):
        roles = {"window": market.pk}
        workflow.start(actor=SYSTEM, definition=definition, subject=subject, title=title, roles=roles, **more)
        return Task.objects.of(subject).open().get()

    return bring


@pytest.fixture
def repairs():
    """Let a room of tomorrow say what the list tells of its repairs, all but the third."""

    def summarise(tasks, portal):
        known = [task for task in tasks if not task.subject.endswith(":3")]
        summary = TaskSummary(
            number="R-1", what="路灯维修", who="李四", light="red", light_word="很急", note="等待备件"
        )
        return {task.id: summary._replace(url=f"/{portal}/repairs/{task.uid}/") for task in known}

    source = TaskSource({"desk": ["cases.approve"]}, summarise, lambda: {"lamp": "路灯"}, {"desk": "两天内修好。"})
    SOURCES.register("repair", source)
    yield
    del SOURCES._supplied["repair"]


def browser(actor, language="zh-hans"):
    session = SessionStore()
    session.begin(Account.objects.get(pk=actor.account), address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def shown(actor, address=LIST, language="zh-hans"):
    return browser(actor, language).get(address).content.decode()


def test_it_says_of_a_task_what_its_room_says(wu, bring, repairs):
    task = bring("repair:1")

    page = shown(wu)

    for said in (f"/desk/repairs/{task.uid}/", "路灯维修", "李四", "R-1", "很急", "等待备件", "两天内修好", task.title):
        assert said in page
    assert '<option value="lamp">路灯</option>' in page


def test_a_task_that_nobody_describes_is_shown_by_what_it_knows_itself(wu, bring, repairs):
    bring("repair:3", title="井盖丢失")
    bring("matter:7", title="没有房间认领的事")

    page = shown(wu)

    assert "井盖丢失" in page
    assert "没有房间认领的事" in page
    assert "两天内修好" in page, "said of the kind, not of the task"


def test_pages_stay_full_whatever_the_tasks_are_about(wu, bring, repairs):
    for number in range(PAGE + 2):
        bring(f"repair:1{number}" if number % 2 else f"matter:{number}")

    first = shown(wu)
    further = re.search(r'rel="next" href="\?([^"]+)"', first)[1].replace("&amp;", "&")

    assert first.count(ROW) == PAGE
    assert shown(wu, f"{LIST}?{further}").count(ROW) == 2


def test_it_is_narrowed_by_matter_and_by_what_one_took(wu, bring, repairs):
    lamp, other = bring("repair:1", topic="lamp"), bring("repair:2", title="井盖")
    workflow.claim(actor=wu, task=other)

    by_matter, mine = shown(wu, f"{LIST}?topic=lamp"), shown(wu, f"{LIST}?mine=1")

    assert str(lamp.uid) in by_matter
    assert str(other.uid) not in by_matter
    assert str(other.uid) in mine
    assert str(lamp.uid) not in mine


def test_on_the_road_it_shows_what_is_done_there(he, wu, bring, repairs):
    bring("repair:1")

    assert "路灯" not in shown(he, "/crew/workflow/")
    assert browser(wu).get("/crew/workflow/").status_code == 403


@pytest.mark.parametrize("portal", ["desk", "counter", "crew"])
def test_who_has_no_duty_there_is_refused(official, market, portal):
    nobody = official("无事", market, "codes.read")

    assert browser(nobody).get(f"/{portal}/workflow/").status_code == 403


def test_it_reads_in_english_too(wu, bring, repairs):
    bring("repair:1")

    page = shown(wu, language="en")

    assert "waiting since" in page
    assert "To do" in page
