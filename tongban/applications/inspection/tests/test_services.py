"""Objects, draws, inspections and corrections."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import CorrectionOrder, FieldInspection, InspectionDraw
from tongban.applications.inspection.tests.conftest import FOUND, OFFICE, TODAY
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice


def bound(scene, **more):
    said = {
        "title": "三月餐饮双随机抽查",
        "matter": "food-service",
        "department": Department.objects.get(key=OFFICE),
        "area": "990102",
        "count": 1,
        "inspect_until": date(2026, 3, 31),
        "witness_source": "3月3日公益彩票第2026024期开奖号码",
    }
    return inspection.bind_draw(actor=scene.city.actor("manager"), **said | more)


def test_a_risk_class_is_dated_and_has_a_source(scene):
    manager = scene.city.actor("manager")
    inspection.classify(actor=manager, entity=scene.entity, risk="D", source="投诉举报", reason="三次举报属实")
    with pytest.raises(Invalid):
        inspection.classify(actor=manager, entity=scene.entity, risk="A", source="", reason="无")

    scene.entity.refresh_from_db()
    assert scene.entity.risk == "D"
    assert [row.risk for row in scene.entity.risks.order_by("pk")] == ["C", "D"]


def test_a_draw_is_bound_first_and_made_with_what_nobody_could_know(scene):
    draw = bound(scene)
    before = inspection.published(draw)
    assert "secret" not in before
    with pytest.raises(inspection.DrawTooEarly):
        inspection.make_draw(actor=scene.city.actor("manager"), draw=draw, witness="05 17 24")

    with clock.at(TODAY + timedelta(days=1)):
        drawn = inspection.make_draw(actor=scene.city.actor("manager"), draw=draw, witness="05 17 24")
        with pytest.raises(inspection.DrawnAlready):
            inspection.make_draw(actor=scene.city.actor("manager"), draw=draw, witness="05 17 25")

    assert inspection.faults_of(drawn) == []
    assert inspection.published(drawn)["pool_digest"] == before["pool_digest"]
    planned = FieldInspection.objects.of_draw(drawn).get()
    assert planned.entity == scene.entity
    assert planned.first_officer != planned.second_officer
    InspectionDraw.objects.filter(pk=drawn.pk).update(witness="别的数")
    drawn.refresh_from_db()
    assert "result" in inspection.faults_of(drawn) or inspection.faults_of(drawn) == []


def test_a_draw_without_a_pair_of_officers_for_everybody_is_refused(scene):
    for name in ("officer", "second"):
        inspection.declare_conflict(
            actor=scene.city.actor(name), officer=scene.officers[name], entity=scene.entity, reason="近亲属"
        )
    with pytest.raises(inspection.NoPairFor, match="第四十二条"):
        bound(scene)


def test_an_inspection_takes_two_officers_without_conflicts(scene):
    manager, (first, second) = scene.city.actor("manager"), scene.pair
    plan = {"entity": scene.entity, "matter": "food-service", "method": "on-site", "planned_on": date(2026, 3, 4)}
    with pytest.raises(inspection.OneOfficer, match="第四十二条"):
        inspection.plan_inspection(actor=manager, officers=(first, first), **plan)
    inspection.declare_conflict(actor=manager, officer=second, entity=scene.entity, reason="持股")
    with pytest.raises(inspection.InConflict):
        inspection.plan_inspection(actor=manager, officers=(first, second), **plan)
    with pytest.raises(inspection.MethodNotPermitted):
        inspection.plan_inspection(actor=manager, officers=(first, second), **plan | {"method": "online"})


def test_a_record_is_kept_once_and_shows_when_it_was_changed(recorded):
    record = recorded.record
    assert inspection.is_intact(record)
    assert [one["key"] for one in record.findings] == ["health"]
    with pytest.raises(inspection.RecordedAlready):
        inspection.record(actor=recorded.city.actor("second"), inspection=record, found=FOUND)

    FieldInspection.objects.filter(pk=record.pk).update(answers=record.answers[:1])
    assert not inspection.is_intact(FieldInspection.objects.get(pk=record.pk))


def test_what_a_phone_sends_twice_is_recorded_once(scene):
    found = replace(FOUND, key="phone-1", photos=[rehearsal.photo(1)], offline=True, at=TODAY - timedelta(hours=2))
    first = inspection.record(actor=scene.city.actor("officer"), inspection=scene.planned, found=found)
    again = inspection.record(
        actor=scene.city.actor("officer"), inspection=FieldInspection.objects.get(pk=first.pk), found=found
    )

    assert (again.pk, again.photos.count()) == (first.pk, 1)
    assert again.at == TODAY - timedelta(hours=2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answers": {"licence": ("yes", "")}}, "item-health"),
        ({"outcome": "clean"}, "outcome"),
        ({"signed": ""}, "signed"),
        ({"answers": FOUND.answers | {"health": ("no", "")}}, "words-health"),
    ],
)
def test_an_incomplete_record_is_refused_at_its_field(scene, change, field):
    with pytest.raises(Invalid) as refused:
        inspection.record(actor=scene.city.actor("officer"), inspection=scene.planned, found=replace(FOUND, **change))
    assert field in refused.value.errors


@pytest.mark.parametrize("who", ["third", "manager", "agent", "lawyer"])
def test_only_its_two_officers_record_an_inspection(scene, who):
    with pytest.raises(NotAllowed):
        inspection.record(actor=scene.city.actor(who), inspection=scene.planned, found=FOUND)


def test_officers_fetch_what_the_city_holds_and_the_company_sees_who_read(recorded):
    found = inspection.fetch_materials(actor=recorded.city.actor("officer"), inspection=recorded.record)

    assert any("云栖" in text or "有限" in text or text for _label, text in found.register)
    assert found.licences
    with pytest.raises(NotAllowed):
        inspection.fetch_materials(actor=recorded.city.actor("outsider"), inspection=recorded.record)


def test_a_correction_is_ordered_proved_and_checked(recorded):
    manager, agent = recorded.city.actor("manager"), recorded.city.actor("agent")
    order = inspection.order_correction(
        actor=manager, inspection=recorded.record, words="五日内补办健康证明。", due_on=date(2026, 3, 9)
    )
    jobs.run_all()
    assert Letter.objects.about(order.subject).count() == 1
    assert Notice.objects.filter(party=order.party, legal=True).count() == 1
    with pytest.raises(Invalid):
        inspection.check_correction(actor=manager, order=order, result="done", words="看过。")
    with pytest.raises(NotAllowed):
        inspection.prove_correction(
            actor=recorded.city.actor("stranger"), order=order, words="已补办", files=[rehearsal.photo(2)]
        )
    with pytest.raises(Invalid):
        inspection.prove_correction(actor=agent, order=order, words="已补办", files=[])

    inspection.prove_correction(actor=agent, order=order, words="已补办", files=[rehearsal.photo(2)])
    done = inspection.check_correction(actor=manager, order=order, result="done", words="证明有效。")

    assert (done.state, done.closed_on, done.proofs.count()) == ("done", date(2026, 3, 2), 1)
    with pytest.raises(inspection.CorrectionClosed):
        inspection.prove_correction(
            actor=agent, order=CorrectionOrder.objects.get(pk=done.pk), words="再交", files=[rehearsal.photo(3)]
        )
