"""Authenticator apps and recovery codes."""

import secrets

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account
from tongban.platform.signin import rules
from tongban.platform.signin.events import FactorAdded, FactorRemoved, RecoveryCodesMade, RecoveryCodeUsed
from tongban.platform.signin.models import Authenticator, Passkey, RecoveryCode

# RFC 4226, 4 recommends 160 bits.
SECRET_BYTES = 20


class WrongFactorCode(Refusal):
    status = 422
    field = "code"
    message = _("This code is wrong or has been used. Wait for the next one and check the clock of your device.")


@transaction.atomic
def begin_authenticator(*, actor: Actor) -> Authenticator:
    """Return the secret to be put into an app; the same one until it is confirmed. Raises NotAllowed."""
    account = _me(actor)
    found: Authenticator | None = Authenticator.objects.select_for_update().filter(account=account).first()
    if found and found.confirmed_at:
        raise NotAllowed()
    if found:
        return found
    return Authenticator.objects.create(
        account=account, secret=secrets.token_bytes(SECRET_BYTES).hex(), made_at=clock.now()
    )


def confirm_authenticator(*, actor: Actor, code: str) -> list[str]:
    """Take the app into use once it shows a right code; return recovery codes, which cannot be shown again.

    Whoever has recovery codes keeps them; then nothing is returned.
    Raises TooManyAttempts, WrongFactorCode, NotAllowed.
    """
    account = _me(actor)
    identity.throttle("second-factor", actor.address, str(account.uid))
    with transaction.atomic():
        found = Authenticator.objects.select_for_update().filter(account=account, confirmed_at__isnull=True).first()
        if found is None:
            raise NotAllowed()
        take_counter(found, code)
        found.confirmed_at = clock.now()
        found.save(update_fields=["confirmed_at", "used_counter"])
        journal.write(FactorAdded(account.pk, "authenticator", ""), by=actor, subject=f"account:{account.pk}")
        made = [] if codes_left(account) else make_recovery_codes(account, actor)
    identity.clear_attempt("second-factor", actor.address, str(account.uid))
    return made


def remove_authenticator(*, actor: Actor, password: str) -> None:
    """Forget the app; the password is asked for once more. Raises TooManyAttempts, Invalid, NotAllowed."""
    account = identity.confirm_password(actor=actor, password=password)
    with transaction.atomic():
        gone, _rows = Authenticator.objects.filter(account=account).delete()
        if not gone:
            raise NotAllowed()
        forget_codes_without_factor(account)
        journal.write(FactorRemoved(account.pk, "authenticator", ""), by=actor, subject=f"account:{account.pk}")


def renew_recovery_codes(*, actor: Actor, password: str) -> list[str]:
    """Make new recovery codes; all earlier ones are void. Raises TooManyAttempts, Invalid, NotAllowed."""
    account = identity.confirm_password(actor=actor, password=password)
    if not has_factor(account):
        raise NotAllowed()
    with transaction.atomic():
        return make_recovery_codes(account, actor)


def take_counter(found: Authenticator, code: str) -> None:
    """Use up a code of an app; the row is locked, and saved by whoever asks. Raises WrongFactorCode."""
    now = rules.counter_at(clock.now().timestamp())
    typed, used = rules.only_digits(code), found.used_counter
    counter = rules.matching_counter(bytes.fromhex(found.secret), typed, now=now, used=used)
    if counter is None:
        raise WrongFactorCode()
    found.used_counter = counter


def take_recovery_code(account: Account, code: str, *, by: Actor) -> None:
    """Use up a recovery code. Raises WrongFactorCode."""
    rows = RecoveryCode.objects.select_for_update().filter(account=account, used_at__isnull=True)
    found = rows.filter(digest=_digest(code)).first()
    if found is None:
        raise WrongFactorCode()
    found.used_at = clock.now()
    found.save(update_fields=["used_at"])
    journal.write(RecoveryCodeUsed(account.pk, codes_left(account)), by=by, subject=f"account:{account.pk}")


def codes_left(account: Account) -> int:
    return int(RecoveryCode.objects.filter(account=account, used_at__isnull=True).count())


def make_recovery_codes(account: Account, actor: Actor) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    made = [
        rules.recovery_code(secrets.randbelow(31) for _place in range(12))
        for _code in range(settings.SIGNIN_RECOVERY_CODES)
    ]
    now = clock.now()
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(code), made_at=now) for code in made)
    journal.write(RecoveryCodesMade(account.pk, len(made)), by=actor, subject=f"account:{account.pk}")
    return made


def has_factor(account: Account) -> bool:
    """Say whether an app or a passkey of this account is in use."""
    app = Authenticator.objects.confirmed().filter(account=account).exists()
    return bool(app or Passkey.objects.filter(account=account).exists())


def forget_codes_without_factor(account: Account) -> None:
    """Recovery codes stand in for a factor; without one they are worth nothing."""
    if not has_factor(account):
        RecoveryCode.objects.filter(account=account).delete()


def _me(actor: Actor) -> Account:
    if actor.account is None or actor.kind not in ("person", "staff"):
        raise NotAllowed()
    return Account.objects.get(pk=actor.account)


def _digest(code: str) -> str:
    return crypto.digest_of(f"recovery code {rules.normal_recovery_code(code)}")
