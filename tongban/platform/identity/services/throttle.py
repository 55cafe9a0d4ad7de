"""Growing waits for whoever tries again and again."""

from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import rules
from tongban.platform.identity.models import FailedAttempt

_ATTEMPTS: PreparedQuery[FailedAttempt] = PreparedQuery(
    lambda: FailedAttempt.objects.filter(key=Param("key", CharField()))
)


class TooManyAttempts(Refusal):
    status = 429
    message = _("Too many attempts.")

    @property
    def wait_seconds(self) -> int:
        return max(1, int(self.details["seconds"]))

    def __str__(self) -> str:
        seconds = int(self.details["seconds"])
        if seconds < 60:
            text = ngettext(
                "Too many attempts. Wait %(n)d second, then try again.",
                "Too many attempts. Wait %(n)d seconds, then try again.",
                seconds,
            )
            return text % {"n": seconds}
        minutes = -(-seconds // 60)
        text = ngettext(
            "Too many attempts. Wait %(n)d minute, then try again.",
            "Too many attempts. Wait %(n)d minutes, then try again.",
            minutes,
        )
        return text % {"n": minutes}


def throttle(kind: str, address: str, goal: str = "") -> None:
    """Count an attempt from an address at something that can be guessed, before it is made. Raises TooManyAttempts.

    kind   what is tried, "case-query"; each kind is counted for itself
    goal   the one thing whose secret is guessed: attempts at it count together, wherever they come from
    """
    seconds = count(_limits(kind, address, goal))
    if seconds:
        raise TooManyAttempts(seconds=seconds)


def must_not_wait(kind: str, address: str) -> None:
    """Refuse whoever has to wait, and count nothing: for what nobody can guess. Raises TooManyAttempts."""
    limits = _limits(kind, address, "")
    rows = [row for key in limits if (row := _ATTEMPTS.one(key=key))]
    if seconds := _still(rows, limits):
        raise TooManyAttempts(seconds=seconds)


def clear_attempt(kind: str, address: str, goal: str = "") -> None:
    """Undo what an attempt was counted for that turned out to be none: whoever asked knew.

    Attempts before it stay counted, for whoever knows one thing may be guessing at another.
    """
    forgive(one_of=_limits(kind, address, goal))


def counted_as(actor: Actor) -> str:
    """Return under what somebody's doings are counted: their account, else where their address is, digested."""
    return key_of("actor", str(actor.account or rules.throttle_network(actor.address)))


def key_of(kind: str, value: str) -> str:
    """Return the key under which attempts at this are counted."""
    return sha256(f"{settings.SECRET_KEY}:{kind}:{value}".encode()).hexdigest()


@transaction.atomic
def count(limits: dict[str, int]) -> int:
    """Count an attempt before it is made, so that many at once gain nothing; return the seconds still to wait, or 0.

    limits   key -> failures that are free
    """
    # Whoever has to wait leaves nothing behind, however many things they guess at.
    if seconds := _still(FailedAttempt.objects.filter(key__in=list(limits)), limits):
        return seconds
    # In one order for everybody, so that two attempts never wait for each other.
    rows = {key: _row(key) for key in sorted(limits)}
    # Only now that the rows are ours; who waited for them must not be taken for somebody who came too early.
    if seconds := _still(rows.values(), limits):
        return seconds
    now = clock.now()
    for key, row in rows.items():
        row.failures += 1
        row.last_at = now
        row.wait_until = now + rules.wait(
            row.failures,
            free=limits[key],
            first=settings.IDENTITY_WAIT_SECONDS,
            most=settings.IDENTITY_MAX_WAIT_SECONDS,
        )
        row.save()
    return 0


@transaction.atomic
def forgive(*, one_of: Iterable[str], all_of: str = "") -> None:
    """Undo what a successful attempt was counted for: one failure of each of these keys, every failure of the other."""
    for row in FailedAttempt.objects.select_for_update().filter(key__in=[all_of, *one_of]).order_by("key"):
        row.failures = 0 if row.key == all_of else max(row.failures - 1, 0)
        row.wait_until = row.last_at
        row.save()


def forget(key: str) -> None:
    """Forget every attempt at this."""
    FailedAttempt.objects.filter(key=key).delete()


def _limits(kind: str, address: str, goal: str) -> dict[str, int]:
    limits = {key_of(kind, rules.throttle_network(address)): settings.IDENTITY_FREE_ATTEMPTS_PER_ADDRESS}
    if goal:
        limits[key_of(f"{kind}-goal", goal)] = settings.IDENTITY_FREE_ATTEMPTS_PER_LOGIN
    return limits


def _still(rows: Iterable[FailedAttempt], limits: dict[str, int]) -> int:
    """Return the seconds that are still to wait, rounded up; 0 for none."""
    now = clock.now()
    waits = (row.wait_until - now for row in rows if row.failures > limits[row.key])
    return max(0, -int(-max((wait.total_seconds() for wait in waits), default=0.0) // 1))


def _row(key: str) -> FailedAttempt:
    now = clock.now()
    row, _created = FailedAttempt.objects.select_for_update().get_or_create(
        key=key, defaults={"last_at": now, "wait_until": now}
    )
    if now - row.last_at > timedelta(seconds=settings.IDENTITY_FORGET_ATTEMPTS_SECONDS):
        row.failures = 0
    return row
