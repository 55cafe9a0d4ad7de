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
    return National(account(settings.LINKING_NATIONAL)) if settings.LINKING_NATIONAL else None


def _wechat() -> ports.Provider | None:
    return WeChat(account(settings.LINKING_WECHAT)) if settings.LINKING_WECHAT else None


def _ways() -> Iterable[identity.WayIn]:
    for key, provider in ports.configured().items():
        yield identity.WayIn(provider.title, reverse("hall:linking:start", args=[key]), provider.simulated)


ports.providers.register("national", _national)
ports.providers.register("wechat", _wechat)
identity.register_ways_in(_ways)
