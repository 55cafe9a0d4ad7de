"""What every page of somebody who is signed in says: when their sign-in ends, and whose officials they are."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.platform.identity.models import Department
from tongban.platform.identity.sessions import SessionStore

# Governments hardly ever change their names; a new tree is seen within minutes.
_governments: Memo[str] = Memo(500, seconds=lambda: 300)


def session(request: HttpRequest) -> dict[str, Any]:
    """Say in how many seconds the sign-in ends, and how long before that the reader is asked; asked for by the shell.

    sign_in_lasts      seconds, 0 for whoever is not signed in
    other_government   see `other_government`
    """
    return {
        "sign_in_lasts": lambda: seconds_left(request),
        "sign_in_warns": settings.IDENTITY_WARN_SECONDS,
        "other_government": lambda: other_government(getattr(request, "actor", ANONYMOUS)),
    }


def other_government(actor: Actor) -> str:
    """Return what the government is called that an official works for; "" for the city's own.

    Several areas live on one installation; who works for another one reads its name at the head of each page.
    """
    if actor.kind != "staff" or not actor.grants or any(grant.departments is None for grant in actor.grants):
        return ""
    reached = frozenset().union(*(grant.departments or () for grant in actor.grants))
    return _governments.get((reached, get_language()), lambda: _other_government(reached))


def _other_government(departments: frozenset[int]) -> str:
    tops = {path.split("/")[0] for path in Department.objects.filter(pk__in=departments).values_list("path", flat=True)}
    own = Department.objects.of_the_house().roots().first()
    if len(tops) != 1 or own is None or own.key in tops:
        return ""
    return Department.objects.get(key=tops.pop()).title


def seconds_left(request: HttpRequest) -> int:
    """Return for how long the sign-in goes on if nothing more is heard; asking does not prolong it."""
    store = getattr(request, "session", None)
    row = store.row if isinstance(store, SessionStore) else None
    if row is None or row.account_id is None:
        return 0
    return max(0, int((row.expire_date - clock.now()).total_seconds()))
