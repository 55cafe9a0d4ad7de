"""What reaches the whole house is given by whoever looks after all of it, and by nobody else."""

from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.module import citywide_duties
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position, Role

DEPARTMENTS = ("city", "market-regulation", "market-branch", "health")
PLACES = st.lists(
    st.tuples(st.sampled_from(DEPARTMENTS), st.booleans(), st.sampled_from(("", "990100", "990102"))),
    min_size=1,
    max_size=3,
    unique=True,
)


def actor_of(account: Account):
    return identity.actor_of(Account.objects.get(pk=account.pk))


def department(key: str) -> Department:
    return Department.objects.get(key=key)


@pytest.fixture
def steward(city, roles, open_account):
    """Make somebody who looks after accounts in these places: key of the department, with all below, area."""
    identity.define_role(actor=SYSTEM, key="steward", name="账户管理员", duties=["identity.manage"])
    identity.define_role(actor=SYSTEM, key="reader", name="日志", duties=["cases.read", "journal.read"])

    def steward_(login: str, *places: tuple[str, bool, str]) -> Account:
        account = open_account(login, "staff", password=None)
        for key, below, area in places:
            identity.appoint(
                actor=SYSTEM,
                account=account,
                department=department(key),
                role=Role.objects.get(key="steward"),
                subtree=below,
                area=area,
            )
        return account

    return steward_


def everything_given(manager: Account, to: Account) -> set[str]:
    """Let the manager give whatever they can; return the roles that came of it."""
    actor, places = actor_of(manager), [department(key) for key in DEPARTMENTS]
    for role, place, below, area in product(Role.objects.all(), places, (False, True), ("", "990102")):
        try:
            identity.appoint(actor=actor, account=to, department=place, role=role, subtree=below, area=area)
        except (NotAllowed, identity.DutyIsCitywide, identity.PositionDiffers):
            continue
    return set(Position.objects.of(to.pk).values_list("role__key", flat=True))


@given(places=PLACES)
@example(places=[("city", True, "")])
@example(places=[("city", True, "990100")])
@example(places=[("city", False, "")])
@example(places=[("city", False, ""), ("health", False, ""), ("market-regulation", True, "")])
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nobody_gives_what_reaches_the_house_unless_they_look_after_it(steward, open_account, places):
    serial = Account.objects.count()
    manager = steward(f"manager-{serial}", *places)
    appointed = open_account(f"appointed-{serial}", "staff", password=None)

    given_roles = everything_given(manager, appointed)

    wide = {(key, below) for key, below, area in places if not area}
    one_by_one = {"city", "health"} <= {key for key, _below in wide} and ("market-regulation", True) in wide
    whole = ("city", True) in wide or one_by_one
    held = {grant.duty for grant in actor_of(appointed).grants}
    assert bool(held & citywide_duties()) == whole
    assert not whole or given_roles == set(Role.objects.values_list("key", flat=True))
    assert identity.manages_all(actor_of(manager)) == whole


def test_whoever_looks_after_one_department_gives_its_roles_and_no_others(steward, roles, official):
    local = steward("local", ("health", True, ""))

    assert identity.appoint(
        actor=actor_of(local), account=official, department=department("health"), role=roles["reviewer"]
    )
    for key in ("reader", "operator"):
        with pytest.raises(identity.DutyIsCitywide):
            identity.appoint(
                actor=actor_of(local), account=official, department=department("health"), role=Role.objects.get(key=key)
            )
    offered = {role.key for role in identity.roles_to_give(actor_of(local))}
    assert {"steward", "reviewer"} <= offered
    assert not offered & {"reader", "operator"}


def test_what_a_role_may_do_is_said_by_whoever_looks_after_the_house(steward, operator, official):
    local = steward("local", ("health", True, ""))
    more = {"key": "reviewer", "name": "审查员", "duties": ["cases.review", "journal.read"]}

    with pytest.raises(identity.DutyIsCitywide):
        identity.define_role(actor=actor_of(local), **more)

    assert identity.define_role(actor=actor_of(operator), **more).duties == more["duties"]


@pytest.mark.found("S-H5")
def test_people_and_systems_belong_to_whoever_looks_after_the_whole_city(steward, operator, official, open_account):
    local = actor_of(steward("local", ("health", True, "")))
    person, system = open_account("lin.xiaoyun", "person"), open_account("gateway", "client", password=None)

    for account in (person, system):
        for tried in (
            lambda account=account: identity.make_link(actor=local, account=account, reason="x"),
            lambda account=account: identity.deactivate(actor=local, account=account, reason="x"),
            lambda account=account: identity.reactivate(actor=local, account=account, reason="x"),
        ):
            with pytest.raises(NotFound):
                tried()
        assert account not in Account.objects.visible_to(local)
        assert account in Account.objects.visible_to(actor_of(operator))
    for kind in ("person", "client"):
        with pytest.raises(identity.DutyIsCitywide):
            identity.open_account(actor=local, login="new", name="新", kind=kind)
    assert (
        identity.make_link(actor=actor_of(operator), account=person, reason="本人到场，已核验身份证").made_by
        == operator
    )
    assert official in Account.objects.visible_to(local), "an official without a position can be given one"


def test_who_reaches_the_house_is_closed_reset_or_dismissed_by_whoever_looks_after_it(steward, operator, official):
    """It is so although the position is in the one department that somebody looks after."""
    local = actor_of(steward("local", ("health", True, "")))
    reader = Role.objects.get(key="reader")
    position = identity.appoint(actor=SYSTEM, account=official, department=department("health"), role=reader)

    for tried in (
        lambda: identity.make_link(actor=local, account=official, reason="x"),
        lambda: identity.deactivate(actor=local, account=official, reason="x"),
        lambda: identity.reactivate(actor=local, account=official, reason="x"),
        lambda: identity.end_position(actor=local, position=position),
    ):
        with pytest.raises(identity.DutyIsCitywide):
            tried()

    assert identity.make_link(actor=actor_of(operator), account=official, reason="忘记密码")
    assert identity.end_position(actor=actor_of(operator), position=position).ended_at
    assert not identity.deactivate(actor=local, account=official, reason="离职").active


def test_whoever_is_appointed_here_too_is_not_closed_from_here(steward, roles, official):
    local = actor_of(steward("local", ("health", True, "")))
    identity.appoint(actor=SYSTEM, account=official, department=department("market-regulation"), role=roles["reviewer"])

    identity.appoint(actor=local, account=official, department=department("health"), role=roles["reviewer"])

    with pytest.raises(NotAllowed):
        identity.deactivate(actor=local, account=official, reason="x")
    assert Account.objects.get(pk=official.pk).active


def test_a_key_gets_what_reaches_the_house_from_whoever_looks_after_it(operator, roles, open_account, city):
    system = open_account("exchange", "client", password=None)
    keeper = open_account("keeper", "staff", password=None)
    role = identity.define_role(actor=SYSTEM, key="keeper", name="密钥", duties=["identity.manage_tokens"])
    identity.appoint(actor=SYSTEM, account=keeper, department=city, role=role, subtree=True)
    key = {"account": system, "title": "数据交换"}

    assert identity.make_token(actor=actor_of(keeper), duties=["cases.read"], **key)
    with pytest.raises(NotAllowed):
        identity.make_token(actor=actor_of(keeper), duties=["cases.read", "cases.file"], **key)
    assert identity.make_token(actor=actor_of(operator), duties=["cases.read", "cases.file"], **key)


def test_a_department_is_taken_only_from_whoever_looks_after_it(steward, city):
    local = actor_of(steward("local", ("health", True, "")))

    with pytest.raises(NotAllowed):
        identity.put_department(actor=local, key="market-branch", name="分局", parent=department("health"))
    with pytest.raises(identity.DutyIsCitywide):
        identity.put_department(actor=local, key="another", name="另一", parent=None)

    assert department("market-branch").parent == department("market-regulation")
    assert identity.put_department(actor=local, key="health-branch", name="分局", parent=department("health"))


def test_a_department_that_an_imported_list_names_takes_nothing_from_the_house(operator, steward):
    identity.put_department(actor=SYSTEM, key="named", name="省某厅")
    named = steward("named", ("named", True, ""))

    assert identity.manages_all(actor_of(operator))
    assert not identity.manages_all(actor_of(named))


def test_the_pages_offer_what_may_be_given(steward, roles, official, operator, open_account, sign_in):
    local = open_account("local", "staff")
    identity.appoint(
        actor=SYSTEM, account=local, department=department("health"), role=Role.objects.get(key="reviewer")
    )
    steward("local", ("health", True, ""))
    identity.appoint(actor=SYSTEM, account=official, department=department("health"), role=roles["operator"])
    page = f"/desk/identity/{official.uid}/"

    browser = sign_in(local)
    shown = browser.get(page).content.decode()
    refused = browser.post(f"{page}appoint/", {"role": "operator", "department": "health"})

    assert 'value="reviewer"' in shown
    assert 'value="operator"' not in shown
    assert f"{page}close/" not in shown
    assert f"{page}link/" not in shown
    assert "/end/" not in shown
    assert refused.status_code == 422
    assert browser.post(f"{page}close/", {"reason": "x"}).status_code == 403
    shown = sign_in(operator).get(page).content.decode()
    assert 'value="operator"' in shown
    assert f"{page}close/" in shown
    assert "/end/" in shown
