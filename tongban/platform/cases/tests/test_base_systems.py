"""One matter through all five base systems: identity, licences, seals and receipts, payment, parcels."""

import re

import pytest
from django.test import Client

from tests.counterparts import running
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action
from tongban.platform.cases.services import fees
from tongban.platform.cases.tests.test_charging import charged  # noqa: F401 (a fixture)
from tongban.platform.cases.tests.test_posting import choose, wanted  # noqa: F401 (a fixture)
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.tests.counterparts import CarrierCounterpart
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence, Showing
from tongban.platform.payments.models import Payment, Receipt
from tongban.platform.payments.tests.counterparts import ChannelCounterpart
from tongban.platform.seals import services as seals
from tongban.platform.signin.tests.device import Device
from tongban.platform.signin.tests.test_passkeys import ADD, SHOW, asked


@pytest.fixture
def outside(settings, tmp_path):
    """WeChat Pay and EMS, each in a process of its own."""
    settings.PAYMENTS_SECONDS = settings.DELIVERY_SECONDS = 10.0
    with (
        running(ChannelCounterpart("wechat", tmp_path / "wechat")) as wechat,
        running(CarrierCounterpart("ems", tmp_path / "ems", "http://127.0.0.1:9")) as ems,
    ):
        settings.PAYMENTS_WECHAT, settings.DELIVERY_EMS = str(wechat.account), str(ems.account)
        yield wechat, ems


@pytest.mark.requirement("PLT-A-01")
def test_signed_in_by_passkey_paid_sealed_posted_shown_and_verified(cast, charged, wanted, outside):  # noqa: F811
    wechat, ems = outside
    charged()
    signs_in_by_passkey(cast)
    agent = cast.browser("agent")
    choose(cast, wanted)
    case = cases.submit(actor=cast.actor("agent"), uid=wanted.uid, declared=True)
    case = cases.accept(actor=cast.actor("clerk"), task=cast.task(case, "accept"))
    jobs.run_all()
    receipt = pays(agent, fees.bill_of(case), wechat)
    cases.give_opinion(actor=cast.actor("reviewer"), task=cast.task(case, "review"), passed=True, opinion="齐全。")
    case = cast.inspected(case)
    cases.decide(actor=cast.actor("approver"), task=cast.task(case, "approve"), granted=True, reason="符合条件。")
    jobs.run_all()

    licence = Licence.objects.get(subject=case.subject)
    is_posted(case, ems)
    is_shown_once_and_verified(agent, licence)
    for document in (licence.document, receipt.document, *(one.document for one in Letter.objects.about(case.subject))):
        verdict = seals.examine(storage.read(document.blob))
        assert verdict.intact, document.title
        assert verdict.problems == [], document.title


def signs_in_by_passkey(cast) -> None:
    """The agent makes a passkey on their phone, and comes in by it elsewhere, without name and password."""
    device, browser = Device(), Client()
    own = cast.browser("agent")
    assert own.post(ADD, {"title": "手机", "answer": device.make(asked(own, ADD))}).status_code == 200
    assert browser.post(SHOW, {"answer": device.sign(asked(browser, SHOW))}).status_code == 302
    assert browser.get("/assurance/").status_code == 200


def pays(agent: Client, bill, wechat) -> Receipt:
    """Pay on the pages; the receipt comes by itself, and anybody finds it genuine."""
    begun = agent.post(f"/payments/{bill.uid}/begin/", {"way": "wechat/qr"})
    wechat.pay(Payment.objects.get().door)
    assert agent.post(begun.url).url == f"/payments/{bill.uid}/"
    jobs.run_all()
    receipt = Receipt.objects.get()
    printed = {"code": receipt.code, "number": receipt.number, "check_code": receipt.check_code, "amount": "50.00"}
    assert receipt.number in Client().post("/payments/verify/", printed).content.decode()
    assert Client().post("/payments/verify/", {**printed, "check_code": "000000"}).status_code == 422
    return receipt


def is_posted(case, ems) -> None:
    parcel = delivery.book(actor=SYSTEM, parcel=Parcel.objects.about(case.subject).get(), carrier="ems")
    ems.move(parcel.waybill, "picked_up", "signed")
    delivery.ask(parcel)
    jobs.run_all()
    assert Action.objects.of(case).deliveries().filter(data__number=parcel.waybill).count() == 1


def is_shown_once_and_verified(agent: Client, licence: Licence) -> None:
    """The holder shows one line of it, once; whoever scans its code finds it genuine."""
    line = next(iter(licence.face))
    agent.post(f"/licences/{licence.token}/show/", {"purpose": "入场登记", "lines": [line], "minutes": "5"})
    code = Showing.objects.get().code
    seen = Client().post(f"/licences/look/{code}/").content.decode()
    assert licence.face[line] in seen
    hidden = [value for label, value in licence.face.items() if label != line and len(value) > 6 and value not in seen]
    assert hidden, "what was not chosen is not shown"
    assert Client().post(f"/licences/look/{code}/").status_code == 409
    assert re.search("真实|有效", Client().get(f"/licences/v/{licence.token}/").content.decode())
