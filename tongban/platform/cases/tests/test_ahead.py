"""A case that is open says which steps lie ahead, who takes them, and by when."""

import pytest

from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import ahead

pytestmark = pytest.mark.found("B2")


def words(case):
    return [(step.name, step.word) for step in ahead.steps(Case.objects.standing(case.pk))]


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
    found = ahead.steps(Case.objects.standing(case.pk), "3月5日上午（已约定）")

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
