"""Officials narrow and order their lists; their choice stands in the address, an empty list says what to drop."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.journal.models import Fact, Reading
from tongban.infrastructure.kernel import clock
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import PAGE
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.found("B16")

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def numbers(page):
    found = re.findall(r"\d{6}-\d{8}-\w{7}", page.content.decode())
    return list(dict.fromkeys(found))


@pytest.fixture
def three(cast):
    """Three that came in on three days of a week, none of them answered."""
    found = []
    for days in range(3):
        with clock.at(MONDAY + timedelta(days=days)):
            found.append(cast.submitted().number)
    return found


def test_the_windows_inbox_is_narrowed_by_lateness(cast, three):
    window = cast.browser("clerk")
    with clock.at(MONDAY + timedelta(days=8)):  # Tuesday; the first was to be answered on Monday
        assert numbers(window.get("/counter/workflow/")) == three
        assert numbers(window.get("/counter/workflow/?late=over")) == three[:1]
        assert numbers(window.get("/counter/workflow/?late=today")) == three[1:2]
        assert numbers(window.get("/counter/workflow/?late=soon")) == three[1:]


def test_all_cases_are_narrowed_by_lateness_too(cast, three):
    window = cast.browser("clerk")
    with clock.at(MONDAY + timedelta(days=8)):
        assert numbers(window.get("/counter/cases/all/")) == three[::-1]
        assert numbers(window.get("/counter/cases/all/?order=day")) == three
        assert numbers(window.get("/counter/cases/all/?late=over")) == three[:1]
        assert numbers(window.get("/counter/cases/all/?late=over&state=accepted")) == []
        assert numbers(window.get(f"/counter/cases/all/?late=today&q={three[1]}")) == three[1:2]


def test_a_case_whose_clocks_stand_still_is_found(cast):
    running, paused = cast.accepted(), cast.accepted()
    cases.begin_procedure(actor=cast.actor("approver"), uid=paused.uid, procedure="检验检测", days=10)
    desk = cast.browser("approver")

    assert numbers(desk.get("/desk/cases/all/?late=still")) == [paused.number]
    assert numbers(desk.get("/desk/cases/all/?order=day")) == [running.number, paused.number]


def test_lists_are_narrowed_by_service(cast):
    case = cast.accepted()
    window, desk = cast.browser("clerk"), cast.browser("reviewer")
    cast.submitted()

    for browser, address in (
        (window, "/counter/workflow/?topic"),
        (desk, "/desk/workflow/?topic"),
        (desk, "/desk/cases/all/?service"),
    ):
        page = browser.get(f"{address}=food-business")
        assert numbers(page)
        assert '<option value="food-business" selected>食品经营许可</option>' in page.content.decode()
    Task.objects.filter(subject=case.subject).update(topic="another")
    assert case.number not in numbers(desk.get("/desk/workflow/?topic=food-business"))
    assert case.number in numbers(desk.get("/desk/workflow/"))


def test_the_inbox_runs_by_day_or_by_arrival(cast):
    first, second = cast.accepted(), cast.accepted()
    Task.objects.filter(subject=first.subject).update(due_on=clock.today() + timedelta(days=60))
    desk = cast.browser("reviewer")

    assert numbers(desk.get("/desk/workflow/")) == [second.number, first.number]
    assert numbers(desk.get("/desk/workflow/?order=arrival")) == [first.number, second.number]


def test_filters_stay_while_pages_are_turned(cast):
    for _number in range(PAGE + 1):
        cast.submitted()
    window = cast.browser("clerk")

    page = window.get("/counter/cases/all/?service=food-business&order=day")
    further = re.search(r'rel="next" href="\?([^"]+)"', page.content.decode())[1].replace("&amp;", "&")

    assert "service=food-business" in further
    assert "order=day" in further
    assert len(numbers(page)) == PAGE
    assert len(set(numbers(window.get(f"/counter/cases/all/?{further}"))) - set(numbers(page))) == 1


def test_an_empty_list_says_which_filter_to_drop(cast, three):
    page = cast.browser("reviewer").get("/desk/cases/all/?service=food-business&state=withdrawn").content.decode()

    assert "没有找到办件" in page
    assert re.search(r'href="\?service=food-business"[^>]*>\s*<span[^>]*>去掉 ?</span>状态：', page)
    assert re.search(r'href="\?state=withdrawn"[^>]*>\s*<span[^>]*>去掉 ?</span>事项：食品经营许可', page)
    inbox = cast.browser("clerk").get("/counter/workflow/?late=today").content.decode()
    assert re.search(r'href="\?"[^>]*>\s*<span[^>]*>去掉 ?</span>期限：今天到期', inbox)


def test_the_narrowed_list_leaves_the_house_for_a_purpose_that_is_kept(cast):
    case, other = cast.accepted(), cast.decided()
    desk = cast.browser("reviewer")
    address = "/desk/cases/all/export/?state=accepted"

    assert address in desk.get("/desk/cases/all/?state=accepted").content.decode()
    assert "状态：审查中" in desk.get(address).content.decode()
    assert desk.post(address, {"purpose": ""}).status_code == 422
    table = b"".join(desk.post(address, {"purpose": "季度检查"})).decode()

    assert case.number in table
    assert other.number not in table
    fact = Fact.objects.get(name="cases.CasesExported")
    assert (fact.reason, fact.data["cases"], fact.data["asked"]) == ("季度检查", 1, {"state": "accepted"})
    assert Reading.objects.filter(fact=fact, party=case.applicant_id).exists()


def test_a_copy_is_read_before_anything_is_written(cast):
    case = cast.accepted()
    with CaptureQueriesContext(connection) as queries:
        cases.exported(actor=cast.actor("reviewer"), purpose="季度检查", asked={})

    said = [query["sql"] for query in queries]
    reads = [place for place, sql in enumerate(said) if sql.startswith("SELECT") and "cases_" in sql]
    assert case.number
    assert max(reads) < next(place for place, sql in enumerate(said) if sql.startswith("SAVEPOINT"))


@pytest.mark.parametrize(
    "address", ["/counter/workflow/?late=over", "/counter/cases/all/?late=over", "/counter/cases/all/?q=99"]
)
def test_an_order_is_offered_only_where_it_counts(cast, address):
    window = cast.browser("clerk")
    plain = address.partition("?")[0]

    assert 'name="order"' in window.get(plain).content.decode()
    assert 'name="order"' not in window.get(address).content.decode()


def test_only_whoever_reads_cases_takes_a_copy(cast):
    assert cast.browser("clerk").get("/desk/cases/all/export/").status_code == 403
    assert "导出清单" not in cast.browser("clerk").get("/counter/cases/all/").content.decode()
