"""Compare what lies on disk with the digests under which it was kept."""

import time
from dataclasses import dataclass

import structlog
from django.db import transaction

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import disk
from tongban.infrastructure.storage.models import Blob, Damage

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    files     how many were looked at
    damaged   digest -> "missing", "changed" or "unreadable"
    reached   where to go on from, None when all were looked at
    """

    files: int
    damaged: dict[str, str]
    reached: int | None


def compare(*, after: int = 0, seconds: float | None = None, at_once: int = 200) -> Comparison:
    """Read every kept file, note which are damaged, and forget the damage of those that are sound again.

    after, seconds   go on behind this one, and stop after about so long
    at_once          so many are looked at between two looks at the clock
    """
    until = None if seconds is None else time.monotonic() + seconds
    files = 0
    damaged: dict[str, str] = {}
    while blobs := list(Blob.objects.after(after, most=at_once)):
        found = {blob.pk: how for blob in blobs if (how := _damage(blob.digest))}
        _note(blobs, found)
        files, after = files + len(blobs), blobs[-1].pk
        damaged |= {blob.digest: found[blob.pk] for blob in blobs if blob.pk in found}
        if until is not None and time.monotonic() > until:
            return Comparison(files, damaged, after)
    return Comparison(files, damaged, None)


def _damage(digest: str) -> str:
    try:
        disk.open_(digest).close()
    except disk.DamagedFile as damaged:
        log.error("a saved file is missing or has changed on disk", digest=digest, how=damaged.how)
        return damaged.how
    return ""


@transaction.atomic
def _note(blobs: list[Blob], found: dict[int, str]) -> None:
    known = dict(Damage.objects.filter(blob__in=blobs).values_list("blob_id", "how"))
    if known == found:
        return
    Damage.objects.filter(blob__in=[pk for pk, how in known.items() if found.get(pk) != how]).delete()
    new = [Damage(blob_id=pk, how=how, found_at=clock.now()) for pk, how in found.items() if known.get(pk) != how]
    Damage.objects.bulk_create(new, ignore_conflicts=True)
