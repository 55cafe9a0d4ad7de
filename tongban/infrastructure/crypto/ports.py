"""What may keep private keys and sign with them: this process, a hardware module, a remote signing service."""

from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from tongban.infrastructure.kernel.registry import Registry


class Signer(Protocol):
    """Keeps private keys of the curve P-256 and signs with them.

    name   how keys made by it are marked; never changes
    """

    name: str

    def make(self) -> tuple[str, EllipticCurvePublicKey]:
        """Make a pair of keys; return the handle under which it is found again, and its public key."""

    def sign(self, handle: str, data: bytes) -> bytes:
        """Return the ECDSA signature with SHA-256 over the data, as DER."""

    def check(self) -> list[str]:
        """Say what is wrong: are the settings there, does it answer, does it let me in? Nothing: it is ready."""


_signers: Registry[Signer] = Registry("signer")


def register(signer: Signer) -> None:
    """Make a signer known; `CRYPTO_SIGNER` says which one makes new keys."""
    _signers.register(signer.name, signer)


def signer(name: str) -> Signer:
    return _signers[name]
