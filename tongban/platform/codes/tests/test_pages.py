import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.codes import services as codes
from tongban.platform.identity import services as identity

PASSWORD = "hetang-yuese-37"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded(db):
    codes.forget()
    codes.load_shipped()
    yield
    codes.forget()


@pytest.fixture
def desk():
    city = identity.put_department(actor=SYSTEM, key="city", name="云泽市人民政府")
    role = identity.define_role(actor=SYSTEM, key="reader", name="查阅", duties=["codes.read"])
    account = identity.open_account(actor=SYSTEM, login="gao", name="高飞", kind="staff", password=PASSWORD)
    identity.appoint(actor=SYSTEM, account=account, department=city, role=role)
    client = Client()
    assert client.post("/identity/sign-in/", {"login": "gao", "password": PASSWORD}).status_code == 302
    return client


def text(answer):
    return answer.content.decode()


def test_the_desk_shows_every_list_with_its_source(desk):
    page = text(desk.get("/desk/codes/"))

    assert "事项类型" in page
    assert "GB/T 39046—2020 政务服务平台基础数据规范 表 A.1" in page


def test_the_desk_shows_what_a_list_says(desk):
    assert "行政许可" in text(desk.get("/desk/codes/service-type/"))


def test_a_list_that_is_not_there_is_a_404(desk):
    assert desk.get("/desk/codes/no-such-list/").status_code == 404


def test_the_year_shows_holidays_and_make_up_days_with_the_notice(desk):
    page = text(desk.get("/desk/codes/calendar/2026/"))

    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "2026年2月15日至2026年2月23日" in page or "15 February 2026 to 23 February 2026" in page
    assert ">248<" in page


def test_a_year_without_a_notice_says_so(desk):
    assert "notice--warning" in text(desk.get("/desk/codes/calendar/2027/"))


@pytest.mark.parametrize("year", ["0", "9999"])
def test_a_year_out_of_this_world_is_a_404(desk, year):
    assert desk.get(f"/desk/codes/calendar/{year}/").status_code == 404


def test_the_calendar_begins_with_this_year(desk):
    assert desk.get("/desk/codes/calendar/").status_code == 302


@pytest.mark.parametrize("path", ["/desk/codes/", "/desk/codes/calendar/2026/", "/desk/codes/level/"])
def test_strangers_are_asked_to_sign_in(client, path):
    assert client.get(path).status_code == 302
