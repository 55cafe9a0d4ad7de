"""The providers that this room speaks with, and the buttons of those that are configured."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from tongban.platform.identity import ports as identity
from tongban.platform.linking import ports
from tongban.platform.linking.adapters.asking import account
from tongban.platform.linking.adapters.national import National
from tongban.platform.linking.adapters.wechat import WeChat


def _national() -> ports.Provider | None:
    told = account(settings.LINKING_NATIONAL)
    return National(told) if told else None


def _wechat() -> ports.Provider | None:
    told = account(settings.LINKING_WECHAT)
    return WeChat(told) if told else None


def _ways() -> Iterable[identity.WayIn]:
    for key, provider in ports.configured().items():
        yield identity.WayIn(provider.title, reverse("hall:linking:start", args=[key]), provider.simulated)


ports.providers.register("national", _national)
ports.providers.register("wechat", _wechat)
identity.register_ways_in(_ways)
