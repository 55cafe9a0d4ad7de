import pytest
from django.http import HttpResponseRedirect

from tongban.infrastructure.kernel.actors import Actor, Grant
from tongban.infrastructure.kernel.module import MenuEntry
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui import menus
from tongban.infrastructure.ui.start_pages import workplace_home

LINES = (
    menus._Known("/desk/cases/", MenuEntry("workflow:todo", "To do", "cases.review")),
    menus._Known("/desk/journal/", MenuEntry("journal:list", "Journal", "journal.read", "Who did what")),
)


@pytest.fixture(autouse=True)
def lines(monkeypatch):
    monkeypatch.setattr(menus, "_known", lambda portal: LINES if portal == "desk" else ())
    menus._seen_lines.forget()
    yield
    menus._seen_lines.forget()


def asked_by(rf, actor):
    request = rf.get("/desk/")
    request.actor = actor
    return workplace_home(request)


def staff(*duties):
    return Actor("staff", account=1, name="吴志远", grants=tuple(Grant(duty) for duty in duties))


def test_an_official_begins_at_the_inbox(rf):
    response = asked_by(rf, staff("cases.review"))

    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/desk/cases/"


def test_an_official_without_an_inbox_sees_what_else_there_is(rf):
    response = asked_by(rf, staff("journal.read"))

    assert response.status_code == 200
    assert "/desk/journal/" in response.content.decode()
    assert "Who did what" in response.content.decode(), "and what one does there"


def test_an_official_without_any_duty_is_told_who_appoints(rf):
    assert "empty" in asked_by(rf, staff()).content.decode()


@pytest.mark.parametrize("actor", [Actor("person", account=2), Actor("client", account=3)])
def test_the_desk_refuses_who_is_no_official(rf, actor):
    with pytest.raises(NotAllowed):
        asked_by(rf, actor)


def test_the_counter_refuses_an_official_without_its_duties(rf):
    request = rf.get("/counter/")
    request.actor = staff("cases.review")

    with pytest.raises(NotAllowed):
        workplace_home(request)
