"""After the password: a code of the app, a code from paper, or setting the app up."""

from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import LoginSession
from tongban.platform.notices.models import Notice
from tongban.platform.signin import services as signin
from tongban.platform.signin.models import Authenticator, RecoveryCode
from tongban.platform.signin.tests.conftest import PASSWORD, code_of, is_signed_in, password


@pytest.fixture
def production(settings):
    settings.DEMO = False


def test_a_password_alone_does_not_let_in_who_has_an_app(client, person, with_app):
    with_app(person)

    answer = password(client, person, next="/licences/")

    assert answer.url == "/signin/code/?next=%2Flicences%2F"
    assert not is_signed_in(client)


def test_the_code_of_the_app_lets_in_and_leads_on(client, person, with_app):
    with_app(person)
    password(client, person)

    answer = client.post("/signin/code/", {"code": code_of(person), "next": "/licences/"})

    assert answer.url == "/licences/"
    assert is_signed_in(client)
    assert LoginSession.objects.get(account=person).methods == "pwd otp"


def test_a_code_is_taken_once(client, person, with_app):
    with_app(person)
    with clock.at(clock.now()):
        code = code_of(person)
        password(client, person)
        client.post("/signin/code/", {"code": code})
        client.post("/identity/sign-out/")
        password(client, person)

        answer = client.post("/signin/code/", {"code": code})

    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_a_wrong_code_lets_nobody_in_and_is_recorded(client, person, with_app, facts):
    with_app(person)
    password(client, person)

    answer = client.post("/signin/code/", {"code": "000000"})

    assert answer.status_code == 422
    assert facts("SecondFactorFailed") == [{"account": person.pk, "cause": "wrong"}]


def test_who_guesses_codes_waits(client, person, with_app, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 2
    with_app(person)
    password(client, person)
    for _ in range(3):
        client.post("/signin/code/", {"code": "000000"})

    assert client.post("/signin/code/", {"code": code_of(person)}).status_code == 429


def test_a_right_password_is_good_for_ten_minutes(client, person, with_app):
    with_app(person)
    password(client, person)

    with clock.at(clock.now() + timedelta(minutes=11)):
        answer = client.post("/signin/code/", {"code": code_of(person)})

    assert answer.url == "/identity/sign-in/"


def test_a_code_without_a_password_is_worth_nothing(client, person, with_app):
    with_app(person)

    assert client.post("/signin/code/", {"code": code_of(person)}).url == "/identity/sign-in/"
    assert not is_signed_in(client)


def test_a_changed_password_voids_the_half_of_a_sign_in(client, person, with_app):
    with_app(person)
    password(client, person)
    identity.deactivate(actor=SYSTEM, account=person, reason="申请注销")

    assert client.post("/signin/code/", {"code": code_of(person)}).url == "/identity/sign-in/"


def test_a_recovery_code_lets_in_once(client, person, with_app, facts):
    codes = with_app(person)
    password(client, person)
    client.post("/signin/code/", {"code": codes[0].upper()})
    assert is_signed_in(client)
    client.post("/identity/sign-out/")
    password(client, person)

    answer = client.post("/signin/code/", {"code": codes[0]})

    assert answer.status_code == 422
    assert facts("RecoveryCodeUsed") == [{"account": person.pk, "left": 9}]


def test_neither_secret_nor_codes_lie_open_in_the_database(person, with_app):
    codes = with_app(person)
    stored = Authenticator.objects.filter(account=person).extra(select={"raw": "secret"}).values_list("raw").get()[0]

    assert Authenticator.objects.get(account=person).secret not in stored
    assert not {digest_of(code) for code in codes} & set(RecoveryCode.objects.values_list("digest", flat=True))
    assert all(len(digest) == 64 for digest in RecoveryCode.objects.values_list("digest", flat=True))


def test_in_production_an_official_sets_up_a_second_factor_before_coming_in(client, official, production):
    answer = password(client, official)
    assert answer.url == "/signin/set-up/"
    assert not is_signed_in(client)
    page = client.get("/signin/set-up/").content.decode()
    assert "data:image/svg+xml" in page

    answer = client.post("/signin/set-up/", {"code": code_of(official)})

    assert answer.status_code == 200
    assert is_signed_in(client)
    assert RecoveryCode.objects.filter(account=official).count() == 10


def test_in_production_no_page_of_the_desk_opens_without_the_second_factor(client, official, production):
    password(client, official)

    assert client.get("/desk/").status_code == 302
    assert "sign-in" in client.get("/desk/").url


def test_who_has_a_factor_does_not_set_up_another_with_a_password_alone(client, official, with_app, production):
    with_app(official)
    password(client, official)

    assert client.get("/signin/set-up/").status_code == 409


def test_a_demonstration_lets_officials_in_by_password_and_says_so(client, official):
    password(client, official)

    assert is_signed_in(client)
    assert "这是演示系统" in client.get("/signin/").content.decode()


def test_a_person_needs_no_second_factor(client, person, production):
    password(client, person)

    assert is_signed_in(client)


def test_removing_the_app_takes_the_password(client, person, with_app, facts):
    with_app(person)
    password(client, person)
    client.post("/signin/code/", {"code": code_of(person)})

    assert client.post("/signin/app/remove/", {"password": "wrong"}).status_code == 422
    assert client.post("/signin/app/remove/", {"password": PASSWORD}).url == "/signin/"
    assert not signin.has_second_factor(person)
    assert not RecoveryCode.objects.filter(account=person).exists()


def test_the_owner_is_told_of_what_changes(person, with_app):
    with_app(person)
    jobs.run_all()

    assert "登录方式" in Notice.objects.get(account=person).title


def test_the_help_removes_all_factors_of_who_lost_them(person, official, with_app):
    with_app(person)

    signin.reset_factors(actor=SYSTEM, login=person.login, reason="窗口核验身份证")

    assert not signin.has_second_factor(person)
    assert Fact.objects.filter(name="signin.FactorRemoved", reason="窗口核验身份证").exists()


def test_nobody_without_the_duty_removes_factors(person, official, with_app):
    with_app(person)

    with pytest.raises(NotAllowed):
        signin.reset_factors(actor=identity.actor_of(official), login=person.login, reason="帮忙")

    assert signin.has_second_factor(person)


def signed_in_twice(person, *, same_device: bool) -> list[str]:
    """Sign in from a device, and from it again or from another one; return the titles of notices."""
    first = Client()
    password(first, person)
    password(first if same_device else Client(), person)
    jobs.run_all()
    return [notice.title for notice in Notice.objects.filter(account=person)]


def test_a_sign_in_from_a_new_device_is_told_to_the_owner(person):
    assert signed_in_twice(person, same_device=False) == ["您的账户在新设备上登录"]


def test_the_first_sign_in_and_those_from_a_known_device_are_told_to_nobody(person):
    assert signed_in_twice(person, same_device=True) == []


def test_a_second_factor_from_a_new_device_is_told_to_its_owner(client, person, with_app):
    with_app(person)
    with clock.at(clock.now()):
        password(client, person)
        client.post("/signin/code/", {"code": code_of(person)})
    strange = Client()
    with clock.at(clock.now() + timedelta(minutes=2)):
        password(strange, person)
        strange.post("/signin/code/", {"code": code_of(person)})
    told = [fact.data for fact in Fact.objects.filter(name="identity.SignedIn").order_by("pk")]

    assert [one["recognised"] for one in told] == [True, False]
    assert [one["methods"] for one in told] == ["pwd otp", "pwd otp"]
