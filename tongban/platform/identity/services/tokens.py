"""Keys with which other systems sign in."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity.events import TokenMade, TokenRevoked
from tongban.platform.identity.models import Account, Token
from tongban.platform.identity.services.actors import actor_of
from tongban.platform.identity.services.denials import must_find
from tongban.platform.identity.services.departments import must_manage_duties

_USED_EVERY = timedelta(minutes=1)
# Asked with every call of the interface.
_SHOWN: PreparedQuery[Token] = PreparedQuery(
    lambda: (
        Token.objects.select_related("account")
        .defer("account__password", "account__email", "account__phone")
        .filter(digest=Param("digest", CharField()))
    )
)


class NotASystem(Refusal):
    message = _("Only the account of another system can have a key; %(name)s is not one.")


@transaction.atomic
def make_token(
    *, actor: Actor, account: Account, title: str, duties: Collection[str], days: int | None = None
) -> tuple[Token, str]:
    """Make a key for another system; return it with its text, which cannot be shown again.

    duties   what the key may do at most; it never does more than the account may
    Raises NotAllowed, DutyIsCitywide, NotASystem.
    """
    actor.must_hold("identity.manage_tokens")
    must_manage_duties(actor, duties)
    if account.kind != Account.Kind.CLIENT:
        raise NotASystem(name=account.name)
    prefix = f"tb_{ids.token(8)}"
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    now = clock.now()
    token = Token.objects.create(
        account=account,
        title=title,
        prefix=prefix,
        digest=_digest(text),
        duties=sorted(set(duties)),
        created_at=now,
        created_by_id=actor.account,
        expires_at=now + timedelta(days=days or settings.IDENTITY_TOKEN_DAYS),
    )
    event = TokenMade(account.pk, prefix, token.duties, token.expires_at.isoformat())
    journal.write(event, by=actor, subject=f"account:{account.pk}")
    return token, text


@transaction.atomic
def revoke_token(*, actor: Actor, uid: UUID | str, reason: str = "") -> Token:
    """Make a key useless at once. A second time changes nothing. Raises NotAllowed, NotFound."""
    actor.must_hold("identity.manage_tokens")
    token = must_find(Token.objects.select_for_update().filter(uid=uid).first(), actor, "token", uid)
    if token.revoked_at:
        return token
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    journal.write(
        TokenRevoked(token.account_id, token.prefix), by=actor, subject=f"account:{token.account_id}", reason=reason
    )
    return token


def token_actor(header: str, *, address: str = "") -> Actor | None:
    """Return who shows the header "Bearer …", with the duties of the key; None where it is not valid."""
    scheme, _space, text = header.partition(" ")
    if scheme.lower() != "bearer" or not text.startswith("tb_"):
        return None
    token = _SHOWN.one(digest=_digest(text.strip()))
    now = clock.now()
    if token is None or token.revoked_at or token.expires_at <= now or not token.account.active:
        return None
    if token.used_at is None or now - token.used_at > _USED_EVERY:
        Token.objects.filter(pk=token.pk).update(used_at=now)
    actor = actor_of(token.account, channel="api", address=address)
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.duty in token.duties))


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
