"""What every page of somebody who is signed in says about the end of their sign-in."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tongban.infrastructure.kernel import clock
from tongban.platform.identity.sessions import SessionStore


def session(request: HttpRequest) -> dict[str, Any]:
    """Say in how many seconds the sign-in ends, and how long before that the reader is asked; asked for by the shell.

    sign_in_lasts   seconds, 0 for whoever is not signed in
    """
    return {"sign_in_lasts": lambda: seconds_left(request), "sign_in_warns": settings.IDENTITY_WARN_SECONDS}


def seconds_left(request: HttpRequest) -> int:
    """Return for how long the sign-in goes on if nothing more is heard; asking does not prolong it."""
    store = getattr(request, "session", None)
    row = store.row if isinstance(store, SessionStore) else None
    if row is None or row.account_id is None:
        return 0
    return max(0, int((row.expire_date - clock.now()).total_seconds()))
