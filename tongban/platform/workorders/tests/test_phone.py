"""What phones send: by a form, by the script, and what waited for a day."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tongban.infrastructure.kernel import clock
from tongban.platform.workorders import services as workorders
from tongban.platform.workorders.models import WorkOrder, WorkOrderConflict, WorkOrderPhoto, WorkOrderStep
from tongban.platform.workorders.pages.crew import _ticket
from tongban.platform.workorders.tests.pictures import photo

PLACE = {"latitude": "30.5731", "longitude": "104.0672", "accuracy_m": "8"}


def sent(town, who, order, move, *, script=True, **said):
    files = {"photos_after": SimpleUploadedFile("after.jpg", photo(), "image/jpeg")} if move == "finish" else {}
    headers = {"accept": "application/json"} if script else {}
    ticket = _ticket(town.actor(who), order.uid)
    body = {"move": move, "ticket": ticket, **said, **files}
    return town.browser(who).post(f"/crew/workorders/{order.uid}/step/", body, headers=headers)


@pytest.fixture
def order(town) -> WorkOrder:
    return town.order(department=town.departments["roads"])


def test_a_form_without_script_does_all(town, order):
    for move, more in (("accept", {}), ("arrive", {}), ("finish", {"words": "已修补。", **PLACE})):
        assert sent(town, "crew", order, move, script=False, **more).status_code == 302

    assert WorkOrder.objects.get(pk=order.pk).state == "finished"


def test_a_form_that_lacks_evidence_says_what_is_missing(town, handled):
    answer = town.browser("crew").post(f"/crew/workorders/{handled.uid}/step/", {"move": "finish", "words": "好了"})

    assert answer.status_code == 422
    assert "缺少处置后照片" in answer.content.decode()


def test_a_day_without_a_connection_arrives_in_order_with_its_own_times(town, order):
    begun = clock.now() - timedelta(days=1)
    steps = [("accept", {}), ("arrive", {}), ("finish", {"words": "已修补。", **PLACE})]
    WorkOrderStep.objects.filter(order=order).update(at=begun - timedelta(hours=1), received_at=begun)
    for number, (move, more) in enumerate(steps):
        at = (begun + timedelta(hours=number)).isoformat()
        for _twice in range(2):
            answer = sent(town, "crew", order, move, key=f"k{number}", at=at, offline="on", **more)
            assert answer.json()["outcome"] == "taken"

    done = WorkOrderStep.objects.of(order).filter(offline=True)
    assert [(step.move, step.at) for step in done] == [
        (move, begun + timedelta(hours=number)) for number, (move, _more) in enumerate(steps)
    ]
    assert WorkOrderPhoto.objects.of(order).count() == 1


def test_an_order_taken_by_someone_else_meanwhile_is_flagged_and_nothing_is_lost(town, order):
    workorders.accept(actor=town.actor("mate"), order=order)

    accepted = sent(town, "crew", order, "accept", key="a", at=clock.now().isoformat(), offline="on")
    finished = sent(
        town, "crew", order, "finish", key="f", at=clock.now().isoformat(), offline="on", words="已修补。", **PLACE
    )

    assert [accepted.json()["outcome"], finished.json()["outcome"]] == ["conflict", "conflict"]
    kept = WorkOrderConflict.objects.of(order)
    assert [(one.move, one.words) for one in kept] == [("accept", ""), ("finish", "已修补。")]
    assert kept[1].photos.count() == 1
    # No evidence of the order's, and both sides see it.
    assert WorkOrderPhoto.objects.counted(order)["after"] == 0
    assert "冲突" in town.browser("crew").get("/crew/workorders/").content.decode()
    assert order.number in town.browser("dispatcher").get("/desk/workorders/board/").content.decode()


def test_the_same_conflict_twice_is_one(town, order):
    workorders.accept(actor=town.actor("mate"), order=order)
    for _twice in range(2):
        sent(town, "crew", order, "accept", key="a", at=clock.now().isoformat(), offline="on")

    assert WorkOrderConflict.objects.of(order).count() == 1


def test_an_order_that_went_to_another_department_meanwhile_is_flagged(town, order):
    workorders.reroute(
        actor=town.actor("dispatcher"), order=order, department=town.departments["parks"], words="属园林"
    )

    answer = sent(town, "crew", order, "accept", key="a", at=clock.now().isoformat(), offline="on")

    assert answer.json()["outcome"] == "conflict"
    assert WorkOrderConflict.objects.get().account == town.accounts["crew"].pk


def test_nobody_reaches_an_order_by_a_ticket_of_another(town, order):
    body = {"move": "accept", "ticket": _ticket(town.actor("crew"), order.uid), "offline": "on", "key": "x"}
    answer = town.browser("other_crew").post(f"/crew/workorders/{order.uid}/step/", body)

    assert answer.status_code == 404
    assert not WorkOrderConflict.objects.exists()


def test_a_phone_with_a_clock_ahead_is_flagged_on_the_page(town, handled):
    at = (clock.now() + timedelta(days=2)).isoformat()
    sent(town, "crew", handled, "arrive", key="z", at=at, offline="on")

    assert "手机时间快于系统时间" in town.browser("crew").get(f"/crew/workorders/{handled.uid}/").content.decode()


def test_the_worker_and_the_manifest_are_served_from_their_own_scope(client):
    worker = client.get("/crew/workorders/worker.js")
    manifest = client.get("/crew/workorders/manifest.webmanifest")

    assert worker["Content-Type"].startswith("text/javascript")
    assert manifest.json()["scope"] == "/crew/workorders/"
    assert "'self'" in worker["Content-Security-Policy"]


def test_a_late_step_is_dealt_with_once(town, order):
    workorders.accept(actor=town.actor("mate"), order=order)
    sent(town, "crew", order, "accept", key="a", at=clock.now().isoformat(), offline="on")
    conflict = WorkOrderConflict.objects.get()

    workorders.settle_conflict(actor=town.actor("dispatcher"), conflict=conflict, words="由同事处置")
    with pytest.raises(workorders.SettledAlready):
        workorders.settle_conflict(actor=town.actor("dispatcher"), conflict=conflict, words="再一次")
