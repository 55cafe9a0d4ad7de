"""Which ways to pay are in use, and what a person is told of them."""

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.payments.adapters.alipay import Alipay
from tongban.platform.payments.adapters.wechat import WechatPay
from tongban.platform.payments.models.statements import CHANNEL_TITLES
from tongban.platform.payments.ports import Channel, ChannelSilent

log = structlog.get_logger(__name__)

COUNTER = "counter"
# channel -> the setting that names its merchant account
SETTINGS = {"wechat": "PAYMENTS_WECHAT", "alipay": "PAYMENTS_ALIPAY"}
_ALL: dict[str, Channel] = {
    "wechat": WechatPay(lambda: settings.PAYMENTS_WECHAT, lambda: settings.PAYMENTS_SECONDS),
    "alipay": Alipay(lambda: settings.PAYMENTS_ALIPAY, lambda: settings.PAYMENTS_SECONDS),
}
WAYS: dict[str, StrOrPromise] = {
    "qr": _("Scan a QR code"),
    "h5": _("Pay on this device"),
    "page": _("Pay on this device"),
    "cash": _("Cash"),
    "pos": _("Card at the counter (POS)"),
}
TITLES = CHANNEL_TITLES


class NoSuchChannel(Refusal):
    status = 404
    message = _("This way to pay is not in use here.")


class ChannelAway(Refusal):
    status = 503
    message = _("%(channel)s does not answer at the moment. Try again in a minute, or choose another way to pay.")

    @property
    def wait_seconds(self) -> int:
        return 30


def in_use() -> list[Channel]:
    """Return the channels by which one can pay here."""
    return [channel for key, channel in _ALL.items() if getattr(settings, SETTINGS[key])]


def channel(key: str) -> Channel:
    """Return a channel that is in use. Raises NoSuchChannel."""
    for one in in_use():
        if one.key == key:
            return one
    raise NoSuchChannel()


def wallet_of(key: str) -> str:
    """Return where a demonstration's payments by this channel are made; "" where it is the real one."""
    try:
        return next((one.wallet for one in in_use() if one.key == key), "")
    except ChannelSilent:
        return ""


def told_at(channel: str) -> str:
    """Return the address at which a channel tells us what happened."""
    return f"{settings.PUBLIC_URL}/api/v1/payments/notify/{channel}"


def described(key: str) -> StrOrPromise:
    """Say for operators what is in use."""
    if not getattr(settings, SETTINGS[key]):
        return _("Not in use. To use it, name the merchant account with %(setting)s.") % {"setting": SETTINGS[key]}
    return _("Demonstration: a local counterpart, no real money") if wallet_of(key) else _("The real channel")


def problems_of(key: str) -> list[StrOrPromise]:
    """Say what is wrong with a channel; [] if well, or not in use."""
    return _ALL[key].check() if getattr(settings, SETTINGS[key]) else []
