"""The verbs of assurance: registering, raising the level of assurance, recovering and closing an account."""

from tongban.platform.assurance.services.closing import ask_to_close, close_due, keep_account
from tongban.platform.assurance.services.codes import CodeWrong, ContactCodeOver, NoTextMessages, tidy
from tongban.platform.assurance.services.levels import (
    NoIdentifiedPerson,
    TooLittleAssurance,
    confirm_in_person,
    level_of,
    must_reach,
    withdraw_evidence,
)
from tongban.platform.assurance.services.phones import (
    PhoneConfirmedAlready,
    ask_for_phone_code,
    confirm_phone,
    remove_phone,
)
from tongban.platform.assurance.services.real_person import (
    ConsentNeeded,
    NoVerifier,
    VerifierSilent,
    ask_real_person,
    can_verify,
    delete_answers,
    finish_real_person,
    withdraw_consent,
)
from tongban.platform.assurance.services.recovering import ask_for_recovery, recover_due, stop_recovery
from tongban.platform.assurance.services.registering import (
    DoesNotMatch,
    ask_for_code,
    match_identity,
    open_by_code,
    take_organisation,
)

__all__ = [
    "CodeWrong",
    "ConsentNeeded",
    "ContactCodeOver",
    "DoesNotMatch",
    "NoIdentifiedPerson",
    "NoTextMessages",
    "NoVerifier",
    "PhoneConfirmedAlready",
    "TooLittleAssurance",
    "VerifierSilent",
    "ask_for_code",
    "ask_for_phone_code",
    "ask_for_recovery",
    "ask_real_person",
    "ask_to_close",
    "can_verify",
    "close_due",
    "confirm_in_person",
    "confirm_phone",
    "delete_answers",
    "finish_real_person",
    "keep_account",
    "level_of",
    "match_identity",
    "must_reach",
    "open_by_code",
    "recover_due",
    "remove_phone",
    "stop_recovery",
    "take_organisation",
    "tidy",
    "withdraw_consent",
    "withdraw_evidence",
]
