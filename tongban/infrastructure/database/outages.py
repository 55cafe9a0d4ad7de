"""Errors that an operator ends: a full disk, a busy database, one that does not answer."""

import errno
from typing import Literal

from django.db import OperationalError

Outage = Literal["full", "busy", "database"]

_FULL = ("disk is full", "no space left", "disk full", "could not extend file")
_BUSY = ("database is locked", "database table is locked", "lock timeout", "deadlock", "statement timeout")


def outage_of(error: BaseException | None) -> Outage | None:
    """Say whether an error means a full disk, a busy database or one that does not answer; None for any other."""
    if isinstance(error, OSError):
        return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
    if not isinstance(error, OperationalError):
        return None
    text = str(error).lower()
    if any(words in text for words in _FULL):
        return "full"
    if any(words in text for words in _BUSY):
        return "busy"
    return "database"
