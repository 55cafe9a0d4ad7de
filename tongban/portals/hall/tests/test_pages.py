import tomllib

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.city import services as city
from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.platform.catalogue.demonstration import GUIDES, definition_folders, load_services
from tongban.portals.hall import services
from tongban.portals.hall.pages import start

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


def text(response):
    return response.content.decode()


def asked_by(rf, actor, **cookies):
    request = rf.get("/")
    request.COOKIES.update(cookies)
    request.actor = actor
    request._messages = CookieStorage(request)
    return text(start(request))


@pytest.mark.requirement("APP-S-12", "USR-20")
def test_the_hall_asks_what_people_want_to_do(client):
    response = client.get("/")

    assert response.status_code == 200
    assert "您想办什么事？" in text(response)
    assert 'action="/catalogue/search/"' in text(response)


@pytest.mark.requirement("USR-22")
def test_people_and_businesses_have_their_own_entrance(client):
    shown = text(client.get("/"))

    assert "/catalogue/under/for/person/" in shown
    assert "/catalogue/under/for/business/" in shown


def test_a_visitor_costs_one_look_at_the_catalogues_edition(client):
    client.get("/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    assert len(queries) <= 1


def test_what_is_kept_for_visitors_names_nobody(rf):
    first = asked_by(rf, Actor("person", account=1, name="林晓云"))
    second = asked_by(rf, ANONYMOUS)
    third = asked_by(rf, Actor("person", account=2, name="周文博", acting_for=7, acting_name="禾香餐饮"))

    assert "林晓云" in first
    assert "林晓云" not in second
    assert "csrfmiddlewaretoken" not in second
    assert "周文博" in third
    assert "禾香餐饮" in third
    assert "林晓云" not in third


def test_the_care_edition_offers_less_and_reads_aloud(rf):
    assert "ui/aloud" in asked_by(rf, ANONYMOUS, care="1")
    assert "ui/aloud" not in asked_by(rf, ANONYMOUS)


@pytest.mark.found("B14")
def test_the_care_edition_begins_with_what_older_people_come_for(rf):
    city.load_data()
    city.found_demo_city()
    load_services()

    shown = asked_by(rf, ANONYMOUS, care="24")
    order = ["tel:12345", "高龄津贴申领", "老年人优待证办理", "请家人帮我办", "帮家人办", "企业办事"]

    assert sorted(order, key=shown.index) == order
    assert "/parties/mandates/give/" in shown
    assert "食品经营许可" not in shown
    assert "热门事项" not in shown


@pytest.mark.found("B14")
def test_every_service_of_the_care_edition_exists():
    guides = {
        item["code"] for file in GUIDES.glob("*.toml") for item in tomllib.loads(file.read_text()).get("item", ())
    }
    known = guides | {folder.name for folder in definition_folders()}
    groups = tomllib.loads((services.DATA / "care.toml").read_text())["group"]

    assert not {code for group in groups for code in group["services"]} - known
