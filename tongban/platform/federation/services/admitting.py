"""Which systems people may sign in to."""

import json
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.federation import rules
from tongban.platform.federation.events import RelyingPartyAdmitted, RelyingPartyShutOut
from tongban.platform.federation.models import RelyingParty
from tongban.platform.identity import services as identity


class AddressUnfit(Invalid):
    """An address is not one that answers may go to."""


class KeysUnfit(Invalid):
    """The keys are no JWK set of public keys."""


@transaction.atomic
def admit(
    *,
    actor: Actor,
    title: str,
    purpose: str,
    redirect_uris: Sequence[str],
    keys: str,
    scopes: Sequence[str],
    logout_uris: Sequence[str] = (),
) -> RelyingParty:
    """Let a system have people sign in here. Raises NotAllowed, AddressUnfit, KeysUnfit.

    keys   its public keys, a JWK set in JSON
    """
    actor.must_hold("federation.manage")
    if not redirect_uris or any(rules.redirect_problem(address) for address in (*redirect_uris, *logout_uris)):
        raise AddressUnfit({"redirect_uris": [_("Each address is https://…, without “#”; one to a line.")]})
    made: RelyingParty = RelyingParty.objects.create(
        handle=f"rp-{ids.token(16)}",
        title=title,
        purpose=purpose,
        redirect_uris=list(redirect_uris),
        logout_uris=list(logout_uris),
        keys=_public_keys(keys),
        scopes=[scope for scope in rules.SCOPES if scope == "openid" or scope in scopes],
        created_at=clock.now(),
    )
    journal.write(RelyingPartyAdmitted(made.handle, made.scopes), by=actor, subject=f"relying-party:{made.pk}")
    return made


@transaction.atomic
def shut_out(*, actor: Actor, uid: str, reason: str = "") -> RelyingParty:
    """Let a system have nobody sign in any more, at once; a second time changes nothing.

    Raises NotAllowed, NotFound.
    """
    actor.must_hold("federation.manage")
    found = RelyingParty.objects.select_for_update().filter(uid=uid).first()
    party: RelyingParty = identity.must_find(found, actor, "relying-party", uid)
    if party.active:
        party.active = False
        party.save(update_fields=["active"])
        event = RelyingPartyShutOut(party.handle)
        journal.write(event, by=actor, subject=f"relying-party:{party.pk}", reason=reason)
    return party


def _public_keys(text: str) -> dict[str, object]:
    wrong = KeysUnfit({"keys": [_("This is not a JWK set with public keys (RFC 7517).")]})
    try:
        told = json.loads(text)
        found = KeySet.import_key_set(told)
        private = any(key.is_private for key in found.keys)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise wrong from error
    if private or not found.keys:
        raise wrong
    return dict(told)
