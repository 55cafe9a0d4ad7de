"""Anyone's check: by the code in the QR picture, by the identifier, by the file itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences import rules
from tongban.platform.licences.events import LicenceVerified
from tongban.platform.licences.models import Licence
from tongban.platform.licences.services.agreeing import agrees
from tongban.platform.licences.services.counting import told
from tongban.platform.seals import services as seals

GUESSING = "licence-verification"
# Ways of checking that nobody hits by guessing.
KNOWING = {"code", "file"}
FILE_MAX_BYTES = 20 * 1024 * 1024
_QR = re.compile(r"/licences/v/([0-9A-Za-z]{8,32})/")


@dataclass(frozen=True)
class Verdict:
    """What can be said of a licence or a sealed document.

    genuine    it was issued here, and this file (where one was shown) is the original, byte for byte
    standing   of a licence: valid, pending, expired, suspended, revoked, cancelled, superseded; else ""
    problems   whole sentences: why it is not genuine, or may not be relied on
    claims     the licence that a changed file says it is; shown only so that one can look at the original
    """

    genuine: bool
    standing: str = ""
    problems: Sequence[str] = field(default=())
    licence: Licence | None = None
    document: Document | None = None
    claims: Licence | None = None
    signer: str = ""
    signed_at: datetime | None = None

    @property
    def reliable(self) -> bool:
        """It is genuine and may be relied on today."""
        return self.genuine and self.standing in {"", "valid"}


def verify_token(token: str, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say what the register knows of the licence with this code. Raises TooManyTries."""
    _slow_down(actor)
    return _found(Licence.objects.with_token(token.strip().upper()), way="code", actor=actor)


def verify_identifier(identifier: str, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say what the register knows of the licence with this 电子证照标识. Raises TooManyTries."""
    _slow_down(actor)
    identifier = identifier.strip().upper()
    problem = rules.identifier_problem(identifier)
    if problem:
        text = {
            "form": _("This is not a licence identifier."),
            "check": _("The check character does not fit: look for a typing error."),
        }
        return _told(Verdict(False, problems=[text[problem]]), way="identifier", actor=actor)
    return _found(Licence.objects.with_identifier(identifier), way="identifier", actor=actor)


def verify_file(pdf: bytes, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say whether a file is, byte for byte, a licence or a document issued here, and how it stands today.

    Raises Empty, TooLarge, Crowded, TooManyTries.
    """
    if not pdf:
        raise storage.Empty(name="PDF")
    if len(pdf) > FILE_MAX_BYTES:
        raise storage.TooLarge(name="PDF", max_mb=FILE_MAX_BYTES // 1024 // 1024)
    _slow_down(actor)
    digest = storage.digest_of(pdf)
    licence = Licence.objects.with_file(digest)
    document = None if licence else Document.objects.issued_with(digest)
    seal = seals.examine(pdf)
    if licence and not agrees(licence):
        verdict = _unrecorded()
    elif seal.good and (licence or document):
        standing, problems = _standing(licence) if licence else ("", [])
        verdict = Verdict(True, standing, problems, licence, document, None, seal.signer, seal.signed_at)
    else:
        verdict = _refused(seal)
    return _told(verdict, way="file", actor=actor, digest=digest)


def _found(licence: Licence | None, *, way: str, actor: Actor) -> Verdict:
    if licence is None:
        problem = _("No licence of the register has this code. Compare it with the licence, or upload the file itself.")
        return _told(Verdict(False, problems=[problem]), way=way, actor=actor)
    if not agrees(licence):
        return _told(_unrecorded(), way=way, actor=actor)
    standing, problems = _standing(licence)
    return _told(Verdict(True, standing, problems, licence), way=way, actor=actor)


def _unrecorded() -> Verdict:
    """Refuse a row that somebody changed, and show nothing of it."""
    problem = _("What the register says does not agree with the record of this licence. Ask the office that issues it.")
    return Verdict(False, problems=[problem])


def _standing(licence: Licence) -> tuple[str, list[str]]:
    standing = licence.standing(clock.today())
    changed_on = timezone.localtime(licence.state_changed_at).date().isoformat()
    text = {
        "valid": "",
        "pending": _("It is valid only from %(day)s.") % {"day": licence.valid_from.isoformat()},
        "expired": _("It was valid until %(day)s.") % {"day": licence.valid_until},
        "suspended": _("It has been suspended since %(day)s.") % {"day": changed_on},
        "revoked": _("It was revoked on %(day)s.") % {"day": changed_on},
        "cancelled": _("It was cancelled on %(day)s.") % {"day": changed_on},
        "superseded": _("It was replaced by a newer one on %(day)s.") % {"day": changed_on},
    }[standing]
    return standing, [text] if text else []


def _refused(seal: seals.Verdict) -> Verdict:
    claims = _claimed(seal.keywords)
    problems = list(seal.problems)
    if seal.good:
        problems.append(_("The seal is sound, but no issued document of the register is this file."))
    if claims:
        problems.append(
            _("It says that it is %(title)s, but it is not, byte for byte, the file that was issued.")
            % {"title": str(claims)}
        )
    return Verdict(False, "", problems, None, None, claims, seal.signer, seal.signed_at)


def _claimed(keywords: str) -> Licence | None:
    """Return the licence whose code the file carries in its particulars, if any."""
    said = _QR.search(keywords)
    found: Licence | None = Licence.objects.with_token(said[1]) if said else None
    return found if found and agrees(found) else None


def _told(verdict: Verdict, *, way: str, actor: Actor, digest: str = "") -> Verdict:
    """Keep who checked what with which outcome.

    Whoever shows the original, or the code that is printed on it, did not guess. An identifier can be counted up, and
    a forged file may name any licence: these count as attempts whether they hit or not.
    """
    known = verdict.licence or verdict.claims
    what = known.identifier if known else str(verdict.document.uid) if verdict.document else ""
    subject = f"licence:{known.identifier}" if known else f"document:{what}" if what else ""
    event = LicenceVerified(way, "genuine" if verdict.genuine else "refused", what, digest)
    told(event, by=actor, subject=subject)
    if verdict.genuine and way in KNOWING and actor.kind != "system":
        identity.proven(GUESSING, actor.address)
    return verdict


def _slow_down(actor: Actor) -> None:
    if actor.kind != "system":
        identity.throttle(GUESSING, actor.address)
