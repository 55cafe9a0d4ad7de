"""Lists of items become guides; the same list twice changes nothing."""

import json
from pathlib import Path

import pytest
from django.conf import settings

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Edition, Service
from tongban.platform.catalogue.rules import items
from tongban.platform.identity.models import Department

LIST = Path(__file__).parent / "items.json"
REAL = settings.ROOT.parent / "shared/data/service-items/guangan-district-service-items.json"


@pytest.mark.parametrize(
    ("code", "form", "department", "level", "basic", "part"),
    [
        ("11370800MB285591843370117002011", "national", "11370800MB28559184", "3", "370117002011", ""),
        ("11370800MB28559184337011700201101", "national", "11370800MB28559184", "3", "370117002011", "01"),
        (
            "511A0000600001-511602000000-000-115113016823646795-1-00",
            "sichuan",
            "115113016823646795",
            "",
            "511A0000600001",
            "",
        ),
        (
            "G-000007-001-511602000000-000-115113010833722043-1-00",
            "sichuan",
            "115113010833722043",
            "",
            "G-000007-001",
            "",
        ),
        ("E-000004-001-11511301008778386B", "opaque", "", "", "", ""),
    ],
)
def test_item_codes_are_read_where_they_follow_a_known_form(code, form, department, level, basic, part):
    read = items.parse_code(code)

    assert (read.code, read.form, read.department, read.level, read.basic, read.part) == (
        code,
        form,
        department,
        level,
        basic,
        part,
    )


@pytest.mark.parametrize(
    ("code", "fits"),
    [("11370800MB28559184", True), ("115113016823646795", True), ("11370800MB28559185", False), ("00877844X", False)],
)
def test_a_social_credit_code_is_checked_by_its_check_character(code, fits):
    assert items.uscc_fits(code) is fits


@pytest.mark.parametrize(
    ("area", "level"),
    [
        ("510000000000", "2"),
        ("511600000000", "3"),
        ("511602000000", "4"),
        ("511602001000", "5"),
        ("511602001003", "6"),
        ("x", ""),
    ],
)
def test_the_level_follows_from_the_division_code(area, level):
    assert items.level_of(area) == level


def test_a_list_is_taken_in_with_a_report(db):
    report = catalogue.import_items(actor=SYSTEM, file=LIST)

    assert [(line.outcome, len(line.reasons)) for line in report.items if line.outcome == "refused"] == [
        ("refused", 1)
    ] * 3
    assert (report.count("imported"), len(report.doubtful)) == (3, 1)
    assert "甲区民政局 #3 优待证办理" in report.as_text()
    marriage = Service.objects.get(name="结婚登记")
    assert (marriage.type, marriage.level, marriage.area, marriage.online) == ("07", "4", "990102000000", False)
    assert marriage.department.uscc == "11990100MB9900101F"
    assert marriage.origin["parsed"]["basic"] == "990A0001000001"


def test_the_same_list_twice_changes_nothing(db):
    catalogue.import_items(actor=SYSTEM, file=LIST)
    edition, facts = Edition.objects.current(), Fact.objects.count()

    report = catalogue.import_items(actor=SYSTEM, file=LIST)

    assert (report.count("imported"), report.count("changed"), report.count("unchanged")) == (0, 0, 3)
    assert (Edition.objects.current(), Fact.objects.count()) == (edition, facts)
    assert Service.objects.count() == 3


def test_a_changed_line_changes_its_item(db, tmp_path):
    catalogue.import_items(actor=SYSTEM, file=LIST)
    changed = tmp_path / "items.json"
    changed.write_text(LIST.read_text().replace("结婚登记", "婚姻登记"))

    report = catalogue.import_items(actor=SYSTEM, file=changed)

    assert report.count("changed") == 1
    assert Service.objects.get(name="婚姻登记")


def test_a_definition_is_not_overwritten_by_a_list(sign, tmp_path):
    table = json.loads(LIST.read_text())
    table[0]["items"][0]["sub_items"][0]["link"] = "http://example.invalid/?itemCode=shop-sign"
    (tmp_path / "items.json").write_text(json.dumps(table))

    report = catalogue.import_items(actor=SYSTEM, file=tmp_path / "items.json")

    refused = [line.reasons for line in report.items if line.code == "shop-sign"]
    assert refused == [("A definition of this installation already has this code.",)]
    assert Service.objects.get(code="shop-sign").name == "店招设置许可"


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"department": "x"}]', "not json"])
def test_a_file_that_is_no_list_is_refused_in_words(db, tmp_path, text):
    (tmp_path / "items.json").write_text(text)

    with pytest.raises(catalogue.UnknownItemList):
        catalogue.import_items(actor=SYSTEM, file=tmp_path / "items.json")


def test_importing_needs_the_duty(db):
    with pytest.raises(NotAllowed):
        catalogue.import_items(actor=Actor("staff"), file=LIST)


@pytest.mark.skipif(not REAL.exists(), reason="the real list lies outside the repository, in ../shared")
def test_the_real_list_is_taken_in_whole(db):
    report = catalogue.import_items(actor=SYSTEM, file=REAL)

    assert (len(report.items), report.count("imported"), report.count("refused")) == (1135, 1135, 0)
    assert Department.objects.count() == 34
    assert Service.objects.guides_only().count() == 1135
    assert catalogue.import_items(actor=SYSTEM, file=REAL).count("unchanged") == 1135
    assert catalogue.search("无犯罪证明").results[0].service.name == "无犯罪记录证明"
