"""What rules find in real cases, and what becomes of the cards: through the verbs."""

from datetime import date, timedelta

import pytest

from tongban.applications.oversight import schedule
from tongban.applications.oversight import services as oversight
from tongban.applications.oversight.models import CardStep, SupervisionCard
from tongban.applications.oversight.tests.conftest import at, heard
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role
from tongban.platform.parties import services as parties


def rules_of(case):
    return sorted(SupervisionCard.objects.of(case.pk).values_list("rule", flat=True))


def card_of(case, rule):
    return SupervisionCard.objects.of(case.pk).get(rule=rule)


def accepted(city, moment):
    with clock.at(moment):
        return heard(city.accepted())


def look(moment):
    with clock.at(moment):
        schedule.look_around()


def agrees(moment):
    """Make all cards anew at a moment; return how many there are, and what differs."""
    with clock.at(moment):
        cards, differences = oversight.rebuild()
        return cards, [str(difference) for difference in differences]


@pytest.fixture
def overdue(city):
    """A case that was promised within some working days and is not decided after the last of them."""
    case = accepted(city, at(3, 2))
    day = case.promised_due_on + timedelta(days=1)
    look(at(day.month, day.day))
    return case


def test_a_case_is_warned_of_once_its_share_of_the_promise_is_used(city):
    case = accepted(city, at(3, 2))
    due = case.promised_due_on

    look(at(due.month, due.day, 1))
    look(at(due.month, due.day, 10))

    card = card_of(case, "due-soon")
    assert (card.grade, card.state, card.due_on) == ("notice", "noted", None)
    assert card.department == case.department
    assert card.arose_on <= due


def test_a_warning_ends_by_itself_once_the_case_is_decided(city):
    case = accepted(city, at(3, 2))
    due = case.promised_due_on
    look(at(due.month, due.day, 1))
    with clock.at(at(due.month, due.day, 10)):
        task = city.task(case, "review")
        cases.give_opinion(actor=city.actor("reviewer"), task=task, passed=True, opinion="资料齐全。")
        city.inspected(case)
    with clock.at(at(due.month, due.day, 11)):
        cases.decide(actor=city.actor("approver"), task=city.task(case, "approve"), granted=True, reason="符合条件。")
        heard(case)

    after = due + timedelta(days=1)
    look(at(after.month, after.day))

    card = card_of(case, "due-soon")
    assert (card.state, card.outcome, card.closed_on) == ("closed", "settled", after)
    assert "overdue" not in rules_of(case)
    assert agrees(at(after.month, after.day))[1] == []


def test_an_overdue_case_gets_one_yellow_card_however_often_it_is_looked_at(city, overdue):
    look(at(4, 27))
    cards = SupervisionCard.objects.of(overdue.pk)

    card = card_of(overdue, "overdue")
    assert cards.filter(rule="overdue").count() == 1
    assert card.arose_on == overdue.promised_due_on + timedelta(days=1)
    assert card.occurrences == [
        {"key": "promised_due_on", "on": str(card.arose_on), "official": "", "due_on": str(overdue.promised_due_on)}
    ]


def test_a_card_that_nobody_answers_grows_by_the_table_and_stops_at_its_end(city, overdue):
    card = card_of(overdue, "overdue")
    grown = []
    for _time in range(4):
        day = SupervisionCard.objects.get(pk=card.pk).due_on + timedelta(days=1)
        look(at(day.month, day.day))
        grown.append(SupervisionCard.objects.get(pk=card.pk).grade)

    assert grown == ["red", "advice", "advice", "advice"]
    assert [step.kind for step in CardStep.objects.of(card)] == ["raised", "escalated", "escalated"]
    assert agrees(at(day.month, day.day))[1] == []


@pytest.mark.requirement("APP-R-16")
def test_the_department_answers_and_who_supervises_closes(city, overdue):
    card = card_of(overdue, "overdue")
    with clock.at(at(card.due_on.month, card.due_on.day)):
        card = oversight.answer(actor=city.actor("answerer"), card=card, words="系统升级期间积压，已加派人员。")
        oversight.answer(actor=city.actor("answerer"), card=card, words="系统升级期间积压，已加派人员。")
        closed = oversight.close(actor=city.actor("supervisor"), card=card, outcome="explained", words="情况属实。")

    assert card.state == "answered"
    assert (closed.state, closed.outcome) == ("closed", "explained")
    facts = Fact.objects.about(card.subject).filter(name__startswith="oversight.").values_list("name", "actor")
    assert list(facts) == [
        ("oversight.CardRaised", "通办"),
        ("oversight.CardAnswered", "answerer"),
        ("oversight.CardClosed", "supervisor"),
    ]
    assert "系统升级" not in str(list(Fact.objects.about(card.subject).values_list("data", "reason")))
    assert agrees(at(card.arose_on.month, card.arose_on.day))[1] == []


def test_an_answer_that_is_not_enough_goes_back_with_a_new_day(city, overdue):
    card = card_of(overdue, "overdue")
    with clock.at(at(4, 20)):
        look(at(4, 20))
        card = SupervisionCard.objects.get(pk=card.pk)
        oversight.answer(actor=city.actor("answerer"), card=card, words="已知。")
        returned = oversight.return_answer(actor=city.actor("supervisor"), card=card, words="请说明原因。")

    assert (returned.state, returned.due_on) == ("open", date(2026, 4, 27))


@pytest.mark.parametrize("who", ["answerer", "neighbour", "reviewer", "half-supervisor"])
def test_nobody_supervised_can_close_lower_or_put_off_a_card(city, overdue, who):
    card, actor = card_of(overdue, "overdue"), city.actor(who)

    with clock.at(at(4, 20)):
        for forbidden in (
            lambda: oversight.close(actor=actor, card=card, outcome="unfounded", words="不属实。"),
            lambda: oversight.return_answer(actor=actor, card=card, words="再延几天。"),
            lambda: oversight.raise_by_hand(actor=actor, card=card, grade="advice", words="升级。"),
        ):
            with pytest.raises(NotAllowed):
                forbidden()


def test_who_answered_does_not_close_even_with_both_duties(city, overdue):
    role, office = Role.objects.get(key="watches"), Department.objects.get(key="market-regulation")
    card = card_of(overdue, "overdue")
    with clock.at(at(4, 20)):
        identity.appoint(actor=SYSTEM, account=city.accounts["answerer"], department=office, role=role)
        city.accounts["answerer"].refresh_from_db()
        oversight.answer(actor=city.actor("answerer"), card=card, words="已加派人员。")

        with pytest.raises(oversight.OwnCard):
            oversight.close(actor=city.actor("answerer"), card=card, outcome="explained", words="可以。")


def test_silence_gives_the_window_a_card(city):
    with clock.at(at(3, 2)):
        case = heard(city.submitted())
    with clock.at(at(3, 10)):
        cases.deem_accepted(case=case)
        case = heard(case)

    card = card_of(case, "deemed-accepted")
    assert (card.department.key, card.grade, card.account) == ("government-services", "yellow", None)


def test_a_refusal_that_says_nothing_is_found_with_who_wrote_it(city):
    with clock.at(at(3, 2)):
        case = city.submitted()
        cases.not_accept(actor=city.actor("clerk"), task=city.task(case, "accept"), reason="不行 。")
        case = heard(case)

    card = card_of(case, "refused-without-reason")
    assert (card.official, card.department.key) == ("陈静", "government-services")


def test_a_decision_in_seconds_and_at_night_is_found(city):
    with clock.at(at(3, 2)):
        case = heard(city.examined())
    with clock.at(at(3, 2, 23)):
        # At night: the file is opened, and decided eleven seconds later.
        cases.record_opened(city.actor("approver"), case)
    with clock.at(at(3, 2, 23, 0, 11)):
        cases.decide(actor=city.actor("approver"), task=city.task(case, "approve"), granted=True, reason="符合条件。")
        case = heard(case)

    assert rules_of(case) == ["in-seconds", "out-of-hours"]
    assert card_of(case, "in-seconds").occurrences[0]["seconds"] == 11
    (occurrence,) = card_of(case, "in-seconds").occurrences
    assert set(occurrence) == {"on", "key", "kind", "seconds", "official"}, "no threshold stands on a card"


@pytest.mark.parametrize("later", [at(3, 6), at(3, 5, 0, 30)], ids=["by day", "just after midnight"])
def test_who_takes_a_newer_one_before_an_older_is_found(city, later):
    with clock.at(at(3, 2)):
        older = heard(city.submitted())
    with clock.at(later):
        newer = city.submitted()
        cases.accept(actor=city.actor("clerk"), task=city.task(newer, "accept"))
        newer = heard(newer)

    assert rules_of(older) == []
    card = card_of(newer, "queue-jumping")
    assert card.occurrences[0]["numbers"] == [older.number]


@pytest.mark.requirement("APP-R-10", "APP-S-38")
def test_a_grant_against_an_opinion_is_found_told_and_made_again_from_the_facts(city):
    with clock.at(at(3, 2)):
        case = heard(city.examined(passed=False))
    with clock.at(at(3, 3)):
        task = city.task(case, "approve")
        cases.decide(actor=city.actor("approver"), task=task, granted=True, reason="整改后复核一致，予以准予。")
        case = heard(case)

    card = card_of(case, "discretion")
    assert card.occurrences[0]["against"]
    assert Fact.objects.about(card.subject).get().data["rule"] == "discretion"
    assert agrees(at(3, 3))[1] == []


def test_an_official_who_decides_about_whom_they_represent_is_found(city):
    """Whoever represents an applicant may not decide; what the registers tell only later the same day is found."""
    with clock.at(at(3, 2)):
        case = heard(city.examined())
    with clock.at(at(3, 3)):
        cases.decide(actor=city.actor("approver"), task=city.task(case, "approve"), granted=True, reason="符合条件。")
        person = parties.register_person(
            actor=SYSTEM,
            name="赵国清",
            id_number="990102197001010016",
            account=city.accounts["approver"],
            area="990102",
        )
        parties.give_mandate(actor=SYSTEM, principal=city.people["company"], agent=person, source="register")
        case = heard(case)

    card = card_of(case, "conflict")
    assert (card.grade, card.official, card.occurrences[0]["own"]) == ("red", "赵国清", True)


def test_a_regular_case_gets_no_card(city):
    with clock.at(at(3, 2)):
        case = city.examined()
    with clock.at(at(3, 3)):
        cases.decide(actor=city.actor("approver"), task=city.task(case, "approve"), granted=True, reason="符合条件。")
        heard(case)
    look(at(3, 4))
    look(at(4, 30))

    assert not SupervisionCard.objects.exists()
    assert agrees(at(4, 30)) == (0, [])


def test_what_is_missing_is_named_and_raised_again(city, overdue):
    CardStep.objects.all().delete()
    SupervisionCard.objects.all().delete()

    with clock.at(at(4, 20)):
        _cards, differences = oversight.rebuild(write=True)
        assert {(difference.what) for difference in differences} == {"missing"}
    assert agrees(at(4, 20))[1] == []
    assert card_of(overdue, "overdue").arose_on == overdue.promised_due_on + timedelta(days=1)


def test_a_card_that_was_tampered_with_is_named(city, overdue):
    SupervisionCard.objects.filter(rule="overdue").update(grade="notice", department=Case.objects.first().department_id)

    assert any("its steps say" in said for said in agrees(at(4, 20))[1])
