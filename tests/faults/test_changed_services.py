"""A service that is withdrawn or changed while somebody fills in its form: told at the next step, and led on."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cast import FLOOR_PLAN, Cast, definition, upload
from tests.faults.hostile_inputs import send
from tests.faults.html_page import Page
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service, Version

GONE = "该事项已停止办理"
CHANGED = "填写期间该事项已更新"
DROPPED = "operation_flow"


@pytest.fixture
def changed(cast: Cast, tmp_path: Path) -> Callable[..., Version]:
    """Put a new version of the food business licence in force, its form changed by the function given."""

    def change(alter: Callable[[dict[str, Any]], None]) -> Version:
        folder = Path(shutil.copytree(definition("food-business"), tmp_path / "food-business"))
        form, examples = (json.loads((folder / name).read_text()) for name in ("form.json", "examples.json"))
        alter(form)
        for example in examples:
            fit(example["answers"], form)
        (folder / "form.json").write_text(json.dumps(form, ensure_ascii=False))
        (folder / "examples.json").write_text(json.dumps(examples, ensure_ascii=False))
        draft = catalogue.load(actor=SYSTEM, folder=folder)
        return catalogue.publish(actor=SYSTEM, version=draft.version)

    return change


def fit(answers: dict[str, Any], form: dict[str, Any]) -> None:
    """Make the answers of an example fit the changed form."""
    known = form["schema"]["properties"]
    for name in list(answers):
        if name not in known:
            del answers[name]
    if "opening_hours" in known and "paper_copy" in answers:
        answers["opening_hours"] = "每日7时至21时"
    if known["exits"].get("type") == "string" and "exits" in answers:
        answers["exits"] = "前后各一处"


def another_question(form: dict[str, Any]) -> None:
    """Ask for the hours, no longer for the flow of the work, and for the exits in words."""
    schema, (*steps, delivery) = form["schema"], form["layout"]
    schema["properties"]["opening_hours"] = {"type": "string", "maxLength": 50}
    schema["required"].append("opening_hours")
    del schema["properties"][DROPPED]
    for rule in schema["allOf"]:
        rule["then"]["required"] = [name for name in rule["then"]["required"] if name != DROPPED]
    for step in steps:
        step["fields"] = [field for field in step["fields"] if field["name"] != DROPPED]
    delivery["fields"].append({"name": "opening_hours", "label": "营业时间", "widget": "text"})
    schema["properties"]["exits"] = {"type": "string", "maxLength": 50}
    exits = next(field for step in steps for field in step["fields"] if field["name"] == "exits")
    exits["widget"] = "text"


def test_whoever_fills_in_a_withdrawn_service_is_told_at_the_next_step_and_keeps_the_draft(cast: Cast):
    case, browser = cast.draft(), cast.browser("agent")
    sent = [("revision", str(case.revision)), ("operator_name", case.answers["operator_name"])]
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.get(code="food-business"), reason="并入其他事项")

    answer = send(browser, f"/cases/{case.uid}/fill/operator/", [*sent, ("contact_name", "周文博")])
    shown = Page(browser.get(f"/cases/{case.uid}/review/"))
    handed_in = Page(send(browser, f"/cases/{case.uid}/review/", [("declared", "on")]))

    assert answer.status_code in {302, 422}
    assert GONE in (Page(answer) if answer.status_code == 422 else Page(browser.get(answer["Location"]))).text
    assert GONE in shown.text
    assert handed_in.status == 409
    assert GONE in handed_in.text
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.answers["contact_name"], now.answers["seats"]) == ("draft", "周文博", case.answers["seats"])
    assert f"/cases/{case.uid}/" in Page(browser.get("/cases/")).html


def test_a_withdrawn_service_cannot_be_begun_from_a_page_that_is_still_open(cast: Cast):
    browser = cast.browser("agent")
    form = Page(browser.get("/cases/begin/food-business/"))
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.get(code="food-business"), reason="停办")

    page = Page(send(browser, "/cases/begin/food-business/", [("once", form.controls["once"][0])]))

    assert page.status in {404, 409}
    assert "没有" in page.text
    assert not Case.objects.exists()


def test_whoever_fills_in_a_changed_service_is_told_and_taken_over_with_all_answers_that_still_fit(cast: Cast, changed):
    case, browser = cast.draft(), cast.browser("agent")
    first = case.version
    second = changed(another_question)

    step = send(
        browser,
        f"/cases/{case.uid}/fill/delivery/",
        [("revision", str(case.revision)), ("_shown", "paper_copy"), ("paper_copy", "false")],
    )
    told = Page(browser.get(step["Location"]))
    refused = Page(send(browser, f"/cases/{case.uid}/review/", [("declared", "on")]))
    moved = browser.post(f"/cases/{case.uid}/move-on/")
    now = Case.objects.get(pk=case.pk)

    assert CHANGED in told.text
    assert f"/cases/{case.uid}/move-on/" in told.html
    assert refused.status == 409
    assert CHANGED in refused.text
    assert moved.status_code == 302
    assert CHANGED not in Page(browser.get(moved["Location"])).text
    assert (now.version, now.version == first) == (second, False)
    assert DROPPED in case.answers
    assert DROPPED not in now.answers
    kept = {name: value for name, value in case.answers.items() if name != DROPPED}
    assert {name: now.answers[name] for name in kept} == kept | {"paper_copy": False}
    assert len(cases.checklist(now).missing) == 0, "the materials came along"


def test_after_it_was_taken_over_only_what_is_new_is_asked_and_it_can_be_handed_in(cast: Cast, changed):
    case, browser = cast.draft(), cast.browser("agent")
    changed(another_question)
    browser.post(f"/cases/{case.uid}/move-on/")

    wrong = cases.checklist(Case.objects.get(pk=case.pk)).problems
    review = Page(browser.get(f"/cases/{case.uid}/review/"))
    fill(browser, case, "premises", exits="前后各一处")
    fill(browser, case, "delivery", opening_hours="每日7时至21时", paper_copy="false")
    answer = send(browser, f"/cases/{case.uid}/review/", [("declared", "on")])

    assert set(wrong) == {"exits", "opening_hours"}
    assert "营业时间" in review.text
    assert answer.status_code == 302
    now = Case.objects.get(pk=case.pk)
    assert (now.state, now.answers["exits"]) == ("submitted", "前后各一处")


def fill(browser: Any, case: Case, step: str, **answers: str) -> None:
    """Send a step as it stands on the page, with these answers changed."""
    page = Page(browser.get(f"/cases/{case.uid}/fill/{step}/"))
    sent = [(name, value) for name, values in page.controls.items() for value in values if name not in answers]
    answer = send(browser, f"/cases/{case.uid}/fill/{step}/", [*sent, *answers.items()])
    assert answer.status_code == 302, Page(answer).summary


def test_a_second_window_of_the_old_form_overwrites_nothing_after_moving_on(cast: Cast, changed):
    case, browser = cast.draft(), cast.browser("agent")
    old = [("revision", str(case.revision)), ("_shown", "paper_copy"), ("paper_copy", "true")]
    changed(another_question)
    browser.post(f"/cases/{case.uid}/move-on/")
    before = Case.objects.get(pk=case.pk)

    page = Page(send(browser, f"/cases/{case.uid}/fill/delivery/", old))

    assert "opening_hours" in page.names, "the page is shown again with the question it did not have"
    after = Case.objects.get(pk=case.pk)
    assert (after.answers, after.version_id) == (before.answers, before.version_id)


def test_a_step_that_is_not_asked_any_more_leads_to_the_first(cast: Cast, changed):
    def without_delivery(form: dict[str, Any]) -> None:
        another_question(form)
        form["layout"][-2]["fields"] += form["layout"].pop()["fields"]

    case, browser = cast.draft(), cast.browser("agent")
    changed(without_delivery)
    browser.post(f"/cases/{case.uid}/move-on/")

    answer = browser.get(f"/cases/{case.uid}/fill/delivery/", follow=True)

    assert answer.redirect_chain[-1][0] == f"/cases/{case.uid}/fill/operator/"
    assert "请从这里继续填写" in Page(answer).text


def test_moving_on_twice_or_without_need_does_no_harm(cast: Cast, changed):
    case, browser = cast.draft(), cast.browser("agent")
    changed(another_question)

    answers = [browser.post(f"/cases/{case.uid}/move-on/").status_code for _time in range(2)]

    assert answers == [302, 302]
    assert Case.objects.get(pk=case.pk).answers["seats"] == case.answers["seats"]


def test_a_draft_of_a_service_that_is_gone_cannot_move_on_and_says_so(cast: Cast):
    case, browser = cast.draft(), cast.browser("agent")
    catalogue.withdraw(actor=SYSTEM, service=Service.objects.get(code="food-business"), reason="停办")

    page = Page(browser.post(f"/cases/{case.uid}/move-on/"))

    assert page.status == 409
    assert GONE in page.text
    assert Case.objects.get(pk=case.pk).state == "draft"


def test_what_was_handed_in_stays_under_its_version_and_takes_a_supplement_by_it(cast: Cast, changed):
    case = cast.submitted()
    changed(another_question)
    points = [{"material": "floor-plan", "text": "请标明冷食专间的位置。"}]
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=points)
    browser = cast.browser("agent")

    page = Page(browser.get(f"/cases/{case.uid}/supplement/"))
    browser.post(f"/cases/{case.uid}/materials/", {"code": "floor-plan", "file": upload(FLOOR_PLAN)})
    sent = [(name, value) for name, values in page.controls.items() for value in values if name != "code"]
    answer = send(browser, f"/cases/{case.uid}/supplement/", sent)

    assert "opening_hours" not in page.names
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).state == "submitted"
