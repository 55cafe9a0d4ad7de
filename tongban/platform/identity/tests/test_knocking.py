"""Whoever guesses on and on is counted: nothing is lost, and the journal does not grow without end."""

from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity import schedule
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Knock

SOMEBODY = Actor("person", account=7, name="沈一鸣", address="10.0.0.7")


@pytest.fixture(autouse=True)
def three(settings):
    settings.IDENTITY_DOORS_TOLD_SINGLY = 3


def told(name="DoorTried"):
    return [fact.data for fact in Fact.objects.filter(name=f"identity.{name}").order_by("pk")]


def knock(times, actor=SOMEBODY, what="case"):
    for number in range(times):
        identity.door_tried(actor, what, f"GUESS{number}")


def test_the_first_attempts_are_told_one_by_one_the_others_in_one_with_their_number(db):
    knock(50)

    assert len(told()) == 3
    assert told("DoorsTried") == []
    schedule.tell_counted_attempts()
    assert told("DoorsTried") == [{"what": "case", "times": 47, "key": "GUESS49"}]


def test_every_attempt_is_told_or_counted(db):
    for _minute in range(5):
        knock(13)
        identity.tell_counted()

    assert len(told()) + sum(data["times"] for data in told("DoorsTried")) == 65
    assert Fact.objects.filter(name__startswith="identity.Door").count() == 3 + 5


def test_what_is_told_in_one_says_who_it_was(db):
    knock(5)
    identity.tell_counted()

    fact = Fact.objects.get(name="identity.DoorsTried")
    assert (fact.account, fact.actor, fact.actor_kind, fact.address) == (7, "沈一鸣", "person", "10.0.0.7")


def test_nothing_is_told_twice(db):
    knock(5)

    assert identity.tell_counted() == 1
    assert identity.tell_counted() == 0


def test_each_person_and_each_kind_of_thing_is_counted_for_itself(db):
    knock(4)
    knock(4, what="licence")
    knock(4, actor=Actor("person", account=8, name="另一人"))
    knock(4, actor=Actor("anonymous", address="10.0.0.8"))
    knock(4, actor=Actor("anonymous", address="10.0.0.9"))

    assert len(told()) == 15
    assert Knock.objects.waiting().count() == 5


def test_after_an_hour_attempts_are_told_one_by_one_again(db, settings):
    knock(5)
    identity.tell_counted()

    with clock.at(clock.now() + timedelta(seconds=settings.IDENTITY_DOORS_FORGET_SECONDS)):
        knock(2)

    assert len(told()) == 5


def test_what_waits_to_be_told_is_not_forgotten(db):
    knock(5)
    with clock.at(clock.now() + timedelta(days=2)):
        identity.tidy()
        assert identity.tell_counted() == 1
        identity.tidy()

    assert not Knock.objects.exists()


def test_who_does_not_wait_with_signing_in_is_counted_too(db, person, settings):
    settings.IDENTITY_FREE_TRIES_PER_ADDRESS = 0
    with clock.at(clock.now()):
        for _turn in range(20):
            Client().post("/identity/sign-in/", {"login": person.login, "password": "falsch-und-lang"})
        identity.tell_counted()

    told_singly = [data for data in told("SignInFailed") if data["cause"] == "too_many"]
    counted = sum(data["times"] for data in told("DoorsTried"))
    assert len(told_singly) == 3
    assert len(told_singly) + counted + 1 == 20
