import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.infrastructure.telemetry.services import CheckFailed
from tongban.platform.codes import services as codes
from tongban.platform.codes import supplies
from tongban.platform.codes.models import Code, CodeList, Day, Year

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data" / "holidays"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    codes.forget()
    yield
    codes.forget()


def a_list(*entries, valid_from=date(2026, 1, 1), actor=SYSTEM):
    entries = [codes.CodeEntry(code, name) for code, name in entries]
    codes.load_list(actor=actor, key="colour", title="颜色", source="测试", valid_from=valid_from, entries=entries)
    codes.forget()


def test_loading_what_is_shipped_twice_changes_nothing():
    codes.load_shipped()
    before = [list(model.objects.order_by("pk").values()) for model in (Year, Day, CodeList, Code)]
    facts = Fact.objects.count()

    codes.load_shipped()

    assert [list(model.objects.order_by("pk").values()) for model in (Year, Day, CodeList, Code)] == before
    assert Fact.objects.count() == facts


def test_every_shipped_list_names_its_source():
    codes.load_shipped()

    assert CodeList.objects.count() == 13
    assert all(row.source and row.title and row.english for row in CodeList.objects.all())


@pytest.mark.parametrize(
    ("key", "code", "name"),
    [
        ("service-type", "01", "行政许可"),
        ("level", "7", "分级管理"),
        ("audience", "2", "企业法人"),
        ("handling", "1", "即办件"),
        ("special-procedure", "1", "延长审批"),
        ("satisfaction", "1", "非常满意"),
        ("topic-person", "145", "医疗卫生"),
        ("topic-business", "010", "准营准办"),
        ("case-result", "0", "出证办结"),
        ("holder-code-kind", "001", "统一社会信用代码"),
        ("id-kind", "111", "居民身份证"),
    ],
)
def test_a_code_is_answered_with_its_meaning(key, code, name):
    codes.load_shipped()

    assert codes.name_of(key, code) == name


def test_options_keep_the_lists_order():
    codes.load_shipped()

    assert codes.options("handling") == [("1", "即办件"), ("2", "承诺件"), ("9", "其他")]


def test_an_unknown_code_is_refused():
    a_list(("r", "红"))

    with pytest.raises(codes.UnknownCode, match="colour"):
        codes.name_of("colour", "x")


def test_an_unknown_list_is_refused():
    with pytest.raises(codes.UnknownList):
        codes.options("no-such-list")


def test_a_changed_meaning_is_kept_beside_the_old_one():
    a_list(("r", "红"), ("g", "绿"))
    a_list(("r", "朱红"), valid_from=date(2026, 7, 1))

    assert codes.name_of("colour", "r", date(2026, 6, 30)) == "红"
    assert codes.name_of("colour", "r", date(2026, 7, 1)) == "朱红"
    assert codes.options("colour", date(2026, 7, 1)) == [("r", "朱红")]


def test_an_entry_corrected_from_the_same_day_on_leaves_no_trace_but_the_fact():
    a_list(("r", "宏"))
    a_list(("r", "红"))

    assert codes.options("colour", date(2026, 1, 1)) == [("r", "红")]
    assert Fact.objects.filter(name="codes.CodeListLoaded").count() == 2


def test_lists_are_loaded_by_those_who_may():
    with pytest.raises(NotAllowed):
        a_list(("r", "红"), actor=Actor("staff", account=1))


def test_without_a_calendar_no_limit_is_guessed():
    with pytest.raises(codes.NoCalendar):
        codes.calendar()


def test_the_shipped_calendar_knows_two_years():
    codes.load_shipped()

    calendar = codes.calendar()

    assert (calendar.known_from, calendar.known_until) == (date(2025, 1, 1), date(2026, 12, 15))
    assert calendar.add(date(2026, 2, 10), 5) == date(2026, 2, 24)
    assert (10, 1) in calendar.fixed


def test_the_shipped_years_agree_with_the_maintained_package():
    codes.load_shipped()

    done = codes.import_holidays(actor=SYSTEM)

    assert {2025, 2026} <= set(done.unchanged)
    assert not done.different


def test_an_import_brings_the_other_years_and_is_idempotent():
    codes.load_shipped()

    first = codes.import_holidays(actor=SYSTEM)
    second = codes.import_holidays(actor=SYSTEM)

    assert 2024 in first.added
    assert not second.added
    assert Year.objects.get(year=2024).source.startswith("chinesecalendar ")


def test_a_year_that_differs_is_named_and_left_alone():
    codes.load_year(actor=SYSTEM, year=2026, source="测试", holidays=[codes.Holiday(date(2026, 1, 1), True, "元旦")])

    done = codes.import_holidays(actor=SYSTEM)

    assert "2026-10-10" in done.different[2026]
    assert Day.objects.of(2026).count() == 1


def test_a_year_that_differs_is_replaced_on_demand():
    codes.load_year(actor=SYSTEM, year=2026, source="测试", holidays=[])

    codes.import_holidays(actor=SYSTEM, replace=True)

    assert Day.objects.of(2026).filter(off=False).count() == 6


def test_an_imported_year_survives_the_next_setup():
    codes.load_year(actor=SYSTEM, year=2026, source="市政府公告", holidays=[])

    codes.load_shipped()

    assert Year.objects.get(year=2026).source == "市政府公告"
    assert not Day.objects.of(2026).exists()


@pytest.mark.skipif(not SHARED.exists(), reason="the independent holiday files are not beside the checkout")
def test_imported_years_agree_with_an_independent_collection():
    codes.import_holidays(actor=SYSTEM)

    for file in sorted(SHARED.glob("2*.json")):
        days = json.loads(file.read_text())["days"]
        theirs = {(date.fromisoformat(day["date"]), day["isOffDay"]) for day in days}
        calendar = codes.calendar()
        disagreeing = [on for on, off in theirs if calendar.is_workday(on) is off]
        assert not disagreeing, f"{file.name}: {disagreeing}"


def test_readiness_warns_before_the_published_years_run_out(settings):
    with pytest.raises(CheckFailed, match="no working calendar"):
        supplies.calendar_reaches_far_enough()

    codes.load_shipped()
    settings.CODES_WARN_DAYS_BEFORE_END = 100_000
    with pytest.raises(CheckFailed, match="2026-12-15"):
        supplies.calendar_reaches_far_enough()


def test_industries_are_loaded_from_a_tree(tmp_path):
    file = tmp_path / "tree.json"
    leaf = {"title": "H6210-正餐服务", "value": "H6210"}
    file.write_text(json.dumps([{"title": "H-住宿和餐饮业", "value": "H", "children": [leaf]}]))

    call_command("codes", "import-industries", str(file), source="GB/T 4754—2017", stdout=StringIO())

    assert codes.name_of("industry", "H6210") == "正餐服务"
    assert Code.objects.get(code="H6210").parent == "H"


ACROSS = [
    codes.Holiday(date(2018, 12, 29), False, "元旦"),
    codes.Holiday(date(2018, 12, 30), True, "元旦"),
    codes.Holiday(date(2018, 12, 31), True, "元旦"),
    codes.Holiday(date(2019, 1, 1), True, "元旦"),
]


@pytest.mark.found("F6")
@pytest.mark.parametrize("notice_first", [True, False])
def test_a_notice_may_hold_days_of_the_year_before(notice_first):
    if notice_first:
        codes.load_year(actor=SYSTEM, year=2019, source="国务院办公厅通知", holidays=ACROSS)
    codes.import_holidays(actor=SYSTEM)
    codes.load_year(actor=SYSTEM, year=2019, source="国务院办公厅通知", holidays=ACROSS)
    codes.import_holidays(actor=SYSTEM)
    codes.forget()

    calendar = codes.calendar()
    assert calendar.is_workday(date(2018, 12, 29))
    assert not calendar.is_workday(date(2018, 12, 31))


@pytest.mark.found("F6")
def test_the_package_is_read_by_notice_so_both_importers_agree():
    codes.import_holidays(actor=SYSTEM)

    of_2019 = set(Day.objects.of(2019).values_list("on", "off"))
    assert {(day.on, day.off) for day in ACROSS} <= of_2019
    assert not Day.objects.of(2018).filter(on__gte=date(2018, 12, 20)).exists()


@pytest.mark.found("F6")
def test_the_end_of_december_is_certain_only_when_the_next_notice_is_there():
    codes.load_year(actor=SYSTEM, year=2018, source="通知", holidays=[codes.Holiday(date(2018, 10, 1), True, "国庆节")])
    codes.forget()
    before = codes.calendar().due(date(2018, 12, 3), 20)
    codes.load_year(actor=SYSTEM, year=2019, source="通知", holidays=ACROSS)
    codes.forget()

    assert (before.on, before.known) == (date(2018, 12, 31), False)
    assert codes.calendar().due(date(2018, 12, 3), 20) == (date(2018, 12, 29), True)
    assert codes.calendar().due(date(2018, 12, 26), 5) == (date(2019, 1, 3), True)


@pytest.mark.found("F6")
def test_of_two_notices_that_name_a_day_the_later_one_counts():
    codes.load_year(actor=SYSTEM, year=2018, source="通知", holidays=[codes.Holiday(date(2018, 12, 31), False, "调休")])
    codes.load_year(actor=SYSTEM, year=2019, source="通知", holidays=ACROSS)
    codes.forget()

    assert not codes.calendar().is_workday(date(2018, 12, 31))
