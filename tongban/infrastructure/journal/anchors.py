"""What was sealed, noted outside of the database: files that are only written on, one a month.

Whoever empties the journal, shortens it or writes it anew would have to change these as well. A line that the
platform did not write is seen; give the folder to a disk or a machine where nothing can be taken back.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import structlog
from django.conf import settings

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal.models import Batch
from tongban.infrastructure.journal.rules import Anchor
from tongban.infrastructure.kernel import clock

log = structlog.get_logger(__name__)


class Altered(ValueError):
    """A line of an anchor file is not one that the platform wrote."""


def folder() -> Path | None:
    """Return where anchors are kept, None where the operator wants none."""
    return settings.VAR / settings.JOURNAL_ANCHORS if settings.JOURNAL_ANCHORS else None


def note(number: int, *, accepted: str = "") -> Anchor | None:
    """Note the journal as it is up to this batch, 0 for none at all.

    accepted   why it is right as it is, though it does not fit the anchors before
    """
    where = folder()
    if where is None:
        return None
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(where / "lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            anchor = _anchor(number, accepted)
            _append(where / f"{clock.now():%Y-%m}.log", anchor)
    except OSError as error:
        # Sealing goes on; the next batch is noted with all before it.
        log.error("an anchor of the journal cannot be written", folder=str(where), error=str(error))
        return None
    return anchor


def known() -> Iterator[Anchor]:
    """Yield the anchors, oldest first. Raises Altered."""
    for file in _files():
        for number, line in enumerate(file.read_text().splitlines(), start=1):
            yield _read(line, f"{file.name}, line {number}")


def _anchor(number: int, accepted: str) -> Anchor:
    last = _last()
    batch = Batch.objects.filter(number=number).first()
    if last and batch and not accepted and last.batch == number - 1:
        facts = last.facts + len(batch.fact_ids)
    else:
        before = Batch.objects.filter(number__lte=number).in_order().values_list("fact_ids", flat=True)
        facts = sum(len(ids) for ids in before.iterator(chunk_size=50))
    return Anchor(clock.now().isoformat(timespec="seconds"), number, facts, batch.digest if batch else "", accepted)


def _append(file: Path, anchor: Anchor) -> None:
    line = f"{anchor.text()} {crypto.mac_of(anchor.text().encode())}\n"
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, line.encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _last() -> Anchor | None:
    for file in reversed(_files()):
        with file.open("rb") as content:
            content.seek(max(0, file.stat().st_size - 4096))
            lines = content.read().decode(errors="replace").splitlines()
        if lines:
            try:
                return _read(lines[-1], file.name)
            except Altered:
                return None
    return None


def _files() -> list[Path]:
    where = folder()
    return sorted(where.glob("*.log")) if where else []


def _read(line: str, source: str) -> Anchor:
    text, _, mac = line.rpartition(" ")
    if crypto.mac_of(text.encode()) != mac:
        raise Altered(source)
    return Anchor.read(text)
