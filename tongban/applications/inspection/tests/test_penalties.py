"""Penalties: every limit of the law is refused in code, with its article."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import PenaltyCase, PenaltyEntry
from tongban.applications.inspection.tests.conftest import TODAY
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.letters.models import Letter
from tongban.platform.parties import services as parties
from tongban.platform.payments import services as payments
from tongban.platform.payments.models import Bill

CASHIER = Actor("staff", name="收费员", grants=(Grant("payments.collect"),))


def later(days):
    return clock.at(TODAY + timedelta(days=days))


def refused(name):
    return pytest.raises(inspection.AgainstTheLaw, match="《行政处罚法》第") if name else None


def ticket(scene, act, **more):
    said = {"actor": scene.city.actor("officer"), "act": act, "step": "usual", "fine_fen": 200000}
    return inspection.write_ticket(**said | more)


def filed(scene, act):
    return inspection.file_case(actor=scene.city.actor("officer"), act=act)


def told(scene, act, **more):
    case, officer = filed(scene, act), scene.city.actor("officer")
    inspection.add_evidence(actor=officer, case=case, words="现场照片一张。", place="柳岸街15号")
    said = {"words": "事实清楚。", "step": "usual", "fine_fen": 200000} | more
    return inspection.tell(actor=officer, case=case, **said)


def decided(scene, act, **more):
    case = told(scene, act)
    with later(10):
        inspection.review(actor=scene.city.actor("lawyer"), case=case, words="程序合法。")
        return inspection.decide(actor=scene.city.actor("head"), case=case, words="决定处罚。", fine_fen=200000)


def test_a_ticket_is_served_at_once_billed_and_sealed(scene, act):
    case = ticket(scene, act)
    jobs.run_all()

    bill = Bill.objects.about(case.subject).get()
    letter = Letter.objects.about(case.subject).get()
    assert (bill.amount_fen, bill.due_on, case.pay_until) == (200000, date(2026, 3, 17), date(2026, 3, 17))
    assert letter.kind == "penalty-ticket"
    assert case.file_until == date(2026, 3, 4)
    assert inspection.chain_of(case).broken is None


@pytest.mark.parametrize(
    ("change", "article"),
    [
        ({"step": "heavy", "fine_fen": 300001}, "第五十一条"),
        ({"step": "usual", "fine_fen": 99999}, "第三十四条"),
        ({"step": "no-such", "fine_fen": 1}, "第三十四条"),
    ],
)
def test_a_ticket_beyond_its_limit_is_refused(scene, act, change, article):
    with pytest.raises(inspection.AgainstTheLaw, match=article):
        ticket(scene, act, **change)
    assert not PenaltyCase.objects.exists()


def test_a_citizen_is_fined_on_the_spot_up_to_less(scene, act):
    person = scene.city.people["citizen"]
    with pytest.raises(inspection.AgainstTheLaw, match="第五十一条"):
        ticket(scene, replace(act, party=person), fine_fen=100000)
    case = ticket(scene, replace(act, party=person), step="light", fine_fen=20000)
    assert case.citizen


def test_one_act_is_not_fined_twice(scene, act):
    ticket(scene, act)
    with pytest.raises(inspection.AgainstTheLaw, match="第二十九条"):
        ticket(scene, act)
    assert ticket(scene, replace(act, violated_on=date(2026, 3, 1)))


def test_an_act_of_long_ago_and_a_child_are_not_punished(scene, act):
    with pytest.raises(inspection.AgainstTheLaw, match="第三十六条"):
        ticket(scene, replace(act, violated_on=date(2024, 3, 1)))
    child = parties.register_person(actor=SYSTEM, name="周小禾", id_kind="identity-card", id_number=a_child())
    with pytest.raises(inspection.AgainstTheLaw, match="第三十条"):
        ticket(scene, replace(act, party=child), step="light", fine_fen=10000)


def a_child():
    first_17 = "99010220150601001"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(figure) * weight for figure, weight in zip(first_17, weights, strict=True))
    return first_17 + "10X98765432"[total % 11]


def test_two_officers_write_a_ticket_and_nobody_else(scene, act):
    with pytest.raises(inspection.OneOfficer, match="第四十二条"):
        ticket(scene, replace(act, officers=(scene.pair[0], scene.pair[0])))
    with pytest.raises(NotAllowed):
        ticket(scene, act, actor=scene.city.actor("agent"))


def test_a_case_is_not_proposed_without_evidence(scene, act):
    with pytest.raises(inspection.AgainstTheLaw, match="第四十条"):
        inspection.tell(
            actor=scene.city.actor("officer"), case=filed(scene, act), words="无", step="usual", fine_fen=200000
        )


def test_a_decision_waits_for_the_party_the_review_and_its_time(scene, act):
    head, lawyer = scene.city.actor("head"), scene.city.actor("lawyer")
    with pytest.raises(inspection.AgainstTheLaw, match="第四十四条"):
        inspection.decide(actor=head, case=filed(scene, replace(act, violated_on=date(2026, 2, 27))), words="x")
    case = told(scene, act)
    with pytest.raises(inspection.AgainstTheLaw, match="第四十四条、第四十五条"):
        inspection.decide(actor=head, case=case, words="x", fine_fen=200000)
    inspection.state(actor=scene.city.actor("agent"), case=case, words="标签昨天被撕掉了。")
    with later(10):
        with pytest.raises(inspection.AgainstTheLaw, match="第四十五条第一款"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=200000)
        inspection.consider(actor=scene.city.actor("officer"), case=case, words="监控未见。")
        with pytest.raises(inspection.AgainstTheLaw, match="第五十八条"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=200000)
        inspection.review(actor=lawyer, case=case, words="程序合法。")
        with pytest.raises(inspection.AgainstTheLaw, match="第四十五条第二款"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=200001)
        inspection.preserve(actor=scene.city.actor("officer"), case=case, words="标价签样本。")
    with later(95):
        with pytest.raises(inspection.AgainstTheLaw, match="第六十条"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=200000)
        inspection.extend(actor=head, case=case, words="案情复杂，依规章延长。", due_on=date(2026, 6, 30))
        with pytest.raises(inspection.AgainstTheLaw, match="第五十六条"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=200000)
        inspection.release(actor=scene.city.actor("officer"), case=case, words="退还。")
        done = inspection.decide(actor=head, case=case, words="决定。", fine_fen=150000)

    assert (done.state, done.fine_fen, done.proposed_fen) == ("decided", 150000, 200000)
    assert inspection.chain_of(done).broken is None


def test_a_hearing_is_offered_called_in_time_and_held_by_somebody_else(scene, grave):
    officer, lawyer, head = (scene.city.actor(name) for name in ("officer", "lawyer", "head"))
    agent = scene.city.actor("agent")
    case = told(scene, grave, fine_fen=600000, grave_kind=True)
    assert (case.hearing, case.hearing_until) == ("offered", date(2026, 3, 9))
    inspection.ask_hearing(actor=agent, case=case, words="请求听证。")
    with pytest.raises(inspection.AgainstTheLaw, match="第六十四条第二项"):
        inspection.call_hearing(actor=officer, case=case, words="三楼会议室", on=date(2026, 3, 10))
    inspection.call_hearing(actor=officer, case=case, words="三楼会议室", on=date(2026, 3, 11))
    with later(9):
        with pytest.raises(inspection.AgainstTheLaw, match="第六十三条、第六十五条"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=600000)
        with pytest.raises(NotAllowed):
            inspection.hold_hearing(actor=officer, case=case, words="笔录")
        inspection.hold_hearing(actor=lawyer, case=case, words="听证笔录一份。")
        inspection.review(actor=lawyer, case=case, words="程序合法。")
        with pytest.raises(inspection.AgainstTheLaw, match="第五十七条第二款"):
            inspection.decide(actor=head, case=case, words="x", fine_fen=600000)
        inspection.discuss(actor=head, case=case, words="集体讨论一致同意。")
        assert inspection.decide(actor=head, case=case, words="决定。", fine_fen=600000).state == "decided"


def test_a_hearing_asked_for_too_late_is_refused(scene, grave):
    case = told(scene, grave, fine_fen=600000, grave_kind=True)
    with later(8), pytest.raises(inspection.AgainstTheLaw, match="第六十四条第一项"):
        inspection.ask_hearing(actor=scene.city.actor("agent"), case=case, words="请求听证。")


def test_a_decision_is_served_in_time_billed_and_paid(scene, act):
    case = decided(scene, act)
    with later(30), pytest.raises(inspection.AgainstTheLaw, match="第六十一条"):
        inspection.serve(actor=scene.city.actor("officer"), case=case)
    with later(12):
        case = inspection.serve(actor=scene.city.actor("officer"), case=case)
        jobs.run_all()
        bill = Bill.objects.about(case.subject).get()
        payments.collect(actor=CASHIER, code=bill.code, way="cash")
        jobs.run_all()

    case.refresh_from_db()
    assert (case.state, case.pay_until) == ("paid", date(2026, 3, 30))
    assert [letter.kind for letter in Letter.objects.about(case.subject)] == ["penalty-notice", "penalty-decision"]


def test_a_late_fine_grows_by_the_day_and_never_beyond_itself(scene, act):
    case, officer = ticket(scene, act), scene.city.actor("officer")
    jobs.run_all()
    with pytest.raises(inspection.NothingToAdd):
        inspection.add_surcharge(actor=officer, case=case)
    with later(25):  # ten days after 17 March
        case = inspection.add_surcharge(actor=officer, case=case)
        assert case.surcharge_fen == 60000
    with later(400):
        case = inspection.add_surcharge(actor=officer, case=case)
    assert case.surcharge_fen == 200000
    states = [(bill.occasion.split(":")[0], bill.state, bill.amount_fen) for bill in Bill.objects.about(case.subject)]
    assert states == [("surcharge", "due", 200000), ("surcharge", "cancelled", 60000), ("fine", "due", 200000)]


def test_a_contested_fine_does_not_grow_meanwhile(scene, act):
    case = ticket(scene, act)
    inspection.contest(
        actor=scene.city.actor("head"), case=case, words="复议", first_on=date(2026, 3, 18), last_on=date(2026, 3, 21)
    )
    case.refresh_from_db()
    assert inspection.surcharge_due(case, date(2026, 3, 22)) == 6000


def test_instalments_replace_the_bill_and_add_up(scene, act):
    case = ticket(scene, act)
    jobs.run_all()
    head = scene.city.actor("head")
    with pytest.raises(inspection.AgainstTheLaw, match="第六十六条第二款"):
        inspection.defer(actor=head, case=case, words="困难", days=[date(2026, 3, 1)])
    days = [date(2026, 4, 1), date(2026, 5, 6), date(2026, 6, 1)]
    case = inspection.defer(actor=head, case=case, words="经济困难。", days=days)

    due = Bill.objects.about(case.subject).in_state("due")
    assert sorted((bill.due_on, bill.amount_fen) for bill in due) == list(zip(days, [66666, 66666, 66668], strict=True))
    assert case.pay_until == days[-1]


def test_a_slight_first_act_ends_without_a_penalty_but_not_a_second_time(scene, act):
    head = scene.city.actor("head")
    ticket(scene, replace(act, violated_on=date(2026, 2, 20)))
    case = filed(scene, act)
    with pytest.raises(inspection.AgainstTheLaw, match="第三十三条"):
        inspection.spare(actor=head, case=case, cause="first", words="首违。")
    with pytest.raises(inspection.AgainstTheLaw, match="第三十三条"):
        inspection.spare(actor=head, case=case, cause="because", words="酌情。")
    assert inspection.spare(actor=head, case=case, cause="slight", words="当场改正。").state == "spared"


def test_who_investigates_neither_reviews_nor_decides(scene, act):
    case = told(scene, act)
    city = scene.city
    for verb in (inspection.review, inspection.decide):
        with pytest.raises(NotAllowed):
            verb(actor=city.actor("officer"), case=case, words="x")


def test_a_decision_is_published_with_a_masked_name_and_withdrawn(scene, act):
    person = scene.city.people["citizen"]
    case, head = ticket(scene, replace(act, party=person), step="light", fine_fen=20000), scene.city.actor("head")
    with later(15):
        assert inspection.late_publications(case) == "publish"
    case = inspection.publish(actor=head, case=case)
    assert person.name not in case.published
    assert list(PenaltyCase.objects.published()) == [case]
    case = inspection.annul(actor=head, case=case, words="复议撤销。")
    assert case.withdraw_until == date(2026, 3, 5)
    with later(4):
        assert inspection.late_publications(case) == "withdraw"
    inspection.withdraw(actor=head, case=case, words="决定已撤销。")
    assert not PenaltyCase.objects.published().exists()


def test_a_changed_entry_of_the_chain_is_found(scene, act):
    case = told(scene, act)
    PenaltyEntry.objects.filter(case=case, turn=2).update(place="别处")

    assert inspection.chain_of(case).broken == 2


def test_two_who_look_at_one_case_do_not_overwrite_each_other(scene, act):
    case = filed(scene, act)
    seen = case.version
    inspection.preserve(actor=scene.city.actor("officer"), case=case, words="样本。", version=seen)
    with pytest.raises(inspection.CaseChanged):
        inspection.preserve(actor=scene.city.actor("second"), case=case, words="样本二。", version=seen)
