"""What is wrong with a sealed PDF, in whole sentences."""

from django.utils import timezone
from django.utils.translation import gettext

from tongban.infrastructure.crypto.models import Key
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.signatures import FoundSignature


def fault(fault: str) -> str:
    return {
        "": gettext("The file has no electronic seal."),
        "unreadable": gettext("The file is damaged, or it is not a PDF."),
        "crowded": gettext("The file has more signatures than any document issued here."),
        "costly": gettext("The file takes too long to read. It was not issued here."),
    }[fault]


def changes(found: list[FoundSignature], *, ours: bool, use: SealUse | None) -> list[str]:
    """Return why a file is not what was signed."""
    if not all(one.valid for one in found):
        return [gettext("The content was changed after it was sealed: the signature does not match it.")]
    if not found[-1].whole:
        return [gettext("Something was added to the file after it was sealed.")]
    if not all(one.only_signed for one in found):
        return [gettext("Something other than a signature was added to the file between the signatures.")]
    # The few bytes that hold the signature itself are the only ones it does not cover: the record of uses does.
    if ours and use is None:
        return [gettext("This is not, byte for byte, a file that was sealed here.")]
    return []


def doubts(one: FoundSignature, key: Key | None, use: SealUse | None) -> list[str]:
    """Return why a signer is not trusted; where the signature does not fit, nobody was asked who vouches for it."""
    if key and key.revoked_at and (use is None or use.at >= key.revoked_at):
        day = timezone.localtime(key.revoked_at).date().isoformat()
        return [gettext("The key of %(signer)s was revoked on %(day)s.") % {"signer": one.signer, "day": day}]
    if one.valid and not one.trusted:
        text = gettext("The certificate of %(signer)s was not issued by an authority that we trust.")
        return [text % {"signer": one.signer}]
    return []
