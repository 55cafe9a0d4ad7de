"""The pages and endpoints: what they show to whom, and what a form that is wrong says."""

import json
from datetime import time, timedelta

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import Camera, PatrolVisit, SafetyAlarm, VideoRequest
from tongban.applications.safecity.tests import building
from tongban.applications.safecity.tests.conftest import NOON
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.requests.models import PublicRequest


def text(answer):
    return answer.content.decode()


def key_of(name, duty):
    account = Account.objects.get(login=name)
    return identity.make_token(actor=SYSTEM, account=account, title="测试", duties=[duty])[1]


def posted(client, path, key, body):
    headers = {"authorization": f"Bearer {key}"}
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_everybody_reads_where_a_camera_is_and_why_and_may_ask_about_it(client, city, camera):
    page = text(client.get(f"/safecity/cameras/{camera.uid}/"))
    for shown in (camera.purpose, camera.legal_basis, camera.sign, camera.operator, "30天"):
        assert shown in page
    assert building.STREAM not in page
    answer = client.post(f"/safecity/cameras/{camera.uid}/", {"words": "录像保存多久？", "name": "", "phone": ""})
    asked = PublicRequest.objects.get()
    assert (asked.office, asked.about) == (camera.department, f"camera:{camera.pk}")
    assert asked.number in text(answer)


def test_a_camera_whose_term_is_over_is_shown_to_nobody_in_the_hall(client, city, camera):
    with clock.at(NOON + timedelta(days=366)):
        assert camera.name not in text(client.get("/safecity/"))
        assert client.get(f"/safecity/cameras/{camera.uid}/").status_code == 404


def test_video_is_asked_for_approved_by_another_and_opened_once(city, camera):
    watch, lead = city.browser("watch"), city.browser("lead")
    sent = {"matter": "警情1", "purpose": "核实现场", "minutes": "10"}
    assert watch.post(f"/desk/safecity/cameras/{camera.uid}/video/", sent).status_code == 302
    asked = VideoRequest.objects.get()
    page = f"/desk/safecity/video/{asked.uid}/"
    assert watch.post(page, {"granted": "yes", "words": ""}).status_code == 403
    assert lead.post(page, {"granted": "yes", "words": ""}).status_code == 302
    opened = watch.post(f"{page}open/")
    shown = watch.get(opened.url)
    assert building.STREAM in text(shown)
    assert "media-src https://video.example" in shown["Content-Security-Policy"]
    assert watch.get(opened.url).status_code == 404
    assert "核实现场" in text(lead.get("/desk/safecity/video/looks/"))
    assert watch.get("/desk/safecity/video/looks/").status_code == 403


def test_what_is_wrong_in_an_entry_is_said_and_nothing_typed_is_lost(city):
    sent = city.browser("lead").post("/desk/safecity/cameras/new/", {"name": "北门", "retention_days": "3"})
    assert sent.status_code == 422
    assert "北门" in text(sent)
    assert Camera.objects.count() == 1


def test_one_picture_shows_people_and_technology(city, office, camera, device):
    plans = [safecity.CheckpointPlan("东门", 30.2601, 118.3305, time(11), time(13))]
    lead = city.actor("lead")
    route = safecity.plan_route(actor=lead, department=office, area=office.area, name="湖滨线", checkpoints=plans)
    officer = Account.objects.get(login="walker")
    safecity.plan_shift(actor=lead, route=route, officer=officer, day=NOON.date(), begins=time(8))
    desk = city.browser("lead")
    page = text(desk.get("/desk/safecity/"))
    assert all(shown in page for shown in ("湖滨线", "walker", device.name))
    signs = {mark["sign"] for mark in desk.get("/desk/safecity/marks/").json()["marks"]}
    assert signs == {"摄", "设", "巡"}
    assert not city.browser("neighbour").get("/desk/safecity/marks/").json()["marks"]


def test_a_phone_checks_in_with_its_own_time_and_hears_why_not(city, office):
    plans = [safecity.CheckpointPlan("东门", 30.2601, 118.3305, time(11), time(13))]
    lead = city.actor("lead")
    route = safecity.plan_route(actor=lead, department=office, area=office.area, name="湖滨线", checkpoints=plans)
    officer = Account.objects.get(login="walker")
    shift = safecity.plan_shift(actor=lead, route=route, officer=officer, day=NOON.date(), begins=time(8))
    visit, phone = PatrolVisit.objects.get(), city.browser("walker")
    assert "湖滨线" in text(phone.get("/crew/safecity/"))
    there = f"/crew/safecity/{shift.uid}/{visit.uid}/"
    said = phone.post(there, {"latitude": "30.3", "longitude": "118.3"}, headers={"accept": "application/json"})
    assert (said.status_code, said.json()["outcome"]) == (422, "refused")
    sent = {"code": visit.checkpoint.code, "at": "2026-08-03T11:40:00+08:00", "offline": "on"}
    for _time in range(2):
        assert phone.post(there, sent, headers={"accept": "application/json"}).json()["outcome"] == "taken"
    visit.refresh_from_db()
    assert (visit.offline, visit.checked_at.isoformat()) == (True, "2026-08-03T03:40:00+00:00")


def test_an_approved_system_sends_words_and_a_place(client, city, office):
    source = safecity.propose_source(
        actor=city.actor("lead"), entry=building.source_entry(office, "sender", office.area)
    )
    safecity.approve_source(actor=city.actor("lead2"), source=source)
    key = key_of("sender", "safecity.send_alarm")
    body = {"source": str(source.uid), "key": "1", "title": "车站路线索", "at": "2026-08-03T12:00:00+08:00"}
    answers = [posted(client, "/api/v1/safecity/alarms", key, body) for _time in range(2)]
    assert {answer.json()["state"] for answer in answers} == {"waiting"}
    assert SafetyAlarm.objects.count() == 1
    with_a_face = posted(client, "/api/v1/safecity/alarms", key, body | {"face": "…"})
    assert with_a_face.status_code == 422


def test_a_person_reads_their_positions_and_who_read_them(city, office):
    entry = safecity.OrderEntry(
        party=city.people["citizen"], department=office, area=office.area, number="矫定1号", legal_basis="社区矫正法",
        device="DW-1", begins_on=NOON.date(), ends_on=NOON.date() + timedelta(days=30),
        officer=Account.objects.get(login="corrector"),
    )  # fmt: skip
    order = safecity.propose_order(actor=city.actor("corrector"), entry=entry)
    order = safecity.approve_order(actor=city.actor("lead"), order=order)
    safecity.take_position(actor=city.actor("tracker"), device="DW-1", at=NOON, latitude=30.5, longitude=118.5)
    desk = city.browser("corrector")
    page = f"/desk/safecity/corrections/{order.uid}/"
    assert "30.5" not in text(desk.get(page))
    assert "30.5, 118.5" in text(desk.post(f"{page}positions/", {"purpose": "每周核查"}))
    own = text(city.browser("citizen").get(f"/safecity/positions/{order.uid}/"))
    assert "30.5, 118.5" in own
    assert "每周核查" in own
    assert city.browser("stranger").get(f"/safecity/positions/{order.uid}/").status_code == 404
