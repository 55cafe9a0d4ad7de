"""Make seals, put them on documents, and say of a file who sealed it and whether it is as it was then."""

import asyncio
from datetime import datetime
from functools import cache, partial
from hashlib import sha256

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.storage import sandbox
from tongban.infrastructure.storage import services as storage
from tongban.platform.identity.models import Department
from tongban.platform.seals import ports, stamps
from tongban.platform.seals.adapters import tsa
from tongban.platform.seals.events import SealApplied
from tongban.platform.seals.examining import SealCheck as SealCheck
from tongban.platform.seals.examining import examine as examine
from tongban.platform.seals.life import SealExists as SealExists
from tongban.platform.seals.life import apply_for as apply_for
from tongban.platform.seals.life import confirm as confirm
from tongban.platform.seals.life import make as make
from tongban.platform.seals.life import propose as propose
from tongban.platform.seals.life import reject as reject
from tongban.platform.seals.life import resume as resume
from tongban.platform.seals.life import suspend as suspend
from tongban.platform.seals.life import take_over as take_over
from tongban.platform.seals.life import withdraw as withdraw
from tongban.platform.seals.models import Seal, SealUse, SealWait
from tongban.platform.seals.national import examine_ofd as examine_ofd
from tongban.platform.seals.national import seal_files
from tongban.platform.seals.national import words_of as words_of
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ofd.papers import Place
from tongban.platform.seals.ofd.papers import paper as paper
from tongban.platform.seals.ports import SigningOrder, Stamper, StamperUnavailable, Unsealable
from tongban.platform.seals.trust import stampers as stampers
from tongban.platform.seals.verdicts import judge as judge
from tongban.platform.seals.verdicts import judge_again as judge_again
from tongban.platform.seals.verdicts import notes_of as notes_of
from tongban.platform.seals.verdicts import trust_digest as trust_digest

log = structlog.get_logger(__name__)
ofd = packing
JUDGE_STAMP = "tongban.platform.seals.stamp_checking:judge"
SPARE_BYTES = 256  # tokens of one authority differ a little in length


class NoSeal(Refusal):
    """Not the fault of whoever asks; the work waits until a seal is in use."""

    status = 503
    message = _("%(department)s has no electronic seal that may be used today.")

    @property
    def wait_seconds(self) -> int:
        return 60


class NotSealable(Refusal):
    status = 422
    message = _("This file cannot be sealed: it is not a PDF, or it is damaged or locked.")


class NoStamp(Refusal):
    """Nobody's fault who asks, and no reason to give the work up."""

    status = 503
    message = _(
        "The time-stamping authority is not giving time stamps, and no document is sealed without one: %(reason)s"
    )

    @property
    def wait_seconds(self) -> int:
        return 60


def apply(*, actor: Actor, department: Department, pdf: bytes, reason: str, subject: str, name: str = "") -> bytes:
    """Return the file with the department's seal: a PAdES signature, and its picture where the file asks for one.

    Of a department that was dissolved, it is the successor's.
    The time is stamped where a time-stamping authority is named; no seal goes without it then. That authority, and the
    machine that keeps the key, may be elsewhere and have to be asked: call it outside a transaction.
    Raises NotAllowed, NoSeal, NotSealable, NoStamp.

    reason    why, in the signature and in the record of uses: "核发食品经营许可证"
    subject   what it is about, "case:12"
    name      which seal of the department; "" for the first one
    """
    actor.must_hold("seals.apply", department=department.pk, area=department.area)
    department = department.acting
    seal = _usable(department, name, subject)
    key = crypto.key_for(seal.owner, common_name=f"{department.name}电子印章")
    sealed = _sealed(pdf, seal, key, reason)
    _keep_use(actor=actor, seal=seal, key=key, reason=reason, subject=subject, file=sealed)
    return sealed


def apply_ofd(
    *,
    actor: Actor,
    department: Department,
    files: dict[str, bytes],
    reason: str,
    subject: str,
    name: str = "",
    place: Place | None = None,
) -> bytes:
    """Return an OFD file with the department's seal by GB/T 38540. files: of `paper`, or of `ofd.document`.

    place   page from 0, x, y, width, height, mm; None for the usual place of a single page

    Of a department that was dissolved, it is the successor's. The time is stamped as by `apply`: call it outside a
    transaction. Raises NotAllowed, NoSeal, NoStamp.
    """
    actor.must_hold("seals.apply", department=department.pk, area=department.area)
    seal = _usable(department.acting, name, subject)
    authority = stamper()
    try:
        sealed, key = seal_files(seal, files, stamp=partial(_token, authority) if authority else None, place=place)
    except StamperUnavailable as silence:
        raise NoStamp(reason=str(silence)) from silence
    _keep_use(actor=actor, seal=seal, key=key, reason=reason, subject=subject, file=sealed)
    return sealed


def _token(authority: Stamper, signature: bytes) -> bytes:
    return asyncio.run(authority.stamp(sha256(signature).digest()))


def stamper() -> Stamper | None:
    """Return the time-stamping authority in use; None where none is named."""
    return _server(settings.SEALS_TSA, tuple(stampers())) if settings.SEALS_TSA else None


@cache
def _server(url: str, roots: tuple[str, ...]) -> Stamper:
    return tsa.TimeStampServer(
        url,
        roots=list(roots),
        judge=ports.JUDGES.get(ports.PADES) or _judged_apart,
        user=settings.SEALS_TSA_USER,
        password=settings.SEALS_TSA_PASSWORD,
        ca_file=settings.SEALS_TSA_CA_FILE,
        seconds=settings.SEALS_TSA_SECONDS,
    )


async def _judged_apart(
    answer: bytes, *, digest: bytes, nonce: int, roots: list[str], moment: datetime, known: stamps.TimeStamp | None
) -> stamps.TimeStamp:
    """Let a process apart say what the answer of a time-stamping authority is worth."""
    asked = {"digest": digest.hex(), "nonce": nonce, "roots": roots, "moment": moment.isoformat()}
    try:
        said = storage.ask_sandbox(JUDGE_STAMP, answer, **asked)
    except (sandbox.LimitExceeded, sandbox.SandboxBusy) as error:
        raise stamps.InvalidStamp("its answer could not be judged in time") from error
    if "worthless" in said:
        raise stamps.InvalidStamp(said["worthless"])
    return stamps.TimeStamp.from_plain(said["token"])


def waiting_about(subject: str) -> list[str]:
    """Return in whole sentences why papers about something are not sealed yet."""
    found = []
    for wait in SealWait.objects.about(subject):
        seal = Seal.objects.resting_of(wait.department)
        said = {"department": wait.department.name, "seal": seal.name if seal else ""}
        text = (
            gettext("They wait for the seal %(seal)s of %(department)s: it is %(state)s.")
            if seal
            else gettext("They wait for a seal of %(department)s, which has none in use.")
        )
        found.append(text % (said | {"state": seal.get_state_display() if seal else ""}))
    return found


def _usable(department: Department, name: str, subject: str) -> Seal:
    """Return the seal to use; where there is none, write down what waits for it. Raises NoSeal."""
    seal = Seal.objects.first_usable(department=department, on=clock.today(), name=name)
    if seal is None:
        SealWait.objects.get_or_create(subject=subject, department=department, defaults={"since": clock.now()})
        raise NoSeal(department=department.name)
    return seal


def _sealed(pdf: bytes, seal: Seal, key: Key, reason: str) -> bytes:
    try:
        return ports.SEALERS[ports.PADES](pdf, _order(seal, key, reason, stamper()))
    except StamperUnavailable as silence:
        raise NoStamp(reason=str(silence)) from silence
    except Unsealable as error:
        raise NotSealable() from error


def _order(seal: Seal, key: Key, reason: str, stamper: Stamper | None) -> SigningOrder:
    if stamper and not stamper.longest:
        asyncio.run(stamper.stamp(bytes(32)))  # so that its length is known
    return SigningOrder(
        certificate=key.certificate,
        chain=crypto.chain(key),
        sign=partial(crypto.signed, key),
        picture=bytes(seal.picture),
        name=seal.text,
        reason=reason,
        location=seal.department.area,
        contact=settings.PUBLIC_URL,
        at=timezone.localtime(clock.now()),
        revocations=(crypto.revocations(),) if stamper and key.issuer_id else (),
        stamp=stamper.stamp if stamper else None,
        stamp_bytes=stamper.longest + SPARE_BYTES if stamper else 0,
    )


@transaction.atomic
def _keep_use(*, actor: Actor, seal: Seal, key: Key, reason: str, subject: str, file: bytes) -> None:
    digest = sha256(file).hexdigest()
    bulk.insert(
        SealUse(
            seal=seal,
            key_digest=key.key_digest,
            subject=subject,
            reason=reason[:200],
            account=actor.account,
            actor=actor.name,
            at=clock.now(),
            file_digest=digest,
        )
    )
    SealWait.objects.about(subject).filter(department=seal.department_id).delete()
    event = SealApplied(seal.pk, seal.department.key, subject, digest)
    journal.write(event, by=actor, subject=subject, reason=reason)
