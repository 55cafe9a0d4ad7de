"""How long a sign-in lasts, and what ends it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.middleware import Actors
from tongban.platform.identity.models import LoginSession
from tongban.platform.identity.tests.conftest import PASSWORD, SIGN_IN, is_signed_in, try_


def test_a_session_gets_a_new_key_when_somebody_signs_in(client, person):
    session = client.session
    session["left"] = "behind"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key

    client.post(SIGN_IN, {"login": person.login, "password": PASSWORD})

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != session.session_key
    assert not LoginSession.objects.filter(session_key=session.session_key).exists()
    assert "left" not in client.session


def test_signing_out_ends_the_session(sign_in, person, facts):
    browser = sign_in(person)

    browser.post("/identity/sign-out/")

    assert not is_signed_in(browser)
    assert not LoginSession.objects.filter(account=person).exists()
    assert facts("SignedOut") == [{"account": person.pk, "cause": "left"}]


def test_looking_at_the_sign_out_page_does_not_sign_out(sign_in, person):
    browser = sign_in(person)

    browser.get("/identity/sign-out/")

    assert is_signed_in(browser)


def test_an_idle_session_ends_and_a_used_one_goes_on(sign_in, person, settings):
    settings.IDENTITY_PERSON_IDLE_MINUTES = 30
    start = clock.now()
    idle, used = sign_in(person), sign_in(person)

    with clock.at(start + timedelta(minutes=20)):
        assert is_signed_in(used)
    with clock.at(start + timedelta(minutes=31)):
        assert not is_signed_in(idle)
        assert is_signed_in(used)


def test_an_official_is_signed_out_sooner(sign_in, person, official, settings):
    settings.IDENTITY_PERSON_IDLE_MINUTES, settings.IDENTITY_STAFF_IDLE_MINUTES = 60, 15
    start = clock.now()
    browsers = [sign_in(person), sign_in(official)]

    with clock.at(start + timedelta(minutes=20)):
        assert [is_signed_in(browser) for browser in browsers] == [True, False]


def test_a_session_in_use_ends_at_its_longest(sign_in, person, settings):
    settings.IDENTITY_PERSON_IDLE_MINUTES, settings.IDENTITY_MAX_PERSON_HOURS = 60, 2
    start = clock.now()
    browser = sign_in(person)

    lasted = []
    for minutes in (50, 100, 121):
        with clock.at(start + timedelta(minutes=minutes)):
            lasted.append(is_signed_in(browser))

    assert lasted == [True, True, False]


def test_a_closed_account_is_out_at_the_next_request(sign_in, person):
    browser = sign_in(person)

    identity.deactivate(actor=SYSTEM, account=person, reason="申请注销")

    assert not is_signed_in(browser)


def test_an_ended_position_counts_at_the_next_request(sign_in, operator):
    browser = sign_in(operator)
    assert browser.get("/desk/identity/").status_code == 200

    for position in operator.positions.all():
        identity.end_position(actor=SYSTEM, position=position)

    assert browser.get("/desk/identity/").status_code == 403


def test_one_ends_a_sign_in_from_another_device(sign_in, person):
    here, there = sign_in(person), sign_in(person)
    other = LoginSession.objects.get(session_key=there.cookies[settings.SESSION_COOKIE_NAME].value)

    here.post(f"/identity/sign-ins/{other.uid}/end/")

    assert is_signed_in(here)
    assert not is_signed_in(there)


def test_a_strangers_sign_in_cannot_be_ended(sign_in, person, official, facts):
    mine, theirs = sign_in(person), sign_in(official)
    other = LoginSession.objects.get(account=official)

    answer = mine.post(f"/identity/sign-ins/{other.uid}/end/")

    assert answer.status_code == 404
    assert is_signed_in(theirs)
    assert facts("AccessDenied") == [{"what": "login-session", "key": str(other.uid)}]


def test_ending_all_others_leaves_this_one(sign_in, person):
    here, *others = [sign_in(person) for _ in range(3)]

    here.post("/identity/sign-ins/others/end/")

    assert is_signed_in(here)
    assert not any(is_signed_in(browser) for browser in others)


@pytest.mark.parametrize("key", ["x", "0" * 32, "a\x00bcdefgh", "../../etc/passwd", "' or 1=1 --"])
def test_an_invented_session_is_nobodys(client, db, key):
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert not is_signed_in(client)


def test_a_visitor_without_a_session_costs_no_query(db, django_assert_num_queries):
    seen = []
    request = RequestFactory().get("/")

    with django_assert_num_queries(0):
        Actors(lambda request: seen.append(request.actor.kind))(request)

    assert seen == ["anonymous"]


def test_who_asks_is_known_by_one_query(sign_in, person):
    browser = sign_in(person)
    browser.get("/identity/sign-ins/")

    with CaptureQueriesContext(connection) as queries:
        browser.get("/identity/sign-out/")

    assert len([query for query in queries if "identity_" in query["sql"]]) == 1


def test_the_time_of_a_request_is_written_once_a_minute(sign_in, person):
    browser = sign_in(person)
    start = LoginSession.objects.get(account=person).seen_at

    with clock.at(start + timedelta(seconds=59)):
        is_signed_in(browser)
    assert LoginSession.objects.get(account=person).seen_at == start
    with clock.at(start + timedelta(seconds=61)):
        is_signed_in(browser)
    assert LoginSession.objects.get(account=person).seen_at == start + timedelta(seconds=61)


def test_what_is_over_is_forgotten(sign_in, client, person):
    sign_in(person)
    try_(client, "guess")

    with clock.at(clock.now() + timedelta(days=2)):
        identity.tidy()

    assert not LoginSession.objects.exists()
