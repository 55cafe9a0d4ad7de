"""What somebody sends after their sign-in has ended is saved for them alone, and sent once when they are back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.cast import ANSWERS, FLOOR_PLAN, Cast, upload
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, LateForm, LoginSession
from tongban.platform.parties import services as parties

PASSWORD = "四月的雨落在湖面上"
SIGN_IN = "/identity/sign-in/"


@pytest.fixture
def case(cast: Cast) -> Case:
    for name in ("agent", "stranger"):
        account = cast.accounts[name]
        account.set_password(PASSWORD)
        account.save()
    return cast.draft()


def run_out(minutes: int = 1) -> None:
    """Let every sign-in have run out some minutes ago."""
    LoginSession.objects.update(expire_date=clock.now() - timedelta(minutes=minutes))


def step_of(case: Case) -> str:
    return f"/cases/{case.uid}/fill/{cases.plan_of(case.version).form.steps(case.answers)[0].key}/"


def back_again(browser: Client, cast: Cast, answer: object, name: str = "agent") -> object:
    """Sign in on the page that one was sent to, and follow where it leads."""
    wanted = browser.get(answer.url).context["wanted"]  # type: ignore[attr-defined]
    sent = {"login": cast.accounts[name].login, "password": PASSWORD, "next": wanted}
    return browser.post(SIGN_IN, sent, follow=True)


def button_of(page: object) -> tuple[str, dict[str, str]]:
    late = page.context["late"]  # type: ignore[attr-defined]
    return late.path, {"saved-form": str(late.uid)}


@pytest.mark.found("A3")
def test_what_was_typed_is_saved_and_sent_after_signing_in_again(cast: Cast, case: Case) -> None:
    browser = cast.browser("agent")
    address = step_of(case)
    names = ("operator_name", "uscc", "legal_representative", "domicile", "contact_name")
    sent = {name: ANSWERS[name] for name in names} | {"revision": case.revision, "contact_phone": "13899990001"}
    run_out()

    answer = browser.post(address, sent)

    assert answer.status_code == 302
    shown = browser.get(answer.url).content.decode()
    assert "刚才提交的内容已加密保存" in shown
    assert "没有保存" not in shown
    page = back_again(browser, cast, answer)
    assert "尚未办理" in page.content.decode()  # type: ignore[attr-defined]
    done = browser.post(*button_of(page))
    again = browser.post(*button_of(page))

    assert done.status_code == 302
    assert (again.status_code, again.url) == (302, address)
    assert not LateForm.objects.exists()
    assert Fact.objects.filter(name="identity.LateFormSent").count() == 1
    assert Case.objects.get(pk=case.pk).answers["contact_phone"] == "13899990001"


@pytest.mark.found("A3")
def test_a_file_comes_along_and_for_whom_one_acted_too(cast: Cast) -> None:
    account = cast.accounts["agent"]
    account.set_password(PASSWORD)
    account.save()
    case, browser = cast.draft(materials=False), cast.browser("agent")
    run_out()

    answer = browser.post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": upload(FLOOR_PLAN, "图.pdf")})
    page = back_again(browser, cast, answer)
    done = browser.post(*button_of(page))

    assert done.status_code == 302
    assert Material.objects.of(case).under(["floor-plan"]).count() == 1


@pytest.mark.found("A3")
def test_nothing_of_it_is_legible_in_the_database(cast: Cast, case: Case) -> None:
    browser = cast.browser("agent")
    run_out()

    browser.post(step_of(case), {"revision": case.revision, "contact_phone": "13899990001"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM identity_lateform")
        assert "13899990001" not in cursor.fetchone()[0]


@pytest.mark.found("A3")
def test_nobody_else_gets_or_sends_it(cast: Cast, case: Case) -> None:
    browser = cast.browser("agent")
    run_out()
    answer = browser.post(step_of(case), {"revision": case.revision, "contact_phone": "13899990001"})
    late = LateForm.objects.get()

    page = back_again(browser, cast, answer, "stranger")
    sent = browser.post(late.path, {"saved-form": str(late.uid)})

    assert "13899990001" not in page.content.decode()  # type: ignore[attr-defined]
    assert "属于其他账户" in page.content.decode()  # type: ignore[attr-defined]
    assert (sent.status_code, sent.url) == (302, late.path)
    assert LateForm.objects.filter(pk=late.pk).exists()


@pytest.mark.found("A3")
def test_it_goes_nowhere_but_where_it_was_sent(cast: Cast, case: Case) -> None:
    browser = cast.browser("agent")
    run_out()
    browser.post(step_of(case), {"revision": case.revision, "contact_phone": "13899990001"})
    late, back = LateForm.objects.get(), cast.browser("agent")

    back.post(f"/cases/{case.uid}/review/", {"saved-form": str(late.uid), "declared": "on"})

    assert Case.objects.get(pk=case.pk).state == "draft"
    assert LateForm.objects.filter(pk=late.pk).exists()


@pytest.mark.found("A3")
def test_a_decision_is_taken_once(cast: Cast, case: Case) -> None:
    """A case handed in by the saved form is handed in once, and a forged button sends nothing."""
    browser = cast.browser("agent")
    run_out()
    answer = browser.post(f"/cases/{case.uid}/review/", {"declared": "on"})
    assert Case.objects.get(pk=case.pk).state == "draft"
    page = back_again(browser, cast, answer)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert strict.post(*button_of(page)).status_code == 403

    browser.post(*button_of(page))
    browser.post(*button_of(page))

    assert Case.objects.get(pk=case.pk).state == "submitted"
    assert Fact.objects.filter(name="cases.CaseSubmitted").count() == 1


@pytest.mark.found("A3")
def test_passwords_and_what_came_without_a_sign_in_are_not_saved(cast: Cast, case: Case) -> None:
    browser = cast.browser("agent")
    run_out()
    browser.post("/identity/password/", {"old": PASSWORD, "new": "x", "again": "x"})
    Client().post(step_of(case), {"contact_phone": "13899990001"})
    left = cast.browser("agent")
    left.post("/identity/sign-out/")
    left.post(step_of(case), {"contact_phone": "13899990001"})
    closed = cast.browser("agent")
    run_out()
    identity.deactivate(actor=SYSTEM, account=cast.accounts["agent"], reason="注销")
    closed.post(step_of(case), {"contact_phone": "13899990001"})

    assert not LateForm.objects.exists()


@pytest.mark.found("A3")
def test_it_is_forgotten_in_time_and_nobody_fills_the_disk(cast: Cast, case: Case, settings: object) -> None:
    browser = cast.browser("agent")
    run_out()
    key = browser.cookies["sessionid"].value
    for _turn in range(8):
        browser.cookies["sessionid"] = key
        browser.post(step_of(case), {"contact_phone": "13899990001"})
    assert LateForm.objects.count() == settings.IDENTITY_MAX_LATE_FORMS  # type: ignore[attr-defined]
    run_out(60 * 25)
    browser.cookies["sessionid"] = key
    browser.post(step_of(case), {"contact_phone": "13899990002"})

    with clock.at(clock.now() + timedelta(hours=25)):
        account = Account.objects.get(pk=cast.accounts["agent"].pk)
        actor = parties.with_party(identity.actor_of(account), chosen=None)
        assert identity.late_form(actor=actor, uid=LateForm.objects.first().uid) is None
        identity.tidy()

    assert not LateForm.objects.exists()


@pytest.mark.found("A3")
def test_every_page_knows_when_the_sign_in_ends_and_asking_does_not_prolong_it(cast: Cast) -> None:
    browser = cast.browser("agent")
    shown = browser.get("/cases/").content.decode()
    assert "即将退出登录" in shown
    assert "session.js" in shown
    assert "session-end" not in Client().get("/").content.decode()
    nearly = clock.now() + timedelta(seconds=90)
    LoginSession.objects.update(expire_date=nearly, seen_at=clock.now() - timedelta(minutes=58))

    asked = browser.get("/identity/session/").json()["seconds"]
    assert 60 < asked <= 90
    assert LoginSession.objects.get().expire_date == nearly
    assert browser.get("/identity/session/?renew").json()["seconds"] > 3500
    run_out()
    assert browser.get("/identity/session/").json()["seconds"] == 0
