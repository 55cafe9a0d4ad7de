"""Check the seals and signatures of an OFD file in the order of GB/T 38540, and name the check that failed."""

from binascii import Error as NotBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from asn1crypto import x509
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from tongban.platform.seals.certificates import common_name
from tongban.platform.seals.ofd import packages, values
from tongban.platform.seals.ofd import structures as asn1
from tongban.platform.seals.ofd.digests import sm3
from tongban.platform.seals.ofd.packages import Description, Place
from tongban.platform.seals.ofd.packages import is_ofd as is_ofd

# The checks in their order; the first that fails is the verdict.
CHECKS = (
    "readable",
    "sealed",
    "algorithm",
    "period",
    "maker",
    "seal",
    "signer",
    "signature",
    "digest",
    "files",
    "whole",
    "stamp",
)
# By so much a signer's clock may be ahead of the time-stamping authority's.
APART = timedelta(minutes=5)
Verify = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True)
class Stamp:
    """What an authority said of a signature, by its token.

    fits   the token is about this signature, and sound; trusted: so is who gave it
    """

    fits: bool
    trusted: bool = False
    at: datetime | None = None
    by: str = ""


# token, what it has to be about → what it says
JudgeStamp = Callable[[bytes, bytes], Stamp]


@dataclass(frozen=True)
class SealVerdict:
    """What is said of an OFD file.

    failed      one of CHECKS, "" where all hold
    trusted     its certificates rest on a root
    signed_at   by the signer's own words
    stamped_at  by the word of a trusted time-stamping authority, `stamped_by`; None without one
    """

    failed: str = ""
    trusted: bool = False
    signer: str = ""
    serial: str = ""
    seal_name: str = ""
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    stamped_by: str = ""

    @property
    def good(self) -> bool:
        return not self.failed and self.trusted


def checked(
    content: bytes, *, roots: Sequence[x509.Certificate], verify: Verify, judge: JudgeStamp | None = None
) -> SealVerdict:
    """Return the verdict.

    verify   public key, data, signature → whether it fits
    judge    says what a time stamp is worth; without one a stamp says nothing
    """
    try:
        files = packages.unpacked(content)
        places = packages.places(files)
        found = [_Judging(files, place, places, roots, verify, judge).verdict() for place in places]
    except packages.UnreadablePackage:
        return SealVerdict(failed="readable")
    except packages.Unsealed:
        return SealVerdict(failed="sealed")
    first, last = next((one for one in found if one.failed), found[0]), found[-1]
    return replace(
        first,
        trusted=all(one.trusted for one in found),
        signer="、".join(dict.fromkeys(one.signer for one in found if one.signer)),
        signed_at=last.signed_at,
        stamped_at=last.stamped_at,
        stamped_by=last.stamped_by,
    )


@dataclass(frozen=True)
class _Judging:
    """One signature of a file, and all that is needed to judge it."""

    files: Mapping[str, bytes]
    place: Place
    places: Sequence[Place]
    roots: Sequence[x509.Certificate]
    verify: Verify
    judge: JudgeStamp | None

    def verdict(self) -> SealVerdict:
        if self.place.value not in self.files:
            return SealVerdict(failed="sealed")
        text = self.files.get(self.place.description, b"")
        try:
            value, described = values.read(self.files[self.place.value]), packages.described(text)
            signer, at = value.signer, value.at or described.at
            known = {"signer": common_name(signer), "serial": f"{signer.serial_number:x}"}
            named = value.seal.name if value.seal else ""
            stamp = self.judge(value.token, value.signature) if value.token and self.judge else None
            failed = self._failing(value, described, sm3(text), at, stamp)
            makers = [value.seal.maker] if value.seal else []
            trusted = all(any(self._issued(one, root) for root in self.roots) for one in (signer, *makers))
        except _DAMAGED:
            return SealVerdict(failed="readable")
        told = stamp if stamp and stamp.fits and stamp.trusted else Stamp(fits=False)
        return SealVerdict(
            failed, trusted, **known, seal_name=named, signed_at=at, stamped_at=told.at, stamped_by=told.by
        )

    def _failing(
        self,
        value: values.SignedValue,
        described: Description,
        digest: bytes,
        at: datetime | None,
        stamp: Stamp | None,
    ) -> str:
        """Return the first check that does not hold; "" where all do."""
        seal, signer = value.seal, value.signer
        if at is None:
            return "period"
        holds: dict[str, Callable[[], bool]] = {
            "algorithm": lambda: value.algorithms == {asn1.SM2_WITH_SM3} and described.is_sm3,
            "period": lambda: seal is None or seal.valid_from <= at <= seal.valid_until,
            # Makers renew their certificates and put the new one into seals that they made before.
            "maker": lambda: seal is None or any(_valid(seal.maker, one) for one in (seal.created_at, at)),
            "seal": lambda: seal is None or self.verify(seal.maker.public_key.dump(), seal.body, seal.signature),
            "signer": lambda: (seal is None or seal.may_sign) and _valid(signer, at),
            "signature": lambda: self.verify(signer.public_key.dump(), value.body, value.signature),
            "digest": lambda: (
                packages.joined(self.place.description, value.about or f"/{self.place.description}")
                == self.place.description
                and digest == value.digest
            ),
            "files": lambda: all(sm3(self.files.get(name, b"")) == said for name, said in self._promised(described)),
            "whole": lambda: self._is_whole(described),
            "stamp": lambda: stamp is None or (stamp.fits and (stamp.at is None or at <= stamp.at + APART)),
        }
        return next((name for name, check in holds.items() if not check()), "")

    def _promised(self, described: Description) -> list[tuple[str, bytes]]:
        """Return what has to be as it was: all that is covered, but for a list to which later seals were added."""
        lists = {place.listed for place in self.places} if len(self.places) > 1 else set()
        return [(name, digest) for name, digest in described.covered.items() if name not in lists]

    def _is_whole(self, described: Description) -> bool:
        """Say whether all that a reader shows is covered.

        Signatures cannot cover themselves and most leave out OFD.xml, which leads to what is shown: that is looked at.
        """
        left = self.files.keys() - described.covered.keys() - {packages.ROOT}
        own = {name for place in self.places for name in (place.description, place.value, place.listed)}
        if len(self.places) > 1 and packages.ROOT in described.covered:
            # Another seal that came later brought its own, and is judged itself.
            signs = packages.folder(packages.folder(self.places[0].description).rstrip("/"))
            own |= {name for name in left if packages.folder(name).startswith(signs)}
        return left <= own and described.covered.keys() >= set(packages.roots(self.files))

    def _issued(self, certificate: x509.Certificate, root: x509.Certificate) -> bool:
        body, signature = certificate["tbs_certificate"].dump(), certificate["signature_value"].native
        return certificate.issuer.dump() == root.subject.dump() and self.verify(root.public_key.dump(), body, signature)


def _valid(certificate: x509.Certificate, at: datetime) -> bool:
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


_DAMAGED = (ValueError, TypeError, KeyError, AttributeError, NotBase64, ElementTree.ParseError, DefusedXmlException)
