"""A mailbox on this machine (Maildir), for installations without a mail server: letters can be read, none leaves."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import rules
from tongban.infrastructure.transport.adapters.writing import Writer
from tongban.infrastructure.transport.ports import Letter, Unreachable


class Mailbox:
    def __init__(self, folder: Path, written: Writer) -> None:
        self.folder = folder
        self.written = written

    def in_use(self) -> StrOrPromise:
        return _("A mailbox on this machine. No letter leaves it; name a mail server with MAIL_HOST.")

    def send(self, letter: Letter) -> None:
        """Write the letter as one file, whole or not at all; the same letter is the same file."""
        name = f"{rules.name_of(letter.key)}.tongban"
        try:
            self._prepare()
            if (self.folder / "new" / name).exists():
                return
            draft = self.folder / "tmp" / name
            with open(draft, "wb") as out:
                out.write(self.written(letter).as_bytes())
                out.flush()
                os.fsync(out.fileno())
            draft.replace(self.folder / "new" / name)
        except OSError as error:
            raise Unreachable(f"the mailbox cannot be written: {error.strerror}") from error

    def check(self) -> list[StrOrPromise]:
        try:
            self._prepare()
        except OSError as error:
            return [f"{self.folder}: {error.strerror}"]
        return [] if os.access(self.folder / "new", os.W_OK) else [_("The mailbox cannot be written.")]

    def _prepare(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
