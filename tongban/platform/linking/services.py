"""The verbs of linking: going to a provider, coming back from it, and parting the accounts again."""

import secrets as randomness
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.linking import ports, rules
from tongban.platform.linking.events import AccountLinked, AccountUnlinked, ProviderAnswerRefused
from tongban.platform.linking.models import LinkedAccount
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

# What a session remembers of somebody who is at a provider.
ASKED = "linking.asked"
# From which level of the provider on its ID data is believed: verified as a real person.
ENOUGH = 3
METHODS = "fed"


class AnswerUnfit(Refusal):
    status = 422
    message = _(
        "This answer does not belong to a sign-in that was begun here, or it came twice or too late. Try again."
    )


class ProviderSilent(Refusal):
    status = 503
    message = _("The provider does not answer. Try again later, or sign in with your password.")

    @property
    def wait_seconds(self) -> int:
        return 30


class NotLinked(Refusal):
    message = _(
        "No account here is linked with this one. Sign in another way once, and link it under “Accounts elsewhere”."
    )


class LinkedElsewhere(Refusal):
    message = _(
        "This account is linked with another one here, or you have linked another one of this provider already."
    )


class SomebodyElse(Refusal):
    message = _("The provider knows this account as somebody else's. Only one's own account is linked.")


class Came(NamedTuple):
    """What came of it. new: linked just now; page: where the second factor is shown, "" where somebody is in."""

    account: Account
    wanted: str
    new: bool
    page: str


def begin(*, session: identity.SessionStore, provider: str, wanted: str = "") -> str:
    """Return the address at the provider where somebody goes on. Raises NotFound."""
    found = _provider(provider)
    made = [randomness.token_urlsafe(32) for _each in range(3)]
    asked = _secrets(provider, made)
    until = clock.now() + timedelta(seconds=settings.LINKING_SECONDS)
    session[ASKED] = {"provider": provider, "secrets": made, "until": until.isoformat(), "wanted": wanted}
    return found.begin(asked)


def finish(
    *, actor: Actor, session: identity.SessionStore, provider: str, sent: Mapping[str, str], device: str = ""
) -> Came:
    """Link the account for whoever is signed in; else let in whom it belongs to.

    Not linked yet, somebody is let in only where the provider verified them as a real person, and name and number are
    those of a person with an account here. Mail addresses say nothing.
    Raises NotFound, AnswerUnfit, ProviderSilent, NotLinked, LinkedElsewhere, SomebodyElse, NotAllowed.
    """
    found = _provider(provider)
    asked = session.pop(ASKED, None)
    claimed = _claimed(actor, found, provider, asked, sent)
    wanted = str(asked["wanted"])
    if actor.signed_in:
        return Came(link(actor=actor, provider=provider, claimed=claimed), wanted, True, "")
    account, new = _known(provider, claimed)
    page = identity.admit_or_ask(
        session=session, account=account, address=actor.address, device=device, recognised=not new, methods=METHODS
    )
    return Came(account, wanted, new, page)


@transaction.atomic
def link(*, actor: Actor, provider: str, claimed: ports.Claimed) -> Account:
    """Link the actor's own account; the same again is nothing new. Raises NotAllowed, SomebodyElse, LinkedElsewhere."""
    if actor.kind != "person" or actor.account is None:
        raise NotAllowed()
    party: Party | None = Party.objects.get(pk=actor.party) if actor.party else None
    if party and claimed.id_number and not _is(party, claimed):
        raise SomebodyElse()
    return _link(Account.objects.get(pk=actor.account), provider, claimed, by=actor, way="owner")


@transaction.atomic
def unlink(*, actor: Actor, uid: str) -> None:
    """Part the accounts: nobody signs in that way any more. Raises NotFound."""
    own = LinkedAccount.objects.owned_by(actor).filter(uid=uid).first()
    found: LinkedAccount = identity.must_find(own, actor, "linked-account", uid)
    found.delete()
    event = AccountUnlinked(found.account_id, found.provider)
    journal.write(event, by=actor, subject=f"account:{found.account_id}")


def back_address(provider: str) -> str:
    return settings.PUBLIC_URL + reverse("hall:linking:back", args=[provider])


def _secrets(provider: str, made: list[str]) -> ports.Secrets:
    state, nonce, verifier = made
    return ports.Secrets(state, nonce, verifier, back_address(provider))


def _provider(key: str) -> ports.Provider:
    found = ports.configured().get(key)
    if found is None:
        raise NotFound()
    return found


def _claimed(
    actor: Actor, found: ports.Provider, provider: str, asked: dict[str, Any] | None, sent: Mapping[str, str]
) -> ports.Claimed:
    """Return who signed in there, after everything about the answer was checked."""
    if not asked or asked["provider"] != provider or not rules.same(asked["secrets"][0], sent.get("state", "")):
        raise _refused(actor, provider, "state")
    if datetime.fromisoformat(asked["until"]) <= clock.now():
        raise _refused(actor, provider, "late")
    if not 0 < len(sent.get("code", "")) <= 1000:
        raise _refused(actor, provider, "refused")
    try:
        claimed = found.finish(_secrets(provider, asked["secrets"]), sent["code"])
    except ports.Silent as silence:
        _refused(actor, provider, "silent")
        raise ProviderSilent() from silence
    except ports.Forged as error:
        raise _refused(actor, provider, "forged") from error
    if not claimed.subject:
        raise _refused(actor, provider, "forged")
    return claimed


def _known(provider: str, claimed: ports.Claimed) -> tuple[Account, bool]:
    digest = _digest(provider, claimed)
    found = LinkedAccount.objects.filter(provider=provider, digest=digest).select_related("account").first()
    if found:
        found.used_at = clock.now()
        found.save(update_fields=["used_at"])
        return found.account, False
    if claimed.level < ENOUGH or not claimed.id_number:
        raise NotLinked()
    party: Party | None = Party.objects.numbered(digest_of(claimed.id_number)).first()
    account = party.account if party and _is(party, claimed) else None
    if account is None or not account.active or account.kind != "person":
        raise NotLinked()
    by = identity.actor_of(account)
    with transaction.atomic():
        return _link(account, provider, claimed, by=by, way="identity"), True


def _is(party: Party, claimed: ports.Claimed) -> bool:
    same_number = digest_of(claimed.id_number) == digest_of(party.id_number)
    return same_number and parties.same_name(party.name, claimed.name)


def _link(account: Account, provider: str, claimed: ports.Claimed, *, by: Actor, way: str) -> Account:
    digest = _digest(provider, claimed)
    here = LinkedAccount.objects.filter(provider=provider, account=account).first()
    if here and here.digest == digest:
        return account
    try:
        with transaction.atomic():
            LinkedAccount.objects.create(account=account, provider=provider, digest=digest, linked_at=clock.now())
    except IntegrityError as error:
        raise LinkedElsewhere() from error
    journal.write(AccountLinked(account.pk, provider, way), by=by, subject=f"account:{account.pk}")
    return account


def _digest(provider: str, claimed: ports.Claimed) -> str:
    return digest_of(f"linking {provider} {claimed.subject}")


def _refused(actor: Actor, provider: str, cause: str) -> AnswerUnfit:
    with transaction.atomic():
        journal.write(ProviderAnswerRefused(provider, cause), by=actor)
    return AnswerUnfit()
