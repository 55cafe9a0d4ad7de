"""Search in this installation: one index a process for each thing that is searched, and the sounds of characters."""

import threading
from collections.abc import Callable, Sized
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from django.db import connection
from django.utils.translation import gettext

from tongban.infrastructure.search.rules.explaining import MatchReason
from tongban.infrastructure.search.rules.sounds import Sounds

DATA = Path(__file__).resolve().parent / "data"
# So many documents are read again in a blink; more are read in the background while the old ones serve.
AT_ONCE = 3000

Held = TypeVar("Held", bound=Sized)


@cache
def sounds() -> Sounds:
    """Return how Chinese characters sound."""
    return Sounds((DATA / "sounds.txt").read_text())


def in_words(reason: MatchReason) -> str:
    """Write why a document was found, in the language of the moment."""
    return gettext(reason.text) % reason.details


class LiveIndex(Generic[Held]):
    """What this process searches in, read anew when it has changed.

    read      make it from the database
    version   a mark that differs after every change; asked for with each search, so it must cost next to nothing
    """

    def __init__(self, read: Callable[[], Held], version: Callable[[], str]) -> None:
        self._read, self._version_now = read, version
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._version: str | None = None
        self._renewing = False

    def get(self) -> Held:
        """Return it as it is now; a large one may be that of a few seconds ago."""
        version = self._version_now()
        if self._held is not None and (self._version == version or self._renewing):
            return self._held
        with self._lock:
            if self._held is None or (self._version != version and len(self._held) < AT_ONCE):
                self._held, self._version = self._read(), version
            elif self._version != version and not self._renewing:
                self._renewing = True
                threading.Thread(target=self._renew, args=(version,), daemon=True).start()
            return self._held

    def _renew(self, version: str) -> None:
        try:
            self._held, self._version = self._read(), version
        finally:
            self._renewing = False
            connection.close()
