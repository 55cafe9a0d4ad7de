"""A case that was refused says so, why, and what can be done until when; one may apply again with the same answers."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.cast import ANSWERS
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.rules import remedies
from tongban.platform.cases.services import outcomes
from tongban.platform.codes import services as codes
from tongban.platform.documents import services as documents
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.found("A5")

REASON = "未设专间，不符合食品安全法第三十三条规定的条件。"
MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def refused(cast, on):
    with on(MORNING):
        return cast.decided(granted=False)


@pytest.fixture
def not_accepted(cast, on):
    with on(MORNING):
        case = cast.submitted()
        task = cast.task(case, "accept")
        case = cases.not_accept(actor=cast.actor("clerk"), task=task, reason=REASON)
        jobs.run_all()
        return Case.objects.get(pk=case.pk)


def shown(browser, path):
    return browser.get(path).content.decode()


def test_a_refused_case_says_so_with_reason_last_days_and_whom_to_ask(cast, refused):
    page = shown(cast.browser("agent"), f"/cases/{refused.uid}/")

    box = re.search('<section class="panel panel--refused".*?</section>', page, re.DOTALL).group()
    assert "不予许可" in box
    assert REASON in box
    assert "不予行政许可决定书" in box
    assert "行政复议法" in box
    assert "云泽市人民政府" in box
    assert "2026年9月2日" in box, "six months from the day of the decision"
    assert re.search('<a class="number tel" href="tel:[0-9-]+">', box)
    assert "按原内容重新申请" in page
    assert "已办结" not in page
    assert "无需再做" not in page


def test_a_last_day_that_a_notice_about_holidays_may_move_says_so(cast, refused, on):
    note = "次年节假日安排公布后，这一天可能调整。"
    with on(datetime(2026, 11, 2, 1, tzinfo=UTC)):
        late = cast.decided(granted=False)

    assert note not in shown(cast.browser("agent"), f"/cases/{refused.uid}/")
    assert shown(cast.browser("agent"), f"/cases/{late.uid}/").count(note) == 2


def test_a_case_that_is_not_accepted_says_the_same(cast, not_accepted):
    page = shown(cast.browser("agent"), f"/cases/{not_accepted.uid}/")

    assert "panel--refused" in page
    assert "不予受理" in page
    assert REASON in page
    assert "按原内容重新申请" in page
    assert "无需再做" not in page


@pytest.mark.parametrize(
    ("granted", "word", "icon"), [(True, "已办结（准予许可）", "green"), (False, "不予许可", "red")]
)
def test_lists_tell_granted_from_refused_in_words_and_shape(cast, granted, word, icon):
    cast.decided(granted=granted)

    page = shown(cast.browser("agent"), "/cases/")
    assert re.search(f'<span class="tag tag--{icon}"><svg.*?</svg> {word}</span>', page, re.DOTALL)
    assert word in shown(cast.browser("approver"), "/desk/cases/all/")


def test_whoever_asks_with_both_numbers_reads_it_too(client, refused):
    answer = client.post("/cases/query/", {"number": refused.number, "query_code": refused.query_code})

    page = answer.content.decode()
    assert "不予许可" in page
    assert REASON in page
    assert "行政诉讼" in page
    assert "/files/" not in page


def test_the_notice_of_a_refusal_does_not_sound_like_a_success(cast, refused):
    notice = Notice.objects.get(key__startswith=f"case:{refused.pk}:completed:")

    assert "未获批准" in notice.title
    assert "救济" in notice.body


def test_one_applies_again_with_the_same_answers_and_fresh_facts(cast, refused):
    browser = cast.browser("agent")

    answer = browser.post(f"/cases/{refused.uid}/again/")
    browser.post(f"/cases/{refused.uid}/again/")

    draft = Case.objects.drafts().get()
    assert answer["Location"].startswith(f"/cases/{draft.uid}/")
    assert draft.answers["kitchen_area"] == ANSWERS["kitchen_area"]
    assert draft.answers["operator_name"] == "云泽市禾香餐饮有限公司"
    assert draft.sources["uscc"]["title"] == "法人库"
    agent = cast.actor("agent")
    offered = documents.reusable(cases.materials_of(agent, draft), actor=agent)
    assert offered["floor-plan"][0].kind == "floor-plan"


def test_an_unfinished_draft_keeps_its_own_answers(cast, refused):
    draft = cases.begin(actor=cast.actor("agent"), service="food-business")
    cases.fill(actor=cast.actor("agent"), case=draft, answers={"seats": 12}, revision=draft.revision)

    again, copied = cases.begin_again(actor=cast.actor("agent"), case=refused)

    assert (again.pk, copied) == (draft.pk, False)
    assert again.answers["seats"] == 12


def test_nobody_else_applies_again_and_nobody_for_what_was_granted(cast, refused):
    with pytest.raises(NotFound):
        cases.begin_again(actor=cast.actor("stranger"), case=refused)
    assert cast.browser("stranger").post(f"/cases/{refused.uid}/again/").status_code == 404

    granted = cast.decided()
    with pytest.raises(cases.WrongCaseState):
        cases.begin_again(actor=cast.actor("agent"), case=granted)


def test_last_days_follow_the_law_of_the_day_and_the_calendar(db):
    codes.load_shipped()
    rows = {row["key"]: row for row in remedies.in_force(outcomes._rows(), date(2026, 3, 2))}
    calendar = codes.calendar()

    # 1 May 2026 is a holiday; 60 days from 2 March are 1 May.
    assert calendar.is_workday(remedies.last_day(rows["review"], date(2026, 3, 2), calendar))
    assert remedies.last_day(rows["review"], date(2026, 3, 2), calendar) > date(2026, 5, 1)
    assert remedies.last_day(rows["litigation"], date(2026, 3, 2), calendar) == date(2026, 9, 2)
    # Half a year after the last of August is the last of February, a Sunday; Monday is the day.
    assert remedies.last_day(rows["litigation"], date(2026, 8, 31), calendar) == date(2027, 3, 1)
    assert not remedies.in_force(outcomes._rows(), date(2000, 1, 1))
