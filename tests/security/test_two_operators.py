"""Nobody gives the power to decide alone: a second person confirms, and the journal names both."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import translation

from tests.cast import Cast
from tests.sample_city import appointed, role_key
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position, ResetLink, Role

pytestmark = pytest.mark.found("S-LOW")


@pytest.fixture(autouse=True)
def in_chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


MANAGER = role_key(("identity.manage",))


@pytest.fixture
def operator(cast: Cast) -> Client:
    """Make somebody who looks after the accounts of the whole city."""
    browser = appointed(cast, "city", duties=["identity.manage"], subtree=True)
    cast.accounts["first"] = cast.accounts["elsewhere"]
    return browser


@pytest.fixture
def second(cast: Cast, operator: Client) -> Client:
    account = identity.open_account(actor=SYSTEM, login="second", name="白桦", kind="staff")
    city, role = Department.objects.get(key="city"), Role.objects.get(key=MANAGER)
    identity.appoint(actor=SYSTEM, account=account, department=city, role=role, subtree=True)
    cast.accounts["second"] = account
    return cast.browser("second")


def acting(cast: Cast, name: str) -> Actor:
    return identity.actor_of(Account.objects.get(pk=cast.accounts[name].pk))


def newcomer(operator: Client, role: str, password: str = "shanhu-qingchen-51") -> Account:
    """Open an account and appoint it, as one operator does alone."""
    operator.post("/desk/identity/open/", {"kind": "staff", "login": "new.one", "name": "孟洁", "password": password})
    account = Account.objects.get(login="new.one")
    operator.post(f"/desk/identity/{account.uid}/appoint/", {"role": role, "department": "market-regulation"})
    return Account.objects.get(pk=account.pk)


def confirm(browser: Client, account: Account) -> int:
    position = Position.objects.of(account.pk).get()
    return browser.post(f"/desk/identity/{account.uid}/positions/{position.uid}/confirm/").status_code


def test_one_operator_alone_appoints_no_approver(cast: Cast, operator: Client) -> None:
    account = newcomer(operator, "approver")

    assert not identity.grants_of(account)
    assert confirm(operator, account) == 403
    assert not identity.grants_of(Account.objects.get(pk=account.pk))
    page = operator.get(f"/desk/identity/{account.uid}/").content.decode()
    assert "待复核" in page
    assert "manage.py city apply" in page
    assert "/confirm/" not in page


def test_with_the_second_ones_word_it_counts_and_both_stand_in_the_journal(
    cast: Cast, operator: Client, second: Client
) -> None:
    account = newcomer(operator, "approver")

    assert "孟洁" in second.get("/desk/identity/").content.decode()
    assert "/confirm/" in second.get(f"/desk/identity/{account.uid}/").content.decode()
    assert confirm(second, account) == 302

    assert identity.actor_of(Account.objects.get(pk=account.pk)).holds("cases.approve")
    facts = Fact.objects.filter(subject=f"account:{account.pk}", name__startswith="identity.Position").order_by("pk")
    assert [(fact.name, fact.actor) for fact in facts] == [
        ("identity.PositionProposed", "岑二"),
        ("identity.PositionGiven", "白桦"),
    ]
    assert "待您复核" not in second.get("/desk/identity/").content.decode()


def test_a_second_operator_is_not_made_by_one_alone_either(cast: Cast, operator: Client) -> None:
    account = newcomer(operator, MANAGER)

    assert not identity.grants_of(account)


def test_nobody_confirms_their_own_and_a_dropped_proposal_gives_nothing(
    cast: Cast, operator: Client, second: Client
) -> None:
    account = newcomer(operator, "approver")
    position = Position.objects.of(account.pk).get()
    second.post(f"/desk/identity/{account.uid}/positions/{position.uid}/end/", {"reason": "未经组织任命"})

    assert confirm(second, account) == 302
    assert not identity.grants_of(Account.objects.get(pk=account.pk))


def test_what_decides_nothing_is_given_as_before(cast: Cast, operator: Client) -> None:
    assert {grant.duty for grant in identity.grants_of(newcomer(operator, "reviewer"))} == {
        "cases.review",
        "cases.read",
    }


def test_a_link_into_an_approvers_account_takes_two(cast: Cast, operator: Client, second: Client) -> None:
    address = f"/desk/identity/{cast.accounts['approver'].uid}/link/"

    asked = operator.post(address, {"purpose": "本人来电，已核对工号"}, follow=True)
    again = operator.post(address, {"purpose": "再来一次"}, follow=True)

    for page in (asked, again):
        assert "/identity/reset/" not in page.content.decode()
    assert not ResetLink.objects.filter(proposed=False).exists()
    made = second.post(address, {"purpose": "已回拨核实"}).content.decode()
    assert "/identity/reset/" in made
    ways = [fact.data["way"] for fact in Fact.objects.filter(name="identity.ResetLinkMade").order_by("pk")]
    assert ways == ["proposed", "proposed", "handed over"]


def test_a_proposed_link_opens_nothing(cast: Cast, operator: Client) -> None:
    account = Account.objects.get(pk=cast.accounts["approver"].pk)
    link = identity.make_link(actor=acting(cast, "first"), account=account, reason="本人来电")

    with pytest.raises(identity.LinkUnusable):
        identity.link_of(identity.address_of(link).rpartition("/reset/")[2].strip("/"), actor=SYSTEM)


def test_the_founding_file_still_makes_the_first_ones(cast: Cast, operator: Client) -> None:
    account = newcomer(operator, "approver")
    office, role = Department.objects.get(key="market-regulation"), Role.objects.get(key="approver")

    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)

    assert identity.actor_of(Account.objects.get(pk=account.pk)).holds("cases.approve")
    assert Position.objects.of(account.pk).count() == 1
