import mailbox
from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.infrastructure.transport.tests.counterpart import Counterpart, running
from tongban.platform.identity import services as identity
from tongban.platform.notices import services as notices
from tongban.platform.notices.models import Notice
from tongban.platform.parties import services as parties
from tongban.platform.registers import services as registers

PASSWORD = "hetang-yuese-37"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_home(settings, tmp_path):
    settings.MAIL_HOST, settings.VAR = "", tmp_path
    return tmp_path / "mail"


def a_person(login, name, number, email="lin@example.com"):
    account = identity.open_account(actor=SYSTEM, login=login, name=name, kind="person", password=PASSWORD)
    parties.register_person(actor=SYSTEM, name=name, id_number=number, account=account, email=email)
    return account


@pytest.fixture
def person():
    return a_person("lin", "林晓云", "99010219900307002X")


@pytest.fixture
def stranger():
    return a_person("zhou", "周文博", "99010319880515004X", "zhou@example.com")


@pytest.fixture
def official():
    return identity.open_account(
        actor=SYSTEM, login="wu", name="吴志远", kind="staff", password=PASSWORD, email="wu@city.example"
    )


@pytest.fixture
def company(person):
    representative = person.party
    return parties.register_organisation(
        actor=SYSTEM, name="禾香餐饮", uscc="11990100MB99000056", legal_representative=representative
    )


def actor_of(account, acting_for=None):
    actor = identity.actor_of(account)
    party = getattr(account, "party", None) if account.kind == "person" else None
    return type(actor)(
        kind=actor.kind,
        account=actor.account,
        name=actor.name,
        party=party.pk if party else None,
        acting_for=acting_for.pk if acting_for else None,
        grants=actor.grants,
    )


def browser(account):
    client = Client()
    assert client.post("/identity/sign-in/", {"login": account.login, "password": PASSWORD}).status_code == 302
    return client


def send(to, **changes):
    said = {
        "title": "您的申请已受理",
        "body": "云泽市市场监督管理局已受理您的申请。",
        "url": "/cases/x/",
        "subject": "case:12",
        "key": "case:12:accepted",
    }
    return notices.send(to=to, **said | changes)


def letters(folder):
    return list(mailbox.Maildir(folder)) if folder.exists() else []


def text(answer):
    return answer.content.decode()


def test_a_notice_is_in_the_inbox_and_by_mail(person, at_home):
    send(person.party)
    jobs.run_all()

    assert notices.unread(actor_of(person)) == 1
    (letter,) = letters(at_home)
    words = letter.get_payload(decode=True).decode()
    assert letter["To"] == "lin@example.com"
    assert "云泽市市场监督管理局已受理您的申请。" in words
    assert "http://testserver/cases/x/" in words
    assert Notice.objects.get().mail == "sent"


def test_the_same_notice_sent_again_changes_nothing(person, at_home):
    first, second = send(person.party), send(person.party, title="另一个标题")
    jobs.run_all()

    assert first.pk == second.pk
    assert second.title == "您的申请已受理"
    assert len(letters(at_home)) == 1
    assert Fact.objects.filter(name="notices.NoticeSent").count() == 1


def test_a_mail_job_that_runs_again_after_a_crash_sends_no_second_letter(person, at_home):
    notice = send(person.party)
    notices.mail(notice.pk)
    Notice.objects.filter(pk=notice.pk).update(mail=Notice.Mail.DUE)

    notices.mail(notice.pk)

    assert len(letters(at_home)) == 1


def test_what_a_notice_says_is_encrypted_where_it_rests(person):
    send(person.party)

    (raw,) = Notice.objects.extra(select={"raw": "body"}).values_list("raw", flat=True)
    assert "市场监督" not in raw


def test_who_switched_mail_off_gets_legal_notices_in_the_inbox_only(person, at_home):
    notices.choose(actor=actor_of(person), mail=False, text_message=False)

    send(person.party, legal=True)
    jobs.run_all()

    assert notices.unread(actor_of(person)) == 1
    assert not letters(at_home)


def test_mail_is_switched_on_again(person, at_home):
    notices.choose(actor=actor_of(person), mail=False, text_message=False)
    notices.choose(actor=actor_of(person), mail=True, text_message=False)

    send(person.party)
    jobs.run_all()

    assert len(letters(at_home)) == 1


def test_nobody_nameless_chooses():
    with pytest.raises(NotAllowed):
        notices.choose(actor=ANONYMOUS, mail=False, text_message=False)


def test_an_address_that_does_not_exist_is_not_tried_for_ever(person, settings):
    notice = send(person.party)
    with running(Counterpart(answers={"RCPT": "550 no such user"})) as server:
        settings.MAIL_HOST, settings.MAIL_PORT, settings.MAIL_SECURITY = "127.0.0.1", server.port, "none"
        jobs.run_all()

    notice.refresh_from_db()
    assert (notice.mail, Job.objects.get().state) == ("rejected", "done")
    assert "550" in notice.mail_problem


def test_a_mail_server_that_is_away_is_tried_again(person, settings):
    notice = send(person.party)
    with running(Counterpart(answers={"MAIL": "421 away"})) as server:
        settings.MAIL_HOST, settings.MAIL_PORT, settings.MAIL_SECURITY = "127.0.0.1", server.port, "none"
        jobs.run_ready()

    notice.refresh_from_db()
    assert (notice.mail, Job.objects.get().state) == ("due", "due")


def test_who_has_no_address_has_the_inbox():
    account = a_person("old", "赵大爷", "990103200001010009", email="")

    send(account.party)

    assert notices.unread(actor_of(account)) == 1
    assert not Job.objects.exists()


def test_an_official_has_an_inbox_too(official, at_home):
    send(official)
    jobs.run_all()

    assert notices.unread(actor_of(official)) == 1
    assert letters(at_home)[0]["To"] == "wu@city.example"


def test_whoever_acts_for_a_company_reads_the_companys_notices_and_not_their_own(person, company):
    send(company, key="a")
    send(person.party, key="b", title="给林晓云本人")

    assert list(Notice.objects.visible_to(actor_of(person, company)).values_list("key", flat=True)) == ["a"]
    assert list(Notice.objects.visible_to(actor_of(person)).values_list("key", flat=True)) == ["b"]


def test_a_mandate_for_some_services_reads_what_is_about_these(person, company):
    send(company, key="a", service="food-business")
    send(company, key="b", service="senior-allowance")
    send(company, key="c")
    agent = replace(actor_of(person, company), services=("food-business",))

    assert list(Notice.objects.visible_to(agent).values_list("key", flat=True)) == ["a"]
    assert [notice.key for part in Notice.objects.parts_for(agent) for notice in part] == ["a"]
    assert notices.unread(agent) == 1
    assert notices.read_all(actor=agent) == 1
    assert Notice.objects.filter(read=True).count() == 1


def test_a_mandate_for_some_services_does_not_switch_off_a_companys_mail(person, company):
    agent = replace(actor_of(person, company), services=("food-business",))

    with pytest.raises(notices.FullMandateNeeded):
        notices.choose(actor=agent, mail=False, text_message=False)

    notices.choose(actor=actor_of(person, company), mail=False, text_message=False)
    assert not notices.wanted_by(party=company.pk, account=None).mail


def test_a_strangers_notice_is_not_there(person, stranger):
    notice = send(person.party)

    with pytest.raises(NotFound):
        notices.read(actor=actor_of(stranger), uid=notice.uid)

    notice.refresh_from_db()
    assert not notice.read
    assert Fact.objects.filter(name="identity.AccessDenied").count() == 1


def test_a_notice_is_read_from_the_first_time_on(person):
    notice = send(person.party)

    first = notices.read(actor=actor_of(person), uid=notice.uid)
    second = notices.read(actor=actor_of(person), uid=notice.uid)

    assert first.read_at == second.read_at
    assert notices.unread(actor_of(person)) == 0


def test_the_menu_of_the_start_page_and_of_the_inbox_says_how_much_waits(person):
    browser = Client(headers={"accept-language": "zh-CN"})
    browser.post("/identity/sign-in/", {"login": "lin", "password": PASSWORD})
    assert "badge" not in browser.get("/").content.decode()

    for number in range(3):
        send(person.party, key=str(number))

    shown = '<span class="badge"> 3 <span class="visually-hidden">未读</span> </span>'
    for path in ("/", "/notices/"):
        assert shown in " ".join(browser.get(path).content.decode().split())
    assert "badge" not in Client().get("/").content.decode()
    browser.get(f"/notices/{Notice.objects.first().uid}/")
    assert '<span class="badge"> 2 ' in " ".join(browser.get("/").content.decode().split())


def test_counting_the_unread_is_one_short_query_for_each_inbox(person, django_assert_num_queries):
    for number in range(3):
        send(person.party, key=str(number))
    actor = actor_of(person)

    with django_assert_num_queries(2):  # what is written to the person, and what is written to the account
        assert notices.unread(actor, at_most=2) == 2


def test_a_link_out_of_the_house_is_refused(person):
    with pytest.raises(ValueError, match=r"evil\.example"):
        send(person.party, url="https://evil.example/")


def test_the_person_is_told_what_came_of_a_correction(person):
    city = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府")
    fields = [{"name": "district", "title": "所在区"}]
    registers.declare(actor=SYSTEM, key="population", title="人口基本信息", department=city, fields=fields)
    registers.put(
        actor=SYSTEM,
        register="population",
        party=person.party,
        data={"district": "临湖区"},
        as_of=date(2026, 1, 1),
        source="x",
    )
    correction = registers.report_error(actor=actor_of(person), register="population", field="district", value="青石区")

    registers.decline(actor=SYSTEM, correction=correction, reason="与档案不符")
    jobs.run_all()

    notice = Notice.objects.get()
    assert all(word in notice.body for word in ("人口基本信息", "所在区", "与档案不符"))


def test_the_inbox_shows_the_unread_first_and_opens_them(person):
    old, new = send(person.party, key="a", title="旧的"), send(person.party, key="b", title="新的")
    client = browser(person)
    client.get(f"/notices/{new.uid}/")

    page = text(client.get("/notices/"))

    assert page.index("旧的") < page.index("新的")
    assert "/cases/x/" in text(client.get(f"/notices/{old.uid}/"))


def test_everything_is_marked_as_read_at_once(person):
    send(person.party, key="a")
    send(person.party, key="b")

    assert browser(person).post("/notices/read/").status_code == 302
    assert notices.unread(actor_of(person)) == 0


def test_marking_everything_as_read_takes_a_deliberate_click(person):
    assert browser(person).get("/notices/read/").status_code == 405


def test_the_choice_of_mail_is_kept(person):
    client = browser(person)

    assert client.post("/notices/preferences/", {}).status_code == 302

    assert not notices.wanted_by(party=person.party.pk, account=None).mail
    page = text(client.get("/notices/preferences/"))
    assert "l***@example.com" in page
    assert "checked" not in page


def test_a_strangers_notice_is_a_404_in_the_browser(person, stranger):
    notice = send(person.party)

    assert browser(stranger).get(f"/notices/{notice.uid}/").status_code == 404
    assert browser(stranger).get(f"/notices/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("path", ["/notices/", "/notices/preferences/", "/desk/notices/"])
def test_the_inbox_asks_strangers_to_sign_in(client, path):
    assert client.get(path).status_code == 302


def test_an_official_reads_notices_at_the_desk(official):
    notice = send(official)
    client = browser(official)

    assert f"/desk/notices/{notice.uid}/" in text(client.get("/desk/notices/"))
    assert "云泽市市场监督管理局已受理您的申请。" in text(client.get(f"/desk/notices/{notice.uid}/"))
