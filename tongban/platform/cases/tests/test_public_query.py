"""Whoever has both numbers of a receipt learns how far the case is; whoever guesses one of them learns nothing."""

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock

QUERY = "/cases/query/"


@pytest.fixture
def case(cast):
    return cast.submitted()


def ask(number, code, address="203.0.113.7"):
    return Client().post(QUERY, {"number": number, "query_code": code}, REMOTE_ADDR=address)


def wrong(case):
    return "000000" if case.query_code != "000000" else "111111"


def test_both_numbers_of_the_receipt_tell_how_far_it_is_and_no_name(case):
    answer = ask(f" {case.number.lower()} ", case.query_code)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert case.version.service.name in shown
    assert case.applicant_name not in shown


def test_a_wrong_number_and_a_wrong_code_sound_alike_and_are_noted(case):
    guesses = [ask(case.number, wrong(case)), ask("YZ-NOSUCH", case.query_code)]

    assert [answer.status_code for answer in guesses] == [422, 422]
    assert all("办件编号或查询码不正确" in answer.content.decode() for answer in guesses)
    tried = Fact.objects.named("identity.AccessDenied").order_by("pk")
    assert [fact.data["key"] for fact in tried] == [case.number, "YZ-NOSUCH"]


def test_a_code_is_not_guessed_from_many_addresses(case, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 3
    with clock.at(clock.now()):
        for number in range(4):
            assert ask(case.number, wrong(case), f"10.0.0.{number}").status_code == 422

        late = ask(case.number, case.query_code, "10.0.1.1")

    assert late.status_code == 429
    assert "秒后再试" in late.content.decode()
    assert case.number in late.content.decode(), "what was typed stands there still"


def test_whoever_has_the_receipt_may_ask_as_often_as_they_like(case, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 1
    with clock.at(clock.now()):
        assert [ask(case.number, case.query_code).status_code for _turn in range(5)] == [200] * 5


@pytest.mark.found("F9")
def test_a_number_is_understood_however_it_was_typed(case, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 0
    dashes = case.number.replace("-", "－"), case.number.replace("-", "—"), case.number.replace("-", " ")
    wide = "".join(chr(ord(char) + 0xFEE0) for char in case.number)
    others = case.number.replace("-", ""), f"\u200b{case.number}", wide, f"\u202d{case.number}\u202c"

    for typed in (*dashes, *others):
        assert ask(typed, case.query_code).status_code == 200, typed
    assert not Fact.objects.named("identity.AccessDenied").exists()
