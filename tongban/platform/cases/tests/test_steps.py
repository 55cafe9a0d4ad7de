"""A step of the law is one row: rules, timeline, letter and notice follow it."""

from datetime import date

import pytest

from tests.cast import Cast
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases import events, rules, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import acting, previewing
from tongban.platform.cases.steps import LegalStep, StepLetter, StepNotice
from tongban.platform.letters import ports as letters
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice
from tongban.platform.seals import services as seals

HEARING = LegalStep(
    allowed_in=frozenset({"accepted"}),
    effect=rules.pause,
    event=events.ProcedureBegun,
    words="定于%(day)s在%(where)s举行听证",
    duty="cases.approve",
    letter=StepLetter("hearing", "听证通知书", "听"),
    notice=StepNotice("“%(service)s”将举行听证", "听证于%(day)s在%(where)s举行。编号%(number)s。"),
)
TEMPLATE = (
    "# 听证通知书\n^ {{ number }}\n\n定于{{ day }}在{{ where }}举行听证。\n\n> {{ department.name }}\n> {{ date }}\n"
)
DAY = date(2026, 4, 20)


@pytest.fixture
def hearing(monkeypatch):
    """Plant the row and its letter, as a developer writes them down."""
    monkeypatch.setitem(steps.STEPS, "hearing_called", HEARING)
    monkeypatch.setitem(
        letters.TEMPLATES._supplied,
        "hearing",
        letters.LetterTemplate(TEMPLATE, {**letters.APPLICATION_NAMES, "day": None, "where": None}),
    )


def call_hearing(cast: Cast, case: Case, *, by: str = "approver", turn: int = 1) -> Case:
    """Do what the verb of such a step does."""
    actor, case = cast.actor(by), acting.lock(pk=case.pk)
    acting.must_hold_duty(actor, "hearing_called", cast.task(case, "review"))
    data = {"day": DAY.isoformat(), "where": "政务大厅三楼", "turn": turn}
    acting.act(case, "hearing_called", actor=actor, department=case.department.name, data=data)
    fact = events.ProcedureBegun(case.pk, str(case.number), "听证", days=5, turn=turn)
    journal.write(fact, by=actor, subject=case.subject)
    return case


def test_the_rules_follow_a_new_row(cast: Cast, hearing):
    case = call_hearing(cast, cast.accepted())

    assert (case.state, case.paused_on, case.promised_due_on) == ("accepted", clock.today(), None)
    done = Action.objects.of(case).values_list("kind", "on")
    plan = cases.plan_of(case.version)
    assert steps.project(done, plan.limits, acting.codes.calendar()) == acting.status_of(case)


def test_it_is_refused_where_its_row_does_not_allow_it(cast: Cast, hearing):
    case = cast.submitted()

    with pytest.raises(cases.WrongCaseState):
        acting.act(acting.lock(pk=case.pk), "hearing_called", actor=cast.actor("approver"))


def test_who_does_not_hold_its_duty_is_refused(cast: Cast, hearing):
    with pytest.raises(NotAllowed):
        call_hearing(cast, cast.accepted(), by="reviewer")


def test_its_letter_is_written_sealed_and_numbered(cast: Cast, hearing):
    case = call_hearing(cast, cast.accepted())
    jobs.run_all()

    letter = Letter.objects.about(case.subject).get(kind="hearing")
    assert (letter.title, letter.number[0]) == ("听证通知书", "听")
    assert seals.examine(storage.read(letter.document.blob)).good


def test_its_letter_says_what_the_step_holds_and_is_seen_before_it_is_sent(cast: Cast, hearing):
    case = cast.accepted()

    (preview,) = previewing.previewed(case, lambda: call_hearing(cast, case))

    assert any("2026年4月20日" in piece.text and "政务大厅三楼" in piece.text for piece in preview.pieces)
    assert not Action.objects.of(case).of_kinds(["hearing_called"]).exists()


def test_the_applicant_is_told_once_for_each(cast: Cast, hearing):
    case = cast.accepted()
    for turn in (1, 2):
        call_hearing(cast, case, turn=turn)
    jobs.run_all()

    told = Notice.objects.filter(key__startswith=f"case:{case.pk}:hearing_called:")
    assert {notice.body for notice in told} == {f"听证于2026-04-20在政务大厅三楼举行。编号{case.number}。"}
    assert "将举行听证" in told[0].title
    assert told.count() == 2


def test_the_timeline_says_it_with_its_letter(cast: Cast, hearing):
    case = call_hearing(cast, cast.accepted())
    jobs.run_all()

    page = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()

    assert "在政务大厅三楼举行听证" in page
    assert Letter.objects.about(case.subject).get(kind="hearing").number in page


@pytest.mark.parametrize(("kind", "step"), steps.STEPS.items())
def test_every_row_says_what_it_is(kind: str, step: LegalStep):
    """Read every row: a letter has its template, states are known, an action of it fits its column."""
    states = set(Case.State.values)

    assert step.allowed_in <= states
    assert not step.leads_to or step.leads_to in states
    assert len(kind) <= Action._meta.get_field("kind").max_length
    assert step.is_decision or step.words
    assert step.letter is None or step.letter.template in letters.TEMPLATES


def test_what_needs_no_answer_of_its_own_takes_nobodys_page_away():
    assert {kind for kind, step in steps.STEPS.items() if step.background} == {
        *(
            "advice_asked",
            "follow_up_opened",
            "follow_up_kept",
            "visit_proposed",
            "visit_agreed",
            "visit_countered",
            "calendar_changed",
            "limits_changed",
            "promise_changed",
            "reminded",
        ),
        *("advice_asked", "follow_up_opened", "follow_up_kept"),
        *("delivered", "archived", "commitment_kept", "recused", "objection_noted", "anew_limited"),
        *("application_published", "decision_published", "concern_raised", "concern_answered"),
        *("handed_over", "passed_on", "signer_added", "signer_taken_away", "copy_sent"),
        *("step_skipped", "given_to_head", "second_named", "second_confirmed"),
        "office_succeeded",
        *("fee_charged", "fee_paid", "fee_reminded", "fee_refunded"),
    }
