"""The verbs of signing in: authenticator apps, passkeys, recovery codes, and the second step after a password."""

from tongban.platform.signin.services.authenticators import (
    WrongFactorCode,
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    renew_recovery_codes,
)
from tongban.platform.signin.services.passkeys import (
    PasskeyFailed,
    TooManyPasskeys,
    add_passkey,
    ask_for_passkey,
    offer_passkey,
    origin,
    remove_passkey,
    sign_in_with_passkey,
)
from tongban.platform.signin.services.second_step import (
    NotHalfSignedIn,
    finish_setting_up,
    has_second_factor,
    must_set_up,
    reset_factors,
    second_step,
    show_code,
)

__all__ = [
    "NotHalfSignedIn",
    "PasskeyFailed",
    "TooManyPasskeys",
    "WrongFactorCode",
    "add_passkey",
    "ask_for_passkey",
    "begin_authenticator",
    "confirm_authenticator",
    "finish_setting_up",
    "has_second_factor",
    "must_set_up",
    "offer_passkey",
    "origin",
    "remove_authenticator",
    "remove_passkey",
    "renew_recovery_codes",
    "reset_factors",
    "second_step",
    "show_code",
    "sign_in_with_passkey",
]
