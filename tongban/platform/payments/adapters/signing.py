"""RSA signatures with SHA-256, as both channels have them."""

import base64
import binascii
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def signed(private_key: str, text: bytes) -> str:
    """Return the signature in base 64. private_key: PEM."""
    return base64.b64encode(_private(private_key).sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()


def is_signed(public_key: str, text: bytes, signature: str) -> bool:
    """Say whether the owner of a public key (PEM) signed this text."""
    try:
        _public(public_key).verify(
            base64.b64decode(signature, validate=True), text, padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@lru_cache(maxsize=8)
def _private(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("the channel wants an RSA key")
    return key


@lru_cache(maxsize=8)
def _public(pem: str) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem.encode())
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("the channel has an RSA key")
    return key
