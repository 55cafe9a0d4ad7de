import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.ui.middleware import RefusalPages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tongban.infrastructure.ui.tests.urls")]


@pytest.fixture
def client():
    return Client(raise_request_exception=False, headers={"accept-language": "zh-CN"})


def text(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("status", "title"),
    [(403, "您无权进行此操作"), (404, "没有找到这个页面"), (409, "内容已有变化"), (422, "请核对后再试")],
)
def test_a_refusal_becomes_a_page_that_says_what_to_do(client, status, title):
    response = client.get(f"/raise/{status}/")

    assert response.status_code == status
    assert title in text(response)
    assert "您可以这样做" in text(response)


def test_only_a_conflict_is_said_to_be_a_change_by_somebody_else(client):
    response = client.get("/raise/later/")

    assert response.status_code == 409
    assert "<h1>现在无法办理</h1>" in text(response)


def test_the_faults_of_a_refusal_are_named(client):
    assert "请填写姓名。" in text(client.get("/raise/422/"))


def test_the_way_back_leads_to_our_own_page_only(client):
    ours = client.post("/raise/409/", headers={"referer": "http://testserver/cases/7/?tab=a"})
    foreign = client.post("/raise/409/", headers={"referer": "https://elsewhere.example/cases/7/"})

    assert 'href="/cases/7/?tab=a"' in text(ours)
    assert "elsewhere" not in text(foreign)


def test_the_way_back_does_not_lead_to_the_sign_in_that_led_here(client):
    page = client.get("/raise/404/", headers={"referer": "http://testserver/identity/sign-in/?next=/raise/404/"})

    assert "返回</a>" not in text(page)


def test_htmx_gets_the_refusal_as_a_notice_on_its_page(client):
    response = client.post("/raise/409/", headers={"hx-request": "true"})

    assert response.status_code == 409
    assert response.headers["HX-Retarget"] == "#messages"
    assert 'role="alert"' in text(response)
    assert "<html" not in text(response)


def test_the_gateway_keeps_its_own_words(rf):
    assert RefusalPages(lambda request: None).process_exception(rf.get("/api/v1/x"), NotAllowed()) is None


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("full", 503, "暂时无法办理"),
        ("busy", 503, "暂时无法办理"),
        ("broken", 500, "系统出错"),
        ("none", 404, "没有您可以查看的内容"),
        ("bytes%00", 400, "请求无法读取"),
    ],
)
def test_machines_are_told_in_their_own_way_whatever_goes_wrong(client, what, status, words):
    response = client.get(f"/api/raise/{what}/" if what != "none" else "/api/nowhere/")

    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert words in response.json()["title"]
    assert response.json()["status"] == status
    assert ("Retry-After" in response) == (status == 503)


@pytest.mark.parametrize(
    ("address", "media_type"),
    [
        ("/form/?q=%00", "application/x-www-form-urlencoded"),
        ("/form%00/", "application/x-www-form-urlencoded"),
        ("/form/", "multipart/form-data; boundary=x; charset=hex"),
        ("/form/", "multipart/form-data; boundary=x; charset=utf-7"),
        ("/form/", "application/x-www-form-urlencoded; charset=gbk"),
    ],
)
def test_what_nobody_can_read_is_sent_back(client, address, media_type):
    response = client.generic("POST", address, b"a=b", content_type=media_type)

    assert response.status_code == 400
    assert "浏览器发来的请求有误" in text(response)
    assert client.generic("POST", "/form/", b"a=b", content_type="text/plain; charset=UTF-8").status_code == 200


@pytest.mark.parametrize("address", ["/form/", "/api/raise/none/"])
def test_what_no_disk_could_take_is_sent_back_unread(client, settings, address):
    settings.UI_MAX_REQUEST_MB = 1

    class Endless:
        """A body of which nothing may be read."""

        def read(self, *size):
            raise AssertionError("it was read")

        readline = read

    response = client.generic("POST", address, CONTENT_LENGTH=str(1024 * 1024 + 1), **{"wsgi.input": Endless()})

    assert response.status_code == 413
    assert "一次发送的内容过大" in text(response)


@pytest.mark.parametrize(
    ("what", "words"),
    [("full", "存储空间已满"), ("space", "存储空间已满"), ("busy", "系统繁忙"), ("away", "数据库暂时无法访问")],
)
def test_a_fault_of_the_machine_is_a_503_with_a_clear_sentence(client, what, words):
    response = client.get(f"/raise/{what}/")

    assert response.status_code == 503
    assert words in text(response)
    assert response.headers["Retry-After"]


def test_the_unexpected_is_told_in_both_languages_without_the_database(client):
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/raise/broken/")

    assert response.status_code == 500
    assert "系统出错了" in text(response)
    assert "Something went wrong on our side" in text(response)
    assert len(queries) == 0


def test_an_unknown_address_is_told_kindly(client):
    response = client.get("/nowhere/")

    assert response.status_code == 404
    assert "没有找到这个页面" in text(response)


def test_a_form_without_its_token_is_not_accepted():
    client = Client(enforce_csrf_checks=True)

    response = client.post("/form/")

    assert response.status_code == 403
    assert "请重新打开表单后提交" in text(response)


def test_a_wrong_host_is_a_bad_request(client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]

    response = client.get("/ui/care/?to=on", headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "浏览器发来的请求有误" in text(response)


def test_reasons_are_told_in_english_to_who_reads_english():
    client = Client()
    client.cookies["django_language"] = "en"

    response = client.get("/raise/403/")

    assert "You may not do this" in text(response)


def test_pages_are_chinese_first_whatever_the_browser_prefers():
    response = Client(headers={"accept-language": "en"}).get("/raise/403/")

    assert re.search(r'<html\s+lang="zh-hans"', text(response))
