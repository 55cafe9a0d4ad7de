"""Coming in and going out, through the pages."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import Client

from tongban import settings as house
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, FailedAttempt, LoginSession
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.identity.tests.conftest import PASSWORD, SIGN_IN, is_signed_in, try_


def test_whoever_knows_the_password_comes_in(client, person, facts):
    answer = client.post(SIGN_IN, {"login": " Lin.Xiaoyun ", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.url == "/"
    assert is_signed_in(client)
    assert facts("SignedIn") == [{"account": person.pk, "device": "", "methods": "pwd", "recognised": True}]


@pytest.mark.parametrize("login", ["lin.xiaoyun", "nobody", ""])
def test_a_wrong_password_and_an_unknown_name_sound_the_same(client, person, login):
    answer = try_(client, login or "x")

    assert answer.status_code == 422
    assert str(identity.WrongPassword.message) in answer.content.decode()


def test_attempts_are_kept_without_the_typed_name(client, person, facts):
    try_(client, person.login)
    try_(client, "my-secret-typed-in-the-wrong-field")

    assert facts("SignInFailed") == [
        {"account": person.pk, "cause": "wrong"},
        {"account": None, "cause": "unknown"},
    ]


def test_a_closed_account_does_not_come_in(client, person, facts):
    identity.deactivate(actor=SYSTEM, account=person, reason="申请注销")

    answer = client.post(SIGN_IN, {"login": person.login, "password": PASSWORD})

    assert answer.status_code == 422
    assert facts("SignInFailed") == [{"account": person.pk, "cause": "inactive"}]


def test_another_system_has_no_password_to_come_in_with(client, open_account):
    open_account("exchange", "client", password=None)

    assert try_(client, "exchange", "").status_code == 422
    assert try_(client, "exchange", "!").status_code == 422


def test_too_many_failures_make_even_the_right_password_wait(client, person, settings, facts):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 2
    start = clock.now()
    with clock.at(start):
        for _ in range(3):
            try_(client, person.login)
        answer = try_(client, person.login, PASSWORD)

        assert answer.status_code == 429
        assert "2" in answer.content.decode()
        assert facts("SignInFailed")[-1]["cause"] == "too_many"
    with clock.at(start + timedelta(seconds=2)):
        assert try_(client, person.login, PASSWORD).status_code == 302


def test_failures_are_counted_for_an_address_whatever_the_name(client, person, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 2
    with clock.at(clock.now()):
        for number in range(3):
            try_(client, f"guess-{number}")

        assert try_(client, person.login, PASSWORD).status_code == 429
        elsewhere = client.post(SIGN_IN, {"login": person.login, "password": PASSWORD}, REMOTE_ADDR="10.9.8.7")
        assert elsewhere.status_code == 302


def test_a_throttled_attempt_is_not_hashed(person, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with clock.at(clock.now()):
        session = Client().session
        with pytest.raises(identity.WrongPassword):
            identity.sign_in(session=session, login=person.login, password="x")
        settings.PASSWORD_HASHERS = []  # from here on, hashing would fail

        with pytest.raises(identity.TooManyAttempts):
            identity.sign_in(session=session, login=person.login, password="x")


def test_success_does_not_pile_up_as_failures(client, person, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 1

    assert [Client().post(SIGN_IN, {"login": person.login, "password": PASSWORD}).status_code for _ in range(4)] == [
        302
    ] * 4


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/identity/sign-ins/", "/identity/sign-ins/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
    ],
)
def test_it_goes_on_only_to_pages_of_ours(client, person, wanted, goes_to):
    answer = client.post(SIGN_IN, {"login": person.login, "password": PASSWORD, "next": wanted})

    assert answer.url == goes_to


@pytest.mark.requirement("PLT-A-02")
def test_everybody_lands_where_they_work(client, city, roles, official, open_account):
    clerk = open_account("chen.jing", "staff", "陈静")
    identity.appoint(actor=SYSTEM, account=clerk, department=city, role=roles["clerk"])
    identity.appoint(actor=SYSTEM, account=official, department=city, role=roles["reviewer"])

    assert client.post(SIGN_IN, {"login": clerk.login, "password": PASSWORD}).url == "/counter/"
    assert client.post(SIGN_IN, {"login": official.login, "password": PASSWORD}).url == "/desk/"
    person = open_account("lin.xiaoyun")
    assert client.post(SIGN_IN, {"login": person.login, "password": PASSWORD}).url == "/"


def test_the_form_for_a_new_password_says_whose_it_is_to_whatever_keeps_passwords(sign_in, person):
    shown = sign_in(person).get("/identity/password/").content.decode()

    assert f'name="username" value="{person.login}" autocomplete="username" hidden' in shown


def test_a_new_password_ends_every_other_sign_in(sign_in, person, facts):
    here, there = sign_in(person), sign_in(person)
    key = here.cookies[settings.SESSION_COOKIE_NAME].value
    new = "qingshi-yanyu-52"

    answer = here.post("/identity/password/", {"old": PASSWORD, "new": new, "again": new})

    assert answer.status_code == 302
    assert is_signed_in(here)
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert not is_signed_in(there)
    assert is_signed_in(sign_in(person, new))
    assert facts("PasswordChanged") == [{"account": person.pk}]


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("not it", "qingshi-yanyu-52", "qingshi-yanyu-52", "old"),
        (PASSWORD, "12345678901", "12345678901", "new"),
        (PASSWORD, "qingshi-yanyu-52", "qingshi-yanyu-53", "again"),
        (PASSWORD, "", "", "new"),
    ],
)
def test_a_faulty_change_of_password_is_told_at_its_field(sign_in, person, old, new, again, field):
    browser = sign_in(person)

    answer = browser.post("/identity/password/", {"old": old, "new": new, "again": again})

    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert Account.objects.get(pk=person.pk).check_password(PASSWORD)


def test_the_demonstration_shows_its_sign_ins_and_a_real_city_none(client, settings, db):
    identity.open_account(actor=SYSTEM, login="lin", name="林晓云", kind="person", demo="申请人")
    settings.DEMO = True
    assert "林晓云" in client.get(SIGN_IN).content.decode()

    settings.DEMO = False

    shown = client.get(SIGN_IN).content.decode()
    assert "林晓云" not in shown
    assert settings.IDENTITY_DEMO_PASSWORD not in shown


@pytest.mark.parametrize("path", ["password/", "sign-ins/", "sign-ins/others/end/"])
def test_a_stranger_is_sent_to_sign_in(client, db, path):
    answer = client.get(f"/identity/{path}")

    assert answer.status_code == 302
    assert answer.url.startswith(SIGN_IN)


def test_passwords_are_kept_as_argon2id_at_the_recommended_cost(open_account, settings):
    settings.PASSWORD_HASHERS = house.PASSWORD_HASHERS

    person = open_account("lin.xiaoyun")

    assert person.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory does not let writers wait in a queue")
@pytest.mark.django_db(transaction=True)
def test_many_at_once_come_in_and_none_is_taken_for_a_guesser(open_account):
    account = open_account("lin.xiaoyun")
    refused = []

    def come_in():
        try:
            for _ in range(3):
                identity.sign_in(session=SessionStore(), login=account.login, password=PASSWORD, address="10.0.0.1")
        except Exception as error:
            refused.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=come_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not refused
    assert LoginSession.objects.filter(account=account).count() == 12
    assert sum(FailedAttempt.objects.values_list("failures", flat=True)) == 0


def test_whoever_is_sent_to_sign_in_is_told_why_and_what_was_not_kept(client, person):
    asked = client.get("/identity/password/", follow=True).content.decode()
    sent = client.post("/identity/password/", {"old": "x"}, follow=True).content.decode()

    assert "登录后会回到您要打开的页面" in asked
    assert "没有保存" not in asked
    assert "刚才提交的内容没有保存" in sent
