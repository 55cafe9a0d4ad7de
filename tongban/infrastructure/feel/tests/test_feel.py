"""The subset of FEEL that is carried: values, three-valued logic, names, refusals."""

import time
from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.infrastructure import feel
from tongban.infrastructure.kernel.problems import sentence

pytestmark = pytest.mark.found("J-FEEL")
TODAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def value_of(text, **context):
    return feel.plain(feel.parse(text).evaluate(context, today=TODAY, now=NOW))


@pytest.mark.parametrize("sign", ["and", "or"])
@pytest.mark.parametrize("left", ["true", "false", "null", '"x"', "123"])
@pytest.mark.parametrize("right", ["true", "false", "null", '"x"', "123"])
def test_it_takes_nothing_for_true_or_false_that_is_neither(sign, left, right):
    decides = "false" if sign == "and" else "true"
    if decides in (left, right):
        wanted = decides == "true"
    elif {left, right} <= {"true", "false"}:
        wanted = sign == "and"
    else:
        wanted = None

    assert value_of(f"{left} {sign} {right}") is wanted


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("not(paid)", {}, None),
        ("not(paid)", {"paid": "yes"}, None),
        ("not(paid)", {"paid": False}, True),
        ("paid = true", {}, False),
        ("paid != true", {}, True),
        ("null = null", {}, True),
        ("a = null", {"a": 0}, False),
        ('1 = "1"', {}, None),
        ('1 != "1"', {}, None),
        ("true = 1", {}, None),
        ("[1, 2] = [1, 2]", {}, True),
        ("[1, null] = [1, 2]", {}, False),
        ("{a: 1} = {a: 1}", {}, True),
        ("null < 1", {}, None),
        ('"abc" > 1', {}, None),
        ("true > false", {}, None),
        ('"b" > "a"', {}, True),
        ("if missing then 1 else 2", {}, 2),
        ("x between 1 and 3", {"x": 3}, True),
        ("x between 1 and 3", {}, None),
        ("x between 1 and 3 and y", {"x": 2, "y": False}, False),
        ("is defined(x)", {}, False),
        ("is defined(x.y)", {"x": {"y": None}}, True),
    ],
)
def test_null_stays_null(text, context, value):
    assert value_of(text, **context) is value or value_of(text, **context) == value is not None


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("area in [1..limit]", {"area": 3, "limit": 5}, True),
        ("area in [1..limit]", {"area": 6, "limit": 5}, False),
        ("area in [1..limit]", {"area": 3}, None),
        ("area in [1..limit]", {}, None),
        ("area in [1..y.z]", {}, None),
        ("area in [1..y.z]", {"area": 1, "y": {"z": 1}}, True),
        ("area in ]1..limit[", {"area": 1, "limit": 5}, False),
        ("area in (1..5]", {"area": 5}, True),
        ("x in 1", {"x": 1}, True),
        ('x in "abc"', {"x": "abc"}, True),
        ('x in "abc"', {"x": "b"}, False),
        ("x in [1, 2]", {"x": 2}, True),
        ("x in []", {"x": 2}, False),
        ("x in (1, 2, > 10)", {"x": 11}, True),
        ("x in ([1..2], [5..6])", {"x": 5}, True),
        ("x in < 5", {}, None),
    ],
)
def test_ranges_take_names_as_their_ends(text, context, value):
    assert value_of(text, **context) is value
    assert feel.parse(text).names() >= set(context) - {"y"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1 + 0.2", 0.3),
        ("1 / 3 * 3 < 1", True),
        ("1 / 0", None),
        ("7 / 2", 3.5),
        ("-2 ** 2", 4),
        ("2 + 3 * 4 - 1", 13),
        ("10 - 2 - 3", 5),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("sum([1, 2, 3])", 6),
        ("sum([])", None),
        ("min(3, 1, 2)", 1),
        ('max("a", "b")', "b"),
        ("max([1, null])", None),
        ("mean([1, 2])", 1.5),
        ("count([1, null])", 2),
        ("floor(-1.5)", -2),
        ("ceiling(1.2)", 2),
        ("decimal(2.5, 0)", 2),
        ("round half up(2.5, 0)", 3),
        ("round down(-2.59, 1)", -2.5),
        ("modulo(-12, 5)", 3),
        ("abs(-3)", 3),
        ("abs(null)", None),
        ('string length("云泽市")', 3),
        ('substring("foobar", -2, 1)', "a"),
        ('contains("云泽市场", "市场")', True),
        ('starts with("6523", "65")', True),
        ('ends with("6523", "65")', False),
        ('upper case("ab") + lower case("CD")', "ABcd"),
        ('matches("13800000000", "^1[0-9]{10}$")', True),
        ('matches(null, "a")', None),
        ("list contains([1, null], null)", True),
        ('number("1.50")', 1.5),
        ("string(1.50)", "1.5"),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [3..1] return i", None),
        ("for i in (1..4) return i", [2, 3]),
        ("[{item: 1}, {item: 2}][item > 1].item", [2]),
        ('string length("\\ud83d\\ude00\\U01F600")', 2),
        ('upper case(["a"])', "A"),
        ("count(1)", 1),
        ("decimal(5.5, 6000)", 5.5),
        ("for i in [1, 2], j in [10, 20] return i + j", [11, 21, 12, 22]),
        ("some x in [1, null] satisfies x > 2", None),
        ("every x in [] satisfies x > 2", True),
        ("[1, 2, 3][item > 1]", [2, 3]),
        ("[1, 2, 3][-1]", 3),
        ("[1, 2, 3][4]", None),
        ('[{n: "a", m: 1}, {n: "b", m: 6}][m > 5].n', ["b"]),
        ("{a: 1, b: a + 1}.b", 2),
        ('get value({a: 1}, "a")', 1),
    ],
)
def test_it_computes(text, value):
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('date("2026-01-31") + duration("P1M")', "2026-02-28"),
        ('date("2026-01-31") + @"P1D"', "2026-02-01"),
        ('date("2026-03-01") - date("2026-02-01")', "P28D"),
        ("years and months duration(date(born), today()).years", 79),
        ('date(born) + duration("P80Y") <= today()', False),
        ('date(born) < date("2026-01-01")', True),
        ('born < date("2026-01-01")', None),
        ('date("2026-01-01") < date and time("2026-01-01T00:00:00")', None),
        ('date and time("2026-11-28T10:59:59+08:00") < now()', True),
        ('duration("P1Y") > duration("P11M")', True),
        ('duration("P1Y") > duration("P1D")', None),
        ('duration("P1D") * 2 / duration("PT12H")', 4),
        ('time("23:30:00") + duration("PT1H")', "00:30:00"),
        ('duration("PT1H") + time("23:30:00")', "00:30:00"),
        ('@"P0D"', "PT0S"),
        ('date and time("2026-01-02T08:00:00+08:00") - date("2026-01-01")', "P1D"),
        ('for d in date("2026-01-31")..date("2026-02-01") return d', ["2026-01-31", "2026-02-01"]),
        ('years and months duration(date("2020-01-15"), date and time("2022-01-14T23:00:00Z")).months', 11),
        ("date(2026, 2, 30)", None),
        ("date(born).weekday", 7),
        ('date("9999-12-31") + duration("P1D")', None),
    ],
)
def test_it_computes_with_dates_and_durations(text, value):
    text = text.replace("date(2026, 2, 30)", "date(2026, 2, day)")
    assert value_of(text, born="1946-12-01", day=30) == value


def test_names_have_spaces_and_chinese_punctuation():
    assert (
        value_of("loan amount > 5 and 经营面积（平方米） >= 100", **{"loan amount": 6, "经营面积（平方米）": 100})
        is True
    )
    assert feel.parse("low-income = true", ["low-income"]).names() == {"low-income"}
    assert feel.parse("low-income > 1").names() == {"low", "income"}
    assert feel.parse("some x in rooms satisfies x > limit").names() == {"rooms", "limit"}


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 1, "empty"),
        ("a == 1", 3, "no “==”"),
        ("not paid", 1, "is a function"),
        ("1.limit", 1, "no parts"),
        ("1_000", 2, "not allowed here"),
        ("0x10", 2, "not allowed here"),
        ('"a" "b"', 5, "not allowed here"),
        ("“a”", 1, "no ““”"),
        ("'a'", 1, "FEEL has no"),
        ('"a', 1, "not closed"),
        ("a && b", 3, "FEEL has no"),
        ("{a: 1, a: 2}", 8, "twice"),
        ('"\\ud83d"', 1, "no meaning"),
        ("for i in 1..3 return partial[1]", 22, "not supported"),
        ("1 < a < 3", 7, "cannot be chained"),
        ("print(1)", 1, "function “print”"),
        ("__import__('os')", 12, "FEEL has no"),
        ("a[0", 4, "expected"),
        ("lambda: 1", 7, "not allowed here"),
        ("a instance of number", 3, "not supported"),
        ("function(x) x", 1, "not supported"),
        ('date("2026-02-30")', 1, "not a value of that type"),
        ('@"yesterday"', 1, "not a value of that type"),
        ('time("13:20:00+19:00")', 1, "not a value of that type"),
        ('[1.."a"]', 8, "of different types"),
        ("date(from: a)", 6, "not supported"),
        ("not(a, b)", 1, "called in the wrong way"),
        ("matches(a, b)", 1, "pattern"),
        ('matches(a, "(a)\\\\1")', 1, "pattern"),
        ("(" * 300, 41, "nested"),
        ("]" * 2000, 1, "too long"),
        ("a+" * 300 + "a", 1, "too long"),
    ],
)
def test_what_is_not_carried_is_refused_with_its_place(text, position, words):
    with pytest.raises(feel.UnreadableExpression) as caught:
        feel.parse(text)

    assert caught.value.problem.place == position
    assert words in str(caught.value)
    with translation.override("zh-hans"):
        assert "字符" in sentence(caught.value.problem)


def test_only_known_names_may_be_asked_for():
    with pytest.raises(feel.UnreadableExpression, match="Nothing is called “b”"):
        feel.parse("a + b", {"a"})


@pytest.mark.parametrize(
    ("cell", "holds", "fails"),
    [
        ("-", [1, "x", None], []),
        ("", [None], []),
        ('"a","b,c"', ["a", "b,c"], ["b", "c", None]),
        ("< 10", [9, 9.5], [10, "9", None, True]),
        ("!= 3", [4], [3, "x"]),
        ("(1..5)", [2], [1, 5]),
        ("[1..5],>9", [3, 10], [7]),
        ("[1..limit]", [5], [6]),
        ("> limit * 2", [11], [10]),
        ('not("a","b")', ["c", None], ["a", "b", 1]),
        ("not(< 10)", [10], [9, None, "x"]),
        ("true", [True], [1, False, None]),
        ("null", [None], [0, ""]),
        ("? > 5 and ? < 8", [6], [5, None]),
        ('contains(?, "市")', ["云泽市"], ["县", None]),
        ("-5", [-5], [5]),
        ('>= date("2026-01-01")', [date(2026, 1, 1)], ["2026-01-01", date(2025, 12, 31)]),
    ],
)
def test_cells_hold_for_values(cell, holds, fails):
    unary = feel.unary(cell)

    assert [value for value in holds if unary.holds(value, {"limit": 5}) is not True] == []
    assert [value for value in fails if unary.holds(value, {"limit": 5}) is True] == []


def test_a_hostile_expression_ends_soon():
    begun = time.monotonic()

    assert feel.parse('matches(text, "^(a+)+$")').evaluate({"text": "a" * 9000 + "!"}) is False
    assert feel.parse("for a in 1..9999, b in 1..9999 return a * b").evaluate({}) is None
    assert feel.parse("9999 ** 999 ** 999").evaluate({}) is None
    assert time.monotonic() - begun < 5


def test_values_from_outside_reach_nothing_but_values():
    assert value_of("a.__class__", a=1) is None
    assert value_of("a.items", a={"b": 1}) is None
    assert value_of("a > 1", a=float("nan")) is None


@settings(max_examples=300, deadline=None)
@given(
    st.text(alphabet="ab.=<>!&()[]{}'\"\\ +-*/,?:@and or not in 01中\n", max_size=40),
    st.integers() | st.text(max_size=3) | st.none() | st.lists(st.integers(), max_size=3),
)
def test_an_expression_is_refused_or_gives_a_value(text, answer):
    for read in (feel.parse, feel.unary):
        try:
            found = read(text)
        except feel.UnreadableExpression:
            continue
        context = {"a": answer, "b": {"a": answer}}
        feel.plain(found.evaluate(context) if read is feel.parse else found.holds(answer, context))
