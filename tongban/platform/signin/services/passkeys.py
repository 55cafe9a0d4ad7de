"""Passkeys: a key pair in somebody's device signs a challenge of ours (WebAuthn, by py_webauthn)."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin.events import FactorAdded, FactorRemoved, SecondFactorFailed
from tongban.platform.signin.models import Passkey
from tongban.platform.signin.services.authenticators import (
    codes_left,
    forget_codes_without_factor,
    make_recovery_codes,
)

# What a session remembers of a question that a device is to answer.
CHALLENGE = "signin.challenge"
# RFC 8176: proof of possession of a hardware-secured key, with a gesture or biometrics checked by the device.
METHODS = "hwk user"


class PasskeyFailed(Refusal):
    status = 422
    message = _("The passkey was not accepted. Try again, or sign in with your password.")


class TooManyPasskeys(Refusal):
    message = _("You have %(number)s passkeys already. Remove one that you no longer use.")


def offer_passkey(*, actor: Actor, session: identity.SessionStore) -> str:
    """Return, as JSON, what the browser needs to make a passkey. Raises NotAllowed, TooManyPasskeys."""
    account = _me(actor)
    known = list(Passkey.objects.of(account.pk))
    if len(known) >= settings.SIGNIN_MAX_PASSKEYS:
        raise TooManyPasskeys(number=len(known))
    options = generate_registration_options(
        rp_id=_host(),
        rp_name=settings.UI_CITY,
        user_id=account.uid.bytes,
        user_name=account.login,
        user_display_name=account.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential)) for one in known],
    )
    session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return str(options_to_json(options))


def add_passkey(*, actor: Actor, session: identity.SessionStore, answer: str, title: str) -> list[str]:
    """Keep a new passkey; return recovery codes where there were none. Raises NotAllowed, PasskeyFailed.

    answer   what the browser says, as JSON
    """
    account = _me(actor)
    try:
        made = verify_registration_response(
            credential=_answer(answer),
            expected_challenge=_challenge(session),
            expected_rp_id=_host(),
            expected_origin=origin(),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise PasskeyFailed() from error
    try:
        with transaction.atomic():
            Passkey.objects.create(
                account=account,
                title=title,
                credential=bytes_to_base64url(made.credential_id),
                public_key=bytes_to_base64url(made.credential_public_key),
                sign_count=made.sign_count,
                synced=made.credential_backed_up,
                made_at=clock.now(),
            )
            journal.write(FactorAdded(account.pk, "passkey", title), by=actor, subject=f"account:{account.pk}")
            return [] if codes_left(account) else make_recovery_codes(account, actor)
    except IntegrityError as error:
        raise PasskeyFailed() from error


def remove_passkey(*, actor: Actor, uid: str, password: str) -> None:
    """Forget a passkey; the password is asked for once more. Raises TooManyAttempts, Invalid, NotFound."""
    account = identity.confirm_password(actor=actor, password=password)
    with transaction.atomic():
        passkey: Passkey = identity.must_find(
            Passkey.objects.owned_by(actor).filter(uid=uid).first(), actor, "passkey", uid
        )
        title = passkey.title
        passkey.delete()
        forget_codes_without_factor(account)
        journal.write(FactorRemoved(account.pk, "passkey", title), by=actor, subject=f"account:{account.pk}")


def ask_for_passkey(*, session: identity.SessionStore) -> str:
    """Return, as JSON, what the browser asks a device; which passkey it is, the device says."""
    options = generate_authentication_options(
        rp_id=_host(), user_verification=UserVerificationRequirement.REQUIRED, allow_credentials=[]
    )
    session[CHALLENGE] = bytes_to_base64url(options.challenge)
    return str(options_to_json(options))


def sign_in_with_passkey(
    *, session: identity.SessionStore, answer: str, address: str = "", device: str = "", known: str = ""
) -> Account:
    """Let somebody in whose device signed our challenge. Raises TooManyAttempts, PasskeyFailed.

    known   the word by which `identity.known_device` made this device known, if it did: a passkey may wander to others
    """
    identity.throttle("passkey", address)
    challenge, said = _challenge(session), _answer(answer)
    passkey = Passkey.objects.select_related("account").filter(credential=str(said.get("id", ""))).first()
    if passkey is None or not passkey.account.active:
        raise PasskeyFailed()
    _check(passkey, challenge, said, address)
    identity.clear_attempt("passkey", address)
    return identity.admit(
        session=session,
        account=passkey.account,
        methods=METHODS,
        address=address,
        device=device,
        recognised=identity.is_known(known, passkey.account),
    )


def _check(passkey: Passkey, challenge: bytes, said: dict[str, Any], address: str) -> None:
    """Count the passkey on where it signed this challenge. Raises PasskeyFailed."""
    try:
        proved = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=origin(),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        event = SecondFactorFailed(passkey.account_id, "copied" if "sign count" in str(error) else "wrong")
        with transaction.atomic():
            journal.write(event, by=identity.nobody(address=address), subject=f"account:{passkey.account_id}")
        raise PasskeyFailed() from error
    passkey.sign_count, passkey.used_at = proved.new_sign_count, clock.now()
    passkey.save(update_fields=["sign_count", "used_at"])


def _challenge(session: identity.SessionStore) -> bytes:
    """Return what was asked, once. Raises PasskeyFailed."""
    asked = session.pop(CHALLENGE, "")
    if not asked:
        raise PasskeyFailed()
    return bytes(base64url_to_bytes(asked))


def _answer(answer: str) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except ValueError as error:
        raise PasskeyFailed() from error
    if not isinstance(said, dict):
        raise PasskeyFailed()
    return said


def origin() -> str:
    """Return where passkeys are good: the public address, by its name, for no browser takes a number for one."""
    address: str = settings.PUBLIC_URL
    return address.replace("//127.0.0.1", "//localhost", 1)


def _host() -> str:
    """Return the name that passkeys are bound to."""
    return urlsplit(origin()).hostname or ""


def _me(actor: Actor) -> Account:
    if actor.account is None or actor.kind not in ("person", "staff"):
        raise NotAllowed()
    return Account.objects.get(pk=actor.account)
