"""Signing in with an account elsewhere: linked by its owner, or by verified ID data; everything else is refused."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.linking import ports, rules
from tongban.platform.linking import services as linking
from tongban.platform.linking.models import LinkedAccount
from tongban.platform.linking.tests.conftest import HER, account_of, browser, came, gone, there

pytestmark = pytest.mark.django_db
WECHAT = {"subject": "xiaoyun"}


def test_only_configured_providers_are_shown_and_simulated_ones_say_so(db, settings, vouching):
    assert "/linking/" not in Client().get("/identity/sign-in/").content.decode()
    settings.LINKING_WECHAT = vouching["wechat"]
    page = Client().get("/identity/sign-in/?next=/licences/").content.decode()

    assert "/linking/wechat/start/?next=/licences/" in page
    assert "/linking/national/" not in page
    assert "模拟" in page
    assert Client().get("/linking/national/start/").status_code == 404


def test_what_is_asked_of_the_providers(providers):
    national = Client().get("/linking/national/start/").url
    wechat = Client().get("/linking/wechat/start/").url

    asked = {name: values[0] for name, values in parse_qs(urlsplit(national).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["state"]) >= 40 <= len(asked["nonce"])
    assert urlsplit(wechat).path == "/connect/qrconnect"
    assert wechat.endswith("#wechat_redirect")
    assert "scope=snsapi_login" in wechat


@pytest.mark.parametrize(("provider", "said"), [("national", HER), ("wechat", WECHAT)])
def test_who_is_signed_in_links_and_then_signs_in_with_either(providers, owner, provider, said, facts):
    mine = browser(owner)
    back = came(mine, provider, gone(mine, provider, said))
    page = mine.get("/linking/").content.decode()

    other = Client()
    entered = came(other, provider, gone(other, provider, said, next="/licences/"))

    assert back.url == "/linking/"
    assert "unlink" in page
    assert entered.url == "/licences/"
    assert account_of(other) == owner.pk
    assert facts("identity.SignedIn")[-1]["methods"] == "fed"
    assert facts("linking.AccountLinked") == [{"account": owner.pk, "provider": provider, "by": "owner"}]
    assert said.get("id_number", said.get("subject")) not in LinkedAccount.objects.get().digest


def test_verified_id_data_find_their_owner_who_is_told(providers, owner, facts):
    stranger = Client()

    came(stranger, "national", gone(stranger, "national", HER))

    assert account_of(stranger) == owner.pk
    assert facts("linking.AccountLinked")[0]["by"] == "identity"
    assert facts("identity.SignedIn")[-1]["recognised"] is True  # its owner never came in before


@pytest.mark.parametrize("changes", [{"level": "2"}, {"name": "周梅"}, {"id_number": "990102198501010025"}])
def test_id_data_that_do_not_suffice_find_nobody(providers, owner, changes):
    stranger = Client()

    answer = came(stranger, "national", gone(stranger, "national", {**HER, **changes}))

    assert answer.url == "/identity/sign-in/"
    assert account_of(stranger) is None
    assert not LinkedAccount.objects.exists()


def test_wechat_alone_finds_nobody(providers, owner):
    stranger = Client()

    came(stranger, "wechat", gone(stranger, "wechat", WECHAT))

    assert account_of(stranger) is None


def test_somebody_elses_account_is_not_linked(providers, owner):
    mine = browser(owner)

    came(mine, "national", gone(mine, "national", {**HER, "name": "周梅", "id_number": "990102198501010025"}))

    assert not LinkedAccount.objects.exists()


def test_one_account_elsewhere_belongs_to_one_here(providers, owner):
    other = identity.open_account(actor=SYSTEM, login="zhou.mei", name="周梅", kind="person")
    for account in (owner, other):
        client = browser(account)
        came(client, "wechat", gone(client, "wechat", WECHAT))

    assert LinkedAccount.objects.get().account == owner


@pytest.mark.parametrize("fault", ["forged", "nonce", "expired", "other"])
def test_a_token_that_is_not_the_platforms_for_this_sign_in_is_refused(providers, owner, facts, fault):
    stranger = Client()

    came(stranger, "national", gone(stranger, "national", {**HER, "fault": fault}))

    assert account_of(stranger) is None
    assert facts("linking.ProviderAnswerRefused") == [{"provider": "national", "cause": "forged"}]


@pytest.mark.parametrize(("provider", "said"), [("national", HER), ("wechat", WECHAT)])
def test_an_answer_counts_once_in_the_browser_that_asked(providers, owner, facts, provider, said):
    mine, thief = browser(owner), Client()
    came(mine, provider, gone(mine, provider, said))
    brought = gone(mine, provider, said)
    Client().get(f"/linking/{provider}/start/")
    came(thief, provider, brought)  # another browser, with the answer of this one
    wrong = gone(thief, provider, said)
    came(thief, provider, {**wrong, "state": "x"})
    came(thief, provider, wrong)  # used up by the wrong one before
    again = Client()
    good = gone(again, provider, said)
    came(again, provider, good)
    came(again, provider, good)

    assert account_of(thief) is None
    assert [one["cause"] for one in facts("linking.ProviderAnswerRefused")] == ["state"] * 4


def test_a_code_that_was_used_is_refused(providers, owner, facts):
    first, second = Client(), Client()
    used = gone(first, "wechat", WECHAT)["code"]
    came(first, "wechat", {"state": "x"})
    mine = browser(owner)
    started = mine.get("/linking/wechat/start/").url
    state = parse_qs(urlsplit(started).query)["state"][0]
    came(mine, "wechat", {"code": used, "state": state})
    came(second, "wechat", there(second.get("/linking/wechat/start/").url, WECHAT) | {"code": used})

    assert facts("linking.ProviderAnswerRefused")[-1]["cause"] == "forged"


def test_whoever_takes_too_long_or_says_no_is_not_in(providers, owner, facts):
    slow, unwilling = Client(), Client()
    brought = gone(slow, "national", HER)
    with clock.at(clock.now() + timedelta(minutes=11)):
        came(slow, "national", brought)
    came(unwilling, "national", gone(unwilling, "national", {**HER, "refuse": "1"}))

    assert [one["cause"] for one in facts("linking.ProviderAnswerRefused")] == ["late", "refused"]
    assert account_of(slow) is None


def test_a_provider_that_is_silent_is_said_to_be(providers, owner, facts, settings, tmp_path):
    away = tmp_path / "wechat.json"
    away.write_text('{"appid": "x", "secret": "y", "open": "http://127.0.0.1:9", "api": "http://127.0.0.1:9"}')
    settings.LINKING_WECHAT = str(away)
    client = Client()
    state = parse_qs(urlsplit(client.get("/linking/wechat/start/").url).query)["state"][0]

    answer = came(client, "wechat", {"code": "c", "state": state})

    assert answer.url == "/identity/sign-in/"
    assert facts("linking.ProviderAnswerRefused")[-1]["cause"] == "silent"


def test_unlinked_nobody_signs_in_that_way(providers, owner, facts):
    mine = browser(owner)
    came(mine, "wechat", gone(mine, "wechat", WECHAT))
    uid = LinkedAccount.objects.get().uid
    other = browser(identity.open_account(actor=SYSTEM, login="zhou.mei", name="周梅", kind="person"))

    assert other.post(f"/linking/{uid}/unlink/").status_code == 404
    mine.post(f"/linking/{uid}/unlink/")
    stranger = Client()
    came(stranger, "wechat", gone(stranger, "wechat", WECHAT))

    assert account_of(stranger) is None
    assert facts("linking.AccountUnlinked") == [{"account": owner.pk, "provider": "wechat"}]


def test_a_closed_account_is_not_entered_and_officials_link_none(providers, owner):
    mine = browser(owner)
    came(mine, "wechat", gone(mine, "wechat", WECHAT))
    identity.deactivate(actor=SYSTEM, account=owner, reason="本人申请")
    stranger = Client()
    answer = came(stranger, "wechat", gone(stranger, "wechat", WECHAT))
    clerk = identity.open_account(actor=SYSTEM, login="chen.jing", name="陈静", kind="staff")

    assert answer.status_code in {302, 403}
    assert account_of(stranger) is None
    with pytest.raises(NotAllowed):
        linking.link(actor=identity.actor_of(clerk), provider="wechat", claimed=ports.Claimed("x"))


def test_unknown_providers_are_not_found(db):
    with pytest.raises(NotFound):
        linking.begin(session=identity.SessionStore(), provider="elsewhere")
    assert not rules.same("", "")
