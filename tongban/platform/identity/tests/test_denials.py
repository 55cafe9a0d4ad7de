"""Whoever guesses on and on is counted: nothing is lost, and the journal does not grow without end."""

from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.identity import schedule
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, DeniedAccess

SOMEBODY = Actor("person", account=7, name="沈一鸣", address="10.0.0.7")


@pytest.fixture(autouse=True)
def three(settings):
    settings.IDENTITY_DENIED_RECORDED_INDIVIDUALLY = 3


def recorded(name="AccessDenied"):
    return [fact.data for fact in Fact.objects.filter(name=f"identity.{name}").order_by("pk")]


def guess(times, actor=SOMEBODY, what="case"):
    for number in range(times):
        identity.record_denied(actor, what, f"GUESS{number}")


def test_the_first_attempts_have_a_fact_each_the_others_share_one_with_their_number(db):
    guess(50)

    assert len(recorded()) == 3
    assert recorded("AccessDeniedCounted") == []
    schedule.tell_counted_attempts()
    assert recorded("AccessDeniedCounted") == [{"what": "case", "times": 47, "key": "GUESS49"}]


def test_every_attempt_is_recorded_or_counted(db):
    for _minute in range(5):
        guess(13)
        identity.flush_counted()

    assert len(recorded()) + sum(data["times"] for data in recorded("AccessDeniedCounted")) == 65
    assert Fact.objects.filter(name__startswith="identity.AccessDenied").count() == 3 + 5


def test_a_fact_that_counts_says_who_it_was(db):
    guess(5)
    identity.flush_counted()

    fact = Fact.objects.get(name="identity.AccessDeniedCounted")
    assert (fact.account, fact.actor, fact.actor_kind, fact.address) == (7, "沈一鸣", "person", "10.0.0.7")


def test_nothing_is_counted_twice(db):
    guess(5)

    assert identity.flush_counted() == 1
    assert identity.flush_counted() == 0


def test_each_person_and_each_kind_of_thing_is_counted_for_itself(db):
    guess(4)
    guess(4, what="licence")
    guess(4, actor=Actor("person", account=8, name="另一人"))
    guess(4, actor=Actor("anonymous", address="10.0.0.8"))
    guess(4, actor=Actor("anonymous", address="10.0.0.9"))

    assert len(recorded()) == 15
    assert DeniedAccess.objects.pending().count() == 5


def test_after_an_hour_attempts_have_a_fact_each_again(db, settings):
    guess(5)
    identity.flush_counted()

    with clock.at(clock.now() + timedelta(seconds=settings.IDENTITY_FORGET_DENIED_SECONDS)):
        guess(2)

    assert len(recorded()) == 5


def test_what_no_fact_counts_yet_is_not_forgotten(db):
    guess(5)
    with clock.at(clock.now() + timedelta(days=2)):
        identity.tidy()
        assert identity.flush_counted() == 1
        identity.tidy()

    assert not DeniedAccess.objects.exists()


def test_who_does_not_wait_with_signing_in_is_counted_too(db, person, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 0
    with clock.at(clock.now()):
        for _turn in range(20):
            Client().post("/identity/sign-in/", {"login": person.login, "password": "falsch-und-lang"})
        identity.flush_counted()

    individually = [data for data in recorded("SignInFailed") if data["cause"] == "too_many"]
    counted = sum(data["times"] for data in recorded("AccessDeniedCounted"))
    assert len(individually) == 3
    assert len(individually) + counted + 1 == 20


def test_a_row_is_there_for_those_who_may_see_it_and_missing_for_others_with_a_fact(operator, official):
    seen = identity.get_visible(Account.objects, identity.actor_of(operator), "account", uid=official.uid)
    with pytest.raises(NotFound):
        identity.get_visible(Account.objects, SOMEBODY, "account", uid=official.uid)

    assert seen == official
    assert recorded() == [{"what": "account", "key": str(official.uid)}]


def test_a_row_that_was_looked_for_in_another_way_must_be_there_too(db):
    with pytest.raises(NotFound):
        identity.must_find(Account.objects.none().first(), SOMEBODY, "account", "nobody")

    assert recorded() == [{"what": "account", "key": "nobody"}]
