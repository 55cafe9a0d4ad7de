"""What systems ask themselves, with their own keys: pushing a request, exchanging a code, learning who signed in."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.assurance import services as assurance
from tongban.platform.federation import rules
from tongban.platform.federation.events import SignedOnElsewhere, TokenReplayed
from tongban.platform.federation.models import Consent, Issued, PushedRequest, RelyingParty, SeenAssertion
from tongban.platform.federation.services import signing
from tongban.platform.federation.services.agreeing import NAMES, PUSHED
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ["ES256", "RS256", "PS256"]
# Outside clients make proofs good for an hour (Authlib 1.9); longer ones are refused.
MAX_ASSERTION_SECONDS = 3900


class OAuthRefusal(Refusal):
    """What a system is told in the words of RFC 6749, 5.2: `error`, and for its developers `description`."""

    status = 422

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__()
        self.error, self.description = error, description


def push(*, sent: Mapping[str, str], address: str = "") -> dict[str, Any]:
    """Keep a request for some seconds; return under which name the person brings it. Raises OAuthRefusal."""
    party = _client(sent, address)
    values = {name: sent[name] for name in NAMES if name in sent}
    error, description = rules.request_problem(values)
    if values.get("redirect_uri") not in party.redirect_uris:
        error, description = "invalid_request", "redirect_uri is not registered"
    if error:
        raise OAuthRefusal(error, description)
    name, now = ids.token(32), clock.now()
    seconds = settings.FEDERATION_PUSHED_SECONDS
    PushedRequest.objects.create(
        digest=sha256(name.encode()).hexdigest(),
        relying_party=party,
        asked=values,
        made_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    return {"request_uri": f"{PUSHED}{name}", "expires_in": seconds}


def exchange(*, sent: Mapping[str, str], address: str = "") -> dict[str, Any]:
    """Give tokens for a code or a refresh token, once. Raises OAuthRefusal."""
    party = _client(sent, address)
    kinds = {"authorization_code": ("code", "code"), "refresh_token": ("refresh", "refresh_token")}
    if sent.get("grant_type") not in kinds:
        raise OAuthRefusal("unsupported_grant_type")
    kind, name = kinds[sent["grant_type"]]
    digest = sha256(sent.get(name, "").encode()).hexdigest()
    with transaction.atomic():
        rows = Issued.objects.select_for_update(of=("self",)).select_related("consent__account")
        found = rows.filter(digest=digest, kind=kind, consent__relying_party=party).first()
        replayed = found is not None and found.used_at is not None
        answer = None if found is None or replayed else _used(found, party, sent)
    if found is not None and replayed:
        _void(found, party)
    if answer is None:
        raise OAuthRefusal("invalid_grant")
    return answer


def who_is(token: str) -> dict[str, Any] | None:
    """Return what a system may know of whoever an access token is about; None where it is not good any more."""
    claims = signing.read(token, kind="at+jwt")
    consent = _consent(claims) if claims else None
    return None if claims is None or consent is None else _about(consent, claims["scope"].split())


def logout_target(*, sent: Mapping[str, str]) -> str:
    """Return where somebody goes after signing out at a system's wish; "" where nothing says that it may be."""
    party = RelyingParty.objects.named(sent.get("client_id", "")[:40])
    wanted = sent.get("post_logout_redirect_uri", "")
    if party is None or wanted not in party.logout_uris:
        return ""
    state = sent.get("state", "")
    return f"{wanted}?state={state}" if state.isalnum() else wanted


def tidy() -> None:
    """Delete what has expired; used ones are kept a while, so that a second showing is seen."""
    before = clock.now() - timedelta(days=1)
    for model in (PushedRequest, SeenAssertion, Issued):
        model.objects.forgotten(before=before).delete()


def _used(found: Issued, party: RelyingParty, sent: Mapping[str, str]) -> dict[str, Any] | None:
    """Use up a code or a refresh token; None where it is not good, or not shown by whom it was made for."""
    account, now = found.consent.account, clock.now()
    if found.void or found.expires_at <= now or found.consent.withdrawn_at or not account.active:
        return None
    if found.kind == "code" and not (
        sent.get("redirect_uri") == found.said["redirect_uri"]
        and rules.is_verified(sent.get("code_verifier", ""), found.said["code_challenge"])
    ):
        return None
    found.used_at = now
    found.save(update_fields=["used_at"])
    if found.kind == "code":
        event = SignedOnElsewhere(account.pk, party.handle)
        journal.write(event, by=identity.actor_of(account, channel="api"), subject=f"account:{account.pk}")
    return _tokens(found, party)


def _tokens(found: Issued, party: RelyingParty) -> dict[str, Any]:
    now, seconds = clock.now(), settings.FEDERATION_TOKEN_SECONDS
    scopes = found.said["scope"].split()
    about = _about(found.consent, scopes)
    common = {
        "iss": signing.issuer(),
        "sub": about["sub"],
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + seconds,
    }
    access = {**common, "aud": signing.issuer(), "client_id": party.handle, "scope": found.said["scope"]}
    access |= {"jti": ids.token(20), "consent": str(found.consent.uid)}
    identified = {**common, "aud": party.handle, "auth_time": found.said["auth_time"], "acr": about["acr"]}
    identified |= {"amr": found.said["amr"].split()}
    if found.said["nonce"]:
        identified["nonce"] = found.said["nonce"]
    answer = {
        "access_token": signing.signed(access, kind="at+jwt"),
        "token_type": "Bearer",
        "expires_in": seconds,
        "scope": found.said["scope"],
        "id_token": signing.signed(identified, kind="JWT"),
    }
    if "offline_access" in scopes:
        answer["refresh_token"] = _refresh(found, now)
    return answer


def _refresh(found: Issued, now: datetime) -> str:
    text = ids.token(43)
    Issued.objects.create(
        digest=sha256(text.encode()).hexdigest(),
        kind="refresh",
        family=found.family,
        consent=found.consent,
        said=found.said,
        made_at=now,
        expires_at=now + timedelta(days=settings.FEDERATION_REFRESH_DAYS),
    )
    return text


@transaction.atomic
def _void(found: Issued, party: RelyingParty) -> None:
    """A second showing means that somebody else has it: nothing of that sign-in is good any more. RFC 9700, 4.14."""
    Issued.objects.filter(family=found.family).update(void=True)
    event = TokenReplayed(found.consent.account_id, party.handle)
    journal.write(event, by=identity.nobody(channel="api"), subject=f"account:{found.consent.account_id}")


def _consent(claims: Mapping[str, Any]) -> Consent | None:
    rows = Consent.objects.in_force().select_related("account", "relying_party")
    consent: Consent | None = rows.filter(uid=str(claims["consent"])).first()
    good = consent and consent.account.active and consent.relying_party.active
    return consent if good else None


def _about(consent: Consent, scopes: list[str]) -> dict[str, Any]:
    account, party = consent.account, consent.relying_party
    actor = parties.with_party(identity.actor_of(account), chosen=None)
    about: dict[str, Any] = {
        "sub": rules.subject(settings.SECRET_KEY, party.handle, account.uid.hex),
        "acr": f"urn:tongban:assurance:{assurance.level_of(actor)}",
    }
    if "profile" in scopes:
        about["name"] = account.name
    if "email" in scopes and account.email:
        about["email"] = account.email
    if "phone" in scopes and account.phone:
        about["phone_number"] = account.phone
    return about


def _client(sent: Mapping[str, str], address: str) -> RelyingParty:
    """Return the system that signed this request with its own key. Raises OAuthRefusal, TooManyAttempts.

    Source: RFC 7523, 2.2 and 3; OpenID Connect Core, 9 (private_key_jwt).
    """
    identity.throttle("client-assertion", address)
    party = _who_signed(sent)
    if party is None:
        raise OAuthRefusal("invalid_client")
    identity.clear_attempt("client-assertion", address)
    return party


def _who_signed(sent: Mapping[str, str]) -> RelyingParty | None:
    assertion = sent.get("client_assertion", "")
    if sent.get("client_assertion_type") != ASSERTION or not 0 < len(assertion) < 8000:
        return None
    try:
        party = _claimed_party(assertion)
        if party is None:
            return None
        claimed = jwt.decode(assertion, _keys_of(party), algorithms=ALGORITHMS).claims
        now = int(clock.now().timestamp())
        essential: Any = {"essential": True}
        registry = jwt.JWTClaimsRegistry(
            now=now, leeway=30, iss=essential, sub=essential, exp=essential, jti=essential, aud=essential
        )
        registry.validate(claimed)
    except (JoseError, ValueError, TypeError, LookupError):
        return None
    audience = claimed["aud"] if isinstance(claimed["aud"], list) else [claimed["aud"]]
    ours = {signing.issuer(), *(signing.issuer() + reverse(f"federation:{name}") for name in ("token", "push"))}
    if claimed["iss"] != claimed["sub"] or ours.isdisjoint(audience) or claimed["exp"] > now + MAX_ASSERTION_SECONDS:
        return None
    if sent.get("client_id", party.handle) != party.handle:
        return None
    return party if _first_time(party, str(claimed["jti"]), int(claimed["exp"])) else None


def _first_time(party: RelyingParty, name: str, expires: int) -> bool:
    digest = sha256(f"{party.handle} {name}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SeenAssertion.objects.create(digest=digest, expires_at=datetime.fromtimestamp(expires, UTC))
    except IntegrityError:
        return False
    return True


def _claimed_party(assertion: str) -> RelyingParty | None:
    """Return the system that an assertion names, before it is known to be signed by it."""
    body = assertion.split(".")[1]
    told = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return RelyingParty.objects.named(str(told.get("sub", ""))[:40]) if isinstance(told, dict) else None


def _keys_of(party: RelyingParty) -> Any:
    """Return the system's keys; where it has one, an assertion need not name it."""
    found = KeySet.import_key_set(cast(Any, party.keys))
    return found.keys[0] if len(found.keys) == 1 else found
