"""Anyone's check: by the code in the QR picture, by the identifier, by number and holder, by the file itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock, links
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import ANONYMOUS, Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import services as storage
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document
from tongban.platform.identity import services as identity
from tongban.platform.licences import rules
from tongban.platform.licences.events import LicenceVerified
from tongban.platform.licences.models import AnnotatedCopy, Licence
from tongban.platform.licences.services.agreeing import agrees
from tongban.platform.licences.services.counting import record_check
from tongban.platform.parties import services as parties
from tongban.platform.seals import services as seals

GUESSING = "licence-verification"
OFD_KEY = "ofd:"
MAX_FILE_BYTES = 20 * 1024 * 1024
GENUINE, NOT_VALID, NOT_GENUINE, UNKNOWN, MISTYPED = OUTCOMES = (
    "genuine",
    "not_valid",
    "not_genuine",
    "unknown",
    "mistyped",
)
_PROBLEMS = {
    "form": _("This is not a licence identifier."),
    "check": _("The check character does not match: check for typing errors."),
}
_WARNINGS = {
    "root": _("The identifier was entered without 1.2.156.3005.2 at its head."),
    "issuer": _("The issuer in the identifier is no unified social credit code, as in some older identifiers."),
    "version": _("The version in the identifier does not have three digits."),
    "check": _("The check character of the identifier does not follow GB/T 36904; the register has it like this."),
}
_NUMBER_PROBLEMS = {
    "form": _("This is not the number of a licence."),
    "check": _("The check digit at the end does not match: check for typing errors."),
}
_NOT_FOUND = {
    "code": _("No licence or letter of the register has this code. Compare it with the paper, or upload the file."),
    "identifier": _("No licence of the register has this identifier. Compare it with the licence, or upload the file."),
    "number": _("No licence of the register has this number and this holder. Compare both, or upload the file."),
}


@dataclass(frozen=True)
class Verdict:
    """What can be said of a licence or a sealed document.

    outcome    genuine: issued here, this file (where one was shown) is the original, and it may be relied on today;
               not_valid: genuine, but not to be relied on today;
               not_genuine: forged, or changed since it was issued;
               unknown: the register knows nothing of it, which proves nothing;
               mistyped: what was typed is no number or code at all, or its check character does not fit
    validity   of a licence: valid, pending, expired, suspended, revoked, cancelled, superseded; else ""
    problems   whole sentences: why it is not genuine, or may not be relied on
    claims     the licence that a changed file says it is; shown only so that one can look at the original
    copy       the annotated copy of a licence that was checked, good for its purpose alone
    warnings   what is unusual about the identifier that was entered, and does not matter
    stamped_at when a file that was shown existed at the latest, by the word of a time-stamping authority, `stamped_by`
    """

    outcome: str
    validity: str = ""
    problems: Sequence[str] = field(default=())
    licence: Licence | None = None
    document: Document | None = None
    claims: Licence | Document | None = None
    signer: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str = ""
    warnings: Sequence[str] = field(default=())
    copy: AnnotatedCopy | None = None

    @property
    def genuine(self) -> bool:
        """It was issued here, whether or not it may be relied on today."""
        return self.outcome in {GENUINE, NOT_VALID}

    @property
    def reliable(self) -> bool:
        """It is genuine and may be relied on today."""
        return self.outcome == GENUINE


class HolderMissing(Refusal):
    status, field = 422, "holder"
    message = _("Numbers can be guessed: to verify a licence by its number, enter its holder's name as well.")


def address(token: str) -> str:
    """Return what the QR code of a licence or letter says."""
    return settings.PUBLIC_URL + reverse("hall:licences:code", args=[token])


@cache
def _pattern_of_addresses() -> re.Pattern[str]:
    """Return what finds the code of a licence or letter in a text: the address that its QR code says."""
    return re.compile(reverse("hall:licences:code", args=["TOKEN"]).replace("TOKEN", "([0-9A-Za-z]{8,32})"))


def verify_token(token: str, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say what the register knows of the licence or letter with this code. Raises TooManyAttempts.

    Nobody guesses a code of twelve random characters: only those that are none are counted, once they were looked up.
    """
    if actor.kind != "system":
        identity.must_not_wait(GUESSING, actor.address)
    code = rules.token(typed.identifier(token))
    if not code:
        return _mistyped(_("A code has twelve digits and letters; this one does not."), way="code", actor=actor)
    licence = Licence.objects.with_token(code)
    copy = None if licence else AnnotatedCopy.objects.with_token(code)
    if copy:
        return _found(copy.licence, way="code", actor=actor, copy=copy)
    document = None if licence else Document.objects.with_token(code)
    if document is None:
        return _found(licence, way="code", actor=actor)
    sound = documents.recorded(document)
    verdict = Verdict(GENUINE, document=document) if sound else _unrecorded()
    return _recorded(verdict, way="code", actor=actor)


def verify_identifier(identifier: str, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say what the register knows of the licence with this 电子证照标识. Raises TooManyAttempts."""
    _slow_down(actor)
    plain, warnings = rules.read_identifier(typed.identifier(identifier))
    if not plain:
        return _mistyped(_PROBLEMS["form"], way="identifier", actor=actor)
    licence = Licence.objects.with_identifier(plain)
    if licence is None and "check" in warnings:
        return _mistyped(_PROBLEMS["check"], way="identifier", actor=actor)
    # What was issued elsewhere or long ago may be written otherwise; the register knows it all the same.
    told = [str(_WARNINGS[one]) for one in warnings if licence and one in _WARNINGS]
    return replace(_found(licence, way="identifier", actor=actor), warnings=told)


def verify_number(number: str, holder: str, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say what the register knows of the licence with this number on its face and this holder.

    A wrong name is answered as a wrong number is, so that nobody learns who holds what. Raises TooManyAttempts.
    """
    _slow_down(actor)
    plain = typed.identifier(number)
    problem = rules.number_problem(plain)
    if problem:
        return _mistyped(_NUMBER_PROBLEMS[problem], way="number", actor=actor)
    known = Licence.objects.with_number(plain, typed.prose(number))
    return _found(next((one for one in known if _is_held_by(one, holder)), None), way="number", actor=actor)


def verify_typed(text: str, holder: str = "", *, actor: Actor = ANONYMOUS) -> Verdict:
    """Check what somebody typed: an identifier, a code, or, with the holder's name, a number. Raises HolderMissing."""
    plain = typed.identifier(text)
    if rules.read_identifier(plain)[0] or plain.startswith(rules.ROOT_OID):
        return verify_identifier(plain, actor=actor)
    if holder.strip():
        return verify_number(text, holder, actor=actor)
    if rules.token(plain):
        return verify_token(plain, actor=actor)
    if rules.number_problem(plain):
        return _mistyped(_NUMBER_PROBLEMS[rules.number_problem(plain) or ""], way="number", actor=actor)
    raise HolderMissing()


def verify_file(pdf: bytes, *, actor: Actor = ANONYMOUS) -> Verdict:
    """Say whether a file is, byte for byte, a licence or a document issued here, and whether it is valid today.

    Raises Empty, TooLarge, ChecksBusy, TooManyAttempts.
    """
    if not pdf:
        raise storage.Empty(name="PDF")
    if len(pdf) > MAX_FILE_BYTES:
        raise storage.TooLarge(name="PDF", max_mb=MAX_FILE_BYTES // 1024 // 1024)
    _slow_down(actor)
    digest = storage.digest_of(pdf)
    licence = Licence.objects.with_file(digest)
    copy = None if licence else AnnotatedCopy.objects.with_file(digest)
    licence = copy.licence if copy else licence
    document = None if licence else Document.objects.issued_with(digest)
    licence = licence or _of_ofd(document)
    seal = seals.examine(pdf)
    if licence and not agrees(licence):
        verdict = _unrecorded()
    elif seal.good and (licence or document):
        validity, problems = _validity(licence) if licence else ("", [])
        over = _over(copy)
        verdict = replace(
            _sealed(seal, NOT_VALID if over else _outcome(validity), problems + over),
            validity=validity,
            licence=licence,
            document=document,
            copy=copy,
        )
    else:
        verdict = _refused(seal, pdf)
    return _recorded(verdict, way="file", actor=actor, digest=digest)


def _of_ofd(document: Document | None) -> Licence | None:
    """Return the licence that an issued OFD file is of."""
    key = (document.key if document else "") or ""
    return Licence.objects.with_identifier(key.removeprefix(OFD_KEY)) if key.startswith(OFD_KEY) else None


def _is_held_by(licence: Licence, name: str) -> bool:
    return parties.same_name(licence.holder.name, name)


def _mistyped(problem: Any, *, way: str, actor: Actor) -> Verdict:
    return _recorded(Verdict(MISTYPED, problems=[str(problem)]), way=way, actor=actor)


def _outcome(validity: str) -> str:
    return GENUINE if validity in {"", "valid"} else NOT_VALID


def _over(copy: AnnotatedCopy | None) -> list[str]:
    """Say that a copy was good until a day that is past."""
    if copy is None or not copy.over(clock.today()):
        return []
    return [gettext("This annotated copy was good until %(day)s.") % {"day": copy.valid_until.isoformat()}]


def _found(licence: Licence | None, *, way: str, actor: Actor, copy: AnnotatedCopy | None = None) -> Verdict:
    if licence is None:
        return _recorded(Verdict(UNKNOWN, problems=[str(_NOT_FOUND[way])]), way=way, actor=actor)
    if not agrees(licence):
        return _recorded(_unrecorded(), way=way, actor=actor)
    validity, problems = _validity(licence)
    over = _over(copy)
    outcome = NOT_VALID if over else _outcome(validity)
    return _recorded(Verdict(outcome, validity, problems + over, licence, copy=copy), way=way, actor=actor)


def _unrecorded() -> Verdict:
    """Refuse a row that somebody changed, and show nothing of it."""
    problem = gettext(
        "What the register says does not agree with the record of this licence. Ask the office that issues it."
    )
    return Verdict(NOT_GENUINE, problems=[problem])


def _validity(licence: Licence) -> tuple[str, list[str]]:
    validity = licence.validity(clock.today())
    changed_on = timezone.localtime(licence.state_changed_at).date().isoformat()
    text = {
        "valid": "",
        "pending": gettext("It is valid only from %(day)s.") % {"day": licence.valid_from.isoformat()},
        "expired": gettext("It was valid until %(day)s.") % {"day": licence.valid_until},
        "suspended": gettext("It has been suspended since %(day)s.") % {"day": changed_on},
        "revoked": gettext("It was revoked on %(day)s.") % {"day": changed_on},
        "cancelled": gettext("It was cancelled on %(day)s.") % {"day": changed_on},
        "superseded": _superseded(licence, changed_on) if validity == "superseded" else "",
    }[validity]
    return validity, [text] if text else []


def _superseded(licence: Licence, day: str) -> str:
    newer = Licence.objects.successor_of(licence)
    how = newer.how if newer else ""
    until = newer.valid_until if newer else None
    return {
        "": gettext("It was replaced by a newer one on %(day)s."),
        "change": gettext("It was changed on %(day)s; the newer one with the same number counts."),
        "extend": gettext("It was extended on %(day)s; the newer one with the same number is valid until %(until)s."),
        "replace": gettext("It was reissued on %(day)s; the newer one with the same number counts."),
    }[how] % {"day": day, "until": until or gettext("Long-term")}


def _refused(seal: seals.SealCheck, pdf: bytes) -> Verdict:
    claims = _claimed(seal.keywords) or _claimed(pdf.decode("latin-1"))
    problems = list(seal.problems)
    if seal.good:
        problems.append(gettext("The seal is valid, but this file is not among the documents that were issued."))
    if claims:
        problems.append(
            gettext("It claims to be %(title)s, but it is not identical to the file that was issued.")
            % {"title": str(claims)}
        )
    elif (receipt := links.url_of("case_progress")) and f"{receipt}?number=" in seal.keywords:
        problems.append(
            gettext(
                "This looks like a receipt. Receipts are not sealed; scan its QR code to see the progress of the case."
            )
        )
    # A file that carries nothing of ours may come from anywhere: that is no forgery.
    forged = claims or (seal.signer and not seal.good)
    outcome = NOT_GENUINE if forged else UNKNOWN
    return replace(_sealed(seal, outcome, problems), claims=claims)


def _sealed(seal: seals.SealCheck, outcome: str, problems: Sequence[str]) -> Verdict:
    """Return what the seals on a file say beside that."""
    return Verdict(
        outcome,
        problems=problems,
        signer=seal.signer,
        signed_at=seal.signed_at,
        stamped_at=seal.stamped_at,
        stamped_by=seal.stamped_by,
    )


def _claimed(said: str) -> Licence | Document | None:
    """Return the licence or letter whose code a file carries in its particulars, if any."""
    found = _pattern_of_addresses().search(said)
    if not found:
        return None
    licence: Licence | None = Licence.objects.with_token(found[1])
    if licence:
        return licence if agrees(licence) else None
    document: Document | None = Document.objects.with_token(found[1])
    return document if document and documents.recorded(document) else None


def _recorded(verdict: Verdict, *, way: str, actor: Actor, digest: str = "") -> Verdict:
    """Keep who checked what with which outcome.

    Whoever shows the original, or the code that is printed on it, did not guess. An identifier can be counted up, and
    a forged file may name any licence: these count as attempts whether they hit or not.
    """
    known = verdict.licence or verdict.document or verdict.claims
    what = known.identifier if isinstance(known, Licence) else str(known.uid) if known else ""
    kind = "licence" if isinstance(known, Licence) else "document"
    subject = f"{kind}:{what}" if known else ""
    event = LicenceVerified(way, "genuine" if verdict.genuine else "refused", what, digest)
    record_check(event, by=actor, subject=subject)
    if actor.kind == "system":
        return verdict
    if way == "code" and not verdict.genuine:
        identity.throttle(GUESSING, actor.address)
    if way == "file" and verdict.genuine:
        identity.clear_attempt(GUESSING, actor.address)
    return verdict


def _slow_down(actor: Actor) -> None:
    if actor.kind != "system":
        identity.throttle(GUESSING, actor.address)
