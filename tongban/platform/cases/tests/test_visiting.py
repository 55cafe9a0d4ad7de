"""When the inspector comes is proposed, answered, and seen by both."""

from datetime import timedelta

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.cases import services as cases
from tongban.platform.notices.models import Notice


def proposed(cast):
    case = cast.accepted()
    day = clock.today() + timedelta(days=2)
    cases.propose_visit(actor=cast.actor("inspector"), task=cast.task(case, "inspect"), day=day, part="morning")
    return case, day


@pytest.mark.found("B2")
def test_a_proposed_visit_is_told_and_agreed(cast):
    case, day = proposed(cast)
    jobs.run_all()
    agent, inspector = cast.browser("agent"), cast.browser("inspector")

    assert Notice.objects.filter(party=cast.people["company"], title__contains="上门").exists()
    assert "待申请人确认" in agent.get(f"/cases/{case.uid}/").content.decode()
    assert agent.post(f"/cases/{case.uid}/visit/", {"agreed": "yes"}).status_code == 302

    assert cases.visit_of(case).state == "agreed"
    listed = inspector.get("/crew/workflow/").content.decode()
    assert "已约定" in listed
    assert f"{day.day}日上午" in listed


@pytest.mark.found("B2")
def test_another_time_is_agreed_when_the_inspector_proposes_it_too(cast):
    case, day = proposed(cast)
    other, agent = day + timedelta(days=1), cast.browser("agent")
    answer = {"agreed": "no", "day": other.isoformat(), "part": "afternoon", "note": "上午送货"}
    agent.post(f"/cases/{case.uid}/visit/", answer)
    page = cast.browser("inspector").get(f"/crew/cases/tasks/{cast.task(case, 'inspect').uid}/").content.decode()

    assert "申请人提出，待核查人员答复" in page
    assert "上午送货" in page
    address = f"/crew/cases/tasks/{cast.task(case, 'inspect').uid}/visit/"
    cast.browser("inspector").post(address, {"day": other.isoformat(), "part": "afternoon"})
    assert (cases.visit_of(case).state, cases.visit_of(case).day) == ("agreed", other)


@pytest.mark.found("B2")
def test_who_does_not_answer_in_time_is_visited_as_proposed(cast, on):
    case, _day = proposed(cast)

    with on(clock.now() + timedelta(hours=25)):
        assert cases.visit_of(case).state == "agreed"
        with pytest.raises(cases.NothingProposed):
            cases.answer_visit(actor=cast.actor("agent"), case=case, agreed=True)


@pytest.mark.found("B2")
def test_days_that_are_over_and_strangers_are_refused(cast):
    case, day = proposed(cast)
    yesterday = clock.today() - timedelta(days=1)

    with pytest.raises(cases.NoSuchTime):
        cases.propose_visit(
            actor=cast.actor("inspector"), task=cast.task(case, "inspect"), day=yesterday, part="morning"
        )
    with pytest.raises(cases.NoSuchTime):
        cases.answer_visit(actor=cast.actor("agent"), case=case, agreed=False, day=yesterday, part="morning")
    with pytest.raises(NotFound):
        cases.answer_visit(actor=cast.actor("stranger"), case=case, agreed=True)
    assert cases.visit_of(case).day == day
