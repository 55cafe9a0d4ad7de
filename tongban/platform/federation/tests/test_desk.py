"""Admitting and shutting out systems at the desk."""

import json

import pytest
from django.conf import settings
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.federation.models import RelyingParty
from tongban.platform.federation.tests.conftest import BACK, KEY
from tongban.platform.identity import services as identity
from tongban.platform.identity.sessions import SessionStore

FORM = {
    "title": "云泽图书馆",
    "purpose": "借阅图书",
    "redirect_uris": BACK,
    "scopes": ["profile"],
    "keys": json.dumps({"keys": [KEY.as_dict(private=False)]}),
}


@pytest.fixture
def operator(db) -> Client:
    city = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府", area="990100")
    role = identity.define_role(actor=SYSTEM, key="operator", name="运维", duties=["federation.manage"])
    account = identity.open_account(actor=SYSTEM, login="gao.fei", name="高飞", kind="staff")
    identity.appoint(actor=SYSTEM, account=account, department=city, role=role, subtree=True)
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def test_a_system_is_admitted_and_shown_with_what_its_developers_need(operator):
    answer = operator.post("/desk/federation/admit/", FORM)

    page = operator.get(answer.url).content.decode()
    assert RelyingParty.objects.get().handle in page
    assert "/.well-known/openid-configuration" in page


def test_a_wrong_address_is_said_at_its_field(operator):
    assert (
        operator.post("/desk/federation/admit/", {**FORM, "redirect_uris": "http://evil.example/"}).status_code == 422
    )


def test_a_system_is_shut_out(operator, museum):
    operator.post(f"/desk/federation/{museum.uid}/", {"reason": "合同终止"})

    assert not RelyingParty.objects.get().active
    assert "已停用" in operator.get("/desk/federation/").content.decode()


def test_who_does_not_manage_does_not_come_in(browser, museum):
    assert browser.get("/desk/federation/").status_code == 403
    assert browser.get(f"/desk/federation/{museum.uid}/").status_code == 403
