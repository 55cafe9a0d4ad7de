"""A definition that the officials of the city cannot keep apart is not published."""

import shutil
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import definition
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.platform.cases.rules.staffing import StaffedTask, kept_apart, shortage
from tongban.platform.catalogue import services as catalogue
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role

REVIEW, INSPECT, APPROVE = (
    StaffedTask("review", "review"),
    StaffedTask("inspect", "inspect"),
    StaffedTask("approve", "approve"),
)


@pytest.mark.parametrize(
    ("able", "short"),
    [
        ({"review": {1}, "approve": {1}}, ["review", "approve"]),
        ({"review": {1}, "approve": {1, 2}}, []),
        ({"review": {1}, "inspect": {2}, "approve": {1, 2}}, ["review", "inspect", "approve"]),
        ({"review": {1}, "inspect": {1}, "approve": {2}}, []),
        ({"review": {1}, "inspect": {3}, "approve": {1}}, ["review", "approve"]),
        ({"review": set(), "approve": {1}}, []),
        ({}, []),
    ],
)
def test_who_cannot_be_kept_apart(able, short):
    assert shortage(able, kept_apart([REVIEW, INSPECT, APPROVE], one_for_all=False)) == short


def test_what_a_definition_keeps_apart_counts_too():
    tasks = [REVIEW, StaffedTask("inspect", "inspect", apart=("review",))]

    assert shortage({"review": {1}, "inspect": {1}}, kept_apart(tasks, one_for_all=False)) == ["review", "inspect"]


def test_one_may_accept_and_decide_where_the_definition_lets_one():
    tasks, alone = [StaffedTask("accept", "accept"), APPROVE], {"accept": {1}, "approve": {1}}

    assert shortage(alone, kept_apart(tasks, one_for_all=True)) == []
    assert shortage(alone, kept_apart(tasks, one_for_all=False)) == ["accept", "approve"]


def test_two_officers_are_two():
    pairs = kept_apart([StaffedTask("inspect", "inspect", officers=2)], one_for_all=False)

    assert shortage({"inspect": {1}, "inspect#2": {1}}, pairs) == ["inspect", "inspect#2"]
    assert shortage({"inspect": {1, 2}, "inspect#2": {1, 2}}, pairs) == []


TASKS = "abcd"
DESIGNER = Actor("staff", name="孙悦", grants=(Grant("catalogue.publish"),))


@given(
    st.fixed_dictionaries({task: st.sets(st.integers(1, 3), min_size=1) for task in TASKS}),
    st.sets(st.tuples(st.sampled_from(TASKS), st.sampled_from(TASKS)).filter(lambda pair: pair[0] != pair[1])),
)
def test_it_agrees_with_trying_everybody(able, apart):
    every = (dict(zip(TASKS, who, strict=True)) for who in product(*(able[task] for task in TASKS)))
    possible = any(all(chosen[one] != chosen[other] for one, other in apart) for chosen in every)

    assert (shortage(able, apart) == []) == possible


@pytest.fixture
def draft(cast, tmp_path):
    """A second version of the food business permit, not yet published."""
    folder = tmp_path / "food-business"
    shutil.copytree(definition("food-business"), folder)
    guide = folder / "service.toml"
    guide.write_text(guide.read_text().replace('name = "', 'name = "新', 1))
    return catalogue.load(actor=SYSTEM, folder=folder).version


def let_one_do_both(cast) -> None:
    """Let the reviewer be the only one who decides as well."""
    market = Department.objects.get(key="market-regulation")
    identity.appoint(
        actor=SYSTEM, account=cast.accounts["reviewer"], department=market, role=Role.objects.get(key="approver")
    )
    identity.deactivate(actor=SYSTEM, account=cast.accounts["approver"], reason="退休")


def test_one_who_would_review_and_decide_keeps_it_from_being_published(cast, draft):
    let_one_do_both(cast)

    with pytest.raises(catalogue.DefinitionBroken) as refused:
        catalogue.publish(actor=DESIGNER, version=draft)
    assert "须由不同人员办理，但目前只有吴志远能够办理" in str(refused.value)


def test_the_page_of_the_draft_says_so_before(cast, draft):
    let_one_do_both(cast)

    assert any("吴志远" in str(problem.details.get("people")) for problem in catalogue.found_in(draft))


def test_a_colleague_is_enough(cast, draft):
    let_one_do_both(cast)
    cast.another_official("reviewer")

    assert catalogue.publish(actor=DESIGNER, version=draft).state == "published"


def test_the_head_is_enough(cast, draft):
    let_one_do_both(cast)
    market = Department.objects.get(key="market-regulation")
    head = identity.open_account(actor=SYSTEM, login="head", name="韩处", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="head", name="负责人", duties=["cases.lead"])
    identity.appoint(actor=SYSTEM, account=head, department=market, role=role)

    assert catalogue.publish(actor=DESIGNER, version=draft).state == "published"


def test_a_city_without_officials_publishes_what_it_likes(cast, draft):
    for account in Account.objects.filter(kind="staff"):
        identity.deactivate(actor=SYSTEM, account=account, reason="建城之前")

    assert catalogue.publish(actor=DESIGNER, version=draft).state == "published"


def test_the_house_publishes_before_officials_are_there(cast, draft):
    let_one_do_both(cast)

    assert catalogue.publish(actor=SYSTEM, version=draft).state == "published"
