"""Pages of the office and of everybody; publishing the air and forecasting it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tongban.applications.environment import services as environment
from tongban.applications.environment.models import AirForecast, AirReport, MonitoringPoint
from tongban.applications.environment.rules import aqi
from tongban.applications.environment.services import figures, tables
from tongban.applications.environment.tests.conftest import MN, NOON
from tongban.applications.environment.tests.test_intake import sent
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Alert
from tongban.platform.workorders import services as workorders

HOUR = timedelta(hours=1)
# A day of the examples: index 111, ozone.
DAY = {"a21026": 12, "a21004": 46, "a34002": 118, "a21005": 0.9, "a05024": 172, "a34004": 63}


def measure(station, values, at, *, quality="valid"):
    rows = [
        sensing.Observed(environment.open_stream(station, code, "hour").pk, at, value, quality=quality)
        for code, value in values.items()
    ]
    sensing.observe_many(actor=SYSTEM, observations=rows)


def whole_day(station, values, day):
    begin = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=8)
    for number in range(24):
        measure(station, values, begin + number * HOUR)


def test_a_day_is_published_by_the_edition_that_is_in_force_on_it(station):
    for day, standard, value in ((date(2026, 2, 28), "HJ 633—2012", 111), (date(2026, 8, 2), "HJ 633—2026", 111)):
        whole_day(station, DAY, day)
        [report] = environment.publish_day(day=day)
        assert (report.standard, report.value, report.primary) == (standard, value, ["O3"])
    old = AirReport.objects.get(standard="HJ 633—2012")
    assert (old.parts["PM2.5"], old.parts["PM10"]) == (85, 84)


def test_what_is_published_stays_whatever_comes_later(station):
    day = date(2026, 8, 2)
    whole_day(station, DAY, day)
    [report] = environment.publish_day(day=day)
    measure(station, {"a34004": 400}, datetime(2026, 8, 1, 16, 30, tzinfo=UTC))
    [again] = environment.publish_day(day=day)
    assert (again.pk, again.value, again.published_at) == (report.pk, 111, report.published_at)

    stricter = aqi.evaluated(
        {key: Decimal(value) for key, value in report.concentrations.items()}, tables.aqi_edition(day), "day"
    )
    assert environment.recomputed(report, tables.aqi_edition(date(2020, 1, 1))).parts["PM2.5"] == 85
    assert stricter.parts["PM2.5"] == 103
    report.refresh_from_db()
    assert report.parts["PM2.5"] == 103


def test_too_few_or_invalid_hours_publish_no_index(station):
    at = environment.current_hour()
    measure(station, DAY, at, quality="invalid")
    assert environment.publish_hour(at=at) == []
    measure(station, {"a34004": 20}, at - HOUR)
    [report] = environment.publish_hour(at=at - HOUR)
    assert (report.value, set(report.missing)) == (None, {"SO2", "NO2", "CO", "O3", "PM10"})


@pytest.mark.requirement("APP-X-77", "APP-X-85")
def test_everybody_reads_the_air_in_words_with_its_standard(city, station, client):
    at = environment.current_hour()
    measure(station, DAY | {"a05024": 90}, at)
    environment.publish_hour(at=at)
    page = client.get("/environment/").content.decode()

    assert "临湖公园站" in page
    assert "轻度污染" in page
    assert "103" in page
    assert "HJ 633—2026" in page
    page = client.get(f"/environment/stations/{station.uid}/").content.decode()
    assert "细颗粒物" in page
    assert client.get(f"/environment/stations/{MonitoringPoint.objects.get(mn=MN).uid}/").status_code == 404


def by_day(at):
    return 8 <= (at.hour + 8) % 24 < 20


def test_a_forecast_is_made_of_a_months_hours_and_stands_beside_no_change(city, station, client):
    last = environment.current_hour()
    stream = environment.open_stream(station, "a34004", "hour").pk
    hours = [last - back * HOUR for back in range(45 * 24, -1, -1)]
    rows = [sensing.Observed(stream, at, 40 + 20 * by_day(at) + number * 7919 % 11) for number, at in enumerate(hours)]
    sensing.observe_many(actor=SYSTEM, observations=rows)

    assert environment.forecast_air(station=station) == 5
    assert environment.forecast_air(station=station) == 5
    found = list(AirForecast.objects.newest(station))
    assert [row.hours for row in found] == [6, 12, 24, 48, 72]
    for row in found:
        assert row.low <= row.value <= row.high
        assert abs(row.value - 45 - 20 * by_day(last + row.hours * HOUR)) < 8, row.hours
    assert found[1].persistence > found[1].value + 8  # at night it is better than at noon, and a forecast knows
    page = client.get(f"/environment/stations/{station.uid}/").content.decode()
    assert "预报浓度" in page


def test_a_silent_or_new_station_is_not_foretold(station):
    assert environment.forecast_air(station=station) == 0
    measure(station, {"a34004": 20}, environment.current_hour())
    assert environment.forecast_air(station=station) == 0


# The desk


@pytest.fixture
def watcher(city):
    return city.browser("watcher")


def test_the_office_finds_its_sources_and_others_do_not(city, watcher):
    assert "临湖总排口" in watcher.get("/desk/environment/sources/").content.decode()
    for text in ("91990102MA99E0101X001P", "临湖"):
        assert "临湖总排口" in watcher.get(f"/desk/environment/sources/?q={text}").content.decode()
    assert "临湖总排口" not in watcher.get("/desk/environment/sources/?q=青石").content.decode()
    assert "临湖总排口" not in watcher.get("/desk/environment/sources/?kind=dust").content.decode()
    assert "临湖总排口" not in city.browser("neighbour").get("/desk/environment/sources/").content.decode()


@pytest.mark.requirement("APP-X-79", "APP-X-80")
def test_a_point_shows_the_four_kinds_of_evidence(city, point, watcher):
    for number in range(30):
        at = NOON - timedelta(hours=number + 1, minutes=30) + timedelta(hours=8)
        value = "20" if number < 10 else str(20 + number / 10)
        environment.take_in(
            [sent(("w01018-Avg", value), ("w01018-Flag", "N"), at=f"{at:%Y%m%d%H0000}", qn=f"202608030000{number:05d}")]
        )
    environment.take_in([sent(("SB1-RS", "4"), cn="2021"), sent(("VaseNo", "8"), cn="3015", qn="20260803120000000")])
    page = watcher.get(f"/desk/environment/points/{point.uid}/").content.decode()

    for words in ("化学需氧量", "传输有效率", "恒值时段", "SB1", "报警", "8号瓶", "调看视频"):
        assert words in page, words
    assert "CAM-7" not in page
    page = watcher.post(f"/desk/environment/points/{point.uid}/", {"purpose": "核查恒值"}).content.decode()
    assert "CAM-7" in page
    record = figures.record_of(environment.open_stream(point, "w01018", "hour"), "hour", "w01018")
    assert record.rate.due == 72
    assert record.constant[0][2] == 20
    assert record.gaps


def test_an_exceedance_is_on_the_to_do_list_and_handled_there(city, point, watcher):
    environment.take_in([sent(("w01018-Avg", "80"), ("w01018-Flag", "N"))])
    jobs.run_all()
    alert = Alert.objects.get()
    assert f"/desk/environment/exceedances/{alert.uid}/" in watcher.get("/desk/workflow/").content.decode()
    assert "临湖出水口" in watcher.get("/desk/environment/").content.decode()

    address = f"/desk/environment/exceedances/{alert.uid}/"
    assert watcher.post(address, {"found": ""}).status_code == 422
    assert watcher.post(address, {"do": "send", "department": "nobody"}).status_code == 422
    assert watcher.post(address, {"do": "send", "department": "health"}).status_code == 422  # which verifies
    sent_there = watcher.post(address, {"do": "send", "department": "fire-rescue", "words": "查看风机"}, follow=True)
    [order] = environment.crews_of(alert)
    assert order.number in sent_there.content.decode()
    assert "请等待核查结果" in watcher.post(address, {"found": "风机检修"}).content.decode()
    workorders.cancel(actor=SYSTEM, order=order, words="已到")
    assert watcher.post(address, {"found": "风机检修"}).status_code == 302
    assert "风机检修" in watcher.get(address).content.decode()
    assert city.browser("neighbour").get(address).status_code == 404


def test_a_logger_is_asked_at_the_desk(city, point, watcher):
    address = f"/desk/environment/points/{point.uid}/ask/"
    assert "3015 超标留样" in watcher.get(address).content.decode()
    refused = watcher.post(f"{address}?cn=1062", {"RtdInterval": "1", "reason": "核查"})
    assert (refused.status_code, "RtdInterval不符合标准规定的取值" in refused.content.decode()) == (422, True)
    assert watcher.post(f"{address}?cn=1062", {"RtdInterval": "60", "reason": "核查"}).status_code == 302
    assert "设置实时数据间隔" in watcher.get(f"/desk/environment/points/{point.uid}/").content.decode()


def test_sources_points_and_limits_are_registered_at_the_desk(city, watcher):
    said = {"number": "PW-2", "name": "青石总排口", "kind": "waste-water", "organisation": "", "address": ""}
    made = watcher.post("/desk/environment/sources/new/", said)
    assert made.status_code == 302
    logger = {"name": "青石出水口", "kind": "waste-water", "mn": "A1", "st": "32", "password": "abc123"}
    assert watcher.post(f"{made.url}points/", logger | {"password": "-"}).status_code == 422
    assert watcher.post(f"{made.url}points/", logger).status_code == 302
    point = MonitoringPoint.objects.get(mn="A1")
    limit = {"factor": "w21003", "period": "hour", "most": "5", "source": "GB 18918—2002", "valid_from": ""}
    assert watcher.post(f"/desk/environment/points/{point.uid}/limits/", limit).status_code == 302
    assert (point.limits.get().most, point.department.key) == (5, "health")


@pytest.mark.requirement("APP-X-76", "APP-X-84", "APP-X-87")
def test_a_river_is_compared_section_by_section(city, watcher):
    office = Department.objects.get(key="health")
    for number, values in enumerate(({"w21003": 0.4}, {"w21003": 1.2}, {"w21003": 0.95, "w01009": 7.6})):
        section = environment.register_point(
            actor=SYSTEM, mn=f"RV{number}", name=f"断面{number}", kind="river", st="21", password="1",
            department=office, river="云溪", river_km=Decimal(10 * number + 1), wanted_class="Ⅲ",
        )  # fmt: skip
        environment.set_limit(
            actor=SYSTEM, point=section, factor="w21003", period="hour", most=Decimal(1), source="断面水质目标"
        )
        with clock.at(NOON + HOUR):
            measure(section, values, NOON)
    [(_name, rows)] = figures.sections(MonitoringPoint.objects.sections()).items()

    assert [(row.verdict.name, row.change, row.kept) for row in rows] == [
        ("Ⅱ", None, True), ("Ⅳ", 2, False), ("Ⅲ", -1, True),
    ]  # fmt: skip
    page = watcher.get("/desk/environment/water/").content.decode()
    for words in ("云溪", "差2个类别", "好1个类别", "氨氮 +0.20"):
        assert words in page, words
    alerts = {alert.thing.name: alert.level for alert in Alert.objects.all()}
    assert alerts == {"断面1": "yellow", "断面2": "blue"}  # above its limit, and near it
    region = figures.evaluated(city.actor("watcher"))
    assert (region.water, region.worst_section.point.name) == ((2, 3), "断面1")
