"""Both carriers by their published protocols, over the wire: order, track, messages, and everything that goes wrong."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel, ParcelEvent
from tongban.platform.delivery.tests.conftest import POSTER

CARRIERS = ["sf", "ems"]


@pytest.fixture(params=CARRIERS)
def carrier(request, sf, ems):
    return {"sf": sf, "ems": ems}[request.param]


def booked(parcel, carrier):
    return delivery.book(actor=POSTER, parcel=parcel, carrier=carrier.carrier)


def now(parcel):
    return Parcel.objects.get(pk=parcel.pk)


def facts(name):
    return Fact.objects.filter(name__endswith=name).count()


def test_an_order_gives_a_waybill_and_the_carrier_knows_whom_and_where(parcel, carrier):
    made = booked(parcel, carrier)

    assert made.state == "booked"
    assert made.waybill
    assert "周文博" in carrier.page()
    assert "柳岸街15号2单元301室" in carrier.page()


def test_what_the_carrier_tells_moves_the_parcel_to_its_signature(parcel, carrier, tell):
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "picked_up", "on_way", "trying", "signed")

    answers = tell(4)

    assert {answer.status_code for answer in answers} == {200}
    after = now(parcel)
    assert after.state == "signed"
    assert after.picked_up_at < after.ended_at
    assert [event.kind for event in ParcelEvent.objects.of(parcel)] == ["signed", "trying", "on_way", "picked_up"]
    assert (facts("ParcelDispatched"), facts("ParcelSigned")) == (1, 1)


def test_told_again_changes_nothing(parcel, carrier, ear, tell):
    carrier.faults(doubled=1)
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "picked_up")

    tell(2)

    assert ParcelEvent.objects.of(parcel).count() == 1
    assert facts("ParcelDispatched") == 1


def test_told_in_another_order_it_ends_in_the_same_state(parcel, carrier, ear, tell):
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "picked_up", "on_way", "signed")
    ear.wait(3)
    newest_first = sorted(ear.heard, key=lambda one: b"\xe7\xad\xbe" not in one[2])
    ear.heard[:] = newest_first[:1] + newest_first[:0:-1]

    tell(3)

    assert now(parcel).state == "signed"
    assert ParcelEvent.objects.of(parcel).count() == 3
    assert facts("ParcelSigned") == 1


@pytest.mark.parametrize("wrong", ["forged", "altered"])
def test_what_is_forged_or_altered_is_not_believed_and_recorded(parcel, carrier, ear, tell, wrong):
    if wrong == "forged":
        carrier.faults(forged=1)
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "signed")

    def altered(body):
        return body[:-9] + b"x" + body[-8:] if carrier.carrier == "sf" else body.replace(b"|$4|", b"|$4|AAAA", 1)

    answer = tell(1, only=slice(0, 1), altered=altered if wrong == "altered" else None)[0]

    assert answer.status_code == 401
    assert now(parcel).state == "booked"
    assert facts("AccessDenied") == 1


def test_a_message_of_yesterday_is_not_taken_again(parcel, sf, tell):
    made = booked(parcel, sf)
    sf.move(made.waybill, "signed")

    with clock.at(clock.now() + timedelta(minutes=10)):
        answer = tell(1)[0]

    assert answer.status_code == 401
    assert now(parcel).state == "booked"


def test_a_silent_carrier_is_asked(parcel, carrier):
    carrier.faults(lost=1)
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "picked_up", "signed")
    assert delivery.ask_carriers() == 0, "not yet"

    with clock.at(clock.now() + timedelta(minutes=2)):
        asked = delivery.ask_carriers()

    assert asked == 1
    assert now(parcel).state == "signed"
    assert now(parcel).ask_at is None


def test_heard_and_asked_it_is_the_same_line(parcel, carrier, tell):
    made = booked(parcel, carrier)
    carrier.move(made.waybill, "picked_up")
    tell(1)

    delivery.ask(now(parcel))

    assert ParcelEvent.objects.of(parcel).count() == 1


def test_an_order_whose_answer_was_lost_is_not_given_twice(parcel, carrier):
    carrier.faults(time_out=1)
    with pytest.raises(delivery.CarrierAway):
        booked(parcel, carrier)
    assert now(parcel).state == "requested"

    carrier.faults()
    made = booked(parcel, carrier)

    assert carrier.page().count(made.waybill) == 2, "one parcel: its title, and its form"
    assert made.state == "booked"


def test_while_one_carrier_may_have_it_another_is_not_asked(parcel, sf, ems):
    sf.faults(time_out=1)
    with pytest.raises(delivery.CarrierAway):
        booked(parcel, sf)

    with pytest.raises(delivery.AlreadyOrdered):
        booked(parcel, ems)
    sf.faults()
    delivery.cancel_booking(actor=POSTER, parcel=parcel)

    assert booked(parcel, ems).carrier == "ems"


def test_a_cancelled_order_can_be_given_anew_and_one_that_was_picked_up_not_cancelled(parcel, carrier):
    first = booked(parcel, carrier)
    freed = delivery.cancel_booking(actor=POSTER, parcel=first)
    assert (freed.state, freed.waybill, freed.recipient) == ("requested", "", "")

    second = booked(parcel, carrier)
    carrier.move(second.waybill, "picked_up")

    assert second.waybill != first.waybill
    with pytest.raises(delivery.PickedUpAlready):
        delivery.cancel_booking(actor=POSTER, parcel=second)


def test_a_carrier_that_lost_its_key_is_refused_with_its_words(parcel, sf, settings, tmp_path):
    wrong = tmp_path / "account.json"
    wrong.write_text(sf.account.read_text().replace(sf.said["checkword"], "0" * 32))
    settings.DELIVERY_SF = str(wrong)

    with pytest.raises(delivery.OrderRefused, match="数字签名无效"):
        booked(parcel, sf)

    assert now(parcel).carrier == "", "another carrier may be asked"


def test_ordered_from_an_old_page_it_is_the_same_order(parcel, carrier):
    first = booked(parcel, carrier)

    second = booked(parcel, carrier)

    assert second.waybill == first.waybill
    assert facts("ParcelBooked") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' database in memory takes one writer at a time")
def test_ordered_by_two_at_once_it_is_one_order(parcel, carrier):
    numbers, barrier = [], threading.Barrier(2)

    def run():
        barrier.wait()
        try:
            numbers.append(booked(parcel, carrier).waybill)
        finally:
            connection.close()

    runs = [threading.Thread(target=run) for _number in range(2)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()

    assert len(numbers) == 2
    assert len(set(numbers)) == 1
    assert facts("ParcelBooked") == 1


def test_a_message_about_a_parcel_of_nobody_changes_nothing(parcel, carrier, tell):
    made = booked(parcel, carrier)
    Parcel.objects.filter(pk=parcel.pk).update(waybill="OTHER00001")
    carrier.move(made.waybill, "signed")

    answer = tell(1)[0]

    assert answer.status_code == 200
    assert ParcelEvent.objects.count() == 0
    jobs.run_all()
