"""What leaders and officials can count, and the cases behind each number."""

import csv
from datetime import date, timedelta

import pytest

from tests.cast import found
from tests.snapshots import snapshot
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import figures as counting
from tongban.platform.cases.services.figures import FigureFilters
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.found("B16")]

PERIOD = FigureFilters(date(2026, 1, 1), date(2026, 12, 31))
PAGE = "/desk/cases/figures/"


def three_matters():
    cast = found()
    return cast, cast.decided(), cast.decided(granted=False), cast.accepted()


@pytest.fixture
def begun(db):
    return snapshot("one granted, one refused, one accepted", three_matters)


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def matters(begun):
    """One case granted, one refused, one accepted that lies there."""
    return begun[1:]


@pytest.fixture
def leader(cast) -> Actor:
    role = identity.define_role(actor=SYSTEM, key="leader", name="分管领导", portal="desk", duties=["cases.read"])
    account = identity.open_account(actor=SYSTEM, login="leader", name="分管领导", kind="staff")
    identity.appoint(
        actor=SYSTEM, account=account, department=Department.objects.get(key="city"), role=role, subtree=True
    )
    return identity.actor_of(account)


def total(actor: Actor, by: str = "department"):
    return counting.figures(actor=actor, wanted=PERIOD, by=by)


def test_it_counts_what_came_in_was_decided_in_time_and_refused(matters, leader):
    (row,) = total(leader)

    assert (row.key, row.received, row.decided, row.refused) == ("market-regulation", 3, 2, 1)
    assert (row.on_time, row.on_time_percent, row.late) == (2, 100, 0)
    assert row.days is not None


def test_what_is_open_when_its_promised_day_is_over_is_late_now(matters, leader):
    lying = Case.objects.get(pk=matters[2].pk)
    with clock.at(clock.now() + timedelta(days=60)):
        (row,) = total(leader)
        late = counting.listed(actor=leader, wanted=PERIOD, what="late")

        assert row.late == 1
        assert list(late) == [lying]


def test_by_month_and_service_the_sums_are_the_same(matters, leader):
    for by in ("month", "service", "department"):
        rows = total(leader, by)

        assert [sum(getattr(row, name) for row in rows) for name in ("received", "decided", "refused")] == [3, 2, 1]


@pytest.mark.parametrize("what", ["received", "decided", "on_time", "late", "refused"])
def test_behind_each_number_stand_so_many_cases(matters, leader, what):
    (row,) = total(leader)

    assert counting.listed(actor=leader, wanted=PERIOD, what=what).count() == getattr(row, what)


def test_whoever_sees_no_case_counts_none(matters, cast):
    assert total(Actor("staff")) == []


def test_a_department_counts_only_what_it_sees(matters, leader, cast):
    approver = cast.actor("approver")

    counted = sum(row.received for row in total(approver))

    assert counted == Case.objects.visible_to(approver).submitted_by_people().count() == 3


def test_the_page_shows_the_numbers_and_leads_to_the_cases(matters, cast):
    browser = cast.browser("approver")
    page = browser.get(PAGE).content.decode()
    listed = browser.get(f"{PAGE}cases/?what=refused").content.decode()

    assert "按期办结" in page
    assert "食品经营许可" in page
    assert "2026" in page
    assert matters[1].number in listed
    assert matters[0].number not in listed


def test_months_that_are_none_and_ends_before_the_beginning_do_no_harm(matters, cast):
    browser = cast.browser("approver")

    for query in (
        "?from=2026-13",
        "?from=2099-01&to=2001-01",
        "?from=x&department=nothing&service=nothing",
        "?to=2026-02",
    ):
        assert browser.get(PAGE + query).status_code == 200


def test_the_file_holds_the_same_rows(matters, cast):
    answer = cast.browser("approver").get(f"{PAGE}figures.csv")
    rows = list(csv.reader(b"".join(answer).decode("utf-8-sig").splitlines()))

    assert answer["Content-Type"].startswith("text/csv")
    assert rows[0][:3] == ["分组", "名称", "收件"]
    assert {row[0] for row in rows[1:]} == {"按收件月份", "按部门", "按事项"}
    assert all(row[2] == "3" for row in rows[1:])


def test_nobody_without_the_duty_sees_it(matters, cast):
    assert cast.browser("agent").get(PAGE).status_code in {302, 403, 404}
