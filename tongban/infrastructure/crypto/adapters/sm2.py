"""SM2 signatures with SM3 (GB/T 32918, GB/T 35276) by the system's OpenSSL 3, which cryptography does not reach."""

import ctypes
from ctypes import c_char_p, c_int, c_size_t, c_void_p
from ctypes.util import find_library
from functools import cache, lru_cache
from typing import Any

# The user identity that signatures cover where nothing else is agreed. Source: GM/T 0009, 10.
IDENTITY = b"1234567812345678"


class Sm2Unavailable(RuntimeError):
    """This machine's OpenSSL knows no SM2."""


def make() -> tuple[str, bytes]:
    """Return a new private key, PEM, and its public key (SubjectPublicKeyInfo, DER)."""
    key = _library().EVP_PKEY_Q_keygen(None, None, b"SM2")
    if not key:
        raise Sm2Unavailable("OpenSSL makes no SM2 key")
    try:
        private = _written(lambda bio: _library().PEM_write_bio_PrivateKey(bio, key, None, None, 0, None, None))
        public = _written(lambda bio: _library().i2d_PUBKEY_bio(bio, key))
    finally:
        _library().EVP_PKEY_free(key)
    return private.decode(), public


def sign(handle: str, data: bytes) -> bytes:
    """Return the signature, DER."""
    lib, length = _library(), c_size_t()
    with _Digest(_private(handle)) as digest:
        good = lib.EVP_DigestSignInit(digest.context, None, lib.EVP_sm3(), None, digest.key) == 1
        good = good and lib.EVP_DigestSign(digest.context, None, ctypes.byref(length), data, len(data)) == 1
        made = ctypes.create_string_buffer(length.value)
        if not good or lib.EVP_DigestSign(digest.context, made, ctypes.byref(length), data, len(data)) != 1:
            raise Sm2Unavailable("OpenSSL does not sign with SM2")
        return made.raw[: length.value]


def verify(public: bytes, data: bytes, signature: bytes) -> bool:
    """Say whether a signature fits. public: SubjectPublicKeyInfo, DER."""
    lib, key = _library(), _public(public)
    if not key:
        return False
    with _Digest(key) as digest:
        good = lib.EVP_DigestVerifyInit(digest.context, None, lib.EVP_sm3(), None, key) == 1
        return bool(good and lib.EVP_DigestVerify(digest.context, signature, len(signature), data, len(data)) == 1)


class _Digest:
    """A context that signs or verifies under the common identity."""

    def __init__(self, key: int) -> None:
        self.key = key

    def __enter__(self) -> "_Digest":
        lib = _library()
        self.context = lib.EVP_MD_CTX_new()
        self._identity = lib.EVP_PKEY_CTX_new(self.key, None)
        lib.EVP_PKEY_CTX_set1_id(self._identity, IDENTITY, len(IDENTITY))
        lib.EVP_MD_CTX_set_pkey_ctx(self.context, self._identity)
        return self

    def __exit__(self, *_error: object) -> None:
        _library().EVP_MD_CTX_free(self.context)
        _library().EVP_PKEY_CTX_free(self._identity)


@lru_cache(maxsize=1000)
def _private(handle: str) -> int:
    key = _read(handle.encode(), lambda bio: _library().PEM_read_bio_PrivateKey(bio, None, None, None))
    if not key:
        raise Sm2Unavailable("an SM2 key cannot be read")
    return key


@lru_cache(maxsize=1000)
def _public(der: bytes) -> int:
    return _read(der, lambda bio: _library().d2i_PUBKEY_bio(bio, None))


def _read(content: bytes, read: Any) -> int:
    bio = _library().BIO_new_mem_buf(content, len(content))
    try:
        return read(bio) or 0
    finally:
        _library().BIO_free(bio)


def _written(write: Any) -> bytes:
    lib = _library()
    bio = lib.BIO_new(lib.BIO_s_mem())
    try:
        if write(bio) != 1:
            raise Sm2Unavailable("OpenSSL does not write an SM2 key")
        room = ctypes.create_string_buffer(8192)
        length = lib.BIO_read(bio, room, len(room))
        return room.raw[:length]
    finally:
        lib.BIO_free(bio)


_POINTERS = (
    "EVP_PKEY_Q_keygen EVP_sm3 EVP_MD_CTX_new EVP_PKEY_CTX_new BIO_new BIO_s_mem BIO_new_mem_buf "
    "PEM_read_bio_PrivateKey d2i_PUBKEY_bio"
)
_ARGUMENTS: dict[str, list[Any]] = {
    "EVP_PKEY_Q_keygen": [c_void_p, c_char_p, c_char_p],
    "EVP_PKEY_free": [c_void_p],
    "EVP_MD_CTX_free": [c_void_p],
    "EVP_PKEY_CTX_new": [c_void_p, c_void_p],
    "EVP_PKEY_CTX_free": [c_void_p],
    "EVP_PKEY_CTX_set1_id": [c_void_p, c_char_p, c_int],
    "EVP_MD_CTX_set_pkey_ctx": [c_void_p, c_void_p],
    "EVP_DigestSignInit": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p],
    "EVP_DigestSign": [c_void_p, c_void_p, c_void_p, c_char_p, c_size_t],
    "EVP_DigestVerifyInit": [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p],
    "EVP_DigestVerify": [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t],
    "PEM_write_bio_PrivateKey": [c_void_p, c_void_p, c_void_p, c_void_p, c_int, c_void_p, c_void_p],
    "PEM_read_bio_PrivateKey": [c_void_p, c_void_p, c_void_p, c_void_p],
    "i2d_PUBKEY_bio": [c_void_p, c_void_p],
    "d2i_PUBKEY_bio": [c_void_p, c_void_p],
    "BIO_new": [c_void_p],
    "BIO_new_mem_buf": [c_char_p, c_int],
    "BIO_read": [c_void_p, c_void_p, c_int],
    "BIO_free": [c_void_p],
}


@cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(find_library("crypto") or "libcrypto.so.3")
    for name in _POINTERS.split():
        getattr(library, name).restype = c_void_p
    for name, arguments in _ARGUMENTS.items():
        getattr(library, name).argtypes = arguments
    return library
