"""A district's list with broken rows: each row is taken, doubted or refused by itself, and the report says which."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.identity.models import Department

pytestmark = pytest.mark.django_db
MOMENT = datetime(2026, 3, 2, 2, tzinfo=UTC)
AREA = "990102000000"
USCC, OTHER_USCC, NO_USCC = "11990100MB9900101F", "115113016823646795", "1" * 18


def row(
    code: str = "990A01", name: str = "结婚登记", *, uscc: str = USCC, area: str = AREA, kind: str = "7"
) -> dict[str, Any]:
    """Return a line as such lists have them; its code follows the form of Sichuan."""
    whole = f"{code}-{area}-000-{uscc}-1-00"
    return {"name": name, "link": f"https://example.invalid/x?areaCode={area}&itemCode={whole}&taskType={kind}"}


def coded(code: str = "990A01", uscc: str = USCC, area: str = AREA) -> str:
    return f"{code}-{area}-000-{uscc}-1-00"


@pytest.fixture
def take(tmp_path):
    """Take in a list of one department, or of several: take(rows) or take(甲=rows, 乙=rows)."""

    def taken(rows: Any = (), main: str = "未分类", actor: Actor = SYSTEM, **departments: Any) -> Any:
        table = [
            {"department": name, "items": [{"main_item": main, "sub_items": list(lines)}]}
            for name, lines in ({"甲区民政局": rows} if rows else departments).items()
        ]
        file = tmp_path / "list.json"
        file.write_text(json.dumps(table, ensure_ascii=False))
        return catalogue.import_items(actor=actor, file=file)

    return taken


def outcomes(report: Any) -> list[tuple[str, str]]:
    return [(line.where, line.outcome) for line in report.items]


def test_a_row_is_kept_with_what_its_link_says(take):
    with clock.at(MOMENT):
        report = take([row()], main="婚姻登记类")

    kept = Service.objects.get()
    assert (kept.code, kept.name, kept.type, kept.level) == (coded(), "结婚登记", "07", "4")
    assert (kept.area, kept.keywords, kept.changed_at) == (AREA, ["婚姻登记类"], MOMENT)
    assert (kept.offered, kept.online, kept.current) == (True, False, None)
    assert kept.origin == {
        "source": "list.json",
        "link": row()["link"],
        "main_item": "婚姻登记类",
        "department": "甲区民政局",
        "parsed": {
            "code": coded(),
            "form": "sichuan",
            "department": USCC,
            "level": "",
            "basic": "990A01",
            "area": AREA,
            "part": "",
        },
    }
    assert [(line.where, line.name, line.code, line.outcome, line.reasons) for line in report.items] == [
        ("甲区民政局 #1", "结婚登记", coded(), "imported", ())
    ]


def test_a_department_is_placed_with_its_code_behind_the_citys_own(take):
    take([row("1"), row("2", "低保"), row("3", "特困", uscc=OTHER_USCC)])

    office = Department.objects.get()
    assert (office.name, office.uscc, office.area, office.parent) == ("甲区民政局", USCC, AREA, None)
    assert (office.key, office.order) == ("990102-jiaqu" + office.key.removeprefix("990102-jiaqu"), 1000)


def test_departments_stand_in_the_order_of_the_list(take):
    take(乙区民政局=[row("1")], 甲区民政局=[row("2")])

    assert [office.name for office in Department.objects.in_order()] == ["乙区民政局", "甲区民政局"]


def test_two_departments_that_sound_alike_stay_two(take):
    take(甲区民政局=[row("1")], 甲区民证局=[row("2")])

    assert {office.name for office in Department.objects.all()} == {"甲区民政局", "甲区民证局"}
    again = take(甲区民证局=[row("2")], 甲区民政局=[row("1")])
    assert outcomes(again) == [("甲区民证局 #1", "unchanged"), ("甲区民政局 #1", "unchanged")]


def test_two_departments_whose_long_names_begin_alike_stay_two(take):
    start = "甲区综合行政执法局城市管理综合执法大队直属"

    take(**{f"{start}第一中队": [row("1")], f"{start}第二中队": [row("2")]})

    assert {office.name for office in Department.objects.all()} == {f"{start}第一中队", f"{start}第二中队"}
    assert all(len(office.key) <= 60 for office in Department.objects.all())


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"link": "http://[x?itemCode=1"}, "The link is not an address."),
        ({"link": "https://example.invalid/"}, "The link contains no item code."),
        ({"link": None}, "The link contains no item code."),
        ({"name": ""}, "The item has no name."),
        ({"name": "\u0000\u200b"}, "The item has no name."),
        ({"name": "许" * 201}, "The name is longer than 200 characters."),
    ],
)
def test_a_broken_row_is_refused_and_the_next_is_taken(take, broken, reason):
    report = take([{**row("1"), **broken}, row("2")])

    assert outcomes(report) == [("甲区民政局 #1", "refused"), ("甲区民政局 #2", "imported")]
    assert report.items[0].reasons == (reason,)


def test_a_department_whose_name_is_too_long_for_any_sign_is_refused(take):
    report = take(**{"局" * 121: [row("1")], "局" * 120: [row("2")]})

    assert [outcome for _where, outcome in outcomes(report)] == ["refused", "imported"]
    assert report.items[0].reasons == ("The name of the department is longer than 120 characters.",)


def test_characters_nobody_sees_are_not_kept(take):
    take(**{"甲区\u0000民政局": [row(name="结婚\u0000登记\u200b")]}, main="婚\u0000姻")

    kept = Service.objects.get()
    assert (kept.name, kept.department.name, kept.keywords) == ("结婚 登记", "甲区 民政局", ["婚 姻"])


@pytest.mark.parametrize(("area", "kept"), [("9901020000001", "990102000000"), ("9" * 500, "990102000000")])
def test_an_area_that_is_longer_than_any_is_not_kept(take, area, kept):
    line = row()

    report = take([{**line, "link": line["link"].replace(f"areaCode={AREA}", f"areaCode={area}")}])

    assert Service.objects.get().area == kept
    assert report.items[0].reasons == ("The area is not a division code of 12 digits.",)


def test_a_code_twice_is_refused_the_second_time(take):
    report = take([row("1"), row("1", "离婚登记"), row("2")])

    assert [outcome for _where, outcome in outcomes(report)] == ["refused", "imported", "imported"]
    assert report.items[0].where == "甲区民政局 #2"
    assert report.items[0].reasons == ("An earlier line of the list has the same item code.",)
    assert Service.objects.get(code=coded("1")).name == "结婚登记"


def test_two_items_of_one_name_are_doubted_where_they_are_of_one_department(take):
    report = take(甲区民政局=[row("1"), row("2")], 乙区民政局=[row("3")])

    same = ("The department has another item of the same name.",)
    assert [line.reasons for line in report.items] == [same, same, ()]
    assert Service.objects.count() == 3


def test_an_item_that_carries_another_departments_code_is_doubted(take):
    report = take([row("1"), row("2", "低保"), row("3", "特困", uscc=OTHER_USCC)])

    assert [line.reasons for line in report.items] == [
        (),
        (),
        ("Other items of the department carry another social credit code.",),
    ]


def test_a_department_without_any_valid_code_has_none_and_its_items_are_doubted(take):
    report = take([row("1", uscc=NO_USCC), row("2", "低保", uscc=NO_USCC)])

    assert Department.objects.get().uscc == ""
    missing = "Neither item code nor link contains a valid social credit code of the department."
    assert [line.reasons for line in report.items] == [(missing,), (missing,)]


@pytest.mark.parametrize(
    ("change", "column", "value"),
    [
        ({"name": "婚姻登记"}, "name", "婚姻登记"),
        ({"kind": "5"}, "type", "05"),
    ],
)
def test_a_row_that_changed_changes_its_item_alone(take, change, column, value):
    take([row("1"), row("2", "低保")])

    with clock.at(MOMENT):
        report = take([row("1", **change), row("2", "低保")])

    assert [outcome for _where, outcome in outcomes(report)] == ["changed", "unchanged"]
    kept, other = Service.objects.get(code=coded("1")), Service.objects.get(code=coded("2"))
    assert (getattr(kept, column), kept.changed_at) == (value, MOMENT)
    assert other.changed_at != MOMENT


def test_an_item_that_moved_to_another_department_follows(take):
    take(甲区民政局=[row("1")])

    report = take(乙区民政局=[row("1")])

    assert outcomes(report) == [("乙区民政局 #1", "changed")]
    assert Service.objects.get().department.name == "乙区民政局"


def test_an_item_that_was_offered_no_longer_comes_back_with_the_list(take):
    take([row()])
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.get(), reason="试验")

    report = take([row()])

    assert outcomes(report) == [("甲区民政局 #1", "changed")]
    assert Service.objects.offered().exists()


def test_what_a_list_brought_is_told_in_numbers(take):
    take([row("1"), row("2", "低保")])

    take([row("1", "婚姻登记"), row("2", "低保"), row("3", uscc=NO_USCC), {"name": ""}])

    fact = Fact.objects.filter(name="catalogue.ItemsImported").order_by("pk").last()
    assert fact.data == {
        "source": "list.json",
        "imported": 1,
        "changed": 1,
        "unchanged": 1,
        "doubtful": 1,
        "refused": 1,
    }
    assert fact.subject == "catalogue"


def test_the_report_as_data_counts_and_lists_every_row(take):
    data = take([row("1"), row("2", uscc=NO_USCC, name="低保"), {"name": ""}]).as_data()

    assert {name: data[name] for name in data if name != "details"} == {
        "source": "list.json",
        "lines": 3,
        "imported": 2,
        "changed": 0,
        "unchanged": 0,
        "refused": 1,
        "doubtful": 1,
    }
    assert json.loads(json.dumps(data))["details"][0] == {
        "where": "甲区民政局 #3",
        "name": "",
        "code": "",
        "outcome": "refused",
        "reasons": ["The item has no name."],
    }


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "refused: 甲区民政局 #3  : The item has no name.",
                "doubtful: 甲区民政局 #2 低保 {}: "
                "Neither item code nor link contains a valid social credit code of the department.",
                "3 lines: imported 2, changed 0, unchanged 0, refused 1; doubtful 1",
            ],
        ),
        (
            "zh-hans",
            [
                "拒收: 甲区民政局 #3  : 事项没有名称。",
                "存疑: 甲区民政局 #2 低保 {}: 事项编码和链接中都没有有效的部门统一社会信用代码。",
                "共 3 行: 新增 2, 更新 0, 未变 0, 拒收 1; 存疑 1",
            ],
        ),
    ],
)
def test_the_report_is_read_in_both_languages(take, language, said):
    report = take([row("1"), row("2", "低保", uscc=NO_USCC), {"name": ""}])

    with translation.override(language):
        lines = report.as_text().splitlines()

    assert lines == [line.format(coded("2", NO_USCC)) for line in said]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "the file does not begin with a list"),
        ("", "Expecting value"),
        ('[{"department": "局"}]', "items"),
        ('[{"department": "局", "items": [{"sub_items": [3]}]}]', ""),
        ('[{"items": []}, {"items": [{"sub_items": [{}]}]}]', "department"),
        ('["x"]', ""),
    ],
)
def test_what_is_no_list_is_refused_whole(tmp_path, text, problem):
    file = tmp_path / "list.json"
    file.write_text(text)

    with translation.override("en"), pytest.raises(catalogue.UnknownItemList) as refusal:
        catalogue.import_items(actor=SYSTEM, file=file)

    with translation.override("en"):
        assert str(refusal.value).startswith("This file is not a list of items: ")
        assert problem in str(refusal.value)
    assert refusal.value.status == 422


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path):
    with pytest.raises(catalogue.UnknownItemList):
        catalogue.import_items(actor=SYSTEM, file=tmp_path / "nothing.json")


def test_the_mark_that_some_tables_put_first_is_read_over(tmp_path):
    (tmp_path / "list.json").write_bytes(b"\xef\xbb\xbf[]")

    assert catalogue.import_items(actor=SYSTEM, file=tmp_path / "list.json").items == []


def test_whoever_publishes_but_may_not_place_departments_takes_in_nothing(take):
    publisher = Actor("staff", name="孙悦", grants=(Grant("catalogue.publish"),))

    with pytest.raises(NotAllowed):
        take([row()], actor=publisher)

    assert not Service.objects.exists()
    assert not Department.objects.exists()
