"""Departments, roles, positions: what somebody may do where, and when that ends."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


def actor_of(account: Account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def department(key: str) -> Department:
    return Department.objects.get(key=key)


def test_a_department_knows_all_below_it(city):
    below = Department.objects.under(department("market-regulation"))

    assert [found.key for found in below] == ["market-regulation", "market-branch"]
    assert identity.subtree(city) == {found.pk for found in Department.objects.in_order()}


def test_a_role_gives_no_duty_that_no_room_declares(city):
    with pytest.raises(identity.NoSuchDuty, match="aproved"):
        identity.define_role(actor=SYSTEM, key="misspelt", name="审批", duties=["cases.read", "cases.aproved"])


def test_a_department_is_not_found_below_one_whose_key_merely_begins_alike(city):
    identity.put_department(actor=SYSTEM, key="health-two", name="二", parent=city)

    assert [found.key for found in Department.objects.under(department("health"))] == ["health"]


def test_placing_a_department_again_changes_nothing(city, facts):
    told = len(facts("DepartmentDefined"))

    again = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", area="990100")

    assert again.pk == city.pk
    assert len(facts("DepartmentDefined")) == told


def test_a_department_takes_everything_below_along_when_it_moves(city):
    identity.put_department(actor=SYSTEM, key="market-regulation", name="局", parent=department("health"))

    assert department("market-branch").path == "city/health/market-regulation/market-branch/"


def test_a_duty_reaches_its_department_only(city, roles, official):
    identity.appoint(actor=SYSTEM, account=official, department=department("market-regulation"), role=roles["reviewer"])

    actor = actor_of(official)

    assert actor.holds("cases.review", department=department("market-regulation").pk)
    assert not actor.holds("cases.review", department=department("market-branch").pk)
    assert not actor.holds("cases.review", department=department("health").pk)
    assert not actor.holds("cases.approve")


def test_a_duty_with_subtree_reaches_what_is_below_and_what_comes_below_later(city, roles, official):
    market = department("market-regulation")
    identity.appoint(actor=SYSTEM, account=official, department=market, role=roles["reviewer"], subtree=True)
    assert actor_of(official).holds("cases.review", department=department("market-branch").pk)

    later = identity.put_department(actor=SYSTEM, key="market-branch-2", name="青石分局", parent=market)

    assert actor_of(official).holds("cases.review", department=later.pk)


def test_a_duty_for_a_city_reaches_its_districts(city, roles, official):
    market = department("market-regulation")
    identity.appoint(actor=SYSTEM, account=official, department=market, role=roles["reviewer"], area="990100")

    actor = actor_of(official)

    assert actor.holds("cases.review", department=market.pk, area="990102")
    assert not actor.holds("cases.review", department=market.pk, area="990200")


def test_a_position_is_held_from_its_first_to_its_last_day(city, roles, official):
    position = {"account": official, "department": city, "role": roles["reviewer"]}
    identity.appoint(actor=SYSTEM, valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 6), **position)

    held = []
    for day in (1, 2, 6, 7):
        with clock.at(noon(date(2026, 3, day))):
            held.append(actor_of(official).holds("cases.review"))

    assert held == [False, True, True, False]


def test_an_ended_position_gives_nothing(city, roles, official, facts):
    position = identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])
    assert actor_of(official).holds("cases.review")

    identity.end_position(actor=SYSTEM, position=position, reason="调离")
    identity.end_position(actor=SYSTEM, position=position)

    assert not actor_of(official).holds("cases.review")
    assert facts("PositionEnded") == [{"account": official.pk, "department": "city", "role": "reviewer"}]


def test_a_changed_role_changes_what_its_holders_may(city, roles, official):
    identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])

    identity.define_role(actor=SYSTEM, key="reviewer", name="审查员", duties=["cases.read"])

    assert not actor_of(official).holds("cases.review")
    assert actor_of(official).holds("cases.read")


def test_appointing_again_gives_the_position_that_is_there(city, roles, official):
    given = {"actor": SYSTEM, "account": official, "department": city, "role": roles["reviewer"]}
    first = identity.appoint(**given)

    assert identity.appoint(**given) == first
    assert Position.objects.of(official.pk).count() == 1


def test_a_deputy_holds_the_place_while_the_colleague_does(city, roles, official, open_account):
    deputy = open_account("he.lan", "staff", "何岚")
    place = {"department": city, "role": roles["reviewer"]}
    held = identity.appoint(actor=SYSTEM, account=official, **place)
    identity.appoint(actor=SYSTEM, account=deputy, deputy_for=official, **place)
    assert actor_of(deputy).holds("cases.review")

    identity.end_position(actor=SYSTEM, position=held)

    assert not actor_of(deputy).holds("cases.review")


def test_a_deputy_loses_the_place_with_the_colleagues_account(city, roles, official, open_account):
    deputy = open_account("he.lan", "staff", "何岚")
    place = {"department": city, "role": roles["reviewer"]}
    identity.appoint(actor=SYSTEM, account=official, **place)
    identity.appoint(actor=SYSTEM, account=deputy, deputy_for=official, **place)

    identity.deactivate(actor=SYSTEM, account=official, reason="退休")

    assert not actor_of(deputy).holds("cases.review")


def test_nobody_stands_in_for_a_place_that_is_not_held(city, roles, official, open_account):
    deputy = open_account("he.lan", "staff", "何岚")

    with pytest.raises(identity.NothingToDeputise):
        identity.appoint(actor=SYSTEM, account=deputy, department=city, role=roles["reviewer"], deputy_for=official)


def test_an_operator_appoints_only_where_the_duty_reaches(city, roles, official, open_account):
    local = open_account("local", "staff")
    market = department("market-regulation")
    identity.appoint(actor=SYSTEM, account=local, department=market, role=roles["operator"], subtree=True)

    identity.appoint(
        actor=actor_of(local), account=official, department=department("market-branch"), role=roles["reviewer"]
    )
    with pytest.raises(NotAllowed):
        identity.appoint(
            actor=actor_of(local), account=official, department=department("health"), role=roles["reviewer"]
        )


def test_nobody_gives_a_place_that_reaches_further_than_they_do(city, roles, official, open_account):
    local = open_account("he.lan", "staff")
    identity.appoint(actor=SYSTEM, account=local, department=city, role=roles["operator"])
    actor = actor_of(local)

    with pytest.raises(NotAllowed):
        identity.appoint(actor=actor, account=official, department=city, role=roles["reviewer"], subtree=True)

    assert identity.appoint(actor=actor, account=official, department=city, role=roles["reviewer"])


def test_nobody_appoints_or_closes_themself(city, roles, operator):
    with pytest.raises(identity.NotYourself):
        identity.appoint(actor=actor_of(operator), account=operator, department=city, role=roles["reviewer"])
    with pytest.raises(identity.NotYourself):
        identity.deactivate(actor=actor_of(operator), account=operator, reason="x")


def test_an_operator_sees_and_closes_only_accounts_within_reach(city, roles, official, open_account, facts):
    local = open_account("local", "staff")
    identity.appoint(actor=SYSTEM, account=local, department=department("health"), role=roles["operator"])
    identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])

    assert official not in Account.objects.visible_to(actor_of(local))
    with pytest.raises(NotFound), identity.collecting_denied():
        identity.deactivate(actor=actor_of(local), account=official, reason="x")
    assert facts("AccessDenied") == [{"what": "account", "key": str(official.uid)}]


def test_an_official_without_the_duty_sees_only_the_own_account(city, official, person):
    assert list(Account.objects.visible_to(actor_of(official))) == [official]


def test_opening_an_account_again_gives_the_one_that_is_there(person):
    again = identity.open_account(actor=SYSTEM, login="Lin.Xiaoyun", name="林晓云", kind="person")

    assert again.pk == person.pk


def test_a_login_belongs_to_one_only(person):
    with pytest.raises(identity.LoginTaken):
        identity.open_account(actor=SYSTEM, login="lin.xiaoyun", name="林小芸", kind="person")


@pytest.mark.parametrize(
    "password", ["short-1", "password123", "Admin@123456", "woaini1314520", "20260302123456", "lin.xiaoyun1"]
)
def test_a_weak_password_is_refused(db, password):
    with pytest.raises(identity.WeakPassword):
        identity.open_account(actor=SYSTEM, login="lin.xiaoyun", name="林晓云", kind="person", password=password)


def test_phone_and_mail_are_unreadable_where_they_rest(db):
    account = identity.open_account(
        actor=SYSTEM, login="a", name="甲", kind="person", phone="13812345678", email="a@example.cn"
    )

    row = Account.objects.filter(pk=account.pk).extra(select={"raw": "phone || email"}).get()

    assert "13812345678" not in row.raw
    assert "example" not in row.raw
    assert row.phone == "13812345678"


def test_a_position_is_not_silently_another_one(city, roles, official):
    given = {"actor": SYSTEM, "account": official, "department": city, "role": roles["reviewer"]}
    identity.appoint(**given)

    with pytest.raises(identity.PositionDiffers, match="已任"):
        identity.appoint(**given, valid_until=date(2030, 1, 1))
    with pytest.raises(identity.PositionDiffers):
        identity.appoint(**given, subtree=True)
