"""Keep that something was checked: each check has a fact of its own until somebody checks the same on and on."""

from datetime import timedelta
from hashlib import sha256
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.transactions import unhurried
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor, Kind
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.identity import services as identity
from tongban.platform.licences.events import LicenceVerified, LicenceVerifiedAgain
from tongban.platform.licences.models import CheckCount

REASON = _("Public verification")


def record_check(event: LicenceVerified, *, by: Actor, subject: str) -> None:
    """Write the fact of a check, or count it where the same actor made the same one often within an hour."""
    if CheckCount.objects.count_again(_key(event, by), clock.now()):
        return
    with unhurried():
        _record(event, by, subject)


def _record(event: LicenceVerified, by: Actor, subject: str) -> None:
    row, now = _row(event, by, subject), clock.now()
    if not row.more and now - row.began_at >= timedelta(seconds=settings.LICENCES_CHECKS_FORGET_SECONDS):
        row.began_at, row.recorded = now, 0
    singly = row.recorded < settings.LICENCES_CHECKS_RECORDED_INDIVIDUALLY
    row.recorded, row.more = row.recorded + singly, row.more + (not singly)
    row.last_at = max(now, row.began_at)
    row.account, row.name, row.kind, row.channel, row.address = by.account, by.name, by.kind, by.channel, by.address
    row.save()
    if singly:
        journal.write(event, by=by, subject=subject, reason=recorded(REASON))


@transaction.atomic
def record_counted_checks() -> int:
    """Tell what was only counted since the last time, in one fact for each actor and licence; forget what is over."""
    rows = list(CheckCount.objects.select_for_update().waiting())
    for row in rows:
        by = Actor(cast(Kind, row.kind), account=row.account, name=row.name, channel=row.channel, address=row.address)
        event = LicenceVerifiedAgain(row.way, row.outcome, row.what, row.more)
        journal.write(event, by=by, subject=row.subject, reason=recorded(REASON))
        row.more = 0
        row.save(update_fields=["more"])
    over = clock.now() - timedelta(seconds=settings.LICENCES_CHECKS_FORGET_SECONDS)
    CheckCount.objects.forgotten(before=over).delete()
    return len(rows)


def _row(event: LicenceVerified, by: Actor, subject: str) -> CheckCount:
    now = clock.now()
    row: CheckCount = CheckCount.objects.select_for_update().get_or_create(
        key=_key(event, by),
        defaults={
            "way": event.way,
            "outcome": event.outcome,
            "what": event.what,
            "subject": subject,
            "began_at": now,
            "last_at": now,
            "kind": by.kind,
        },
    )[0]
    return row


def _key(event: LicenceVerified, by: Actor) -> str:
    said = f"{identity.counted_as(by)}:{event.way}:{event.outcome}:{event.what}"
    return sha256(said.encode()).hexdigest()
