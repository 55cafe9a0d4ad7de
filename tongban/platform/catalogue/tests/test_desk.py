"""Definitions at the desk: whoever may not is turned away, what was typed stays, the same click twice does nothing."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.snapshots import snapshot
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Definition, FailedSearch, Service, Version
from tongban.platform.catalogue.pages.guides import FAILED_SEARCH_DAYS
from tongban.platform.catalogue.tests.conftest import opened, spoil
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.identity.sessions import SessionStore

DESK = "/desk/catalogue/"
SIGN = f"{DESK}shop-sign/"
STAFF = {
    "designer": ("urban-management", ("catalogue.design",)),
    "publisher": ("urban-management", ("catalogue.publish",)),
    "outsider": ("health", ("catalogue.design", "catalogue.publish")),
    "clerk": ("urban-management", ("cases.accept",)),
}


def hired() -> dict[str, Account]:
    offices, accounts = opened(), {}
    for login, (office, duties) in STAFF.items():
        account = identity.open_account(actor=SYSTEM, login=login, name=login, kind="staff")
        role = identity.define_role(actor=SYSTEM, key=login, name=login, duties=duties)
        identity.appoint(actor=SYSTEM, account=account, department=offices[office], role=role)
        accounts[login] = account
    return accounts


@pytest.fixture
def staff(db):
    return snapshot("staff of the catalogue", hired)


@pytest.fixture
def draft(staff, folder):
    return catalogue.load(actor=SYSTEM, folder=folder).version


@pytest.fixture
def in_force(draft):
    return catalogue.publish(actor=SYSTEM, version=draft)


@pytest.fixture
def browser(staff):
    """Return somebody's browser, signed in."""

    def opened_by(login: str) -> Client:
        session = SessionStore()
        session.begin(staff[login], address="127.0.0.1", device="tests")
        session.save()
        client = Client(headers={"accept-language": "en"})
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    return opened_by


def text(answer) -> str:
    """Return what a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def states() -> list[str]:
    return [version.state for version in Version.objects.order_by("service", "number")]


def changed(folder, days: int) -> Version:
    text = (folder / "service.toml").read_text()
    (folder / "service.toml").write_text(re.sub(r"promised_days = \d+", f"promised_days = {days}", text))
    return catalogue.load(actor=SYSTEM, folder=folder).version


@pytest.mark.parametrize(
    ("who", "method", "address", "status"),
    [
        ("designer", "get", DESK, 200),
        ("publisher", "get", DESK, 200),
        ("outsider", "get", DESK, 200),
        ("clerk", "get", DESK, 403),
        ("designer", "get", SIGN, 200),
        ("publisher", "get", SIGN, 200),
        ("outsider", "get", SIGN, 404),
        ("clerk", "get", SIGN, 403),
        ("designer", "get", f"{SIGN}1/", 200),
        ("designer", "get", f"{SIGN}2/", 404),
        ("outsider", "get", f"{SIGN}1/", 404),
        ("designer", "get", f"{DESK}nothing/", 404),
        ("designer", "get", f"{DESK}nothing/1/", 404),
        ("designer", "post", f"{SIGN}1/publish/", 403),
        ("clerk", "post", f"{SIGN}1/publish/", 403),
        ("outsider", "post", f"{SIGN}1/publish/", 404),
        ("publisher", "post", f"{SIGN}9/publish/", 404),
        ("publisher", "get", f"{SIGN}1/publish/", 405),
        ("designer", "post", f"{SIGN}withdraw/", 403),
        ("outsider", "post", f"{SIGN}withdraw/", 404),
        ("publisher", "get", f"{SIGN}withdraw/", 405),
        ("publisher", "post", DESK, 405),
        ("clerk", "get", f"{DESK}demands/", 403),
        ("outsider", "get", f"{DESK}demands/", 200),
    ],
)
def test_each_door_opens_for_its_duty_and_reach_alone(in_force, browser, who, method, address, status):
    answer = getattr(browser(who), method)(address, {"reason": "停办"} if method == "post" else {})

    assert answer.status_code == status
    assert states() == ["published"]


def test_a_stranger_at_a_definition_is_in_the_journal(in_force, browser):
    browser("outsider").get(SIGN)

    denied = Fact.objects.filter(name="identity.AccessDenied")
    assert [(fact.actor, fact.data) for fact in denied] == [("outsider", {"what": "service", "key": "shop-sign"})]


def test_the_list_names_the_version_in_force_and_the_newest_draft(in_force, folder, browser):
    changed(folder, 4)

    shown = text(browser("designer").get(DESK))

    assert "店招设置许可 shop-sign 云泽市城市管理局 version 1 version 2" in shown


def test_the_list_says_what_to_do_where_there_is_nothing(staff, browser):
    shown = text(browser("designer").get(DESK))

    assert "No definitions yet" in shown
    assert "manage.py catalogue load FOLDER" in shown


def test_versions_are_shown_newest_first_with_their_days(in_force, folder, browser):
    changed(folder, 4)
    catalogue.publish(actor=SYSTEM, version=changed(folder, 5))

    shown = text(browser("publisher").get(SIGN))

    found = re.findall(r"Version (\d) (Published|Superseded|Draft)", shown)
    assert found == [("3", "Published"), ("2", "Superseded"), ("1", "Superseded")]
    assert shown.count("Ended") == 2
    assert shown.count("Published on") == 2


def test_what_the_check_found_stands_beside_its_version(staff, folder, browser):
    spoil(folder, "service.toml", 'keywords = ["挂招牌", "门头招牌"]\n', "")
    catalogue.load(actor=SYSTEM, folder=folder)
    changed(folder, 4)
    spoil(folder, "service.toml", "visits = 0", 'keywords = ["招牌"]\nvisits = 0')
    catalogue.load(actor=SYSTEM, folder=folder)

    shown = text(browser("designer").get(SIGN))

    assert shown.count("service.toml, keywords: There are no everyday words.") == 2
    assert shown.count("No problems found.") == 1


@pytest.mark.parametrize(("who", "buttons"), [("designer", 0), ("publisher", 1)])
def test_only_whoever_publishes_sees_the_buttons(in_force, folder, browser, who, buttons):
    changed(folder, 4)

    page = browser(who).get(SIGN).content.decode()

    assert page.count(f'action="{SIGN}2/publish/"') == buttons
    assert page.count(f'action="{SIGN}withdraw/"') == buttons
    assert f'action="{SIGN}1/publish/"' not in page


def test_what_is_not_offered_cannot_be_withdrawn_from_its_page(draft, browser):
    page = browser("publisher").get(SIGN).content.decode()

    assert f'action="{SIGN}withdraw/"' not in page
    assert "Guide in the hall" not in page


def test_publishing_says_so_and_leads_back(draft, browser):
    publisher = browser("publisher")

    answer = publisher.post(f"{SIGN}1/publish/")

    assert (answer.status_code, answer["Location"]) == (302, SIGN)
    assert "The version is now in force, and people can find it." in text(publisher.get(SIGN))
    assert (states(), Fact.objects.get(name="catalogue.ServicePublished").actor) == (["published"], "publisher")


def test_publishing_twice_is_done_once(draft, browser):
    publisher = browser("publisher")
    publisher.post(f"{SIGN}1/publish/")

    assert publisher.post(f"{SIGN}1/publish/").status_code == 302
    assert Fact.objects.filter(name="catalogue.ServicePublished").count() == 1


def test_a_draft_that_somebody_replaced_meanwhile_is_not_published(draft, folder, browser):
    publisher = browser("publisher")
    assert publisher.get(SIGN).status_code == 200
    changed(folder, 4)

    answer = publisher.post(f"{SIGN}1/publish/")

    assert answer.status_code == 409
    assert "Only a draft can be published." in text(answer)
    assert states() == ["superseded", "draft"]


def test_a_draft_that_is_sound_no_longer_says_what_is_wrong(draft, browser):
    kept = Definition.objects.get(digest=draft.digest)
    kept.content["guide"]["department"] = "moon"
    kept.save()

    answer = browser("publisher").post(f"{SIGN}1/publish/")

    assert answer.status_code == 422
    assert "No department has the key “moon”." in text(answer)
    assert states() == ["draft"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "Say why the service is withdrawn; the reason is recorded in the journal."),
        (" \n\t", "Say why the service is withdrawn; the reason is recorded in the journal."),
        ("停" * 201, "201"),
    ],
)
def test_a_withdrawal_without_its_reason_keeps_the_page_and_what_was_typed(in_force, browser, reason, said):
    answer = browser("publisher").post(f"{SIGN}withdraw/", {"reason": reason})

    assert answer.status_code == 422
    assert said in text(answer)
    assert reason.strip() in text(answer)
    assert states() == ["published"]


def test_a_withdrawal_says_so_and_its_reason_is_in_the_journal(in_force, browser):
    publisher = browser("publisher")

    answer = publisher.post(f"{SIGN}withdraw/", {"reason": "停" * 200})

    assert (answer.status_code, answer["Location"]) == (302, SIGN)
    assert "The service is no longer offered. Open cases continue under their version." in text(publisher.get(SIGN))
    assert Fact.objects.get(name="catalogue.ServiceWithdrawn").reason == "停" * 200


def test_of_two_who_withdraw_at_once_the_second_is_told(in_force, browser):
    first, second = browser("publisher"), browser("publisher")
    assert first.get(SIGN).status_code == second.get(SIGN).status_code == 200

    first.post(f"{SIGN}withdraw/", {"reason": "停办"})
    answer = second.post(f"{SIGN}withdraw/", {"reason": "停办"})

    assert answer.status_code == 409
    assert "This service is not in force." in text(answer)
    assert Fact.objects.filter(name="catalogue.ServiceWithdrawn").count() == 1


def test_a_withdrawn_service_comes_back_with_a_new_version(in_force, folder, browser):
    publisher = browser("publisher")
    publisher.post(f"{SIGN}withdraw/", {"reason": "停办"})
    changed(folder, 4)

    publisher.post(f"{SIGN}2/publish/")

    service = Service.objects.get(code="shop-sign")
    assert (service.offered, service.online, service.current.number) == (True, True, 2)
    assert states() == ["withdrawn", "published"]


def test_a_preview_shows_the_version_that_was_asked_for_and_no_way_to_apply(in_force, folder, browser):
    changed(folder, 4)
    designer = browser("designer")

    first, second = (text(designer.get(f"{SIGN}{number}/")) for number in (1, 2))

    assert "This is version 1 (Published) as people would read it." in first
    assert "This is version 2 (Draft) as people would read it." in second
    assert ("3 working days" in first, "4 working days" in second) == (True, True)
    assert "/cases/begin/" not in designer.get(f"{SIGN}2/").content.decode()


def test_searches_in_vain_are_listed_newest_and_most_frequent_first(staff, browser):
    today = clock.today()
    for days, wish, times in ((0, "火箭", 1), (0, "飞船", 5), (1, "卫星", 9), (FAILED_SEARCH_DAYS, "月球", 2)):
        FailedSearch.objects.create(day=today - timedelta(days=days), text=wish, times=times)
    FailedSearch.objects.create(day=today - timedelta(days=FAILED_SEARCH_DAYS + 1), text="太阳")

    shown = text(browser("designer").get(f"{DESK}demands/"))

    assert re.findall("火箭|飞船|卫星|月球|太阳", shown) == ["飞船", "火箭", "卫星", "月球"]


def test_where_everything_was_found_the_list_says_so(staff, browser):
    assert "Everything that people searched for was found." in text(browser("designer").get(f"{DESK}demands/"))
