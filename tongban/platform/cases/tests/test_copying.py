"""抄送 of a case: who reads it, that case alone, and what is written down."""

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import copying
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Copy, Task

REASON = "涉及公共卫生，请知悉。"


def send(cast, case, department="health", name="", reason=REASON):
    office = Department.objects.get(key=department)
    task = cast.task(case, "review")
    return copying.send_copy(actor=cast.actor("reviewer"), task=task, department=office, name=name, reason=reason)


def test_a_department_reads_this_case_and_no_other(cast):
    case, other = send(cast, cast.accepted()), cast.accepted()
    browser = cast.browser("outsider")

    listed = browser.get("/desk/workflow/copies/").content.decode()
    assert f"/desk/cases/copies/{case.uid}/" in listed
    assert "未阅" in listed
    page = browser.get(f"/desk/cases/copies/{case.uid}/").content.decode()
    assert REASON in page
    assert f"/desk/cases/copies/{case.uid}/files/" in page
    assert browser.get(f"/desk/cases/copies/{other.uid}/").status_code == 404
    assert browser.get(f"/desk/cases/{case.uid}/").status_code == 404
    assert not Case.objects.visible_to(cast.actor("outsider")).filter(pk=case.pk).exists()
    assert not Task.objects.visible_to(cast.actor("outsider")).of(case.subject).exists()


def test_every_reading_is_written_down_with_its_purpose(cast):
    case = send(cast, cast.accepted())
    browser = cast.browser("outsider")

    for _turn in range(2):
        browser.get(f"/desk/cases/copies/{case.uid}/")

    copy = Copy.objects.of(case.subject).get()
    assert copy.read_by_id == cast.accounts["outsider"].pk
    assert Fact.objects.about(case.subject).filter(name="workflow.CopyRead").count() == 1
    opened = Fact.objects.about(case.subject).filter(name="cases.CaseOpened", reason=REASON)
    assert opened.count() == 2


def test_whom_it_was_not_sent_to_finds_nothing(cast):
    case = send(cast, cast.accepted(), "market-regulation", cast.accounts["approver"].name)

    assert cast.browser("outsider").get(f"/desk/cases/copies/{case.uid}/").status_code == 404
    assert cast.browser("approver").get(f"/desk/cases/copies/{case.uid}/").status_code == 200
    assert "暂无抄送" in cast.browser("outsider").get("/desk/workflow/copies/").content.decode()


def test_what_waits_to_be_read_is_not_sent_again(cast):
    case = send(cast, cast.accepted())
    send(cast, case)

    assert Copy.objects.of(case.subject).count() == 1
    action = Action.objects.of(case).of_kinds(["copy_sent"]).get()
    assert (action.note, action.public) == (REASON, False)
    assert cases.projection_differences(case.pk) == []


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ({"reason": " "}, workflow.WhyCopied),
        ({"department": "market-regulation", "name": "吴志远"}, workflow.CopyToYourself),
        ({"name": "没有此人"}, copying.NotThere),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(cast, sent, refusal):
    with pytest.raises(refusal):
        send(cast, cast.accepted(), **sent)


def test_whoever_keeps_out_gets_no_copy(cast):
    cast.accounts["shao"] = cast.another_official("reviewer")
    case = cast.accepted()
    cases.recuse(actor=cast.actor("shao"), task=cast.task(case, "review"), reason="与申请人系亲属。")

    with pytest.raises(copying.KeepsOut, match="邵宁"):
        send(cast, case, "market-regulation", "邵宁")


def test_the_page_sends_it(cast):
    case = cast.accepted()
    task, browser = cast.task(case, "review"), cast.browser("reviewer")
    address = f"/desk/cases/tasks/{task.uid}/moves/"
    assert "抄送" in browser.get(address).content.decode()

    wrong = {"copy-department": "health", "copy-name": "没有此人", "copy-reason": REASON}
    answer = browser.post(f"{address}copy/", wrong)
    assert answer.status_code == 422
    assert REASON in answer.content.decode()
    assert browser.post(f"{address}copy/", wrong | {"copy-name": ""}).status_code == 302
    assert Copy.objects.of(case.subject).get().department.key == "health"
