"""邮寄 of the food business form: what the applicant chose leads to a parcel, and its signature closes the delivery."""

import json

import pytest

from tests.cast import another_place
from tests.counterparts import running
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Destination, Parcel
from tongban.platform.delivery.ports import CarrierOrder, Contact, TrackLine
from tongban.platform.delivery.services import carriers as carriers_known
from tongban.platform.delivery.tests.counterparts import CarrierCounterpart
from tongban.platform.identity.models import Department
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice
from tongban.platform.places import services as places
from tongban.platform.workflow.models import Task

AREAS = {
    "source": "GB/T 2260",
    "valid_from": "2020-01-01",
    "area": [{"code": "990100", "name": "云泽市"}, {"code": "990102", "name": "临湖区"}],
}
HOME = delivery.AddressLine("周文博", "13900000001", "990102", "柳岸街15号")
BY_POST = {"paper_copy": True, "paper_way": "post"}


@pytest.fixture
def wanted(cast):
    """A draft whose applicant wants the licence by post."""
    places.load(actor=SYSTEM, table=AREAS)
    return cast.draft(answers={**another_place(), **BY_POST})


def choose(cast, case):
    """Choose the address on the pages, as the agent does."""
    browser = cast.browser("agent")
    answer = browser.post(f"/cases/{case.uid}/posting/")
    sent = {"recipient": HOME.recipient, "phone": HOME.phone, "area": HOME.area, "street": HOME.street, "keep": "on"}
    return browser.post(answer["Location"], sent)


def granted(cast, draft):
    """Take a draft through to its licence."""
    return decided(cast, cases.submit(actor=cast.actor("agent"), uid=draft.uid, declared=True))


def decided(cast, case):
    """Take a case that was handed in through to its licence."""
    case = cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="资料齐全。")
    case = cast.inspected(case)
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。")
    jobs.run_all()
    return Case.objects.get(pk=case.pk)


def on_its_way(case, *steps):
    """Let a carrier tell this of the case's parcel."""
    parcel = Parcel.objects.about(case.subject).first()
    if parcel.state == "requested":
        delivery.note_booking(actor=SYSTEM, parcel=parcel, carrier="sf", waybill="SF1000000000001")
    at = parcel.requested_at
    lines = [TrackLine(f"{step}@1", at, step, "营业部", "") for step in steps]
    delivery.take(carrier="sf", waybill="SF1000000000001", lines=lines)
    jobs.run_all()
    return Parcel.objects.get(pk=parcel.pk)


def titles():
    return list(Notice.objects.order_by("pk").values_list("title", flat=True))


def test_what_is_wanted_by_post_is_chosen_when_applying_posted_signed_for_and_delivered(cast, wanted):
    assert "还没有选择地址" in cast.browser("agent").get(f"/cases/{wanted.uid}/review/").content.decode()
    assert choose(cast, wanted).status_code == 302
    assert "柳岸街15号" in cast.browser("agent").get(f"/cases/{wanted.uid}/review/").content.decode()

    case = granted(cast, wanted)

    parcel = Parcel.objects.about(case.subject).get()
    assert (parcel.state, parcel.title, parcel.matter) == ("requested", "食品经营许可证（纸质）", str(case.number))
    assert not any("请选择邮寄地址" in title for title in titles())
    on_its_way(case, "picked_up")
    assert any("已寄出" in title for title in titles())

    on_its_way(case, "signed")

    delivered = Action.objects.of(case).deliveries().get()
    assert (delivered.data["how"], delivered.data["receiver"], delivered.data["number"]) == (
        "post",
        "周文博",
        "SF1000000000001",
    )
    assert Letter.objects.about(case.subject).filter(kind="delivery").exists(), "the proof of delivery is written"
    assert any("已送达" in title for title in titles())
    follow = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    assert f"/delivery/{parcel.uid}/" in follow
    assert "已签收" in follow


def test_who_has_not_chosen_an_address_is_asked_for_it_afterwards(cast, wanted):
    case = granted(cast, wanted)
    assert any("请选择邮寄地址" in title for title in titles())

    choose(cast, case)

    assert Destination.objects.about(case.subject).chosen


def test_who_wants_it_at_the_window_is_sent_nothing(cast):
    draft = cast.draft(answers={**another_place(), "paper_copy": True, "paper_way": "window"})

    case = granted(cast, draft)

    assert not Parcel.objects.about(case.subject).exists()
    browser = cast.browser("agent")
    assert browser.post(f"/cases/{case.uid}/posting/")["Location"] == f"/cases/{case.uid}/"


def test_what_came_back_waits_at_the_window_and_is_handed_over_by_the_code(cast, wanted):
    choose(cast, wanted)
    case = granted(cast, wanted)
    assert on_its_way(case, "picked_up", "returned").state == "returned"
    assert any("被退回" in title for title in titles())

    cases.deliver(actor=cast.actor("clerk"), case=case, how=cases.WINDOW, receiver="周文博", code=case.query_code)

    assert Parcel.objects.about(case.subject).get().state == "collected"


def test_a_draft_that_is_thrown_away_takes_its_address_along(cast, wanted):
    choose(cast, wanted)

    cases.discard(actor=cast.actor("agent"), case=Case.objects.get(pk=wanted.pk))

    assert not Destination.objects.exists()


def test_a_parcel_of_another_matter_delivers_no_case(cast, wanted):
    choose(cast, wanted)
    case = granted(cast, wanted)
    order = delivery.ParcelOrder(
        subject="licence:ABC",
        occasion="result",
        title="证",
        matter="",
        department=Department.objects.get(key="market-regulation"),
        area="990102",
        party=cast.people["company"],
    )
    other = delivery.request(actor=SYSTEM, order=order)
    Parcel.objects.filter(pk=other.pk).update(carrier="ems", waybill="1200000000009", state="booked")

    delivery.take(carrier="ems", waybill="1200000000009", lines=[TrackLine("a", other.requested_at, "signed", "", "")])
    jobs.run_all()

    assert not Action.objects.of(case).deliveries().exists()


SENDER = {"name": "窗口"}
ACCOUNT = {"url": "http://127.0.0.1:9", "partner": "P", "checkword": "c", "monthly_card": "1", "sender": SENDER}
SENT = {"carrier": "sf", "waybill": "sf 1000 0000 00001", "phone": "13900000001"}


@pytest.fixture
def carriers(settings, tmp_path):
    """SF Express is in use; it is never asked here."""
    file = tmp_path / "sf.json"
    file.write_text(json.dumps(ACCOUNT))
    settings.DELIVERY_SF = str(file)


def papers_of(case) -> Parcel:
    return Parcel.objects.about(case.subject).get(inward=True)


def test_the_applicant_notes_what_they_posted_and_the_office_has_it_in_its_list(cast, carriers):
    case = cast.accepted()
    browser = cast.browser("agent")
    assert f"/cases/{case.uid}/sent/" in browser.get(f"/cases/{case.uid}/").content.decode()
    assert case.department.title in browser.get(f"/cases/{case.uid}/sent/").content.decode()

    answer = browser.post(f"/cases/{case.uid}/sent/", SENT)

    parcel = papers_of(case)
    assert answer["Location"] == f"/delivery/{parcel.uid}/"
    assert (parcel.waybill, parcel.state) == ("SF1000000000001", "booked")
    assert browser.post(f"/cases/{case.uid}/sent/", SENT)["Location"] == answer["Location"]

    delivery.take(carrier="sf", waybill=parcel.waybill, lines=[TrackLine("1", parcel.booked_at, "signed", "", "")])
    jobs.run_all()
    assert any("您邮寄的材料已送达" in title for title in titles())
    assert Task.objects.of(f"parcel:{parcel.pk}").open().count() == 1


@pytest.mark.parametrize("end", ["returned", "lost"])
def test_papers_that_do_not_arrive_are_told_to_who_posted_them(cast, carriers, end):
    case = cast.accepted()
    cast.browser("agent").post(f"/cases/{case.uid}/sent/", SENT)
    parcel = papers_of(case)

    delivery.take(carrier="sf", waybill=parcel.waybill, lines=[TrackLine("1", parcel.booked_at, end, "", "")])
    jobs.run_all()

    assert any("您寄出的材料未送达" in title for title in titles())
    assert not Task.objects.of(f"parcel:{parcel.pk}").open().exists()


@pytest.mark.parametrize(
    ("field", "value"), [("waybill", "！！"), ("waybill", ""), ("phone", "12"), ("carrier", "pigeon"), ("carrier", "")]
)
def test_a_number_that_cannot_be_is_refused_at_its_field(cast, carriers, field, value):
    case = cast.accepted()

    answer = cast.browser("agent").post(f"/cases/{case.uid}/sent/", {**SENT, field: value})

    assert answer.status_code == 422
    assert f'id="id_{field}' in answer.content.decode()
    assert not Parcel.objects.exists()


def test_nobody_posts_papers_to_a_case_that_is_over_or_anothers(cast, carriers):
    decided = cast.decided()
    assert cast.browser("agent").get(f"/cases/{decided.uid}/sent/")["Location"] == f"/cases/{decided.uid}/"
    assert cast.browser("stranger").get(f"/cases/{decided.uid}/sent/").status_code == 404


def test_without_a_carrier_nothing_is_noted(cast, settings):
    settings.DELIVERY_SF = settings.DELIVERY_EMS = ""
    case = cast.accepted()

    assert cast.browser("agent").get(f"/cases/{case.uid}/sent/")["Location"] == f"/cases/{case.uid}/"


@pytest.fixture
def express(settings, tmp_path):
    """SF Express and EMS, each in a process of its own; the house asks them."""
    nobody = "http://127.0.0.1:9"
    settings.DELIVERY_SECONDS = 10.0
    with (
        running(CarrierCounterpart("sf", tmp_path / "sf", nobody)) as sf,
        running(CarrierCounterpart("ems", tmp_path / "ems", nobody)) as ems,
    ):
        settings.DELIVERY_SF, settings.DELIVERY_EMS = str(sf.account), str(ems.account)
        yield sf, ems


@pytest.mark.requirement("PLT-A-06")
def test_materials_come_by_express_and_the_result_goes_by_ems(cast, wanted, express):
    sf, ems = express
    choose(cast, wanted)
    case = cases.submit(actor=cast.actor("agent"), uid=wanted.uid, declared=True)
    from_home = Contact("周文博", "13900000001", "", "云泽市", "临湖区", "柳岸街15号")
    waybill = carriers_known.carrier("sf").book(CarrierOrder("20260302000001", "申请材料", from_home))
    browser = cast.browser("agent")
    browser.post(f"/cases/{case.uid}/sent/", {**SENT, "waybill": waybill})
    sf.move(waybill, "picked_up", "on_way", "signed")
    materials = delivery.ask(papers_of(case))
    jobs.run_all()
    assert (materials.state, Task.objects.of(f"parcel:{materials.pk}").open().count()) == ("signed", 1)
    delivery.file_papers(actor=SYSTEM, parcel=materials)

    case = decided(cast, case)
    result = Parcel.objects.about(case.subject).get(inward=False)
    result = delivery.book(actor=SYSTEM, parcel=result, carrier="ems")
    ems.move(result.waybill, "picked_up", "on_way")
    assert delivery.ask(result).state == "on_way"
    assert "运输" in ems.page()
    ems.move(result.waybill, "trying", "signed")
    delivery.ask(result)
    jobs.run_all()

    assert Action.objects.of(case).deliveries().get().data["number"] == result.waybill
    page = browser.get(f"/cases/{case.uid}/").content.decode()
    assert f"/delivery/{result.uid}/" in page
    assert f"/delivery/{materials.uid}/" in page
    assert not Task.objects.of(f"parcel:{result.pk}", f"parcel:{materials.pk}").open().exists()
