"""The verbs of licences: issue and record, verify, read with a purpose, change their state."""

from tongban.platform.licences.services.changing import NoReason, NotNow, cancel, resume, revoke, supersede, suspend
from tongban.platform.licences.services.counting import tell_counted_checks
from tongban.platform.licences.services.issuing import (
    IdentifierBroken,
    IssuerWithoutCode,
    KindCodeBroken,
    NumberBroken,
    NumberTaken,
    Order,
    issue,
    preview,
    record,
)
from tongban.platform.licences.services.reading import NoPurpose, file_of, held, known, read, readers, searched
from tongban.platform.licences.services.verifying import (
    FILE_MAX_BYTES,
    Verdict,
    verify_file,
    verify_identifier,
    verify_token,
)

__all__ = [
    "FILE_MAX_BYTES",
    "IdentifierBroken",
    "IssuerWithoutCode",
    "KindCodeBroken",
    "NoPurpose",
    "NoReason",
    "NotNow",
    "NumberBroken",
    "NumberTaken",
    "Order",
    "Verdict",
    "cancel",
    "file_of",
    "held",
    "issue",
    "known",
    "preview",
    "read",
    "readers",
    "record",
    "resume",
    "revoke",
    "searched",
    "supersede",
    "suspend",
    "tell_counted_checks",
    "verify_file",
    "verify_identifier",
    "verify_token",
]
