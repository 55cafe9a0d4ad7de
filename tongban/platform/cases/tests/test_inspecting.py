"""An inspection on site brings what the definition of the service asks for, or is not finished."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import on_site as sent_from_site
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Action, Case, Material
from tongban.platform.cases.pages import presenting
from tongban.platform.cases.rules import inspection as rules
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Role
from tongban.platform.places import services as places

HERE = {"latitude": 30.5731, "longitude": 104.0672, "accuracy_m": 8.0, "by": "device"}
CITY = {
    "source": "测绘",
    "valid_from": date(2020, 1, 1),
    "area": [{"code": "990100", "name": "云泽市", "extent": [30.3, 103.7, 30.95, 104.6]}],
    "point": [{"text": "云泽市临湖区柳岸街15号", "latitude": 30.5740, "longitude": 104.0672}],
}


@pytest.fixture
def city(cast):
    places.load(actor=SYSTEM, table=CITY)
    return cast


@pytest.fixture
def on_site(city):
    """Return a case, its inspection and findings that are complete."""
    case = city.accepted()
    task = city.task(case, "inspect")
    asked = cases.plan_of(case.version).inspection("inspect")
    photos = [SimpleUploadedFile(f"{n}.png", rehearsal.photo(n)) for n in range(asked.photos)]
    cases.add_site_photos(actor=city.actor("inspector"), task=task, files=photos)
    findings = {
        "points": {point.code: {"result": "pass", "remark": ""} for point in asked.points},
        "inspectors": [{"name": "何岚", "certificate": "99-001"}, {"name": "罗毅", "certificate": "99-002"}],
        "position": HERE,
    }
    return case, task, findings


def give(city, task, findings, *, passed=True):
    return cases.give_opinion(
        actor=city.actor("inspector"), task=task, passed=passed, opinion="现场一致。", findings=findings
    )


LACKING = {
    "a point without result": ({"points": {}}, "point-layout"),
    "a point not met without a word": ({"layout": {"result": "fail", "remark": " "}}, "remark-layout"),
    "a point not met, and all is well": ({"layout": {"result": "fail", "remark": "缺专间"}}, "passed"),
    "one inspector": ({"inspectors": [{"name": "何岚", "certificate": "1"}]}, "inspector-2"),
    "the same twice": ({"inspectors": [{"name": "何岚", "certificate": "1"}] * 2}, "inspector-2"),
    "no certificate": (
        {"inspectors": [{"name": "何岚", "certificate": "1"}, {"name": "罗毅", "certificate": ""}]},
        "certificate-2",
    ),
    "no position": ({"position": {}}, "latitude"),
    "0, 0": ({"position": {**HERE, "latitude": 0, "longitude": 0}}, "position_confirmed"),
    "another city": ({"position": {**HERE, "latitude": 31.2, "longitude": 121.5}}, "position_confirmed"),
}


@pytest.mark.found("A2")
@pytest.mark.parametrize("what", LACKING)
def test_an_inspection_that_lacks_something_is_not_finished(city, on_site, what):
    case, task, findings = on_site
    change, field = LACKING[what]
    if "layout" in change:
        change = {"points": {**findings["points"], **change}}

    with pytest.raises(cases.InspectionIncomplete) as refusal:
        give(city, task, {**findings, **change})

    assert field in refusal.value.errors
    assert not Action.objects.of(case).opinions().exists()


@pytest.mark.found("A2")
def test_without_photographs_it_is_not_finished(city):
    case = city.accepted()

    with pytest.raises(cases.InspectionIncomplete) as refusal:
        give(city, city.task(case, "inspect"), {})

    assert "至少需要2张" in refusal.value.errors["photos"][0]


@pytest.mark.found("A2")
def test_what_was_found_stands_beside_the_decision(city, on_site):
    case, task, findings = on_site
    give(city, task, findings)
    cases.give_opinion(actor=city.actor("reviewer"), task=city.task(case, "review"), passed=True, opinion="齐全。")

    page = city.browser("approver").get(f"/desk/cases/tasks/{city.task(case, 'approve').uid}/").content.decode()

    for said in ("设备定位", "相距0.10公里", "何岚（99-001）", "罗毅（99-002）", "疏散通道和安全出口畅通", "合格"):
        assert said in page, said


@pytest.mark.found("A2")
def test_a_position_that_was_typed_or_confirmed_says_so(city, on_site):
    case, task, findings = on_site
    typed = {"latitude": 0.0, "longitude": 0.0, "by": "hand", "confirmed": True}
    give(city, task, {**findings, "position": typed})

    page = city.browser("approver").get(f"/desk/cases/{case.uid}/").content.decode()

    assert "手工填写" in page
    assert "位置可疑，经核查人员确认" in page


@pytest.mark.found("B12")
def test_the_telephone_page_begins_with_where_and_whom_to_call(city):
    case = city.accepted()
    task = city.task(case, "inspect")
    inspector = city.browser("inspector")

    for page in (
        inspector.get("/crew/workflow/").content.decode(),
        inspector.get(f"/crew/cases/tasks/{task.uid}/").content.decode(),
    ):
        assert "云泽市临湖区柳岸街15号1层" in page
        assert 'href="tel:19900000103"' in page
    assert page.index("云泽市临湖区柳岸街15号1层") < page.index('name="photos"')


@pytest.mark.found("A2")
def test_nothing_typed_is_lost_where_something_lacks(city):
    case = city.accepted()
    task, browser = city.task(case, "inspect"), city.browser("inspector")
    address = f"/crew/cases/tasks/{task.uid}/"
    typed = {
        "finish": "1",
        "passed": "yes",
        "opinion": "现场与图一致。",
        "latitude": "0",
        "longitude": "0",
        "point-layout": "fail",
        "remark-layout": "多出一间库房",
        "inspector-1": "何岚",
        "certificate-1": "99-001",
    }

    answer = browser.post(address, typed)
    page = answer.content.decode()

    assert answer.status_code == 422
    for text in ("现场与图一致。", "多出一间库房", "99-001", "至少需要2张", "不在陆地上", "请选择该项的核查结果"):
        assert text in page, text
    assert re.search(r'name="point-layout" value="fail"[^>]* checked', page)
    assert Case.objects.get(pk=case.pk).state == "accepted"


@pytest.mark.found("A2")
def test_all_that_is_wrong_with_an_inspection_is_said_at_once(city):
    case = city.accepted()
    address = f"/crew/cases/tasks/{city.task(case, 'inspect').uid}/"

    empty = city.browser("inspector").post(address, {"finish": "1"}).content.decode()
    half = city.browser("inspector").post(address, {"finish": "1", "latitude": "北", "opinion": "好"}).content.decode()

    for page in (empty, half):
        wrong = re.findall(r'<li>\s*<a href="#id_([a-z-]+[0-9]?)', page)
        assert {"point-layout", "inspector-1", "certificate-2", "latitude", "longitude", "passed"} <= set(wrong)
        assert wrong.count("latitude") == 1
        assert "至少需要2张" in page
    assert 'href="#id_opinion"' in empty
    assert 'href="#id_opinion"' not in half


def test_only_what_may_stay_empty_is_marked_so(city):
    case = city.accepted()

    page = city.browser("inspector").get(f"/crew/cases/tasks/{city.task(case, 'inspect').uid}/").content.decode()

    marked = re.findall(r"([^>\s]*)\s*<span class=.field__optional.>", page)
    assert marked
    assert set(marked) == {"备注"}


@pytest.mark.found("A2")
def test_a_whole_inspection_on_the_page(city):
    case = city.accepted()
    task, browser = city.task(case, "inspect"), city.browser("inspector")
    asked = cases.plan_of(case.version).inspection("inspect")
    sent = {**sent_from_site(case), "accuracy_m": "9", "position_by": "device"}

    answer = browser.post(f"/crew/cases/tasks/{task.uid}/", sent)

    assert answer.status_code == 302
    found = Action.objects.of(case).opinions().get().data["findings"]
    assert found["position"]["by"] == "device"
    assert len(found["points"]) == len(asked.points)


def test_a_kilometre_is_a_kilometre():
    assert rules.distance_km((30.0, 104.0), (30.009, 104.0)) == pytest.approx(1.0, abs=0.01)
    assert rules.distance_km((30.0, 104.0), (30.0, 104.0)) == 0


def test_photographs_stand_with_what_was_found_on_site_alone(city, on_site):
    case, task, findings = on_site
    both = city.accounts["inspector"]
    market, role = Department.objects.get(key="market-regulation"), Role.objects.get(key="reviewer")
    identity.appoint(actor=SYSTEM, account=both, department=market, role=role)
    city.accounts["inspector"] = Account.objects.get(pk=both.pk)
    give(city, task, findings)
    cases.give_opinion(actor=city.actor("inspector"), task=city.task(case, "review"), passed=True, opinion="资料齐全。")

    shown = presenting.opinions(case, Material.objects.of(case))

    assert [bool(opinion.photos) for opinion in shown] == [True, False]
