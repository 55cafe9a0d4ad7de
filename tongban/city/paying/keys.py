"""Keys of both sides, made at the first start: a real channel gives and takes them when a merchant signs up."""

import base64
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tongban.city.counterpart.account import written

PLAIN = serialization.NoEncryption()


class ChannelSigner:
    """Signs for the channel, and knows the merchant's public key. Files lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._own = _key(folder / "channel-key.pem")
        self._merchant = _key(folder / "merchant-key.pem")

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self._own.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()

    def is_merchants(self, text: bytes, signature: str) -> bool:
        try:
            known = self._merchant.public_key()
            known.verify(base64.b64decode(signature), text, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    @property
    def merchant_key(self) -> str:
        return self._merchant.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, PLAIN
        ).decode()

    @property
    def public_key(self) -> str:
        return (
            self._own.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode()
        )


def _key(file: Path) -> rsa.RSAPrivateKey:
    if not file.exists():
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        written(file, made.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, PLAIN))
    key = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key
