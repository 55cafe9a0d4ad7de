"""Where sessions are kept: one row that says whose it is, so that a request learns both with one query."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import OperationalError, transaction
from django.db.models import CharField, DateTimeField

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import clock
from tongban.platform.identity import rules
from tongban.platform.identity.models import Account, LoginSession

_GOING_ON: PreparedQuery[LoginSession] = PreparedQuery(
    lambda: (
        LoginSession.objects.select_related("account")
        .defer("account__password", "account__email", "account__phone")
        .filter(session_key=Param("key", CharField()), expire_date__gt=Param("now", DateTimeField()))
    )
)


class SessionStore(DatabaseStore):
    """A session in the database, with its account.

    row   the row it was read from; None for a new session
    """

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self.row: LoginSession | None = None

    @classmethod
    def get_model_class(cls) -> type[LoginSession]:
        return LoginSession

    def begin(self, account: Account, *, address: str, device: str, methods: str = "pwd") -> LoginSession:
        """Start a new session for the account; nothing of an earlier one is taken over."""
        self.flush()
        now = clock.now()
        self.row = LoginSession(account=account, started_at=now, seen_at=now, address=address, device=device)
        self.row.methods = methods
        self.create()
        return self.row

    def touch(self) -> None:
        """Remember that the visitor is still there; writes at most once a minute or so."""
        now, row = clock.now(), self.row
        if row is None or now - row.seen_at < timedelta(seconds=settings.IDENTITY_SEEN_SECONDS):
            return
        row.seen_at, row.expire_date = now, _ends(row, now)
        # Whoever only reads goes on reading where nothing can be written, as on a full disk.
        with suppress(OperationalError), transaction.atomic():
            LoginSession.objects.filter(pk=row.pk).update(seen_at=row.seen_at, expire_date=row.expire_date)

    def flush(self) -> None:
        super().flush()
        self.row = None

    @property
    def account(self) -> Account | None:
        """Who is signed in; loads the session."""
        if self.session_key:
            self.is_known()
        return self.row.account if self.row else None

    def is_known(self) -> bool:
        """Say whether this is a session that we began and that has not ended; loads it."""
        self.keys()
        return self.session_key is not None

    def create_model_instance(self, data: dict[str, Any]) -> LoginSession:
        now, key, old = clock.now(), str(self.session_key), self.row
        row = LoginSession(session_key=key, session_data=self.encode(data), started_at=now, seen_at=now)
        if old is not None:
            row.account, row.address, row.device = old.account, old.address, old.device
            row.methods = old.methods
            row.started_at = old.started_at
            row.uid = old.uid if old.session_key == key else row.uid
        row.expire_date = _ends(row, now)
        self.row = row
        return row

    def _get_session_from_db(self) -> LoginSession | None:
        # A key that we cannot have made is not worth a query, and PostgreSQL takes no NUL.
        key = str(self.session_key)
        self.row = _GOING_ON.one(key=key, now=clock.now()) if key.isalnum() else None
        if self.row is None:
            self._session_key = None
        return self.row


def _ends(row: LoginSession, now: datetime) -> datetime:
    staff = row.account is not None and row.account.kind == Account.Kind.STAFF
    minutes = settings.IDENTITY_STAFF_IDLE_MINUTES if staff else settings.IDENTITY_PERSON_IDLE_MINUTES
    hours = settings.IDENTITY_MAX_STAFF_HOURS if staff else settings.IDENTITY_MAX_PERSON_HOURS
    return rules.expires_at(
        started_at=row.started_at, seen_at=now, idle=timedelta(minutes=minutes), most=timedelta(hours=hours)
    )
