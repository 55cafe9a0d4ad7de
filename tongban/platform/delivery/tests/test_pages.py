"""Pages of whoever receives, and of the desk."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery.models import Destination, Parcel, PostalAddress
from tongban.platform.delivery.tests.conftest import HOME
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

SENT = {"recipient": HOME.recipient, "phone": HOME.phone, "area": HOME.area, "street": HOME.street}


@pytest.fixture
def desk(cast):
    role = identity.define_role(actor=SYSTEM, key="poster", name="寄递", duties=("delivery.post",))
    office = Department.objects.get(key="market-regulation")
    identity.appoint(actor=SYSTEM, account=cast.accounts["approver"], department=office, role=role)
    return cast.browser("approver")


def text(answer):
    return answer.content.decode()


def test_an_address_book_is_written_on_its_pages(cast):
    browser = cast.browser("agent")
    assert browser.post("/delivery/addresses/add/", SENT).status_code == 302
    book = PostalAddress.objects.get()
    assert "柳岸街15号2单元301室" in text(browser.get("/delivery/"))

    wrong = browser.post(f"/delivery/addresses/{book.uid}/", {**SENT, "phone": "1"})
    assert wrong.status_code == 422
    assert "请填写快递员能打通的电话" in text(wrong)
    browser.post(f"/delivery/addresses/{book.uid}/", {**SENT, "street": "石桥路18号"})
    assert "石桥路18号" in text(browser.get("/delivery/"))
    browser.post(f"/delivery/addresses/{book.uid}/remove/")

    assert not PostalAddress.objects.exists()


def test_an_address_of_the_book_is_chosen_with_one_button(cast, placed):
    browser = cast.browser("agent")
    browser.post("/delivery/addresses/add/", {**SENT, "street": "石桥路18号"})
    book = PostalAddress.objects.get()

    answer = browser.post(f"/delivery/to/{placed.uid}/", {"address": str(book.uid)})

    assert answer["Location"] == "/cases/"
    assert Destination.objects.get(pk=placed.pk).street == "石桥路18号"
    assert browser.post(f"/delivery/to/{placed.uid}/", {"address": "nobody's"}).status_code == 404


def test_the_desk_orders_prints_and_follows_and_the_recipient_sees_where_it_is(cast, desk, parcel, sf, tell):
    assert "食品经营许可证（纸质）" in text(desk.get("/desk/delivery/"))
    shown = text(desk.get(f"/desk/delivery/{parcel.uid}/"))
    assert "模拟承运商" in shown
    assert desk.post(f"/desk/delivery/{parcel.uid}/book/", {"carrier": "sf"}).status_code == 302
    made = Parcel.objects.get(pk=parcel.pk)

    label = text(desk.get(f"/desk/delivery/{parcel.uid}/label/"))
    sf.move(made.waybill, "picked_up", "trying")
    tell(2)

    assert made.waybill in label
    assert "139******01" in label
    assert HOME.phone not in label
    assert "301室" not in label
    mine = text(cast.browser("agent").get(f"/delivery/{parcel.uid}/"))
    assert "派送中" in mine
    assert made.waybill in mine
    assert made.waybill in text(desk.get(f"/desk/delivery/?q={made.waybill}"))


def test_a_silent_carrier_is_said_on_the_page_with_a_way_on(desk, parcel, sf):
    sf.faults(time_out=1)

    answer = desk.post(f"/desk/delivery/{parcel.uid}/book/", {"carrier": "sf"})
    sf.faults()

    assert answer.status_code == 503
    assert "仍是同一个订单" in text(desk.get(f"/desk/delivery/{parcel.uid}/"))


def test_without_a_carrier_the_desk_says_who_can_change_it(desk, parcel):
    assert "本平台未启用承运商" in text(desk.get(f"/desk/delivery/{parcel.uid}/"))


def test_the_desk_writes_down_an_address_and_a_loss(cast, desk, parcel, sf):
    place = f"/desk/delivery/{parcel.uid}/place/"
    assert desk.post(place, {**SENT, "street": "石桥路18号"}).status_code == 302
    desk.post(f"/desk/delivery/{parcel.uid}/book/", {"carrier": "sf"})
    assert "石桥路18号" in sf.page()

    assert desk.post(f"/desk/delivery/{parcel.uid}/lost/", {"reason": ""}).status_code == 422
    desk.post(f"/desk/delivery/{parcel.uid}/lost/", {"reason": "承运商书面确认"})
    answer = desk.post(f"/desk/delivery/{parcel.uid}/again/")

    assert Parcel.objects.get(pk=parcel.pk).state == "replaced"
    assert answer["Location"] != f"/desk/delivery/{parcel.uid}/"


def test_a_stranger_sees_nothing_of_it(cast, parcel, placed):
    browser = cast.browser("stranger")

    assert browser.get(f"/delivery/{parcel.uid}/").status_code == 404
    assert browser.get(f"/delivery/to/{placed.uid}/").status_code == 404
    assert cast.browser("clerk").get(f"/desk/delivery/{parcel.uid}/").status_code == 403
