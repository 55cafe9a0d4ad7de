"""Who may what: a duty, how far it reaches, and whose affairs somebody looks after."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from tongban.infrastructure.kernel.actors import ANONYMOUS, MAX_PARTS, SYSTEM, Actor, Grant, any_of
from tongban.infrastructure.kernel.refusals import NotAllowed

MARKET, FIRE, HEALTH = 11, 12, 13
DISTRICT, COUNTY = "990103", "990104"


def staff(*grants: Grant) -> Actor:
    return Actor("staff", account=1, name="吴志远", grants=grants)


EVERYWHERE = Grant("cases.read")
IN_MARKET = Grant("cases.read", frozenset({MARKET}))
IN_DISTRICT = Grant("cases.read", area=DISTRICT)
MARKET_IN_DISTRICT = Grant("cases.read", frozenset({MARKET}), DISTRICT)
NOWHERE = Grant("cases.read", frozenset())


@pytest.mark.parametrize(
    ("grant", "department", "area", "covered"),
    [
        (EVERYWHERE, MARKET, DISTRICT, True),
        (EVERYWHERE, None, "", True),
        (IN_MARKET, MARKET, "", True),
        (IN_MARKET, MARKET, COUNTY, True),
        (IN_MARKET, FIRE, "", False),
        (IN_MARKET, None, DISTRICT, True),
        (IN_DISTRICT, FIRE, DISTRICT, True),
        (IN_DISTRICT, FIRE, DISTRICT + "001002", True),
        (IN_DISTRICT, FIRE, COUNTY, False),
        (IN_DISTRICT, FIRE, "9901", False),
        (IN_DISTRICT, FIRE, "", False),
        (MARKET_IN_DISTRICT, MARKET, DISTRICT, True),
        (MARKET_IN_DISTRICT, MARKET, COUNTY, False),
        (MARKET_IN_DISTRICT, FIRE, DISTRICT, False),
        (NOWHERE, MARKET, DISTRICT, False),
    ],
)
def test_a_grant_covers_its_departments_and_its_area(grant, department, area, covered):
    assert grant.covers(department, area) is covered


@pytest.mark.parametrize(
    ("grants", "where", "holds"),
    [
        ((), {}, False),
        ((EVERYWHERE,), {}, True),
        ((EVERYWHERE,), {"department": FIRE, "area": COUNTY}, True),
        ((IN_MARKET,), {}, True),
        ((IN_MARKET,), {"department": MARKET}, True),
        ((IN_MARKET,), {"department": FIRE}, False),
        ((IN_DISTRICT,), {"area": DISTRICT}, True),
        ((IN_DISTRICT,), {"area": COUNTY}, False),
        ((IN_MARKET, IN_DISTRICT), {"department": FIRE, "area": DISTRICT}, True),
        ((IN_MARKET, IN_DISTRICT), {"department": MARKET, "area": COUNTY}, True),
        ((IN_MARKET, IN_DISTRICT), {"department": FIRE, "area": COUNTY}, False),
        ((MARKET_IN_DISTRICT,), {"department": MARKET, "area": COUNTY}, False),
        ((Grant("cases.approve"),), {}, False),
        ((Grant("cases.approve"), IN_MARKET), {"department": FIRE}, False),
    ],
)
def test_a_duty_is_held_where_one_of_its_grants_reaches(grants, where, holds):
    actor = staff(*grants)

    assert actor.holds("cases.read", **where) is holds
    if holds:
        actor.must_hold("cases.read", **where)
    else:
        with pytest.raises(NotAllowed) as refused:
            actor.must_hold("cases.read", **where)
        assert refused.value.status == 403
        assert refused.value.details == {"duty": "cases.read"}


def test_no_duty_is_held_for_its_beginning():
    actor = staff(EVERYWHERE)

    assert not actor.holds("cases")
    assert not actor.holds("cases.read_all")
    assert not actor.holds("")


@pytest.mark.parametrize("kind", ["anonymous", "person", "client"])
def test_nobody_holds_a_duty_by_their_kind_except_the_system(kind):
    assert not Actor(kind, account=1).holds("cases.read")
    assert SYSTEM.holds("cases.read", department=FIRE, area=COUNTY)


@pytest.mark.parametrize(
    ("kind", "signed_in"), [("anonymous", False), ("person", True), ("staff", True), ("client", True), ("system", True)]
)
def test_everybody_but_the_anonymous_is_signed_in(kind, signed_in):
    assert Actor(kind).signed_in is signed_in


def test_the_anonymous_is_nobody():
    assert (ANONYMOUS.account, ANONYMOUS.represents, ANONYMOUS.grants) == (None, None, ())


@pytest.mark.parametrize(
    ("actor", "represents", "fully"),
    [
        (Actor("person", party=5), 5, 5),
        (Actor("person", party=5, acting_for=9), 9, 9),
        (Actor("person", party=5, acting_for=9, services=("food-business",)), 9, None),
        (Actor("staff"), None, None),
    ],
    ids=["themself", "a company", "a company in one service", "nobody"],
)
def test_whose_affairs_these_are(actor, represents, fully):
    assert actor.represents == represents
    assert actor.represents_fully == fully


@pytest.mark.parametrize(
    ("services", "service", "may"),
    [((), "food-business", True), (("food-business",), "food-business", True), (("food-business",), "food", False)],
)
def test_a_mandate_is_for_its_services(services, service, may):
    actor = Actor("person", party=5, acting_for=9, services=services)

    assert actor.may_act_in(service) is may


def test_an_actor_may_be_cut_down_to_one_duty():
    actor = staff(EVERYWHERE, Grant("cases.approve"), IN_MARKET)

    one = actor.holding("cases.read")

    assert one.grants == (EVERYWHERE, IN_MARKET)
    assert one.account == actor.account
    assert actor.holding("cases.decide").grants == ()


def test_the_channel_changes_and_nothing_else_does():
    actor = staff(EVERYWHERE)

    assert actor.with_channel("counter").channel == "counter"
    assert actor.with_channel("counter").with_channel("web") == actor


def test_grants_are_not_written_into_logs():
    assert "cases.read" not in repr(staff(EVERYWHERE))


@pytest.fixture
def rows(db):
    """Rows with a department and an area, under other names: the number in `model`, the area in `app_label`."""
    kept = [(MARKET, DISTRICT), (MARKET, COUNTY), (FIRE, DISTRICT), (FIRE, DISTRICT + "001"), (HEALTH, COUNTY)]
    for department, area in kept:
        ContentType.objects.create(model=department, app_label=area)
    return ContentType.objects.filter(app_label__startswith="9901")


def found(rows, condition) -> set[tuple[int, str]]:
    return {(int(row.model), row.app_label) for row in rows.filter(condition)}


MARKET_ROWS = {(MARKET, DISTRICT), (MARKET, COUNTY)}
DISTRICT_ROWS = {(MARKET, DISTRICT), (FIRE, DISTRICT), (FIRE, DISTRICT + "001")}
ALL_ROWS = MARKET_ROWS | DISTRICT_ROWS | {(HEALTH, COUNTY)}
COLUMNS = {"department": "model", "area": "app_label"}
REACH = [
    ((), set()),
    ((NOWHERE,), set()),
    ((Grant("cases.approve"),), set()),
    ((EVERYWHERE,), ALL_ROWS),
    ((IN_MARKET,), MARKET_ROWS),
    ((IN_DISTRICT,), DISTRICT_ROWS),
    ((MARKET_IN_DISTRICT,), {(MARKET, DISTRICT)}),
    ((IN_MARKET, IN_DISTRICT), MARKET_ROWS | DISTRICT_ROWS),
    ((IN_MARKET, Grant("cases.read", frozenset({HEALTH}))), MARKET_ROWS | {(HEALTH, COUNTY)}),
    ((MARKET_IN_DISTRICT, EVERYWHERE), ALL_ROWS),
    ((EVERYWHERE, MARKET_IN_DISTRICT), ALL_ROWS),
    ((Grant("cases.approve"), MARKET_IN_DISTRICT), {(MARKET, DISTRICT)}),
    ((MARKET_IN_DISTRICT, Grant("cases.approve")), {(MARKET, DISTRICT)}),
]


@pytest.mark.parametrize(("grants", "reached"), REACH)
def test_rows_are_reached_as_far_as_the_duty_goes(rows, grants, reached):
    assert found(rows, staff(*grants).within("cases.read", **COLUMNS)) == reached


@pytest.mark.parametrize(("grants", "reached"), REACH)
def test_the_parts_by_department_reach_the_same_rows_and_none_twice(rows, grants, reached):
    parts = [found(rows, part) for part in staff(*grants).within_by_department("cases.read", **COLUMNS)]

    assert set().union(*parts) == reached
    assert sum(map(len, parts)) == len(reached)


def test_whoever_reaches_very_many_departments_reads_one_part():
    few = Grant("cases.read", frozenset(range(MAX_PARTS)))
    many = Grant("cases.read", frozenset(range(MAX_PARTS + 1)))

    assert len(staff(few).within_by_department("cases.read")) == MAX_PARTS
    assert len(staff(many).within_by_department("cases.read")) == 1


def test_departments_of_another_duty_make_no_parts():
    actor = staff(IN_MARKET, Grant("cases.approve", frozenset({FIRE, HEALTH})))

    assert len(actor.within_by_department("cases.read")) == 1


def test_a_reach_is_where_one_of_the_duties_is_held():
    actor = staff(MARKET_IN_DISTRICT, Grant("cases.approve", frozenset({MARKET}), COUNTY), Grant("cases.accept"))

    assert actor.reach("cases.read", "cases.approve") == {MARKET: {DISTRICT, COUNTY}}
    assert actor.reach("cases.accept") == {None: {""}}
    assert actor.reach("cases.inspect") == {}
    assert SYSTEM.reach("cases.read") == {None: {""}}


def test_one_of_no_conditions_lets_nothing_through_and_one_of_an_empty_one_everything(rows):
    assert found(rows, any_of([])) == set()
    assert found(rows, any_of([Q(model=MARKET), Q()])) == ALL_ROWS
    assert found(rows, any_of([Q(model=MARKET), Q(model=HEALTH)])) == MARKET_ROWS | {(HEALTH, COUNTY)}


def test_the_system_reaches_every_row(rows):
    assert found(rows, SYSTEM.within("cases.read", **COLUMNS)) == ALL_ROWS
    assert [found(rows, part) for part in SYSTEM.within_by_department("cases.read", **COLUMNS)] == [ALL_ROWS]


def test_a_mandate_for_some_services_shows_what_belongs_to_them(rows):
    agent = Actor("person", acting_for=9, services=(DISTRICT,))

    assert found(rows, agent.within_mandate("app_label")) == {(MARKET, DISTRICT), (FIRE, DISTRICT)}


def test_a_mandate_without_limits_shows_everything(rows):
    assert found(rows, Actor("person", acting_for=9).within_mandate("app_label")) == ALL_ROWS
