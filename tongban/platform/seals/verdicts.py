"""Judge once what people bring, and again when other certificates are trusted; say it where the paper is listed."""

import hashlib
from collections.abc import Iterable, Sequence

import structlog
from django.db import transaction
from django.utils.translation import gettext

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.ui.templatetags.ui import moment
from tongban.platform.documents.models import Document
from tongban.platform.documents.ports import PaperNote
from tongban.platform.seals import findings
from tongban.platform.seals.events import FileJudged
from tongban.platform.seals.examining import SealCheck, examine
from tongban.platform.seals.findings import SealFinding
from tongban.platform.seals.models import FileVerdict
from tongban.platform.seals.trust import stampers

log = structlog.get_logger(__name__)
OFD = "application/ofd"
KINDS = {"application/pdf", OFD}
# What a file with a seal has in it somewhere, also one that is too damaged to be read.
MARKS = (b"/ByteRange", b"SignedValue.dat")
UNREAD = {"unreadable", "ofd-readable"}
Standing = FileVerdict.Standing
COLOURS = {Standing.TRUSTED: "green", Standing.UNTRUSTED: "yellow", Standing.BROKEN: "red"}
MAX_NAME = 200


def judge(document: Document) -> FileVerdict | None:
    """Say of a file that somebody brought who sealed it, and keep it; None where it is of a kind without seals.

    What a damaged or hostile file does to its reader is said of the file, and stops nobody.
    Raises storage.ChecksBusy, storage.FileMissing.
    """
    blob = document.blob
    if blob.media_type not in KINDS:
        return None
    trust = trust_digest()
    known = FileVerdict.objects.filter(file_digest=blob.digest, trust=trust).first()
    return known or _kept(document, trust)


def judge_again(most: int = 50) -> int:
    """Judge anew what was judged while other certificates were trusted; return how many."""
    trust = trust_digest()
    old = list(FileVerdict.objects.judged_otherwise(trust)[:most])
    for verdict in old:
        document = Document.objects.brought_with(verdict.file_digest)
        if document is None:
            verdict.delete()
        else:
            _kept(document, trust)
    return len(old)


def trust_digest() -> str:
    """Return the digest of everything outside a file that a verdict rests on."""
    revoked = [key.serial for key in Key.objects.revoked()]
    known = sorted([*crypto.roots(), *stampers(), *crypto.sm2_roots(), *revoked])
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


def notes_of(documents: Sequence[Document]) -> dict[int, PaperNote]:
    """Return what is said of the seals in these documents, by their keys; of one without seals nothing."""
    digests = {
        document.pk: document.blob.digest
        for document in documents
        if document.blob.media_type in KINDS and document.origin in {"uploaded", "field"}
    }
    if not digests:
        return {}
    known = {one.file_digest: _note(one) for one in _sealed(digests.values())}
    return {pk: known[digest] for pk, digest in digests.items() if digest in known}


def _sealed(digests: Iterable[str]) -> Iterable[FileVerdict]:
    return FileVerdict.objects.of_files(digests).exclude(standing=Standing.UNSEALED)


def _kept(document: Document, trust: str) -> FileVerdict:
    content = storage.read(document.blob)
    check = _judged(document, content)
    return _keep(document, check, _standing(check, content), trust)


def _judged(document: Document, content: bytes) -> SealCheck:
    try:
        return examine(content)
    except (MemoryError, storage.ChecksBusy):
        raise
    except Exception:  # a hostile file can break its reader in any way; whichever way, it is said of the file
        log.warning("a file broke what reads its seals", document=str(document.uid), exc_info=True)
        name = "ofd-readable" if document.blob.media_type == OFD else "unreadable"
        return SealCheck(False, False, "", None, [SealFinding(name)])


def _standing(check: SealCheck, content: bytes) -> str:
    names = {one.name for one in check.findings}
    looks_sealed = any(mark in content for mark in MARKS)
    if names & {"unsealed", "ofd-sealed"} or (names & UNREAD and not looks_sealed):
        return Standing.UNSEALED
    if not check.intact:
        return Standing.BROKEN
    return Standing.TRUSTED if check.trusted else Standing.UNTRUSTED


@transaction.atomic
def _keep(document: Document, check: SealCheck, standing: str, trust: str) -> FileVerdict:
    said = {
        "standing": standing,
        "signer": check.signer[:MAX_NAME],
        "signed_at": check.signed_at,
        "stamped_at": check.stamped_at,
        "stamper": check.stamped_by[:MAX_NAME],
        "findings": [one.plain() for one in check.findings],
        "trust": trust,
        "judged_at": clock.now(),
    }
    digest = document.blob.digest
    former = FileVerdict.objects.select_for_update().filter(file_digest=digest).first()
    verdict, _is_new = FileVerdict.objects.update_or_create(file_digest=digest, defaults=said)
    if standing != Standing.UNSEALED and (former is None or former.standing != standing):
        event = FileJudged(digest, standing, verdict.signer)
        journal.write(event, by=SYSTEM, subject=f"document:{document.uid}")
    return verdict


def _note(verdict: FileVerdict) -> PaperNote:
    lines = []
    if verdict.signer:
        lines.append(gettext("Sealed by %(signer)s.") % {"signer": verdict.signer})
    if verdict.stamped_at:
        said = {"moment": moment(verdict.stamped_at), "by": verdict.stamper}
        lines.append(gettext("Time stamped %(moment)s by %(by)s.") % said)
    elif verdict.signed_at:
        lines.append(gettext("By its own words sealed on %(moment)s.") % {"moment": moment(verdict.signed_at)})
    lines += [findings.from_plain(one).sentence for one in verdict.findings]
    return PaperNote(COLOURS[Standing(verdict.standing)], Standing(verdict.standing).label, tuple(lines))
