"""Make seals, put them on documents, and say of a file who sealed it and whether it is as it was then."""

import asyncio
from datetime import date, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.database import bulk
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.refusals import NotFound, Refusal
from tongban.infrastructure.storage import sandbox
from tongban.infrastructure.storage import services as storage
from tongban.platform.identity.models import Department
from tongban.platform.seals import drawing, ports, stamps
from tongban.platform.seals.adapters import tsa
from tongban.platform.seals.events import SealApplied, SealMade, SealResumed, SealSuspended, SealWithdrawn
from tongban.platform.seals.examining import SealCheck as SealCheck
from tongban.platform.seals.examining import examine as examine
from tongban.platform.seals.examining import stampers as stampers
from tongban.platform.seals.models import Seal, SealUse
from tongban.platform.seals.national import examine_ofd as examine_ofd
from tongban.platform.seals.national import seal_files
from tongban.platform.seals.national import words_of as words_of
from tongban.platform.seals.ofd import packing
from tongban.platform.seals.ports import SigningOrder, Stamper, StamperUnavailable, Unsealable
from tongban.platform.seals.verdicts import judge as judge
from tongban.platform.seals.verdicts import judge_again as judge_again
from tongban.platform.seals.verdicts import notes_of as notes_of
from tongban.platform.seals.verdicts import trust_digest as trust_digest

log = structlog.get_logger(__name__)
ofd = packing
JUDGE_STAMP = "tongban.platform.seals.stamp_checking:judge"
SPARE_BYTES = 256  # tokens of one authority differ a little in length


class NoSeal(Refusal):
    message = _("%(department)s has no electronic seal that may be used today.")


class SealExists(Refusal):
    message = _("%(department)s already has a seal %(name)s.")


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


@transaction.atomic
def make(
    *,
    actor: Actor,
    department: Department,
    name: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
    order: int = 0,
) -> Seal:
    """Give a department an electronic seal, with a key and a certificate. Raises NotAllowed, SealExists.

    name   what kind of seal it is: "电子证照专用章", "行政审批专用章"
    """
    actor.must_hold("seals.manage", department=department.pk, area=department.area)
    owner = f"department:{department.key}"
    crypto.key_for(owner, common_name=f"{department.name}电子印章")
    code = _next_code(department)
    font = Path(apps.get_app_config("documents").path) / "fonts"
    picture = drawing.drawn(drawing.Impression(department.name, name, code), font)
    try:
        with transaction.atomic():
            seal = Seal.objects.create(
                department=department,
                name=name,
                text=department.name,
                code=code,
                picture=picture,
                owner=owner,
                valid_from=valid_from or clock.today(),
                valid_until=valid_until,
                order=order,
                made_at=clock.now(),
            )
    except IntegrityError as error:
        raise SealExists(department=department.name, name=name) from error
    journal.write(SealMade(seal.pk, department.key, name), by=actor, subject=f"seal:{seal.pk}")
    return seal


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
    seal = Seal.objects.first_usable(department=department, on=clock.today(), name=name)
    if seal is None:
        raise NoSeal(department=department.name)
    key = crypto.key_for(seal.owner, common_name=f"{department.name}电子印章")
    sealed = _sealed(pdf, seal, key, reason)
    _keep_use(actor=actor, seal=seal, key=key, reason=reason, subject=subject, file=sealed)
    return sealed


def apply_ofd(
    *, actor: Actor, department: Department, files: dict[str, bytes], reason: str, subject: str, name: str = ""
) -> bytes:
    """Return an OFD file with the department's seal by GB/T 38540. files: of `ofd.document`.

    Raises NotAllowed, NoSeal.
    """
    actor.must_hold("seals.apply", department=department.pk, area=department.area)
    seal = Seal.objects.first_usable(department=department, on=clock.today(), name=name)
    if seal is None:
        raise NoSeal(department=department.name)
    sealed, key = seal_files(seal, files)
    _keep_use(actor=actor, seal=seal, key=key, reason=reason, subject=subject, file=sealed)
    return sealed


@transaction.atomic
def suspend(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Let a seal rest. Raises NotAllowed, NotFound."""
    return _moved(actor, seal, Seal.State.ACTIVE, Seal.State.SUSPENDED, SealSuspended, reason)


@transaction.atomic
def resume(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Let a resting seal be used again. Raises NotAllowed, NotFound."""
    return _moved(actor, seal, Seal.State.SUSPENDED, Seal.State.ACTIVE, SealResumed, reason)


@transaction.atomic
def withdraw(*, actor: Actor, seal: Seal, reason: str) -> Seal:
    """Never use a seal again. Raises NotAllowed, NotFound."""
    return _moved(actor, seal, seal.state, Seal.State.WITHDRAWN, SealWithdrawn, reason)


@transaction.atomic
def take_over(*, department: Department) -> list[Seal]:
    """Withdraw every seal of a department that was dissolved, and give its successor those of its kinds it lacks.

    What was sealed before stays good. Returns the new seals; a second time there are none.
    """
    old = list(Seal.objects.not_withdrawn_of(department).select_related("department"))
    reason = gettext("%(department)s was dissolved.") % {"department": department.name}
    for seal in old:
        withdraw(actor=SYSTEM, seal=seal, reason=reason)
    successor = department.acting
    if successor == department:
        return []
    held = set(Seal.objects.not_withdrawn_of(successor).values_list("name", flat=True))
    lacking = [seal for seal in old if seal.name not in held and seal.state == Seal.State.ACTIVE]
    return [make(actor=SYSTEM, department=successor, name=seal.name, order=seal.order) for seal in lacking]


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
    event = SealApplied(seal.pk, seal.department.key, subject, digest)
    journal.write(event, by=actor, subject=subject, reason=reason)


def _moved(actor: Actor, seal: Seal, old: str, new: str, event: Any, reason: str) -> Seal:
    department = seal.department
    actor.must_hold("seals.manage", department=department.pk, area=department.area)
    locked = Seal.objects.select_for_update().filter(pk=seal.pk, state=old).exclude(state="withdrawn").first()
    if locked is None:
        raise NotFound()
    locked.state = new
    locked.save(update_fields=["state"])
    journal.write(event(seal.pk, department.key), by=actor, subject=f"seal:{seal.pk}", reason=reason)
    return locked


def _next_code(department: Department) -> str:
    """Return area and running number, 13 digits, as the seals of authorities are numbered."""
    area = f"{department.area:0<6}"[:6]
    last = Seal.objects.select_for_update().filter(code__startswith=area).order_by("-code").first()
    return f"{area}{int(last.code[6:]) + 1 if last else 1:07}"
