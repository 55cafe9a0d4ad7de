"""A forgotten password: nobody learns who has an account, a link works once and not for long, everything is kept."""

import email
import mailbox
import re
from datetime import timedelta
from email import policy
from functools import partial

import pytest
from django.conf import settings as configured
from django.test import Client

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, LoginSession, ResetLink
from tongban.platform.identity.tests.conftest import PASSWORD

NEW = "shanshui-jian-81"


@pytest.fixture
def letters(settings, tmp_path):
    """Give this test a mailbox of its own, and return what lies in it."""
    settings.VAR = tmp_path

    def read():
        jobs.run_all()
        box = mailbox.Maildir(tmp_path / "mail", factory=partial(email.message_from_binary_file, policy=policy.default))
        return [(str(letter["To"]), str(letter["Subject"]), letter.get_content()) for letter in box]

    return read


@pytest.fixture
def lin(db):
    return identity.open_account(
        actor=SYSTEM, login="lin.xiaoyun", name="林晓云", kind="person", password=PASSWORD, email="lin@yunze.example"
    )


def ask(login, browser=None):
    return (browser or Client()).post("/identity/forgotten/", {"login": login}, follow=True)


def path_in(text):
    return re.search(rf"{re.escape(configured.PUBLIC_URL)}(/identity/reset/[^\s<]+)", text)[1]


def choose(path, new=NEW, again=None, browser=None):
    return (browser or Client()).post(path, {"new": new, "again": again or new})


def can_sign_in(login, password):
    return Client().post("/identity/sign-in/", {"login": login, "password": password}).status_code == 302


def test_a_new_password_is_chosen_by_a_link_from_the_mail(lin, letters, sign_in, facts):
    elsewhere = sign_in(lin)

    ask("Lin.Xiaoyun ")
    [(to, subject, text)] = letters()
    path = path_in(text)
    assert (to, subject) == ("lin@yunze.example", "设置新密码")
    assert "lin.xiaoyun" in Client().get(path).content.decode()
    answer = choose(path)

    assert answer.status_code == 302, answer.content.decode()
    assert can_sign_in("lin.xiaoyun", NEW)
    assert not can_sign_in("lin.xiaoyun", PASSWORD)
    assert elsewhere.get("/identity/sign-ins/").status_code == 302
    assert [fact["way"] for fact in facts("ResetLinkMade")] == ["mail"]
    assert facts("PasswordReset") == [{"account": lin.pk}]
    assert "您的密码已重设" in [subject for _to, subject, _text in letters()]


def test_the_answer_is_the_same_whether_there_is_such_an_account_or_not(lin, letters):
    without_mail = identity.open_account(actor=SYSTEM, login="ohne", name="无", kind="person", password=PASSWORD)
    closed = identity.open_account(
        actor=SYSTEM, login="closed", name="停", kind="person", password=PASSWORD, email="closed@yunze.example"
    )
    identity.deactivate(actor=SYSTEM, account=closed, reason="本人申请")
    system = identity.open_account(actor=SYSTEM, login="bank", name="银行", kind="client", email="bank@yunze.example")

    said = [ask(login) for login in ("lin.xiaoyun", "nobody", without_mail.login, closed.login, system.login)]

    assert [answer.status_code for answer in said] == [200] * 5
    assert len({answer.content for answer in said}) == 1
    assert [to for to, _subject, _text in letters()] == ["lin@yunze.example"]


def test_a_link_works_once(lin, letters):
    ask("lin.xiaoyun")
    path = path_in(letters()[0][2])
    choose(path)

    again = choose(path, new="bieren-de-mima-99")

    assert again.status_code == 422
    assert "该链接已失效" in again.content.decode()
    assert can_sign_in("lin.xiaoyun", NEW)


def test_looking_at_a_link_does_not_use_it_up(lin, letters):
    ask("lin.xiaoyun")
    path = path_in(letters()[0][2])

    assert Client().get(path).status_code == 200
    assert Client().head(path).status_code == 200
    assert choose(path).status_code == 302


def test_a_link_is_void_after_its_time(lin, letters, settings):
    ask("lin.xiaoyun")
    path = path_in(letters()[0][2])

    with clock.at(clock.now() + timedelta(minutes=settings.IDENTITY_LINK_MINUTES, seconds=1)):
        assert Client().get(path).status_code == 422
        assert choose(path).status_code == 422
    assert can_sign_in("lin.xiaoyun", PASSWORD)


def test_using_one_link_makes_the_others_void_and_so_does_changing_the_password(lin, letters, sign_in):
    ask("lin.xiaoyun")
    ask("lin.xiaoyun")
    first, second = (path_in(text) for _to, _subject, text in letters())
    browser = sign_in(lin)

    browser.post("/identity/password/", {"old": PASSWORD, "new": NEW, "again": NEW})

    assert choose(first).status_code == choose(second).status_code == 422


def test_of_two_who_use_a_link_at_once_one_comes_too_late(lin):
    link = identity.make_link(actor=SYSTEM, account=lin, reason="忘记密码")
    token = identity.address_of(link).rstrip("/").rpartition("/")[2]
    nobody = identity.nobody(address="10.0.0.9")
    identity.link_of(token, actor=nobody)  # both have the page open

    identity.reset_password(actor=nobody, token=token, new=NEW)
    with pytest.raises(identity.LinkUnusable):
        identity.reset_password(actor=nobody, token=token, new="bieren-de-mima-99")

    assert can_sign_in("lin.xiaoyun", NEW)


@pytest.mark.parametrize("forged", ["x", "00000000000000000000000000000000:abc", "../sign-in"])
def test_a_link_that_was_never_made_leads_nowhere_and_is_noted(lin, forged, facts):
    answer = Client().get(f"/identity/reset/{forged}/")

    assert answer.status_code in {404, 422}
    if answer.status_code == 422:
        assert facts("AccessDenied")[-1]["what"] == "password-link"


def test_another_accounts_link_cannot_be_made_of_ones_own(lin):
    link = identity.make_link(actor=SYSTEM, account=lin, reason="忘记密码")
    uid, _colon, signature = identity.address_of(link).rstrip("/").rpartition("/")[2].partition(":")
    other = "0" if uid[0] != "0" else "1"

    with pytest.raises(identity.LinkUnusable):
        identity.link_of(f"{other}{uid[1:]}:{signature}", actor=identity.nobody())


@pytest.mark.parametrize(("new", "again", "field"), [("short", "short", "new"), (NEW, "something-else-1", "again")])
def test_a_weak_or_mistyped_password_is_told_at_its_field_and_leaves_the_link(lin, letters, new, again, field):
    ask("lin.xiaoyun")
    path = path_in(letters()[0][2])

    answer = choose(path, new=new, again=again)

    assert answer.status_code == 422
    assert f"id_{field}_error" in answer.content.decode()
    assert choose(path).status_code == 302


def test_asking_again_and_again_has_to_wait_and_floods_no_mailbox(lin, letters, settings):
    settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS = 6
    with clock.at(clock.now()):
        said = [ask("lin.xiaoyun").status_code for _turn in range(9)]

        assert said[:7] == [200] * 7
        assert said[-1] == 429
        assert len(letters()) == settings.IDENTITY_MAX_LINKS_PER_HOUR


def test_a_letter_is_sent_once_though_the_worker_stops_in_between(lin, letters):
    ask("lin.xiaoyun")
    letters()
    jobs.run_all()

    assert len(letters()) == 1
    assert ResetLink.objects.count() == 1


def test_an_operator_hands_a_link_over_and_says_why(sign_in, operator, lin, facts):
    browser = sign_in(operator)

    refused = browser.post(f"/desk/identity/{lin.uid}/link/", {"purpose": " "})
    made = browser.post(f"/desk/identity/{lin.uid}/link/", {"purpose": "本人持身份证到窗口"})

    assert refused.status_code == 422
    assert "id_purpose_error" in refused.content.decode()
    path = path_in(made.content.decode())
    assert choose(path).status_code == 302
    fact = Fact.objects.get(name="identity.ResetLinkMade")
    assert (fact.account, fact.reason, fact.data["way"]) == (operator.pk, "本人持身份证到窗口", "handed over")
    assert path not in browser.get(f"/desk/identity/{lin.uid}/").content.decode()


def test_a_newer_link_from_the_operator_replaces_the_older(lin):
    older = identity.make_link(actor=SYSTEM, account=lin, reason="忘记密码")
    identity.make_link(actor=SYSTEM, account=lin, reason="链接遗失")

    assert ResetLink.objects.get(pk=older.pk).used_at


def test_nobody_makes_a_link_without_the_duty_for_themself_or_for_a_system(operator, official, lin):
    system = identity.open_account(actor=SYSTEM, login="bank", name="银行", kind="client")
    with pytest.raises(NotAllowed):
        identity.make_link(actor=identity.actor_of(official), account=lin, reason="x")
    with pytest.raises(identity.NotYourself):
        identity.make_link(actor=identity.actor_of(operator), account=operator, reason="x")
    with pytest.raises(identity.NoPassword):
        identity.make_link(actor=identity.actor_of(operator), account=system, reason="x")
    assert not ResetLink.objects.exists()


def test_who_looks_after_one_department_gets_no_link_to_what_another_may_do(city, roles, open_account, official):
    """A link gives all that the account may; half of it is not enough to make one."""
    health = Department.objects.get(key="health")
    steward = open_account("he.xin", "staff", "贺新")
    identity.appoint(actor=SYSTEM, account=steward, department=health, role=roles["operator"])
    identity.appoint(actor=SYSTEM, account=official, department=health, role=roles["reviewer"])
    by = identity.actor_of(Account.objects.get(pk=steward.pk))
    assert identity.make_link(actor=by, account=official, reason="忘记密码")

    market = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=official, department=market, role=roles["reviewer"])

    with pytest.raises((NotAllowed, NotFound)):
        identity.make_link(actor=by, account=official, reason="忘记密码")


def test_a_closed_account_is_not_opened_by_a_link(lin):
    link = identity.make_link(actor=SYSTEM, account=lin, reason="忘记密码")
    identity.deactivate(actor=SYSTEM, account=lin, reason="本人申请")

    path = identity.address_of(link).removeprefix(configured.PUBLIC_URL)
    assert Client().get(path).status_code == 422
    assert not LoginSession.objects.filter(account=lin).exists()


def test_the_sign_in_page_says_where_to_go(db):
    assert 'href="/identity/forgotten/"' in Client().get("/identity/sign-in/").content.decode()
