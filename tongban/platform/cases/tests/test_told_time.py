"""More time: extensions and special procedures; what each refuses, keeps and tells."""

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.platform.cases import services as cases
from tongban.platform.cases.tests.three import (
    REASON,
    kept,
    the_action,
    the_fact,
)

pytestmark = pytest.mark.django_db


def test_an_extension_is_kept_and_told(three):
    before = kept(three, "accepted")
    cases.extend(actor=three.actor("approver"), uid=before.uid, reason=f" {REASON} ")

    case = kept(three, "accepted")
    assert case.extended_days > 0
    assert case.statutory_due_on > before.statutory_due_on
    assert case.promised_due_on == before.promised_due_on
    action = the_action(case)
    assert (action.kind, action.opinion) == ("extended", REASON)
    assert action.data == {"days": case.extended_days, "due_on": case.statutory_due_on.isoformat()}
    assert action.department == case.department.name
    fact = the_fact(case, "CaseExtended")
    assert fact.data == {"case_id": case.pk, "number": case.number, "due_on": case.statutory_due_on.isoformat()}
    assert (fact.reason.strip(), fact.account) == (REASON, three.cast.accounts["approver"].pk)


@pytest.mark.parametrize("name", ["submitted", "granted"])
def test_only_an_accepted_case_is_extended(three, name):
    case = three.case(name)
    actor = Actor("staff", 10**6, "某人", grants=(Grant("cases.approve"),))

    with pytest.raises(cases.WrongCaseState):
        cases.extend(actor=actor, uid=case.uid, reason=REASON)


def test_a_special_procedure_is_kept_and_told_from_beginning_to_end(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10, reason=f" {REASON} ")

    case = kept(three, "accepted")
    assert case.paused_on == clock.today()
    assert the_action(case).data == {"procedure": "检验检测", "days": 10, "turn": 1}
    assert the_action(case).opinion == REASON
    begun = the_fact(case, "ProcedureBegun")
    assert begun.data == {
        "case_id": case.pk,
        "number": case.number,
        "procedure": "检验检测",
        "days": 10,
        "turn": 1,
    }
    assert begun.reason.strip() == REASON

    cases.end_procedure(actor=approver, uid=uid, result=" 检验合格。 ")

    case = kept(three, "accepted")
    assert case.paused_on is None
    assert (the_action(case).opinion, the_action(case).data) == ("检验合格。", {"procedure": "检验检测", "turn": 1})
    ended = the_fact(case, "ProcedureEnded")
    assert (ended.data["procedure"], ended.data["turn"]) == ("检验检测", 1)
    assert ended.data["promised_due_on"] == case.promised_due_on.isoformat()
    assert ended.data["statutory_due_on"] == case.statutory_due_on.isoformat()
    assert ended.reason.strip() == "检验合格。"


def test_a_second_procedure_is_the_second(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    for _ in range(2):
        cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)
        cases.end_procedure(actor=approver, uid=uid, result="合格")

    assert the_action(kept(three, "accepted")).data["turn"] == 2


@pytest.mark.parametrize(("procedure", "days"), [("占卜", 10), ("检验检测", 0), ("检验检测", -1), ("", 10)])
def test_a_procedure_that_the_definition_does_not_know_is_refused(three, procedure, days):
    with pytest.raises(cases.UnknownProcedure):
        cases.begin_procedure(
            actor=three.actor("approver"), uid=three.case("accepted").uid, procedure=procedure, days=days
        )

    assert kept(three, "accepted").paused_on is None


def test_a_procedure_ends_once_and_with_a_result(three):
    uid, approver = three.case("accepted").uid, three.actor("approver")
    with pytest.raises(cases.NoProcedure):
        cases.end_procedure(actor=approver, uid=uid, result="合格")
    cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)

    with pytest.raises(cases.NoReasonGiven):
        cases.end_procedure(actor=approver, uid=uid, result="  ")
    with pytest.raises(cases.ProcedureOpen, match="检验检测"):
        cases.begin_procedure(actor=approver, uid=uid, procedure="检验检测", days=10)

    assert kept(three, "accepted").paused_on == clock.today()
