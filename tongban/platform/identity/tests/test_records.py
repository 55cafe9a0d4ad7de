"""What is kept and told of accounts, positions, departments and keys; and who may bring it about."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, LoginSession, Position
from tongban.platform.identity.tests.conftest import PASSWORD, is_signed_in

# After the operator of these tests was appointed, whatever day it is.
MOMENT = datetime(2126, 3, 1, 2, tzinfo=UTC)


def actor_of(account: Account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def department(key: str) -> Department:
    return Department.objects.get(key=key)


def fact(name: str, number: int = -1) -> Fact:
    return list(Fact.objects.filter(name=f"identity.{name}").order_by("pk"))[number]


@pytest.mark.parametrize("kind", ["person", "staff", "client"])
def test_without_the_duty_nobody_opens_an_account(official, person, kind):
    for actor in (actor_of(official), actor_of(person), ANONYMOUS):
        with pytest.raises(NotAllowed):
            identity.open_account(actor=actor, login="new", name="新", kind=kind)

    assert not Account.objects.known_by("new")


def test_opening_an_account_keeps_all_of_it_and_is_told(db):
    with clock.at(MOMENT):
        account = identity.open_account(
            actor=SYSTEM,
            login="  Wang.Fang ",
            name="王芳",
            kind="person",
            password=PASSWORD,
            email="w@yunze.example",
            phone="13900009999",
            demo="agent",
        )

    kept = Account.objects.get(pk=account.pk)
    assert (kept.login, kept.name, kept.kind, kept.active) == ("wang.fang", "王芳", "person", True)
    assert (kept.email, kept.phone, kept.demo) == ("w@yunze.example", "13900009999", "agent")
    assert (kept.created_at, kept.signed_in_at) == (MOMENT, None)
    assert kept.check_password(PASSWORD)
    told = fact("AccountOpened")
    assert (told.data, told.subject) == ({"account": kept.pk, "kind": "person"}, f"account:{kept.pk}")


def test_an_account_without_a_password_is_opened_by_none(db):
    account = identity.open_account(actor=SYSTEM, login="bank", name="银行", kind="client")

    assert not account.has_usable_password()
    assert not account.check_password("")


def test_a_closed_account_is_signed_out_everywhere_at_once_and_others_are_not(operator, official, person, sign_in):
    theirs, others = sign_in(official), sign_in(person)
    before = {account.pk: account.rights_version for account in (official, person)}

    identity.deactivate(actor=actor_of(operator), account=official, reason="离职")

    assert not LoginSession.objects.filter(account=official).exists()
    assert not is_signed_in(theirs)
    assert is_signed_in(others)
    kept = Account.objects.get(pk=official.pk)
    assert not kept.active
    assert kept.rights_version != before[official.pk]
    assert Account.objects.get(pk=person.pk).rights_version == before[person.pk]
    told = fact("AccountDeactivated")
    assert (told.data, told.subject) == ({"account": official.pk}, f"account:{official.pk}")
    assert (told.reason, told.account) == ("离职", operator.pk)


def test_closing_twice_is_told_once(operator, official, facts):
    for _ in range(2):
        identity.deactivate(actor=actor_of(operator), account=official, reason="离职")

    assert len(facts("AccountDeactivated")) == 1


def test_a_reopened_account_may_do_again_what_it_could(operator, official, city, roles, facts):
    identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])
    identity.deactivate(actor=actor_of(operator), account=official, reason="误操作")
    assert not actor_of(official).holds("cases.review")

    for _ in range(2):
        identity.reactivate(actor=actor_of(operator), account=official, reason="更正")

    assert actor_of(official).holds("cases.review")
    assert facts("AccountReactivated") == [{"account": official.pk}]
    told = fact("AccountReactivated")
    assert (told.reason, told.account, told.subject) == ("更正", operator.pk, f"account:{official.pk}")


@pytest.mark.parametrize("verb", ["deactivate", "reactivate"])
def test_without_the_duty_nobody_closes_or_reopens_an_account(official, person, verb):
    for actor in (actor_of(official), ANONYMOUS):
        with pytest.raises(NotAllowed):
            getattr(identity, verb)(actor=actor, account=person, reason="x")

    assert Account.objects.get(pk=person.pk).active


def test_nobody_reopens_themself(operator):
    with pytest.raises(identity.NotYourself):
        identity.reactivate(actor=actor_of(operator), account=operator, reason="x")


def test_a_position_is_kept_as_it_was_given_and_told(operator, official, roles):
    position = identity.appoint(
        actor=actor_of(operator),
        account=official,
        department=department("market-regulation"),
        role=roles["reviewer"],
        area="990102",
        subtree=True,
        valid_from=date(2026, 3, 2),
        valid_until=date(2026, 12, 31),
    )

    kept = Position.objects.get(pk=position.pk)
    assert (kept.account, kept.role, kept.department.key) == (official, roles["reviewer"], "market-regulation")
    assert (kept.area, kept.subtree) == ("990102", True)
    assert (kept.valid_from, kept.valid_until) == (date(2026, 3, 2), date(2026, 12, 31))
    assert (kept.proposed_by, kept.ended_at, kept.deputy_for) == (None, None, None)
    told = fact("PositionGiven")
    assert told.data == {
        "account": official.pk,
        "department": "market-regulation",
        "role": "reviewer",
        "area": "990102",
        "subtree": True,
        "valid_from": "2026-03-02",
        "valid_until": "2026-12-31",
        "deputy_for": None,
    }
    assert (told.account, told.subject) == (operator.pk, f"account:{official.pk}")


def test_a_position_without_an_end_is_told_without_one(operator, official, roles, city):
    with clock.at(MOMENT):
        identity.appoint(actor=actor_of(operator), account=official, department=city, role=roles["reviewer"])

    assert (fact("PositionGiven").data["valid_from"], fact("PositionGiven").data["valid_until"]) == ("2126-03-01", "")


def test_an_ended_position_is_kept_with_its_moment_and_reason(operator, official, roles, city):
    position = identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])

    with clock.at(MOMENT):
        identity.end_position(actor=actor_of(operator), position=position, reason="调离")

    assert Position.objects.get(pk=position.pk).ended_at == MOMENT
    told = fact("PositionEnded")
    assert (told.reason, told.account, told.subject) == ("调离", operator.pk, f"account:{official.pk}")


def test_nobody_ends_a_position_of_their_own_or_without_the_duty(operator, official, roles, city):
    own = Position.objects.get(account=operator)
    given = identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])

    with pytest.raises(identity.NotYourself):
        identity.end_position(actor=actor_of(operator), position=own)
    with pytest.raises(NotAllowed):
        identity.end_position(actor=actor_of(official), position=given)

    assert Position.objects.get(pk=own.pk).ended_at is None


@pytest.fixture
def approver(city):
    return identity.define_role(actor=SYSTEM, key="approver", name="审批人", duties=["cases.approve"])


@pytest.fixture
def second(open_account, city, roles):
    account = open_account("second", "staff", "白桦")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=roles["operator"], subtree=True)
    return account


def test_the_power_to_decide_counts_only_once_a_second_person_confirms_it(
    operator, second, official, approver, city, facts
):
    position = identity.appoint(actor=actor_of(operator), account=official, department=city, role=approver)
    assert position.proposed_by_id == operator.pk
    assert not actor_of(official).holds("cases.approve")
    assert [proposed["role"] for proposed in facts("PositionProposed")] == ["approver"]
    assert identity.proposed_to(actor_of(second)) == [position]
    assert identity.proposed_to(actor_of(operator)) == []
    assert identity.proposed_to(actor_of(official)) == []

    with pytest.raises(identity.OwnProposal):
        identity.confirm_position(actor=actor_of(operator), position=position)
    with pytest.raises(NotAllowed):
        identity.confirm_position(actor=actor_of(official), position=position)
    assert not actor_of(official).holds("cases.approve")

    for _ in range(2):
        identity.confirm_position(actor=actor_of(second), position=position)

    assert actor_of(official).holds("cases.approve")
    assert Position.objects.get(pk=position.pk).proposed_by is None
    told = [given for given in facts("PositionGiven") if given["role"] == "approver"]
    assert [given["account"] for given in told] == [official.pk]
    assert (fact("PositionGiven").account, fact("PositionGiven").subject) == (second.pk, f"account:{official.pk}")
    assert identity.proposed_to(actor_of(second)) == []


def test_nobody_confirms_their_own_power_to_decide(operator, second, approver, city):
    position = identity.appoint(actor=actor_of(operator), account=second, department=city, role=approver)

    with pytest.raises(identity.NotYourself):
        identity.confirm_position(actor=actor_of(second), position=position)
    assert identity.proposed_to(actor_of(second)) == []


def test_a_proposal_that_was_taken_back_is_confirmed_no_more(operator, second, official, approver, city, facts):
    position = identity.appoint(actor=actor_of(operator), account=official, department=city, role=approver)
    identity.end_position(actor=actor_of(operator), position=position, reason="写错人了")

    assert identity.proposed_to(actor_of(second)) == []
    identity.confirm_position(actor=actor_of(second), position=position)

    assert not actor_of(official).holds("cases.approve")


def test_proposing_the_same_again_is_the_proposal_that_is_there(operator, official, approver, city):
    given = {"actor": actor_of(operator), "account": official, "department": city, "role": approver}

    assert identity.appoint(**given) == identity.appoint(**given)
    assert Position.objects.of(official.pk).count() == 1


def test_a_deputy_of_a_deputy_stands_in_for_nobody(operator, official, roles, city, open_account):
    place = {"actor": SYSTEM, "department": city, "role": roles["reviewer"]}
    first, second = open_account("first", "staff"), open_account("second", "staff")
    identity.appoint(account=official, **place)
    identity.appoint(account=first, deputy_for=official, **place)
    identity.appoint(account=second, deputy_for=first, **place)

    assert actor_of(first).holds("cases.review")
    assert not actor_of(second).holds("cases.review")


@pytest.mark.parametrize("other", ["role", "department", "later"])
def test_a_deputy_holds_only_the_very_place_of_the_colleague(official, roles, city, open_account, other):
    """The colleague still works somewhere, but not in the place that the deputy takes."""
    deputy = open_account("deputy", "staff")
    place = {"actor": SYSTEM, "department": city, "role": roles["reviewer"]}
    held = identity.appoint(account=official, **place)
    identity.appoint(account=deputy, deputy_for=official, **place)
    elsewhere = {
        "role": {"role": roles["clerk"]},
        "department": {"department": department("health")},
        "later": {"valid_from": clock.today() + timedelta(days=10)},
    }[other]
    identity.appoint(account=official, **(place | elsewhere | {"area": "990102"}))

    identity.end_position(actor=SYSTEM, position=held)

    assert not actor_of(deputy).holds("cases.review")


def test_holders_of_a_role_are_those_of_today_in_that_department(official, roles, city, open_account):
    gone, elsewhere, clerk = (open_account(login, "staff") for login in ("gone", "elsewhere", "clerk"))
    place = {"actor": SYSTEM, "department": city, "role": roles["reviewer"]}
    held = identity.appoint(account=official, **place)
    identity.end_position(actor=SYSTEM, position=identity.appoint(account=gone, **place))
    identity.appoint(account=elsewhere, **(place | {"department": department("health")}))
    identity.appoint(account=clerk, **(place | {"role": roles["clerk"]}))

    assert list(Position.objects.holders(role="reviewer", department=city, on=clock.today())) == [held]
    duty = roles["reviewer"].duties[0]
    assert list(identity.officials_for(duty, departments=[city])) == identity.holders_of(duty, department=city)
    both = identity.officials_for(duty, departments=[city, department("health")])
    assert {account.login for account in both} >= {"elsewhere", official.login}
    assert "gone" not in {account.login for account in both}


@pytest.mark.parametrize(
    ("duties", "portal", "refusal"),
    [
        (["cases.read"], "hall", identity.NoSuchPortal),
        (["cases.read"], "nowhere", identity.NoSuchPortal),
        (["cases.fly"], "", identity.NoSuchDuty),
    ],
)
def test_a_role_of_nowhere_or_of_nothing_is_refused(db, duties, portal, refusal):
    with pytest.raises(refusal):
        identity.define_role(actor=SYSTEM, key="odd", name="怪", duties=duties, portal=portal)


def test_defining_a_role_is_told_only_when_it_changes(db, facts):
    for duties in (["cases.read", "cases.accept"], ["cases.accept", "cases.read"], ["cases.read"]):
        identity.define_role(actor=SYSTEM, key="clerk", name="窗口", duties=duties)

    assert facts("RoleDefined") == [
        {"role": "clerk", "duties": ["cases.accept", "cases.read"]},
        {"role": "clerk", "duties": ["cases.read"]},
    ]


def test_a_department_is_kept_as_it_was_put_and_told(city):
    with clock.at(MOMENT):
        made = identity.put_department(
            actor=SYSTEM,
            key="civil-affairs",
            name="民政局",
            parent=city,
            english="Civil Affairs",
            uscc="11990100MB0000001A",
            area="990100",
            order=7,
        )

    kept = Department.objects.get(pk=made.pk)
    assert (kept.name, kept.english, kept.uscc) == ("民政局", "Civil Affairs", "11990100MB0000001A")
    assert (kept.area, kept.order, kept.path, kept.parent) == ("990100", 7, "city/civil-affairs/", city)
    told = fact("DepartmentDefined")
    assert (told.data, told.subject) == ({"department": "civil-affairs", "parent": "city"}, f"department:{kept.pk}")


@pytest.mark.parametrize("below", ["city", "market-regulation", "market-branch"])
def test_a_department_is_not_put_below_itself(city, below):
    """A table of departments may name them in a circle; the tree would lose its top."""
    with pytest.raises(identity.BelowItself, match="云泽市人民政府"):
        identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", parent=department(below))

    assert department("market-branch").path == "city/market-regulation/market-branch/"
    assert department("city").parent is None


def test_a_key_beginning_alike_is_no_department_above(city):
    identity.put_department(actor=SYSTEM, key="city-two", name="二")

    identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", parent=department("city-two"))

    assert department("market-branch").path == "city-two/city/market-regulation/market-branch/"
