"""Before something is sent one sees what; and who decides against an opinion says why."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence


def reread(case):
    return Case.objects.get(pk=case.pk)


def press(browser, address, door, **answer):
    """Read a page, then send one of its forms, by the end of its address."""
    page = browser.get(address).content.decode()
    revision = re.search(rf'action="{address}{door}/".*?name="revision" value="(\d+)"', page, re.DOTALL)
    assert revision
    return browser.post(f"{address}{door}/", {"revision": revision.group(1), **answer})


ANSWERS = {
    "accept": ({}, "受理通知书", "accepted"),
    "supplement": ({"point-floor-plan": "请标注面积。"}, "请标注面积。", "supplement"),
    "not-accept": (
        {"reason": "不属于本机关职权范围。"},
        "不属于本机关职权范围。",
        "not_accepted",
    ),
}


@pytest.mark.found("B11")
@pytest.mark.parametrize("what", ANSWERS)
def test_the_window_sees_the_letter_before_it_is_sent(cast, what):
    answer, said, state = ANSWERS[what]
    case, clerk = cast.submitted(), cast.browser("clerk")
    address = f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/"

    asked = press(clerk, address, what, **answer)

    page = asked.content.decode()
    assert asked.status_code == 200
    assert said in page
    assert "现在还没有发出" in page
    assert reread(case).state == "submitted"
    jobs.run_all()
    assert [letter.kind for letter in Letter.objects.about(case.subject)] == ["receipt"]

    file = press(clerk, address, what, **answer, preview="0")
    assert file["Content-Type"] == "application/pdf"
    assert PdfReader(BytesIO(file.content)).pages

    changed = press(clerk, address, what, **answer, change="1").content.decode()
    assert all(text in changed for text in answer.values())
    assert reread(case).state == "submitted"

    assert press(clerk, address, what, **answer, confirm="1").status_code == 302
    assert reread(case).state == state


@pytest.mark.found("B11")
def test_the_approver_sees_decision_and_licence_before_they_are_sent(cast):
    case, approver = cast.examined(), cast.browser("approver")
    address = f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/"
    answer = {"granted": "yes", "reason": "符合条件。"}

    page = press(approver, address, "decide", **answer).content.decode()

    assert "准予行政许可决定书" in page
    assert "食品经营许可证" in page
    assert "云泽市禾香餐饮有限公司" in page
    licence = press(approver, address, "decide", **answer, preview="1")
    assert "签发时生成" in "".join(part.extract_text() for part in PdfReader(BytesIO(licence.content)).pages)
    jobs.run_all()
    assert reread(case).state == "accepted"
    assert not Licence.objects.of_subject(case.subject).exists()
    assert press(approver, address, "decide", **answer, confirm="1").status_code == 302
    assert reread(case).state == "granted"


@pytest.mark.found("B11")
def test_what_a_material_must_be_like_stands_beside_it(cast):
    page = cast.browser("clerk").get(f"/counter/cases/tasks/{cast.task(cast.submitted(), 'accept').uid}/")

    assert "图面清晰，尺寸与现场一致" in page.content.decode()


@pytest.mark.found("A2")
def test_a_yes_against_an_opinion_needs_a_reason_that_stays_on_record(cast):
    case, approver = cast.examined(passed=False), cast.browser("approver")
    address = f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/"

    without = press(approver, address, "decide", granted="yes", reason=" ", confirm="1")
    assert without.status_code == 422
    assert "的意见为不符合条件" in without.content.decode()
    assert reread(case).state == "accepted"

    warned = press(approver, address, "decide", granted="yes", reason="整改后复查合格。").content.decode()
    assert "意见不一致" in warned
    press(approver, address, "decide", granted="yes", reason="整改后复查合格。", confirm="1")

    decided = Action.objects.of(case).get(kind="granted")
    assert len(decided.data["against"]) == 2
    for who, where in (("approver", f"/desk/cases/{case.uid}/"), ("agent", f"/cases/{case.uid}/")):
        shown = cast.browser(who).get(where).content.decode()
        assert "意见不一致" in shown
        assert "整改后复查合格。" in shown


@pytest.mark.found("A2")
def test_a_no_after_nothing_but_yes_is_on_record_as_against_them(cast):
    case = cast.examined()

    with pytest.raises(cases.NoReasonGiven):
        cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=False, reason="")
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=False, reason="另案查处中。")

    assert len(Action.objects.of(case).get(kind="refused").data["against"]) == 2


@pytest.mark.found("A2")
@pytest.mark.parametrize("granted", [True, False])
def test_who_follows_the_opinions_goes_against_none(cast, granted):
    case = cast.decided(granted=granted)

    assert Action.objects.of(case).get(kind="granted" if granted else "refused").data["against"] == []


@pytest.mark.found("B11")
def test_lists_show_a_small_copy_of_a_picture(cast):
    """Four thousand pixels wide, taken with the phone upright: the list gets some kilobytes, upright as well."""
    case = cast.accepted()
    task = cast.task(case, "inspect")
    taken = Image.effect_noise((4000, 3000), 40).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6
    made = BytesIO()
    taken.save(made, "JPEG", exif=exif)
    photo = SimpleUploadedFile("IMG_0001.jpg", made.getvalue())
    cases.add_site_photos(actor=cast.actor("inspector"), task=task, files=[photo])
    inspector = cast.browser("inspector")

    page = inspector.get(f"/crew/cases/tasks/{task.uid}/").content.decode()
    address = re.search(r'<img\s+src="([^"]+)"', page).group(1)
    small = inspector.get(address)

    assert address.endswith("?small")
    assert small["Content-Type"] == "image/jpeg"
    assert len(small.content) < 30_000
    with Image.open(BytesIO(small.content)) as picture:
        assert picture.size == (240, 320)
        assert not picture.getexif()
    whole = inspector.get(address.removesuffix("?small"))
    assert b"".join(whole.streaming_content) == made.getvalue()
