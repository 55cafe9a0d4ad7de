"""What a request must be like."""

import pytest

from tongban.platform.federation import rules

VERIFIER, CHALLENGE = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_challenge_is_that_of_rfc_7636():
    assert rules.challenge_of(VERIFIER) == CHALLENGE
    assert rules.is_verified(VERIFIER, CHALLENGE)


@pytest.mark.parametrize("verifier", ["", "short", VERIFIER[:-1] + "x", "é" * 43, "a" * 129])
def test_another_verifier_does_not_fit(verifier):
    assert not rules.is_verified(verifier, CHALLENGE)


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("https://museum.example/back", False),
        ("http://localhost:8080/back", False),
        ("http://museum.example/back", True),
        ("https://museum.example/back#x", True),
        ("javascript:alert(1)", True),
        ("", True),
    ],
)
def test_answers_go_to_https_or_to_ones_own_machine(address, wrong):
    assert rules.redirect_problem(address) is wrong


def test_two_systems_know_one_person_by_two_numbers():
    assert rules.subject("s", "museum", "1") != rules.subject("s", "library", "1")


def test_a_system_gets_no_scope_that_it_may_not_ask_for():
    assert rules.scopes("phone openid profile", ["openid", "profile"]) == ["openid", "profile"]
