"""Checks of a form, as people meet them: errors at once, strange answers to be confirmed, and who is not eligible."""

import pytest

from tests.cast import ANSWERS
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case

pytestmark = [pytest.mark.django_db, pytest.mark.found("B4")]

PREMISES = {
    "district": "990102",
    "premises_address": "云泽市临湖区柳岸街15号1层",
    "premises_area": "80",
    "kitchen_area": "200",
    "seats": "20",
    "exits": "2",
    "fuel": ["electricity"],
    "premises_right": "rented",
    "owner_name": "云泽市柳岸商业管理有限公司",
    "lease_until": "2036-08-31",
    "warehouse": "false",
}


def sent(case: Case, **other: object) -> dict[str, object]:
    return {"revision": Case.objects.get(pk=case.pk).revision, **PREMISES, **other}


def test_a_kitchen_larger_than_its_premises_is_told_at_once(cast):
    case = cast.draft(materials=False)

    page = cast.browser("agent").post(f"/cases/{case.uid}/fill/premises/", sent(case))

    assert page.status_code == 422
    said = "食品处理区面积（200平方米）不能大于经营场所面积（80平方米）。"
    assert said in page.content.decode()
    assert 'href="#q-kitchen_area"' in page.content.decode()


def test_nothing_that_cannot_be_is_handed_in(cast):
    case = cast.draft(answers={**ANSWERS, "lease_until": "2020-08-31", "kitchen_area": 500})

    with pytest.raises(cases.Incomplete) as refused:
        cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)

    assert {"kitchen_area", "lease_until"} <= set(refused.value.errors)


def test_what_is_strange_is_asked_on_a_page_of_its_own_confirmed_and_read_by_whoever_decides(cast):
    case, browser = cast.draft(), cast.browser("agent")
    strange = {"kitchen_area": "40", "seats": "200", "premises_area": "100"}

    answer = browser.post(f"/cases/{case.uid}/fill/premises/", sent(case, **strange))

    assert answer.url == f"/cases/{case.uid}/confirm/premises/"
    page = browser.get(answer.url).content.decode()
    said = "除食品处理区外有60平方米，却有200个座位，每座不足半平方米，请确认。"
    assert said in page
    assert "返回修改" in page
    assert "确认无误" in page
    with pytest.raises(cases.Incomplete) as refused:
        cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)
    assert "confirm:too-many-seats" in refused.value.errors
    assert said in browser.get(f"/cases/{case.uid}/review/").content.decode()
    answer = browser.post(f"/cases/{case.uid}/confirm/premises/", {"confirm": "too-many-seats"})
    assert answer.url == f"/cases/{case.uid}/fill/safety/"
    case = cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)
    assert Action.objects.of(case).get(kind="submitted").data["confirmed"] == ["too-many-seats"]
    desk = cast.browser("clerk").get(f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/").content.decode()
    assert "申请人已确认" in desk
    assert said in desk


def test_a_word_counts_until_the_answers_change(cast):
    agent, case = cast.actor("agent"), cast.draft()
    case = cases.fill(actor=agent, case=case, answers={"staff_checked": 4}, revision=case.revision)
    case = cases.confirm(actor=agent, case=case, checks=["staff-without-certificate"])
    assert cases.checklist(case).ready

    case = cases.fill(actor=agent, case=case, answers={"staff_checked": 3}, revision=case.revision)

    assert [finding.id for finding in cases.checklist(case).waiting] == ["staff-without-certificate"]


def test_an_error_cannot_be_confirmed(cast):
    agent, case = cast.actor("agent"), cast.draft()
    case = cases.fill(actor=agent, case=case, answers={"kitchen_area": 500}, revision=case.revision)

    case = cases.confirm(actor=agent, case=case, checks=["kitchen-within-premises"])

    assert case.confirmed == {}
    assert "kitchen_area" in cases.checklist(case).problems
