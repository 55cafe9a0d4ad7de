"""Say of a file who sealed it, whether it is as it was then, and whether the sealer is trusted."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

import structlog

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage import rules as files
from tongban.infrastructure.storage import sandbox
from tongban.infrastructure.storage import services as storage
from tongban.platform.seals import findings
from tongban.platform.seals.findings import SealFinding
from tongban.platform.seals.models import SealUse
from tongban.platform.seals.national import examine_ofd, found_in
from tongban.platform.seals.ofd.checking import is_ofd
from tongban.platform.seals.signatures import FoundSignature
from tongban.platform.seals.trust import stampers

log = structlog.get_logger(__name__)
JUDGE = "tongban.platform.seals.reading:judge"


@dataclass(frozen=True)
class SealCheck:
    """What can be said of a file.

    intact     sealed, and not a single byte was changed or added since
    trusted    everyone who signed it is vouched for by an authority we trust
    signer     who sealed it, "" for nobody
    signed_at  when the last signature says it was made
    stamped_at when it existed at the latest, by the word of a time-stamping authority, `stamped_by`; None without one
    findings   why it is not intact or not trusted; `problems` says it in whole sentences
    use        the use of our own seal that made exactly this file
    keywords   what a stranger's file says of itself in its particulars
    """

    intact: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    findings: list[SealFinding] = field(default_factory=list)
    use: SealUse | None = None
    keywords: str = ""
    stamped_at: datetime | None = None
    stamped_by: str = ""

    @property
    def good(self) -> bool:
        return self.intact and self.trusted

    @property
    def problems(self) -> list[str]:
        return [one.sentence for one in self.findings]


def examine(pdf: bytes) -> SealCheck:
    """Say who sealed a file, whether it is as it was then, and whether the sealer is trusted.

    It is read in a process apart. Raises storage.Crowded.
    """
    digest = sha256(pdf).hexdigest()
    use = SealUse.objects.of_file(digest)
    if is_ofd(pdf):
        said = examine_ofd(pdf)
        broken = said.failed not in {"", "revoked"}
        return SealCheck(
            intact=not broken,
            trusted=said.good,
            signer=said.signer,
            signed_at=said.signed_at,
            findings=found_in(said),
            use=use,
            stamped_at=None if broken else said.stamped_at,
            stamped_by="" if broken else said.stamped_by,
        )
    moment = use.at if use else clock.now()
    found, fault, keywords = _read_apart(pdf, moment) if files.pdf_starts(pdf) >= 0 else ([], "unreadable", "")
    if fault or not found:
        return SealCheck(False, False, "", None, [findings.fault(fault)], keywords=keywords)
    keys = {key.serial: key for key in Key.objects.of_serials(one.serial for one in found)}
    changes = findings.changes(found, ours=bool(keys), use=use)
    doubts = [doubt for one in found for doubt in findings.doubts(one, keys.get(one.serial), use)]
    signers = list(dict.fromkeys(one.signer for one in found))
    return SealCheck(
        intact=not changes,
        trusted=not changes and not doubts,
        signer="、".join(signers),
        signed_at=found[-1].signed_at,
        findings=changes + doubts,
        use=use,
        keywords=keywords,
        # A stamp is about the signature; only where that fits does it say something of the file.
        stamped_at=None if changes else found[-1].stamped_at,
        stamped_by="" if changes else found[-1].stamped_by,
    )


def _read_apart(pdf: bytes, moment: datetime) -> tuple[list[FoundSignature], str, str]:
    """Return the signatures of a file, why they cannot be read, and the keywords of its particulars.

    moment   at which certificates must have been valid
    """
    try:
        said = storage.ask_sandbox(JUDGE, pdf, roots=crypto.roots(), stampers=stampers(), moment=moment.isoformat())
    except sandbox.LimitExceeded:
        log.info("a file to be verified takes more than it may", size=len(pdf))
        return [], "costly", ""
    except sandbox.SandboxBusy as crowded:
        raise storage.ChecksBusy() from crowded
    return [FoundSignature.from_plain(one) for one in said["found"]], said["fault"], said["keywords"]
