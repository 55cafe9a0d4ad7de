"""机构撤并: a department is dissolved, with a successor or with nothing left to do."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import ports
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Dissolution, Position

WHY = "云机编〔2026〕3号"


def actor_of(account: Account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def department(key: str) -> Department:
    return Department.objects.get(key=key)


def dissolved(key: str = "market-branch", into: str = "market-regulation", actor=SYSTEM) -> Dissolution:
    successor = department(into) if into else None
    return identity.dissolve(actor=actor, department=department(key), successor=successor, reason=WHY)


@pytest.fixture
def reviewer(city, roles, official):
    """An official who reviews in the branch; nothing that two have to give."""
    identity.appoint(actor=SYSTEM, account=official, department=department("market-branch"), role=roles["reviewer"])
    return official


@pytest.fixture
def second(city, roles, open_account):
    account = open_account("shao.ning", "staff", "邵宁")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=roles["operator"], subtree=True)
    return account


@pytest.fixture
def decider(city, open_account):
    """An official of the branch who may manage accounts there, which nobody gives alone."""
    role = identity.define_role(actor=SYSTEM, key="steward", name="账户管理员", duties=["identity.manage"])
    account = open_account("qin.lan", "staff", "秦岚")
    identity.appoint(actor=SYSTEM, account=account, department=department("market-branch"), role=role)
    return account


def test_officials_go_on_in_the_successor_as_what_they_were(reviewer):
    dissolved()

    held = [one.department.key for one in Position.objects.of(reviewer.pk).filter(ended_at=None)]
    assert held == ["market-regulation"]
    assert actor_of(reviewer).holds("cases.review", department=department("market-regulation").pk)


def test_the_successor_reaches_what_the_department_left_behind(reviewer):
    branch = department("market-branch")
    dissolved()

    assert actor_of(reviewer).holds("cases.review", department=branch.pk)


def test_nobody_of_another_department_reaches_it(city, roles, official):
    identity.appoint(actor=SYSTEM, account=official, department=department("health"), role=roles["reviewer"])
    branch = department("market-branch")
    dissolved()

    assert not actor_of(official).holds("cases.review", department=branch.pk)


def test_a_position_held_in_both_is_one_with_the_wider_reach(reviewer, roles):
    market = department("market-regulation")
    identity.appoint(actor=SYSTEM, account=reviewer, department=market, role=roles["reviewer"], subtree=True)
    dissolved()

    (held,) = Position.objects.of(reviewer.pk).filter(ended_at=None)
    assert (held.department.key, held.subtree) == ("market-regulation", True)


def test_what_lies_below_goes_below_the_successor(city):
    dissolved("market-regulation", into="health")

    assert department("market-branch").path == "city/health/market-branch/"
    assert department("market-branch").parent.key == "health"


def test_the_successor_of_a_successor_has_it_all(reviewer):
    dissolved()
    dissolved("market-regulation", into="health")

    assert department("market-branch").acting.key == "health"
    assert actor_of(reviewer).holds("cases.review", department=department("market-branch").pk)


def test_the_same_again_changes_nothing(reviewer, facts):
    dissolved()
    dissolved()

    assert facts("DepartmentDissolved") == [{"department": "market-branch", "successor": "market-regulation"}]
    assert len(facts("PositionMoved")) == 1


def test_one_alone_dissolves_a_department_in_which_nobody_decides(operator, reviewer):
    assert dissolved(actor=actor_of(operator)).done_at


def test_a_second_person_confirms_where_somebody_decides(operator, second, decider):
    assert dissolved(actor=actor_of(operator)).done_at is None
    assert department("market-branch").dissolved_on is None

    identity.confirm_dissolution(actor=actor_of(second), department=department("market-branch"))

    assert department("market-branch").successor.key == "market-regulation"


def test_nobody_confirms_their_own_proposal(operator, decider):
    dissolved(actor=actor_of(operator))

    with pytest.raises(identity.OwnProposal):
        identity.confirm_dissolution(actor=actor_of(operator), department=department("market-branch"))


def test_a_proposal_is_withdrawn(operator, second, decider, facts):
    dissolved(actor=actor_of(operator))
    identity.withdraw_dissolution(actor=actor_of(second), department=department("market-branch"))

    assert not Dissolution.objects.exists()
    assert facts("DissolutionWithdrawn") == [{"department": "market-branch"}]


def test_a_proposal_is_no_way_round_a_successor_that_is_gone(operator, second, decider):
    dissolved(into="health", actor=actor_of(operator))
    dissolved("health", into="market-regulation")

    with pytest.raises(identity.SuccessorUnfit):
        identity.confirm_dissolution(actor=actor_of(second), department=department("market-branch"))


def test_only_who_looks_after_both_may(reviewer, roles, open_account):
    account = open_account("he.lan", "staff", "何岚")
    identity.appoint(
        actor=SYSTEM, account=account, department=department("market-regulation"), role=roles["operator"], subtree=True
    )

    with pytest.raises(NotAllowed):
        dissolved(into="health", actor=actor_of(account))
    with pytest.raises(NotAllowed):
        dissolved(actor=actor_of(reviewer))


@pytest.mark.parametrize(
    ("key", "into", "refusal"),
    [
        ("city", "health", identity.GovernmentStays),
        ("market-regulation", "market-branch", identity.SuccessorUnfit),
        ("market-branch", "market-branch", identity.SuccessorUnfit),
        ("market-regulation", "", identity.WorkLeft),
    ],
)
def test_what_cannot_be_is_refused(city, key, into, refusal):
    with pytest.raises(refusal):
        dissolved(key, into)


def test_another_city_takes_nothing_over(city):
    identity.put_department(actor=SYSTEM, key="other", name="岚川市人民政府")

    with pytest.raises(identity.SuccessorUnfit, match="岚川市人民政府"):
        dissolved(into="other")


def test_no_reason_no_dissolution(city):
    with pytest.raises(identity.NoReasonForIt):
        identity.dissolve(
            actor=SYSTEM, department=department("market-branch"), successor=department("health"), reason=" "
        )


def test_without_a_successor_positions_end(reviewer):
    dissolved(into="")

    assert not actor_of(reviewer).grants
    assert department("market-branch").dissolved_on


def test_open_work_without_a_successor_is_refused_by_name(city, monkeypatch):
    monkeypatch.setattr(ports, "open_work", lambda department: ["3项待办任务"])

    with pytest.raises(identity.WorkLeft, match="临湖分局还有未了事务：3项待办任务。请指定承接部门。"):
        dissolved(into="")


def test_nobody_is_appointed_where_nobody_works(city, roles, official):
    dissolved(into="")

    with pytest.raises(identity.DepartmentGone):
        identity.appoint(actor=SYSTEM, account=official, department=department("market-branch"), role=roles["reviewer"])


def test_a_founding_file_that_still_names_it_speaks_of_the_successor(reviewer, roles):
    dissolved()
    again = identity.put_department(
        actor=SYSTEM, key="market-branch", name="临湖分局", parent=department("market-regulation"), area="990102"
    )
    given = identity.appoint(actor=SYSTEM, account=reviewer, department=again, role=roles["reviewer"])

    assert again.dissolved_on
    assert given.department.key == "market-regulation"
    assert Position.objects.of(reviewer.pk).filter(ended_at=None).count() == 1
