"""The notes of New room that wait for an answer, for other systems."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tongban.applications.newroom.models import NewRoomNote
from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.ui.api_fields import AFTER, BEFORE, NEXT

router = Router(tags=["newroom"])


class NewRoomNoteLine(Schema):
    """A note that waits for an answer."""

    uid: UUID = Field(description="names the note in addresses")
    department: str = Field(description="key of the department it was written to")
    written_on: date = Field(description="day on which it was written")


class NewRoomNoteLines(Schema):
    """A page of notes."""

    items: list[NewRoomNoteLine] = Field(description="the notes of this page, the oldest first")
    next: str = Field(description=NEXT)


class NewRoomCursor(Schema):
    after: str = Field("", description=AFTER)
    before: str = Field("", description=BEFORE)


@router.get(
    "/notes",
    operation_id="newroom_notes",
    response=NewRoomNoteLines,
    summary="Notes of New room that the key's duty reaches and nobody answered yet",
)
def notes(request: HttpRequest, cursor: Query[NewRoomCursor]) -> Any:
    parts = [part.with_names() for part in NewRoomNote.objects.to_answer(request.actor)]  # type: ignore[attr-defined]
    pages = with_readable_cursor(keyset_page(parts, request.GET, order=("written_on", "pk"), size=50))
    items = [{"uid": note.uid, "department": note.department.key, "written_on": note.written_on} for note in pages]
    return {"items": items, "next": pages.next}
