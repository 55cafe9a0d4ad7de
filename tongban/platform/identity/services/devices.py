"""Devices from which somebody came in before: a stranger's wrong passwords do not keep them out from there.

Source: OWASP, Slow Down Online Guessing Attacks with Device Cookies.
"""

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse

from tongban.infrastructure.kernel import ids
from tongban.platform.identity import rules
from tongban.platform.identity.models import Account

SALT = "identity.device"
DAYS = 365
# The cookie that holds the word; it is sent to every page, for there are several ways in.
DEVICE_COOKIE = "known-device"
# Of so many accounts a device is known, as in a family or at a counter; the one that came in longest ago is forgotten.
ACCOUNTS = 5


def known_device(known: str, account: Account) -> str:
    """Return the signed word by which a device is known from now on, for this account and those it was known for.

    known   the word that it has so far, or ""
    """
    words = _words(known)
    word = words.pop(account.uid.hex, None) or ids.token(16)
    kept = list(words.items())[-(ACCOUNTS - 1) :]
    return signing.dumps(dict([*kept, (account.uid.hex, word)]), salt=SALT, compress=True)


def remember_device(response: HttpResponse, account: Account, *, known: str) -> None:
    """Let the device that gets this answer be known for the account. known: the word that it has so far, or "" """
    response.set_cookie(
        DEVICE_COOKIE,
        known_device(known, account),
        max_age=DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(known: str, account: Account) -> bool:
    """Say whether somebody came into this account from this device before."""
    return bool(device_word(known, account))


def device_name(description: str) -> str:
    """Return browser and system in words, from what the browser says of itself."""
    return rules.device(description)


def device_word(known: str, account: Account | None) -> str:
    """Return the random word under which this device is known for the account; "" where it is not."""
    return str(_words(known).get(account.uid.hex, "")) if account else ""


def _words(known: str) -> dict[str, Any]:
    if not known:
        return {}
    try:
        found = signing.loads(known, salt=SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
