"""Where sessions are kept: one row that says whose it is, so that a request learns both with one query."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError, transaction
from django.db.models import CharField, DateTimeField

from tongban.infrastructure.database.ready import Place, Ready
from tongban.infrastructure.kernel import clock
from tongban.platform.identity import rules
from tongban.platform.identity.models import Account, Visit

_GOING_ON: Ready[Visit] = Ready(
    lambda: (
        Visit.objects.select_related("account")
        .defer("account__password", "account__email", "account__phone")
        .filter(session_key=Place("key", CharField()), expire_date__gt=Place("now", DateTimeField()))
    )
)


class SessionStore(DatabaseStore):
    """A session in the database, with its account.

    visit   the row it was read from; None for a new session
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.visit: Visit | None = None

    @classmethod
    def get_model_class(cls) -> type[Visit]:
        return Visit

    def begin(self, account: Account, *, address: str, device: str) -> Visit:
        """Start a new session for the account; nothing of an earlier one is taken over."""
        self.flush()
        now = clock.now()
        self.visit = Visit(account=account, started_at=now, seen_at=now, address=address, device=device)
        self.create()
        return self.visit

    def touch(self) -> None:
        """Remember that the visitor is still there; writes at most once a minute or so."""
        now, visit = clock.now(), self.visit
        if visit is None or now - visit.seen_at < timedelta(seconds=settings.IDENTITY_SEEN_SECONDS):
            return
        visit.seen_at, visit.expire_date = now, _ends(visit, now)
        # Whoever only reads goes on reading where nothing can be written, as on a full disk.
        with suppress(OperationalError), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(seen_at=visit.seen_at, expire_date=visit.expire_date)

    def flush(self) -> None:
        super().flush()
        self.visit = None

    @property
    def account(self) -> Account | None:
        """Who is signed in; loads the session."""
        if self.session_key:
            self.is_known()
        return self.visit.account if self.visit else None

    def is_known(self) -> bool:
        """Say whether this is a session that we began and that has not ended; loads it."""
        self.keys()
        return self.session_key is not None

    def create_model_instance(self, data: dict[str, Any]) -> Visit:
        now, key, old = clock.now(), str(self.session_key), self.visit
        row = Visit(session_key=key, session_data=self.encode(data), started_at=now, seen_at=now)
        if old is not None:
            row.account, row.address, row.device = old.account, old.address, old.device
            row.started_at = old.started_at
            row.uid = old.uid if old.session_key == key else row.uid
        row.expire_date = _ends(row, now)
        self.visit = row
        return row

    def _get_session_from_db(self) -> Visit | None:
        # A key that we cannot have made is not worth a query, and PostgreSQL takes no NUL.
        key = str(self.session_key)
        self.visit = _GOING_ON.one(key=key, now=clock.now()) if key.isalnum() else None
        if self.visit is None:
            self._session_key = None
        return self.visit


def _ends(visit: Visit, now: datetime) -> datetime:
    staff = visit.account is not None and visit.account.kind == Account.Kind.STAFF
    minutes = settings.IDENTITY_STAFF_IDLE_MINUTES if staff else settings.IDENTITY_PERSON_IDLE_MINUTES
    hours = settings.IDENTITY_STAFF_MOST_HOURS if staff else settings.IDENTITY_PERSON_MOST_HOURS
    return rules.expires_at(
        started_at=visit.started_at, seen_at=now, idle=timedelta(minutes=minutes), most=timedelta(hours=hours)
    )
