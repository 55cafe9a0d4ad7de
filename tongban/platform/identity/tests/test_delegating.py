"""委托 and leave: who acts in whose place, from day to day, and what ends it."""

from datetime import date, timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Absence, Account, Department, Position

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def office(city, roles, open_account):
    """Two reviewers of one department, and one of another."""
    other = identity.put_department(actor=SYSTEM, key="elsewhere", name="别处", parent=city)
    found = {}
    for login, department in (("wu", city), ("he", city), ("tang", other)):
        account = open_account(login, "staff")
        identity.appoint(
            actor=SYSTEM, account=account, department=department, role=roles["reviewer"], valid_from=date(2026, 1, 1)
        )
        found[login] = account
    return found


def actor(account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def delegate(office, who="wu", to="he", *, first=None, last=None):
    first = first or clock.today()
    return identity.delegate(
        actor=actor(office[who]), to=office[to], first_on=first, last_on=last or first + WEEK, reason="出差。"
    )


def names(event):
    return [fact.data for fact in Fact.objects.filter(name=f"identity.{event}")]


def test_a_colleague_holds_the_duties_in_ones_place_and_as_themself(office):
    delegate(office)

    he = actor(office["he"])
    assert he.colleagues == {office["wu"].pk}
    assert he.in_place_of("cases.review") is None


def test_only_what_is_not_ones_own_is_done_in_a_colleagues_place(city, roles, office):
    boss = identity.define_role(actor=SYSTEM, key="inspector", name="核查", duties=("cases.inspect",))
    identity.appoint(actor=SYSTEM, account=office["wu"], department=city, role=boss, valid_from=date(2026, 1, 1))
    delegate(office)

    he = actor(office["he"])
    assert he.in_place_of("cases.inspect", department=city.pk) == office["wu"].pk
    assert he.in_place_of("cases.review", department=city.pk) is None


def test_it_begins_and_ends_on_its_days(office):
    today = clock.today()
    delegate(office, first=today + WEEK, last=today + 2 * WEEK)

    def colleagues(day):
        with clock.at(clock.now() + (day - today)):
            return actor(office["he"]).colleagues

    assert colleagues(today) == frozenset()
    assert colleagues(today + WEEK) == colleagues(today + 2 * WEEK) == {office["wu"].pk}
    assert colleagues(today + 2 * WEEK + timedelta(days=1)) == frozenset()


def test_it_is_told_once_with_its_days(office):
    delegate(office)
    delegate(office)

    (told,) = names("PositionsDelegated")
    assert (told["account"], told["deputy"], told["positions"]) == (office["wu"].pk, office["he"].pk, 1)
    assert Position.objects.in_place_of(office["wu"].pk, on=clock.today()).count() == 1


def test_another_last_day_moves_it(office):
    delegate(office)
    delegate(office, last=clock.today() + 2 * WEEK)

    (held,) = Position.objects.in_place_of(office["wu"].pk, on=clock.today())
    assert held.valid_until == clock.today() + 2 * WEEK


def test_two_colleagues_may_choose_the_same_deputy_on_the_same_day(city, roles, office):
    third = identity.open_account(actor=SYSTEM, login="shao", name="shao", kind="staff")
    identity.appoint(actor=SYSTEM, account=third, department=city, role=roles["reviewer"], valid_from=date(2026, 1, 1))
    delegate(office)
    identity.delegate(actor=actor(third), to=office["he"], first_on=clock.today(), last_on=clock.today() + WEEK)

    assert actor(office["he"]).colleagues == {office["wu"].pk, third.pk}


def test_it_is_withdrawn_at_once(office):
    delegate(office)

    assert identity.withdraw_delegation(actor=actor(office["wu"]), deputy=office["he"]) == 1
    assert actor(office["he"]).colleagues == frozenset()
    assert len(names("DelegationWithdrawn")) == len(names("PositionEnded")) == 1
    assert identity.withdraw_delegation(actor=actor(office["wu"]), deputy=office["he"]) == 0


def test_it_ends_with_the_position_that_it_stands_on(office):
    delegate(office)
    (own,) = Position.objects.own(on=clock.today()).of(office["wu"].pk)

    identity.end_position(actor=SYSTEM, position=own)

    assert actor(office["he"]).colleagues == frozenset()


def test_who_stands_in_does_not_pass_it_on(office):
    delegate(office)
    given = delegate(office, "he", "wu")

    assert [position.deputy_for_id for position in given] == [office["he"].pk]


def test_the_power_to_decide_waits_for_a_second_person(city, office):
    role = identity.define_role(actor=SYSTEM, key="decider", name="审批", duties=("cases.approve",))
    identity.appoint(actor=SYSTEM, account=office["wu"], department=city, role=role, valid_from=date(2026, 1, 1))

    given = delegate(office)

    assert {position.role.key: position.proposed_by_id for position in given} == {
        "reviewer": None,
        "decider": office["wu"].pk,
    }
    assert not actor(office["he"]).holds("cases.approve")


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"to": "tang"}, identity.NotAColleague),
        ({"to": "wu"}, identity.NotAColleague),
        ({"last": date(2020, 1, 1), "first": date(2020, 1, 1)}, identity.DaysTheWrongWay),
    ],
)
def test_it_is_refused(office, more, refusal):
    with pytest.raises(refusal):
        delegate(office, **more)

    assert names("PositionsDelegated") == []


def test_who_holds_nothing_has_nothing_to_delegate(office, open_account):
    idle = open_account("idle", "staff")

    with pytest.raises(identity.NothingToDelegate):
        identity.delegate(actor=actor(idle), to=office["he"], first_on=clock.today(), last_on=clock.today() + WEEK)


@pytest.mark.parametrize("somebody", [SYSTEM, Actor("person", account=1), Actor("client", account=1)])
def test_only_officials_delegate_and_are_away(office, somebody):
    with pytest.raises(NotAllowed):
        identity.delegate(actor=somebody, to=office["he"], first_on=clock.today(), last_on=clock.today())
    with pytest.raises(NotAllowed):
        identity.enter_absence(actor=somebody, first_on=clock.today(), last_on=clock.today())


# leave


def test_an_absence_has_its_days(office):
    today, wu = clock.today(), office["wu"].pk
    identity.enter_absence(actor=actor(office["wu"]), first_on=today, last_on=today + WEEK)

    assert identity.away_until([wu, office["he"].pk]) == {wu: today + WEEK}
    with clock.at(clock.now() + WEEK + timedelta(days=1)):
        assert identity.away_until([wu]) == {}


def test_the_same_absence_again_is_the_one_that_is_there(office):
    me, today = actor(office["wu"]), clock.today()
    first = identity.enter_absence(actor=me, first_on=today, last_on=today + WEEK)

    assert identity.enter_absence(actor=me, first_on=today, last_on=today + WEEK) == first
    with pytest.raises(identity.AwayAlready):
        identity.enter_absence(actor=me, first_on=today, last_on=today + 2 * WEEK)
    assert Absence.objects.count() == 1


def test_whoever_is_back_is_back_at_once(office):
    me, today = actor(office["wu"]), clock.today()
    identity.enter_absence(actor=me, first_on=today, last_on=today + WEEK)

    assert identity.end_absences(actor=me) == 1
    assert identity.away_until([office["wu"].pk]) == {}
    assert identity.end_absences(actor=me) == 0
    assert len(names("AbsenceEnded")) == 1


def test_deputies_and_colleagues_are_found(office):
    delegate(office)

    assert [account.login for account in identity.deputies(office["wu"].pk)] == ["he"]
    alike, others = identity.possible_deputies(office["wu"].pk)
    assert [(one.account.login, len(one.roles)) for one in (*alike, *others)] == [("he", 1)]
    assert not identity.possible_deputies(office["tang"].pk)[0]


def test_who_holds_a_duty_for_a_department_is_found_also_from_above(city, roles, office):
    below = Department.objects.get(key="elsewhere")
    chief = identity.open_account(actor=SYSTEM, login="chief", name="chief", kind="staff")
    identity.appoint(actor=SYSTEM, account=chief, department=city, role=roles["reviewer"], subtree=True)

    assert {account.login for account in identity.able("cases.review", below)} == {"tang", "chief"}
    assert identity.able("nobody.has_this", below) == []
    assert identity.departments_with("cases.review", beside=below) == [city]
    assert identity.departments_with("cases.review", beside=city) == [below]


# the grant


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ([Grant("a")], None),
        ([Grant("a", deputises=7)], 7),
        ([Grant("a", deputises=7), Grant("a")], None),
        ([Grant("a", frozenset({1}), deputises=7), Grant("a", frozenset({2}))], 7),
        ([Grant("b", deputises=7)], None),
    ],
)
def test_in_whose_place_somebody_acts(grants, expected):
    assert Actor("staff", grants=tuple(grants)).in_place_of("a", department=1) == expected


# the page


def test_the_page_shows_delegates_and_takes_back(office, sign_in):
    wu, he = sign_in(office["wu"]), sign_in(office["he"])
    today = clock.today()
    days = {"first_on": today.isoformat(), "last_on": (today + WEEK).isoformat()}

    sent = wu.post(
        "/desk/identity/deputy/delegate/", {"delegation-to": "he", **{f"delegation-{k}": v for k, v in days.items()}}
    )
    assert sent.status_code == 302
    assert "您代行下列人员的职责" in he.get("/desk/identity/deputy/").content.decode()
    wu.post("/desk/identity/deputy/leave/", {f"absence-{name}": day for name, day in days.items()})
    assert identity.away_until([office["wu"].pk])
    wu.post("/desk/identity/deputy/back/")
    assert not identity.away_until([office["wu"].pk])
    wu.post("/desk/identity/deputy/withdraw/", {"deputy": "he"})
    assert actor(office["he"]).colleagues == frozenset()


def test_the_page_says_what_is_wrong(office, sign_in):
    wu = sign_in(office["wu"])
    days = {"first_on": "2026-12-05", "last_on": "2020-12-01"}

    for form, address in (("delegation", "delegate"), ("absence", "leave")):
        sent = {f"{form}-{name}": day for name, day in days.items()} | {"delegation-to": "he"}
        answer = wu.post(f"/desk/identity/deputy/{address}/", sent)
        assert answer.status_code == 422
        assert "最后一天不能早于" in answer.content.decode()


def test_people_and_strangers_have_no_such_page(office, open_account, sign_in, client):
    assert sign_in(open_account("citizen")).get("/desk/identity/deputy/").status_code == 403
    assert client.get("/desk/identity/deputy/").status_code == 302
