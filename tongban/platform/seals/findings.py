"""What may be wrong with a sealed file, in whole sentences, kept by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.signatures import FoundSignature

WORDS: Mapping[str, StrOrPromise] = {
    "unsealed": _("The file has no electronic seal."),
    "unreadable": _("The file is damaged, or it is not a PDF."),
    "crowded": _("The file has more signatures than any document issued here."),
    "costly": _("The file takes too long to read. It was not issued here."),
    "changed": _("The content was changed after it was sealed: the signature does not match it."),
    "added": _("Something was added to the file after it was sealed."),
    "between": _("Something other than a signature was added to the file between the signatures."),
    "other": _("This is not, byte for byte, a file that was sealed here."),
    "revoked": _("The key of %(signer)s was revoked on %(day)s."),
    "authority": _("The certificate of %(signer)s was not issued by an authority that we trust."),
    # The checks of an OFD seal, as `ofd.checking` names them.
    "ofd-readable": _("The file is damaged, or it is not an OFD document."),
    "ofd-sealed": _("The file has no electronic seal."),
    "ofd-algorithm": _("The seal does not use SM2 with SM3."),
    "ofd-period": _("The seal was used before or after the time for which it is valid."),
    "ofd-maker": _("The certificate of the body that made the seal was not valid when it was made."),
    "ofd-seal": _("The seal itself was changed: the signature of the body that made it does not match."),
    "ofd-signer": _("The certificate that signed does not belong to this seal, or was not valid then."),
    "ofd-signature": _("The signature does not match: it was made for something else, or was changed."),
    "ofd-digest": _("The list of what the seal covers was changed after sealing."),
    "ofd-files": _("The content was changed after it was sealed."),
    "ofd-whole": _("Part of the file is not covered by the seal: it was added later, or left out."),
    "ofd-stamp": _("The time stamp does not fit: it is for another signature, was changed, or says an earlier time."),
    "ofd-revoked": _("The key that sealed it was revoked before that."),
}


@dataclass(frozen=True)
class SealFinding:
    """One thing that is wrong: its name in WORDS, and what stands in the sentence."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return str(WORDS[self.name]) % dict(self.values)

    def plain(self) -> dict[str, str]:
        return {"name": self.name, **self.values}


def from_plain(said: Mapping[str, str]) -> SealFinding:
    return SealFinding(said["name"], {key: text for key, text in said.items() if key != "name"})


def fault(fault: str) -> SealFinding:
    return SealFinding(fault or "unsealed")


def changes(found: list[FoundSignature], *, ours: bool, use: SealUse | None) -> list[SealFinding]:
    """Return why a file is not what was signed."""
    if not all(one.valid for one in found):
        return [SealFinding("changed")]
    if not found[-1].whole:
        return [SealFinding("added")]
    if not all(one.only_signed for one in found):
        return [SealFinding("between")]
    # The few bytes that hold the signature itself are the only ones it does not cover: the record of uses does.
    if ours and use is None:
        return [SealFinding("other")]
    return []


def doubts(one: FoundSignature, key: Key | None, use: SealUse | None) -> list[SealFinding]:
    """Return why a signer is not trusted; where the signature does not fit, nobody was asked who vouches for it."""
    sealed_at = use.at if use else one.stamped_at
    if key and key.revoked_at and (sealed_at is None or sealed_at >= key.revoked_at):
        day = timezone.localtime(key.revoked_at).date().isoformat()
        return [SealFinding("revoked", {"signer": one.signer, "day": day})]
    if one.valid and not one.trusted:
        return [SealFinding("authority", {"signer": one.signer})]
    return []
