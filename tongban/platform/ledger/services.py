"""Move amounts between accounts, hold them for somebody, and prove that nothing was lost or made.

Rooms above call these verbs in their own transactions, after they have asked whether somebody may. Accounts are held
in the order of their keys, so that two who want the same ones wait for each other instead of blocking.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.ledger import rules
from tongban.platform.ledger.events import LedgerHoldExpired
from tongban.platform.ledger.models import LedgerAccount, LedgerHold, LedgerMove

# So many promises whose time is over are closed in one transaction.
AT_ONCE = 100


class NotEnough(Refusal):
    message = _("There is not enough left.")


class NoRoom(Refusal):
    message = _("There is no room for more.")


class NotTheSame(Refusal):
    """A key or a code stands for something else already: a fault of whoever asks, never of a person."""

    message = _("“%(key)s” has been booked already, with other content.")


class NothingMoved(Refusal):
    status = 422
    message = _("An amount is a whole number above zero, between two accounts of one unit.")


class NoLongerHeld(Refusal):
    message = _("What was reserved is not reserved any more.")


class Transfer(NamedTuple):
    """A move that somebody wants; see `LedgerMove`. giver, taker: codes of accounts."""

    key: str
    giver: str
    taker: str
    amount: int
    reason: str
    subject: str = ""


class LedgerDiscrepancy(NamedTuple):
    """An account whose balance or held amount is not what its moves and holds add up to."""

    code: str
    balance: int
    moved: int
    held: int
    promised: int


def open_account(*, code: str, unit: str, floor: int | None = 0, capacity: int | None = None) -> LedgerAccount:
    """Return the account of this code; it is opened, empty, the first time. Raises NotTheSame."""
    account, _made = LedgerAccount.objects.get_or_create(
        code=code, defaults={"unit": unit, "floor": floor, "capacity": capacity, "opened_at": clock.now()}
    )
    if (account.unit, account.floor, account.capacity) != (unit, floor, capacity):
        raise NotTheSame(key=code)
    return account


@transaction.atomic
def change_capacity(*, code: str, capacity: int | None) -> LedgerAccount:
    """Let an account hold more, or less as long as what it has still fits. Raises NoRoom."""
    account = _locked([code])[code]
    if capacity is not None and account.balance > capacity:
        raise NoRoom()
    account.capacity = capacity
    account.save(update_fields=["capacity"])
    return account


def move(*, key: str, giver: str, taker: str, amount: int, reason: str, subject: str = "") -> None:
    """Move an amount; the same key again changes nothing. Raises as `post`."""
    post([Transfer(key, giver, taker, amount, reason, subject)])


@transaction.atomic
def post(wanted: Sequence[Transfer]) -> int:
    """Carry out moves, one after the other, all or none; return how many were new.

    Raises NotEnough, NoRoom, NothingMoved, NotTheSame (a known key with another content), LedgerAccount.DoesNotExist.
    """
    accounts = _locked({code for one in wanted for code in (one.giver, one.taker)})
    known = _known(wanted)
    new: list[LedgerMove] = []
    now = clock.now()
    for one in wanted:
        if one.key in known:
            if known[one.key] != one:
                raise NotTheSame(key=one.key)
            continue
        known[one.key] = one
        giver, taker = accounts[one.giver], accounts[one.taker]
        _carry(giver, taker, one.amount)
        new.append(
            LedgerMove(
                key=one.key,
                giver=giver,
                taker=taker,
                amount=one.amount,
                reason=one.reason,
                subject=one.subject,
                at=now,
            )
        )
    if new:
        # Written at once, also inside a caller's `bulk.batch`: the next move has to see it.
        LedgerMove.objects.bulk_create(new)
        changed = {account.pk: account.balance for row in new for account in (row.giver, row.taker)}
        bulk.update_all(LedgerAccount, ["balance"], sorted(changed.items()))
    return len(new)


@transaction.atomic
def hold(*, key: str, account: str, amount: int, until: datetime | None = None, subject: str = "") -> LedgerHold:
    """Promise an amount to somebody; the same key again gives the same promise. Raises NotEnough, NotTheSame."""
    return _hold([(key, account, amount)], until, subject)[0]


@transaction.atomic
def allocate(
    *, key: str, accounts: Sequence[str], amount: int, until: datetime | None = None, subject: str = ""
) -> list[LedgerHold]:
    """Promise an amount out of several accounts, the first as much as it can: all of it, or nothing.

    The same key again gives the same promises. Raises NotEnough, NotTheSame.
    """
    found = _locked(accounts)
    earlier = list(LedgerHold.objects.filter(key__startswith=f"{key}:").select_related("account").order_by("pk"))
    if earlier:
        if sum(one.amount for one in earlier) != amount:
            raise NotTheSame(key=key)
        return earlier
    parts = rules.allocated(amount, [found[code].standing.free for code in accounts])
    if parts is None or amount <= 0:
        raise NotEnough()
    named = [(f"{key}:{code}", code, part) for code, part in zip(accounts, parts, strict=True) if part]
    return _hold(named, until, subject)


@transaction.atomic
def use(*, key: str, taker: str, reason: str, amount: int | None = None) -> LedgerMove:
    """Move what was promised, or less of it; the rest is free again. Using it twice gives the same move.

    Raises NoLongerHeld, NotEnough (more than was promised), NoRoom.
    """
    promise = LedgerHold.objects.select_related("account").get(key=key)
    accounts = _locked([promise.account.code, taker])
    promise = LedgerHold.objects.select_for_update(no_key=True).get(pk=promise.pk)
    if promise.state == LedgerHold.State.USED:
        return LedgerMove.objects.get(key=f"use:{key}")
    taken = promise.amount if amount is None else amount
    _must_be_open(promise)
    if taken > promise.amount:
        raise NotEnough()
    giver = next(account for account in accounts.values() if account.pk == promise.account_id)
    _close(promise, giver, LedgerHold.State.USED)
    post([Transfer(f"use:{key}", giver.code, taker, taken, reason, promise.subject)])
    return LedgerMove.objects.get(key=f"use:{key}")


@transaction.atomic
def release(*, key: str) -> LedgerHold:
    """Give up a promise; twice is the same. Raises NoLongerHeld where it was used, or its time is over."""
    promise = LedgerHold.objects.select_related("account").get(key=key)
    account = _locked([promise.account.code])[promise.account.code]
    promise = LedgerHold.objects.select_for_update(no_key=True).get(pk=promise.pk)
    if promise.state == LedgerHold.State.RELEASED:
        return promise
    if promise.state != LedgerHold.State.OPEN:
        raise NoLongerHeld()
    return _close(promise, account, LedgerHold.State.RELEASED)


def expire() -> int:
    """Close the promises whose time is over, and tell who made them; return how many."""
    total = 0
    while number := _expire_some():
        total += number
    return total


@transaction.atomic
def _expire_some() -> int:
    over = list(LedgerHold.objects.over(clock.now()).select_related("account")[:AT_ONCE])
    accounts = _locked({one.account.code for one in over})
    still = LedgerHold.objects.open().filter(pk__in=[one.pk for one in over]).select_for_update(no_key=True)
    codes = {account.pk: account for account in accounts.values()}
    for promise in still.order_by("pk"):
        account = codes[promise.account_id]
        _close(promise, account, LedgerHold.State.EXPIRED)
        told = LedgerHoldExpired(promise.key, account.code, promise.amount, promise.subject)
        journal.write(told, by=SYSTEM, subject=promise.subject)
    return len(over)


def discrepancies() -> list[LedgerDiscrepancy]:
    """Return every account that is not what its moves and holds add up to; none, as long as nobody wrote by hand."""
    given = dict(LedgerMove.objects.order_by().values_list("giver").annotate(Sum("amount")))
    taken = dict(LedgerMove.objects.order_by().values_list("taker").annotate(Sum("amount")))
    promised = dict(LedgerHold.objects.open().order_by().values_list("account").annotate(Sum("amount")))
    found = []
    for account in LedgerAccount.objects.order_by("code").iterator():
        moved = taken.get(account.pk, 0) - given.get(account.pk, 0)
        held = promised.get(account.pk, 0)
        if (moved, held) != (account.balance, account.held):
            found.append(LedgerDiscrepancy(account.code, account.balance, moved, account.held, held))
    return found


def _locked(codes: Iterable[str]) -> Mapping[str, LedgerAccount]:
    """Take these accounts for this transaction, in the order of their keys. Raises LedgerAccount.DoesNotExist."""
    wanted = set(codes)
    rows = LedgerAccount.objects.select_for_update(no_key=True).filter(code__in=wanted).order_by("pk")
    found = {account.code: account for account in rows}
    if missing := wanted - found.keys():
        raise LedgerAccount.DoesNotExist(", ".join(sorted(missing)))
    return found


def _known(wanted: Sequence[Transfer]) -> dict[str, Transfer]:
    """Return what was moved under these keys before."""
    rows = LedgerMove.objects.filter(key__in=[one.key for one in wanted]).select_related("giver", "taker")
    return {
        row.key: Transfer(row.key, row.giver.code, row.taker.code, row.amount, row.reason, row.subject) for row in rows
    }


def _carry(giver: LedgerAccount, taker: LedgerAccount, amount: int) -> None:
    if amount <= 0 or giver.pk == taker.pk or giver.unit != taker.unit:
        raise NothingMoved()
    if not giver.standing.gives(amount):
        raise NotEnough()
    if not taker.standing.takes(amount):
        raise NoRoom()
    giver.balance -= amount
    taker.balance += amount


def _hold(wanted: Sequence[tuple[str, str, int]], until: datetime | None, subject: str) -> list[LedgerHold]:
    accounts = _locked({code for _key, code, _amount in wanted})
    rows = []
    for key, code, amount in wanted:
        account = accounts[code]
        if earlier := LedgerHold.objects.select_related("account").filter(key=key).first():
            if (earlier.account_id, earlier.amount) != (account.pk, amount):
                raise NotTheSame(key=key)
            rows.append(earlier)
            continue
        if amount <= 0:
            raise NothingMoved()
        if not account.standing.gives(amount):
            raise NotEnough()
        account.held += amount
        account.save(update_fields=["held"])
        rows.append(
            LedgerHold.objects.create(
                key=key, account=account, amount=amount, until=until, subject=subject, made_at=clock.now()
            )
        )
    return rows


def _must_be_open(promise: LedgerHold) -> None:
    late = promise.until is not None and promise.until <= clock.now()
    if promise.state != LedgerHold.State.OPEN or late:
        raise NoLongerHeld()


def _close(promise: LedgerHold, account: LedgerAccount, state: str) -> LedgerHold:
    account.held -= promise.amount
    account.save(update_fields=["held"])
    promise.state, promise.closed_at = state, clock.now()
    promise.save(update_fields=["state", "closed_at"])
    return promise
