"""A case that is open says which steps lie ahead, who takes them, and by when."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import ahead

pytestmark = pytest.mark.found("B2")


def words(case):
    return [(step.name, step.word) for step in ahead.steps(Case.objects.get_with_related(case.pk))]


def test_before_acceptance_all_of_the_process_lies_ahead(cast):
    case = cast.submitted()

    assert words(case) == [
        ("受理", "办理中"),
        ("资料审查", "待办理"),
        ("现场联合核查", "待办理"),
        ("审批决定", "待办理"),
        ("制证送达", "待办理"),
    ]


def test_after_acceptance_each_step_names_office_and_last_day(cast):
    case = cast.accepted()
    found = ahead.steps(Case.objects.get_with_related(case.pk), "3月5日上午（已约定）")

    assert [step.word for step in found] == ["已完成", "办理中", "办理中", "待办理", "待办理"]
    assert found[1].due_on
    assert found[3].due_on == case.promised_due_on
    assert "市场监督管理局" in found[3].who
    assert [step.note for step in found] == ["", "", "3月5日上午（已约定）", "", ""]


def test_the_page_of_the_case_and_the_query_show_them(cast, client):
    case = cast.accepted()

    own = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    asked = client.post("/cases/query/", {"number": case.number, "query_code": case.query_code}).content.decode()

    for page in (own, asked):
        assert "办理环节" in page
        assert "审批决定" in page


def test_a_supplement_is_the_applicants_step_and_a_closed_case_has_none(cast):
    case = cast.submitted()
    points = [{"material": "floor-plan", "text": "请标明专间。"}]
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=points)
    assert words(case)[0] == ("受理", "待补正")

    cases.withdraw(actor=cast.actor("agent"), case=case, reason="不办了")
    assert words(case) == []


def listed(cast):
    """Return the list of the company's cases, and how many questions it asks."""
    browser = cast.browser("agent")
    browser.get("/cases/")  # what is kept in memory is kept from now on
    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/cases/").content.decode()
    return page, len(asked)


def test_the_list_says_in_one_line_what_comes_next_who_does_it_and_by_when(cast):
    case = cast.accepted()
    cases.propose_visit(actor=cast.actor("inspector"), task=cast.task(case, "inspect"), day=tomorrow(), part="morning")

    page, _questions = listed(cast)

    review, inspect = (day(cast.task(case, key).due_on) for key in ("review", "inspect"))
    assert f"接下来：资料审查（云泽市market-regulation局，最迟{review}）" in page
    assert f"；现场联合核查（云泽市fire-rescue局，最迟{inspect}）" in page
    assert f"上门核查：{day(tomorrow())}上午" in page


def test_the_list_says_whose_turn_it_is_and_when_clocks_stand_still(cast):
    waiting, paused = cast.submitted(), cast.accepted()
    points = [{"material": "floor-plan", "text": "请标明专间。"}]
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(waiting, "accept"), points=points)
    cases.begin_procedure(actor=cast.actor("approver"), uid=paused.uid, procedure="检验检测", days=10)

    page, _questions = listed(cast)

    assert "请您按补正通知的要求补正。" in page
    assert "特别程序期间，期限暂停计算" in page


def test_the_list_asks_as_much_for_many_as_for_one(cast):
    cast.accepted()
    _page, few = listed(cast)
    for _case in range(3):
        cast.accepted()
    cast.submitted()
    page, many = listed(cast)

    assert page.count("接下来：") == 5
    assert many == few


def test_who_asks_with_both_numbers_reads_the_same_line(cast, client):
    case = cast.accepted()

    page = client.post("/cases/query/", {"number": case.number, "query_code": case.query_code}).content.decode()

    assert "接下来：资料审查（云泽市market-regulation局，最迟" in page


def tomorrow():
    return clock.today() + timedelta(days=1)
