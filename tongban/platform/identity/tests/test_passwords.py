"""Passwords that are guessed at once are refused, and nobody is kept out by a stranger's wrong ones."""

import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.identity.tests.conftest import PASSWORD


@pytest.mark.found("S-LOW")
@pytest.mark.parametrize(
    "password",
    [
        " " * 10,
        "\u3000" * 12,
        "Password123!",
        "P@ssw0rd2026!",
        "Qwerty12345",
        "Admin@12345",
        "a123456789",
        "Aa123456789",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "zxcvbnm123456",
        "1q2w3e4r5t6y",
        "password password",
        "ILOVEYOU2024",
        "Yunze-2026!!",
        "Tongban-2026",
    ],
)
def test_what_is_guessed_at_once_is_refused(db, settings, password):
    settings.DEMO = False
    with pytest.raises(identity.WeakPassword):
        identity.open_account(actor=SYSTEM, login="new", name="新", kind="person", password=password)


@pytest.mark.found("S-LOW")
@pytest.mark.parametrize(
    "password",
    ["四月的雨落在湖面上 真好", "correct horse battery staple", PASSWORD, "lanzhou lamian jia cu", "mK7#vQ2pLx9d"],
)
def test_what_only_its_owner_would_put_together_is_taken(db, password):
    assert identity.open_account(actor=SYSTEM, login="new", name="新", kind="person", password=password)


@pytest.mark.found("S-LOW")
def test_the_password_that_a_demonstration_shows_opens_nothing_elsewhere(client, settings, open_account):
    shown = settings.IDENTITY_DEMO_PASSWORD
    settings.DEMO = True
    account = open_account("gao.fei", "staff", password=shown)
    settings.DEMO = False

    answer = client.post("/identity/sign-in/", {"login": account.login, "password": shown})

    assert answer.status_code == 422


def wrong(client, login, times, **more):
    for _turn in range(times):
        answer = client.post("/identity/sign-in/", {"login": login, "password": "wrong-wrong-1"}, **more)
    return answer


def right(client, account, **more):
    return client.post("/identity/sign-in/", {"login": account.login, "password": PASSWORD}, **more)


@pytest.mark.found("S-LOW")
def test_a_stranger_locks_nobody_out(db, person: Account, settings):
    """Not from another place, and not from the device on which its owner came in before, wherever the stranger sits."""
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN, settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN_ANYWHERE = 3, 12
    stranger, owner = Client(), Client()
    assert right(owner, person, REMOTE_ADDR="10.0.0.7").status_code == 302
    owner.post("/identity/sign-out/")

    assert wrong(stranger, person.login, 5, REMOTE_ADDR="10.9.9.9").status_code == 429
    assert right(Client(), person, REMOTE_ADDR="10.9.9.9").status_code == 429, "the right one waits there too"
    assert right(Client(), person, REMOTE_ADDR="10.0.0.8").status_code == 302, "elsewhere it does not"
    for place in range(8):
        wrong(stranger, person.login, 3, REMOTE_ADDR=f"10.8.{place}.1")
    assert right(Client(), person, REMOTE_ADDR="10.7.0.1").status_code == 429, "guessed at from many places"
    assert right(owner, person, REMOTE_ADDR="10.0.0.7").status_code == 302, "the known device is let try"
    assert right(owner, person, REMOTE_ADDR="10.9.9.9").status_code == 302


@pytest.mark.found("S-LOW")
def test_a_known_device_is_known_for_its_owners_alone_and_guesses_as_slowly(db, person, open_account, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN = 3
    other, device = open_account("zhou.wenbo"), Client()
    right(device, person)
    device.post("/identity/sign-out/")
    word = device.cookies["known-device"].value

    assert person.login not in word
    assert wrong(device, other.login, 5).status_code == 429
    assert wrong(device, person.login, 5).status_code == 429, "whoever has the device guesses as slowly"
    forged = Client()
    forged.cookies["known-device"] = word[:-2] + "xx"
    assert right(forged, other, REMOTE_ADDR="10.3.0.1").status_code == 302
