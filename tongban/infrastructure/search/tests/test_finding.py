"""Texts of any room are found by what people type, best first; the answer says why."""

import pytest

from tongban.infrastructure.search.rules import explaining, text
from tongban.infrastructure.search.rules.finding import find
from tongban.infrastructure.search.rules.index import FieldWeights, Index, IndexedDocument
from tongban.infrastructure.search.rules.words import Words, nearest, within_one
from tongban.infrastructure.search.services import sounds

WORDS = Words(
    {
        "filler": ["我想", "怎么办", "哪里有"],
        "filler_characters": "我想个的了吗",
        "group": [{"say": ["饭馆", "馆子"], "means": ["食品经营"]}, {"say": ["空气"], "means": ["环境"]}],
        "english": {"same": {"license": "licence"}, "filler": ["the", "of"]},
    },
    sounds(),
)
# Data sets, answers and headings, as rooms have them: nothing here is a service.
DOCUMENTS = [
    IndexedDocument(11, "食品经营许可统计", ("餐饮统计",), "每月一次。", "Food licence statistics"),
    IndexedDocument(12, "公共自行车停放点", (), "含共享单车。", "Bicycle stands"),
    IndexedDocument(13, "环境监测日报", ("空气质量",), "", "Daily air report"),
    IndexedDocument(14, "水库水位", (), "河道与水库每小时一次。"),
    IndexedDocument(15, "河道水位", (), "水库除外。"),
    IndexedDocument(16, "居民身份证遗失登记"),
    IndexedDocument(17, "水库移民"),
    IndexedDocument(18, "移民后代助学"),
]
INDEX = Index(DOCUMENTS, sounds(), WORDS.english)


def ask(question, index=INDEX, allowed=None):
    return find(index, WORDS, question, allowed)


def first(question):
    return next(iter(ask(question).pks), None)


@pytest.mark.parametrize(
    ("asked", "pk"),
    [
        ("食品经营许可统计", 11),
        ("我想开个饭馆", 11),
        ("饭管", 11),  # it sounds like 饭馆
        ("食品经萤", 11),
        ("shipinjingying", 11),
        ("shipinjinying", 11),
        ("spjyxk", 11),
        ("the food license", 11),
        ("餐飲統計", 11),
        ("gōng gòng zì xíng chē", 12),
        ("bicycle", 12),
        ("空气", 13),
        ("河", 15),
        ("身份證", 16),
    ],
)
def test_what_people_type_finds_the_text(asked, pk):
    assert first(asked) == pk


@pytest.mark.parametrize("asked", ["火箭", "zzzzzz", "？？？", "123456", ""])
def test_what_stands_nowhere_finds_nothing(asked):
    assert ask(asked).pks == []


def test_only_what_is_allowed_answers_and_is_counted():
    assert set(ask("水位").pks) == {14, 15}

    found = ask("水位", allowed=lambda number: DOCUMENTS[number].pk != 14)

    assert (found.pks, found.total) == ([15], 1)


def test_a_bonus_decides_between_equals_and_does_not_pass_a_better_answer():
    equal = Index([IndexedDocument(1, "水位表甲"), IndexedDocument(2, "水位表乙", bonus=5)], sounds())
    better = Index([IndexedDocument(1, "水位"), IndexedDocument(2, "水位历史数据", bonus=5)], sounds())

    assert ask("水位", equal).pks == [2, 1]
    assert ask("水位", better).pks == [1, 2]


def test_a_hit_counts_what_its_field_weighs():
    rows = [IndexedDocument(1, "水位公报", ("洪水预警",)), IndexedDocument(2, "洪水预警系统")]

    assert ask("洪水预警", Index(rows, sounds())).pks == [1, 2]  # a name of its own, said whole
    assert ask("洪水预警", Index(rows, sounds(), weights=FieldWeights(names=0.3))).pks == [2]


def test_an_answer_says_why():
    question = ask("我想开个饭馆").question
    searched = explaining.SearchText(DOCUMENTS[0].title, DOCUMENTS[0].names, DOCUMENTS[0].english)

    assert explaining.reasons(question, searched) == [
        explaining.MatchReason(
            "“%(typed)s” is officially called “%(term)s”.", {"typed": "饭馆", "said": "饭馆", "term": "食品经营"}
        )
    ]


def test_what_matches_is_marked_in_the_title():
    assert explaining.marked(ask("食品经营").question, "食品经营许可") == [("食品经营", True), ("许可", False)]


def test_letters_are_written_as_the_title_writes_them():
    assert explaining._as_written("residencepermit", "First residence permit") == "residence permit"
    assert explaining._as_written("dianzhao", "Shop sign permit") == "dianzhao"


@pytest.mark.parametrize(
    ("one", "two", "near"),
    [
        ("canyin", "canyn", True),
        ("canyin", "canyni", True),
        ("canyin", "canyim", True),
        ("canyin", "caniym", False),
        ("a", "abc", False),
    ],
)
def test_one_wrong_letter_is_near_two_are_not(one, two, near):
    assert within_one(one, two) is near


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("我叫王小明 电话13800138000 想办火箭发射", "电话 想办火箭发射"),
        ("a@b.cn 办证", "办证"),
        ("110105199001011234", ""),
        ("x", ""),
        ("　ＫＴＶ　", "ktv"),
    ],
)
def test_what_is_remembered_of_a_question_tells_nothing_of_the_person(asked, left):
    assert text.anonymous(asked) == left


def test_an_empty_index_answers_nothing():
    assert ask("饭馆", Index([], sounds())).total == 0


@pytest.mark.found("A8")
@pytest.mark.parametrize("asked", ["护照", "买房", "aaaaa", "驾照换新"])
def test_single_characters_in_common_make_nothing_related(asked):
    headings = [("event:open-restaurant", "开办餐饮店营业执照、食品经营许可"), ("person:060", "就业创业")]

    assert nearest(asked, headings, sounds(), 6) == []
    assert nearest("餐饮许可", headings, sounds(), 6) == ["event:open-restaurant"]


@pytest.mark.found("A8")
def test_a_body_alone_answers_nothing():
    index = Index([*DOCUMENTS, IndexedDocument(90, "河道清淤备案", body="火箭发射场周边河道除外。")], sounds())

    assert ask("火箭发射场", index).pks == []


@pytest.mark.found("B14")
def test_a_last_word_in_common_is_no_answer_where_both_speak_of_other_things():
    assert ask("火星移民").pks == [18]
    assert 17 in ask("水库移民").pks
    assert 17 in ask("移民").pks


@pytest.mark.parametrize(
    ("number", "said"), [(0, "零"), (8, "八"), (10, "十"), (18, "十八"), (80, "八十"), (105, "一百零五")]
)
def test_ages_are_written_in_characters(number, said):
    assert text.in_characters(number) == said
