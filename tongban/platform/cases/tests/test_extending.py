"""More time: the law's limit extended once, and special procedures while which nothing counts."""

from datetime import UTC, date, datetime

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases import steps
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
REASON = "现场核查需要第三方设备，预约在下周。"


@pytest.fixture
def accepted(cast, on):
    """Give a case accepted on Monday 2 March 2026, ten days by law, eight promised; it stays Monday."""
    with on(MONDAY):
        yield cast.accepted()


def reread(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def begin(cast, case, name="approver", procedure="检验检测", days=10) -> Case:
    return cases.begin_procedure(actor=cast.actor(name), uid=case.uid, procedure=procedure, days=days, reason=REASON)


def end(cast, case) -> Case:
    return cases.end_procedure(actor=cast.actor("approver"), uid=case.uid, result="检验合格。")


def test_an_extension_moves_the_laws_last_day_and_leaves_the_promise(cast, accepted):
    promised = accepted.promised_due_on

    case = cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=REASON)

    assert case.statutory_due_on == date(2026, 3, 23)
    assert case.promised_due_on == promised


def test_the_applicant_gets_a_sealed_notice_with_the_reason(cast, accepted):
    cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=REASON)
    begin(cast, accepted)

    jobs.run_all()

    assert [(letter.kind, letter.number[0]) for letter in Letter.objects.about(accepted.subject)][2:] == [
        ("extension", "延"),
        ("special-procedure", "特"),
    ]
    keys = Notice.objects.filter(subject=accepted.subject).values_list("key", flat=True)
    assert {"extended", "procedure_begun"} <= {key.split(":")[2] for key in keys}
    assert not Job.objects.dead().exists()


@pytest.mark.parametrize(
    ("refusal", "prepare", "reason"),
    [
        (cases.NoReasonGiven, lambda cast, case: None, "  "),
        (
            cases.ExtendedAlready,
            lambda cast, case: cases.extend(actor=cast.actor("approver"), uid=case.uid, reason=REASON),
            REASON,
        ),
        (cases.ProcedureOpen, begin, REASON),
    ],
)
def test_what_may_not_be_extended(cast, accepted, refusal, prepare, reason):
    prepare(cast, accepted)

    with pytest.raises(refusal):
        cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=reason)


def test_after_the_last_day_it_is_too_late_to_extend(cast, accepted, on):
    with on(datetime(2026, 3, 17, 2, tzinfo=UTC)), pytest.raises(cases.TooLate):
        cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=REASON)


def test_only_who_decides_the_case_may_change_its_time(cast, accepted):
    for name in ("reviewer", "outsider", "agent"):
        with pytest.raises(NotAllowed):
            cases.extend(actor=cast.actor(name), uid=accepted.uid, reason=REASON)
        with pytest.raises(NotAllowed):
            begin(cast, accepted, name=name)


def test_what_somebody_saw_earlier_decides_nothing(cast, accepted):
    with pytest.raises(Conflict):
        cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=REASON, revision=accepted.revision - 1)


def test_both_clocks_stand_still_while_a_special_procedure_lasts(cast, accepted, on):
    with on(datetime(2026, 3, 4, 2, tzinfo=UTC)):
        paused = begin(cast, accepted)
    assert (paused.promised_due_on, paused.statutory_due_on, paused.paused_on) == (None, None, date(2026, 3, 4))
    assert cast.task(accepted, "review").due_on == date(2026, 3, 18)  # when it should be over

    with on(datetime(2026, 3, 11, 2, tzinfo=UTC)):
        case = end(cast, accepted)

    assert (case.promised_due_on, case.statutory_due_on) == (date(2026, 3, 19), date(2026, 3, 23))
    assert (case.paused_on, case.lost_days) == (None, 5)
    assert cast.task(accepted, "review").due_on == case.promised_due_on


def test_a_case_is_not_decided_while_its_clocks_stand_still(cast, accepted):
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(accepted, "review"), passed=True, opinion="齐全。")
    begin(cast, accepted)
    cast.inspected(accepted)
    decide = {"actor": cast.actor("approver"), "task": cast.task(accepted, "approve"), "reason": ""}

    with pytest.raises(cases.ProcedureOpen):
        cases.decide(granted=True, **decide)
    end(cast, accepted)

    assert cases.decide(granted=True, **decide).state == Case.State.GRANTED


def test_procedures_come_one_after_another_and_their_letters_have_numbers_of_their_own(cast, accepted):
    begin(cast, accepted)
    with pytest.raises(cases.ProcedureOpen):
        begin(cast, accepted, procedure="听证")
    end(cast, accepted)
    with pytest.raises(cases.NoProcedure):
        end(cast, accepted)
    begin(cast, accepted, procedure="听证", days=20)
    jobs.run_all()

    numbers = [letter.number for letter in Letter.objects.about(accepted.subject) if letter.kind == "special-procedure"]
    assert len(set(numbers)) == 2
    assert numbers[1] == f"{numbers[0]}之2"


def test_a_procedure_the_service_does_not_know_is_refused(cast, accepted):
    with pytest.raises(cases.UnknownProcedure):
        begin(cast, accepted, procedure="拍卖")


def test_the_row_is_what_its_actions_say(cast, accepted, on):
    begin(cast, accepted)
    with on(datetime(2026, 3, 10, 2, tzinfo=UTC)):
        end(cast, accepted)
    cases.extend(actor=cast.actor("approver"), uid=accepted.uid, reason=REASON)

    case = reread(accepted)
    actions = [(action.kind, action.on) for action in Action.objects.of(case)]
    status = steps.project(actions, cases.plan_of(case.version).limits, codes.calendar())

    assert acting.status_of(case) == status


def test_the_approver_does_all_of_it_on_one_page(cast, accepted):
    browser = cast.browser("approver")
    address = f"/desk/cases/{accepted.uid}/limits/"

    assert "检验检测" in browser.get(address).content.decode()
    begun = browser.post(
        f"{address}begin/",
        {
            "revision": reread(accepted).revision,
            "beginning-procedure": "检验检测",
            "beginning-days": "10",
            "beginning-reason": REASON,
        },
    )
    assert begun.status_code == 302
    shown = browser.get(address).content.decode()
    assert "恢复计算" in shown
    assert "暂停计算" in browser.get(f"/desk/cases/{accepted.uid}/").content.decode()
    ended = browser.post(f"{address}end/", {"revision": reread(accepted).revision, "ending-result": "检验合格。"})
    assert ended.status_code == 302
    extended = browser.post(f"{address}extend/", {"revision": reread(accepted).revision, "extension-reason": REASON})
    assert extended.status_code == 302

    assert [action.kind for action in Action.objects.of(accepted)][-3:] == [
        "procedure_begun",
        "procedure_ended",
        "extended",
    ]


def test_the_page_keeps_what_was_written_when_it_says_no(cast, accepted):
    browser = cast.browser("approver")
    old = reread(accepted).revision
    begin(cast, accepted)

    page = browser.post(f"/desk/cases/{accepted.uid}/limits/extend/", {"revision": old, "extension-reason": REASON})

    assert page.status_code == 409
    assert REASON in page.content.decode()


def test_who_does_not_decide_the_case_is_kept_from_the_page(cast, accepted):
    elsewhere, role = Department.objects.get(key="fire-rescue"), Role.objects.get(key="approver")
    identity.appoint(actor=SYSTEM, account=cast.accounts["inspector"], department=elsewhere, role=role)

    assert cast.browser("inspector").get(f"/desk/cases/{accepted.uid}/limits/").status_code == 403
    assert cast.browser("outsider").get(f"/desk/cases/{accepted.uid}/limits/").status_code == 404


def test_the_applicant_reads_what_the_clocks_wait_for(cast, accepted):
    begin(cast, accepted)

    page = cast.browser("agent").get(f"/cases/{accepted.uid}/").content.decode()

    assert "检验检测" in page
    assert "暂停计算" in page
    assert cases.open_procedure(reread(accepted)).data["days"] == 10
