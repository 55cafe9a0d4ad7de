"""What registers know is theirs: shown with its source, never overwritten without a word."""

from datetime import date

import pytest
from django.utils import translation

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.notices.models import Notice
from tongban.platform.registers import services as registers

pytestmark = [pytest.mark.django_db, pytest.mark.found("A1")]

ELSEWHERE = "云泽市临湖区石桥路20号2层"


@pytest.fixture(autouse=True)
def in_chinese():
    with translation.override("zh-hans"):
        yield


def test_an_answer_of_the_register_is_shown_and_not_asked(cast):
    case = cases.begin(actor=cast.actor("agent"), service="food-business")

    page = cast.browser("agent").get(f"/cases/{case.uid}/fill/operator/").content.decode()

    assert 'name="operator_name"' not in page
    assert "云泽市禾香餐饮有限公司</p>" in page
    assert "的“法人库”，数据截至" in page
    assert 'href="/registers/enterprise/correct/"' in page
    assert 'name="contact_name"' in page


def test_another_value_sent_to_the_page_does_not_take_the_place_of_the_registers(cast):
    case = cases.begin(actor=cast.actor("agent"), service="food-business")
    sent = {
        "revision": case.revision,
        "_shown": "operator_name uscc legal_representative domicile contact_name contact_phone",
        "operator_name": "云泽市禾香大酒店有限公司",
        "uscc": "91990103MA99QR023H",
        "contact_name": "周文博",
        "contact_phone": "19900000103",
    }

    answer = cast.browser("agent").post(f"/cases/{case.uid}/fill/operator/", sent)

    assert answer.status_code == 302
    case = Case.objects.get(pk=case.pk)
    assert case.answers["operator_name"] == "云泽市禾香餐饮有限公司"
    assert case.answers["uscc"] == "91990102MA99H00124"
    assert case.answers["contact_name"] == "周文博"


def test_another_value_in_a_supplement_does_not_either(cast):
    case = cast.submitted()
    clerk, task = cast.actor("clerk"), cast.task(case, "accept")
    case = cases.request_supplement(actor=clerk, task=task, points=[{"material": "", "text": "请核对名称。"}])

    case = cases.supplement(actor=cast.actor("agent"), case=case, answers={"operator_name": "云泽市禾香大酒店有限公司"})

    assert case.answers["operator_name"] == "云泽市禾香餐饮有限公司"


def test_an_answer_that_may_differ_is_kept_beside_the_registers_and_everybody_reads_both(cast):
    draft = cast.draft()
    draft = cases.fill(
        actor=cast.actor("agent"), case=draft, answers={"premises_address": ELSEWHERE}, revision=draft.revision
    )
    said = "与登记不一致：“住所”登记为云泽市临湖区柳岸街15号。"

    assert said in cast.browser("agent").get(f"/cases/{draft.uid}/review/").content.decode()
    case = cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)
    assert said in cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    accept = cast.task(case, "accept")
    assert said in cast.browser("clerk").get(f"/counter/cases/tasks/{accept.uid}/").content.decode()
    cases.accept(actor=cast.actor("clerk"), task=accept)
    for who, portal, key in (("reviewer", "desk", "review"), ("inspector", "crew", "inspect")):
        page = cast.browser(who).get(f"/{portal}/cases/tasks/{cast.task(case, key).uid}/").content.decode()
        assert said in page
        assert ELSEWHERE in page
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="一致。")
    cast.inspected(case)
    assert said in cast.browser("approver").get(f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/").content.decode()
    assert Action.objects.of(case).get(kind="submitted").data["differs"] == ["premises_address"]


def test_the_same_written_otherwise_is_no_difference(cast):
    draft = cast.draft()
    same = " 云泽市临湖区柳岸街１５号"

    draft = cases.fill(
        actor=cast.actor("agent"), case=draft, answers={"premises_address": same}, revision=draft.revision
    )

    assert cases.differences(draft) == []


def test_a_correction_reaches_the_draft_and_nothing_is_handed_in_before_it_was_looked_at(cast):
    draft = cast.draft()
    corrected(cast, "云泽市临湖区柳岸街17号")

    with pytest.raises(cases.FactsChanged):
        cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)
    page = cast.browser("agent").get(f"/cases/{draft.uid}/review/").content.decode()

    assert "登记信息有更新，申请中的下列内容已随之更新：住所。" in page
    case = cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True)
    assert case.answers["domicile"] == "云泽市临湖区柳岸街17号"


def test_nobody_decides_on_what_the_register_does_not_say_any_more(cast):
    case = cast.examined()
    task = cast.task(case, "approve")
    corrected(cast, "云泽市临湖区柳岸街17号")

    with pytest.raises(Conflict):
        cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="")
    page = cast.browser("approver").get(f"/desk/cases/tasks/{task.uid}/").content.decode()

    assert "云泽市临湖区柳岸街17号" in page
    decided = cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="符合条件。")
    assert decided.answers["domicile"] == "云泽市临湖区柳岸街17号"


def test_a_renewed_draft_leaves_a_fact(cast):
    draft = cast.draft()
    corrected(cast, "云泽市临湖区柳岸街17号")

    cast.browser("agent").get(f"/cases/{draft.uid}/review/")

    fact = Fact.objects.named("cases.FactsRenewed").get()
    assert (fact.subject, fact.data["answers"]) == (draft.subject, ["domicile"])


def test_whoever_handed_in_is_told_that_the_application_followed_a_register(cast):
    case = cast.submitted()
    corrected(cast, "云泽市临湖区柳岸街17号")

    cast.browser("clerk").get(f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/")
    jobs.run_all()

    page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert "登记信息有更新，申请内容已随之更新：住所" in page
    notice = Notice.objects.get(subject=case.subject, title="您申请的“食品经营许可”已随登记信息更新")
    assert "住所" in notice.body
    assert Fact.objects.named("cases.FactsRenewed").get().data["number"] == case.number
    cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))


def test_each_reader_is_told_in_their_own_language_whoever_opened_the_case(cast):
    case = cast.submitted()
    clerk, agent = cast.browser("clerk"), cast.browser("agent")
    clerk.cookies["django_language"] = "en"
    corrected(cast, "云泽市临湖区柳岸街17号")

    clerk.get(f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/")
    jobs.run_all()

    assert "申请内容已随之更新：住所" in agent.get(f"/cases/{case.uid}/").content.decode()
    notice = Notice.objects.get(key__startswith=f"case:{case.pk}:facts_renewed:")
    assert "住所" in notice.body
    assert "住所" not in notice.body_english
    agent.cookies["django_language"] = "en"
    assert "the application with it: Registered address" in agent.get(f"/cases/{case.uid}/").content.decode()


def test_every_renewal_is_told_though_two_are_heard_at_once(cast):
    case = cast.submitted()
    for number in (17, 19):
        corrected(cast, f"云泽市临湖区柳岸街{number}号")
        cases.renew_facts(case=Case.objects.get(pk=case.pk))

    jobs.run_all()

    assert Notice.objects.filter(key__startswith=f"case:{case.pk}:facts_renewed:").count() == 2


def test_a_change_that_reaches_no_answer_takes_nobodys_page_away(cast):
    case, draft = cast.submitted(), cast.draft()
    corrected(cast, "云泽市临湖区柳岸街15号", registered_capital="300万元")

    for held in (draft, case):
        assert cases.renew_facts(case=held) == []
        assert Case.objects.get(pk=held.pk).revision == held.revision
    agent = cast.actor("agent")
    assert cases.fill(actor=agent, case=draft, answers={"staff_count": 9}, revision=draft.revision)


def corrected(cast, address: str, **more: str) -> None:
    data = {
        "name": "云泽市禾香餐饮有限公司",
        "uscc": "91990102MA99H00124",
        "legal_representative": "何香",
        "address": address,
        **more,
    }
    registers.put(
        actor=SYSTEM,
        register="enterprise",
        party=cast.people["company"],
        data=data,
        as_of=date(2026, 12, 1),
        source="法人库",
    )
