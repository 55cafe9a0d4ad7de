"""Tasks about cases in the one to-do list, and the way there."""

import pytest

from tongban.infrastructure.kernel import links
from tongban.platform.cases.pages import presenting


def test_a_case_that_came_in_stands_in_the_list_of_the_window(cast):
    case = cast.submitted()
    task = cast.task(case, "accept")

    page = cast.browser("clerk").get("/counter/workflow/").content.decode()

    assert case.number in page
    assert f"/counter/cases/tasks/{task.uid}/" in page
    assert case.applicant_name in page


@pytest.mark.parametrize(
    ("who", "old", "new"),
    [
        ("reviewer", "/desk/cases/?late=over", "/desk/workflow/?late=over"),
        ("clerk", "/counter/cases/", "/counter/workflow/"),
        ("inspector", "/crew/cases/", "/crew/workflow/"),
    ],
)
def test_where_the_list_once_stood_leads_to_it(cast, who, old, new):
    assert cast.browser(who).get(old).headers["Location"] == new


@pytest.mark.parametrize(("who", "portal"), [("reviewer", "desk"), ("clerk", "counter"), ("inspector", "crew")])
def test_the_working_day_begins_at_the_list(cast, who, portal):
    assert cast.browser(who).get(f"/{portal}/").headers["Location"] == f"/{portal}/workflow/"


def test_an_inspection_is_done_outdoors_and_at_the_desk_where_there_is_no_portal_outdoors(monkeypatch):
    uid = "00000000-0000-4000-8000-000000000001"

    assert presenting.task_address("inspect", uid, "desk") == f"/crew/cases/tasks/{uid}/"
    assert presenting.task_address("review", uid, "desk") == f"/desk/cases/tasks/{uid}/"
    monkeypatch.setattr(links, "_pages", dict)
    assert presenting.task_address("inspect", uid, "desk") == f"/desk/cases/tasks/{uid}/"
