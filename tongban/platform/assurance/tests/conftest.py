import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.laws.house import ROOT
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.identity.sessions import SessionStore
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers
from tongban.platform.registers.demonstration import REGISTERS

PASSWORD = "hetang-yuese-37"
NAME, NUMBER = "林晓云", "990102199003124024"
COMPANY, USCC = "云泽市禾香餐饮有限公司", "91990102MA99H00124"


@pytest.fixture
def population(db) -> Party:
    """林晓云 is in the population register, without an account; her company is in the register of enterprises."""
    office = identity.put_department(actor=SYSTEM, key="public-security", name="公安局", area="990100")
    for row in REGISTERS:
        registers.declare(actor=SYSTEM, **{**row, "department": office})
    person = parties.register_person(actor=SYSTEM, name=NAME, id_number=NUMBER)
    _put("population", person, {"name": NAME, "id_number": NUMBER})
    company = parties.register_organisation(actor=SYSTEM, name=COMPANY, uscc=USCC)
    _put("enterprise", company, {"name": COMPANY, "uscc": USCC, "legal_representative": NAME})
    return person


def _put(register: str, party: Party, data: dict) -> None:
    registers.put(actor=SYSTEM, register=register, party=party, data=data, as_of=date(2026, 1, 1), source="登记机关")


@pytest.fixture
def account(db) -> Account:
    return identity.open_account(
        actor=SYSTEM, login="lin.xiaoyun", name=NAME, kind="person", password=PASSWORD, email="lin@yunze.example"
    )


@pytest.fixture
def owner(account, population) -> Account:
    """An account of level 2."""
    parties.register_person(actor=SYSTEM, name=NAME, id_number=NUMBER, account=account)
    return account


@pytest.fixture
def open_account(db):
    def open_(login: str, kind: str = "person") -> Account:
        return identity.open_account(actor=SYSTEM, login=login, name=login, kind=kind, password=PASSWORD)

    return open_


def actor_of(account: Account) -> Actor:
    return parties.with_party(identity.actor_of(account), chosen=None)


def browser(account: Account) -> Client:
    session = SessionStore()
    session.begin(account, address="127.0.0.1", device="tests")
    session.save()
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    return client


@pytest.fixture
def facts(db):
    return lambda name: [fact.data for fact in Fact.objects.filter(name=f"assurance.{name}").order_by("pk")]


@pytest.fixture
def verifier(settings, request) -> Iterator[str]:
    """A verification service in a process of its own; indirectly told "--forged", it signs wrongly."""
    secret = "a secret of two"
    more = [request.param] if getattr(request, "param", "") else []
    environment = {**os.environ, "ASSURANCE_VERIFIER_SECRET": secret, "DJANGO_SETTINGS_MODULE": "tongban.settings"}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "verifier", "--port", "0", *more],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        settings.ASSURANCE_VERIFIER_URL = process.stdout.readline().split()[-1]
        settings.ASSURANCE_VERIFIER_SECRET = secret
        yield settings.ASSURANCE_VERIFIER_URL
    finally:
        process.kill()
        process.wait()
