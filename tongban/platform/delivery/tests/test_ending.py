"""What goes wrong: lost, came back, sent again, handed over at the window."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.services import ending
from tongban.platform.delivery.tests.conftest import POSTER


def now(parcel):
    return Parcel.objects.get(pk=parcel.pk)


@pytest.fixture
def sent(parcel, sf):
    return delivery.book(actor=POSTER, parcel=parcel, carrier="sf")


def came_back(sent, sf, tell):
    sf.move(sent.waybill, "picked_up", "failed", "returned")
    tell(3)
    return now(sent)


def test_what_came_back_is_sent_again_once(sent, sf, tell):
    back = came_back(sent, sf, tell)
    assert back.state == "returned"

    again = delivery.send_again(actor=POSTER, parcel=back)

    assert (again.state, again.follows_id) == ("requested", sent.pk)
    assert now(sent).state == "replaced"
    assert delivery.send_again(actor=POSTER, parcel=now(sent)).pk == again.pk


def test_what_was_lost_is_written_down_with_its_reason_and_sent_again(sent, sf):
    with pytest.raises(delivery.WhyLost):
        delivery.report_lost(actor=POSTER, parcel=sent, reason=" ")

    lost = delivery.report_lost(actor=POSTER, parcel=sent, reason="承运商 3 月 5 日书面确认遗失")

    assert lost.state == "lost"
    assert delivery.send_again(actor=POSTER, parcel=lost).state == "requested"


def test_what_never_left_cannot_be_lost_and_what_arrived_not_be_sent_again(parcel, sf, tell):
    with pytest.raises(delivery.NotLost):
        delivery.report_lost(actor=POSTER, parcel=parcel, reason="不见了")
    sent = delivery.book(actor=POSTER, parcel=parcel, carrier="sf")
    sf.move(sent.waybill, "signed")
    tell(1)

    with pytest.raises(ending.NothingToSendAgain):
        delivery.send_again(actor=POSTER, parcel=now(sent))


def test_collected_at_the_window_nothing_is_posted_any_more(sent, sf, tell):
    back = came_back(sent, sf, tell)

    assert delivery.end(actor=SYSTEM, subject=back.subject, how="collected") == 1

    assert now(back).state == "collected"
    assert delivery.end(actor=SYSTEM, subject=back.subject, how="collected") == 0


def test_what_a_person_posts_to_the_office_is_followed(cast, order, parcel, sf, tell):
    given = delivery.book(actor=POSTER, parcel=parcel, carrier="sf").waybill
    with pytest.raises(delivery.NoSuchCarrier):
        delivery.announce(
            actor=cast.actor("agent"), order=order("in"), carrier="none", waybill="SF123456789", phone="13900000001"
        )

    made = delivery.announce(
        actor=cast.actor("agent"), order=order("in"), carrier="sf", waybill="SF123456789", phone="13900000001"
    )

    assert (made.state, made.inward) == ("booked", True)
    assert given != made.waybill
