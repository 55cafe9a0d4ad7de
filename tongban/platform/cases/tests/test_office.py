"""What officials see: the day by which to answer, what the branches found, which papers are there and which are not."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import definition
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.templatetags.ui import day
from tongban.platform.cases import services as cases
from tongban.platform.cases.pages import presenting
from tongban.platform.workflow import services as workflow

PHOTO = definition("residence-permit") / "photo-sample.jpg"
POINTS = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]
MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def seen(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()
    html = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html)


def inspected(cast, case, *, passed=True):
    inspector, task = cast.actor("inspector"), cast.task(case, "inspect")
    photo = SimpleUploadedFile("现场.jpg", PHOTO.read_bytes())
    cases.add_site_photos(actor=inspector, task=task, files=[photo])
    cast.inspected(case, passed=passed, opinion="疏散通道畅通。")


def test_the_window_sees_by_which_day_it_must_answer_in_the_list_and_on_the_case(cast):
    with clock.at(MONDAY):
        case = cast.submitted()
        window = cast.browser("clerk")
        inbox = seen(window, "/counter/workflow/")
        page = seen(window, f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/")

    assert "答复期限" in inbox
    assert day(case.acceptance_due_on) in inbox
    assert "即视为受理" in inbox
    assert "答复期限 2026年3月9日" in page
    assert "5个工作日内未答复的，依法视为受理" in page


def test_while_the_applicant_supplements_no_day_runs(cast):
    case = cast.submitted()
    due = day(case.acceptance_due_on)
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    window = cast.browser("clerk")

    inbox = seen(window, "/counter/workflow/")
    assert "等待申请人补正" in inbox
    assert due not in inbox
    page = seen(window, f"/counter/cases/tasks/{cast.task(case, 'accept').uid}/")
    assert "自收到补正材料之日起重新计算" in page


def test_the_windows_list_runs_by_the_day_it_must_answer(cast):
    def numbers():
        return re.findall(r"\d{6}-\d{8}-\w{7}", seen(cast.browser("clerk"), "/counter/workflow/"))

    with clock.at(MONDAY):
        early = cast.submitted()
    with clock.at(MONDAY + timedelta(days=1)):
        late = cast.submitted()
        assert numbers() == [early.number, late.number]
        cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(early, "accept"), points=POINTS)
        assert numbers() == [late.number, early.number], "what waits for the applicant stands last"
    with clock.at(MONDAY + timedelta(days=2)):
        early = cases.supplement(actor=cast.actor("agent"), case=early, answers={})
        assert numbers() == [late.number, early.number]
    assert cast.task(early, "accept").limit == early.acceptance_due_on == (MONDAY + timedelta(days=9)).date()
    assert cast.task(late, "accept").limit == late.acceptance_due_on


def test_the_inspectors_list_says_what_is_to_be_inspected_and_by_when(cast):
    with clock.at(MONDAY):
        case = cast.accepted()
        inspections = seen(cast.browser("inspector"), "/crew/workflow/")

    assert "食品经营许可 · 现场联合核查" in inspections
    assert case.number in inspections
    assert f"承诺办结 {day(case.promised_due_on)}" in inspections
    assert "核查期限 2026年3月6日" in inspections


@pytest.mark.requirement("APP-S-02")
def test_the_approver_reads_every_opinion_with_who_when_where_and_pictures_beside_the_decision(cast):
    case = cast.accepted()
    reviewer = cast.actor("reviewer")
    cases.give_opinion(actor=reviewer, task=cast.task(case, "review"), passed=True, opinion="资料齐全，布局合理。")
    inspected(cast, case, passed=False)

    answer = cast.browser("approver").get(f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/")
    html = answer.content.decode()
    opinions = re.search(r'<div class="opinions">.*?</section>', html, re.DOTALL)[0]

    for said in (
        "吴志远",
        "资料齐全，布局合理。",
        "何岚",
        "疏散通道畅通。",
        "不符合条件",
        "30.573100",
        "8 米",
        "设备定位",
    ):
        assert said in opinions, said
    assert re.search(r"20\d\d年\d+月\d+日 \d\d:\d\d", opinions)
    pictures = re.findall(r'<img\s+src="(/desk/cases/\w+/files/[0-9a-f-]+/\?small)"', opinions)
    assert len(pictures) == 3
    assert 'name="granted"' in html
    shown = cast.browser("approver").get(pictures[0])
    assert shown["Content-Type"] == "image/jpeg"


def test_a_photograph_belongs_to_the_opinion_of_whoever_brought_it(cast):
    case = cast.accepted()
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="齐全。")
    inspected(cast, case)

    reviewed, on_site = presenting.opinions(case, case.materials.select_related("document"))

    assert (len(reviewed.photos), len(on_site.photos)) == (0, 3)
    assert reviewed.position == {}


def test_photographs_are_seen_before_the_opinion_is_given(cast):
    case = cast.accepted()
    photo = SimpleUploadedFile("现场.jpg", PHOTO.read_bytes())
    cases.add_site_photos(actor=cast.actor("inspector"), task=cast.task(case, "inspect"), files=[photo])

    assert "现场照片" in seen(cast.browser("reviewer"), f"/desk/cases/{case.uid}/")


def test_the_file_says_which_papers_are_not_there(cast):
    case = cast.submitted()

    page = seen(cast.browser("clerk"), f"/counter/cases/{case.uid}/")

    assert "从业人员健康证明 未提交（非必要）" in page
    assert "平面布局图" in page
    assert "floor-plan-sample.pdf" in page


def test_a_task_that_a_colleague_has_taken_shows_whose_it_is_and_no_form(cast):
    case = cast.accepted()
    task = cast.task(case, "review")
    workflow.claim(actor=cast.actor("reviewer"), task=task)
    cast.accounts["colleague"] = cast.another_official("reviewer")

    colleague = cast.browser("colleague")
    html = colleague.get(f"/desk/cases/tasks/{task.uid}/").content.decode()

    assert "吴志远已签收此任务" in html
    assert 'name="opinion"' not in html
    assert "同事已签收" in colleague.get("/desk/workflow/").content.decode()
    assert 'name="opinion"' in cast.browser("reviewer").get(f"/desk/cases/tasks/{task.uid}/").content.decode()


@pytest.mark.parametrize(
    ("who", "address", "says"),
    [
        ("clerk", "/counter/workflow/", "没有待办任务"),
        ("clerk", "/counter/workflow/?mine=1", "您还没有签收任务"),
        ("clerk", "/counter/cases/all/", "还没有办件"),
        ("clerk", "/counter/cases/all/?q=990102", "没有找到办件"),
        ("reviewer", "/desk/workflow/", "没有待办任务"),
        ("inspector", "/crew/workflow/", "没有待办任务"),
    ],
)
def test_an_empty_list_says_so_and_what_to_do_next(cast, who, address, says):
    assert says in seen(cast.browser(who), address)


def test_a_clock_that_stands_says_whether_the_promise_was_kept(cast):
    case = cast.decided()
    assert presenting.light_of(case).word == "按期办结"

    case.decided_on = case.promised_due_on + timedelta(days=1)
    assert presenting.light_of(case).word == "超期办结"
