"""The catalogue for somebody who reads in English."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.catalogue.tests.test_importing import LIST

pytestmark = pytest.mark.found("B3")


@pytest.fixture
def reader(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def english(sign):
    Service.objects.filter(pk=sign.pk).update(english="Shop sign permit", summary_english="For signs over a shop.")
    catalogue.count_uses(actor=SYSTEM, uses={sign.code: 1})
    return sign


def text(client, address):
    return client.get(address).content.decode()


def test_lists_show_english_names_and_summaries(reader, english):
    for address in ("/catalogue/", "/catalogue/under/event/open-restaurant/", "/catalogue/search/?q=shop+sign"):
        page = text(reader, address)
        assert "sign permit" in page.replace("<mark>", "").replace("</mark>", "")
        assert "For signs over a shop." in page
        assert "店招设置许可" not in page


def test_a_guide_has_english_names_and_says_once_what_is_in_chinese_only(reader, sign):
    page = text(reader, "/catalogue/guide/shop-sign/")

    assert "<h1>Shop sign permit</h1>" in page
    assert page.count("in Chinese only") == 1


def test_a_list_says_once_that_some_of_it_is_in_chinese_only(reader, sign):
    catalogue.import_items(actor=SYSTEM, file=LIST)

    page = text(reader, "/catalogue/search/?q=领证")

    assert page.count("in Chinese only") == 1
    assert '<span lang="zh-CN">' in page


def test_a_reason_is_never_about_a_name_that_is_not_shown(client, english):
    page = client.get("/catalogue/search/?q=shopsign", headers={"accept-language": "zh-CN"}).content.decode()

    assert "英文名称中有“Shop sign”" in page
    assert '<p class="service__other" lang="en">Shop sign permit</p>' in page


def test_a_question_in_chinese_shows_the_chinese_name_beside_the_english_one(reader, english):
    assert '<p class="service__other" lang="zh-CN">店招设置许可</p>' in text(reader, "/catalogue/search/?q=店招")
