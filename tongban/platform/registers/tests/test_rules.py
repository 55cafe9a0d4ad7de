import pytest

from tongban.platform.registers import rules

NAME = rules.DeclaredField("name", "名称", "public")
SECRET = rules.DeclaredField("benefits", "补助", "sensitive", "list")
DAY = rules.DeclaredField("born_on", "出生日期", "personal", "date")


@pytest.mark.parametrize(
    ("declared", "problems"),
    [
        ([{"name": "name", "title": "名称"}], []),
        ([], [("field", "none")]),
        ([{"name": "Name", "title": "名称"}], [("field.1.name", "name")]),
        ([{"name": "name"}], [("field.1.title", "title")]),
        ([{"name": "name", "title": "名称", "class": "secret"}], [("field.1.class", "class")]),
        ([{"name": "name", "title": "名称", "kind": "blob"}], [("field.1.kind", "kind")]),
        ([{"name": "name", "title": "名称", "size": 3}], [("field.1.size", "unknown-key")]),
        ([{"name": "a", "title": "甲"}, {"name": "a", "title": "乙"}], [("field.2.name", "twice")]),
    ],
)
def test_it_finds_what_is_wrong_in_a_declaration(declared, problems):
    assert rules.field_problems(declared) == problems


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        ({"name": "甲", "born_on": "1990-03-07", "benefits": ["低保"]}, []),
        ({"name": None}, []),
        ({"age": 3}, [("age", "undeclared")]),
        ({"name": 3}, [("name", "kind")]),
        ({"born_on": "7 March"}, [("born_on", "kind")]),
        ({"benefits": "低保"}, [("benefits", "kind")]),
    ],
)
def test_it_finds_what_is_wrong_in_an_entry(data, problems):
    assert rules.data_problems([NAME, DAY, SECRET], data) == problems


@pytest.mark.parametrize(
    ("sensitive", "wanted", "names"),
    [
        (True, None, ["name", "born_on", "benefits"]),
        (False, None, ["name", "born_on"]),
        (True, ["benefits"], ["benefits"]),
        (False, ["benefits", "name"], ["name"]),
    ],
)
def test_it_gives_a_reader_no_more_than_asked_for_and_allowed(sensitive, wanted, names):
    found = rules.readable([NAME, DAY, SECRET], sensitive=sensitive, wanted=wanted)

    assert [field.name for field in found] == names


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", " 临湖区 ", "临湖区"),
        ("date", "2026-03-05", "2026-03-05"),
        ("number", "1,200", 1200),
        ("number", "12.5", 12.5),
        ("yes-no", "是", True),
        ("yes-no", "no", False),
        ("list", "低保、高龄津贴", ["低保", "高龄津贴"]),
    ],
)
def test_it_reads_what_somebody_wrote_for_a_field(kind, text, value):
    assert rules.read(rules.DeclaredField("a", "甲", kind=kind), text) == value


@pytest.mark.parametrize(
    ("kind", "text"), [("text", " "), ("date", "5 March"), ("number", "many"), ("yes-no", "maybe")]
)
def test_it_refuses_what_is_not_of_the_fields_kind(kind, text):
    with pytest.raises(ValueError):  # noqa: PT011
        rules.read(rules.DeclaredField("a", "甲", kind=kind), text)


def test_a_field_survives_being_kept():
    assert rules.DeclaredField.from_declaration(SECRET.as_declared()) == SECRET


@pytest.mark.parametrize(("kind", "value", "shown"), [("date", "1990-03-07", "1990-**-**"), ("number", 1200, "***")])
def test_a_hidden_value_gives_little_away(kind, value, shown):
    assert rules.masked(kind, value) == shown
