"""What somebody sent after their sign-in had ended: saved for them, and sent once they have signed in again."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity.events import LateFormSaved, LateFormSent
from tongban.platform.identity.models import LateForm, LoginSession
from tongban.platform.identity.services.actors import actor_of
from tongban.platform.identity.sessions import SessionStore

# What a session remembers about a sign-in that goes on with it.
CARRIED = "parties."


@transaction.atomic
def save_late(
    *,
    session_key: str,
    path: str,
    fields: Iterable[tuple[str, str]],
    files: Iterable[tuple[str, UploadedFile]],
    address: str = "",
) -> LateForm | None:
    """Save what came with a session that has run out, encrypted, for the account it belonged to.

    Returns None where nobody can be told: the session was never there, was ended on purpose, or ran out long ago, the
    account was closed, or there is too much text. Files that are too large are left out, by name.
    """
    kept = timedelta(hours=settings.IDENTITY_LATE_FORM_HOURS)
    login_session = (
        LoginSession.objects.timed_out(session_key, since=clock.now() - kept) if session_key.isalnum() else None
    )
    fields = [(name, text) for name, text in fields if name != "csrfmiddlewaretoken"]
    too_much = sum(len(text) for _name, text in fields) > settings.IDENTITY_MAX_LATE_FORM_KB * 1024
    if login_session is None or login_session.account is None or too_much or len(path) > 500:
        return None
    taken, left_out = _files(files)
    remembered = SessionStore().decode(login_session.session_data)
    session = {name: value for name, value in remembered.items() if name.startswith(CARRIED)}
    content: Any = {"fields": fields, "files": taken, "left_out": left_out, "session": session}
    now = clock.now()
    late: LateForm = LateForm.objects.create(
        account=login_session.account, path=path, content=content, sent_at=now, expires_at=now + kept
    )
    # A few are enough for anybody; whoever still has the old session cannot fill the disk.
    older = LateForm.objects.of(login_session.account_id, at=now).values_list("pk", flat=True)
    LateForm.objects.filter(pk__in=list(older[settings.IDENTITY_MAX_LATE_FORMS :])).delete()
    by = actor_of(login_session.account, address=address)
    journal.write(LateFormSaved(login_session.account.pk), by=by, subject=f"account:{login_session.account.pk}")
    return late


def late_form(*, actor: Actor, uid: UUID | str) -> LateForm | None:
    """Return what the actor, and nobody else, sent too late; None where it was sent since, thrown away or expired."""
    found: LateForm | None = LateForm.objects.of(actor.account, at=clock.now()).filter(uid=uid).first()
    return found


@transaction.atomic
def take_late(*, actor: Actor, uid: UUID | str, path: str) -> LateForm | None:
    """Take a saved form to send it to the address it was meant for; only once, however often the button is pressed."""
    found = LateForm.objects.of(actor.account, at=clock.now()).filter(path=path).select_for_update()
    late: LateForm | None = found.filter(uid=uid).first() if _is_uid(uid) else None
    if late is not None:
        late.delete()
        journal.write(LateFormSent(late.account_id), by=actor, subject=f"account:{late.account_id}")
    return late


def put_back(late: LateForm) -> None:
    """Save a form once more that was taken and could not be sent."""
    late.pk = None
    late.save(force_insert=True)


@transaction.atomic
def discard_late(*, actor: Actor, uid: UUID | str) -> None:
    """Throw away what the actor sent too late. A second time changes nothing."""
    LateForm.objects.of(actor.account, at=clock.now()).filter(uid=uid).delete()


def files_of(late: LateForm) -> list[tuple[str, UploadedFile]]:
    """Return the files of a saved form as if they were uploaded now: field -> file."""
    return [
        (file["field"], SimpleUploadedFile(file["name"], b64decode(file["content"]), file["type"]))
        for file in late.content["files"]
    ]


def _is_uid(text: UUID | str) -> bool:
    try:
        UUID(str(text))
    except ValueError:
        return False
    return True


def _files(files: Iterable[tuple[str, UploadedFile]]) -> tuple[list[Mapping[str, str]], list[str]]:
    room = settings.IDENTITY_MAX_LATE_FORM_FILES_MB * 1024 * 1024
    taken: list[Mapping[str, str]] = []
    left_out: list[str] = []
    for field, file in files:
        name = str(file.name)
        if (file.size or 0) > room:
            left_out.append(name)
            continue
        room -= file.size or 0
        content = b64encode(file.read()).decode()
        taken.append({"field": field, "name": name, "type": file.content_type or "", "content": content})
    return taken, left_out
