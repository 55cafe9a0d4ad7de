"""The desk's pages of departments: who sees which, and how one is dissolved by two."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Dissolution

LIST = "/desk/identity/departments/"
PAGE = LIST + "market-branch/"
SENT = {"successor": "market-regulation", "reason": "云机编〔2026〕3号"}


@pytest.fixture
def decider(city, open_account):
    role = identity.define_role(actor=SYSTEM, key="steward", name="账户管理员", duties=["identity.manage"])
    account = open_account("qin.lan", "staff", "秦岚")
    branch = Department.objects.get(key="market-branch")
    identity.appoint(actor=SYSTEM, account=account, department=branch, role=role)
    return account


@pytest.fixture
def second(city, roles, open_account):
    account = open_account("shao.ning", "staff", "邵宁")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=roles["operator"], subtree=True)
    return account


def test_the_tree_is_listed_from_the_top(sign_in, operator):
    text = sign_in(operator).get(LIST).content.decode()

    assert text.index("云泽市人民政府") < text.index("市场监督管理局") < text.index("临湖分局")


def test_whoever_looks_after_one_sees_that_one_alone(sign_in, decider):
    browser = sign_in(decider)

    assert "卫生健康委员会" not in browser.get(LIST).content.decode()
    assert browser.get(PAGE).status_code == 200
    assert browser.get(LIST + "health/").status_code == 404


def test_one_without_the_duty_has_no_such_page(sign_in, official, city):
    assert sign_in(official).get(LIST).status_code == 403


def test_a_department_in_which_nobody_decides_is_dissolved_at_once(sign_in, operator):
    answer = sign_in(operator).post(PAGE + "dissolve/", SENT, follow=True)

    assert "已撤销" in answer.content.decode()
    assert Department.objects.get(key="market-branch").successor.key == "market-regulation"


def test_two_do_it_where_somebody_decides(sign_in, operator, second, decider):
    text = sign_in(operator).post(PAGE + "dissolve/", SENT, follow=True).content.decode()
    assert "须由另一名账户管理员确认" in text
    assert "确认撤并" not in text

    browser = sign_in(second)
    assert "高飞提出撤销临湖分局" in browser.get(LIST).content.decode()
    browser.post(PAGE + "confirm/")

    assert Department.objects.get(key="market-branch").dissolved_on


def test_a_proposal_is_taken_back_on_the_page(sign_in, operator, decider):
    browser = sign_in(operator)
    browser.post(PAGE + "dissolve/", SENT)
    browser.post(PAGE + "withdraw/")

    assert not Dissolution.objects.exists()


def test_what_is_refused_stands_at_its_field(sign_in, operator):
    answer = sign_in(operator).post(LIST + "market-regulation/dissolve/", {"successor": "", "reason": "撤并"})

    assert answer.status_code == 422
    assert "市场监督管理局还有未了事务：下级部门临湖分局。请指定承接部门。" in answer.content.decode()


def test_the_government_has_no_such_button(sign_in, operator):
    assert "撤销该部门" not in sign_in(operator).get(LIST + "city/").content.decode()
