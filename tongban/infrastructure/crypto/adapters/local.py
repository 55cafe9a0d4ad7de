"""Private keys in the database, encrypted under the data key, and signatures made in this process."""

from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class LocalSigner:
    name = "local"

    def make(self) -> tuple[str, ec.EllipticCurvePublicKey]:
        private = ec.generate_private_key(ec.SECP256R1())
        return _written(private), private.public_key()

    def sign(self, handle: str, data: bytes) -> bytes:
        return private_key(handle).sign(data, ec.ECDSA(hashes.SHA256()))

    def check(self) -> list[str]:
        return []


@lru_cache(maxsize=1000)
def private_key(handle: str) -> ec.EllipticCurvePrivateKey:
    """Read a private key once per process."""
    key = serialization.load_pem_private_key(handle.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key is not one of an elliptic curve")
    return key


def _written(private: ec.EllipticCurvePrivateKey) -> str:
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
