"""Verified as a real person, by a service in a process of its own."""

import urllib.request
from datetime import timedelta

import pytest

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.assurance import services as assurance
from tongban.platform.assurance.models import RealPersonCheck
from tongban.platform.assurance.tests.conftest import actor_of, browser
from tongban.platform.identity import services as identity


def begun(owner, wanted: str = "") -> str:
    return assurance.ask_real_person(actor=actor_of(owner), consented=True, wanted=wanted)


def say(address: str, state: str) -> None:
    """Press a button on the service's page."""
    sent = urllib.request.Request(address, data=f"state={state}".encode(), method="POST")
    opener = urllib.request.build_opener(_Stay())
    opener.open(sent)


class _Stay(urllib.request.HTTPRedirectHandler):
    """The way back leads to a house that does not run in this test."""

    def http_error_303(self, req, fp, code, msg, headers):
        return fp


def finished(owner) -> RealPersonCheck:
    check = RealPersonCheck.objects.get()
    return assurance.finish_real_person(actor=actor_of(owner), uid=str(check.uid))


def test_who_passes_reaches_level_three_and_comes_back(owner, verifier):
    say(begun(owner, "/licences/"), "passed")

    check = RealPersonCheck.objects.get()
    answer = browser(owner).get(f"/assurance/real-person/{check.uid}/")

    assert answer.url == "/licences/"
    assert assurance.level_of(actor_of(owner)) == 3


def test_who_fails_stays_where_they_were(owner, verifier, facts):
    say(begun(owner), "failed")

    assert finished(owner).state == "failed"
    assert assurance.level_of(actor_of(owner)) == 2
    assert facts("RealPersonCheckAnswered")[0]["passed"] is False


def test_without_an_answer_yet_nothing_changes(owner, verifier):
    begun(owner)

    assert finished(owner).state == "asked"


@pytest.mark.parametrize("verifier", ["--forged"], indirect=True)
def test_an_answer_that_is_not_signed_by_the_service_is_refused(owner, verifier):
    with pytest.raises(assurance.VerifierSilent):
        begun(owner)

    assert assurance.level_of(actor_of(owner)) == 2


def test_without_separate_consent_nothing_is_sent(owner, verifier):
    with pytest.raises(assurance.ConsentNeeded):
        assurance.ask_real_person(actor=actor_of(owner), consented=False)

    assert not RealPersonCheck.objects.exists()


def test_name_and_number_come_first(account, verifier):
    with pytest.raises(assurance.TooLittleAssurance):
        assurance.ask_real_person(actor=actor_of(account), consented=True)


def test_a_withdrawn_consent_takes_the_level_and_the_answer_along(owner, verifier):
    say(begun(owner), "passed")
    check = finished(owner)

    assurance.withdraw_consent(actor=actor_of(owner), uid=str(check.uid))

    check.refresh_from_db()
    assert (check.state, check.reference, check.answer) == ("withdrawn", "", "")
    assert assurance.level_of(actor_of(owner)) == 2


def test_what_the_service_said_is_deleted_on_its_day(owner, verifier):
    say(begun(owner), "passed")
    finished(owner)

    with clock.at(clock.now() + timedelta(days=31)):
        assert assurance.delete_answers() == 1

    assert RealPersonCheck.objects.get().answer == ""


def test_nobody_fetches_anothers_verdict(owner, verifier):
    begun(owner)
    check = RealPersonCheck.objects.get()

    assert browser_of_stranger().get(f"/assurance/real-person/{check.uid}/").status_code == 404


def test_a_silent_service_is_said(owner, settings):
    settings.ASSURANCE_VERIFIER_URL, settings.ASSURANCE_VERIFIER_SECRET = "http://127.0.0.1:9", "secret"

    with pytest.raises(assurance.VerifierSilent):
        begun(owner)


def test_where_no_service_is_connected_the_page_leads_to_the_window(owner):
    assert "未接入核验服务" in browser(owner).get("/assurance/real-person/").content.decode()


def browser_of_stranger():
    return browser(identity.open_account(actor=SYSTEM, login="zhou.ming", name="周明", kind="person"))
