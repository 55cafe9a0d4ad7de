"""HTML of an application's pages on its way, and of refusals, which no link leads to: the Nu checker finds no fault.

The pages that links lead to are looked at in `tests/journeys/test_every_page.py`.
"""

import pytest

from tests.cast import cast  # noqa: F401
from tests.journeys import nu

pytestmark = [pytest.mark.slow, pytest.mark.found("J-HTML"), pytest.mark.django_db]
needs_checker = pytest.mark.skipif(not nu.there(), reason="the Nu checker or Java is not there; see tools/setup.py")


def source(client, path: str, sent: dict[str, str] | None = None) -> str:
    answer = client.get(path) if sent is None else client.post(path, sent)
    assert answer.status_code in {200, 404, 409, 422}, f"{path}: {answer.status_code} {answer.headers.get('Location')}"
    return answer.content.decode()


@needs_checker
def test_every_page_of_an_application_on_its_way_is_valid(cast, tmp_path):  # noqa: F811
    agent, clerk = cast.browser("agent"), cast.browser("clerk")
    done, waiting, draft = cast.decided(granted=False), cast.submitted(), cast.draft()
    task = cast.task(waiting, "accept")
    pages = {
        path: source(agent, path)
        for path in (
            "/cases/begin/food-business/",
            f"/cases/{draft.uid}/fill/business/",
            f"/cases/{draft.uid}/materials/",
            f"/cases/{draft.uid}/review/",
            f"/cases/{draft.uid}/discard/",
            f"/cases/{waiting.uid}/",
            f"/cases/{waiting.uid}/submitted/",
            f"/cases/{waiting.uid}/withdraw/",
            f"/cases/{done.uid}/",
        )
    }
    window = f"/counter/cases/tasks/{task.uid}/"
    pages |= {window: source(clerk, window), "refused task": source(clerk, f"{window}not-accept/", {})}
    pages |= {
        "refused answers": source(agent, f"/cases/{draft.uid}/fill/business/", {"_shown": "business_form"}),
        "refused review": source(agent, f"/cases/{draft.uid}/review/", {}),
        "not there": source(agent, "/cases/none/"),
        "refused query": source(agent, "/cases/query/", {"number": "x", "code": "y"}),
    }

    assert not nu.faults(pages, tmp_path)


@needs_checker
@pytest.mark.parametrize(
    "planted",
    [
        '<time datetime="2026-03-05T14:30:00.123456+08:00">x</time>',
        '<select maxlength="80"><option>a</option></select>',
        '<p id="a"></p><p id="a"></p>',
        '<input hx-get="/suggest/">',
    ],
)
def test_the_checker_sees_a_fault(planted, tmp_path):
    page = f"<!DOCTYPE html><html lang=zh-Hans><title>x</title><body><main>{planted}</main></body></html>"

    assert nu.faults({"planted": page}, tmp_path)
