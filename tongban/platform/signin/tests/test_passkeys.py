"""Passkeys, shown by a device in software; the browser's own stands in test_browser.py."""

import json
import re

import pytest
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import LoginSession
from tongban.platform.notices.models import Notice
from tongban.platform.signin.models import Passkey
from tongban.platform.signin.tests.conftest import PASSWORD, is_signed_in, password
from tongban.platform.signin.tests.device import Device

SHOW, ADD = "/signin/passkey/", "/signin/passkeys/add/"


def asked(client: Client, address: str) -> dict:
    """Return what a page asks the device."""
    page = client.get(address).content.decode()
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page)
    return json.loads(found.group(1))


@pytest.fixture
def device(client, person):
    """A device that holds a passkey of the person's."""
    device = Device()
    password(client, person)
    answer = client.post(ADD, {"title": "我的手机", "answer": device.make(asked(client, ADD))})
    assert answer.status_code == 200
    return device


def shown(device: Device, client: Client | None = None):
    client = client or Client()
    return client, client.post(SHOW, {"answer": device.sign(asked(client, SHOW)), "next": "/licences/"})


def test_a_passkey_signs_in_without_name_and_password(device, person):
    browser, answer = shown(device)

    assert answer.url == "/licences/"
    assert is_signed_in(browser)
    assert LoginSession.objects.filter(account=person).latest("started_at").methods == "hwk user"


def test_a_passkey_on_a_new_device_is_told_to_its_owner_and_on_a_known_one_to_nobody(device, person):
    browser, _answer = shown(device)
    jobs.run_all()
    browser.post("/identity/sign-out/")
    shown(device, browser)
    jobs.run_all()

    titles = list(Notice.objects.filter(account=person).order_by("pk").values_list("title", flat=True))
    assert titles == ["新增了一种登录方式", "您的账户在新设备上登录"]
    assert "我的手机" in Notice.objects.filter(account=person).earliest("pk").body


def test_a_passkey_takes_the_place_of_a_code_after_the_password(device, person):
    browser = Client()
    assert password(browser, person).url == "/signin/code/"

    shown(device, browser)

    assert is_signed_in(browser)


def test_an_answer_is_taken_once(device):
    browser = Client()
    answer = device.sign(asked(browser, SHOW))
    browser.post(SHOW, {"answer": answer})
    browser.post("/identity/sign-out/")

    assert browser.post(SHOW, {"answer": answer}).status_code == 422
    assert not is_signed_in(browser)


def test_an_answer_to_another_browsers_question_is_refused(device):
    other, browser = Client(), Client()
    answer = device.sign(asked(other, SHOW))
    asked(browser, SHOW)

    assert browser.post(SHOW, {"answer": answer}).status_code == 422


@pytest.mark.parametrize(
    "wrong", [{"origin": "http://phishing.example"}, {"host": "phishing.example"}, {"verified": False}]
)
def test_what_was_signed_elsewhere_or_without_its_owner_is_refused(device, wrong, facts):
    for name, value in wrong.items():
        setattr(device, name, value)

    _browser, answer = shown(device)

    assert answer.status_code == 422
    assert [fact["cause"] for fact in facts("SecondFactorFailed")] == ["wrong"]


def test_a_device_whose_count_goes_back_may_be_a_copy(device, facts):
    shown(device)
    device.signed = 0

    _browser, answer = shown(device)

    assert answer.status_code == 422
    assert [fact["cause"] for fact in facts("SecondFactorFailed")] == ["copied"]


@pytest.mark.parametrize("answer", ["", "no json", "[]", "{}", '{"id": 5}', '{"id": "' + "x" * 1400 + '"}'])
def test_nonsense_is_refused(client, db, answer):
    asked(client, SHOW)

    assert client.post(SHOW, {"answer": answer}).status_code == 422


def test_an_unknown_passkey_is_refused(client, db):
    assert shown(Device(), client)[1].status_code == 422


def test_a_closed_account_has_no_way_in(device, person):
    identity.deactivate(actor=SYSTEM, account=person, reason="申请注销")

    browser, answer = shown(device)

    assert answer.status_code == 422
    assert not is_signed_in(browser)


def test_a_passkey_is_removed_by_its_owner_with_the_password(client, device, person, facts):
    uid = Passkey.objects.get(account=person).uid

    assert client.post(f"/signin/passkeys/{uid}/remove/", {"password": "wrong"}).status_code == 422
    assert client.post(f"/signin/passkeys/{uid}/remove/", {"password": PASSWORD}).status_code == 302
    assert not Passkey.objects.exists()
    assert facts("FactorRemoved") == [{"account": person.pk, "kind": "passkey", "name": "我的手机"}]


def test_a_strangers_passkey_is_not_found(device, person, open_account):
    stranger = Client()
    password(stranger, open_account("zhou.ming"))
    uid = Passkey.objects.get(account=person).uid

    assert stranger.post(f"/signin/passkeys/{uid}/remove/", {"password": PASSWORD}).status_code == 404
    assert Passkey.objects.exists()


def test_the_same_device_key_is_not_added_twice(client, device, open_account):
    second = Client()
    password(second, open_account("zhou.ming"))

    answer = second.post(ADD, {"title": "手机", "answer": device.make(asked(second, ADD))})

    assert answer.status_code == 422
    assert Passkey.objects.count() == 1


def test_nobody_has_endless_passkeys(client, device, settings):
    settings.SIGNIN_MAX_PASSKEYS = 1

    assert client.get(ADD).status_code == 409
