"""Among several cases: who sees which, which one a question finds, and what each keeps and tells."""

from datetime import timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Action, Case, Participation
from tongban.platform.identity.models import Department
from tongban.platform.workflow.models import NO_LIMIT, Task

pytestmark = pytest.mark.django_db
ALL = {"granted", "accepted", "submitted", "draft"}
HANDED_IN = ALL - {"draft"}
HEALTH = "health"


def official(department: str, *duties: str, area: str = "") -> Actor:
    reach = frozenset({Department.objects.get(key=department).pk}) if department else None
    return Actor("staff", 10**6, "某人", grants=tuple(Grant(duty, reach, area) for duty in duties))


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("agent", {"granted", "accepted"}),
        ("other", {"submitted", "draft"}),
        ("stranger", set()),
        ("citizen", set()),
        ("clerk", HANDED_IN),
        ("reviewer", {"granted", "accepted"}),
        ("inspector", {"granted", "accepted"}),
        ("outsider", set()),
        ("operator", set()),
    ],
)
def test_everybody_sees_their_own_and_what_their_department_takes_part_in(three, who, seen):
    assert three.names(Case.objects.visible_to(three.actor(who))) == seen


def test_the_house_sees_everything_and_nobody_sees_nothing(three):
    assert three.names(Case.objects.visible_to(SYSTEM)) == ALL
    assert not Case.objects.visible_to(ANONYMOUS).exists()


@pytest.mark.parametrize("duty", READING)
def test_each_duty_of_reading_shows_what_its_department_takes_part_in(three, duty):
    assert three.names(Case.objects.visible_to(official("market-regulation", duty))) == {"granted", "accepted"}
    assert three.names(Case.objects.visible_to(official(HEALTH, duty))) == set()
    assert three.names(Case.objects.visible_to(official("", duty))) == HANDED_IN


def test_another_duty_shows_no_case(three):
    assert not Case.objects.visible_to(official("", "cases.file", "journal.read")).exists()


@pytest.mark.parametrize(
    ("area", "seen"), [("990102", {"granted", "accepted"}), ("990103", {"submitted"}), ("9901", HANDED_IN)]
)
def test_a_duty_for_an_area_shows_the_cases_there(three, area, seen):
    Case.objects.filter(pk=three.keys["submitted"]).update(area="990103")
    Participation.objects.filter(case=three.keys["submitted"]).update(area="990103")
    Participation.objects.exclude(case=three.keys["submitted"]).update(area="990102")

    assert three.names(Case.objects.visible_to(official("", "cases.read", area=area))) == seen


@pytest.mark.parametrize(
    ("who", "spoken_for"),
    [("agent", {"granted", "accepted"}), ("other", {"submitted", "draft"}), ("clerk", set()), ("citizen", set())],
)
def test_who_acts_for_the_applicant(three, who, spoken_for):
    actor = three.actor(who)

    assert three.names(Case.objects.spoken_for_by(actor)) == spoken_for
    assert {name for name in ALL if three.case(name).is_spoken_for_by(actor)} == spoken_for


@pytest.mark.parametrize(("services", "sees"), [(("food-business",), True), (("shop-sign",), False)])
def test_a_mandate_for_other_services_reaches_no_case_of_this_one(three, services, sees):
    whole = three.actor("agent")
    actor = Actor("person", whole.account, whole.name, whole.party, whole.acting_for, services=services)

    assert three.names(Case.objects.visible_to(actor)) == ({"granted", "accepted"} if sees else set())
    assert three.case("accepted").is_spoken_for_by(actor) is sees


def test_an_official_at_the_window_acts_only_in_what_they_filed_themselves(three):
    clerk = three.actor("clerk")
    company = three.cast.people["company"].pk
    serving = Actor("staff", clerk.account, clerk.name, acting_for=company, grants=(Grant("cases.file"),))

    assert three.names(Case.objects.spoken_for_by(serving)) == set()
    Case.objects.filter(pk=three.keys["accepted"]).update(filed_by=clerk.account)
    assert three.names(Case.objects.spoken_for_by(serving)) == {"accepted"}


@pytest.mark.parametrize("name", sorted(HANDED_IN))
def test_a_case_is_found_by_its_number_its_word_or_its_key(three, name):
    case = three.case(name)

    assert Case.objects.referred_to(case.number) == Case.objects.referred_to(case.uid) == case
    assert Case.objects.with_uid(case.uid) == Case.objects.locked(uid=case.uid) == case
    assert Case.objects.locked(pk=case.pk) == Case.objects.get_with_related(case.pk) == case
    assert Case.objects.locked_with_applicant(case.uid) == case
    assert list(Case.objects.numbered(case.number)) == [case]
    assert Case.objects.pk_of(case.number) == case.pk
    assert Case.objects.numbers_of([case.pk]) == {case.pk: case.number}
    assert str(case) == case.number


def test_what_is_not_there_is_not_found(three):
    assert Case.objects.referred_to("990100-20260101-XXXXXXX") is None
    assert Case.objects.with_uid("nothing") is None
    assert Case.objects.locked(uid="nothing") is Case.objects.locked(pk=10**9) is None
    assert Case.objects.pk_of("") is None
    with pytest.raises(Case.DoesNotExist):
        Case.objects.get_with_related(10**9)


def test_a_draft_has_a_word_and_no_number(three):
    draft = three.case("draft")

    assert Case.objects.numbers_of([draft.pk]) == {}
    assert str(draft) == draft.uid
    assert three.names(Case.objects.drafts()) == {"draft"}
    assert three.names(Case.objects.submitted_by_people()) == HANDED_IN


def test_a_draft_is_that_of_its_applicant_its_author_and_its_service(three):
    draft = three.case("draft")

    assert list(Case.objects.draft_of(three.actor("other"), draft.version)) == [draft]
    assert not Case.objects.draft_of(three.actor("agent"), draft.version).exists()


def test_cases_are_found_by_how_their_number_or_their_applicant_begins(three):
    assert three.names(Case.objects.found_by("云泽市青竹")) == {"submitted", "draft"}
    assert three.names(Case.objects.found_by(three.case("granted").number)) == {"granted"}
    assert three.names(Case.objects.found_by("青竹")) == set()
    assert three.names(Case.objects.found_by("nothing like it")) == set()


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        (lambda all_: all_.in_state("accepted"), {"accepted"}),
        (lambda all_: all_.in_state("completed"), {"granted"}),
        (lambda all_: all_.for_service("food-business"), ALL),
        (lambda all_: all_.for_service("shop-sign"), set()),
        (lambda all_: all_.unanswered(on=clock.today() + timedelta(days=60)), {"submitted"}),
        (lambda all_: all_.unanswered(on=clock.today()), set()),
        (lambda all_: all_.watched_within(None, clock.today() + timedelta(days=60)), {"accepted", "submitted"}),
        (lambda all_: all_.watched_within(None, clock.today() - timedelta(days=1)), set()),
        (lambda all_: all_.watched_within(clock.today() + timedelta(days=60), NO_LIMIT), set()),
    ],
)
def test_lists_are_narrowed_to_what_was_asked_for(three, narrowed, found):
    assert three.names(narrowed(Case.objects.all())) == found


def test_cases_are_narrowed_to_those_in_which_a_department_takes_part(three):
    departments = {department.key: department.pk for department in Department.objects.in_order()}

    assert three.names(Case.objects.with_department(departments["government-services"])) == HANDED_IN
    assert three.names(Case.objects.with_department(departments["fire-rescue"])) == {"granted", "accepted"}
    assert three.names(Case.objects.with_department(departments[HEALTH])) == set()


def test_what_was_filed_by_somebody_is_theirs(three):
    assert three.names(Case.objects.filed_by(three.actor("agent"))) == {"granted", "accepted"}
    assert three.names(Case.objects.filed_by(three.actor("clerk"))) == set()


def test_services_are_counted_by_what_was_handed_in_since(three):
    now = clock.now()

    assert Case.objects.counted_by_service(since=now - timedelta(days=1)) == {"food-business": 3}
    assert Case.objects.counted_by_service(since=now + timedelta(seconds=1)) == {}


def test_a_notice_about_holidays_reaches_the_open_cases_whose_days_are_not_over(three):
    keys = {three.keys["accepted"], three.keys["submitted"]}

    assert set(Case.objects.due_from(clock.today())) == keys
    assert Case.objects.due_from(clock.today() + timedelta(days=365)) == []


def test_rows_of_a_list_are_those_that_were_asked_for(three):
    rows = Case.objects.rows_of([three.keys["granted"], three.keys["submitted"]])

    assert set(rows) == {three.keys["granted"], three.keys["submitted"]}
    assert rows[three.keys["granted"]] == three.case("granted").row
    assert rows[three.keys["submitted"]].applicant_name == "云泽市青竹酒店管理有限公司"
    assert {case.pk for case in Case.objects.among([three.keys["draft"]])} == {three.keys["draft"]}


def test_what_was_done_is_told_case_by_case(three):
    granted, submitted = three.case("granted"), three.case("submitted")

    assert [action.kind for action in Action.objects.of(submitted)] == ["submitted"]
    assert [action.kind for action in Action.objects.of(granted)] == [
        "submitted",
        "accepted",
        "opinion_given",
        "opinion_given",
        "granted",
        "completed",
        "decision_published",
    ]
    assert [action.case_id for action in Action.objects.grants()] == [granted.pk]
    assert {action.case_id for action in Action.objects.among([submitted.pk])} == {submitted.pk}
    assert [action.kind for action in Action.objects.of(granted).opinions()] == ["opinion_given"] * 2
    assert not Action.objects.withdrawals().exists()
    assert not Action.objects.person_requests().exists()
    assert Action.objects.of_kinds(["accepted"]).count() == 2


def test_an_applicant_is_shown_what_is_meant_for_them(three):
    Action.objects.opinions().update(public=False)

    shown = Action.objects.of(three.case("granted")).shown_to_applicant()

    assert [action.kind for action in shown] == ["submitted", "accepted", "granted", "completed", "decision_published"]


def test_an_action_keeps_who_did_what_where_and_when(three):
    decision = Action.objects.grants().get()
    approver = three.actor("approver")

    assert (decision.account, decision.actor) == (approver.account, approver.name)
    assert (decision.opinion, decision.on) == ("符合条件。", three.case("granted").decided_on)
    assert decision.department == Department.objects.get(key="market-regulation").name
    assert Action.objects.kinds_by(approver.account, case=three.case("granted").pk) == {"granted"}
    assert Action.objects.kinds_by(approver.account, case=three.case("accepted").pk) == set()


def test_a_step_of_one_case_moves_no_other(three):
    case = three.case("accepted")
    cases.withdraw(actor=three.actor("agent"), case=case, reason="不办了")

    assert {name: three.case(name).state for name in sorted(ALL)} == {
        "accepted": "withdrawn",
        "draft": "draft",
        "granted": "completed",
        "submitted": "submitted",
    }
    states = dict(Participation.objects.filter(first=True).values_list("case_id", "state"))
    assert states[three.keys["accepted"]] == "withdrawn"
    assert states[three.keys["submitted"]] == "submitted"
    assert not Task.objects.of(case.subject).open().exists()
    assert Task.objects.of(three.case("submitted").subject).open().exists()
    assert [action.case_id for action in Action.objects.withdrawals()] == [case.pk]


def test_departments_come_in_with_the_step_that_needs_them(three):
    names = dict(Department.objects.values_list("pk", "key"))

    def taking_part(name):
        return {names[pk] for pk in Participation.objects.departments_in(three.keys[name])}

    assert "fire-rescue" not in taking_part("submitted")
    assert {"market-regulation", "fire-rescue"} <= taking_part("accepted")
    assert taking_part("granted") == taking_part("accepted")


def test_each_case_stands_once_in_the_list_of_the_whole_city(three):
    once = Participation.objects.one_per_case()

    assert sorted(once.values_list("case_id", flat=True)) == sorted(three.keys[name] for name in HANDED_IN)
    assert set(once.in_hand().values_list("case_id", flat=True)) == {three.keys["accepted"], three.keys["submitted"]}
    assert {part.case_id for part in once.in_state("accepted")} == {three.keys["accepted"]}
    assert once.for_service("food-business").count() == 3
    assert not once.for_service("shop-sign").exists()


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("submitted", ["CaseSubmitted"]),
        ("accepted", ["CaseSubmitted", "CaseAccepted"]),
        (
            "granted",
            [
                *("CaseSubmitted", "CaseAccepted", "OpinionGiven", "OpinionGiven", "CaseDecided", "CaseCompleted"),
                "CasePublished",
            ],
        ),
        ("draft", []),
    ],
)
def test_the_journal_tells_each_step_of_a_case_under_its_name(three, name, events):
    told_of = Fact.objects.about(three.case(name).subject).filter(name__startswith="cases.")
    steps = [fact.name.partition(".")[2] for fact in told_of if "Opened" not in fact.name]

    assert steps == events
    case = three.case(name)
    assert {(fact.data["case_id"], fact.data["number"]) for fact in told_of if "number" in fact.data} <= {
        (case.pk, case.number)
    }


@pytest.mark.parametrize(
    ("event", "who"),
    [("CaseSubmitted", "agent"), ("CaseAccepted", "clerk"), ("CaseDecided", "approver")],
)
def test_the_journal_says_who_brought_it_about(three, event, who):
    fact = Fact.objects.about(three.case("granted").subject).get(name=f"cases.{event}")

    assert fact.account == three.cast.accounts[who].pk


def test_the_journal_says_what_was_decided_and_for_what(three):
    (fact,) = Fact.objects.about(three.case("granted").subject).filter(name="cases.CaseDecided")

    assert (fact.data["service"], fact.data["granted"]) == ("food-business", True)
    (accepted,) = Fact.objects.about(three.case("granted").subject).filter(name="cases.CaseAccepted")
    assert accepted.data["deemed"] is False
    outcomes = Fact.objects.about(three.case("granted").subject).filter(name="cases.OpinionGiven")
    assert {(one.data["task"], one.data["outcome"]) for one in outcomes} == {("review", "pass"), ("inspect", "pass")}


VERBS = {
    "accept": ("submitted", "accept", {}),
    "not_accept": ("submitted", "accept", {"reason": "不属于本市"}),
    "request_supplement": ("submitted", "accept", {"points": [{"material": "floor-plan", "text": "标明专间"}]}),
    "give_opinion": ("accepted", "review", {"passed": True, "opinion": "齐全"}),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("who", ["outsider", "operator", "agent", "other", "citizen"])
def test_nobody_without_the_duty_there_takes_a_step(three, verb, who):
    name, key, words = VERBS[verb]
    task = three.cast.task(three.case(name), key)

    with pytest.raises(NotAllowed):
        getattr(cases, verb)(actor=three.actor(who), task=task, **words)

    assert three.case(name).state == name
    assert task.state == "open"


@pytest.mark.parametrize("verb", ["withdraw", "discard"])
@pytest.mark.parametrize("who", ["agent", "citizen", "stranger"])
def test_nobody_takes_back_or_throws_away_what_is_somebody_elses(three, verb, who):
    case = three.case("submitted" if verb == "withdraw" else "draft")
    words = {"reason": "x"} if verb == "withdraw" else {}

    with pytest.raises(NotFound):
        getattr(cases, verb)(actor=three.actor(who), case=case, **words)

    assert Case.objects.get(pk=case.pk).state == case.state
