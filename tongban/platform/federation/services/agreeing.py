"""What a system asks for a person, and what the person agrees to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.federation import rules
from tongban.platform.federation.events import SignOnAgreed, SignOnWithdrawn
from tongban.platform.federation.models import Consent, Issued, PushedRequest, RelyingParty
from tongban.platform.federation.services.signing import issuer
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, LoginSession

PUSHED = "urn:ietf:params:oauth:request_uri:"
NAMES = (
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
)


class RequestUnfit(Refusal):
    """Nobody is sent back, for it is not known that the address is the system's."""

    status = 422
    message = _("The other system asked in a way that cannot be answered. Go back to it and try again.")


@dataclass(frozen=True)
class SignOnRequest:
    """A request whose system and address are known. error: what is wrong with the rest, for the system to read."""

    party: RelyingParty
    values: Mapping[str, str]
    error: str = ""
    description: str = ""

    @property
    def scopes(self) -> list[str]:
        return rules.scopes(self.values.get("scope", ""), self.party.scopes)


def read_request(sent: Mapping[str, str]) -> SignOnRequest:
    """Return what a system asks for, pushed before or sent along. Raises RequestUnfit."""
    party = RelyingParty.objects.named(sent.get("client_id", "")[:40])
    if party is None:
        raise RequestUnfit()
    values: Mapping[str, str] = {name: sent[name] for name in NAMES if name in sent}
    if uri := sent.get("request_uri", ""):
        digest = sha256(uri.removeprefix(PUSHED).encode()).hexdigest()
        pushed = PushedRequest.objects.filter(digest=digest, relying_party=party, expires_at__gt=clock.now()).first()
        if pushed is None:
            raise RequestUnfit()
        values = pushed.asked
    if values.get("redirect_uri") not in party.redirect_uris:
        raise RequestUnfit()
    return SignOnRequest(party, values, *rules.request_problem(values))


def known_consent(actor: Actor, asked: SignOnRequest) -> Consent | None:
    """Return the agreement that already covers what is asked for."""
    found: Consent | None = Consent.objects.owned_by(actor).in_force().filter(relying_party=asked.party).first()
    return found if found and set(asked.scopes) <= set(found.scope.split()) else None


@transaction.atomic
def agree(*, actor: Actor, asked: SignOnRequest, session: LoginSession | None) -> str:
    """Agree that a system learns what it asks for; return where its person goes on, with a code. Raises NotAllowed."""
    if actor.account is None or session is None or session.account_id != actor.account or asked.error:
        raise NotAllowed()
    account = Account.objects.get(pk=actor.account)
    consent = known_consent(actor, asked)
    now = clock.now()
    if consent is None:
        Consent.objects.owned_by(actor).in_force().filter(relying_party=asked.party).update(withdrawn_at=now)
        consent = Consent.objects.create(
            account=account, relying_party=asked.party, scope=" ".join(asked.scopes), given_at=now
        )
        event = SignOnAgreed(account.pk, asked.party.handle, consent.scope)
        journal.write(event, by=actor, subject=f"account:{account.pk}")
    code = ids.token(40)
    said: dict[str, Any] = {name: asked.values.get(name, "") for name in ("redirect_uri", "nonce", "code_challenge")}
    said |= {"scope": " ".join(asked.scopes), "auth_time": int(session.started_at.timestamp()), "amr": session.methods}
    Issued.objects.create(
        digest=sha256(code.encode()).hexdigest(),
        kind="code",
        family=ids.uid(),
        consent=consent,
        said=said,
        made_at=now,
        expires_at=now + timedelta(seconds=settings.FEDERATION_CODE_SECONDS),
    )
    return answer_address(asked, code=code)


@transaction.atomic
def withdraw(*, actor: Actor, uid: str) -> None:
    """Take an agreement back: the system learns nothing more, at once. Raises NotFound."""
    found: Consent = identity.must_find(Consent.objects.owned_by(actor).filter(uid=uid).first(), actor, "consent", uid)
    if found.withdrawn_at is None:
        found.withdrawn_at = clock.now()
        found.save(update_fields=["withdrawn_at"])
        event = SignOnWithdrawn(found.account_id, found.relying_party.handle)
        journal.write(event, by=actor, subject=f"account:{found.account_id}")


def answer_address(asked: SignOnRequest, **said: str) -> str:
    """Return where the person goes back to, with an answer for the system. Source: RFC 6749, 4.1.2; RFC 9207."""
    answer = {**said, "iss": issuer()}
    if state := asked.values.get("state"):
        answer["state"] = state
    target = asked.values["redirect_uri"]
    return f"{target}{'&' if urlsplit(target).query else '?'}{urlencode(answer)}"
