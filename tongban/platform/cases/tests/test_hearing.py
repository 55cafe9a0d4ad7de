"""听证: told, asked for in time, invited in time, on record; the clocks stand still, and only then it is decided."""

from datetime import UTC, date, datetime

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting
from tongban.platform.codes import services as codes
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
REASON = "该决定直接涉及相邻经营者的重大利益。"
RECORD = "申请人陈述了理由，利害关系人未到场，双方对事实没有争议。"


@pytest.fixture
def examined(cast, on):
    with on(MONDAY):
        yield cast.examined()


def offer(cast, case: Case) -> Case:
    return cases.offer_hearing(actor=cast.actor("approver"), uid=case.uid, reason=REASON)


def ask(cast, case: Case, *, wanted: bool = True) -> Case:
    return cases.answer_hearing(actor=cast.actor("agent"), case=case, wanted=wanted)


def call(cast, case: Case, day: date = date(2026, 3, 11), host: str = "许文清") -> Case:
    return cases.call_hearing(
        actor=cast.actor("approver"), uid=case.uid, day=day, time="上午9时", where="政务大厅三楼", host=host
    )


def record(cast, case: Case) -> Case:
    return cases.record_hearing(actor=cast.actor("approver"), uid=case.uid, record=RECORD)


def decide(cast, case: Case, *, granted: bool = True) -> Case:
    task = cast.task(case, "approve")
    return cases.decide(actor=cast.actor("approver"), task=task, granted=granted, reason="符合条件。")


def test_the_right_is_told_with_its_last_day(cast, examined):
    offer(cast, examined)
    jobs.run_all()

    assert cases.hearing_of(examined).until == date(2026, 3, 9)
    assert Letter.objects.about(examined.subject).get(kind="hearing-rights").title == "听证权利告知书"
    assert "2026-03-09" in Notice.objects.get(key__startswith=f"case:{examined.pk}:hearing_offered").title
    with pytest.raises(cases.NoHearingOpen):
        offer(cast, examined)


def test_nothing_is_decided_while_it_may_be_asked_for(cast, examined, on):
    offer(cast, examined)
    with on(datetime(2026, 3, 9, 9, tzinfo=UTC)), pytest.raises(cases.HearingMayBeAsked):
        decide(cast, examined)

    with on(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        with pytest.raises(cases.NoHearingOpen):
            ask(cast, examined)
        assert decide(cast, examined).state == "granted"


def test_whoever_does_without_it_is_decided_about_at_once(cast, examined):
    offer(cast, examined)
    ask(cast, examined, wanted=False)

    assert decide(cast, examined).state == "granted"


def test_while_it_is_prepared_the_clocks_stand_still(cast, examined, on):
    offer(cast, examined)
    asked = ask(cast, examined)
    assert ask(cast, examined).revision == asked.revision
    assert (asked.paused_on, asked.promised_due_on) == (date(2026, 3, 2), None)
    with pytest.raises(cases.ProcedureOpen, match="听证"):
        decide(cast, examined)
    with pytest.raises(cases.NoProcedure):
        cases.end_procedure(actor=cast.actor("approver"), uid=examined.uid, result="完成。")

    call(cast, examined)
    with pytest.raises(cases.HearingNotHeld):
        record(cast, examined)
    with on(datetime(2026, 3, 11, 8, tzinfo=UTC)):
        held = record(cast, examined)
        assert (held.paused_on, held.lost_days, held.promised_due_on) == (None, 7, date(2026, 3, 23))
        assert cast.task(examined, "approve").due_on == held.promised_due_on
        done = Action.objects.of(held).values_list("kind", "on")
        assert steps.project(done, cases.plan_of(held.version).limits, codes.calendar()) == acting.status_of(held)
        assert decide(cast, examined).state == "granted"
        jobs.run_all()

    kinds = {letter.kind for letter in Letter.objects.about(examined.subject)}
    assert {"hearing-rights", "hearing", "hearing-record"} <= kinds


@pytest.mark.parametrize("day", [date(2026, 3, 10), date(2026, 3, 31)])
def test_the_invitation_comes_in_time(cast, examined, day):
    offer(cast, examined)
    ask(cast, examined)

    with pytest.raises(cases.HearingTooEarly):
        call(cast, examined, day)


def test_nobody_who_examined_it_chairs_the_hearing(cast, examined):
    offer(cast, examined)
    ask(cast, examined)

    with pytest.raises(cases.HostReviewed):
        call(cast, examined, host=cast.actor("reviewer").name)


def test_it_is_called_only_where_it_was_asked_for(cast, examined):
    with pytest.raises(cases.NoHearingOpen):
        ask(cast, examined)
    offer(cast, examined)
    with pytest.raises(cases.NoHearingOpen):
        call(cast, examined)
    with pytest.raises(NotAllowed):
        cases.offer_hearing(actor=cast.actor("reviewer"), uid=examined.uid, reason=REASON)


def test_a_definition_names_decisions_before_which_it_is_told(cast, examined, monkeypatch):
    definition = cases.plan_of(examined.version)
    monkeypatch.setitem(definition.guide, "hearing", {"before": ["refused"], "source": "行政许可法第四十七条"})

    with pytest.raises(cases.HearingNotOffered):
        decide(cast, examined, granted=False)

    assert decide(cast, examined).state == "granted"


def test_both_sides_do_it_on_their_pages(cast, examined, on):
    desk, hall = cast.browser("approver"), cast.browser("agent")
    page = f"/desk/cases/{examined.uid}/further/"

    def send(step: str, **answer: str) -> int:
        revision = Case.objects.get(pk=examined.pk).revision
        said = {f"{step}-{name}": text for name, text in answer.items()}
        return int(desk.post(f"{page}{step}/", {"revision": revision, **said}).status_code)

    assert "有5个工作日可以提出听证" in desk.get(page).content.decode()
    assert send("offer", reason=REASON) == 302
    assert "听证" in hall.get(f"/cases/{examined.uid}/").content.decode()
    assert hall.get(f"/cases/{examined.uid}/hearing/").status_code == 200
    assert hall.post(f"/cases/{examined.uid}/hearing/", {"wanted": "yes"}).status_code == 302
    assert "提前7个工作日" in desk.get(page).content.decode()
    assert send("call", day="2026-03-11", time="上午9时", where="政务大厅三楼", host="许文清") == 302
    with on(datetime(2026, 3, 11, 8, tzinfo=UTC)):
        assert "听证笔录" in cast.browser("approver").get(page).content.decode()
        assert cases.hearing_of(examined).stage == "called"
