"""Which carriers are in use, and what a person is told of them."""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.delivery.adapters.ems import EmsPost
from tongban.platform.delivery.adapters.sf import SfExpress
from tongban.platform.delivery.ports import Carrier, CarrierSilent
from tongban.platform.delivery.services import terms

# carrier -> the setting that names its account
SETTINGS = {"sf": "DELIVERY_SF", "ems": "DELIVERY_EMS"}


def _codes(key: str) -> Mapping[str, str]:
    return dict(terms.term(key, clock.today())["codes"])


_ALL: dict[str, Carrier] = {
    "ems": EmsPost(lambda: settings.DELIVERY_EMS, lambda: settings.DELIVERY_SECONDS, lambda: _codes("ems")),
    "sf": SfExpress(lambda: settings.DELIVERY_SF, lambda: settings.DELIVERY_SECONDS, lambda: _codes("sf")),
}
TITLES: dict[str, StrOrPromise] = {key: one.title for key, one in _ALL.items()}


class NoSuchCarrier(Refusal):
    status, field = 404, "carrier"
    message = _("This carrier is not in use here.")


class CarrierAway(Refusal):
    status = 503
    message = _("%(carrier)s does not answer at the moment. Try again in a minute: nothing is ordered twice.")

    @property
    def wait_seconds(self) -> int:
        return 30


def in_use() -> list[Carrier]:
    """Return the carriers by which one can post here."""
    return [one for key, one in _ALL.items() if getattr(settings, SETTINGS[key])]


def carrier(key: str) -> Carrier:
    """Return a carrier that is in use. Raises NoSuchCarrier."""
    for one in in_use():
        if one.key == key:
            return one
    raise NoSuchCarrier()


def depot_of(key: str) -> str:
    """Return where a demonstration's carrier is told what happens to its parcels; "" where it is the real one."""
    try:
        return next((one.depot for one in in_use() if one.key == key), "")
    except CarrierSilent:
        return ""


def described(key: str) -> StrOrPromise:
    """Say for operators what is in use."""
    if not getattr(settings, SETTINGS[key]):
        return _("Not in use. To use it, name the account with %(setting)s.") % {"setting": SETTINGS[key]}
    return _("Demonstration: a simulated carrier, nothing is posted") if depot_of(key) else _("The real carrier")


def problems_of(key: str) -> list[StrOrPromise]:
    """Say what is wrong with a carrier; [] if well, or not in use."""
    return _ALL[key].check() if getattr(settings, SETTINGS[key]) else []
