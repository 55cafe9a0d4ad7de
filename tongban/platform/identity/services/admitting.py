"""From a proved password to a sign-in, by way of a second factor where one is needed."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.refusals import NotAllowed
from tongban.platform.identity import ports
from tongban.platform.identity.events import SignedIn
from tongban.platform.identity.models import Account
from tongban.platform.identity.services.actors import actor_of
from tongban.platform.identity.sessions import SessionStore

# What a session remembers of somebody whose password was right and who has not come in yet.
HALF = "identity.half"


@transaction.atomic
def admit(
    *,
    session: SessionStore,
    account: Account,
    methods: str,
    address: str = "",
    device: str = "",
    recognised: bool = True,
) -> Account:
    """Let somebody in, in a new session. Raises NotAllowed where the account is closed.

    methods      by what they proved who they are, in the words of RFC 8176: "pwd", "pwd otp", "hwk user"
    recognised   they came in from this device before, as far as it can be known
    """
    if not account.active:
        raise NotAllowed()
    recognised = recognised or account.signed_in_at is None
    account.signed_in_at = clock.now()
    account.save(update_fields=["signed_in_at"])
    row = session.begin(account, address=address, device=device, methods=methods)
    by = actor_of(account, address=address)
    journal.write(SignedIn(account.pk, device, row.methods, recognised), by=by, subject=f"account:{account.pk}")
    return account


def admit_or_ask(
    *, session: SessionStore, account: Account, address: str, device: str, recognised: bool, methods: str = "pwd"
) -> str:
    """Let somebody in whose password was right, unless a second factor is asked for; return the name of that page.

    methods   by what they proved who they are instead: "fed" for an account elsewhere
    Raises NotAllowed.
    """
    page = ports.second_step(account)
    if not page:
        admit(session=session, account=account, methods=methods, address=address, device=device, recognised=recognised)
        return ""
    session.flush()
    session[HALF] = {
        "account": account.pk,
        "methods": methods,
        "recognised": recognised,
        "rights": account.rights_version,
        "until": (clock.now() + timedelta(minutes=settings.IDENTITY_SECOND_STEP_MINUTES)).isoformat(),
    }
    return page


def half_signed_in(session: SessionStore) -> Account | None:
    """Return whose password was right in this session a little while ago, and who still owes a second factor."""
    half = session.get(HALF)
    if not half or datetime.fromisoformat(half["until"]) <= clock.now():
        return None
    return Account.objects.filter(pk=half["account"], rights_version=half["rights"], active=True).first()


def half_told(session: SessionStore) -> tuple[str, bool]:
    """Return by what somebody who owes a second factor proved who they are so far, and whether the device is known."""
    half = session.get(HALF) or {}
    return str(half.get("methods", "pwd")), bool(half.get("recognised", True))
