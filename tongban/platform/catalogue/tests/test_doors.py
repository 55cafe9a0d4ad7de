"""Pages and endpoints of the catalogue."""

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.kernel.actors import ANONYMOUS, SYSTEM
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import FailedSearch, Version
from tongban.platform.catalogue.pages import guides as pages
from tongban.platform.catalogue.tests.conftest import spoil
from tongban.platform.catalogue.tests.test_importing import LIST


def ask(view, actor, *args, data=None, method="get", **kwargs):
    """Call a view as a portal would, with somebody at the door."""
    request = getattr(RequestFactory(), method)("/desk/catalogue/", data or {})
    request.actor, request.session, request._messages = actor, {}, _Silent()
    return view(request, *args, **kwargs)


class _Silent(list):
    def add(self, *_args, **_kwargs): ...


@pytest.mark.requirement("APP-S-13", "APP-C-02")
def test_a_guide_says_everything_people_must_know(client, sign):
    page = client.get("/catalogue/guide/shop-sign/").content.decode()

    for text in (
        "招牌不遮挡消防通道。",
        "店招效果图",
        "/catalogue/guide/shop-sign/files/design-sample.png",
        "测试条例第三条",
        "测试承诺表",
        "<svg",
        "灯箱要不要办？",
        "湖滨大道 100 号一楼 3 号窗口",
        "可以申请行政复议。",
        "/catalogue/guide/shop-sign/files/result-sample.pdf",
    ):
        assert text in page


def test_a_guide_that_was_read_before_costs_no_query(client, sign, settings):
    client.get("/catalogue/guide/shop-sign/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/catalogue/guide/shop-sign/")

    assert [query["sql"] for query in queries if "catalogue_edition" not in query["sql"]] == []


def test_a_new_version_is_shown_at_once(client, sign, folder):
    client.get("/catalogue/guide/shop-sign/")
    spoil(folder, "service.toml", "招牌不遮挡消防通道。", "招牌牢固。")
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    assert "招牌牢固。" in client.get("/catalogue/guide/shop-sign/").content.decode()


def test_samples_of_what_is_offered_can_be_read_and_nothing_else(client, sign):
    sample = client.get("/catalogue/guide/shop-sign/files/design-sample.png")

    assert (sample.status_code, sample["Content-Type"]) == (200, "image/png")
    assert sample["X-Content-Type-Options"] == "nosniff"
    assert client.get("/catalogue/guide/shop-sign/files/../../secret").status_code == 404
    assert client.get("/catalogue/guide/shop-sign/files/form.json").status_code == 404


def test_an_imported_item_is_marked_as_a_guide_only(client, db):
    catalogue.import_items(actor=SYSTEM, file=LIST)

    page = client.get("/catalogue/guide/X-000021-001/").content.decode()

    assert "notice--info" in page
    assert "甲区民政局" in page


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/",
        "/catalogue/under/for/person/",
        "/catalogue/under/for/business/",
        "/catalogue/under/business/010/",
        "/catalogue/under/event/open-restaurant/?online=1",
        "/catalogue/under/type/01/",
        "/catalogue/under/department/urban-management/",
        "/catalogue/search/?q=店招",
        "/catalogue/search/?q=许可&for=business&topic=business:010&department=urban-management&online=1",
        "/catalogue/search/?q=许可&page=99999999999&department=none",
    ],
)
def test_ways_into_the_catalogue_open(client, sign, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/under/colour/red/",
        "/catalogue/under/event/flood/",
        "/catalogue/guide/none/",
        "/catalogue/under/department/none/",
    ],
)
def test_what_does_not_exist_is_not_found(client, sign, path):
    assert client.get(path).status_code == 404


def test_lists_under_a_heading_hold_what_stands_there(client, sign):
    assert "shop-sign" in client.get("/catalogue/under/for/business/").content.decode()
    assert "shop-sign" not in client.get("/catalogue/under/for/person/").content.decode()


@pytest.mark.found("A8")
def test_a_vain_search_says_so_with_the_number_to_call_and_is_remembered(client, sign):
    page = client.get("/catalogue/search/?q=火箭发射").content.decode()

    assert 'href="tel:12345"' in page
    assert "/catalogue/under/" not in page.partition("<main")[2].partition("<footer")[0]
    assert FailedSearch.objects.get().text == "火箭发射"
    assert "/catalogue/under/event/open-restaurant/" in client.get("/catalogue/search/?q=餐饮外卖柜").content.decode()


def test_a_search_that_was_narrowed_down_is_not_taken_for_unmet_demand(client, sign):
    client.get("/catalogue/search/?q=店招&for=person")

    assert not FailedSearch.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/catalogue/search/?q=%00许可&department=%00&topic=%00&for=%00",
        "/catalogue/guide/%00/",
        "/catalogue/guide/shop-sign/files/%00",
    ],
)
def test_an_address_that_nobody_can_read_is_sent_back(client, sign, path):
    assert client.get(path).status_code == 400


def test_hostile_questions_do_no_harm(client, sign):
    for question in ("<script>alert(1)</script>", "%00", "'" * 500, "\\", "(((((", "招" * 3000):
        answer = client.get("/catalogue/search/", {"q": question})
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_designers_see_their_own_definitions(sign, designer, stranger):
    assert "店招设置许可" in ask(pages.definitions, designer).content.decode()
    assert "店招设置许可" not in ask(pages.definitions, stranger).content.decode()
    assert ask(pages.versions, designer, code="shop-sign").status_code == 200
    assert ask(pages.preview, designer, code="shop-sign", number=1).status_code == 200
    with pytest.raises(NotFound):
        ask(pages.versions, stranger, code="shop-sign")


def test_the_desk_publishes_and_withdraws(offices, folder, designer):
    version = catalogue.load(actor=SYSTEM, folder=folder).version

    ask(pages.publish, designer, method="post", code="shop-sign", number=version.number)
    version.refresh_from_db()
    assert version.state == "published"

    ask(pages.withdraw, designer, method="post", code="shop-sign", data={"reason": ""})
    version.refresh_from_db()
    assert version.state == "published"

    ask(pages.withdraw, designer, method="post", code="shop-sign", data={"reason": "停办"})
    version.refresh_from_db()
    assert version.state == "withdrawn"


def test_the_desk_turns_strangers_away(client, sign):
    assert ask(pages.definitions, ANONYMOUS).status_code == 302
    assert client.get("/desk/catalogue/").status_code == 302
    assert client.post("/desk/catalogue/shop-sign/withdraw/").status_code in {302, 403}
    assert Version.objects.published().exists()


def test_machines_list_search_and_read(client, sign):
    services = client.get("/api/v1/catalogue/services").json()
    hits = client.get("/api/v1/catalogue/search", {"q": "挂招牌"}).json()
    guide = client.get("/api/v1/catalogue/services/shop-sign")

    assert [line["code"] for line in services["items"]] == ["shop-sign"]
    assert hits["items"][0]["why"]
    assert guide.json()["guide"]["limits"]["promised_days"] == 3
    same = client.get("/api/v1/catalogue/services/shop-sign", headers={"If-None-Match": guide["ETag"]})
    assert same.status_code == 304
    assert client.get("/api/v1/catalogue/services/none").status_code == 404
    assert client.get("/api/v1/catalogue/services?topic=business:010&online=true").json()["items"]
