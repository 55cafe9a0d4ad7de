"""What is written to the journal."""

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise


@dataclass(frozen=True)
class NewRoomNoteWritten:
    """Somebody wrote a note. department: its key."""

    title: ClassVar[StrOrPromise] = _("Note written in New room")

    note_id: int
    department: str


@dataclass(frozen=True)
class NewRoomNoteAnswered:
    """The department answered a note."""

    title: ClassVar[StrOrPromise] = _("Note answered in New room")

    note_id: int
