"""After signing in, the hall begins with what is one's own."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import cast  # noqa: F401
from tongban.infrastructure.jobs import services as jobs
from tongban.platform.cases import services as cases
from tongban.platform.notices.models import Notice

POINTS = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}, {"material": "", "text": "请核对座位数。"}]


@pytest.fixture
def asked(cast):  # noqa: F811
    case = cast.submitted()
    case = cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)
    jobs.run_all()
    return case


def start(cast, name="agent"):  # noqa: F811
    return cast.browser(name).get("/").content.decode()


@pytest.mark.found("B1")
def test_the_start_page_says_what_waits_for_me(cast, asked):  # noqa: F811
    draft = cases.begin(actor=cast.actor("agent"), service="food-business")
    page = start(cast)

    assert f'href="/cases/{asked.uid}/supplement/"' in page
    assert "待补正" in page
    assert "告知补正" in page
    assert f'href="/cases/{draft.uid}/"' in page
    assert "未读消息" in page
    assert 'class="bar' in page
    assert page.index("待补正") < page.index("您想办什么事？", page.index("<main"))


@pytest.mark.found("B1")
def test_the_start_page_shows_results_and_licences(cast):  # noqa: F811
    cast.decided()

    page = start(cast)
    assert "已办结（准予许可）" in page
    assert "电子证照" in page


@pytest.mark.found("B1")
def test_nobody_sees_what_is_anothers(cast, asked):  # noqa: F811
    assert asked.uid not in start(cast, "stranger")
    assert "我的待办" in start(cast, "stranger")


@pytest.mark.found("B1")
def test_strangers_cost_nothing_more(client, cast):  # noqa: F811
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/").content.decode()

    assert len(queries) <= 1
    assert "我的待办" not in page
    assert 'class="bar' not in page


@pytest.mark.found("B1")
def test_mine_leads_to_what_is_personal_with_the_unread(cast, asked):  # noqa: F811
    page = cast.browser("agent").get("/mine/").content.decode()

    assert "/licences/" in page
    assert "/notices/" in page
    assert "badge" in page


@pytest.mark.found("B15")
def test_the_letter_names_what_is_missing(asked):
    notice = Notice.objects.get(key__startswith=f"case:{asked.pk}:supplement_requested:")

    name = cases.plan_of(asked.version).line("floor-plan")["name"]
    assert f"1. {name}：请标明冷食专间的位置。" in notice.body
    assert "2. 请核对座位数。" in notice.body
