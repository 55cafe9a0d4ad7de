"""Sentences about what is wrong with a text that people write for the system."""

import pytest
from django.utils import translation

from tongban.infrastructure.kernel.problems import Problem, gettext_noop, reason, sentence

WRONG = "There is no material %(key)s."


@pytest.mark.parametrize(
    ("place", "chinese", "english"),
    [
        (7, "第 7 个字符", "character 7"),
        ("line 12", "第 12 行", "line 12"),
        ("line 12, column 3", "第 12 行第 3 列", "line 12, column 3"),
        ("material[floor-plan].accept", "material[floor-plan].accept", "material[floor-plan].accept"),
        ("line twelve", "line twelve", "line twelve"),
        ("see line 12", "see line 12", "see line 12"),
    ],
)
def test_a_place_is_told_in_the_readers_language(place, chinese, english):
    problem = Problem("form.json", place, "wrong")

    assert sentence(problem).startswith(f"form.json, {chinese}: ")
    with translation.override("en"):
        assert sentence(problem).startswith(f"form.json, {english}: ")


@pytest.mark.parametrize(
    ("file", "place", "said"),
    [("a.toml", "x", "a.toml, x: wrong"), ("a.toml", "", "a.toml: wrong"), ("", "x", "x: wrong"), ("", "", "wrong")],
)
def test_what_is_not_known_of_the_place_is_left_out(file, place, said):
    assert sentence(Problem(file, place, "wrong")) == said


def test_values_stand_in_what_is_wrong_and_in_what_to_do():
    problem = Problem("", "", WRONG, "Name it, or take %(key)s out.", details={"key": "floor-plan"})

    assert reason(problem) == "There is no material floor-plan. Name it, or take floor-plan out."


def test_two_chinese_sentences_have_no_space_between_them():
    assert reason(Problem("", "", "没有这项材料。", "请补充定义。")) == "没有这项材料。请补充定义。"


def test_a_percent_sign_in_a_value_is_only_a_sign():
    assert reason(Problem("", "", "%(text)s is wrong.", details={"text": "100%s"})) == "100%s is wrong."


def test_a_problem_within_a_problem_is_told_in_its_own_words():
    inner = Problem("x.json", "line 2", WRONG, details={"key": "floor-plan"})

    assert reason(Problem("", "", "Unreadable: %(inner)s", details={"inner": inner})) == (
        "Unreadable: There is no material floor-plan."
    )


def test_a_flaw_is_a_sentence_whose_places_are_filled_from_the_same_values():
    problem = Problem("", "", "Fails: %(flaw)s", details={"flaw": "needs %(most)s at most", "most": 3})

    assert reason(problem) == "Fails: needs 3 at most"


def test_a_flaw_that_is_a_problem_is_told_as_one():
    problem = Problem("", "", "Fails: %(flaw)s", details={"flaw": Problem("", "", WRONG, details={"key": "x"})})

    assert reason(problem) == "Fails: There is no material x."


@pytest.mark.parametrize("value", [0, 3, None, True, ["a"], ""])
def test_values_that_are_no_words_stay_what_they_are(value):
    assert reason(Problem("", "", "It is %(value)s.", details={"value": value})) == f"It is {value}."


@pytest.mark.parametrize(("severity", "forbids"), [("error", True), ("warning", False)])
def test_only_an_error_keeps_a_definition_from_being_used(severity, forbids):
    assert Problem("", "", "x", severity=severity).forbids is forbids


def test_a_marked_sentence_stays_itself_until_it_is_said():
    assert gettext_noop("line %(line)s") == "line %(line)s"
