"""Channels that run, a house that hears them, and a case that costs something."""

from datetime import UTC, datetime

import pytest

from tests import cast as story
from tests.counterparts import Ear, running
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity.models import Department
from tongban.platform.payments import services as payments
from tongban.platform.payments.tests.counterparts import ChannelCounterpart

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
LINES = [
    {
        "name": "城市道路占用费",
        "amount_fen": 27000,
        "full_fen": 27000,
        "unit": "平方米·天",
        "rate_fen": 25,
        "quantity": 1080,
        "basis": "《城市道路管理条例》第三十七条",
        "waived": "",
    },
    {"name": "占用押金", "amount_fen": 0, "full_fen": 5000, "unit": "次", "basis": "收费目录", "waived": "信用良好"},
]


cast = story.cast


@pytest.fixture(scope="session")
def _wechat(tmp_path_factory):
    with running(ChannelCounterpart("wechat", tmp_path_factory.mktemp("wechat"))) as made:
        yield made


@pytest.fixture(scope="session")
def _alipay(tmp_path_factory):
    with running(ChannelCounterpart("alipay", tmp_path_factory.mktemp("alipay"))) as made:
        yield made


@pytest.fixture(scope="session")
def _ear():
    made = Ear(200, b"success")
    yield made
    made.close()


@pytest.fixture
def ear(_ear, settings):
    """What channels tell; they try again where nobody is at home, so each test lets them think that it was taken."""
    settings.PUBLIC_URL = _ear.url
    _ear.forget()
    _ear.answer = 200
    return _ear


@pytest.fixture
def wechat(_wechat, ear, settings):
    settings.PAYMENTS_WECHAT = str(_wechat.account)
    _wechat.faults()
    return _wechat


@pytest.fixture
def alipay(_alipay, ear, settings):
    settings.PAYMENTS_ALIPAY = str(_alipay.account)
    _alipay.faults()
    return _alipay


@pytest.fixture
def order(cast):
    """What a bill of the company says."""

    def order(occasion="fee", lines=None, **more):
        return payments.BillOrder(
            subject="matter:1",
            occasion=occasion,
            title="临时占用城市道路审批",
            number="990102-20260302-ABCDEFG",
            department=Department.objects.get(key="market-regulation"),
            area="990102",
            payer=cast.people["company"],
            lines=LINES if lines is None else lines,
            service="street-occupation",
            **more,
        )

    return order


@pytest.fixture
def bill(order):
    return payments.issue(actor=SYSTEM, order=order())


@pytest.fixture
def tell(client, ear):
    """Hand to the house what a channel told: all of it, or only some; return the answers."""

    def tell(number=1, *, only=slice(None)):
        answers = []
        for path, headers, body in ear.wait(number)[only]:
            sent = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
            kind = headers.get("Content-Type", "application/json")
            answers.append(client.generic("POST", path, body, content_type=kind, **sent))
        ear.forget()
        jobs.run_all()
        return answers

    return tell
