"""The verbs of single sign-on: admitting systems, agreeing, and what systems ask with their own keys."""

from tongban.platform.federation.services.admitting import AddressUnfit, KeysUnfit, admit, shut_out
from tongban.platform.federation.services.agreeing import (
    RequestUnfit,
    SignOnRequest,
    agree,
    answer_address,
    known_consent,
    read_request,
    withdraw,
)
from tongban.platform.federation.services.signing import discovery, issuer, jwks
from tongban.platform.federation.services.tokens import (
    OAuthRefusal,
    exchange,
    logout_target,
    push,
    tidy,
    who_is,
)

__all__ = [
    "AddressUnfit",
    "KeysUnfit",
    "OAuthRefusal",
    "RequestUnfit",
    "SignOnRequest",
    "admit",
    "agree",
    "answer_address",
    "discovery",
    "exchange",
    "issuer",
    "jwks",
    "known_consent",
    "logout_target",
    "push",
    "read_request",
    "shut_out",
    "tidy",
    "who_is",
    "withdraw",
]
