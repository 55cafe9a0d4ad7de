"""事项调整: every change of an item is on record for everybody, with its basis, before and after."""

import pytest
from django.test import Client

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import AreaOffice, Service, ServiceChange
from tongban.platform.catalogue.rules.comparing import GuideDifference, differences
from tongban.platform.catalogue.services import changes
from tongban.platform.catalogue.tests.conftest import spoil
from tongban.platform.catalogue.tests.test_areas_desk import AREAS, chosen, sent  # noqa: F401
from tongban.platform.catalogue.tests.test_desk import SIGN, browser, draft, in_force, staff  # noqa: F401
from tongban.platform.identity.models import Department

BASIS = "云政发〔2026〕3号：压缩承诺时限"
PUBLIC = "/catalogue/changes/"


def guide(**more):
    kept = {"name": "店招设置", "limits": {"promised_days": 10, "statutory_days": 20}, "visits": 1}
    kept |= {"fee": {"charged": True}, "result": {"name": "批复"}, "stage": [{"name": "受理"}], "condition": []}
    return kept | {"material": [{"name": "效果图"}, {"name": "营业执照"}]} | more


@pytest.mark.parametrize(
    ("after", "found"),
    [
        ({}, []),
        ({"limits": {"promised_days": 5, "statutory_days": 20}}, [("promised_days", "10", "5")]),
        ({"visits": 0, "fee": {"charged": False}}, [("visits", "1", "0"), ("fee", "yes", "no")]),
        (
            {"material": [{"name": "效果图"}, {"name": "营业执照", "fetch": {"licence": "business-licence"}}]},
            [("brought_counted", "2", "1"), ("brought_named", "营业执照", "")],
        ),
        (
            {"material": [{"name": "效果图"}, {"name": "租赁合同"}]},
            [("materials_named", "营业执照", "租赁合同"), ("brought_named", "营业执照", "租赁合同")],
        ),
        (
            {"stage": [{"name": "受理"}, {"name": "决定"}]},
            [("stages_counted", "1", "2"), ("stages_named", "", "决定")],
        ),
        (
            {"name": "户外招牌", "result": {"name": "许可证"}},
            [("name", "店招设置", "户外招牌"), ("result", "批复", "许可证")],
        ),
    ],
)
def test_what_differs_is_counted_and_named(after, found):
    assert differences(guide(), guide(**after)) == [GuideDifference(*row) for row in found]


def recorded() -> list[tuple[str, str]]:
    """Return kind and basis of what is on record, the newest first."""
    return [(row.kind, row.basis) for row in ServiceChange.objects.of(Service.objects.get())]


def public(**params: str) -> str:
    return Client(headers={"accept-language": "zh-CN"}).get(PUBLIC, params).content.decode()


@pytest.mark.requirement("APP-R-11")
def test_an_item_s_life_is_on_record_for_everybody_with_its_basis(chosen, browser, folder):  # noqa: F811
    """Added, delegated to an office elsewhere, taken back, adjusted, moved, cancelled: since when and by what."""
    desk = browser("publisher")
    desk.post(AREAS, sent(chosen, basis="云政发〔2026〕5号：下放"))
    desk.post(AREAS, sent(chosen, consult="0990-55620442"))
    desk.post(f"{AREAS}{AreaOffice.objects.get().pk}/end/", {"reason": "由市级统一办理"})
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    version = catalogue.load(actor=SYSTEM, folder=folder).version
    desk.post(f"{SIGN}{version.number}/publish/", {"basis": BASIS})
    service = version.service
    catalogue.take_over(department=service.department, successor=Department.objects.get(key="health"))
    catalogue.withdraw(actor=SYSTEM, service=service, reason="国发〔2026〕1号：取消")

    assert recorded() == [
        ("cancelled", "国发〔2026〕1号：取消"),
        ("moved", ""),
        ("adjusted", BASIS),
        ("taken_back", "由市级统一办理"),
        ("delegated", "云政发〔2026〕5号：下放"),
        ("added", ""),
    ]
    page = public()
    assert all(
        said in page for said in (BASIS, "由市级统一办理", "云政发〔2026〕5号：下放", "云泽市卫健委", "岚川市城管局")
    )
    assert "/catalogue/guide/" not in page, "what is cancelled leads nowhere"
    assert "取消" in public(kind="cancelled")
    assert BASIS not in public(kind="cancelled")


@pytest.mark.requirement("APP-S-21")
def test_a_draft_stands_beside_what_is_in_force_before_it_is_published(in_force, folder, browser):  # noqa: F811
    """Item by item: flows are versioned, and what a version changes is named, before it counts and afterwards."""
    spoil(folder, "service.toml", "promised_days = 3", "promised_days = 4")
    new = catalogue.load(actor=SYSTEM, folder=folder).version

    shown = browser("designer").get(f"{SIGN}{new.number}/compare/").content.decode()
    assert "Promised days" in shown
    assert "Version 1 beside version 2" in shown
    assert "No version was in force" in browser("designer").get(f"{SIGN}1/compare/").content.decode()
    browser("publisher").post(f"{SIGN}{new.number}/publish/", {"basis": BASIS})

    change = ServiceChange.objects.of(new.service)[0]
    assert (change.kind, change.basis, change.says) == ("adjusted", BASIS, [["promised_days", "3", "4"]])
    assert [(one.before, one.after) for one in changes.in_words(change.says)] == [("3", "4")]
    assert "调整前" in public()


def test_nothing_is_on_record_twice_for_what_was_done_once(in_force, browser):  # noqa: F811
    browser("publisher").post(f"{SIGN}1/publish/", {"basis": BASIS})

    assert recorded() == [("added", "")]


def test_another_office_does_not_compare(in_force, browser):  # noqa: F811
    assert browser("outsider").get(f"{SIGN}1/compare/").status_code == 404
    assert browser("clerk").get(f"{SIGN}1/compare/").status_code in {403, 404}
