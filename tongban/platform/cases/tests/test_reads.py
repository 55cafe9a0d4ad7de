"""Who read my data: one list, of registers, of the window, of offices and of other systems."""

import re

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact, Reading
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties
from tongban.platform.registers.models import Lookup

pytestmark = pytest.mark.found("A4")
READS = "/registers/reads/"


def reads(cast, name):
    return cast.browser(name).get(READS).content.decode()


def test_a_look_up_at_the_window_is_in_the_list_with_office_and_purpose(cast):
    identity.define_role(actor=SYSTEM, key="finder", name="查询", duties=["parties.find"])
    window = cast.browser("clerk")
    account = cast.accounts["clerk"]
    role = identity.roles_to_give(SYSTEM).get(key="finder")
    department = account.positions.first().department
    identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
    lin = cast.people["citizen"]

    window.post("/counter/parties/find/", {"number": lin.id_number, "purpose": "代办高龄津贴"})
    window.post("/counter/parties/visitor/", {"party": str(lin.uid), "purpose": "代办高龄津贴"})

    shown = reads(cast, "citizen")
    assert shown.count("代办高龄津贴") == 2
    assert department.name in shown
    assert "代办高龄津贴" not in reads(cast, "stranger")


def test_a_case_and_a_paper_that_officials_open_are_in_the_list(cast):
    case = cast.accepted()
    official = cast.browser("reviewer")
    task = cast.task(case, "review")

    official.get(f"/desk/cases/tasks/{task.uid}/")
    paper = case.materials.first().document
    official.get(f"/desk/cases/{case.uid}/files/{paper.uid}/")

    shown = reads(cast, "agent")
    assert "打开办件" in shown or "查看办件" in shown
    assert paper.title in shown
    assert cast.accounts["reviewer"].positions.first().department.name in shown


def test_why_is_recorded_in_one_language_whoever_looks_on_which_pages(cast):
    with translation.override("en"):
        case = cast.accepted()
        cases.record_opened(cast.actor("reviewer"), case)

    assert Lookup.objects.latest("pk").purpose == "为您预填“食品经营许可”申请"
    reason = Fact.objects.named("cases.CaseOpened").latest("pk").reason
    assert reason
    assert not re.search("[A-Za-z]", reason)


def test_what_one_opens_oneself_is_no_reading_by_others(cast):
    case = cast.submitted()

    cast.browser("agent").get(f"/cases/{case.uid}/")

    assert not Reading.objects.exists()


@pytest.mark.found("S-M7")
def test_a_whole_case_read_by_interface_is_a_fact(cast, client):
    case = cast.accepted()
    account = identity.open_account(actor=SYSTEM, login="other-system", name="市级审批平台", kind="client")
    identity.define_role(actor=SYSTEM, key="reader", name="读取", duties=["cases.read"])
    department = cast.accounts["reviewer"].positions.first().department
    role = identity.roles_to_give(SYSTEM).get(key="reader")
    identity.appoint(actor=SYSTEM, account=account, department=department, role=role)
    key = identity.make_token(actor=SYSTEM, account=account, title="t", duties=["cases.read"])[1]

    answer = client.get(f"/api/v1/cases/{case.number}", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == 200
    fact = Fact.objects.named("cases.CaseOpened").get()
    assert (fact.actor, fact.subject) == ("市级审批平台", case.subject)
    assert "市级审批平台" in reads(cast, "agent")


@pytest.mark.found("S-M7")
def test_every_answer_of_the_interface_that_holds_a_whole_case_is_a_fact(cast, client):
    account = identity.open_account(actor=SYSTEM, login="filing-system", name="企业服务平台", kind="client")
    duties = ["cases.file", "parties.find"]
    role = identity.define_role(actor=SYSTEM, key="filing", name="代办", duties=duties)
    place = cast.accounts["clerk"].positions.first().department
    identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
    key = identity.make_token(actor=SYSTEM, account=account, title="t", duties=duties)[1]
    company = cast.people["company"]
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "the-first-one"}
    begun = {
        "service": "food-business",
        "applicant": {"id_kind": "uscc", "id_number": company.id_number, "name": company.name},
    }

    def send(method, path, body):
        return getattr(client, method)(f"/api/v1/cases{path}", body, "application/json", headers=headers).json()

    def opened():
        return Fact.objects.named("cases.CaseOpened").count()

    uid = send("post", "", begun)["uid"]
    assert opened() == 0
    case = Case.objects.get(uid=uid)
    cases.fill(actor=cast.actor("agent"), case=case, answers={"contact_name": "周文博"}, revision=case.revision)

    assert send("patch", f"/{uid}", {"answers": {}})["answers"]["contact_name"] == "周文博"
    assert opened() == 1
    assert send("post", "", begun)["answers"]["contact_name"] == "周文博"
    assert opened() == 2
    send("post", f"/{uid}/submit", {"declared": True})  # refused: not complete, and nothing of it is told
    assert opened() == 2
    assert Fact.objects.named("cases.CaseOpened").latest("pk").reason
    assert "企业服务平台" in reads(cast, "agent")


def test_the_list_goes_through_both_sources_page_by_page(cast):
    party = cast.people["citizen"]
    for number in range(45):
        parties.find(actor=SYSTEM, number=party.id_number, purpose=f"第 {number} 次")
    first = cast.browser("citizen").get(READS).content.decode()

    assert "第 44 次" in first
    assert "第 3 次" not in first
    assert "after=" in first
