"""A line of a district's item list, read without trusting it."""

import pytest

from tongban.platform.catalogue.rules import items

USCC = "115113016823646795"
CODE = f"511A0000600001-511602000000-000-{USCC}-1-00"
NATIONAL = "11370800MB285591843370117002011"


def line(
    name="食品经营许可", code=CODE, area="511602000000", task="01", department="", link="https://www.example.cn/x"
):
    query = f"itemCode={code}&areaCode={area}&taskType={task}&deptCode={department}"
    return {"name": name, "link": f"{link}?{query}"}


def read(main_item="", department="市场监督管理局", **parts):
    return items.read(department, main_item, line(**parts))


def test_a_line_is_read_with_what_its_link_says():
    item = read()

    assert (item.name, item.code.code, item.code.form) == ("食品经营许可", CODE, "sichuan")
    assert (item.type, item.level, item.area) == ("01", "4", "511602000000")
    assert (item.department, item.department_code) == ("市场监督管理局", USCC)
    assert item.doubts == ()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"name": ""}, "no name"),
        ({"name": " \n\t"}, "no name"),
        ({"name": "许" * 201}, "longer than 200"),
        ({"code": ""}, "no item code"),
        ({"code": "x" * 65}, "cannot be stored"),
        ({"code": "a%20b"}, "cannot be stored"),
        ({"code": "%E5%BA%97"}, "cannot be stored"),
        ({"code": "a%00b"}, "cannot be stored"),
        ({"code": "%3Cscript%3E"}, "cannot be stored"),
        ({"department": "  "}, "no department"),
    ],
)
def test_a_line_that_cannot_be_kept_says_why(parts, reason):
    office = parts.pop("department", "市场监督管理局")

    with pytest.raises(items.ItemUnreadable, match=reason):
        read(department=office, **parts)


@pytest.mark.parametrize("wrong", [{}, {"name": None}, {"name": 7}, {"name": "甲", "link": None}, {"name": ["甲"]}])
def test_a_line_of_another_shape_is_refused_in_words(wrong):
    with pytest.raises(items.ItemUnreadable):
        items.read("局", "", wrong)


@pytest.mark.parametrize("name", ["许" * 200, "a", " 食品\n经营  许可 "])
def test_a_name_that_fits_is_kept_in_one_line(name):
    assert read(name=name).name == " ".join(name.split())


@pytest.mark.parametrize(
    ("task", "kind", "doubtful"),
    [
        ("1", "01", False),
        ("9", "09", False),
        ("01", "01", False),
        ("20", "20", False),
        ("0", "10", True),
        ("", "10", True),
        ("123", "10", True),
        ("许可", "10", True),
    ],
)
def test_the_kind_of_an_item_is_a_code_or_else_other_powers(task, kind, doubtful):
    item = read(task=task)

    assert item.type == kind
    assert any("kind of the item" in doubt for doubt in item.doubts) is doubtful


@pytest.mark.parametrize(
    ("area", "kept", "doubt"),
    [
        ("511602000000", "511602000000", ""),
        ("511600000000", "511600000000", "differs"),
        ("", "511602000000", "12 digits"),
        ("5116", "5116", "12 digits"),
        ("51160200000x", "51160200000x", "12 digits"),
    ],
)
def test_an_area_that_does_not_fit_is_doubted_and_kept(area, kept, doubt):
    item = read(area=area)

    assert item.area == kept
    assert [doubt in told for told in item.doubts] == ([True] if doubt else [])


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("510000000000", "2"),
        ("511600000000", "3"),
        ("511602000000", "4"),
        ("511602001000", "5"),
        ("511602001001", "6"),
        ("", ""),
        ("5116", ""),
        ("51160200000٠", ""),
    ],
)
def test_who_exercises_a_power_follows_from_its_area(area, level):
    assert items.level_of(area) == level


def test_a_national_code_says_its_own_level():
    item = read(code=NATIONAL, area="370117000000")

    assert (item.code.form, item.level, item.code.basic) == ("national", "3", "370117002011")


@pytest.mark.parametrize(
    ("code", "department", "found"),
    [
        (CODE, "", USCC),
        (CODE, "11370800MB28559184", USCC),
        ("E-000004", "11370800MB28559184", "11370800MB28559184"),
        ("E-000004", "11370800MB28559185", ""),
        ("E-000004", "", ""),
    ],
)
def test_an_office_is_known_by_a_code_whose_check_character_fits(code, department, found):
    item = (
        read(code=code, department="市场监督管理局")
        if not department
        else items.read("市场监督管理局", "", line(code=code, department=department))
    )

    assert item.department_code == found
    assert any("social credit code" in doubt for doubt in item.doubts) is (found == "")
    assert any("no known format" in doubt for doubt in item.doubts) is (code == "E-000004")


@pytest.mark.parametrize(
    ("main", "kept"), [("", ""), ("未分类", ""), ("食品经营许可", ""), ("食品类许可", "食品类许可")]
)
def test_a_main_item_is_kept_where_it_says_more_than_the_name(main, kept):
    assert read(main_item=main).main_item == kept


@pytest.mark.parametrize(
    "code", ["", "0" * 18, "1" * 18, "11370800mb28559184", USCC[:-1], USCC + "0", f" {USCC}", "I" * 18]
)
def test_what_is_no_social_credit_code_does_not_fit(code):
    assert not items.uscc_fits(code)
