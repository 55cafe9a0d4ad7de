"""From another system to this house and back, with the person's agreement."""

import json

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.federation import services as federation
from tongban.platform.federation.models import Consent
from tongban.platform.federation.tests.conftest import (
    BACK,
    KEY,
    address,
    agreed,
    answer,
    asking,
    exchanged,
    proof,
    renewed,
)
from tongban.platform.identity import services as identity


def test_the_page_says_who_asks_what_for_and_what_they_learn(browser, museum):
    page = browser.get(address(museum)).content.decode()

    for word in ("云泽博物馆", "预约参观", "您的姓名", "museum.example"):
        assert word in page
    assert "手机号码" not in page


def test_whoever_agrees_goes_back_with_a_code(browser, museum, account, facts):
    told = answer(browser.post(address(museum), {"agree": "yes"}))

    assert told["state"] == "xyz"
    assert told["iss"] == federation.issuer()
    assert facts("SignOnAgreed")[0]["account"] == account.pk


def test_whoever_does_not_agree_goes_back_without(browser, museum):
    assert answer(browser.post(address(museum), {"agree": "no"}))["error"] == "access_denied"
    assert not Consent.objects.exists()


def test_whoever_agreed_before_is_not_asked_again(browser, museum):
    agreed(browser, museum)

    assert "code" in answer(browser.get(address(museum)))


def test_a_stranger_signs_in_here_first(client, museum):
    assert "/identity/sign-in/" in client.get(address(museum)).url


def test_a_silent_question_is_answered_at_once(client, browser, museum):
    assert answer(client.get(address(museum, prompt="none")))["error"] == "login_required"
    assert answer(browser.get(address(museum, prompt="none")))["error"] == "consent_required"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
def test_a_wrong_question_is_told_to_the_system(browser, museum, wrong, error):
    assert answer(browser.get(address(museum, **wrong)))["error"] == error


@pytest.mark.parametrize("wrong", [{"redirect_uri": "https://evil.example/"}, {"client_id": "rp-unknown"}])
def test_nobody_is_sent_to_an_address_that_was_not_registered(browser, museum, wrong):
    assert browser.get(address(museum, **wrong)).status_code == 422


def test_the_browser_may_follow_the_answer_to_that_system_alone(browser, museum):
    policy = browser.get(address(museum)).headers["Content-Security-Policy"]

    assert "form-action 'self' https://museum.example" in policy


def test_the_tokens_are_signed_by_a_told_key_and_say_how_one_came_in(browser, museum):
    tokens = exchanged(museum, agreed(browser, museum)).json()

    claims = jwt.decode(tokens["id_token"], KeySet.import_key_set(Client().get("/oauth/jwks").json())).claims
    assert claims["aud"] == museum.handle
    assert claims["nonce"] == "n-1"
    assert claims["amr"] == ["pwd", "otp"]
    assert claims["acr"] == "urn:tongban:assurance:1"


def test_the_access_token_tells_what_was_agreed_to_and_nothing_more(browser, museum):
    token = exchanged(museum, agreed(browser, museum)).json()["access_token"]

    told = Client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).json()

    assert told["name"] == "林晓云"
    assert "email" not in told


def test_a_withdrawn_agreement_counts_at_once(browser, museum):
    tokens = exchanged(museum, agreed(browser, museum)).json()
    consent = Consent.objects.get()

    browser.post(f"/federation/{consent.uid}/withdraw/")

    assert (
        Client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"}).status_code
        == 401
    )
    assert renewed(museum, tokens["refresh_token"]).json() == {"error": "invalid_grant"}


def test_a_code_is_good_once_and_a_second_showing_voids_all(browser, museum, facts):
    code = agreed(browser, museum)
    tokens = exchanged(museum, code).json()

    assert exchanged(museum, code).json() == {"error": "invalid_grant"}
    assert renewed(museum, tokens["refresh_token"]).json() == {"error": "invalid_grant"}
    assert len(facts("TokenReplayed")) == 1


def test_a_refresh_token_rotates_and_an_old_one_voids_the_new(browser, museum):
    first = exchanged(museum, agreed(browser, museum)).json()["refresh_token"]
    second = renewed(museum, first).json()["refresh_token"]
    assert second != first

    assert renewed(museum, first).status_code == 400
    assert renewed(museum, second).status_code == 400


@pytest.mark.parametrize("wrong", [{"code_verifier": "b" * 43}, {"redirect_uri": "https://evil.example/"}])
def test_a_stolen_code_is_worth_nothing(browser, museum, wrong):
    assert exchanged(museum, agreed(browser, museum), **wrong).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "wrong", [{"aud": "https://elsewhere.example"}, {"exp": 1}, {"sub": "rp-other"}, {"jti": None}]
)
def test_a_wrong_proof_is_no_proof(browser, museum, wrong):
    answered = exchanged(museum, agreed(browser, museum), **proof(museum, **wrong))

    assert (answered.status_code, answered.json()) == (401, {"error": "invalid_client"})


def test_a_proof_by_another_key_or_shown_twice_is_no_proof(browser, museum):
    stranger = ECKey.generate_key("P-256", {"kid": "museum-1"})
    once = proof(museum)

    assert exchanged(museum, "x", **proof(museum, stranger)).status_code == 401
    assert exchanged(museum, "x", **once).status_code == 400
    assert exchanged(museum, "x", **once).status_code == 401


def test_a_pushed_request_keeps_the_question_out_of_the_address(browser, museum):
    pushed = Client().post("/oauth/par", {**asking(museum), **proof(museum)})
    assert pushed.status_code == 201
    where = f"/federation/authorize/?client_id={museum.handle}&request_uri={pushed.json()['request_uri']}"

    told = answer(browser.post(where, {"agree": "yes"}))

    assert exchanged(museum, told["code"]).status_code == 200


def test_a_pushed_request_takes_a_proof(museum):
    assert Client().post("/oauth/par", asking(museum)).status_code == 401


def test_a_system_that_was_shut_out_learns_nothing_more(browser, museum):
    token = exchanged(museum, agreed(browser, museum)).json()["access_token"]

    federation.shut_out(actor=SYSTEM, uid=str(museum.uid), reason="合同终止")

    assert Client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert browser.get(address(museum)).status_code == 422


def test_a_token_of_before_is_checked_after_the_key_was_renewed(browser, museum):
    token = exchanged(museum, agreed(browser, museum)).json()["access_token"]
    Key.objects.filter(owner="federation").update(retired_at="2026-01-01T00:00:00Z")
    crypto.key_for("federation")

    assert len(Client().get("/oauth/jwks").json()["keys"]) == 2
    assert Client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_an_id_token_is_no_access_token(browser, museum):
    token = exchanged(museum, agreed(browser, museum)).json()["id_token"]

    assert Client().get("/oauth/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_signing_out_at_a_systems_wish_asks_and_leads_back(browser, museum):
    where = f"/federation/logout/?client_id={museum.handle}&post_logout_redirect_uri=https://museum.example/out"
    assert browser.get(where).status_code == 200

    assert browser.post(f"{where}&state=s1").url == "https://museum.example/out?state=s1"
    assert browser.get("/identity/sign-ins/").status_code == 302


def test_nobody_is_led_elsewhere_after_signing_out(browser, museum):
    where = f"/federation/logout/?client_id={museum.handle}&post_logout_redirect_uri=https://evil.example/"

    assert browser.post(where).url == "/"


@pytest.mark.parametrize(
    "keys", ["", "no json", "[]", '{"keys": []}', json.dumps({"keys": [KEY.as_dict(private=True)]})]
)
def test_only_public_keys_are_taken(db, keys):
    with pytest.raises(federation.KeysUnfit):
        federation.admit(actor=SYSTEM, title="馆", purpose="约", redirect_uris=[BACK], keys=keys, scopes=[])


def test_nobody_without_the_duty_admits_a_system(account):
    with pytest.raises(NotAllowed):
        federation.admit(
            actor=identity.actor_of(account), title="馆", purpose="约", redirect_uris=[BACK], keys="{}", scopes=[]
        )


def test_a_stranger_does_not_withdraw_for_another(browser, museum):
    agreed(browser, museum)
    consent = Consent.objects.get()

    assert Client().post(f"/federation/{consent.uid}/withdraw/").status_code == 302
    assert Consent.objects.in_force().exists()
