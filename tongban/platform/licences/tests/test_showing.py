"""亮证: one look, for one purpose, for minutes, and no line more than its holder chose."""

from datetime import timedelta

import pytest
from django.test import Client

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Showing
from tongban.platform.licences.tests.conftest import an_official, standing_for
from tongban.platform.licences.tests.test_doors import browser_of

pytestmark = pytest.mark.django_db
HOTEL = Actor("anonymous", name="和平宾馆", address="203.0.113.9")


@pytest.fixture
def her(give, lin):
    return give(holder=lin, subject="register:1", face={"姓名": "林晓云", "住址": "云泽市临湖区荷塘路3号"})


def shown(licence, lin, **changes):
    said = {"purpose": "入住登记", "lines": ["姓名"], "minutes": 5} | changes
    return licences.show(actor=standing_for(lin), token=licence.token, **said)


def test_one_look_shows_the_chosen_lines_and_no_others(her, lin):
    look = licences.look(actor=HOTEL, code=shown(her, lin).code)

    assert look.lines == {"姓名": "林晓云"}
    assert (look.validity, look.purpose) == ("valid", "入住登记")


def test_a_second_look_shows_nothing(her, lin):
    showing = shown(her, lin)
    licences.look(actor=HOTEL, code=showing.code)

    with pytest.raises(licences.NothingToLookAt):
        licences.look(actor=HOTEL, code=showing.code)


def test_after_its_minutes_a_code_shows_nothing(her, lin):
    showing = shown(her, lin, minutes=2)

    with clock.at(clock.now() + timedelta(minutes=3)), pytest.raises(licences.NothingToLookAt):
        licences.look(actor=HOTEL, code=showing.code)


@pytest.mark.parametrize("code", ["", "WRONGC0DE123", "x", "%00"])
def test_a_wrong_code_shows_nothing(db, code):
    with pytest.raises(licences.NothingToLookAt):
        licences.look(actor=HOTEL, code=code)


def test_a_look_at_a_suspended_licence_says_so(her, lin, market):
    showing = shown(her, lin)
    licences.suspend(actor=an_official(market, "licences.manage"), licence=her, reason="停业整顿")

    assert licences.look(actor=HOTEL, code=showing.code).validity == "suspended"


def test_every_look_is_in_the_holders_log(her, lin):
    licences.look(actor=HOTEL, code=shown(her, lin).code)

    assert [(use["who"], use["title"]) for use in licences.uses(lin)] == [("和平宾馆", "入住登记")]
    assert Showing.objects.get().viewer == "和平宾馆"


@pytest.mark.parametrize("changes", [{"lines": ["血型"]}, {"minutes": 0}, {"minutes": 31}])
def test_what_cannot_be_shown_is_refused(her, lin, changes):
    with pytest.raises(licences.ShowingRefused):
        shown(her, lin, **changes)


def test_a_look_needs_a_purpose_and_only_the_holder_grants_it(her, lin, zhou):
    with pytest.raises(licences.NoLicencePurpose):
        shown(her, lin, purpose=" ")
    with pytest.raises(NotFound):
        shown(her, zhou)


def test_the_holder_shows_and_the_verifier_presses_a_button(her):
    mine = browser_of("lin.xiaoyun")
    answer = mine.post(f"/licences/{her.token}/show/", {"purpose": "入住登记", "lines": ["姓名"], "minutes": "5"})
    code = Showing.objects.get().code
    stranger = Client()

    before = stranger.get(f"/licences/look/{code}/").content.decode()
    after = stranger.post(f"/licences/look/{code}/").content.decode()

    assert f"/licences/look/{code}/" in answer.content.decode()
    assert "林晓云" not in before
    assert "林晓云" in after
    assert "荷塘路" not in after
    assert stranger.post(f"/licences/look/{code}/").status_code == 409
    assert mine.post(f"/licences/{her.token}/show/", {"minutes": "5"}).status_code == 422
