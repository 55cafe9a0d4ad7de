"""A phone proves itself by a code: when an account is opened, and when a number is confirmed."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.infrastructure.transport.tests.texting import texting
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import ContactCode
from tongban.platform.assurance.tests.conftest import NAME, PASSWORD, actor_of, browser
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice
from tongban.platform.parties.models import Party

PHONE, OTHER = "13900000001", "13900000002"
NEW = {"login": "lin.new", "name": NAME, "password": PASSWORD}


@pytest.fixture(scope="module")
def _provider(tmp_path_factory):
    yield from texting(tmp_path_factory.mktemp("texting"))


@pytest.fixture
def provider(_provider, settings):
    settings.SMS_ALIYUN, settings.SMS_TIMEOUT_SECONDS = str(_provider.account), 2.0
    _provider.faults()
    return _provider


def code_of(provider, phone: str = PHONE) -> str:
    """Let the worker send; return the code that the phone shows last."""
    jobs.run_all()
    words = next(words for to, words in provider.texts() if to == phone)
    return re.search(r"\d{6}", words)[0]


def wrong(code: str) -> str:
    return "000000" if code != "000000" else "111111"


def test_a_code_on_the_phone_opens_an_account_whose_number_is_confirmed(client, db, provider):
    answer = client.post("/assurance/register/", {"contact": "139 0000 0001", "agreed": "on"})
    assert provider.base in client.get(answer.url).content.decode()  # a demonstration says where its messages are

    client.post(answer.url, {**NEW, "code": code_of(provider)})

    account = Account.objects.get(login="lin.new")
    assert (account.phone, account.email) == (PHONE, "")
    assert Client().post("/identity/sign-in/", {"login": "lin.new", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("contact", ["1390000", "99900000001", "not an address", "", "lin@yunze"])
def test_what_is_neither_address_nor_number_gets_no_code(client, db, provider, contact):
    assert client.post("/assurance/register/", {"contact": contact, "agreed": "on"}).status_code == 422
    assert not ContactCode.objects.exists()


def test_without_a_provider_a_mail_address_is_asked_for_and_the_page_says_why(client, db, settings):
    settings.SMS_ALIYUN = ""

    assert "目前未开通短信发送" in client.get("/assurance/register/").content.decode()
    assert client.post("/assurance/register/", {"contact": PHONE, "agreed": "on"}).status_code == 422
    with pytest.raises(assurance.NoTextMessages):
        assurance.ask_for_code(phone=PHONE)


def test_a_number_is_confirmed_by_its_owner(account, provider):
    client = browser(account)
    answer = client.post("/assurance/phone/", {"phone": PHONE})

    done = client.post(answer.url, {"code": code_of(provider)})

    assert done.url == "/notices/preferences/"
    assert Account.objects.get(pk=account.pk).phone == PHONE
    assert "139****0001" in client.get("/assurance/").content.decode()
    with pytest.raises(assurance.PhoneConfirmedAlready):
        assurance.ask_for_phone_code(actor=actor_of(account), phone=PHONE)


def asked(account, phone: str = PHONE) -> ContactCode:
    return assurance.ask_for_phone_code(actor=actor_of(account), phone=phone)


def party_of(owner) -> Party:
    return Party.objects.get(account=owner)


def confirm(account, made: ContactCode, code: str) -> None:
    assurance.confirm_phone(actor=actor_of(account), uid=str(made.uid), code=code)


def test_wrong_codes_confirm_nothing_and_five_are_enough(account, provider):
    made = asked(account)
    code = code_of(provider)
    for _ in range(5):
        with pytest.raises(assurance.CodeWrong):
            confirm(account, made, wrong(code))

    with pytest.raises((assurance.ContactCodeOver, identity.TooManyAttempts)):
        confirm(account, made, code)
    assert Account.objects.get(pk=account.pk).phone == ""


def test_a_code_works_once_and_gets_old(account, provider):
    made = asked(account)
    code = code_of(provider)
    with clock.at(clock.now() + timedelta(minutes=16)), pytest.raises(assurance.ContactCodeOver):
        confirm(account, made, code)
    confirm(account, made, code)

    assurance.remove_phone(actor=actor_of(account))
    with pytest.raises(assurance.ContactCodeOver):
        confirm(account, made, code)
    assert Account.objects.get(pk=account.pk).phone == ""


def test_a_new_code_voids_the_one_before_it(account, provider):
    first = asked(account)
    code = code_of(provider)
    asked(account, OTHER)

    with pytest.raises(assurance.ContactCodeOver):
        confirm(account, first, code)


def test_a_code_of_ones_own_opens_no_account_and_nobody_elses_number(account, open_account, provider):
    made = asked(account)
    code = code_of(provider)
    stranger = open_account("zhou.ming")

    with pytest.raises(assurance.ContactCodeOver):
        assurance.open_by_code(uid=str(made.uid), code=code, **NEW)
    with pytest.raises(assurance.ContactCodeOver):
        confirm(stranger, made, code)
    assert browser(stranger).get(f"/assurance/phone/{made.uid}/").status_code == 404


def test_somebody_who_asks_for_code_after_code_waits(account, provider, settings):
    for _ in range(settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN + 1):
        asked(account)

    with pytest.raises(identity.TooManyAttempts):
        asked(account)


def test_an_officials_number_comes_from_the_directory(open_account, provider):
    official = open_account("wu.zhiyuan", kind="staff")

    with pytest.raises(NotAllowed):
        asked(official)


@pytest.mark.parametrize("number", ["123", "23900000001"])
def test_what_is_no_mobile_number_is_refused_at_its_field(account, provider, number):
    with pytest.raises(Invalid) as refused:
        asked(account, number)
    assert "phone" in refused.value.errors


def test_while_the_provider_is_away_the_code_waits_and_then_comes(account, provider):
    provider.stop()
    try:
        made = asked(account)
        jobs.run_all()
        assert Job.objects.filter(key=f"contact-code:{made.uid}").exists()
    finally:
        provider.start()
    with clock.at(clock.now() + timedelta(minutes=5)):
        confirm(account, made, code_of(provider))

    assert Account.objects.get(pk=account.pk).phone == PHONE


def test_a_code_that_is_over_is_not_sent_any_more(account, provider):
    before = len(provider.texts())
    asked(account)
    with clock.at(clock.now() + timedelta(hours=1)):
        jobs.run_all()

    assert len(provider.texts()) == before


def test_codes_stand_in_no_log_job_or_fact(account, provider, caplog):
    caplog.set_level("DEBUG")
    provider.faults(busy=1)
    made = asked(account)
    jobs.run_all()
    code = ContactCode.objects.get(pk=made.pk).code

    assert code not in caplog.text
    assert PHONE not in caplog.text
    for row in [*Job.objects.values(), *Fact.objects.values("data", "reason", "subject")]:
        assert code not in str({name: value for name, value in row.items() if name not in {"id", "uid"}}), row


def test_who_chose_it_gets_the_titles_of_notices_on_their_phone(owner, provider):
    made = asked(owner)
    confirm(owner, made, code_of(provider))
    client = browser(owner)
    assert client.post("/notices/preferences/", {"text_message": "on"}).status_code == 302
    notices.send(to=party_of(owner), title="您的办件已受理", body="证件号 990102。", key="one", url="/cases/")
    jobs.run_all()

    assert provider.texts()[0] == (PHONE, "【云泽市政务服务】您有一条新消息：您的办件已受理。请登录政务服务网查看。")
    assert Notice.objects.get(key="one").text_message == "sent"

    assurance.remove_phone(actor=actor_of(owner))
    notices.send(to=party_of(owner), title="另一条", body="……", key="two")
    jobs.run_all()
    assert Notice.objects.get(key="two").text_message == "none"


def test_who_did_not_choose_them_gets_no_text_messages(owner, provider):
    made = asked(owner)
    confirm(owner, made, code_of(provider))
    notices.send(to=party_of(owner), title="您的办件已受理", body="……", key="one")

    assert Notice.objects.get(key="one").text_message == "none"


def test_text_messages_cannot_be_chosen_without_a_number(owner, provider):
    with pytest.raises(notices.NoMobileNumber):
        notices.choose(actor=actor_of(owner), mail=True, text_message=True)
    assert "/assurance/phone/" in browser(owner).get("/notices/preferences/").content.decode()
