"""Time stamps of RFC 3161: what to ask, and what an answer is. Knows no network; `stamp_checking` judges answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from asn1crypto import cms, core, tsp, x509

from tongban.platform.seals.certificates import common_name


class InvalidStamp(Exception):
    """An answer without a token that may be believed; the text says why."""


class Response(core.Sequence):
    """An answer; asn1crypto's own misses that a refusal has no token (RFC 3161, 2.4.2)."""

    _fields: ClassVar[list[Any]] = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True)
class TimeStamp:
    """What a trusted authority said.

    content        the whole token, DER
    certificates   those that it brings along, DER; signer: the one whose key signed it
    """

    content: bytes
    at: datetime
    certificates: bytes
    signer: x509.Certificate

    @property
    def by(self) -> str:
        return common_name(self.signer)

    def plain(self) -> dict[str, str]:
        """Return it for a journey between processes; `from_plain` makes it anew."""
        parts = {"content": self.content, "certificates": self.certificates, "signer": bytes(self.signer.dump())}
        return {"at": self.at.isoformat(), **{name: part.hex() for name, part in parts.items()}}

    @classmethod
    def from_plain(cls, said: dict[str, str]) -> "TimeStamp":
        content, certificates, signer = (bytes.fromhex(said[name]) for name in ("content", "certificates", "signer"))
        return cls(content, datetime.fromisoformat(said["at"]), certificates, x509.Certificate.load(signer))


def question(digest: bytes, nonce: int) -> bytes:
    """Return the question about a SHA-256, DER. nonce: a number of this question alone, so that no old answer fits."""
    algorithm = {"algorithm": "sha256"}
    imprint = tsp.MessageImprint({"hash_algorithm": algorithm, "hashed_message": digest})
    asked = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint, "nonce": nonce, "cert_req": True})
    return bytes(asked.dump())


class Judge(Protocol):
    """Says what an answer is worth."""

    async def __call__(
        self, answer: bytes, *, digest: bytes, nonce: int, roots: list[str], moment: datetime, known: TimeStamp | None
    ) -> TimeStamp:
        """Return the token of an answer. Raises InvalidStamp.

        roots   certificates that authorities may rest on, PEM; the authority's must be valid at the moment
        known   an earlier token, judged not long ago: whom the same certificates rest on is not asked again
        """
        ...
