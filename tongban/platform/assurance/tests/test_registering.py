"""People open an account themselves, come back into one, and close one."""

import email
import mailbox
import re
from datetime import timedelta
from email import policy
from functools import partial

import pytest
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import AccountClosing, ContactCode, Recovery
from tongban.platform.assurance.services import levels
from tongban.platform.assurance.tests.conftest import COMPANY, NAME, NUMBER, PASSWORD, USCC, actor_of
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, ResetLink
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party

NEW = {"login": "lin.new", "name": NAME, "password": PASSWORD}


@pytest.fixture
def letters(settings, tmp_path):
    settings.VAR = tmp_path
    read = partial(email.message_from_binary_file, policy=policy.default)
    return lambda: [str(mail.get_content()) for mail in mailbox.Maildir(tmp_path / "mail", factory=read)]


@pytest.fixture
def registration(db, letters):
    made = assurance.ask_for_code(email="lin@yunze.example")
    jobs.run_all()
    return made, re.search(r"\d{6}", letters()[0])[0]


def test_a_code_from_the_mail_opens_an_account(client, db, letters):
    answer = client.post("/assurance/register/", {"contact": "lin@yunze.example", "agreed": "on"})
    jobs.run_all()
    code = re.search(r"\d{6}", letters()[0])[0]

    client.post(answer.url, {**NEW, "code": code})

    account = Account.objects.get(login="lin.new")
    assert (account.kind, account.email) == ("person", "lin@yunze.example")
    assert Client().post("/identity/sign-in/", {"login": "lin.new", "password": PASSWORD}).status_code == 302


def test_without_agreement_no_code_is_sent(client, db):
    assert client.post("/assurance/register/", {"contact": "lin@yunze.example"}).status_code == 422
    assert not ContactCode.objects.exists()


def test_a_wrong_code_opens_nothing_and_five_are_enough(registration):
    made, code = registration
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        with pytest.raises(assurance.CodeWrong):
            assurance.open_by_code(uid=str(made.uid), code=wrong, **NEW)

    with pytest.raises((assurance.ContactCodeOver, identity.TooManyAttempts)):
        assurance.open_by_code(uid=str(made.uid), code=code, **NEW)
    assert not Account.objects.exists()


def test_a_code_opens_one_account(registration):
    made, code = registration
    assurance.open_by_code(uid=str(made.uid), code=code, **NEW)

    with pytest.raises(assurance.ContactCodeOver):
        assurance.open_by_code(uid=str(made.uid), code=code, **{**NEW, "login": "second"})


def test_a_code_gets_old(registration):
    made, code = registration

    with clock.at(clock.now() + timedelta(minutes=16)), pytest.raises(assurance.ContactCodeOver):
        assurance.open_by_code(uid=str(made.uid), code=code, **NEW)


def test_the_legal_representative_of_the_register_acts_for_the_organisation(owner):
    levels.add(owner, "real-person", source="核验", by=SYSTEM)

    assurance.take_organisation(actor=actor_of(owner), name=COMPANY, uscc=USCC)

    assert Party.objects.get(name=COMPANY).legal_representative.name == NAME


def test_level_two_is_not_enough_for_an_organisation(owner):
    with pytest.raises(assurance.TooLittleAssurance):
        assurance.take_organisation(actor=actor_of(owner), name=COMPANY, uscc=USCC)


def test_nobody_takes_an_organisation_that_names_another(owner):
    levels.add(owner, "real-person", source="核验", by=SYSTEM)
    Party.objects.filter(account=owner).update(name="林晓雨")

    with pytest.raises(assurance.DoesNotMatch):
        assurance.take_organisation(actor=actor_of(owner), name=COMPANY, uscc=USCC)


def recovery(owner, **other: str) -> None:
    said = {"login": owner.login, "name": NAME, "id_number": NUMBER, "email": "new@yunze.example", **other}
    assurance.ask_for_recovery(**said)


def test_a_recovery_waits_and_then_sends_a_link(owner, letters):
    recovery(owner)
    assert assurance.recover_due() == 0

    with clock.at(clock.now() + timedelta(hours=73)):
        assert assurance.recover_due() == 1
        jobs.run_all()

    assert any("/identity/reset/" in letter for letter in letters())
    assert ResetLink.objects.filter(account=owner).count() == 1


def test_the_owner_is_told_of_a_recovery_and_stops_it(owner):
    recovery(owner)
    jobs.run_all()
    assert "找回" in Notice.objects.get().title

    assurance.stop_recovery(actor=actor_of(owner))

    with clock.at(clock.now() + timedelta(hours=73)):
        assert assurance.recover_due() == 0
    assert Recovery.objects.get().stopped


@pytest.mark.parametrize("wrong", [{"name": "林晓雨"}, {"id_number": "990102198506140013"}, {"login": "other"}])
def test_who_does_not_know_the_owner_recovers_nothing(owner, wrong):
    recovery(owner, **wrong)

    assert not Recovery.objects.exists()


def test_everybody_who_asks_for_recovery_is_answered_alike(client, owner):
    said = {"login": owner.login, "name": NAME, "id_number": NUMBER, "email": "new@yunze.example"}
    right = client.post("/assurance/recover/", said)
    wrong = client.post("/assurance/recover/", {**said, "name": "林晓雨"})

    assert "申请已收到" in right.content.decode()
    assert "申请已收到" in wrong.content.decode()


def test_an_account_is_closed_after_some_days(owner):
    assurance.ask_to_close(actor=actor_of(owner), password=PASSWORD)
    assert assurance.close_due() == 0

    with clock.at(clock.now() + timedelta(days=8)):
        assert assurance.close_due() == 1

    assert not Account.objects.get(pk=owner.pk).active


def test_who_thinks_better_of_it_keeps_the_account(owner):
    assurance.ask_to_close(actor=actor_of(owner), password=PASSWORD)
    assurance.keep_account(actor=actor_of(owner))

    with clock.at(clock.now() + timedelta(days=8)):
        assert assurance.close_due() == 0
    assert AccountClosing.objects.get().stopped


def test_closing_takes_the_password(owner):
    with pytest.raises(Invalid):
        assurance.ask_to_close(actor=actor_of(owner), password="wrong")
