"""A mailbox on this machine (Maildir), for installations without a mail server: e-mails can be read, none leaves."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import rules
from tongban.infrastructure.transport.adapters.composing import Compose
from tongban.infrastructure.transport.ports import Email, Unreachable


class MaildirMailer:
    def __init__(self, folder: Path, written: Compose) -> None:
        self.folder = folder
        self.written = written

    def in_use(self) -> StrOrPromise:
        return _("A mailbox on this machine; no e-mail is sent out. To send e-mail, name a mail server with MAIL_HOST.")

    def send(self, email: Email) -> None:
        """Write the e-mail as one file, whole or not at all; the same e-mail is the same file."""
        name = f"{rules.name_of(email.key)}.tongban"
        try:
            self._prepare()
            if (self.folder / "new" / name).exists():
                return
            draft = self.folder / "tmp" / name
            with open(draft, "wb") as out:
                out.write(self.written(email).as_bytes())
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
        return [] if os.access(self.folder / "new", os.W_OK) else [_("The mailbox cannot be written to.")]

    def _prepare(self) -> None:
        for part in ("tmp", "new", "cur"):
            (self.folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
