"""Materials on pages: chosen files are taken along, nothing typed is lost, what one has is used again."""

import re

import pytest

from tests.cast import ANSWERS, FLOOR_PLAN, RULES, upload
from tongban.infrastructure.storage import sandbox
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.documents.models import Document

POINTS = [
    {"material": "floor-plan", "text": "请标明冷食专间的位置。"},
    {"material": "", "text": "请核对座位数。", "questions": ["seats"]},
]


@pytest.fixture
def agent(cast):
    return cast.browser("agent")


@pytest.fixture
def waiting(cast) -> Case:
    case = cast.submitted()
    return cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS)


def codes(case: Case) -> list[str]:
    return [material.code for material in Material.objects.of(case)]


def text(answer) -> str:
    return answer.content.decode()


@pytest.mark.found("A3")
def test_continue_takes_every_chosen_file_along(cast, agent):
    case = cast.draft(materials=False)
    files = {
        "file-floor-plan": [upload(FLOOR_PLAN), upload(FLOOR_PLAN, "二层.pdf")],
        "file-safety-rules": upload(RULES),
    }

    answer = agent.post(f"/cases/{case.uid}/materials/", {"continue": "1", **files})

    assert answer["Location"] == f"/cases/{case.uid}/review/"
    assert codes(case) == ["floor-plan", "floor-plan", "safety-rules"]


@pytest.mark.found("A3")
def test_a_chosen_file_that_is_refused_is_told_at_its_line_and_the_others_are_there(cast, agent):
    case = cast.draft(materials=False)
    files = {"file-floor-plan": upload(FLOOR_PLAN, "图.exe"), "file-safety-rules": upload(RULES)}

    answer = agent.post(f"/cases/{case.uid}/materials/", {"continue": "1", **files})

    assert answer.status_code == 422
    assert codes(case) == ["safety-rules"]
    line = re.search(r'id="material-floor-plan".*?</section>', text(answer), re.DOTALL)[0]
    assert "图.exe" in line


@pytest.mark.found("B8")
def test_a_line_says_what_it_takes_and_shows_its_sample(cast, agent):
    case = cast.draft(materials=False)

    page = text(agent.get(f"/cases/{case.uid}/materials/"))

    line = re.search(r'id="material-floor-plan".*?</section>', page, re.DOTALL)[0]
    accept = re.search(r'accept="([^"]*)"', line)[1].split(",")
    assert {".pdf", ".jpg", ".jpeg", ".png", "image/jpeg", "application/pdf"} <= set(accept)
    assert not {"image/*", ".heic"} & set(accept)
    assert 'data-max-bytes="10485760"' in line
    assert "10 MB" in line
    sample = re.search(r'href="([^"]*floor-plan-sample.pdf)"', line)[1]
    assert agent.get(sample).status_code == 200
    assert "必要" in line
    assert "必交" not in page


@pytest.mark.found("B8")
def test_what_one_brought_before_is_used_again_without_a_new_upload(cast, agent):
    first = cast.submitted()
    brought = Material.objects.of(first).get(code="floor-plan").document
    case = cast.draft(materials=False)
    assert case.pk != first.pk

    page = text(agent.get(f"/cases/{case.uid}/materials/"))
    answer = agent.post(f"/cases/{case.uid}/materials/", {"reuse": "floor-plan", "paper-floor-plan": str(brought.uid)})

    assert str(brought.uid) in page
    assert answer.status_code == 302
    assert Material.objects.of(case).get(code="floor-plan").document == brought


@pytest.mark.found("B8")
def test_nobody_uses_somebody_elses_document_or_one_of_another_kind_of_file(cast, agent):
    strange = cast.draft(materials=False)
    other = Document.objects.create(
        **{
            **Document.objects.filter(origin="issued").values(
                "kind", "title", "name", "blob_id", "origin", "trust", "as_of", "created_at"
            )[0],
            "owner": cast.people["stranger"],
        }
    )

    answer = agent.post(f"/cases/{strange.uid}/materials/", {"reuse": "floor-plan", "paper-floor-plan": str(other.uid)})

    assert answer.status_code == 422
    assert codes(strange) == []


@pytest.mark.found("B6")
def test_the_supplement_page_opens_only_what_was_asked_for(agent, waiting):
    page = text(agent.get(f"/cases/{waiting.uid}/supplement/"))

    assert 'name="seats"' in page
    assert 'name="premises_address"' not in page
    assert 'id="file-floor-plan"' in page
    assert 'id="file-safety-rules"' not in page
    assert ANSWERS["premises_address"] in page


@pytest.mark.found("A3")
def test_a_file_sent_from_the_supplement_page_leaves_what_was_typed(agent, waiting):
    typed = {"_shown": "seats", "seats": "77", "note": "已经改好"}

    page = text(
        agent.post(
            f"/cases/{waiting.uid}/materials/", {**typed, "upload": "floor-plan", "file-floor-plan": upload(FLOOR_PLAN)}
        )
    )

    assert 'value="77"' in page
    assert "已经改好" in page
    assert codes(waiting).count("floor-plan") == 2
    assert Case.objects.get(pk=waiting.pk).answers["seats"] != 77


@pytest.mark.found("A3")
def test_handing_the_supplement_in_takes_a_chosen_file_along(agent, waiting):
    sent = {"_shown": "seats", "seats": "28", "note": "已标明。", "file-floor-plan": upload(FLOOR_PLAN, "新图.pdf")}

    answer = agent.post(f"/cases/{waiting.uid}/supplement/", sent)

    assert answer["Location"] == f"/cases/{waiting.uid}/"
    case = Case.objects.get(pk=waiting.pk)
    assert (case.state, case.answers["seats"]) == ("submitted", 28)
    assert "新图.pdf" in [material.document.name for material in Material.objects.of(case)]


@pytest.mark.found("S-M6")
def test_what_a_page_sends_beyond_what_was_asked_for_is_refused(agent, waiting):
    sent = {"_shown": "seats premises_address", "seats": "28", "premises_address": "云泽市青石区某街9号"}

    answer = agent.post(f"/cases/{waiting.uid}/supplement/", sent)

    assert answer.status_code == 422
    assert "补正通知未要求修改此项" in text(answer)
    assert Case.objects.get(pk=waiting.pk).state == "supplement"


@pytest.mark.found("B6")
def test_the_window_sees_what_a_supplement_changed_and_what_it_left(cast, agent, waiting):
    before, old = waiting.answers["seats"], Material.objects.of(waiting).get(code="floor-plan").document
    agent.post(f"/cases/{waiting.uid}/materials/", {"remove": str(old.uid)})
    files = {"file-floor-plan": upload(FLOOR_PLAN, "新图.pdf")}
    agent.post(f"/cases/{waiting.uid}/supplement/", {"_shown": "seats", "seats": "28", **files})
    task = cast.task(waiting, "accept")

    page = text(cast.browser("clerk").get(f"/counter/cases/tasks/{task.uid}/"))

    told = re.search(r'id="changes".*?</section>', page, re.DOTALL)[0]
    assert re.search(rf"座位.*?<del>.*?{before}.*?</del>.*?<ins>.*?28.*?</ins>", told, re.DOTALL)
    assert "新图.pdf" in told
    assert f"files/{old.uid}/" in told
    assert "要求补正，未改动" not in told
    assert cast.browser("clerk").get(f"/counter/cases/{waiting.uid}/files/{old.uid}/").status_code == 200


@pytest.mark.found("B6")
def test_the_window_chooses_which_answers_may_be_changed(cast, agent):
    case = cast.submitted()
    task, clerk = cast.task(case, "accept"), cast.browser("clerk")
    sent = {"revision": case.revision, "questions": ["seats", "contact_name"]}

    alone = clerk.post(f"/counter/cases/tasks/{task.uid}/supplement/", {**sent, "point-floor-plan": "请重新标注。"})
    clerk.post(
        f"/counter/cases/tasks/{task.uid}/supplement/", {**sent, "point-": "请核对座位数和联系人。", "confirm": "1"}
    )

    assert alone.status_code == 422
    page = text(agent.get(f"/cases/{case.uid}/supplement/"))
    assert set(re.findall(r'data-question="([^"]+)"', page)) == {"seats", "contact_name"}


@pytest.mark.found("S")
def test_whoever_uploads_while_many_files_are_looked_at_is_told_when_to_try_again(cast, monkeypatch):
    case, chosen = cast.draft(materials=False), {"file-floor-plan": upload(FLOOR_PLAN)}
    monkeypatch.setattr(sandbox, "TURN_SECONDS", 0)
    for _turn in range(sandbox.AT_ONCE):
        sandbox._turns.acquire()
    try:
        answer = cast.browser("agent").post(f"/cases/{case.uid}/materials/", chosen)
    finally:
        for _turn in range(sandbox.AT_ONCE):
            sandbox._turns.release()

    assert answer.status_code == 503
    assert answer["Retry-After"] == "60"
    assert "请稍候一分钟" in answer.content.decode()


@pytest.mark.requirement("APP-S-25")
def test_every_material_is_a_file_that_the_office_opens_and_asks_for_anew(cast, agent):
    """Fetched or uploaded, looked at by the window on its screen, asked for again: nobody brings paper."""
    case = cast.draft(materials=False)
    cases.fetch_all(actor=cast.actor("agent"), case=case)
    sent = {"continue": "1", "file-floor-plan": upload(FLOOR_PLAN), "file-safety-rules": upload(RULES)}
    agent.post(f"/cases/{case.uid}/materials/", sent)
    assert codes(case) == ["business-licence", "floor-plan", "safety-rules"]
    plan = cases.plan_of(case.version)
    assert (plan.guide["visits"], {line["form"] for line in plan.lines}) == (0, {"electronic"})
    case = cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)

    clerk = cast.browser("clerk")
    for material in Material.objects.of(case):
        paper = clerk.get(f"/counter/cases/{case.uid}/files/{material.document.uid}/")
        assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    cases.request_supplement(actor=cast.actor("clerk"), task=cast.task(case, "accept"), points=POINTS[:1])
    told = agent.get(f"/cases/{case.uid}/supplement/")
    assert "请标明冷食专间的位置" in text(told)
