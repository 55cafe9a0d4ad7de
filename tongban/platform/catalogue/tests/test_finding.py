"""Questions in everyday words lead to the right service, and the answer says why."""

import pytest

from tongban.infrastructure.search.rules import explaining, finding
from tongban.infrastructure.search.services import sounds
from tongban.platform.catalogue.rules.service_index import SearchableService, SearchFilters, ServiceIndex
from tongban.platform.catalogue.services.searching import words

NAMES = (
    "居民身份证办理",
    "居民身份证挂失申报",
    "结婚登记",
    "离婚登记",
    "居住证首次申领",
    "公共场所卫生许可",
    "食品(含保健食品)经营许可注销",
    "机动车驾驶证换证",
    "最低生活保障",
    "高龄津贴申领",
    "公司设立登记",
    "公司注销登记",
    "河道采砂许可",
    "银行账户查询证明",
    "药品经营许可",
)
FOOD = SearchableService(
    1,
    "食品经营许可",
    7,
    ("小饭馆", "开饭馆", "餐饮证"),
    "从事餐饮服务前取得的许可。",
    "Food business licence",
    "26",
    True,
    ("business:010", "event:open-restaurant"),
)
ENTRIES = [FOOD, *(SearchableService(number, name, 8, audience="1") for number, name in enumerate(NAMES, 2))]
INDEX = ServiceIndex(ENTRIES, sounds(), words().english)
BY_PK = {entry.pk: entry.name for entry in ENTRIES}


def ask(question, **filters):
    return finding.find(INDEX.index, words(), question, INDEX.allowed(SearchFilters(**filters)))


def first(question, **filters):
    answer = ask(question, **filters)
    return BY_PK[answer.pks[0]] if answer.pks else None


@pytest.mark.requirement("USR-11")
@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("我想开个小饭馆", "食品经营许可"),
        ("请问开一家饭店要办什么证？", "食品经营许可"),
        ("食品经营许可", "食品经营许可"),
        ("食品经营", "食品经营许可"),
        ("饭管", "食品经营许可"),
        ("开饭管", "食品经营许可"),
        ("食品经萤许可", "食品经营许可"),
        ("食品营许可", "食品经营许可"),
        ("shipinjingyingxuke", "食品经营许可"),
        ("shi pin jing ying", "食品经营许可"),
        ("shipinjinying", "食品经营许可"),
        ("spjyxk", "食品经营许可"),
        ("fanguan", "食品经营许可"),
        ("food", "食品经营许可"),
        ("FOOD business", "食品经营许可"),
        ("暂住证怎么办", "居住证首次申领"),
        ("居往证", "居住证首次申领"),
        ("身份证丢了怎么补", "居民身份证办理"),
        ("领结婚证", "结婚登记"),
        ("jiehun", "结婚登记"),
        ("驾照", "机动车驾驶证换证"),
        ("吃低保", "最低生活保障"),
        ("老人补贴", "高龄津贴申领"),
        ("开理发店要什么证", "公共场所卫生许可"),
        ("公司不干了", "公司注销登记"),
        ("注册公司", "公司设立登记"),
        ("yinhang", "银行账户查询证明"),
        ("药", "药品经营许可"),
    ],
)
def test_everyday_questions_find_the_service(question, name):
    assert first(question) == name


@pytest.mark.parametrize("question", ["火箭发射", "zzzzzz", "？？？", "123456"])
def test_what_nobody_offers_finds_nothing(question):
    assert ask(question).total == 0


def test_filters_keep_out_what_is_not_asked_for():
    assert first("许可", audience="1") != "食品经营许可"
    assert ask("许可", department=7).total == 1
    assert ask("许可", online=True).pks == [1]
    assert ask("许可", headings=("event:open-restaurant",)).pks == [1]
    assert ask("许可", headings=("person:060",)).total == 0


@pytest.mark.parametrize(
    ("question", "text", "details"),
    [
        ("食品经营", "The name contains “%(part)s”.", {"part": "食品经营"}),
        ("开个小饭馆", "People call it “%(word)s”.", {"word": "小饭馆"}),
        (
            "火锅店",
            "“%(typed)s” is officially called “%(term)s”.",
            {"typed": "火锅店", "said": "火锅店", "term": "食品经营"},
        ),
        ("food", "The English name contains “%(part)s”.", {"part": "food"}),
        ("spjy", "“%(letters)s” is its pinyin, or nearly so.", {"letters": "spjy"}),
    ],
)
def test_an_answer_says_why(question, text, details):
    found = ask(question).question

    reasons = explaining.reasons(found, explaining.SearchText(FOOD.name, FOOD.keywords, FOOD.english))

    assert explaining.MatchReason(text, details) in reasons


@pytest.mark.found("F16")
@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("高齡津貼", "高龄津贴申领"),
        ("餐飲店", "食品经营许可"),
        ("開飯店", "食品经营许可"),
        ("衛生許可證", "公共场所卫生许可"),
        ("暫住證", "居住证首次申领"),
        ("我想開一間餐廳", "食品经营许可"),
        ("居住證", "居住证首次申领"),
        ("jū zhù zhèng", "居住证首次申领"),
        ("gāo líng jīn tiē", "高龄津贴申领"),
    ],
)
def test_traditional_characters_and_tone_marks_ask_the_same(asked, name):
    assert first(asked) == name


@pytest.mark.found("A8")
@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("我妈80岁了能领什么钱", "高龄津贴申领"),
        ("我妈八十岁了能领什么钱", "高龄津贴申领"),
        ("开馆子", "食品经营许可"),
        ("food license", "食品经营许可"),
        ("open a restaurant", "食品经营许可"),
    ],
)
def test_everyday_phrasings_are_understood(asked, name):
    assert first(asked) == name
