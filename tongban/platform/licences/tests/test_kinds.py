"""Licence types: defined with what their faces must say, listed for everybody, kept at issue."""

from datetime import date

import pytest
from django.test import Client

from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence, LicenceKind
from tongban.platform.licences.rules import kinds as rules
from tongban.platform.licences.tests.conftest import KIND_CODE, an_official

pytestmark = pytest.mark.django_db
KIND = {
    "code": KIND_CODE,
    "kind": "food-business-licence",
    "name": "食品经营许可证",
    "english": "",
    "definer": "自然资源部",
    "definer_code": KIND_CODE[:18],
    "holders": ["001"],
    "fields": [
        {"name": "经营者名称", "type": "text", "required": True},
        {"name": "统一社会信用代码", "type": "credit-code"},
        {"name": "成立日期", "type": "date"},
    ],
}


def define(**changes):
    return licences.define_kind(
        actor=SYSTEM, kind=KIND | changes, source="食品经营许可和备案管理办法", valid_from=date(2023, 12, 1)
    )


def test_a_type_is_defined_once_and_its_next_version_counts_from_its_day(db):
    assert define().version == 1
    assert define().version == 1
    assert define(name="食品经营许可证（新）").version == 2

    assert LicenceKind.objects.of_code(KIND_CODE, date(2026, 1, 1)).version == 2
    assert LicenceKind.objects.of_code(KIND_CODE, date(2020, 1, 1)) is None
    assert Fact.objects.filter(name="licences.LicenceKindDefined").count() == 2


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"code": "short"}, "code"),
        ({"definer_code": "1"}, "definer_code"),
        ({"holders": ["000"]}, "holders"),
        ({"fields": [{"name": "甲", "type": "picture"}]}, "fields"),
        ({"fields": [{"name": "甲"}, {"name": "甲"}]}, "fields"),
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_and_says_which_part(changes, part):
    with pytest.raises(licences.KindBroken) as refused:
        define(**changes)

    assert part in str(refused.value)


def test_a_type_is_defined_by_whoever_has_the_duty(market):
    with pytest.raises(NotAllowed):
        licences.define_kind(
            actor=an_official(market, "licences.manage"), kind=KIND, source="—", valid_from=date(2026, 1, 1)
        )


def test_a_face_without_what_its_type_asks_for_is_not_issued(give):
    define()

    with pytest.raises(licences.FaceIncomplete) as refused:
        give(face={"经营项目": "热食类食品制售"})
    assert "经营者名称" in str(refused.value)
    assert not Licence.objects.exists()

    assert give(face={"经营者名称": "禾香", "经营项目": "热食类食品制售"}).state == "valid"


@pytest.mark.parametrize(
    ("line", "text", "fits"),
    [
        ("统一社会信用代码", "91110000MA001AAA54", True),
        ("统一社会信用代码", "91110000MA001AAA55", False),
        ("成立日期", "2026-02-28", True),
        ("成立日期", "2026年2月28日", True),
        ("成立日期", "2026-02-30", False),
        ("成立日期", "去年", False),
    ],
)
def test_what_a_line_says_fits_its_type(line, text, fits):
    problems = rules.face_problems({"经营者名称": "甲", line: text}, KIND["fields"])

    assert problems == ([] if fits else [(line, next(one["type"] for one in KIND["fields"] if one["name"] == line))])


def test_the_types_that_come_with_the_house_are_sound_and_listed_for_everybody(db):
    licences.define_shipped_kinds()

    page = Client().get("/licences/kinds/").content.decode()
    listed = Client().get("/api/v1/licences/kinds").json()["items"]
    assert "营业执照" in page
    (business,) = [kind for kind in listed if kind["kind"] == "business-licence"]
    assert (business["definer_code"], business["holders"]) == ("11990100MB9900101F", ["001"])
    assert {"name": "名称", "type": "text", "required": True} in business["fields"]
