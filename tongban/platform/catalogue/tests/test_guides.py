"""A guide is short first: can I, what do I need, how long, how; everything else lies folded below."""

import re

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.found("B7")]


@pytest.fixture
def shown(client, sign):
    return client.get("/catalogue/guide/shop-sign/").content.decode()


@pytest.fixture
def unfolded(shown):
    return re.sub(r"<details.*?</details>", "", shown, flags=re.DOTALL)


def test_the_short_version_answers_in_the_order_of_people(unfolded):
    asked = re.findall(r"<h2>(.*?)</h2>", unfolded)

    assert asked == ["能不能办", "要准备什么", "多久、多少钱", "怎么办", "去哪里办", "更多内容"]


@pytest.mark.parametrize(
    "law", ["测试条例第三条", "测试承诺表", "可以申请行政复议。", "灯箱要不要办？", '<svg class="process"']
)
def test_law_remedies_and_the_picture_of_the_process_are_folded(shown, unfolded, law):
    assert law in shown
    assert law not in unfolded


def test_the_steps_are_a_plain_numbered_list(unfolded):
    steps = re.search(r'id="steps".*?<ol class="lines">(.*?)</ol>', unfolded, re.DOTALL)

    assert "网上填写并提交" in steps[1]
    assert steps[1].count("<li>") >= 3
    assert "<svg" not in steps[0]


def test_sole_traders_are_named_where_a_service_is_open_to_them(unfolded):
    assert "服务对象：企业法人、个体工商户、其他组织" in unfolded


def test_every_telephone_number_of_a_guide_can_be_dialled(shown):
    without_links = re.sub(r"<a [^>]*tel:.*?</a>", "", shown)

    assert 'href="tel:' in shown
    assert not re.search(r"0\d{3}-\d{8}|12345", without_links)
